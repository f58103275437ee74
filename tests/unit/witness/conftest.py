"""A witness in this process, on SQLite, with a clock that tests set, and a log that asks it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from certes.credential.keys import Ed25519Signer
from certes.runtime import signers
from certes.runtime.files import write_whole
from certes.trust.translog.checkpoints import TreeHead, sign_checkpoint
from certes.trust.translog.merkle import consistency_proof, leaf_hash
from certes.trust.translog.notes import KeyUse, NoteSigner
from certes.trust.translog.ranges import Tree
from certes.trust.translog.submission import AddCheckpoint
from witness.app import build_app
from witness.settings import Settings

NAME, OTHER_NAME = "witness.cm.example", "witness.td.example"
ORIGIN = "skills.example/log"
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
PASSPHRASE = "a passphrase of tests"
SEEDS = {1: hashlib.sha256(b"cm").digest(), 2: hashlib.sha256(b"td").digest()}


def signer(name: str, seed: bytes, use: KeyUse = KeyUse.COSIGNATURE) -> NoteSigner:
    """A signer from its seed."""
    return NoteSigner(name, use, Ed25519Signer(seed, name))


WITNESS, OTHER_WITNESS = signer(NAME, SEEDS[1]), signer(OTHER_NAME, SEEDS[2])
LOG = signer(ORIGIN, hashlib.sha256(b"log").digest(), KeyUse.NOTE)


@dataclass
class Clock:
    """The witness's clock."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **much: float) -> None:
        """Let time go by; negative goes back."""
        self.now += timedelta(**much)


@dataclass
class Log:
    """A log of twenty entries; `word` makes it another history."""

    word: str = "entry"
    origin: str = ORIGIN
    signer: NoteSigner = LOG
    tree: Tree = field(init=False)

    def __post_init__(self) -> None:
        self.tree = Tree(
            leaf_hash(f"{self.word if number > 2 else 'entry'} {number}".encode()) for number in range(20)
        )

    def head(self, size: int) -> TreeHead:
        """The tree at a size."""
        return TreeHead(self.origin, size, self.tree.root(size))

    def note(self, size: int) -> bytes:
        """The checkpoint of a size."""
        return sign_checkpoint(self.head(size), self.signer).note.encode()

    def request(self, old: int, size: int) -> bytes:
        """What a log sends to go from `old` to `size`."""
        proof = consistency_proof(old, size=size, read=self.tree.read) if old <= size else ()
        return AddCheckpoint(old, proof, self.note(size)).encode()


@dataclass
class Running:
    """A running witness."""

    client: TestClient
    clock: Clock
    settings: Settings

    def post(self, body: bytes, prefix: str = "") -> Any:
        """Ask for a cosignature."""
        return self.client.post(f"{prefix}/add-checkpoint", content=body)

    def add(self, log: Log, old: int, size: int, prefix: str = "") -> int:
        """Go from `old` to `size`; the status of the answer."""
        return int(self.post(log.request(old, size), prefix).status_code)


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two keys, sealed once: stretching a passphrase is slow on purpose."""
    path = tmp_path_factory.mktemp("keys") / "witness-keys.json"
    write_whole(path, signers._seal(SEEDS, PASSPHRASE))
    return path


@pytest.fixture(scope="session")
def opened_keys(key_file: Path) -> signers.KeyFile:
    """The key file, opened once for the same reason."""
    return signers.open_key_file(key_file, PASSPHRASE)


@pytest.fixture
def settings(
    tmp_path: Path, key_file: Path, opened_keys: signers.KeyFile, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A witness of one name, for one log."""
    monkeypatch.setattr("witness.app.open_keys", lambda _place: opened_keys)
    return Settings(
        names={NAME: 1},
        logs=(LOG.key,),
        data_dir=tmp_path,
        database_url=f"sqlite:///{tmp_path}/witness.sqlite",
        key_file=key_file,
        key_passphrase=PASSPHRASE,
    )


@pytest.fixture
def witness(settings: Settings) -> Iterator[Running]:
    """A witness that has just been installed."""
    clock = Clock()
    with TestClient(build_app(settings, clock=clock)) as client:
        yield Running(client, clock, settings)
