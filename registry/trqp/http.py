"""`POST /authorization` and `POST /recognition`. The protocol's statuses are 200, 400, 401, 404 and 500: what
our other addresses answer with 413, 415 or 422 is 400 here. Nothing is secret, so there is no 401."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from certes.credential.errors import Malformed, Refusal, Unsupported
from certes.runtime.clock import Clock
from certes.runtime.languages import LANGUAGES
from certes.runtime.problems import answer, language_of, problem, words_of
from registry.asof import Views
from registry.trqp import documents
from registry.trqp.answers import Asked, authorization, recognition
from registry.trqp.request import parse_query

JSON = "application/json"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
_NO_QUERY = "No query of the protocol: not JSON, a member that is missing or no string, a time without Z."
_UNKNOWN = "An entity, authority, action, resource or log size that the register does not hold."
_NOT_NOW = "The register cannot be read at the moment."


async def _raw_body(request: Request) -> bytes:
    return await request.body()


RawBody = Annotated[bytes, Depends(_raw_body)]


def routes(views: Views, clock: Clock) -> APIRouter:
    """The two queries."""
    router = APIRouter(tags=["TRQP v2"])
    refused = documents.problems(_400=_NO_QUERY, _404=_UNKNOWN, _503=_NOT_NOW)

    def answered(request: Request, raw: bytes, ask: Callable[[Asked], dict[str, Any]]) -> Response:
        try:
            _require_json(request)
            query = parse_query(raw)
            language = query.context.language or ""
            if language in LANGUAGES:
                request.state.language = language
            known = views.at(query.context.log_size)
            found = ask(Asked(query, known, clock(), language_of(request)))
        except (Malformed, Unsupported) as refusal:
            return _headed(request, _refused(request, refusal, 400))
        except Refusal as refusal:
            return _headed(request, _refused(request, refusal, None))
        return _headed(request, JSONResponse(found))

    @router.post(
        "/authorization",
        summary="TRQP v2 authorization query",
        openapi_extra=documents.body(documents.AUTHORIZATION_REQUEST, documents.AUTHORIZATION_EXAMPLE),
        responses={
            200: {
                "description": "The answer, whatever it is.",
                "content": documents.json_content(
                    documents.AUTHORIZATION_ANSWER, documents.AUTHORIZATION_ANSWER_EXAMPLE
                ),
            },
            **refused,
        },
    )
    def post_authorization(request: Request, body: RawBody) -> Response:
        """May this issuer certify this trade and level, by the list of this country?

        `authorized` is true only where the country's newest list says so without doubt. With `context.host`,
        `recognition` says beside it whether such a certificate counts there.
        """
        return answered(request, body, authorization)

    @router.post(
        "/recognition",
        summary="TRQP v2 recognition query",
        openapi_extra=documents.body(documents.RECOGNITION_REQUEST, documents.RECOGNITION_EXAMPLE),
        responses={
            200: {
                "description": "The answer, whatever it is.",
                "content": documents.json_content(
                    documents.RECOGNITION_ANSWER, documents.RECOGNITION_ANSWER_EXAMPLE
                ),
            },
            **refused,
        },
    )
    def post_recognition(request: Request, body: RawBody) -> Response:
        """Does this country recognise certificates of that issuer, or of that country, for this?

        `recognized` is true only without any condition. The four-valued `decision`, its `reasons`,
        `conditions` and `evidence` say the rest. A certificate's own cancellation is not looked at: whoever
        holds one checks it.
        """
        return answered(request, body, recognition)

    return router


def _require_json(request: Request) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != JSON:
        raise Malformed("media_type_not_supported", field="content-type", expected=JSON)


def _refused(request: Request, refusal: Refusal, status: int | None) -> Response:
    return answer(problem(refusal, language=language_of(request), status=status, area=words_of(request)))


def _headed(request: Request, response: Response) -> Response:
    """Whoever traces a query finds its id in the answer (HTTPS binding, Common Request Headers)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-store"
    sent = request.headers.get("x-request-id", "")
    if _REQUEST_ID.fullmatch(sent):
        response.headers["X-Request-ID"] = sent
    return response
