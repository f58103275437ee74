"""A registry in this process, on SQLite, with a clock that tests set and witnesses that keep its time."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from certes.runtime import signers
from certes.runtime.files import write_whole
from certes.trust.signing import SignedObject
from registry.app import build_app
from registry.desk import Desk
from registry.settings import Settings
from tests.unit.registry.witnesses import Jury, Memory
from tests.world import NETWORK, NOW, World

PASSPHRASE = "a passphrase of tests"


@dataclass
class Clock:
    """The registry's clock."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **much: float) -> None:
        """Let time go by; negative goes back."""
        self.now += timedelta(**much)


@dataclass
class Registry:
    """A running registry and the world it is for."""

    client: TestClient
    clock: Clock
    world: World
    settings: Settings
    jury: Jury

    @property
    def desk(self) -> Desk:
        """Its parts."""
        found: Desk = self.client.app.state.desk  # type: ignore[attr-defined]
        return found

    def submit(self, found: SignedObject) -> Any:
        """Post one object."""
        return self.post(json.dumps(found.to_json()).encode())

    def post(self, raw: bytes) -> Any:
        """Post bytes as an object."""
        return self.client.post("/v1/objects", content=raw, headers={"Content-Type": "application/json"})

    def submit_all(self) -> None:
        """Post everything the world has signed, each at the time it was logged there; then it is NOW."""
        for found, entry in zip(self.world.objects, self.world.entries, strict=True):
            self.clock.now = entry.time
            assert self.submit(found).status_code == 201
        self.clock.now = NOW
        self.renew()

    def renew(self) -> None:
        """What the timer does once the interval is over."""
        self.desk.sealing.turn(timedelta(seconds=1))

    def put_list(self, document: dict[str, Any], path: str = "/cm/1/status/revocation/1") -> Any:
        """Bring a status list."""
        headers = {"Content-Type": "application/vc"}
        return self.client.put(path, content=json.dumps(document).encode(), headers=headers)


def write_log_key(path: Path, seed: bytes) -> None:
    """A key file with a known key."""
    write_whole(path, signers._seal({1: seed}, PASSPHRASE))


@pytest.fixture(scope="session")
def log_key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world's log key, sealed once: stretching a passphrase is slow on purpose."""
    path = tmp_path_factory.mktemp("keys") / "log-key.json"
    write_log_key(path, World().log_seed)
    return path


def settings_in(folder: Path, log_key_file: Path) -> Settings:
    """A registry's settings in a folder."""
    return Settings(
        network=NETWORK,
        charter_id=World().charter_id,
        registry_url="https://registry.example",
        data_dir=folder,
        database_url=f"sqlite:///{folder}/registry.sqlite",
        log_key_file=log_key_file,
        log_key_passphrase=PASSPHRASE,
    )


@pytest.fixture
def settings(tmp_path: Path, log_key_file: Path) -> Settings:
    """A registry's settings in a folder of its own."""
    return settings_in(tmp_path, log_key_file)


@pytest.fixture
def empty(settings: Settings) -> Iterator[Registry]:
    """A registry that has just been installed."""
    clock = Clock()
    with running(settings, clock, Jury(clock)) as registry:
        yield registry


@contextmanager
def running(settings: Settings, clock: Clock, jury: Jury) -> Iterator[Registry]:
    """A registry at work."""
    with TestClient(build_app(settings, clock=clock, witnesses=jury.port())) as client:
        yield Registry(client, clock, World(), settings, jury)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, log_key_file: Path) -> tuple[Path, Memory]:
    """The database of a registry that has taken in the whole world, and what witnesses hold: made once."""
    folder = tmp_path_factory.mktemp("filled")
    clock = Clock()
    jury = Jury(clock)
    with running(settings_in(folder, log_key_file), clock, jury) as registry:
        registry.submit_all()
    return folder / "registry.sqlite", jury.memory


@pytest.fixture
def registry(settings: Settings, filled: tuple[Path, Memory]) -> Iterator[Registry]:
    """A registry that holds the whole world."""
    database, memory = filled
    shutil.copy(database, settings.data_dir / "registry.sqlite")
    clock = Clock()
    jury = Jury(clock, memory=Memory(dict(memory.held)))
    with running(settings, clock, jury) as registry:
        yield registry


@pytest.fixture(scope="session")
def read_only(
    tmp_path_factory: pytest.TempPathFactory, log_key_file: Path, filled: tuple[Path, Memory]
) -> Iterator[Registry]:
    """The same, started once, for tests that change neither it nor its clock."""
    database, memory = filled
    folder = tmp_path_factory.mktemp("read-only")
    shutil.copy(database, folder / "registry.sqlite")
    clock = Clock()
    jury = Jury(clock, memory=Memory(dict(memory.held)))
    with running(settings_in(folder, log_key_file), clock, jury) as registry:
        yield registry


def restarted(registry: Registry, **changes: Any) -> Registry:
    """Another process on the same database. The caller closes its client, or leaves it to the test's end."""
    settings = replace(registry.settings, **changes)
    app = build_app(settings, clock=registry.clock, witnesses=registry.jury.port())
    return Registry(TestClient(app), registry.clock, registry.world, settings, registry.jury)
