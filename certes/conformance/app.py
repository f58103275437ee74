"""The application of the test profile: VCALM for every issuer of this run, one verifier, one DID resolver."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from certes import __version__
from certes.conformance import resolution
from certes.conformance.contexts import context_files, load_contexts
from certes.conformance.issuing import Desk, issue
from certes.conformance.keys import Issuer, make_issuers
from certes.conformance.lane import Lane
from certes.conformance.statuses import PATH as STATUS_PATH
from certes.conformance.statuses import Statuses
from certes.conformance.verifying import verify_credential, verify_vp
from certes.credential.errors import Malformed, Misuse, Refusal, Unsupported
from certes.credential.parsing import parse_json
from certes.runtime import vcalm
from certes.runtime.clock import Clock, system_clock
from certes.runtime.problems import answer as problem_answer
from certes.runtime.problems import language_of, problem
from certes.runtime.slow_lane import SlowLane
from certes.runtime.web import prepare

VERIFY_PATH, VERIFY_VP_PATH, RESOLVE_PATH = "/credentials/verify", "/presentations/verify", "/identifiers"
SLOW_WORKERS = 2
CREDENTIAL, PRESENTATION = "verifiableCredential", "verifiablePresentation"


def addresses(base: str, issuers: dict[str, Issuer]) -> dict[str, Any]:
    """What a test suite's configuration needs, as one JSON object."""
    return {
        "base": base,
        "issuers": {name: {"path": issuer.kind.path, "did": issuer.did} for name, issuer in issuers.items()},
        "verifier": VERIFY_PATH,
        "vpVerifier": VERIFY_VP_PATH,
        "didResolver": RESOLVE_PATH,
    }


async def body_of(request: Request) -> bytes:
    """The body's bytes, whatever media type they are said to be."""
    return await request.body()


Body = Annotated[bytes, Depends(body_of)]


def build_app(base: str, *, clock: Clock = system_clock) -> FastAPI:
    """The application under `base`, such as https://127.0.0.1:8443. Its keys live as long as it does."""
    slow = SlowLane(size=SLOW_WORKERS, inline_contexts=True)
    issuers, suites = make_issuers(), Lane(slow).suites()
    statuses = Statuses(base, issuers["bitstring-status-list"], suites["eddsa-rdfc-2022"])
    desk = Desk(suites, load_contexts(), context_files(), statuses)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        slow.close()

    app = FastAPI(
        title="Certes conformance", version=__version__, docs_url=None, redoc_url=None, lifespan=lifespan
    )
    app.state.addresses = addresses(base, issuers)
    app.state.issuers = issuers
    prepare(app)
    app.include_router(_issuing(issuers, desk, clock))
    app.include_router(_verifying(desk, clock))
    app.include_router(_publishing(desk, clock))
    return app


def _issuing(issuers: dict[str, Issuer], desk: Desk, clock: Clock) -> APIRouter:
    router = APIRouter()

    @router.post("/issuers/{name}/credentials/issue")
    def post_issue(name: str, request: Request, body: Body) -> JSONResponse:
        if name not in issuers:
            return JSONResponse({"title": "issuer_not_found"}, status_code=404)
        try:
            asked = vcalm.read_request(
                parse_json(body), name="credential", options=vcalm.ISSUE_OPTIONS, closed=False
            )
            secured = issue(asked, issuers[name], desk, now=clock())
        except (Malformed, Unsupported, Misuse) as refusal:
            return _not_issued(refusal, request)
        return JSONResponse({CREDENTIAL: secured}, status_code=201)

    @router.post("/credentials/status")
    def post_status(body: Body) -> JSONResponse:
        members = parse_json(body)
        named, entry = members.get("credentialId"), members.get("credentialStatus", {})
        value = members.get("status", True)
        if not isinstance(named, str) or not isinstance(entry, dict) or not isinstance(value, bool):
            raise Malformed("request_invalid", field="credentialId")
        if entry.get("statusPurpose", "revocation") != "revocation":
            raise Unsupported("option_unsupported", field="credentialStatus.statusPurpose")
        desk.statuses.change(named, value=value)
        return JSONResponse({})

    return router


def _not_issued(refusal: Refusal, request: Request) -> JSONResponse:
    """400, the one status that VCALM has for an input it does not take: here the caller chooses what is
    signed, so a contract broken is the caller's too."""
    return problem_answer(problem(refusal, language=language_of(request), status=400))


def _verifying(desk: Desk, clock: Clock) -> APIRouter:
    router = APIRouter()

    @router.post(VERIFY_PATH)
    def post_verify(request: Request, body: Body) -> JSONResponse:
        language = language_of(request)

        def answer() -> dict[str, Any]:
            asked = vcalm.read_request(
                parse_json(body), name=CREDENTIAL, options=vcalm.CREDENTIAL_OPTIONS, closed=False
            )
            report = verify_credential(asked, desk, now=clock())
            return vcalm.credential_answer(report, asked, language=language)

        return _answered(answer, language)

    @router.post(VERIFY_VP_PATH)
    def post_verify_vp(request: Request, body: Body) -> JSONResponse:
        language = language_of(request)

        def answer() -> dict[str, Any]:
            asked = vcalm.read_request(
                parse_json(body), name=PRESENTATION, options=vcalm.PRESENTATION_OPTIONS, closed=False
            )
            report = verify_vp(asked, desk, now=clock())
            return vcalm.presentation_answer(report, asked, language=language)

        return _answered(answer, language)

    return router


def _answered(answer: Callable[[], dict[str, Any]], language: str) -> JSONResponse:
    """200 if verified and 400 if not; what cannot be read is not verified."""
    try:
        body = answer()
    except (Malformed, Unsupported) as refusal:
        body = vcalm.refused(refusal, language=language)
    return JSONResponse(body, status_code=200 if body["verified"] else 400)


def _publishing(desk: Desk, clock: Clock) -> APIRouter:
    router = APIRouter()

    @router.get(STATUS_PATH)
    def get_status() -> JSONResponse:
        return JSONResponse(desk.statuses.document(clock()), media_type="application/vc")

    @router.post(STATUS_PATH + "/publish")
    def post_publish() -> Response:
        return Response(status_code=204)  # a list is signed anew whenever it is read

    @router.get(RESOLVE_PATH + "/{identifier:path}")
    def get_did(identifier: str, request: Request) -> JSONResponse:
        status, body = resolution.resolve(identifier, key_format=request.query_params.get("publicKeyFormat"))
        return JSONResponse(body, status_code=status, media_type=resolution.MEDIA_TYPE)

    @router.get("/healthz")
    def get_health() -> JSONResponse:
        return JSONResponse({"service": "conformance", "version": __version__, "ready": True})

    return router
