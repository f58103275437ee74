"""What a quorum of the witnesses makes of the log: published, waiting, or stopped."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from certes.credential.errors import Malformed
from certes.trust.bundle import TrustView, parse_bundle
from certes.trust.deltas import apply_delta
from certes.trust.translog.checkpoints import TreeHead, parse_checkpoint, sign_checkpoint
from certes.trust.translog.cosignatures import cosign
from certes.trust.translog.notes import KeyUse, NoteSigner
from registry.log.witnesses import DEFAULT_TIMEOUT_S
from tests.unit.registry.conftest import Clock, Registry, restarted, running
from tests.unit.registry.witnesses import Jury, Memory
from tests.world import NOW, World
from tests.world_data import COUNTRIES, Payload

ORIGIN = "skills.example/log"
ENOUGH_AWAY = 3  # of six, of which four make a quorum


def nothing(_payload: Payload) -> None:
    """A next version with the same content."""


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def view_of(registry: Registry) -> TrustView:
    raw = registry.client.get("/v1/bundle").content
    return parse_bundle(raw, charter_id=registry.world.charter_id, floor=None, now=registry.clock.now)


def health(registry: Registry) -> dict[str, Any]:
    found: dict[str, Any] = registry.client.get("/healthz").json()
    return found


def next_list(registry: Registry, country: str = "GA") -> Any:
    return registry.world.next_version("NationalList", country, nothing)


def test_without_a_quorum_the_earlier_bundle_is_served_until_it_comes(registry: Registry) -> None:
    names = registry.jury.names
    registry.jury.away = set(names[:ENOUGH_AWAY])
    before = registry.client.get("/v1/bundle").content
    answer = registry.submit(next_list(registry))
    assert (answer.status_code, answer.json()["published"]) == (201, False)
    assert registry.client.get("/v1/bundle").content == before
    state = health(registry)
    assert (state["size"], state["published_size"], state["status"]) == (13, 12, "ok")
    codes = {each["name"]: each["code"] for each in state["witnesses"]}
    assert codes == {name: "host_unreachable" if name in names[:3] else "ok" for name in names}
    registry.jury.away = set(names[:2])
    registry.renew()
    assert view_of(registry).tree.size == health(registry)["published_size"] == 13


def test_submitting_the_same_again_asks_the_witnesses_again(registry: Registry) -> None:
    registry.jury.away = set(registry.jury.names)
    found = next_list(registry)
    assert registry.submit(found).json()["published"] is False
    registry.jury.away = set()
    again = registry.submit(found)
    assert (again.status_code, again.json()["published"]) == (200, True)


def test_a_registry_that_never_had_a_quorum_takes_in_and_serves_nothing(empty: Registry) -> None:
    empty.jury.away = set(empty.jury.names)
    assert empty.submit(empty.world.objects[0]).status_code == 201
    assert code_of(empty.client.get("/v1/bundle")) == (503, "registry_without_quorum")
    assert empty.client.get("/healthz").status_code == 200
    assert health(empty)["status"] == "waiting_for_witnesses"


def test_a_witness_that_remembers_less_is_asked_from_there(registry: Registry) -> None:
    name = registry.jury.names[0]
    registry.jury.memory.held.pop((name, ORIGIN))
    registry.submit(next_list(registry))
    assert registry.jury.memory.held[name, ORIGIN].size == 13
    assert len(view_of(registry).checkpoint.cosigned) == 6


def test_all_cosignatures_are_kept(registry: Registry) -> None:
    store = registry.desk.sealing.store
    before = store.mark()
    for _ in range(3):
        registry.clock.pass_time(days=1)
        registry.renew()
    assert store.mark() == (before[0], before[1] + 18)
    assert view_of(registry).as_of == NOW + timedelta(days=3)


def test_a_line_that_does_not_hold_is_not_kept(registry: Registry) -> None:
    name, other = registry.jury.names[:2]
    note = parse_checkpoint(registry.desk.published().note).note
    stranger = replace(registry.jury.signers[name], signer=registry.jury.signers[other].signer)
    forged = cosign(note.text, signer=stranger, time=int(NOW.timestamp()))
    lying = replace(forged, key_id=registry.jury.signers[name].key.key_id)
    registry.clock.pass_time(days=1)
    registry.jury.says[name] = httpx.Response(200, text=lying.line)
    registry.jury.says[other] = httpx.Response(200, text=forged.line)
    registry.renew()
    codes = {each["name"]: each["code"] for each in health(registry)["witnesses"]}
    assert (codes[name], codes[other]) == ("note_signature_invalid", "cosignature_missing")
    assert len(view_of(registry).checkpoint.cosigned) == 6  # these two with their lines of yesterday


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text=""),
        httpx.Response(200, text="— x\n"),
        httpx.Response(409, text="many\n"),
        httpx.Response(409, text="9\n"),
        httpx.Response(404, text="{"),
        httpx.Response(500, text='{"code": 7}'),
        httpx.Response(422, text='{"code": "consistency_proof_invalid"}'),
    ],
)
def test_whatever_one_witness_says_the_others_make_the_quorum(
    registry: Registry, answer: httpx.Response
) -> None:
    registry.jury.says[registry.jury.names[0]] = answer
    assert registry.submit(next_list(registry)).json()["published"] is True
    assert health(registry)["status"] == "ok"


IN_2099 = 4_070_908_800
BEYOND_ANY_CALENDAR = 2**40


@pytest.mark.parametrize("date", [IN_2099, BEYOND_ANY_CALENDAR])
def test_a_witness_that_lies_about_the_time_takes_nothing_back(registry: Registry, date: int) -> None:
    """Its good line stays: what a quorum published is published after a restart too."""
    liar, *others = registry.jury.names
    registry.jury.away = set(others[-2:])  # four are left, the liar among them: just a quorum
    assert registry.submit(next_list(registry)).json()["published"] is True
    registry.jury.dates[liar] = date
    registry.jury.away = set(others)
    registry.clock.pass_time(hours=2)
    registry.renew()
    codes = {each["name"]: each["code"] for each in health(registry)["witnesses"]}
    assert codes[liar] == "cosignature_from_the_future"
    again = restarted(registry)
    with again.client:
        assert view_of(again).tree.size == 13


def test_a_witness_that_lied_about_the_time_is_asked_again(registry: Registry) -> None:
    liar = registry.jury.names[0]
    registry.jury.dates[liar] = BEYOND_ANY_CALENDAR
    registry.submit(next_list(registry))
    del registry.jury.dates[liar]
    registry.clock.pass_time(hours=2)
    registry.renew()
    codes = {each["name"]: each["code"] for each in health(registry)["witnesses"]}
    assert codes[liar] == "ok"


def test_one_witness_that_claims_more_entries_stops_nothing_and_two_do(registry: Registry) -> None:
    """One of six may lie; of two, one is honest."""
    first, second = registry.jury.names[:2]
    registry.jury.says[first] = httpx.Response(409, text="99\n")
    assert registry.submit(next_list(registry)).status_code == 201
    registry.jury.says[second] = httpx.Response(409, text="99\n")
    registry.clock.pass_time(hours=2)
    with pytest.raises(Exception, match="log_behind_witnesses"):
        registry.renew()
    assert code_of(registry.submit(next_list(registry, "CM"))) == (503, "log_behind_witnesses")
    registry.jury.says.clear()
    registry.renew()
    assert registry.submit(next_list(registry, "CM")).status_code == 201


@contextmanager
def from_backup(registry: Registry, folder: Path, backup: Path) -> Iterator[Registry]:
    """A registry started on an old database, with the witnesses as they are now."""
    folder.mkdir()
    shutil.copy(backup, folder / "registry.sqlite")
    settings = replace(registry.settings, database_url=f"sqlite:///{folder}/registry.sqlite")
    with running(settings, registry.clock, registry.jury) as restored:
        yield restored


def test_an_old_backup_takes_nothing_in_and_says_why(
    registry: Registry, filled: tuple[Path, Memory], tmp_path: Path
) -> None:
    registry.submit(next_list(registry))
    with from_backup(registry, tmp_path / "old", filled[0]) as restored:
        refused = restored.submit(next_list(registry, "CM"))
        assert code_of(refused) == (503, "log_behind_witnesses")
        assert refused.json()["params"] == {"size": 13, "own": 12}
        answer = restored.client.get("/healthz")
        assert (answer.status_code, answer.json()["status"]) == (503, "stopped")
        assert restored.desk.store.size() == 12
        assert restored.client.get("/v1/bundle").status_code == 200  # what was vouched for stays readable


def test_a_log_that_was_begun_again_under_the_same_key_signs_nothing(
    registry: Registry, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "second").mkdir()
    second = replace(settings, database_url=f"sqlite:///{tmp_path}/second/registry.sqlite")
    registry.clock.pass_time(minutes=1)
    with running(second, registry.clock, registry.jury) as other:
        other.submit(registry.world.objects[0])
        assert code_of(other.submit(registry.world.objects[1])) == (503, "log_behind_witnesses")
        assert code_of(other.client.get("/v1/bundle")) == (503, "registry_without_quorum")


def test_a_witness_that_holds_another_history_under_our_key_stops_the_log(registry: Registry) -> None:
    name = registry.jury.names[0]
    log = NoteSigner(ORIGIN, KeyUse.NOTE, registry.world.log_signer)
    held = registry.jury.memory.held[name, ORIGIN]
    other = sign_checkpoint(TreeHead(ORIGIN, held.size, bytes(32)), log).note.encode()
    registry.jury.memory.held[name, ORIGIN] = replace(held, root=bytes(32), note=other)
    registry.clock.pass_time(hours=2)
    with pytest.raises(Exception, match="log_forked_from_witnesses"):
        registry.renew()
    assert code_of(registry.submit(next_list(registry))) == (503, "log_forked_from_witnesses")
    assert registry.desk.store.size() == 12


def test_a_clock_ahead_of_the_witnesses_takes_nothing_in(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = Clock(NOW + timedelta(days=3000))
    settings = registry.settings
    with running(settings, fast, replace(registry.jury, clock=registry.clock)) as other:
        assert code_of(other.submit(next_list(registry))) == (503, "clock_ahead_of_witnesses")
        fast.now = NOW
        other.renew()
        assert other.submit(next_list(registry)).status_code == 201


def test_an_entry_is_never_dated_before_what_the_witnesses_reached(registry: Registry) -> None:
    floor = view_of(registry).floor()
    registry.clock.pass_time(days=-3)
    registry.submit(next_list(registry))
    registry.clock.pass_time(days=3, minutes=1)
    registry.renew()
    raw = registry.client.get("/v1/bundle").content
    view = parse_bundle(raw, charter_id=registry.world.charter_id, floor=floor, now=registry.clock.now)
    assert view.entries[-1].time == NOW


def test_new_witnesses_count_once_the_old_ones_have_handed_over(registry: Registry) -> None:
    floor, jury, new = view_of(registry).floor(), registry.jury, "witness.chad.example"
    jury.admit(new)
    leaving = jury.names[:2]

    def exchange(payload: Payload) -> None:
        key = jury.signers[new].signer.public_key.multikey
        kept = [each for each in payload["witnesses"] if each["name"] not in leaving]
        payload["witnesses"] = [*kept, {"name": new, "key": key, "country": None}]
        payload["quorum"] = 4

    charter = registry.world.next_version("Charter", "", exchange, by=COUNTRIES)
    jury.away = {leaving[0], jury.names[2], jury.names[3]}  # the old ones have no quorum of four
    reached = restarted(registry)
    with reached.client:
        answer = reached.submit(charter)
        assert (answer.status_code, answer.json()["published"]) == (201, False)
        jury.away = {leaving[0]}
        registry.clock.pass_time(minutes=1)
        reached.renew()
        assert health(reached)["published_size"] == 13
        jury.away = set(leaving)  # the old witnesses are asked no more
        jury.asked.clear()
        registry.clock.pass_time(minutes=1)
        assert reached.submit(next_list(registry)).json()["published"] is True
        assert not {*leaving} & {*jury.asked}
        raw = reached.client.get("/v1/bundle").content
        now = registry.clock.now
        view = parse_bundle(raw, charter_id=registry.world.charter_id, floor=floor, now=now)
    assert new in {key.name for key in view.checkpoint.cosigned}


def test_two_registries_on_one_database_publish_one_history(registry: Registry) -> None:
    other = restarted(registry)
    with other.client:
        floor, desks = view_of(registry).floor(), [registry, other] * 3
        for at, desk in enumerate(desks):
            found = registry.world.next_version("NationalList", COUNTRIES[at % 5], nothing)
            if at < len(COUNTRIES):
                assert desk.submit(found).json()["published"] is True
        assert registry.client.get("/v1/bundle").content == other.client.get("/v1/bundle").content
        raw = other.client.get("/v1/bundle").content
        now = registry.clock.now
        view = parse_bundle(raw, charter_id=registry.world.charter_id, floor=floor, now=now)
    assert view.tree.size == 12 + len(COUNTRIES)
    sizes = registry.desk.sealing.store.checkpoint_sizes()
    assert sizes == tuple(range(1, 18))


def test_a_delta_makes_the_bundle_of_who_was_behind(registry: Registry) -> None:
    held = registry.client.get("/v1/bundle").content
    registry.clock.pass_time(minutes=5)
    registry.submit(next_list(registry))
    answer = registry.client.get("/v1/bundle/since/12")
    newest = registry.client.get("/v1/bundle").content
    assert apply_delta(held, answer.content) == newest
    assert len(answer.content) < len(newest) / 2
    headers = {"If-None-Match": answer.headers["etag"]}
    assert registry.client.get("/v1/bundle/since/12", headers=headers).status_code == 304
    assert registry.client.get("/v1/bundle/since/13").status_code == 200
    for size in ("14", "0", "012", "x", "9" * 40):
        answer = registry.client.get(f"/v1/bundle/since/{size}")
        assert code_of(answer) == (404, "delta_not_possible")


def test_the_wait_for_witnesses_is_bounded() -> None:
    assert DEFAULT_TIMEOUT_S <= 10


def test_the_world_of_these_tests_has_six_witnesses_and_a_quorum_of_four() -> None:
    charter = World().charter
    assert (len(charter.witnesses), charter.quorum) == (6, 4)
    assert len(Jury(Clock()).names) == 6
    with pytest.raises(Malformed):
        parse_bundle(b"{}", charter_id=World().charter_id, floor=None, now=NOW)
