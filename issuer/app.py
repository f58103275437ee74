"""Composition of the issuer: settings in, an application out. Nothing is decided here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint

from certes import __version__
from certes.credential.keys import Signer
from certes.runtime.api_page import add_api_page
from certes.runtime.clock import Clock, system_clock
from certes.runtime.database import Database, migrate, open_database
from certes.runtime.fetch import Fetcher, Hosts
from certes.runtime.key_places import open_keys
from certes.runtime.logs import warn
from certes.runtime.pages import Pages
from certes.runtime.problems import use_words
from certes.runtime.timers import Every
from certes.runtime.trust_source import TrustSource
from certes.runtime.web import prepare, serve_assets
from certes.trust.records import RegistryView
from issuer.http import PROBLEM_WORDS, Counter, install_request_problems, routes
from issuer.issuance import Desk, resume
from issuer.settings import Settings
from issuer.status_publication import Press
from issuer.store_sql import SqlStore

PUSH_DEADLINE_S = 3.0  # a revocation's answer waits no longer than this for the registry
CATCH_UP_INTERVAL_S = 15.0
RESUME_AFTER = timedelta(minutes=2)  # younger plans are requests under way
SANDBOX_HEADER = "X-Certes-Sandbox"


class Service:
    """One issuer at work: what the application, the command line and the tests share."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock = system_clock,
        signer: Signer | None = None,
        database: Database | None = None,
        fetcher: Fetcher | None = None,
        pusher: Fetcher | None = None,
    ) -> None:
        hosts = Hosts(frozenset({urlsplit(settings.registry_url).netloc}), settings.hosts_mapped)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        self.settings = settings
        self.clock = clock
        self.database = open_database(settings.database_url) if database is None else database
        migrate(self.database, "issuer")
        self._fetcher = Fetcher(hosts) if fetcher is None else fetcher
        self._pusher = Fetcher(hosts, deadline_s=PUSH_DEADLINE_S) if pusher is None else pusher
        store = SqlStore(self.database)
        key = _signer(settings) if signer is None else signer
        self.trust = TrustSource(
            url=f"{settings.registry_url}/v1/bundle",
            charter_id=settings.charter_id,
            folder=settings.data_dir,
            fetcher=self._fetcher,
            clock=clock,
        )
        self.desk = Desk(settings.office, key, store, self._registry, settings.card_address, settings.sandbox)
        self.press = Press(
            settings.office,
            key,
            store,
            self._push,
            valid_for=timedelta(days=settings.status_valid_days),
            renew_after=timedelta(seconds=settings.status_interval_s * 0.8),
        )

    def refresh_trust(self) -> None:
        """One turn of the trust timer. An old list is only warned of: certifying goes on offline."""
        try:
            self.trust.refresh()
        finally:
            view = self.trust.view
            if view is not None and self._age(view.as_of) > timedelta(days=self.settings.trust_warn_days):
                warn("trust_bundle_old", as_of=view.as_of.isoformat())

    def publish_status(self) -> int:
        """One turn of the status timer: lists, then unfinished plans.

        Returns how many lists the registry lacks.
        """
        now = self.clock()
        lacking = self.press.publish_all(now=now)  # first: a withdrawal must never wait for a plan
        if self._registry() is not None:
            resume(desk=self.desk, planned_before=now - RESUME_AFTER, now=now)
        return lacking

    def catch_up(self) -> None:
        """Between the turns: what the network has not given or taken yet; a late registry costs little."""
        if self.trust.view is None:
            self.trust.refresh()
        self.press.push_lacking()

    def health(self) -> dict[str, Any]:
        """For /healthz. Raises Busy `database_unavailable`."""
        lists = self.desk.store.lists()
        view = self.trust.view
        return {
            "service": "issuer",
            "version": __version__,
            "ready": view is not None,
            "trust_as_of": None if view is None else view.as_of.isoformat(),
            "trust_alarm": self.trust.trust_alarm,
            "status_lists": len(lists),
            "sandbox": self.settings.sandbox,
            "development": self.settings.development,
        }

    def close(self) -> None:
        """Give back what was opened."""
        self._fetcher.close()
        self._pusher.close()
        self.database.close()

    def _registry(self) -> RegistryView | None:
        view = self.trust.view
        return None if view is None else view.registry

    def _push(self, url: str, document: bytes) -> int:
        address = self.settings.registry_url + urlsplit(url).path
        return self._pusher.put(address, document, content_type="application/vc")

    def _age(self, as_of: datetime) -> timedelta:
        return self.clock() - as_of


def _signer(settings: Settings) -> Signer:
    keys = open_keys(settings.key_place)
    return keys.signer(settings.signing_key, verification_method=settings.office.key_id)


def build_app(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    signer: Signer | None = None,
    database: Database | None = None,
    fetcher: Fetcher | None = None,
    pusher: Fetcher | None = None,
) -> FastAPI:
    """The application. Everything after `clock` replaces what the settings name, in tests."""
    service = Service(settings, clock=clock, signer=signer, database=database, fetcher=fetcher, pusher=pusher)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        service.trust.load_kept()
        timers = (
            Every("trust", settings.trust_interval_s, service.refresh_trust),
            Every("status", settings.status_interval_s, service.publish_status),
            Every("catch_up", CATCH_UP_INTERVAL_S, service.catch_up),
        )
        for timer in timers:
            timer.start()
        yield
        for timer in timers:
            timer.stop()
        service.close()

    app = FastAPI(
        title="Certes issuer",
        version=__version__,
        description="Certification bodies certify; the State signs. Guide: docs/issue.md.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    prepare(app)
    use_words(app, PROBLEM_WORDS)
    if settings.sandbox:
        _say_sandbox(app)
    install_request_problems(app)
    serve_assets(app)
    add_api_page(app, Pages("issuer", area="issuer", development=settings.development))
    app.include_router(routes(Counter(service.desk, service.press, clock, service.health)))
    return app


def _say_sandbox(app: FastAPI) -> None:
    @app.middleware("http")
    async def _mark(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers[SANDBOX_HEADER] = "true"
        return response
