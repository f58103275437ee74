"""How a registry grows: 10,000 objects, and a year in which its witnesses vouch for it every day.

    python -m benchmarks.registry_growth [--objects N] [--database URL]     prints one JSON object

Times are milliseconds of the whole of `take_in` (admission, rehearsal of the bundle, append, six witnesses on
loopback threads, publication) at several sizes of the log, and of the append alone; sizes are bytes.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

import structlog

from certes.runtime.database import Database, migrate, open_database
from certes.runtime.files import write_whole
from certes.runtime.signers import _seal
from certes.trust.bundle import parse_bundle
from certes.trust.translog.entries import LogEntry
from registry.app import build_desk
from registry.desk import Desk
from registry.log_reader import logged_as
from registry.settings import Settings
from registry.store import NewObject
from registry.store_sql import SqlStore
from tests.unit.registry.conftest import Clock
from tests.unit.registry.witnesses import Jury
from tests.world import NETWORK, NOW, World
from tests.world_data import COUNTRIES, host_policy

OBJECTS = 10_000
SAMPLES = 5  # whole submissions at each size
DAYS = 365
ORIGIN = "skills.example/log"
PASSPHRASE = "benchmark"  # noqa: S105  of a key that is public
WORLD = World()


def main() -> None:
    """Grow, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=OBJECTS)
    parser.add_argument("--database", help="an empty database; otherwise SQLite in a temporary folder")
    arguments = parser.parse_args()
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.database or f"sqlite:///{folder}/registry.sqlite"
        print(json.dumps(measure(Path(folder), url, arguments.objects), indent=1))


def measure(folder: Path, url: str, objects: int) -> dict[str, Any]:
    """All figures, by name."""
    clock = Clock(NOW - timedelta(days=2 * DAYS))
    with _desk(folder, url, clock) as (database, desk):
        for found in WORLD.objects:
            desk.take_in(json.dumps(found.to_json()).encode())
        growing = _Growing(SqlStore(database, origin=ORIGIN), desk, clock)
        submissions = {}
        for size in (len(WORLD.objects), objects // 10, objects // 2, objects):
            growing.to(size)
            submissions[str(size)] = growing.submissions()
        figures: dict[str, Any] = {"append_ms": growing.appends(), "take_in_ms": submissions}
        figures["year_of_days"] = _year(desk, clock)
        figures |= _published(desk, clock)
        if database.is_sqlite:
            pages, page = (
                database.engine.raw_connection().execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "page_size")
            )
            figures["database_bytes"] = pages * page
    figures["start_s"] = _restart(folder, url, clock)
    return figures


@contextmanager
def _desk(folder: Path, url: str, clock: Clock) -> Iterator[tuple[Database, Desk]]:
    key_file = folder / "log-key.json"
    if not key_file.exists():
        write_whole(key_file, _seal({1: WORLD.log_seed}, PASSPHRASE))
    database = open_database(url)
    migrate(database, "registry")
    settings = Settings(
        network=NETWORK,
        charter_id=WORLD.charter_id,
        registry_url="https://registry.example",
        data_dir=folder,
        database_url=url,
        log_key_file=key_file,
        log_key_passphrase=PASSPHRASE,
    )
    desk = build_desk(settings, database, clock=clock, witnesses=Jury(clock).port())
    yield database, desk
    desk.sealing.close()
    database.close()


class _Growing:
    """New versions of host policies in turn, each a minute after the one before."""

    def __init__(self, store: SqlStore, desk: Desk, clock: Clock) -> None:
        self._store, self._desk, self._clock = store, desk, clock
        self._countries = cycle(COUNTRIES)
        self._versions = dict.fromkeys(COUNTRIES, 1)
        self._appends: list[float] = []

    def to(self, size: int) -> None:
        """Append as the admission would, without rehearsing each of thousands."""
        for after in range(self._store.size(), size):
            raw, entry = self._next()
            new = NewObject(entry.object_id, entry.type, entry.subject, entry.version, raw, entry.encode())
            self._appends.append(_timed(partial(self._add, new, after)))

    def submissions(self) -> float:
        """Some whole ones; their median."""
        raws = [self._next()[0] for _ in range(SAMPLES)]
        return median(_timed(partial(self._desk.take_in, raw)) for raw in raws)

    def appends(self) -> dict[str, float]:
        """Median and slowest hundredth."""
        times = sorted(self._appends)
        return {"median": median(times), "p99": times[len(times) * 99 // 100]}

    def _add(self, new: NewObject, after: int) -> None:
        if self._store.append(new, after=after, now=self._clock()) is None:
            raise RuntimeError("not appended")

    def _next(self) -> tuple[bytes, LogEntry]:
        country = next(self._countries)
        self._versions[country] += 1
        self._clock.pass_time(minutes=1)
        found = WORLD.sign("HostPolicy", country, host_policy(country), version=self._versions[country])
        return json.dumps(found.to_json()).encode(), logged_as(found, time=self._clock())


def _year(desk: Desk, clock: Clock) -> dict[str, float]:
    """Every day all six witnesses vouch again for the same size."""
    before = desk.sealing.store.mark()[1]
    times = []
    for _ in range(DAYS):
        clock.pass_time(days=1)
        times.append(_timed(lambda: desk.sealing.turn(timedelta(hours=1))))
    kept = desk.sealing.store.mark()[1] - before
    return {"round_ms": median(times), "cosignatures": kept}


def _published(desk: Desk, clock: Clock) -> dict[str, Any]:
    clock.pass_time(days=1)
    desk.sealing.turn(timedelta(hours=1))
    build_ms = _timed(desk.published)
    published = desk.published()
    delta = desk.delta(published.position - 1)
    verify = partial(parse_bundle, published.bundle, charter_id=WORLD.charter_id, floor=None, now=clock())
    return {
        "size": published.position,
        "bundle_build_ms": build_ms,
        "bundle_verify_ms": _timed(verify),
        "bundle_bytes": len(published.bundle),
        "bundle_gzip_bytes": len(published.document.gzip),
        "delta_of_one_gzip_bytes": len(delta.gzip),
        "checkpoint_bytes": len(published.note),
    }


def _restart(folder: Path, url: str, clock: Clock) -> float:
    began = time.perf_counter()
    with _desk(folder, url, clock) as (_, desk):
        desk.published()
    return round(time.perf_counter() - began, 2)


def _timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return round((time.perf_counter() - began) * 1000, 2)


if __name__ == "__main__":
    main()
