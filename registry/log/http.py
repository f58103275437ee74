"""The log over HTTP: its checkpoint, its tiles, and the objects by the digest that the entries name."""

import re

from fastapi import APIRouter, Request, Response

from certes.runtime.refusals import NotFound
from certes.trust.translog.entries import envelope_bytes
from certes.trust.translog.tiles import WIDTH
from registry.answering import prepare
from registry.desk import Desk
from registry.log.served import find_tile, tile_bytes

TEXT, BYTES, JSON = "text/plain; charset=utf-8", "application/octet-stream", "application/json"
_ENVELOPE = re.compile(r"sha-256:[0-9a-f]{64}", re.ASCII)


def routes(desk: Desk) -> APIRouter:
    """All addresses of the log."""
    router = APIRouter(tags=["Log"])

    @router.get("/log/checkpoint", summary="The newest checkpoint that a quorum of the witnesses cosigned")
    def get_checkpoint(request: Request) -> Response:
        """A signed note (C2SP tlog-checkpoint) with the cosignatures that made the quorum."""
        return _answer(request, desk.published().note, TEXT)

    @router.get("/log/tile/{path:path}", summary="A tile of the tree or of its entries")
    def get_tile(path: str, request: Request) -> Response:
        """C2SP tlog-tiles: `<L>/<N>[.p/<W>]` and `entries/<N>[.p/<W>]`. Full tiles never change."""
        tile = find_tile(f"tile/{path}")
        body = tile_bytes(tile, store=desk.sealing.store)
        return _answer(request, body, BYTES, lasting=tile.width == WIDTH)

    @router.get("/v1/objects/{envelope}", summary="A logged object, by the digest of its envelope")
    def get_object(envelope: str, request: Request) -> Response:
        """The bytes whose SHA-256 the log's entry names: the object with its signatures."""
        found = desk.gate.reader.find(envelope) if _ENVELOPE.fullmatch(envelope) else None
        if found is None:
            raise NotFound("object_not_found", field="envelope")
        return _answer(request, envelope_bytes(found), JSON, lasting=True)

    return router


def _answer(request: Request, document: bytes, media_type: str, *, lasting: bool = False) -> Response:
    prepared = prepare(document, request=request.headers, lasting=lasting)
    headers = {**prepared.headers, "Content-Type": media_type}
    return Response(prepared.body, status_code=prepared.status, headers=headers)
