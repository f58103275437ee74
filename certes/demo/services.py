"""The network's services on loopback, each a real HTTP server on SQLite, in threads of one process."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from certes.credential.errors import Unreachable
from certes.runtime.clock import monotonic_s

HOST = "127.0.0.1"
START_DEADLINE_S = 60.0
POLL_S = 0.05


@dataclass(frozen=True)
class Ports:
    """Where each service listens. The defaults are the ones the README writes."""

    registry: int
    issuers: dict[str, int]
    verifiers: dict[str, int]
    witnesses: dict[str, int]

    @classmethod
    def from_base(cls, base: int, countries: list[str], verifiers: list[str]) -> "Ports":
        """`base` for the registry, the countries' issuers after it, the verifiers from `base` + 11 on, the
        countries' witnesses from `base` + 21 on."""
        return cls(
            base,
            {code: base + number for number, code in enumerate(countries, start=1)},
            {code: base + number for number, code in enumerate(verifiers, start=11)},
            {code: base + number for number, code in enumerate(countries, start=21)},
        )

    @classmethod
    def free(cls, countries: list[str], verifiers: list[str]) -> "Ports":
        """Ports that nobody uses now."""
        count = 1 + 2 * len(countries) + len(verifiers)
        with ExitStack() as held:
            taken = [held.enter_context(socket.socket()) for _ in range(count)]
            for each in taken:
                each.bind((HOST, 0))
            registry, *numbers = (each.getsockname()[1] for each in taken)
        places = iter(numbers)
        issuers, checking, vouching = (
            {code: next(places) for code in codes} for codes in (countries, verifiers, countries)
        )
        return cls(registry, issuers, checking, vouching)

    @property
    def all(self) -> tuple[int, ...]:
        """Every one."""
        groups = (self.issuers, self.verifiers, self.witnesses)
        return (self.registry, *(port for group in groups for port in group.values()))

    def busy(self) -> list[int]:
        """Those that something else listens on."""
        return [port for port in self.all if _busy(port)]


def url(port: int) -> str:
    """The address of a service here."""
    return f"http://{HOST}:{port}"


class Servers:
    """Everything that was started, stopped together, in the reverse order."""

    def __init__(self) -> None:
        self._running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(self, app: Callable[..., Any], port: int) -> None:
        """Serve an ASGI application on a thread."""
        config = uvicorn.Config(app, host=HOST, port=port, log_config=None, access_log=False, lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, name=f"port {port}", daemon=True)
        thread.start()
        self._running.append((server, thread))

    def stop(self) -> None:
        """End all, letting requests under way finish."""
        for server, _ in self._running:
            server.should_exit = True
        for _, thread in reversed(self._running):
            thread.join(timeout=10)


def wait_until(question: str, holds: Callable[[], bool]) -> None:
    """Poll until true. Raises Unreachable `demo_not_ready` after a minute: the demonstration cannot go on."""
    end = monotonic_s() + START_DEADLINE_S
    while not holds():
        if monotonic_s() > end:
            raise Unreachable("demo_not_ready", field=question)
        time.sleep(POLL_S)


def health(port: int) -> dict[str, Any]:
    """A service's own health answer; empty while it does not answer."""
    try:
        answer = httpx.get(f"{url(port)}/healthz", timeout=5, trust_env=False)
    except httpx.HTTPError:
        return {}
    body = answer.json()
    return body if isinstance(body, dict) else {}


def _busy(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def folder(root: Path, name: str) -> Path:
    """A service's own folder."""
    path = root / name
    path.mkdir(parents=True, exist_ok=True)
    return path
