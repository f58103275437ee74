"""What every service's application has: problems, limits, headers, a request log and a health answer."""

import mimetypes
from collections.abc import Awaitable, Callable
from importlib.resources import files

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from certes.runtime.clock import monotonic_s
from certes.runtime.logs import log
from certes.runtime.problems import answer, failed, install_problems, language_of, problem
from certes.runtime.refusals import TooLarge

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
MAX_BODY_BYTES = 256 * 1024
MAX_LENGTH_DIGITS = 18


class _BodyLimit:
    """Counts the body as it arrives, so that neither a false nor an absent Content-Length matters.

    A framework may turn an exception of `receive` into an answer of its own; that answer is held back and
    replaced by the refusal.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _claimed_length(scope) > self._max_bytes:
            await self._refuse(scope, receive, send)
            return
        seen = 0
        started = False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._max_bytes:
                raise TooLarge("body_too_large", limit=self._max_bytes)
            return message

        async def guarded(message: Message) -> None:
            nonlocal started
            if started or seen <= self._max_bytes:
                started = True
                await send(message)

        await self._app(scope, counted, guarded)
        if not started:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = TooLarge("body_too_large", limit=self._max_bytes)
        response = answer(problem(refusal, language=language_of(Request(scope))))
        await response(scope, receive, send)


def _claimed_length(scope: Scope) -> int:
    """The Content-Length, or 0 where there is none that can be read: the body is counted in any case."""
    text = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(text) if text.isdigit() and len(text) <= MAX_LENGTH_DIGITS else 0


def prepare(app: FastAPI, *, max_body_bytes: int = MAX_BODY_BYTES) -> FastAPI:
    """Install what is common. `GET /healthz` is the service's own: it knows what it needs to be ready."""
    install_problems(app)
    app.add_middleware(_BodyLimit, max_bytes=max_body_bytes)

    @app.middleware("http")
    async def _log_and_protect(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        started = monotonic_s()
        try:
            response = await call_next(request)
        except Exception as error:  # noqa: BLE001  the one place; a server would print the text with its names
            response = failed(request, error)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        route = request.scope.get("route")
        log(
            "request",
            method=request.method,
            route=getattr(route, "path", "-"),  # the template: a path may hold a certificate number
            status=response.status_code,
            duration_ms=round((monotonic_s() - started) * 1000),
        )
        return response

    return app


def serve_assets(app: FastAPI) -> None:
    """Serve the shared styles, icons and scripts of web/ under /assets."""
    mimetypes.add_type("text/javascript", ".js")
    app.mount("/assets", StaticFiles(directory=str(files("web"))), name="assets")
