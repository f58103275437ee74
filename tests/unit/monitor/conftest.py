"""A real registry, a lying one, and a monitor that has looked once."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from certes.commands import monitor as commands
from certes.runtime.fetch import Fetcher, Hosts
from registry.settings import Settings
from tests.unit.monitor.watched import ADDRESS, Watched
from tests.unit.registry import conftest as of_registries
from tests.unit.registry.conftest import Clock, Registry, running
from tests.unit.registry.witnesses import HOST, Jury, Memory
from tests.world import NOW

log_key_file, filled = of_registries.log_key_file, of_registries.filled
settings, registry = of_registries.settings, of_registries.registry


@pytest.fixture
def watched(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """A monitor that has looked once, at the whole world."""
    found = Watched(tmp_path / "monitor", registry.clock, registry, registry.jury)
    monkeypatch.setattr(commands, "system_clock", lambda: found.clock.now)
    monkeypatch.setattr(
        commands,
        "open_fetcher",
        lambda *_: Fetcher(Hosts(frozenset({ADDRESS, HOST})), transport=httpx.MockTransport(found.answer)),
    )
    (began,) = found.run(code=0)
    assert (began["event"], began["size"]) == ("watch_began", 12)
    return found


@pytest.fixture
def liar(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory, filled: tuple[Path, Memory]
) -> Iterator[Registry]:
    """The same log, going on elsewhere with witnesses that were made to forget."""
    folder = tmp_path_factory.mktemp("liar")
    database, memory = filled
    shutil.copy(database, folder / "registry.sqlite")
    clock = Clock(NOW + timedelta(hours=1))
    changed = replace(settings, data_dir=folder, database_url=f"sqlite:///{folder}/registry.sqlite")
    with running(changed, clock, Jury(clock, memory=Memory(dict(memory.held)))) as other:
        yield other
