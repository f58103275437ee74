"""The kept trust bundle and its floor: nothing older comes back, a broken file stops no service, and what is
held is grown by deltas."""

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
from certes.trust.deltas import build_delta
from certes.trust.notices_file import parse_notice
from certes.trust.signing import sign_object
from tests.world import NOW, World, signer

WORLD = World()
OLD = WORLD.bundle(now=NOW)
NEWER_WORLD = WORLD.revised("NationalList", "CM", lambda payload: payload.update(authorities=[]), at=NOW)
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
    assert json.loads((tmp_path / "floor.json").read_bytes())["tree"]["size"] == 13


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
    lying = WORLD.revised("NationalList", "CM", unmark, at=NOW).bundle(now=NOW + timedelta(hours=1))
    assert code_of(source(), lying) == "list_drops_compromise"


# deltas


class Mirror:
    """A registry that serves one world, with deltas or without, and counts what it is asked."""

    def __init__(self, folder: Path, world: World, *, deltas: bool = True) -> None:
        self.world, self.deltas, self.asked = world, deltas, list[str]()
        self.spoilt = False
        self.now = NOW
        self.source = TrustSource(
            url="https://r.example/v1/bundle",
            charter_id=WORLD.charter_id,
            folder=folder,
            fetcher=Fetcher(Hosts(frozenset({"r.example"})), transport=httpx.MockTransport(self._answer)),
            clock=lambda: NOW + timedelta(hours=2),
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.removeprefix("/v1/bundle")
        body = self._body(name)
        if body is None:
            self.asked.append(f"{name} 404")
            return httpx.Response(404, stream=httpx.ByteStream(b""))
        etag = f'"{hash(body)}"'
        status = 304 if request.headers.get("if-none-match") == etag else 200
        self.asked.append(f"{name} {status}")
        content = b"" if status == 304 else body
        return httpx.Response(status, headers={"ETag": etag}, stream=httpx.ByteStream(content))

    def _body(self, name: str) -> bytes | None:
        if name == "":
            return self.world.bundle(now=self.now)
        if not self.deltas:
            return None
        if self.spoilt:
            return b"{}"
        return build_delta(
            since=int(name.removeprefix("/since/")),
            objects=self.world.published(),
            entries=self.world.entries,
            checkpoint=self.world.note(self.now),
        )

    def refreshed(self) -> list[str]:
        """What a refresh asks for."""
        self.asked.clear()
        self.source.refresh()
        return list(self.asked)


def test_what_is_held_grows_by_deltas(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path, WORLD)
    assert mirror.refreshed() == [" 200"]
    assert mirror.refreshed() == ["/since/12 200"]
    assert mirror.refreshed() == ["/since/12 304"]
    mirror.world, mirror.now = NEWER_WORLD, NOW + timedelta(hours=1)
    assert mirror.refreshed() == ["/since/12 200"]
    assert mirror.source.view is not None
    assert mirror.source.view.tree.size == 13
    assert (tmp_path / "bundle.json").read_bytes() == NEWER_WORLD.bundle(now=NOW + timedelta(hours=1))
    assert mirror.refreshed() == ["/since/13 200"]


def test_a_mirror_without_deltas_serves_whole_bundles(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path, WORLD, deltas=False)
    assert mirror.refreshed() == [" 200"]
    assert mirror.refreshed() == ["/since/12 404", " 304"]
    mirror.world, mirror.now = NEWER_WORLD, NOW + timedelta(hours=1)
    assert mirror.refreshed() == ["/since/12 404", " 200"]


def test_a_delta_that_does_not_fit_is_followed_by_the_whole_bundle(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path, WORLD)
    mirror.refreshed()
    mirror.world, mirror.now, mirror.spoilt = NEWER_WORLD, NOW + timedelta(hours=1), True
    assert mirror.refreshed() == ["/since/12 200", " 200"]
    assert mirror.source.last_refusal is None


def test_a_delta_of_another_history_ends_in_the_alarm(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path, NEWER_WORLD)
    mirror.refreshed()
    other = WORLD.revised("NationalList", "CM", lambda payload: payload.update(centres=[]), at=NOW)
    mirror.world = other.revised("HostPolicy", "CM", lambda payload: payload.update(maxRegistryAgeDays=3))
    mirror.now = NOW + timedelta(hours=1)
    with pytest.raises(Refusal, match="log_forked"):
        mirror.refreshed()
    assert mirror.asked == ["/since/13 200", " 200"]
    assert mirror.source.trust_alarm
    assert mirror.source.view is not None
    assert mirror.source.view.tree.size == 13
    with pytest.raises(Refusal, match="log_forked"):
        mirror.refreshed()
    assert len(json.loads((tmp_path / "alarm.json").read_bytes())["forks"]) == 1


def test_without_a_network_nothing_changes(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path, WORLD)
    mirror.refreshed()

    def cut(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("cut")

    held = mirror.source.view
    offline = TrustSource(
        url="https://r.example/v1/bundle",
        charter_id=WORLD.charter_id,
        folder=tmp_path,
        fetcher=Fetcher(Hosts(frozenset({"r.example"})), transport=httpx.MockTransport(cut)),
        clock=lambda: NOW + timedelta(hours=2),
    )
    offline.load_kept()
    with pytest.raises(Refusal, match="host_unreachable"):
        offline.refresh()
    assert offline.view == held


# warnings ahead of the log


def test_a_warning_needs_a_key_of_its_country_and_a_bundle_to_know_it_by(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path, WORLD)
    stranger = sign_object(
        "Notice", country="CM", version=1, payload={"id": "1"}, signers=[signer("stranger")]
    )
    for _ in range(2):
        held = mirror.source.view
        with pytest.raises(Refusal, match="notice_not_taken"):
            mirror.source.accept_notice(stranger)
        assert mirror.source.view is held
        mirror.refreshed()


@pytest.mark.parametrize("broken", BROKEN)
def test_kept_warnings_that_cannot_be_read_stop_no_service(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "notices.json").write_bytes(broken)
    mirror = Mirror(tmp_path, WORLD)
    mirror.refreshed()
    assert mirror.source.view is not None
    assert json.loads((tmp_path / "notices.json").read_bytes()) == {"notices": []}


def test_another_object_is_no_warning() -> None:
    with pytest.raises(Refusal, match="notice_not_one"):
        parse_notice(json.dumps(WORLD.first[1].to_json()).encode())


def test_an_alarm_file_that_cannot_be_read_is_an_alarm_and_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "alarm.json").write_bytes(b"{")
    mirror = Mirror(tmp_path, NEWER_WORLD)
    assert mirror.source.trust_alarm
    mirror.refreshed()
    mirror.world = WORLD.revised("NationalList", "CM", lambda payload: payload.update(centres=[]), at=NOW)
    with pytest.raises(Refusal, match="log_forked"):
        mirror.refreshed()
    assert len(json.loads((tmp_path / "alarm.json").read_bytes())["forks"]) == 1
