"""Acts of one party on an agreement: what each does, what none may do, and that no act reaches back."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from certes.credential.errors import Malformed
from certes.trust.agreement_book import AgreementBook
from certes.trust.agreements import Agreement, parse_agreement
from certes.trust.events import AgreementEvent, EventKind, LoggedEvent, apply_events, parse_agreement_event
from certes.trust.reading import subject_name
from tests.governance import COUNTS, WELDER, act, decided, told
from tests.world import NOW, World
from tests.world_data import AGREEMENT, Payload, agreement

TODAY = NOW.date()


def text(version: int = 1, **of_gabon: Any) -> Agreement:
    """The agreement of the five, with dates of Gabon changed."""
    payload = agreement(version)
    for party in payload["parties"]:
        if party["country"] == "GA":
            party |= of_gabon
    return parse_agreement(payload)


def logged(found: Any, on: date = TODAY) -> LoggedEvent:
    return LoggedEvent(parse_agreement_event(found.payload), found.version, found.object_id, on)


def not_ratified(world: World) -> World:
    """A second version, in which Gabon has signed and not yet ratified."""

    def change(payload: Payload) -> None:
        for party in payload["parties"]:
            if party["country"] == "GA":
                del party["inForceFrom"]

    return world.revised("Agreement", AGREEMENT, change, at=NOW - timedelta(days=30))


# ---- reading


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ({"event": "in_force"}, "schema_violation"),
        ({"event": "withdrawal"}, "schema_violation"),
        ({"event": "withdrawal", "start": "2026-12-01", "articles": ["A1"]}, "schema_violation"),
        ({"event": "suspension", "start": "2026-12-01"}, "schema_violation"),
        ({"event": "reservation", "of": []}, "schema_violation"),
        ({"event": "reservation", "of": ["A1"], "start": "2026-12-01"}, "schema_violation"),
        ({"event": "reservation_end", "of": ["A1"]}, "schema_violation"),
        ({"event": "expulsion", "start": "2026-12-01"}, "schema_violation"),
        ({"event": "withdrawal", "start": "2026-02-30"}, "schema_violation"),
        (
            {"event": "suspension", "start": "2026-12-01", "end": "2026-12-01", "protectsIssuedBefore": True},
            "member_invalid",
        ),
    ],
)
def test_an_act_that_says_too_little_or_too_much_is_refused(says: dict[str, Any], code: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse_agreement_event(act("GA", **says).payload)
    assert caught.value.code == code


def test_an_act_is_read_as_it_was_written() -> None:
    says: dict[str, Any] = {"articles": ["A1"], "protectsIssuedBefore": True, "ref": "décret 4"}
    found = act("GA", "suspension", start="2026-12-01", end="2027-02-01", **says)
    assert parse_agreement_event(found.payload) == AgreementEvent(
        AGREEMENT,
        "GA",
        EventKind.SUSPENSION,
        start=date(2026, 12, 1),
        end=date(2027, 2, 1),
        names=frozenset({"A1"}),
        protects_issued_before=True,
        reference="décret 4",
    )


def test_the_subject_is_the_agreement_and_the_country() -> None:
    assert subject_name(act("GA", "withdrawal", start="2027-01-01")) == f"AgreementEvent/{AGREEMENT}#GA"


# ---- what each act does, abroad


def test_entry_into_force_opens_the_agreement_from_its_day() -> None:
    world = not_ratified(World())
    assert told(world) == ("not_recognised", "agreement_not_yet_in_force")
    ratified = world.followed_by(act("GA", "in_force", start="2026-11-25"), at=NOW)
    assert told(ratified) == ("not_recognised", "agreement_not_yet_in_force")
    assert told(ratified, now=NOW + timedelta(days=5)) == COUNTS


def test_a_ratification_that_is_logged_late_does_not_reach_back() -> None:
    world = not_ratified(World()).followed_by(act("GA", "in_force", start="2026-03-01"), at=NOW)
    (found,) = world.view(now=NOW).registry.agreements
    assert found.parties["GA"].in_force_from == TODAY
    assert told(world) == COUNTS


def test_a_reservation_before_entry_into_force_and_its_end() -> None:
    world = not_ratified(World()).followed_by(
        act("GA", "reservation", of=["A1"]),
        act("GA", "in_force", version=2, start="2026-11-20"),
        at=NOW,
    )
    assert told(world) == ("not_recognised", "party_reservation")
    ended = world.followed_by(act("GA", "reservation_end", version=3, start="2026-11-22", of=["A1"]))
    assert told(ended) == ("not_recognised", "party_reservation")
    assert told(ended, now=NOW + timedelta(days=2)) == COUNTS


def test_a_suspension_holds_from_its_day_until_its_end() -> None:
    suspended = World().followed_by(
        act("GA", "suspension", start="2026-11-21", end="2026-11-24", protectsIssuedBefore=False), at=NOW
    )
    days = [told(suspended, now=NOW + timedelta(days=days)) for days in range(5)]
    no = ("not_recognised", "agreement_suspended")
    assert days == [COUNTS, no, no, no, COUNTS]


def test_a_suspension_may_protect_what_was_awarded_before() -> None:
    world = World().followed_by(
        act("GA", "suspension", start="2026-11-20", protectsIssuedBefore=True, articles=["A1"]), at=NOW
    )
    assert told(world) == ("recognised", "agreement_suspended_older_protected")
    fresh = replace(WELDER, awarded_on=TODAY, signed_on=TODAY)
    assert told(world, fresh) == ("not_recognised", "agreement_suspended")


def test_a_suspension_logged_late_takes_no_protection_away() -> None:
    """Its own day is before the award, the day it was logged is after."""
    world = World().followed_by(
        act("GA", "suspension", start="2026-09-01", protectsIssuedBefore=True), at=NOW
    )
    assert told(world) == ("recognised", "agreement_suspended_older_protected")


def test_a_suspension_that_was_over_before_it_was_logged_never_held() -> None:
    world = World().followed_by(
        act("GA", "suspension", start="2026-09-01", end="2026-10-01", protectsIssuedBefore=False), at=NOW
    )
    (found,) = world.view(now=NOW).registry.agreements
    assert found.parties["GA"].suspensions == ()


def test_a_suspension_is_ended_by_the_country_that_made_it() -> None:
    world = World().followed_by(
        act("GA", "suspension", start="2026-11-20", protectsIssuedBefore=False),
        act("GA", "suspension_end", version=2, start="2026-11-22"),
        at=NOW,
    )
    assert told(world) == ("not_recognised", "agreement_suspended")
    assert told(world, now=NOW + timedelta(days=2)) == COUNTS


def test_a_suspension_to_come_is_called_off() -> None:
    world = World().followed_by(
        act("GA", "suspension", start="2026-11-25", protectsIssuedBefore=False),
        act("GA", "suspension_end", version=2, start="2026-11-22"),
        at=NOW,
    )
    assert told(world, now=NOW + timedelta(days=6)) == COUNTS


def test_an_end_that_names_articles_ends_that_suspension_alone() -> None:
    held: dict[str, Any] = {"start": "2026-11-20", "protectsIssuedBefore": False}
    world = World().followed_by(
        act("GA", "suspension", articles=["A1"], **held),
        act("GA", "suspension", version=2, articles=["A2"], **held),
        act("GA", "suspension_end", version=3, start="2026-11-20", articles=["A1"]),
        at=NOW,
    )
    assert told(world) == COUNTS
    mechanic = replace(WELDER, occupations=("CM:1301", "isco08:7233"))
    assert told(world, mechanic) == ("not_recognised", "agreement_suspended")


def test_a_withdrawal_keeps_what_was_awarded_before_as_the_agreement_says() -> None:
    world = World().followed_by(act("GA", "withdrawal", start="2026-12-01"), at=NOW)
    assert told(world) == COUNTS
    later = NOW + timedelta(days=12)
    assert told(world, now=later) == ("recognised", "agreement_ended_acquired_right_kept_until")
    fresh = replace(WELDER, awarded_on=date(2026, 12, 1), signed_on=date(2026, 12, 1))
    assert told(world, fresh, now=later) == ("not_recognised", "agreement_ended")


def test_a_withdrawal_logged_late_ends_the_agreement_on_that_day() -> None:
    world = World().followed_by(act("GA", "withdrawal", start="2026-09-01"), at=NOW)
    decision = decided(world)
    assert decision.verdict == "recognised"  # awarded in October, and the right acquired then is kept
    assert decision.reasons[0].params["ended_on"] == TODAY


def test_the_act_of_one_party_leaves_the_others_alone() -> None:
    world = World().followed_by(act("GA", "withdrawal", start="2026-11-20"), at=NOW)
    fresh = replace(WELDER, awarded_on=TODAY, signed_on=TODAY)
    assert told(world, fresh, host="CG") == COUNTS


def test_the_evidence_names_the_acts_of_both_sides_and_no_others() -> None:
    held: dict[str, Any] = {"start": "2026-12-20", "protectsIssuedBefore": True}
    acts = [act(country, "suspension", **held) for country in ("CM", "GA", "CG")]
    world = World().followed_by(*acts, at=NOW)
    used = {each.object_id for each in decided(world).evidence.objects}
    assert {acts[0].object_id, acts[1].object_id} < used
    assert acts[2].object_id not in used


# ---- what no act may do


def of_gabon(*acts: LoggedEvent, on: Agreement | None = None) -> AgreementBook:
    book = AgreementBook()
    book.add_text(text() if on is None else on)
    for each in acts:
        book.add_event(each)
    return book


SUSPENDED = {"start": "2026-11-21", "protectsIssuedBefore": True}


@pytest.mark.parametrize(
    ("acts", "on", "code"),
    [
        ([("in_force", {"start": "2026-12-01"})], {}, "event_already_in_force"),
        ([("reservation", {"of": ["A1"]})], {}, "event_reservation_too_late"),
        ([("reservation", {"of": ["A9"]})], {"inForceFrom": None}, "event_name_unknown"),
        ([("suspension", {"articles": ["isco08:7212"], **SUSPENDED})], {}, "event_name_unknown"),
        ([("suspension_end", {"start": "2026-12-01"})], {}, "event_nothing_to_end"),
        (
            [
                ("suspension", {"articles": ["A1"], **SUSPENDED}),
                ("suspension_end", {"start": "2026-12-01", "articles": ["A1", "A2"]}),
            ],
            {},
            "event_nothing_to_end",
        ),
        ([("reservation_end", {"start": "2026-12-01", "of": ["A1"]})], {}, "event_nothing_to_end"),
        (
            [
                ("reservation_end", {"start": "2026-12-01", "of": ["A1"]}),
                ("reservation_end", {"start": "2026-12-05", "of": ["A1"]}),
            ],
            {"reservations": ["A1"]},
            "event_nothing_to_end",
        ),
        (
            [("withdrawal", {"start": "2027-06-01"}), ("withdrawal", {"start": "2027-01-01"})],
            {},
            "event_after_withdrawal",
        ),
        (
            [("withdrawal", {"start": "2027-06-01"}), ("in_force", {"start": "2027-07-01"})],
            {"inForceFrom": None},
            "event_after_withdrawal",
        ),
        ([("in_force", {"start": "2027-06-01"})], {"withdrawalEffectiveOn": "2026-10-01"},
         "event_after_withdrawal"),
    ],
)  # fmt: skip
def test_what_a_party_may_not_do_alone(
    acts: list[tuple[str, dict[str, Any]]], on: dict[str, Any], code: str
) -> None:
    *before, last = [
        logged(act("GA", event, version=number, **says)) for number, (event, says) in enumerate(acts, 1)
    ]
    book = of_gabon(*before, on=text(**on))
    with pytest.raises(Malformed) as caught:
        book.add_event(last)
    assert caught.value.code == code
    assert book.current() == of_gabon(*before, on=text(**on)).current()


def test_who_leaves_may_still_suspend_and_take_that_back() -> None:
    book = of_gabon(
        logged(act("GA", "withdrawal", start="2027-06-01")),
        logged(act("GA", "suspension", version=2, **SUSPENDED)),
        logged(act("GA", "suspension_end", version=3, start="2026-12-01")),
    )
    (found,) = book.current()
    assert found.parties["GA"].withdrawn_on == date(2027, 6, 1)
    assert [each.end for each in found.parties["GA"].suspensions] == [date(2026, 12, 1)]


def test_an_act_on_an_unknown_agreement_or_of_a_stranger_is_refused() -> None:
    book = AgreementBook()
    found = logged(act("GA", "withdrawal", start="2027-06-01"))
    with pytest.raises(Malformed, match="event_without_agreement"):
        book.add_event(found)
    book.add_text(text())
    with pytest.raises(Malformed, match="event_not_party"):
        book.add_event(replace(found, event=replace(found.event, country="TD")))


def test_acts_outlive_the_next_version_of_the_text() -> None:
    book = of_gabon(logged(act("GA", "withdrawal", start="2027-06-01")))
    book.add_text(text(2))
    (found,) = book.current()
    assert (found.version, found.parties["GA"].withdrawn_on) == (2, date(2027, 6, 1))
    assert [each.version for each in found.events] == [1]


def test_the_day_that_all_have_signed_stands_above_one_partys_act() -> None:
    book = of_gabon(logged(act("GA", "in_force", start="2026-12-01")), on=text(inForceFrom=None))
    assert book.current()[0].parties["GA"].in_force_from == date(2026, 12, 1)
    book.add_text(text(2, inForceFrom="2026-12-24"))
    assert book.current()[0].parties["GA"].in_force_from == date(2026, 12, 24)


def test_who_was_left_out_and_is_taken_in_again_begins_anew() -> None:
    book = of_gabon(logged(act("GA", "withdrawal", start="2026-11-20")))
    whole = text(2)
    book.add_text(replace(whole, parties={name: whole.parties[name] for name in ("CM", "CG")}))
    assert book.current()[0].events == ()
    with pytest.raises(Malformed, match="event_not_party"):
        book.add_event(logged(act("GA", "suspension", version=2, **SUSPENDED)))
    book.add_text(text(3))
    (found,) = book.current()
    assert found.parties["GA"].withdrawn_on is None
    book.add_event(logged(act("GA", "suspension", version=2, **SUSPENDED)))
    assert len(book.current()[0].parties["GA"].suspensions) == 1


def test_acts_of_a_country_that_is_no_party_change_nothing() -> None:
    found = logged(act("GA", "withdrawal", start="2026-11-20"))
    stranger = replace(found, event=replace(found.event, country="TD"))
    other = replace(found, event=replace(found.event, agreement="urn:agreement:other"))
    assert apply_events(text(), [stranger, other]) == text()
