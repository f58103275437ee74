"""The register for programs: an issuer's record, a decision, each as of a day and a size of the log."""

import hashlib
import json
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from certes.runtime.clock import Clock
from certes.trust.slices import Wanted
from certes.trust.translog.notes import NoteSigner
from registry.asof import Held, Notes, Views
from registry.deciding import answer_question, parse_question
from registry.desk import Desk
from registry.faces import documents
from registry.faces.issuers import issuer_json, parse_at, parse_size
from registry.faces.plain import plain_registry
from registry.slices import Slices
from registry.status_lists import parse_issuer_place
from registry.trqp.documents import body as request_body
from registry.trqp.documents import json_content, problems

PUBLIC = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=60"}
_SIZE = Query(description="Answer from the log as it was at this size. Default: all that is published.")
_AT = Query(description="The day asked about, 2026-11-20. Default: today.")


async def _raw_body(request: Request) -> bytes:
    return await request.body()


RawBody = Annotated[bytes, Depends(_raw_body)]


@dataclass(frozen=True, slots=True)
class Front:
    """What the addresses work with. `log` is asked for the checkpoints of earlier sizes."""

    views: Views
    slices: Slices
    log: Notes
    clock: Clock


def front_of(desk: Desk, *, charter_id: str, signer: NoteSigner) -> Front:
    """What the addresses work with, over a registry. `signer` is the log's."""
    views = Views(lambda: Held(desk.published().view, desk.gate.reader.read().objects), charter_id)
    slices = Slices(lambda: desk.published().view, charter_id=charter_id, signer=signer)
    return Front(views, slices, desk.sealing.store, desk.clock)


def routes(front: Front) -> APIRouter:
    """All of them."""
    router = APIRouter(tags=["Register"])
    _add_questions(router, front.views, front.clock)
    _add_files(router, front)
    return router


def _add_questions(router: APIRouter, views: Views, clock: Clock) -> None:

    @router.get(
        "/v1/issuers/{country}/{number}",
        summary="An issuer's record, as of a day and a size of the log",
        responses={
            200: {
                "description": "The record, what it said on the day, and the signed object it stands in.",
                "content": json_content(documents.ISSUER, documents.ISSUER_EXAMPLE),
            },
            **problems(_404="No such issuer, or no such size.", _422="A day or size that is none."),
        },
    )
    def get_issuer(
        country: str,
        number: str,
        at: Annotated[str | None, _AT] = None,
        size: Annotated[str | None, _SIZE] = None,
    ) -> dict[str, Any]:
        """Facts have legal dates, and the log has positions: `at` asks what held on a day, `size` what was
        known then."""
        ref = parse_issuer_place(country.lower() if country.isupper() else "", number)
        day = parse_at(at, today=clock().date())
        return issuer_json(views.at(parse_size(size)), ref, at=day)

    @router.post(
        "/v1/decide",
        summary="Does this certificate count there?",
        openapi_extra=request_body(documents.QUESTION, documents.QUESTION_EXAMPLE),
        responses={
            200: {
                "description": "The question as it was understood, and the decision. Saved as a file, it can"
                " be replayed: `certes registry replay FILE`.",
                "content": json_content(documents.DECISION, documents.DECISION_EXAMPLE),
            },
            **problems(
                _400="No JSON.",
                _404="No such size of the log.",
                _422="A member that is missing, unknown, or not what it should be.",
            ),
        },
    )
    def post_question(body: RawBody) -> dict[str, Any]:
        """The decision on the facts of a certificate, in the words of the worked cases. Nothing is verified
        and nothing kept: no fact is about a person."""
        asked = parse_question(body)
        return answer_question(asked, views.at(asked.size), today=clock().date())


def _add_files(router: APIRouter, front: Front) -> None:
    @router.get(
        "/v1/bundle/at/{size}",
        summary="The trust bundle of an earlier size of the log",
        responses={
            200: {"description": "A bundle as it was served then, for replays; later cosignatures beside."},
            **problems(_404="No such size, or none that a quorum of witnesses vouched for.", _422="No size."),
        },
    )
    def get_bundle_at(size: str, request: Request) -> Response:
        """Every checkpoint and cosignature is kept, so that the evidence of an old decision can be verified
        anew without believing this registry."""
        known = parse_size(size)
        raw = front.views.bundle(known or 0, log=front.log, now=front.clock())
        return document(request, raw)

    @router.get(
        "/registry.json",
        summary="The issuers in the form of today's wallets",
        responses={
            200: {
                "description": "A name and a place for each DID that may certify today. No evidence.",
                "content": json_content(documents.PLAIN, documents.PLAIN_EXAMPLE),
            },
            **problems(_404="The registry has no charter yet."),
        },
    )
    def get_plain(request: Request) -> Response:
        """For wallets that only ask whether an issuer's name is known. Unsigned, without history and scope:
        nothing is to be decided on it."""
        found = plain_registry(front.views.current(), today=front.clock().date())
        return document(request, json.dumps(found, ensure_ascii=False).encode())

    @router.get(
        "/v1/slices/{country}/{number}/{host}",
        summary="What a telephone needs of one issuer and one host",
        responses={
            200: {
                "description": "The slice (docs/spec/slices.md).",
                "content": json_content(documents.SLICE, documents.SLICE_EXAMPLE),
            },
            **problems(_404="No such issuer, or a host that is no member.", default="Any other refusal."),
        },
    )
    def get_slice(country: str, number: str, host: str, request: Request) -> Response:
        """The issuer's national list, the agreements between the two countries with their events, the host's
        policy and the charters, each with its inclusion proof, under one checkpoint. Strong ETag."""
        ref = parse_issuer_place(country.lower() if country.isupper() else "", number)
        wanted = Wanted(ref.country, ref.number, host)
        return document(request, front.slices.get(wanted, now=front.clock()))


def document(request: Request, body: bytes) -> Response:
    """A public JSON document with a strong ETag, or 304 to who holds it already."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**PUBLIC, "ETag": etag}
    held = request.headers.get("if-none-match", "")
    if any(part.strip().removeprefix("W/") in (etag, "*") for part in held.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
