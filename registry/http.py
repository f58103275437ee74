"""The registry over HTTP: objects and status lists in, whole documents out. No answer is about one person."""

import hashlib
import json
import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from certes.credential.errors import Malformed, Refusal
from certes.credential.parsing import format_instant
from certes.runtime.refusals import NotFound
from registry.admission import Outcome
from registry.desk import Desk
from registry.did_documents import MEDIA_TYPE as DID_MEDIA_TYPE
from registry.did_documents import did_document
from registry.status_lists import Kept, index, keep, parse_issuer_place, parse_place, url_of
from registry.store import ListPlace

JSON = "application/json"
CREDENTIAL = "application/vc"  # VC Data Model 2.0, section 6.3
MAX_AGE_S = 60  # a revocation is seen by every follower within a minute of its next look
_ZERO = re.compile(r"0(\.0{0,3})?", re.ASCII)  # a weight that says no
PUBLIC = {"Access-Control-Allow-Origin": "*", "Cache-Control": f"public, max-age={MAX_AGE_S}"}


async def _raw_body(request: Request) -> bytes:
    return await request.body()


def _place(country: str, issuer: str, purpose: str, number: str) -> ListPlace:
    return parse_place(country, issuer, purpose, number)


RawBody = Annotated[bytes, Depends(_raw_body)]
Place = Annotated[ListPlace, Depends(_place)]


def routes(desk: Desk) -> APIRouter:
    """All addresses for programs."""
    router = APIRouter()
    _add_objects(router, desk)
    _add_bundle(router, desk)
    _add_status_lists(router, desk)
    _add_issuers(router, desk)
    return router


def _add_objects(router: APIRouter, desk: Desk) -> None:
    @router.post("/v1/objects", status_code=201)
    def post_object(request: Request, response: Response, body: RawBody) -> dict[str, Any]:
        """Take in a signed object: 201 when it was added, 200 when it was there already."""
        _require_media_type(request, JSON)
        accepted = desk.take_in(body)
        response.status_code = 201 if accepted.outcome is Outcome.ADDED else 200
        stored = accepted.stored
        return {"id": stored.id, "version": stored.version, "position": stored.position}

    @router.get("/healthz")
    def health(response: Response) -> dict[str, Any]:
        """Ready when the database answers and what it holds can be published: else 503. An empty registry
        waits for its charter and is ready for it. `position` is that of the last object."""
        size = desk.store.size()
        answer: dict[str, Any] = {"status": "empty", "position": size, "as_of": None}
        if not size:
            return answer
        try:
            as_of = desk.published().view.as_of
        except Refusal as refusal:
            response.status_code = 503
            return answer | {"status": "not_publishable", "code": refusal.code}
        return answer | {"status": "ok", "as_of": format_instant(as_of)}


def _add_bundle(router: APIRouter, desk: Desk) -> None:
    @router.get("/v1/bundle")
    @router.get("/v1/bundle.json")  # the name under which static mirrors keep it
    def get_bundle(request: Request) -> Response:
        """The trust bundle of the newest checkpoint."""
        published = desk.published()
        packed = _takes_gzip(request.headers.get("accept-encoding", ""))
        etag = f'{published.etag[:-1]}-gzip"' if packed else published.etag
        headers = PUBLIC | {"ETag": etag, "Vary": "Accept-Encoding"}
        if _is_held(request, etag):
            return Response(status_code=304, headers=headers)
        if packed:
            headers |= {"Content-Encoding": "gzip"}
        body = published.bundle_gzip if packed else published.bundle
        return Response(body, media_type=JSON, headers=headers)


def _add_status_lists(router: APIRouter, desk: Desk) -> None:
    @router.get("/v1/status-lists")
    def get_index(request: Request) -> Response:
        """Which lists there are, and the digest of each."""
        body = json.dumps(index(desk.store, desk.gate.network)).encode()
        return _document(request, body, JSON)

    @router.put("/{country}/{issuer}/status/{purpose}/{number}")
    def put_list(place: Place, request: Request, response: Response, body: RawBody) -> dict[str, Any]:
        """Take a signed status list: 201 for a new one, 200 for the same bytes again."""
        _require_media_type(request, CREDENTIAL, JSON)
        kept = keep(body, place, mirror=desk.mirror(), now=desk.now())
        response.status_code = 201 if kept is Kept.NEW else 200
        return {"url": url_of(place, desk.gate.network)}

    @router.get("/{country}/{issuer}/status/{purpose}/{number}")
    def get_list(place: Place, request: Request) -> Response:
        """The newest signed list of this place."""
        stored = desk.store.find_list(place)
        if stored is None:
            raise NotFound("status_list_not_found", url=url_of(place, desk.gate.network))
        accept = request.headers.get("accept", "")
        media_type = JSON if JSON in accept and CREDENTIAL not in accept else CREDENTIAL
        return _document(request, stored.raw, media_type, Vary="Accept")


def _add_issuers(router: APIRouter, desk: Desk) -> None:
    @router.get("/{country}/{issuer}/did.json")
    def get_did_document(country: str, issuer: str, request: Request) -> Response:
        """An issuer's did:web document."""
        document = did_document(desk.published().view, parse_issuer_place(country, issuer))
        return _document(request, json.dumps(document, ensure_ascii=False).encode(), DID_MEDIA_TYPE)


def _document(request: Request, body: bytes, media_type: str, **headers: str) -> Response:
    """A public document with a strong ETag, or 304 to who holds it already."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    sent = PUBLIC | {"ETag": etag} | headers
    if _is_held(request, etag):
        return Response(status_code=304, headers=sent)
    return Response(body, media_type=media_type, headers=sent)


def _is_held(request: Request, etag: str) -> bool:
    """Does If-None-Match name this ETag? Compared weakly (RFC 9110, section 13.1.2)."""
    held = request.headers.get("if-none-match", "")
    return any(part.strip().removeprefix("W/") in (etag, "*") for part in held.split(","))


def _takes_gzip(header: str) -> bool:
    """Is gzip acceptable, by its own weight or else that of `*`? (RFC 9110, section 12.5.3)"""
    weights = {}
    for part in header.lower().split(","):
        coding, _, parameter = part.partition(";")
        name, _, weight = parameter.partition("=")
        weights[coding.strip()] = weight.strip() if name.strip() == "q" else "1"
    return _ZERO.fullmatch(weights.get("gzip", weights.get("*", "0"))) is None


def _require_media_type(request: Request, *allowed: str) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in allowed:
        raise Malformed("media_type_not_supported", field="content-type", expected=", ".join(allowed))
