"""What is new in a list counts abroad only later: from the log's days, in a verified bundle."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from certes.trust.recognition import Decision, Facts, StatusSeen, decide
from tests.world import FIRST_LOGGED, NOW, World
from tests.world_data import Payload

FACTS = Facts(
    country="CM",
    issuer="did:web:skills.example:cm:1",
    kid="k1",
    awarded_on=date(2026, 4, 10),
    signed_on=date(2026, 4, 14),
    valid_until=None,
    occupations=("CM:1204", "isco08:7212"),
    level="CM-4",
    kind="full",
    method="training",
)
SEEN = StatusSeen("valid", NOW.date())
YES = ("recognised", "recognised_with_conditions")


def without_welders(payload: Payload) -> None:
    """The issuer may no longer certify welders."""
    issuer = payload["issuers"][0]
    issuer["scope"] = [entry for entry in issuer["scope"] if entry.get("trade") != "CM:1204"]


def again(payload: Payload) -> None:
    """As the first list says."""
    payload["issuers"][0]["scope"] = World().newest("NationalList", "CM").payload["issuers"][0]["scope"]


def ask(world: World, *, host: str = "GA", at: datetime = NOW, now: datetime | None = None) -> Decision:
    """What a device answers that holds this world's bundle of `now`."""
    registry = world.view(now=now or at).registry
    return decide(FACTS, host=host, at=at.date(), registry=registry, status=StatusSeen("valid", at.date()))


def taken_away_and_given_back(day: datetime) -> World:
    """Forty days ago it was taken out of the scope; on this day it came back."""
    gone = World().revised("NationalList", "CM", without_welders, at=NOW - timedelta(days=40))
    return gone.revised("NationalList", "CM", again, at=day)


def test_what_the_founders_listed_counts_at_once() -> None:
    assert ask(World(), at=FIRST_LOGGED + timedelta(days=1)).verdict in YES


@pytest.mark.parametrize("host", ["GA", "CG", "CD"])
def test_what_is_new_waits_abroad(host: str) -> None:
    decision = ask(taken_away_and_given_back(NOW), host=host)
    assert decision.verdict == "not_recognised"
    (reason,) = decision.reasons
    assert reason.code == "scope_in_notice_period"
    assert reason.params["until"] == NOW.date() + timedelta(days=14)


def test_it_counts_at_home_at_once() -> None:
    assert ask(taken_away_and_given_back(NOW), host="CM").verdict in YES


@pytest.mark.parametrize(("days", "counts"), [(13, False), (14, True), (15, True), (40, True)])
def test_the_period_is_over_on_the_day_that_was_named(days: int, counts: bool) -> None:
    world = taken_away_and_given_back(NOW)
    assert (ask(world, at=NOW + timedelta(days=days)).verdict in YES) is counts


def test_a_device_that_was_not_renewed_counts_the_days_all_the_same() -> None:
    world = taken_away_and_given_back(NOW - timedelta(days=8))
    assert ask(world, at=NOW, now=NOW).verdict == "not_recognised"
    assert ask(world, at=NOW + timedelta(days=6), now=NOW).verdict in YES


def test_what_counts_now_counts_for_a_question_about_an_earlier_day() -> None:
    world = taken_away_and_given_back(NOW - timedelta(days=20))
    assert ask(world, at=NOW - timedelta(days=15), now=NOW).verdict in YES


def test_a_list_that_changes_something_else_begins_no_period() -> None:
    world = World().revised("NationalList", "CM", lambda payload: payload.update(authorities=[]), at=NOW)
    assert ask(world).verdict in YES


def test_every_list_of_the_period_must_have_allowed_it() -> None:
    """Taken away between two that allow it: new again."""
    gone = World().revised("NationalList", "CM", without_welders, at=NOW - timedelta(days=3))
    world = gone.revised("NationalList", "CM", again, at=NOW)
    assert [reason.code for reason in ask(world).reasons] == ["scope_in_notice_period"]


def test_what_is_taken_away_is_gone_at_once() -> None:
    world = World().revised("NationalList", "CM", without_welders, at=NOW)
    assert [reason.code for reason in ask(world).reasons] == ["outside_issuer_scope"]


def test_the_charters_days_are_those_that_count() -> None:
    world = taken_away_and_given_back(NOW - timedelta(days=2))
    view = world.view(now=NOW).registry
    assert view.notice_days == 14
    shorter = replace(view, notice_days=2)
    assert decide(FACTS, host="GA", at=NOW.date(), registry=shorter, status=SEEN).verdict in YES


def test_an_issuer_of_a_member_that_joins_later_is_new() -> None:
    """Its first list has none before it, and no founder's day."""
    world = World()
    entries = [entry for entry in world.entries if (entry.type, entry.subject) == ("NationalList", "GA")]
    assert len(entries) == 1
    registry = world.view(now=NOW).registry
    (first,) = registry.announced["GA"]
    assert first.settled
    later = replace(
        registry, announced={**registry.announced, "CM": (replace(first, on=NOW.date(), settled=False,
        issuers=registry.national["CM"].issuers),)},
    )  # fmt: skip
    found = decide(FACTS, host="GA", at=NOW.date(), registry=later, status=SEEN)
    assert [reason.code for reason in found.reasons] == ["issuer_in_notice_period"]
