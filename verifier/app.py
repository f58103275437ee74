"""The verifier's composition: sources on timers, warm readers, routes. Nothing is decided here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import FastAPI

import certes
from certes.runtime.clock import Clock, system_clock
from certes.runtime.fetch import Fetcher
from certes.runtime.problems import use_words
from certes.runtime.timers import Every
from certes.runtime.trust_source import TrustSource
from certes.runtime.web import prepare, serve_assets
from verifier.evidence import Sources
from verifier.http import PROBLEM_WORDS, Counter, nothing_here, routes
from verifier.pages import VerifierPages
from verifier.reading.pool import ReaderPool
from verifier.reading.worker import MAX_FILE_BYTES
from verifier.settings import Settings
from verifier.status_cache import StatusCache
from verifier.vcalm import Challenges, Window
from verifier.verification import Desk

FORM_OVERHEAD_BYTES = 512 * 1024  # the other fields of a form, and its boundaries


@dataclass(frozen=True)
class Parts:
    """What one verifier consists of, for the application and for the command line."""

    settings: Settings
    fetcher: Fetcher
    trust: TrustSource
    status: StatusCache
    readers: ReaderPool
    clock: Clock

    @property
    def desk(self) -> Desk:
        """What a verification works with."""
        return Desk(
            network=self.settings.network,
            sources=Sources(self.trust, self.status),
            reader=self.readers,
            known_hosts=self.settings.address_hosts,
        )

    def load_kept(self) -> None:
        """Take up what an earlier run kept; both are verified again."""
        self.trust.load_kept()
        self.status.load_kept()

    def close(self) -> None:
        """Give processes and connections back."""
        self.readers.close()
        self.fetcher.close()


def assemble(settings: Settings, *, clock: Clock = system_clock) -> Parts:
    """The parts, not started: nothing is fetched or read yet."""
    fetcher = Fetcher(settings.hosts)
    registry = settings.registry_url.rstrip("/")
    trust = TrustSource(
        url=f"{registry}/v1/bundle",
        charter_id=settings.charter_id,
        folder=settings.data_dir / "trust",
        fetcher=fetcher,
        clock=clock,
    )
    status = StatusCache(
        registry_url=registry,
        network=settings.network,
        folder=settings.data_dir / "status",
        fetcher=fetcher,
        trust=trust,
        clock=clock,
    )
    return Parts(settings, fetcher, trust, status, ReaderPool(size=settings.reader_workers), clock)


def build_app(settings: Settings, *, clock: Clock = system_clock) -> FastAPI:
    """One verifier. Its timers run between start and stop of the application's lifespan; its parts stand in
    `app.state.parts`."""
    parts = assemble(settings, clock=clock)
    refresh_status = Every("status lists", settings.status_interval_s, parts.status.refresh)

    def refresh_trust() -> None:
        had_none = parts.trust.view is None
        parts.trust.refresh()
        if had_none:  # lists could not be verified before; do not leave them for a whole interval
            refresh_status.run_soon()

    timers = (Every("trust bundle", settings.trust_interval_s, refresh_trust), refresh_status)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        parts.load_kept()
        parts.readers.warm_up()
        for timer in timers:
            timer.start()
        yield
        for timer in timers:
            timer.stop()
        parts.close()

    app = FastAPI(
        title="Certes verifier", version=certes.__version__, docs_url=None, redoc_url=None, lifespan=lifespan
    )
    app.state.parts = parts
    prepare(app, max_body_bytes=MAX_FILE_BYTES + FORM_OVERHEAD_BYTES)
    use_words(app, PROBLEM_WORDS)
    counter = _counter(parts)
    app.include_router(routes(counter))
    app.add_exception_handler(HTTPStatus.NOT_FOUND, partial(nothing_here, pages=counter.pages))
    serve_assets(app)
    return app


def _counter(parts: Parts) -> Counter:
    settings = parts.settings
    return Counter(
        desk=parts.desk,
        trust=parts.trust,
        status=parts.status,
        pages=VerifierPages(
            address=settings.own_address,
            development=settings.development,
            registry=settings.registry_pages,
        ),
        clock=parts.clock,
        default_country=settings.default_country,
        window=Window(parts.desk, settings.default_country, _domain(settings.own_address), Challenges()),
    )


def _domain(address: str) -> str | None:
    """The host that presentations to this verifier are made for; None without an address of its own."""
    return urlsplit(address).hostname if address else None
