"""The procedures of docs/spec/registry.md, section 7, on issuers and their keys: what is said abroad before
and after."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from certes.credential.errors import Malformed
from certes.trust.bundle import parse_bundle
from tests.governance import (
    COUNTS,
    FRESH,
    NOTICE_PERIOD,
    SOON,
    WELDER,
    closed,
    issuer,
    issuer_key,
    listed,
    of_country,
    reason_of,
    takes_up,
    told,
)
from tests.notice_help import answer, notice
from tests.world import NOW, World
from tests.world_data import WELDER as WELDING
from tests.world_data import Payload


def with_a_second_issuer(payload: Payload) -> None:
    payload["issuers"].append(
        {
            **issuer(payload),
            "number": 2,
            "did": "did:web:skills.example:ga:2",
            "shortCode": "GA-2",
            "keys": [{**issuer(payload)["keys"][0], "publicKeyMultibase": issuer_key("GA", 2, 1)}],
        }
    )


def test_accredit_an_issuer() -> None:
    facts = of_country("GA", 2)
    assert told(World(), facts, host="CM") == ("not_recognised", "issuer_not_listed")
    world = listed(with_a_second_issuer, "GA")
    assert told(world, facts, host="GA") == ("recognised", "national_credential")
    assert told(world, facts, host="CM") == ("not_recognised", "issuer_in_notice_period")
    assert told(world, facts, host="CM", now=NOW + NOTICE_PERIOD) == COUNTS


def narrowed(payload: Payload) -> None:
    """From today on no welders: the entry gets its last day."""
    for entry in issuer(payload)["scope"]:
        if entry["trade"] == f"CM:{WELDING.code}":
            entry["validUntil"] = "2026-11-19"


def test_narrow_a_scope() -> None:
    world = listed(narrowed)
    assert told(world) == COUNTS  # signed in October
    assert told(world, FRESH) == ("not_recognised", "outside_issuer_scope")


def test_widen_a_scope() -> None:
    world = World().revised("NationalList", "CM", narrowed, at=NOW - timedelta(days=20))

    def wider(payload: Payload) -> None:
        scope = issuer(payload)["scope"]
        entry = next(each for each in scope if each["trade"] == f"CM:{WELDING.code}")
        scope.append({**entry, "validFrom": "2026-11-20", "validUntil": None})

    wide = world.revised("NationalList", "CM", wider, at=NOW)
    assert told(world, FRESH) == ("not_recognised", "outside_issuer_scope")
    assert told(wide, FRESH, host="CM") == ("recognised", "national_credential")
    assert told(wide, FRESH) == ("not_recognised", "scope_in_notice_period")
    assert told(wide, FRESH, now=NOW + NOTICE_PERIOD) == COUNTS


def test_suspend_an_issuer_and_take_it_back() -> None:
    suspended = listed(closed("suspended", "2026-11-20"))
    assert (told(suspended), told(suspended, FRESH)) == (
        COUNTS,
        ("not_recognised", "issuer_not_authorised_at_issue"),
    )
    later = NOW + timedelta(days=10)
    back = suspended.revised("NationalList", "CM", closed("granted", "2026-11-30"), at=later)
    resigned = replace(FRESH, awarded_on=date(2026, 11, 30), signed_on=date(2026, 11, 30))
    assert told(back, resigned, host="CM", now=later + SOON) == ("recognised", "national_credential")
    assert told(back, resigned, now=later + SOON) == ("not_recognised", "issuer_in_notice_period")
    assert told(back, resigned, now=later + NOTICE_PERIOD) == COUNTS
    assert told(back, FRESH, now=later + NOTICE_PERIOD) == (
        "not_recognised",
        "issuer_not_authorised_at_issue",
    )


def test_withdraw_an_issuer_without_voiding() -> None:
    world = listed(closed("withdrawn", "2026-11-20"))
    assert told(world) == ("recognised", "issuer_withdrawn_after_issue_still_counts")
    assert told(world, FRESH) == ("not_recognised", "issuer_not_authorised_at_issue")


def test_withdraw_an_issuer_and_void_a_period() -> None:
    world = listed(closed("withdrawn", "2026-11-20", voidsIssuedFrom="2026-09-01"))
    assert told(world) == ("not_recognised", "issuer_withdrawn_this_credential_voided")
    older = replace(WELDER, awarded_on=date(2026, 8, 1), signed_on=date(2026, 8, 1))
    assert told(world, older) == ("recognised", "issuer_withdrawn_after_issue_still_counts")


@pytest.mark.parametrize("change", [closed("suspended", "2026-11-20"), closed("withdrawn", "2026-11-20")])
def test_what_was_said_of_an_issuer_is_not_unsaid(change: Callable[[Payload], None]) -> None:
    """A device that has seen it refuses the list that forgets it."""
    held = listed(change)
    original = dict(World().newest("NationalList", "CM").payload)
    forgotten = held.followed_by(World().sign("NationalList", "CM", original, version=3))
    with pytest.raises(Malformed) as caught:
        parse_bundle(
            forgotten.bundle(now=NOW + SOON),
            charter_id=held.charter_id,
            floor=held.view(now=NOW + timedelta(minutes=1)).floor(),
            now=NOW + SOON,
        )
    assert caught.value.code == "list_drops_history"


# ---- a stolen key


def test_a_key_stolen_is_reported_by_one_officer_and_confirmed() -> None:
    """At once on receipt, then in the log, then by two keys, at last by the list in its own words."""
    stolen = notice({"act": "key_compromised", "issuer": 1, "key": "k1", "since": "2026-11-15"})
    assert told(World()) == COUNTS
    received = replace(World(), notices=(stolen,))
    logged = World().followed_by(stolen, at=NOW)
    confirmed = logged.followed_by(answer(stolen))

    def mark(payload: Payload) -> None:
        issuer(payload)["keys"][0]["compromisedSince"] = "2026-11-15"

    said = confirmed.revised("NationalList", "CM", mark)
    doubt, theft = "notice_unconfirmed", "key_compromised_issue_time_not_proven"
    steps = (received, logged, confirmed, said)
    assert [told(each) for each in steps] == [("unknown", code) for code in (doubt, doubt, theft, theft)]
    proven = replace(WELDER, time_receipt=date(2026, 10, 3))
    assert [told(each, proven)[0] for each in steps] == ["recognised"] * 4
    assert told(World().followed_by(stolen, at=NOW), replace(WELDER, kid="k2")) == COUNTS
    month = NOW + timedelta(days=30)
    assert told(logged, now=month) == ("unknown", doubt)  # no age ends it
    takes_up(said, logged)


def test_a_false_alarm_is_lifted_by_two_keys_and_by_one_it_is_not() -> None:
    suspended = notice({"act": "issuer_suspended", "issuer": 1, "since": "2026-11-20"})
    world = World().followed_by(suspended, at=NOW)
    assert told(world, FRESH) == ("unknown", "notice_unconfirmed")
    assert told(world) == COUNTS  # signed before
    assert reason_of(world.followed_by(answer(suspended, "lifted", keys=1))) == "threshold_not_reached"
    assert told(world.followed_by(answer(suspended, "lifted")), FRESH) == COUNTS
