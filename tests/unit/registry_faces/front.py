"""The registry's addresses for programs over an invented world, without a database behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fastapi import FastAPI
from fastapi.testclient import TestClient

from certes.runtime.problems import use_words
from certes.runtime.web import prepare
from certes.trust.translog.notes import KeyUse, NoteSigner
from certes.trust.vouching import log_origin
from registry.asof import Held, Views
from registry.faces import http as faces
from registry.log.store import Cosignature, LogCheckpoint
from registry.slices import Slices
from registry.trqp import http as trqp
from tests.world import NOW, World


@dataclass
class KeptNotes:
    """As much of a log's memory as old checkpoints are."""

    notes: Mapping[int, bytes] = field(default_factory=dict)

    def checkpoint(self, size: int | None = None) -> LogCheckpoint | None:
        """The note without its cosignatures."""
        note = self.notes.get(size or 0)
        if note is None:
            return None
        text, _, lines = note.decode().partition("\n\n")
        own = lines.splitlines(keepends=True)[0]
        return LogCheckpoint(size or 0, b"", f"{text}\n\n{own}".encode(), datetime.fromtimestamp(0, UTC))

    def cosignatures(self, size: int) -> tuple[Cosignature, ...]:
        """The other lines."""
        lines = self.notes[size].decode().partition("\n\n")[2].splitlines(keepends=True)[1:]
        return tuple(Cosignature("", line, datetime.fromtimestamp(0, UTC)) for line in lines)


def log_signer(world: World) -> NoteSigner:
    """The log's key, as it signs notes."""
    return NoteSigner(log_origin(world.network), KeyUse.NOTE, world.log_signer)


def app_of(world: World, *, now: datetime = NOW, notes: Mapping[int, bytes] | None = None) -> FastAPI:
    """The routers alone."""
    view = world.view(now=now)
    views = Views(lambda: Held(view, world.objects), world.charter_id)
    slices = Slices(lambda: view, charter_id=world.charter_id, signer=log_signer(world))
    app = FastAPI(title="front")
    prepare(app)
    use_words(app, "problems.registry")
    app.include_router(trqp.routes(views, lambda: now))
    app.include_router(faces.routes(faces.Front(views, slices, KeptNotes(notes or {}), lambda: now)))
    return app


def client_of(world: World, *, now: datetime = NOW, notes: Mapping[int, bytes] | None = None) -> TestClient:
    """A client of them; what nobody caught is an answer, as it is in service."""
    return TestClient(app_of(world, now=now, notes=notes), raise_server_exceptions=False)
