"""Composition only: settings become a store, a publication and an application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI

from certes.runtime.api_page import add_api_page
from certes.runtime.clock import Clock, system_clock
from certes.runtime.database import Database, migrate, open_database
from certes.runtime.key_places import open_keys
from certes.runtime.pages import Pages
from certes.runtime.problems import use_words
from certes.runtime.timers import Every
from certes.runtime.web import prepare, serve_assets
from certes.trust.translog.notes import KeyUse, NoteSigner
from certes.trust.vouching import log_origin
from registry import http, pages
from registry.admission import Gate
from registry.desk import Desk
from registry.faces import http as faces_http
from registry.log import http as log_http
from registry.log.charters import Charters
from registry.log.sealing import Sealing
from registry.log.store_sql import SqlLogStore
from registry.log.witnesses import HttpWitnesses, Witnesses, fetcher_for
from registry.log_reader import MAX_OBJECT_BYTES, LogReader, entry_bytes
from registry.publication import Publication
from registry.settings import Settings
from registry.standards import http as standards_http
from registry.standards import pages as standards_pages
from registry.status_lists import ListLimits
from registry.store_sql import SqlStore
from registry.trqp import http as trqp_http

MAX_TURN_S = 60.0  # how long a witness that was away waits to be asked again


def build_desk(
    settings: Settings, database: Database, *, clock: Clock, witnesses: Witnesses | None = None
) -> Desk:
    """The parts, wired. Raises Refusal when the log key cannot be had, or another log lives in the database.
    `witnesses` stands in for those at the addresses of the settings."""
    keys = open_keys(settings.key_place)
    origin = log_origin(settings.network)
    signer = NoteSigner(origin, KeyUse.NOTE, keys.signer(settings.log_key_id, verification_method=origin))
    log_store = SqlLogStore(database, origin=origin)
    store = SqlStore(database, origin=origin)
    store.log_stored(entry_bytes)
    reader = LogReader(store)
    charters = Charters(reader, settings.charter_id)
    sealing = Sealing(
        log_store,
        charters=charters,
        witnesses=witnesses or http_witnesses(settings),
        signer=signer,
        clock=clock,
        timeout_s=settings.witness_timeout_s,
    )
    publication = Publication(
        log_store, reader=reader, charters=charters, sealing=sealing, charter_id=settings.charter_id
    )
    gate = Gate(
        store,
        reader,
        settings.charter_id,
        settings.network,
        signer.signer.public_key.multikey,
        sealing.require_continuing,
        lambda: publication.reached(now=clock()),
        settings.country_log_bytes,
    )
    limits = ListLimits(settings.status_lists, settings.status_list_bytes)
    return Desk(store, gate, publication, sealing, clock, limits)


def http_witnesses(settings: Settings) -> HttpWitnesses:
    """Those at the addresses that the operator configured."""
    fetcher = fetcher_for(settings.witness_addresses, timeout_s=settings.witness_timeout_s)
    return HttpWitnesses(settings.witness_addresses, fetcher=fetcher)


def build_app(
    settings: Settings, *, clock: Clock = system_clock, witnesses: Witnesses | None = None
) -> FastAPI:
    """The registry. Migrates the database, and has the log vouched for anew on a timer while it runs."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = open_database(settings.database_url)
    migrate(database, "registry")
    desk = build_desk(settings, database, clock=clock, witnesses=witnesses)
    age = timedelta(seconds=settings.checkpoint_interval_s)
    # Looked at more often than needed: who did not answer is asked again soon, and of several workers the
    # first to see the age asks for all.
    timer = Every(
        "checkpoint",
        min(MAX_TURN_S, max(1.0, settings.checkpoint_interval_s / 4)),
        lambda: desk.sealing.turn(age),
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        timer.start()
        yield
        timer.stop()
        desk.sealing.close()
        database.close()

    app = FastAPI(
        title="Certes registry", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url="/openapi.json"
    )
    prepare(app, max_body_bytes=MAX_OBJECT_BYTES)
    use_words(app, "problems.registry")
    app.state.desk = desk
    app.include_router(http.routes(desk))
    app.include_router(log_http.routes(desk))
    shown = Pages("registry", area="registry", development=settings.development)
    app.include_router(pages.routes(desk, shown))
    app.include_router(standards_http.routes(lambda: desk.published().view))
    app.include_router(standards_pages.routes(lambda: desk.published().view, shown))
    front = faces_http.front_of(desk, charter_id=settings.charter_id, signer=desk.sealing.signer)
    app.include_router(faces_http.routes(front))
    app.include_router(trqp_http.routes(front.views, clock))
    serve_assets(app)
    add_api_page(app, shown)
    return app
