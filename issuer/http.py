"""The issuer's routes. Bodies are read once, from raw bytes; signed bytes go out as they were signed."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import orjson
from fastapi import APIRouter, Depends, FastAPI, Header, Request, Response, Security
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from certes.credential.errors import Unsupported
from certes.credential.identifiers import NUMBER_PATTERN, PURPOSES
from certes.credential.parsing import parse_json
from certes.runtime.clock import Clock
from certes.runtime.problems import MEDIA_TYPE, answer, fix_of, language_of, problem, sentence
from certes.runtime.qr import to_png, to_svg
from certes.runtime.refusals import NotFound
from issuer import examples
from issuer.answers import PATH, certificate_json, qr_symbol
from issuer.api_documents import (
    CERTIFICATE_SCHEMA,
    FINAL,
    ISSUE_SCHEMA,
    ISSUED,
    PROBLEM_SCHEMA,
    REFUSALS,
    body_of,
)
from issuer.callers import Caller, authenticate
from issuer.did_document import MEDIA_TYPE as MEDIA_TYPE_OF_DID
from issuer.did_document import did_document
from issuer.issuance import Desk, issue
from issuer.request import (
    CertificationRequest,
    RequestRefused,
    StatusRequest,
    read_certification,
    read_reason,
)
from issuer.revocation import CHANGES
from issuer.status_publication import Press
from issuer.store import Action, Issued, ReasonClass
from issuer.vcalm import certify, read_issue

JSON = "application/json"
_LIST_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_BEARER = HTTPBearer(
    auto_error=False, description="An API key of your body: `certes_...`", scheme_name="API key"
)


@dataclass(frozen=True)
class Counter:
    """What the routes work with."""

    desk: Desk
    press: Press
    clock: Clock
    health: Callable[[], dict[str, Any]]


PROBLEM_WORDS = "problems.issuer"
_NUMBER = re.compile(NUMBER_PATTERN, re.ASCII)


class Face(NamedTuple):
    """One way to see a certificate: its path's ending, media type and bytes."""

    ending: str
    media_type: str
    show: Callable[[Issued, Desk], bytes]


FACES = (
    Face(".png", "image/png", lambda issued, desk: to_png(qr_symbol(issued, desk=desk))),
    Face(
        ".svg",
        "image/svg+xml",
        lambda issued, desk: to_svg(qr_symbol(issued, desk=desk), title=issued.plan.number).encode(),
    ),
    Face(".json", "application/vc", lambda issued, desk: issued.signed.wallet),
    Face("", JSON, lambda issued, desk: certificate_json(issued, desk=desk)),
)
_STATUS_PATHS = {
    "revocation": (Action.REVOKE, examples.REVOCATION),
    "suspension": (Action.SUSPEND, examples.SUSPENSION),
    "reinstatement": (Action.REINSTATE, examples.REINSTATEMENT),
}


async def raw_body(request: Request) -> bytes:
    """The body's bytes. The one coroutine: reading a request is the framework's waiting, not ours."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise Unsupported("media_type_not_supported", expected=JSON)
    return await request.body()


def known_number(text: str) -> str:
    """A path's certificate number. Raises NotFound `certificate_unknown` for what no certificate can have."""
    if _NUMBER.fullmatch(text) is None:
        raise NotFound("certificate_unknown")
    return text


def refusals(*statuses: str, final: bool = False) -> dict[int | str, dict[str, Any]]:
    """The documented refusals of an operation, with one example for each code."""
    documented: dict[int | str, dict[str, Any]] = {}
    for status in statuses:
        known = FINAL if final and status == "409" else REFUSALS[status]
        content = {
            "schema": PROBLEM_SCHEMA,
            "examples": {
                refusal.code: {"value": problem(refusal, language="en", area=PROBLEM_WORDS)}
                for refusal in known
            },
        }
        documented[status] = {"description": known[0].code, "content": {MEDIA_TYPE: content}}
    return documented


def _answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    meanings = {200: "The certificate as it stands", 201: "Signed now"}
    content = {JSON: {"schema": CERTIFICATE_SCHEMA}}
    return {status: {"description": meanings[status], "content": content} for status in statuses}


def routes(counter: Counter) -> APIRouter:
    """Every route of the service."""
    router = APIRouter()
    _add_certifications(router, counter)
    _add_vcalm(router, counter)
    _add_status_changes(router, counter)
    _add_credentials(router, counter)
    _add_publications(router, counter)
    return router


def _caller_of(counter: Counter) -> Callable[..., Caller]:
    def caller(shown: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]) -> Caller:
        return authenticate(
            None if shown is None else shown.credentials, store=counter.desk.store, now=counter.clock()
        )

    return caller


def _add_certifications(router: APIRouter, counter: Counter) -> None:
    caller_of = _caller_of(counter)

    @router.post(
        "/v1/certifications",
        summary="Certify",
        status_code=201,
        response_class=Response,
        responses=_answers(201, 200) | refusals("401", "403", "409", "413", "422", "503"),
        openapi_extra=body_of(CertificationRequest, examples.CERTIFICATIONS),
    )
    def post_certification(
        caller: Annotated[Caller, Depends(caller_of)], body: Annotated[bytes, Depends(raw_body)]
    ) -> Response:
        """Sign one certification. Send it again as often as you like: one number is one certificate.

        201 the first time, 200 with the same certificate afterwards, 409 if the number stands for something
        else.
        """
        order = read_certification(parse_json(body))
        issued, created = issue(order, body=caller.body, desk=counter.desk, now=counter.clock())
        return Response(
            certificate_json(issued, desk=counter.desk), status_code=201 if created else 200, media_type=JSON
        )


def _add_vcalm(router: APIRouter, counter: Counter) -> None:
    caller_of = _caller_of(counter)

    @router.post(
        "/credentials/issue",
        summary="Certify, by VCALM",
        status_code=201,
        response_class=Response,
        responses=ISSUED | refusals("401", "403", "409", "413", "422", "503"),
        openapi_extra={"requestBody": {"content": {JSON: {"schema": ISSUE_SCHEMA}}, "required": True}},
    )
    def post_issue(
        caller: Annotated[Caller, Depends(caller_of)], body: Annotated[bytes, Depends(raw_body)]
    ) -> Response:
        """Certify with an unsigned wallet credential in place of an order; it is read back to facts.

        Leave out `credentialStatus`, `validFrom` and `proof`, which the issuer writes. Everything else must
        be exactly what would be signed, or 422 names the member.
        """
        issued, created = certify(read_issue(body), body=caller.body, desk=counter.desk, now=counter.clock())
        content = orjson.dumps({"verifiableCredential": orjson.Fragment(issued.signed.wallet)})
        return Response(content, status_code=201 if created else 200, media_type=JSON)


def _add_status_changes(router: APIRouter, counter: Counter) -> None:
    for name, (action, example) in _STATUS_PATHS.items():
        _add_status_change(router, counter, name, action, example)


def _add_status_change(
    router: APIRouter, counter: Counter, name: str, action: Action, example: dict[str, Any]
) -> None:
    caller_of = _caller_of(counter)

    @router.post(
        PATH + "/{number:path}/" + name,
        summary=name.capitalize(),
        name=f"post_{name}",
        response_class=Response,
        responses=_answers(200) | refusals("401", "404", "409", "422", "503", final=True),
        openapi_extra=body_of(StatusRequest, {name: {"value": example}}),
    )
    def post_change(
        number: str,
        caller: Annotated[Caller, Depends(caller_of)],
        body: Annotated[bytes, Depends(raw_body)],
    ) -> Response:
        """Change the status; asking twice changes nothing.

        `status_list` says whether the public list has it: `published`, or `pending` until a later turn.
        """
        reason, now = ReasonClass(read_reason(parse_json(body))), counter.clock()
        issued, _ = CHANGES[action](
            known_number(number), reason, caller=caller, store=counter.desk.store, now=now
        )
        status = counter.press.announce(issued.plan.slot.list, now=now)
        return Response(certificate_json(issued, desk=counter.desk, status=status), media_type=JSON)


def _add_credentials(router: APIRouter, counter: Counter) -> None:
    caller_of = _caller_of(counter)

    @router.get(
        PATH + "/{number:path}",
        summary="See a certificate",
        response_class=Response,
        responses=_answers(200) | refusals("401", "404", "503"),
    )
    def get_credential(number: str, caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        """Your certificate as JSON; with `.png` or `.svg` its QR, with `.json` the signed credential.

        A number of another body answers exactly as one that does not exist.
        """
        face = next(face for face in FACES if number.endswith(face.ending))
        wanted = known_number(number[: len(number) - len(face.ending)])
        issued = counter.desk.store.find(wanted, body=caller.body)
        if issued is None:
            raise NotFound("certificate_unknown")
        headers = {"Cache-Control": "private, no-store"}
        return Response(face.show(issued, counter.desk), media_type=face.media_type, headers=headers)


def _add_publications(router: APIRouter, counter: Counter) -> None:
    office = counter.desk.office
    base = f"/{office.country.lower()}/{office.issuer}"

    @router.get(base + "/status/{purpose}/{number}", summary="Status list", response_class=Response)
    def get_status_list(
        purpose: str, number: str, if_none_match: Annotated[str | None, Header()] = None
    ) -> Response:
        """The signed BitstringStatusListCredential: public, and fetched whole."""
        known = next((each for each in PURPOSES if each == purpose), None)
        if known is None or _LIST_NUMBER.fullmatch(number) is None:
            raise NotFound("not_found")
        published = counter.desk.store.published(int(number), known)
        if published is None:
            raise NotFound("not_found")
        return _cached(published.document, "application/vc", if_none_match)

    @router.get(base + "/did.json", summary="DID document", response_class=Response)
    def get_did_document(if_none_match: Annotated[str | None, Header()] = None) -> Response:
        """The issuer's keys, for wallets outside the network."""
        document = did_document(office, counter.desk.signer, counter.desk.registry())
        return _cached(orjson.dumps(document), MEDIA_TYPE_OF_DID, if_none_match)

    @router.get("/healthz", summary="Health")
    def get_health() -> dict[str, Any]:
        """200 while the database answers; `ready` once a trust list is held, without which nothing is
        signed."""
        return counter.health()


def _cached(content: bytes, media_type: str, if_none_match: str | None) -> Response:
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=60"}
    if if_none_match == etag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


def install_request_problems(app: FastAPI) -> None:
    """A request with several faults names them all, each in the caller's language."""

    @app.exception_handler(RequestRefused)
    def _refused(request: Request, refusal: RequestRefused) -> JSONResponse:
        language = language_of(request)
        body = problem(refusal, language=language, area=PROBLEM_WORDS)
        body["errors"] = [
            {
                "field": fault.field,
                "code": fault.code,
                "title": sentence(fault.code, language, fault.params, area=PROBLEM_WORDS),
                **fix_of(fault.code, language, fault.params, area=PROBLEM_WORDS),
            }
            for fault in refusal.faults
        ]
        return answer(body)
