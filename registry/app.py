"""Composition only: settings become a store, a publication and an application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI

from certes.runtime.api_page import add_api_page
from certes.runtime.clock import Clock, system_clock
from certes.runtime.database import Database, migrate, open_database
from certes.runtime.pages import Pages
from certes.runtime.problems import use_words
from certes.runtime.signers import open_key_file
from certes.runtime.timers import Every
from certes.runtime.web import prepare, serve_assets
from registry import http, pages
from registry.admission import Gate
from registry.desk import Desk
from registry.log_reader import MAX_OBJECT_BYTES, LogReader
from registry.publication import Publication, Sealer
from registry.settings import Settings
from registry.status_lists import ListLimits
from registry.store_sql import SqlStore


def build_desk(settings: Settings, database: Database, *, clock: Clock) -> Desk:
    """The parts, wired. Raises Refusal when the log key cannot be had."""
    keys = open_key_file(settings.log_key_file, settings.log_key_passphrase)
    name = f"{settings.registry_url}#log-k{settings.log_key_id}"
    signer = keys.signer(settings.log_key_id, verification_method=name)
    store = SqlStore(database)
    reader = LogReader(store)
    publication = Publication(store, reader=reader, sealer=Sealer(signer, settings.charter_id))
    gate = Gate(
        store,
        reader,
        settings.charter_id,
        settings.network,
        signer.public_key.multikey,
        publication.rehearse,
        settings.country_log_bytes,
    )
    return Desk(
        store, gate, publication, clock, ListLimits(settings.status_lists, settings.status_list_bytes)
    )


def build_app(settings: Settings, *, clock: Clock = system_clock) -> FastAPI:
    """The registry. Migrates the database, and signs the checkpoint anew on a timer while it runs."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = open_database(settings.database_url)
    migrate(database, "registry")
    desk = build_desk(settings, database, clock=clock)
    age = timedelta(seconds=settings.checkpoint_interval_s)
    # Looked at more often than needed, so that of several workers the first to see the age signs for all.
    timer = Every(
        "checkpoint",
        max(1.0, settings.checkpoint_interval_s / 4),
        lambda: desk.publication.seal_if_older(age, now=clock()),
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        timer.start()
        yield
        timer.stop()
        database.close()

    app = FastAPI(
        title="Certes registry", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url="/openapi.json"
    )
    prepare(app, max_body_bytes=MAX_OBJECT_BYTES)
    use_words(app, "problems.registry")
    app.include_router(http.routes(desk))
    shown = Pages("registry", area="registry", development=settings.development)
    app.include_router(pages.routes(desk, shown))
    serve_assets(app)
    add_api_page(app, shown)
    return app
