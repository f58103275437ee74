"""`certes monitor` and a registry that is not honest."""

import json
import shutil
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from certes.trust.bundle import parse_bundle
from registry import admission
from tests.unit.monitor.watched import (
    WITNESS,
    Watched,
    alarm_files,
    close_centres,
    known_files,
    nothing,
    witness_option,
)
from tests.unit.registry.conftest import Registry, restarted
from tests.world import NOW


def test_an_object_signed_with_stolen_keys_is_an_alarm_until_the_country_knows_it(
    watched: Watched, tmp_path: Path
) -> None:
    world = watched.registry.world
    known = known_files(tmp_path / "signed", world)
    assert watched.run("--known", str(known), code=0) == []
    stolen = world.next_version("NationalList", "CM", close_centres)
    watched.pass_time(hours=1)
    watched.registry.submit(stolen)
    for _ in range(2):
        (alarm,) = watched.run("--known", str(known), code=3)
        assert (alarm["event"], alarm["object"], alarm["country"]) == (
            "object_not_ours", stolen.object_id, "CM"
        )  # fmt: skip
    (known / "last.json").write_text(json.dumps(stolen.to_json()))
    assert watched.run("--known", str(known), code=0) == []


def test_an_entry_that_is_dated_back_is_an_alarm_until_somebody_looked(
    watched: Watched, liar: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The software of a registry that wants to be believed to have had something earlier: it is a program
    like any other. A device without a floor takes its bundle."""
    monkeypatch.setattr(admission, "entry_time", lambda *_, **__: NOW - timedelta(days=2))
    found = liar.world.next_version("NationalList", "GA", close_centres)
    assert liar.submit(found).status_code == 201
    watched.registry = restarted(liar)
    watched.clock.now = NOW + timedelta(hours=1)
    parse_bundle(
        watched.registry.client.get("/v1/bundle").content,
        charter_id=liar.world.charter_id,
        floor=None,
        now=watched.clock.now,
    )
    for _ in range(2):
        (alarm,) = watched.run(code=3)
        assert (alarm["event"], alarm["object"]) == ("entry_backdated", found.object_id)
        assert alarm["time"] == "2026-11-18T08:00:00Z"
    for path in (watched.folder / "alarms").iterdir():
        path.unlink()
    assert watched.run(code=0) == []


def test_another_history_is_an_alarm_and_both_checkpoints_are_kept(watched: Watched, liar: Registry) -> None:
    watched.pass_time(hours=1)
    world = watched.registry.world
    watched.registry.submit(world.next_version("NationalList", "GA", close_centres))
    assert watched.codes(code=0) == []
    liar.submit(world.next_version("HostPolicy", "GA", nothing))
    liar.submit(world.next_version("HostPolicy", "CG", nothing))
    honest, watched.registry = watched.registry, liar
    (alarm,) = watched.run(code=3)
    assert (alarm["event"], alarm["who"], alarm["held"], alarm["offered"]) == ("fork", "log", 13, 14)
    notes = [name for name in alarm_files(watched) if name.endswith(".txt")]
    assert [name.rpartition("-")[2] for name in notes] == ["held.txt", "offered.txt"]
    served = liar.client.get("/log/checkpoint").content
    assert (watched.folder / "alarms" / notes[1]).read_bytes() == served
    watched.registry = honest
    assert watched.codes(code=3) == ["fork"]
    assert len(alarm_files(watched)) == 3


def test_another_history_of_a_smaller_size_is_a_fork_and_the_same_one_only_late(
    watched: Watched, liar: Registry
) -> None:
    world, honest = watched.registry.world, watched.registry
    watched.pass_time(hours=1)
    honest.submit(world.next_version("NationalList", "GA", close_centres))
    honest.submit(world.next_version("NationalList", "CG", close_centres))
    assert watched.codes(code=0) == []
    watched.registry = liar
    assert watched.codes(code=1) == ["not_checked"]
    liar.submit(world.next_version("HostPolicy", "GA", nothing))
    (alarm,) = [event for event in watched.run(code=3) if event["severity"] == "alarm"]
    assert (alarm["event"], alarm["held"], alarm["offered"]) == ("fork", 14, 13)


def test_a_witness_that_was_shown_another_history_is_an_alarm(watched: Watched, liar: Registry) -> None:
    world = watched.registry.world
    watched.pass_time(hours=1)
    watched.registry.submit(world.next_version("NationalList", "GA", close_centres))
    liar.submit(world.next_version("HostPolicy", "GA", nothing))
    watched.jury = liar.jury
    option = witness_option(liar.jury)
    (alarm,) = watched.run(*option, code=3)
    assert (alarm["event"], alarm["who"]) == ("fork", f"witness {WITNESS}")
    assert watched.codes(*option, code=3) == ["fork"]


ALTERED = [  # what, where, and which refusal tells
    ("/log/tile/entries/", "log", "log_entries_differ"),
    ("/v1/objects/", "log", "object_not_as_logged"),
    ("/log/checkpoint", "log", "checkpoint_text_invalid"),
    ("/log/tile/0/", "tiles", "tile_differs"),
]


def test_what_is_altered_on_the_way_is_an_alarm_and_is_not_remembered_as_true(watched: Watched) -> None:
    before = json.loads((watched.folder / "state.json").read_bytes())
    watched.pass_time(hours=1)
    watched.registry.submit(watched.registry.world.next_version("NationalList", "GA", close_centres))
    for path, what, reason in ALTERED:
        watched.alter = partial(altered, path)
        (alarm,) = watched.run(code=3)
        assert (alarm["event"], alarm["what"], alarm["code"]) == ("refused", what, reason)
        kept = json.loads((watched.folder / "state.json").read_bytes())
        assert (kept["floor"] == before["floor"]) is (what == "log")
        watched.alter = lambda _path, body: body
        assert "refused" in watched.codes(code=3)  # until somebody looked
        shutil.rmtree(watched.folder / "alarms")
        (watched.folder / "state.json").write_text(json.dumps(before))
        shutil.rmtree(watched.folder / "v1")


def altered(path: str, asked: str, body: bytes) -> bytes:
    """A byte near the end, or the size of a checkpoint in another spelling."""
    if not asked.startswith(path):
        return body
    if body.startswith(b"skills.example/log\n"):
        return body.replace(b"\n13\n", b"\n+13\n")
    return body[:-9] + b"\x00" + body[-8:]


@pytest.mark.full
def test_a_bundle_that_says_something_else_than_the_log_is_an_alarm(watched: Watched, liar: Registry) -> None:
    world = watched.registry.world
    watched.pass_time(hours=1)
    watched.registry.submit(world.next_version("NationalList", "GA", close_centres))
    liar.submit(world.next_version("HostPolicy", "GA", nothing))
    other = liar.client.get("/v1/bundle", headers={"Accept-Encoding": "identity"}).content
    watched.alter = lambda path, body: other if path == "/v1/bundle" else body
    (alarm,) = watched.run(code=3)
    assert (alarm["event"], alarm["who"]) == ("fork", "bundle")


def test_a_revocation_that_is_taken_back_is_an_alarm(watched: Watched) -> None:
    """Signed by the issuer's own key, so that registry and verifiers take it."""
    world = watched.registry.world
    for bits, code in (((5, 9), 0), ((5, 9, 11), 0), ((9, 11), 3)):
        watched.pass_time(hours=1)
        document = world.status_list("GA", 1, "revocation", 1, bits=bits, now=watched.clock.now)
        assert watched.registry.put_list(document, "/ga/1/status/revocation/1").status_code == 201
        told = watched.run(code=code)
    assert [(event["event"], event["country"], event["count"]) for event in told] == [
        ("revocation_undone", "GA", 1)
    ]


def test_two_checkpoints_of_one_size_are_proof_before_any_entry_is_asked_for(
    watched: Watched, liar: Registry
) -> None:
    world = watched.registry.world
    watched.pass_time(hours=1)
    watched.registry.submit(world.next_version("NationalList", "GA", close_centres))
    assert watched.run(code=0) == []
    liar.submit(world.next_version("HostPolicy", "GA", nothing))
    note = liar.client.get("/log/checkpoint").content
    watched.alter = lambda path, body: note if path == "/log/checkpoint" else body
    assert watched.codes(code=3) == ["fork"]


def test_a_status_list_that_goes_back_is_an_alarm(watched: Watched) -> None:
    world = watched.registry.world
    old = world.status_list("CM", 1, "revocation", 1, now=NOW)
    assert watched.registry.put_list(old).status_code == 201
    where = ("/v1/status-lists", "/cm/1/status/revocation/1")
    before = {path: watched.registry.client.get(path).content for path in where}
    watched.pass_time(hours=1)
    new = world.status_list("CM", 1, "revocation", 1, bits=(5,), now=watched.clock.now)
    watched.registry.put_list(new)
    assert watched.run(code=0) == []
    watched.alter = lambda path, body: before.get(path, body)
    told = watched.run(code=3)
    assert [(each["event"], each["country"]) for each in told] == [
        ("revocation_undone", "CM"), ("status_list_older", "CM")
    ]  # fmt: skip


def test_a_page_of_some_proxy_and_a_mistyped_witness_are_no_alarm(watched: Watched) -> None:
    watched.alter = lambda _path, _body: b"<html>Please log in</html>"
    told = watched.run("--witness", "witness.skills.example/xx=https://witnesses.example/5", code=1)
    assert {event["severity"] for event in told} == {"unchecked"}
    watched.alter = lambda _path, body: body
    told = watched.run("--witness", "witness.skills.example/xx=https://witnesses.example/5", code=1)
    assert [(event["event"], event["code"]) for event in told] == [("not_checked", "witness_not_in_charter")]


def test_an_alarm_file_that_somebody_edited_is_still_an_alarm(watched: Watched) -> None:
    folder = watched.folder / "alarms"
    folder.mkdir()
    for name, text in (
        ("a", "{"),
        ("b", "[]"),
        ("c", '{"event": "x", "severity": "info", "time": "2026-11-20T08:00:00Z"}'),
    ):
        (folder / f"{name}.json").write_text(text)
    told = watched.run(code=3)
    assert [(event["severity"], event["file"]) for event in told] == [
        ("alarm", "a.json"), ("alarm", "b.json"), ("alarm", "c.json")
    ]  # fmt: skip
