"""A registry in this process, on SQLite, with a clock that tests set."""

import json
import shutil
from collections.abc import Iterator
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
from registry.settings import Settings
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

    def submit(self, found: SignedObject) -> Any:
        """Post one object."""
        return self.post(json.dumps(found.to_json()).encode())

    def post(self, raw: bytes) -> Any:
        """Post bytes as an object."""
        return self.client.post("/v1/objects", content=raw, headers={"Content-Type": "application/json"})

    def submit_all(self) -> None:
        """Post everything the world has signed."""
        for found in self.world.objects:
            assert self.submit(found).status_code == 201

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
    with TestClient(build_app(settings, clock=clock)) as client:
        yield Registry(client, clock, World(), settings)


@pytest.fixture(scope="session")
def filled_database(tmp_path_factory: pytest.TempPathFactory, log_key_file: Path) -> Path:
    """The database of a registry that has taken in the whole world, made once."""
    folder = tmp_path_factory.mktemp("filled")
    settings = settings_in(folder, log_key_file)
    with TestClient(build_app(settings, clock=Clock())) as client:
        Registry(client, Clock(), World(), settings).submit_all()
    return folder / "registry.sqlite"


@pytest.fixture
def registry(settings: Settings, filled_database: Path) -> Iterator[Registry]:
    """A registry that holds the whole world."""
    shutil.copy(filled_database, settings.data_dir / "registry.sqlite")
    clock = Clock()
    with TestClient(build_app(settings, clock=clock)) as client:
        yield Registry(client, clock, World(), settings)


def restarted(registry: Registry, **changes: Any) -> Registry:
    """Another process on the same database. The caller closes its client, or leaves it to the test's end."""
    settings = replace(registry.settings, **changes)
    client = TestClient(build_app(settings, clock=registry.clock))
    return Registry(client, registry.clock, registry.world, settings)
