"""The kept trust bundle and its floor: nothing older comes back, and a broken file stops no service."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from certes.credential.errors import Refusal
from certes.runtime.fetch import Fetcher, Hosts
from certes.runtime.files import locked
from certes.runtime.trust_source import TrustSource
from tests.world import NOW, World

WORLD = World()
OLD = WORLD.bundle(now=NOW)
NEWER_WORLD = WORLD.revised("NationalList", "CM", lambda payload: payload.update(authorities=[]))
NEW = NEWER_WORLD.bundle(now=NOW + timedelta(hours=1))
BROKEN = (b"", b"{", b"[]", b'{"time":1}', b"\xff", b"[" * 100_000)


@pytest.fixture
def source(tmp_path: Path) -> Callable[..., TrustSource]:
    """A process on this folder, whose registry answers with these bytes."""

    def made(answer: bytes = NEW) -> TrustSource:
        transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=httpx.ByteStream(answer)))
        return TrustSource(
            url="https://r.example/v1/bundle",
            charter_id=WORLD.charter_id,
            folder=tmp_path,
            fetcher=Fetcher(Hosts(frozenset({"r.example"})), transport=transport),
            clock=lambda: NOW + timedelta(hours=2),
        )

    return made


def code_of(trust: TrustSource, raw: bytes) -> str:
    """Why a bundle is not accepted."""
    with pytest.raises(Refusal) as caught:
        trust.accept(raw)
    return caught.value.code


def refusal_code(trust: TrustSource) -> str | None:
    """What health shows."""
    return None if trust.last_refusal is None else trust.last_refusal.code


Made = Callable[..., TrustSource]


def test_an_older_bundle_is_refused_though_the_floor_file_was_removed(source: Made, tmp_path: Path) -> None:
    trust = source()
    trust.refresh()
    assert code_of(trust, OLD) == "bundle_rolled_back"
    (tmp_path / "floor.json").unlink()
    assert code_of(trust, OLD) == "bundle_rolled_back"
    assert code_of(source(), OLD) == "bundle_rolled_back"  # another process, which has loaded nothing


@pytest.mark.parametrize("broken", BROKEN)
def test_a_floor_that_cannot_be_read_stops_no_service_and_lets_nothing_old_in(
    source: Made, tmp_path: Path, broken: bytes
) -> None:
    source().refresh()
    (tmp_path / "floor.json").write_bytes(broken)
    trust = source()
    trust.load_kept()
    assert trust.view is not None
    assert refusal_code(trust) == "floor_invalid"
    assert code_of(trust, OLD) == "bundle_rolled_back"
    other = source()  # one that has not loaded what is kept
    assert code_of(other, OLD) == "bundle_rolled_back"
    trust.accept(NEW)
    assert refusal_code(trust) is None
    assert json.loads((tmp_path / "floor.json").read_bytes())["size"] == 12


def test_with_neither_a_floor_nor_a_bundle_that_can_be_read_it_is_the_first_day(
    source: Made, tmp_path: Path
) -> None:
    for name in ("floor.json", "bundle.json"):
        (tmp_path / name).write_bytes(b"{")
    trust = source(OLD)
    trust.load_kept()
    assert trust.view is None
    trust.refresh()
    assert trust.view is not None


def test_a_second_process_cannot_bring_back_what_the_first_has_left_behind(source: Made) -> None:
    first, second = source(), source()
    first.accept(OLD)
    second.accept(NEW)
    assert code_of(first, OLD) == "bundle_rolled_back"


def test_the_folder_is_locked_while_a_bundle_is_checked_and_written(source: Made, tmp_path: Path) -> None:
    trust, started = source(), threading.Event()

    def accept() -> None:
        started.set()
        trust.accept(NEW)

    worker = threading.Thread(target=accept)
    with locked(tmp_path / ".lock"):
        worker.start()
        started.wait()
        worker.join(timeout=0.2)
        assert worker.is_alive()
        assert trust.view is None
    worker.join(timeout=10)
    assert trust.view is not None


def test_a_list_that_drops_the_mark_of_a_stolen_key_is_refused_after_a_restart(source: Made) -> None:
    def unmark(payload: dict[str, list[dict[str, list[dict[str, str]]]]]) -> None:
        payload["issuers"][0]["keys"][2].pop("compromisedSince")

    source(OLD).refresh()
    lying = WORLD.revised("NationalList", "CM", unmark).bundle(now=NOW + timedelta(hours=1))
    assert code_of(source(), lying) == "list_drops_compromise"
