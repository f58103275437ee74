"""Refusals as HTTP answers: the only table from a refusal to a status, and RFC 9457 problem details.

`title` and `fix` are sentences of schemas/words/problems in the caller's language, under `<code>` and
`<code>.fix`. Nothing the caller did not send is echoed, and no exception text of a library ever is.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from certes.credential.errors import Malformed, Misuse, Refusal, Unreachable, Unsupported
from certes.runtime.languages import has_words, negotiate, say, size
from certes.runtime.logs import warn
from certes.runtime.refusals import Busy, Conflict, Forbidden, NotFound, TooLarge, Unauthenticated

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:certes:problem:"
GENERAL_WORDS = "problems"

# First match wins, so subclasses stand before their parents.
STATUS_OF: tuple[tuple[type[Refusal], int], ...] = (
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (TooLarge, 413),
    (Malformed, 422),
    (Unsupported, 422),
    (Busy, 503),
    (Unreachable, 503),
    (Misuse, 500),
)
STATUS_OF_CODE: Mapping[str, int] = {
    "json_invalid": 400,
    "media_type_not_supported": 415,
    "too_many_requests": 429,
}
_CODE_OF_HTTP = {
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "media_type_not_supported",
}


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal."""
    if refusal.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[refusal.code]
    return next((status for kind, status in STATUS_OF if isinstance(refusal, kind)), 500)


def problem(
    refusal: Refusal, *, language: str, status: int | None = None, area: str = GENERAL_WORDS
) -> dict[str, Any]:
    """The problem details of a refusal (RFC 9457, section 3.1), in the words of a service's `area`."""
    body: dict[str, Any] = {
        "type": TYPE_PREFIX + refusal.code,
        "title": sentence(refusal.code, language, refusal.params, area=area),
        "status": status or status_of(refusal),
        "code": refusal.code,
    }
    if refusal.field is not None:
        body["field"] = refusal.field
    body |= fix_of(refusal.code, language, refusal.params, area=area)
    if refusal.params:
        body["params"] = dict(refusal.params)
    return body


def sentence(code: str, language: str, params: Mapping[str, object], *, area: str = GENERAL_WORDS) -> str:
    """The sentence for a code. One that has none yet falls back to a general one; a test lists those."""
    if has_words(area, code):
        return say(area, code, language, **_worded(params, language))
    return say(area, "general", language, code=code)


def _worded(params: Mapping[str, object], language: str) -> dict[str, object]:
    """A limit in bytes is also there as a `size` for people: 12 Mo."""
    limit = params.get("limit")
    return {**params, "size": size(limit, language)} if isinstance(limit, int) else dict(params)


def language_of(request: Request) -> str:
    """The caller's language: what a handler read in the body, `?lang=`, Accept-Language, French."""
    named = getattr(request.state, "language", None) or request.query_params.get("lang")
    return negotiate(named, request.headers.get("accept-language"))


def fix_of(code: str, language: str, params: Mapping[str, object], *, area: str) -> dict[str, str]:
    """`fix`: what to do about it; nothing where there is nothing to do."""
    if not has_words(area, f"{code}.fix"):
        return {}
    return {"fix": say(area, f"{code}.fix", language, **_worded(params, language))}


def words_of(request: Request) -> str:
    """The area whose sentences this application says: `use_words` set it."""
    area: str = getattr(request.app.state, "problem_words", GENERAL_WORDS)
    return area


def use_words(app: FastAPI, area: str) -> None:
    """Let `app` say its problems in the words of its own readers, e.g. `problems.issuer`."""
    app.state.problem_words = area


def install_problems(app: FastAPI) -> None:
    """Make every refusal of `app` a problem+json answer, FastAPI's own 404, 405 and 422 included."""

    @app.exception_handler(Refusal)
    def _refused(request: Request, refusal: Refusal) -> JSONResponse:
        body = problem(refusal, language=language_of(request), area=words_of(request))
        if body["status"] >= 500:
            warn("request_refused", code=refusal.code, field=refusal.field, status=body["status"])
        return answer(body)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> JSONResponse:
        code = _CODE_OF_HTTP.get(error.status_code, "request_invalid")
        body = problem(
            Refusal(code), language=language_of(request), status=error.status_code, area=words_of(request)
        )
        return answer(body, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        body = problem(Malformed("request_invalid"), language=language_of(request))
        body["errors"] = [
            {
                "field": ".".join(str(part) for part in item["loc"] if part != "body"),
                "rule": item["type"],
                "detail": item["msg"],
            }
            for item in error.errors()
        ]
        if body["errors"]:
            body["field"] = body["errors"][0]["field"]
        return answer(body)


def failed(request: Request, error: Exception) -> JSONResponse:
    """The answer to a bug of ours. Logged by class: the text of an exception may quote a person's name."""
    warn("request_failed", error_class=type(error).__name__)
    return answer(problem(Misuse("internal_error"), language=language_of(request)))


def answer(body: dict[str, Any], *, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A problem as a response; 503 says when to ask again, 401 how to authenticate."""
    extra = dict(headers or {})
    if body["status"] == 503:
        extra.setdefault("Retry-After", "5")
    if body["status"] == 401:
        extra.setdefault("WWW-Authenticate", "Bearer")
    return JSONResponse(body, status_code=body["status"], media_type=MEDIA_TYPE, headers=extra)
