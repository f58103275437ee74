"""The routes: the API, the form for people, and health. Bodies are read once as bytes; nothing is modelled
twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData, UploadFile

from certes.credential.errors import Malformed, Refusal
from certes.runtime.clock import Clock
from certes.runtime.languages import negotiate
from certes.runtime.problems import language_of, problem
from certes.runtime.trust_source import TrustSource
from verifier.answer import answer_of
from verifier.pages import Asked, VerifierPages
from verifier.question import Question, parse_question
from verifier.result import Outcome
from verifier.status_cache import StatusCache
from verifier.submission import Submission, parse_json_body, parse_text_body, read_submission
from verifier.verification import Desk, verify

MAX_FIELD_BYTES = 256 * 1024  # a pasted credential
MAX_FILES, MAX_FIELDS = 2, 12  # the form has a photograph and a file
MAX_CARRIED_CHARACTERS = 64 * 1024  # of a pasted text that the form keeps when it comes back
ACCEPTED = "text/plain, application/json, multipart/form-data"
NO_STORE = {"Cache-Control": "no-store"}
AS_TEXT = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


@dataclass(frozen=True)
class Counter:
    """What the routes work with: the desk, the sources' state, the pages, and the clock."""

    desk: Desk
    trust: TrustSource
    status: StatusCache
    pages: VerifierPages
    clock: Clock
    default_country: str

    def question(self, members: Mapping[str, object]) -> Question:
        """The question as asked, today where no day is named."""
        return parse_question(members, default_country=self.default_country, today=self.clock().date())

    def answer(self, submission: Submission) -> Outcome:
        """Read, then verify. Raises Refusal for what cannot be read."""
        question = self.question(submission.question)
        presented = read_submission(submission, desk=self.desk)
        return verify(presented, question, desk=self.desk, now=self.clock())

    def members(self) -> tuple[str, ...]:
        """The countries to choose from; without trust data, our own."""
        view = self.trust.view
        return (self.default_country,) if view is None else tuple(sorted(view.charter.members))


async def submitted(request: Request) -> Submission:
    """The body in its media type. Raises Malformed, TooLarge."""
    media = _media_type(request)
    if media == "text/plain":
        return parse_text_body(await request.body(), query=request.query_params)
    if media == "application/json":
        return parse_json_body(await request.body())
    if media == "multipart/form-data":
        return await _form(request)
    raise Malformed("media_type_not_supported", field="content-type", expected=ACCEPTED)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _form(request: Request) -> Submission:
    limits: dict[str, Any] = {
        "max_files": MAX_FILES,
        "max_fields": MAX_FIELDS,
        "max_part_size": MAX_FIELD_BYTES,
    }
    async with request.form(**limits) as form:
        file = b""
        for name in ("file", "photo"):
            part = form.get(name)
            if not file and isinstance(part, UploadFile):
                file = await part.read()
        text = _field(form, "text")
        question = {name: _field(form, name) for name in ("country", "trade", "date")}
        return Submission(
            text=text if text and not file else None,
            file=file or None,
            question={name: value for name, value in question.items() if value},
            language=_field(form, "language"),
            opened=_field(form, "opened") == "camera",
        )


def _field(form: FormData, name: str) -> str | None:
    value = form.get(name)
    return value if isinstance(value, str) else None


async def form_submitted(request: Request) -> Submission:
    """The page's form. Raises Malformed `media_type_not_supported` for anything else."""
    if _media_type(request) != "multipart/form-data":
        raise Malformed("media_type_not_supported", field="content-type", expected="multipart/form-data")
    return await _form(request)


Sent = Annotated[Submission, Depends(submitted)]
FormSent = Annotated[Submission, Depends(form_submitted)]


def routes(counter: Counter) -> APIRouter:
    """Every route of the verifier."""
    router = APIRouter()

    @router.post("/v1/verifications", response_class=Response)
    def post_verification(request: Request, submission: Sent) -> Response:
        language = request.state.language = _language(submission, request)
        outcome = counter.answer(submission)
        body = orjson.dumps(answer_of(outcome, language=language), option=AS_TEXT)
        return Response(
            body, media_type="application/json", headers=NO_STORE | {"Content-Language": language}
        )

    @router.get("/", response_class=HTMLResponse)
    def get_form(request: Request) -> HTMLResponse:
        query = request.query_params
        members = {name: query[name] for name in ("country", "trade") if name in query}
        asked = _asked(counter, members, opened=query.get("opened") == "camera")
        return _form_page(counter, asked, language=language_of(request))

    @router.post("/", response_class=HTMLResponse)
    def post_form(request: Request, submission: FormSent) -> HTMLResponse:
        return _verdict_page(counter, submission, language=language_of(request))

    @router.get("/healthz")
    def get_health() -> Response:
        return _health(counter)

    return router


def _language(submission: Submission, request: Request) -> str:
    query = request.query_params
    explicit = submission.language or query.get("language") or query.get("lang")
    return negotiate(explicit, request.headers.get("accept-language"))


def _verdict_page(counter: Counter, submission: Submission, *, language: str) -> HTMLResponse:
    """The answer as a page; what cannot be read or asked comes back as the form with a sentence on top."""
    try:
        outcome = counter.answer(submission)
    except Refusal as refusal:
        asked = _asked(counter, submission.question, text=submission.text or "", opened=submission.opened)
        return _form_page(counter, asked, language=language, told=problem(refusal, language=language))
    question = outcome.question
    asked = Asked(question.host, question.at, question.trade, opened=submission.opened)
    today = counter.clock().date()
    return counter.pages.verdict(outcome, asked, members=counter.members(), today=today, language=language)


def _form_page(
    counter: Counter, asked: Asked, *, language: str, told: Mapping[str, Any] | None = None
) -> HTMLResponse:
    today = counter.clock().date()
    return counter.pages.form(asked, members=counter.members(), today=today, language=language, problem=told)


def _asked(counter: Counter, members: Mapping[str, object], *, text: str = "", opened: bool = False) -> Asked:
    """What the form keeps of a question; a member that cannot be read falls back to its default."""
    kept: dict[str, object] = {}
    for name, value in members.items():
        try:
            counter.question({name: value})
        except Refusal:
            continue
        kept[name] = value
    question = counter.question(kept)
    return Asked(question.host, question.at, question.trade, text[:MAX_CARRIED_CHARACTERS], opened)


def _health(counter: Counter) -> Response:
    """503 until there was ever a trust bundle: such a verifier can say nothing, and a balancer should
    know."""
    view = counter.trust.view
    refusal = counter.trust.last_refusal
    body = {
        "ready": view is not None,
        "trust_as_of": None if view is None else view.as_of,
        "status_lists": counter.status.count,
        "last_refusal": None if refusal is None else refusal.code,
    }
    status = 503 if view is None else 200
    return Response(
        orjson.dumps(body, option=AS_TEXT), status, media_type="application/json", headers=dict(NO_STORE)
    )
