"""What every service's application has: problems, limits, headers, a request log and a health answer."""

import mimetypes
from importlib.resources import files

from fastapi import FastAPI, Request
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
_PROTECTING = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
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


class _LogAndProtect:
    """Puts the security headers on every answer, turns what nobody caught into a problem, writes one line.

    At the level of messages: a middleware that gets requests and answers costs a task and two streams each.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = monotonic_s()
        status = 0

        async def protected(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _protect(message)
            await send(message)

        try:
            await self._app(scope, receive, protected)
        except Exception as error:  # noqa: BLE001  the one place; a server would print the text with its names
            response = failed(Request(scope), error)
            if status == 0:
                await response(scope, receive, protected)
        route = scope.get("route")
        log(
            "request",
            method=scope["method"],
            route=getattr(route, "path", "-"),  # the template: a path may hold a certificate number
            status=status,
            duration_ms=round((monotonic_s() - began) * 1000),
        )


def _protect(start: Message) -> None:
    headers = start.setdefault("headers", [])
    there = {name.lower() for name, _ in headers}
    start["headers"] = [*headers, *[(name, value) for name, value in _PROTECTING if name not in there]]


def _claimed_length(scope: Scope) -> int:
    """The Content-Length, or 0 where there is none that can be read: the body is counted in any case."""
    text = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(text) if text.isdigit() and len(text) <= MAX_LENGTH_DIGITS else 0


def prepare(app: FastAPI, *, max_body_bytes: int = MAX_BODY_BYTES) -> FastAPI:
    """Install what is common. `GET /healthz` is the service's own: it knows what it needs to be ready."""
    install_problems(app)
    app.add_middleware(_BodyLimit, max_bytes=max_body_bytes)

    app.add_middleware(_LogAndProtect)
    return app


def serve_assets(app: FastAPI) -> None:
    """Serve the shared styles, icons and scripts of web/ under /assets."""
    mimetypes.add_type("text/javascript", ".js")
    app.mount("/assets", StaticFiles(directory=str(files("web"))), name="assets")
