"""The registry over HTTP: objects and status lists in, whole documents out. No answer is about one person."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from certes.credential.errors import Malformed
from certes.runtime.refusals import NotFound
from registry.admission import Outcome
from registry.answering import PUBLIC, etag_of, is_held, prepare
from registry.desk import Desk
from registry.did_documents import MEDIA_TYPE as DID_MEDIA_TYPE
from registry.did_documents import did_document
from registry.notices import standing_notices
from registry.publication import Packed
from registry.status_lists import Kept, index, keep, parse_issuer_place, parse_place, url_of
from registry.store import ListPlace

JSON = "application/json"
CREDENTIAL = "application/vc"  # VC Data Model 2.0, section 6.3
MAX_SIZE_DIGITS = 15


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
    _add_notices(router, desk)
    _add_status_lists(router, desk)
    _add_issuers(router, desk)
    return router


def _add_objects(router: APIRouter, desk: Desk) -> None:
    @router.post("/v1/objects", status_code=201)
    def post_object(request: Request, response: Response, body: RawBody) -> dict[str, Any]:
        """Take in a signed object: 201 when it was added, 200 when it was there already. `published` tells
        whether a quorum of the log's witnesses has seen it."""
        _require_media_type(request, JSON)
        taken = desk.take_in(body)
        response.status_code = 201 if taken.accepted.outcome is Outcome.ADDED else 200
        stored = taken.accepted.stored
        return {
            "id": stored.id,
            "version": stored.version,
            "position": stored.position,
            "published": taken.published,
        }

    @router.get("/healthz")
    def health(response: Response) -> dict[str, Any]:
        """Ready when the database answers and what it holds can be published: else 503. An empty registry
        waits for its charter, one without a quorum for its witnesses, and both are ready for more."""
        ready, answer = desk.health()
        response.status_code = 200 if ready else 503
        return answer


def _add_bundle(router: APIRouter, desk: Desk) -> None:
    @router.get("/v1/bundle")
    @router.get("/v1/bundle.json")  # the name under which static mirrors keep it
    def get_bundle(request: Request) -> Response:
        """The trust bundle of the newest checkpoint that a quorum of the log's witnesses cosigned."""
        return _packed(request, desk.published().document)

    @router.get("/v1/bundle/since/{size}")
    def get_delta(size: str, request: Request) -> Response:
        """The same as a difference from the log's first `size` entries (docs/spec/log.md, section 7)."""
        known = size.isascii() and size.isdigit() and len(size) <= MAX_SIZE_DIGITS and size[:1] != "0"
        if not known:
            raise NotFound("delta_not_possible", field="since")
        return _packed(request, desk.delta(int(size)))


def _add_notices(router: APIRouter, desk: Desk) -> None:
    @router.get("/v1/notices")
    def get_notices(request: Request) -> Response:
        """Countries' warnings about their issuers that their lists do not say yet: those that wait for an
        answer, which count as undetermined, and confirmed ones. `posted_at` null: not yet vouched for."""
        board = desk.published().view.registry.notices
        body = json.dumps({"notices": standing_notices(board, now=desk.now())}, ensure_ascii=False).encode()
        return _document(request, body, JSON)


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
    etag = etag_of(body)
    sent = {**PUBLIC} | {"ETag": etag} | headers
    if is_held(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=sent)
    return Response(body, media_type=media_type, headers=sent)


def _packed(request: Request, document: Packed) -> Response:
    """One that was packed when it was made."""
    prepared = prepare(document.plain, request=request.headers, packed=document.gzip)
    return Response(
        prepared.body, status_code=prepared.status, media_type=JSON, headers=dict(prepared.headers)
    )


def _require_media_type(request: Request, *allowed: str) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in allowed:
        raise Malformed("media_type_not_supported", field="content-type", expected=", ".join(allowed))
