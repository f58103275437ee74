"""A new text among the acts of its parties: what they restricted stands, what all say anew holds anew."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from certes.credential.errors import Malformed
from certes.trust.agreement_book import AgreementBook
from certes.trust.agreements import Agreement, Party, parse_agreement
from certes.trust.events import LoggedEvent, parse_agreement_event
from tests.governance import act
from tests.world import NOW
from tests.world_data import agreement

TODAY = NOW.date()
SUSPENDED: dict[str, Any] = {"start": "2026-11-20", "protectsIssuedBefore": False}


def text(version: int = 1, **of_gabon: Any) -> Agreement:
    """The agreement of the five, with dates of Gabon changed."""
    payload = agreement(version)
    next(party for party in payload["parties"] if party["country"] == "GA").update(of_gabon)
    return parse_agreement(payload)


def logged(event: str, version: int, on: date = TODAY, **says: Any) -> LoggedEvent:
    """An act of Gabon."""
    found = act("GA", event, version=version, **says)
    return LoggedEvent(parse_agreement_event(found.payload), version, found.object_id, on)


def gabon(*told: Agreement | LoggedEvent) -> Party:
    """Gabon after texts and acts, in this order."""
    book = AgreementBook()
    for each in told:
        if isinstance(each, Agreement):
            book.add_text(each)
        else:
            book.add_event(each)
    (found,) = book.current()
    return found.parties["GA"]


def test_a_suspension_outlives_the_text_and_is_ended_under_the_next() -> None:
    made = logged("suspension", 1, **SUSPENDED)
    assert [each.end for each in gabon(text(), made, text(2)).suspensions] == [None]
    ended = gabon(text(), made, text(2), logged("suspension_end", 2, start="2026-12-01"), text(3))
    assert [each.end for each in ended.suspensions] == [date(2026, 12, 1)]


def test_an_old_end_does_not_end_a_suspension_that_all_state_anew() -> None:
    stated: dict[str, Any] = {"suspensions": [{"from": "2027-02-01"}]}
    party = gabon(
        text(),
        logged("suspension", 1, **SUSPENDED),
        logged("suspension_end", 2, start="2026-12-01"),
        text(2, **stated),
    )
    assert sorted((each.start, each.end) for each in party.suspensions) == [
        (date(2026, 11, 20), date(2026, 12, 1)),
        (date(2027, 2, 1), None),
    ]


def test_a_reservation_that_all_state_anew_holds_anew() -> None:
    lifted = logged("reservation_end", 1, start="2026-11-20", of=["A1"])
    reserved: dict[str, Any] = {"reservations": ["A1"]}
    assert not gabon(text(**reserved), lifted).reserves({"A1"}, on=TODAY)
    assert gabon(text(**reserved), lifted, text(2, **reserved)).reserves({"A1"}, on=TODAY)
    assert not gabon(text(**reserved), lifted, text(2)).reserves({"A1"}, on=TODAY)


def test_a_reservation_of_before_entry_into_force_and_its_end_outlive_the_text() -> None:
    made = logged("reservation", 1, of=["A1", "A2"])
    lifted = logged("reservation_end", 2, start="2026-11-20", of=["A2"])
    party = gabon(text(inForceFrom=None), made, lifted, text(2))
    assert party.reserves({"A1"}, on=TODAY)
    assert not party.reserves({"A2"}, on=TODAY)


def test_entry_into_force_by_an_act_outlives_a_text_that_states_no_day() -> None:
    party = gabon(
        text(inForceFrom=None), logged("in_force", 1, start="2026-12-01"), text(2, inForceFrom=None)
    )
    assert party.in_force_from == date(2026, 12, 1)


def test_nobody_is_withdrawn_later_than_it_declared() -> None:
    left = logged("withdrawal", 1, start="2027-06-01")
    for day, expected in (("2027-09-01", date(2027, 6, 1)), ("2027-03-01", date(2027, 3, 1))):
        assert gabon(text(), left, text(2, withdrawalEffectiveOn=day)).withdrawn_on == expected


def test_nothing_is_suspended_after_the_withdrawal_has_its_effect() -> None:
    """What is preserved then is for the text to say: a suspension would take it away."""
    left = logged("withdrawal", 1, start="2026-11-25")
    allowed = logged("suspension", 2, start="2026-11-24", protectsIssuedBefore=False)
    assert len(gabon(text(), left, allowed).suspensions) == 1
    for start, on in (("2026-11-25", TODAY), ("2026-11-24", date(2026, 11, 26))):
        late = logged("suspension", 2, on, start=start, protectsIssuedBefore=False)
        with pytest.raises(Malformed, match="event_after_withdrawal"):
            gabon(text(), left, late)
    restored = logged("suspension_end", 3, date(2027, 1, 1), start="2027-01-01")
    assert [each.end for each in gabon(text(), left, allowed, restored).suspensions] == [date(2027, 1, 1)]


def test_a_country_that_declares_thousands_of_acts_stops_nobody() -> None:
    book = AgreementBook()
    book.add_text(text())
    event = logged("suspension", 1, **SUSPENDED)
    for number in range(1, 2001):
        book.add_event(replace(event, version=number, object_id=str(number)))
    assert len(book.current()[0].events) == 2000
