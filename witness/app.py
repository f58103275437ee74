"""Composition only: settings become a store, a witness for each name, and an application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from certes.runtime.clock import Clock, system_clock
from certes.runtime.database import Database, migrate, open_database
from certes.runtime.key_places import open_keys
from certes.runtime.web import prepare
from certes.trust.translog.notes import KeyUse, NoteSigner
from certes.trust.translog.submission import MAX_REQUEST_BYTES
from witness import http
from witness.desk import Witness, logs_of
from witness.settings import Settings
from witness.store_sql import SqlStore


def signers_of(settings: Settings) -> dict[int, NoteSigner]:
    """The signers of all names, by key number. Raises Refusal when a key cannot be had."""
    keys = open_keys(settings.key_place)
    return {
        number: NoteSigner(name, KeyUse.COSIGNATURE, keys.signer(number, verification_method=name))
        for name, number in settings.names.items()
    }


def build_witnesses(settings: Settings, database: Database, *, clock: Clock) -> dict[int, Witness]:
    """The witnesses, wired, by key number."""
    store, logs = SqlStore(database), logs_of(settings.logs)
    return {number: Witness(signer, logs, store, clock) for number, signer in signers_of(settings).items()}


def build_app(settings: Settings, *, clock: Clock = system_clock) -> FastAPI:
    """The witness. The submission prefix of a name is `/<its key's number>`; of a single one also the top."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = open_database(settings.database_url)
    migrate(database, "witness")
    witnesses = build_witnesses(settings, database, clock=clock)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        database.close()

    app = FastAPI(title="Certes witness", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    prepare(app, max_body_bytes=MAX_REQUEST_BYTES)
    app.include_router(http.health_routes(tuple(witnesses.values())))
    for number, witness in witnesses.items():
        app.include_router(http.witness_routes(witness), prefix=f"/{number}")
        if len(witnesses) == 1:
            app.include_router(http.witness_routes(witness))
    return app
