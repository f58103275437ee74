"""The routes: the API, the form for people, and health. Bodies are read once as bytes; nothing is modelled
twice."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from starlette.datastructures import FormData, ImmutableMultiDict, UploadFile

from certes.credential.errors import Malformed, Refusal
from certes.runtime.clock import Clock
from certes.runtime.languages import negotiate
from certes.runtime.problems import answer, language_of, problem
from certes.runtime.refusals import NotFound
from certes.runtime.trust_source import TrustSource
from verifier import vcalm
from verifier.answer import answer_of
from verifier.pages import Asked, VerifierPages
from verifier.question import Question, parse_question
from verifier.result import Outcome
from verifier.status_cache import StatusCache
from verifier.submission import (
    FORM_FIELDS,
    LANGUAGE_NAMES,
    QUESTION_MEMBERS,
    Submission,
    language_of_body,
    parse_body,
    parse_text_body,
    read_body,
    read_submission,
    require_names,
    require_utf8,
)
from verifier.verification import Desk, verify

PROBLEM_WORDS = "problems.verifier"
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
    window: vcalm.Window

    def question(self, members: Mapping[str, object]) -> Question:
        """The question as asked, today where no day is named."""
        return parse_question(members, default_country=self.default_country, today=self.clock().date())

    def answer(self, submission: Submission) -> Outcome:
        """Read, then verify. Raises Refusal for what cannot be read."""
        question = self.question(submission.question)
        presented = read_submission(submission, desk=self.desk)
        return verify(presented, question, desk=self.desk, now=self.clock())

    def answer_in(self, language: str, outcome: Outcome) -> dict[str, Any]:
        """The API's answer."""
        return answer_of(
            outcome, language=language, registry=self.pages.registry, development=self.pages.development
        )

    def members(self) -> tuple[str, ...]:
        """The countries to choose from; without trust data, our own."""
        view = self.trust.view
        return (self.default_country,) if view is None else tuple(sorted(view.charter.members))


async def submitted(request: Request) -> Submission:
    """The body in its media type; the language it names is known to whoever says a refusal. Raises Malformed,
    TooLarge."""
    query = request.query_params
    request.state.language = query.get("language")
    media = _media_type(request)
    if media == "text/plain":
        require_names(_names(query), QUESTION_MEMBERS | LANGUAGE_NAMES)
        return parse_text_body(await request.body(), query=query)
    if media == "application/json":
        return await _json(request)
    if media == "multipart/form-data":
        return await _form(request)
    raise Malformed("media_type_not_supported", field="content-type", expected=ACCEPTED)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _names(given: ImmutableMultiDict[str, Any]) -> list[str]:
    """The names as they stand, one that is repeated as often as it is."""
    return [name for name, _ in given.multi_items()]


async def _json(request: Request) -> Submission:
    body = parse_body(await request.body())
    request.state.language = language_of_body(body) or request.state.language
    require_names(_names(request.query_params), LANGUAGE_NAMES)
    return read_body(body)


async def _form(request: Request) -> Submission:
    limits: dict[str, Any] = {
        "max_files": MAX_FILES,
        "max_fields": MAX_FIELDS,
        "max_part_size": MAX_FIELD_BYTES,
    }
    require_utf8(request.headers.get("content-type", ""))
    form = await _parsed(request, limits)
    try:
        return await _read_form(form, request)
    finally:
        await form.close()


async def _read_form(form: FormData, request: Request) -> Submission:
    named = form.get("language")
    if isinstance(named, str) and named:
        request.state.language = named
    _require_form(form, request)
    file = b""
    for name in ("file", "photo"):
        part = form.get(name)
        if not file and isinstance(part, UploadFile):
            require_utf8(part.headers.get("content-type", ""))
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


async def _parsed(request: Request, limits: Mapping[str, Any]) -> FormData:
    """The form's parts. Raises Malformed `request_invalid` for one that the parser itself stumbles over."""
    try:
        return await request.form(**limits)
    except (ValueError, LookupError):  # UnicodeError is a ValueError
        raise Malformed("request_invalid", field="body") from None


def _require_form(form: FormData, request: Request) -> None:
    """Every field known, once, and the question written as text: a file in its place would be no question."""
    require_names(_names(request.query_params), LANGUAGE_NAMES)
    require_names(_names(form), FORM_FIELDS)
    for name in (*sorted(QUESTION_MEMBERS), "language", "text"):
        if isinstance(form.get(name), UploadFile):
            raise Malformed("request_invalid", field=name)


def _field(form: FormData, name: str) -> str | None:
    value = form.get(name)
    return value if isinstance(value, str) else None


async def form_submitted(request: Request) -> Submission | Refusal:
    """The page's form, or why it cannot be read: its sender gets a page either way."""
    request.state.language = None
    try:
        if _media_type(request) != "multipart/form-data":
            raise Malformed("media_type_not_supported", field="content-type", expected="multipart/form-data")
        return await _form(request)
    except Refusal as refusal:
        return refusal


async def raw_body(request: Request) -> bytes:
    """The body's bytes."""
    return await request.body()


Raw = Annotated[bytes, Depends(raw_body)]
FormSent = Annotated[Submission | Refusal, Depends(form_submitted)]


class _Direct(APIRoute):
    """A route whose function takes the request alone: there is nothing to be solved before, or modelled
    after."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The function itself."""
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


def routes(counter: Counter) -> APIRouter:
    """Every route of the verifier."""
    router = APIRouter()

    async def post_verification(request: Request) -> Response:
        submission = await submitted(request)
        language = request.state.language = _language(submission, request)
        if submission.file is None:  # answered from memory, sooner than a thread would have taken it up
            return _verified(counter, submission, language)
        return await run_in_threadpool(_verified, counter, submission, language)

    router.add_api_route(
        "/v1/verifications",
        post_verification,
        methods=["POST"],
        response_class=Response,
        route_class_override=_Direct,
    )

    @router.post("/credentials/verify", response_class=Response)
    def post_credential(request: Request, body: Raw) -> Response:
        return _vcalm(vcalm.answer_credential, counter, body, language=language_of(request))

    @router.post("/presentations/verify", response_class=Response)
    def post_presentation(request: Request, body: Raw) -> Response:
        return _vcalm(vcalm.answer_presentation, counter, body, language=language_of(request))

    @router.get("/", response_class=HTMLResponse)
    @router.get("/c", response_class=HTMLResponse)
    @router.get("/c/", response_class=HTMLResponse)  # the path that some cards are printed with
    def get_form(request: Request) -> HTMLResponse:
        query = request.query_params
        members = {name: query[name] for name in ("country", "trade") if name in query}
        asked = _asked(counter, members, opened=query.get("opened") == "camera")
        return _form_page(counter, asked, language=language_of(request))

    @router.post("/", response_class=HTMLResponse)
    def post_form(request: Request, submission: FormSent) -> HTMLResponse:
        language = language_of(request)
        if isinstance(submission, Refusal):
            return _told_page(counter, _asked(counter, {}), submission, language=language)
        return _verdict_page(counter, submission, language=language)

    @router.get("/healthz")
    def get_health() -> Response:
        return _health(counter)

    return router


def _verified(counter: Counter, submission: Submission, language: str) -> Response:
    outcome = counter.answer(submission)
    body = orjson.dumps(counter.answer_in(language, outcome), option=AS_TEXT)
    return Response(body, media_type="application/json", headers=NO_STORE | {"Content-Language": language})


def _vcalm(answer: Callable[..., vcalm.Answer], counter: Counter, body: bytes, *, language: str) -> Response:
    status, members = answer(body, counter.window, now=counter.clock(), language=language)
    headers = NO_STORE | {"Content-Language": language}
    return Response(
        orjson.dumps(members, option=AS_TEXT), status, media_type="application/json", headers=headers
    )


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
        return _told_page(counter, asked, refusal, language=language)
    question = outcome.question
    asked = Asked(question.host, question.at, question.trade, opened=submission.opened)
    today = counter.clock().date()
    return counter.pages.verdict(outcome, asked, members=counter.members(), today=today, language=language)


def _told_page(counter: Counter, asked: Asked, refusal: Refusal, *, language: str) -> HTMLResponse:
    told = problem(refusal, language=language, area=PROBLEM_WORDS)
    return _form_page(counter, asked, language=language, told=told)


def nothing_here(request: Request, error: Exception, *, pages: VerifierPages) -> Response:
    """404: a page for a browser, in its language; a problem for a program."""
    language = language_of(request)
    if "text/html" in request.headers.get("accept", ""):
        return pages.nothing_here(language=language)
    return answer(problem(NotFound("not_found"), language=language, area=PROBLEM_WORDS))


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
        "trust_alarm": counter.trust.trust_alarm,
    }
    status = 503 if view is None else 200
    return Response(
        orjson.dumps(body, option=AS_TEXT), status, media_type="application/json", headers=dict(NO_STORE)
    )
