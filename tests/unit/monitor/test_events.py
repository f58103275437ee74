"""`certes monitor` tells a country what concerns it, and how much that matters."""

import signal
import threading
from pathlib import Path

import pytest

from tests.unit.monitor.watched import WITNESS, Watched, alarm_files, close_centres, suspend, witness_option
from tests.world_data import Payload


def test_nothing_is_told_while_nothing_happens_and_only_what_is_new_is_fetched(watched: Watched) -> None:
    watched.asked.clear()
    assert watched.run(*witness_option(watched.jury), code=0) == []
    assert not any(path.startswith("/v1/objects/") for path in watched.asked)
    assert alarm_files(watched) == []


def test_a_partners_suspension_is_told_once_in_words_with_code_2(watched: Watched) -> None:
    world = watched.registry.world
    watched.pass_time(hours=1)
    watched.registry.submit(world.next_version("NationalList", "GA", suspend))
    (event,) = watched.run(code=2)
    assert (event["event"], event["severity"], event["country"]) == ("issuer_suspended", "concern", "GA")
    assert event["text"] == "Issuer suspended in Gabon: did:web:skills.example:ga:1, since 21 November 2026."
    assert event["since"] == "2026-11-21"
    assert event["time"] == "2026-11-20T09:00:00Z"
    assert watched.run(code=0) == []


def test_without_its_own_files_a_country_is_asked_to_compare(watched: Watched) -> None:
    watched.pass_time(hours=1)
    watched.registry.submit(watched.registry.world.next_version("NationalList", "CM", close_centres))
    assert watched.codes(code=2) == ["object_to_compare"]


def test_a_witness_that_does_not_answer_is_not_checked(watched: Watched) -> None:
    watched.jury.away.add(WITNESS)
    (event,) = watched.run(*witness_option(watched.jury), code=1)
    assert (event["event"], event["what"], event["code"]) == (
        "not_checked", f"witness {WITNESS}", "host_unreachable"
    )  # fmt: skip


def test_a_witness_is_missing_after_days_without_its_signature(watched: Watched) -> None:
    watched.registry.jury.away.add(WITNESS)
    watched.pass_time(days=2)
    assert watched.run(code=0) == []
    watched.pass_time(days=2)
    (event,) = watched.run(code=2)
    assert (event["event"], event["witness"], event["country"]) == ("witness_missing", WITNESS, "GA")


def test_another_networks_charter_stops_and_is_no_alarm(watched: Watched, tmp_path: Path) -> None:
    wrong = ("--charter", "sha-256:" + "0" * 64)
    assert watched.run(*wrong, "--state", str(tmp_path / "new"), code=1) == []
    assert not (tmp_path / "new" / "alarms").exists()
    assert watched.run(*wrong, code=1) == []


@pytest.mark.full
def test_who_begins_is_told_of_the_last_notice_period(watched: Watched, tmp_path: Path) -> None:
    watched.pass_time(hours=1)
    watched.registry.submit(watched.registry.world.next_version("NationalList", "GA", suspend))
    assert watched.codes("--state", str(tmp_path / "new"), code=2) == ["watch_began", "issuer_suspended"]


@pytest.mark.full
def test_every_language_says_it_and_an_unknown_one_is_refused(watched: Watched) -> None:
    watched.clock.pass_time(hours=72)
    said = {
        each: str(watched.run("--language", each, code=2)[0]["text"])
        for each in ("fr", "en", "pt", "es", "ar")
    }
    assert len(set(said.values())) == 5
    assert all("72" in text for text in said.values())
    assert watched.run("--language", "xx", code=1) == []


def test_with_every_a_state_that_lasts_is_told_once(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ended:
        """Three turns; the registry answers again in the last."""

        turns = 0

        def wait(self, _seconds: float) -> bool:
            self.turns += 1
            watched.away = self.turns < 2
            return self.turns == 3

    monkeypatch.setattr(threading, "Event", Ended)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    watched.away = True
    told = watched.run("--every", "60", code=0)
    assert [(event["event"], event["what"]) for event in told] == [
        ("not_checked", "log"), ("not_checked", "status lists")
    ]  # fmt: skip


def test_a_registry_that_does_not_answer_is_not_checked_and_in_the_end_silent(watched: Watched) -> None:
    watched.away = True
    assert set(watched.codes(code=1)) == {"not_checked"}
    watched.clock.pass_time(hours=49)
    told = watched.codes(code=2)
    assert told[-1] == "log_silent"


def test_a_memory_that_cannot_be_read_stops_the_monitor(watched: Watched) -> None:
    (watched.folder / "state.json").write_text("{}")
    assert watched.run(code=1) == []


def test_a_damaged_tile_on_our_own_disk_blames_nobody(watched: Watched) -> None:
    (tile,) = (watched.folder / "log" / "tile" / "entries" / "000.p").iterdir()
    tile.write_bytes(tile.read_bytes()[:-1] + b"\x00")
    assert watched.run(code=0) == []
    assert watched.run(code=0) == []


def test_a_new_witness_and_its_charter_are_told(watched: Watched) -> None:
    def admit(payload: Payload) -> None:
        payload["noticeDays"] = 20

    watched.pass_time(hours=1)
    countries = ["CM", "CG", "CD", "CF", "GA"]
    watched.registry.submit(watched.registry.world.next_version("Charter", "", admit, by=countries))
    assert watched.codes(code=2) == ["object_to_compare", "charter_new"]
