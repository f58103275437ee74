"""Regional standards for programs: whole public documents, about trades and never about people."""

import hashlib
import json
from typing import Any

from fastapi import APIRouter, Request, Response

from certes.credential.errors import Malformed
from certes.runtime.refusals import NotFound
from registry.standards.documents import (
    centre_document,
    centres_document,
    comparison_document,
    standards_document,
)
from registry.standards.queries import Views, all_centres, get_comparison, get_standard, shared_centres

MAX_AGE_S = 60
PUBLIC = {"Access-Control-Allow-Origin": "*", "Cache-Control": f"public, max-age={MAX_AGE_S}"}
SHARED = ("true", "false")


def routes(views: Views) -> APIRouter:
    """All addresses for programs."""
    router = APIRouter(tags=["Regional standards"])

    @router.get("/v1/standards")
    def get_standards(request: Request) -> Response:
        """Every regional standard as its body signed it, and the national trades that follow it."""
        return _document(request, standards_document(views()))

    @router.get("/v1/standards/compare")
    def get_compare(request: Request) -> Response:
        """Two national trades of one standard, unit by unit. `standard` is its number or id, `from` and `to`
        a country (TG) or a trade of it (TG:7112)."""
        asked, registry = request.query_params, views().registry
        name = asked.get("standard")
        if not name:
            raise Malformed("member_missing", field="standard")
        standard = get_standard(registry, name)
        found = get_comparison(registry, standard, first=asked.get("from"), second=asked.get("to"))
        return _document(request, comparison_document(found))

    @router.get("/v1/centres")
    def get_centres(request: Request) -> Response:
        """Assessing centres, and for each the countries that accredit it and for which trades. `id` is one
        centre; `shared=true` are those that several countries accredit."""
        view, name = views(), request.query_params.get("id")
        if name is not None:
            found = all_centres(view).get(name)
            if found is None:
                raise NotFound("centre_not_found")
            return _document(request, centre_document(name, found))
        shared = request.query_params.get("shared", "false")
        if shared not in SHARED:
            raise Malformed("member_invalid", field="shared", expected=" | ".join(SHARED))
        return _document(
            request, centres_document(shared_centres(view) if shared == "true" else all_centres(view))
        )

    return router


def _document(request: Request, content: dict[str, Any]) -> Response:
    """A public document with a strong ETag, or 304 to who holds it already (RFC 9110, section 13.1.2)."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = PUBLIC | {"ETag": etag}
    held = request.headers.get("if-none-match", "").split(",")
    if any(part.strip().removeprefix("W/") in (etag, "*") for part in held):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
