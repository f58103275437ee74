"""Who is a member no more: since when, and who is back."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from certes.trust.charter import parse_charter
from certes.trust.charters import departures
from certes.trust.recognition.issuer_step import examine_issuer
from certes.trust.signing import SignedObject
from tests.governance import COUNTS, WELDER, decided, told
from tests.world import NOW, World
from tests.world_data import COUNTRIES, Payload

FIRST: Payload = dict(World().first[0].payload)


def chain(*versions: tuple[str, ...]) -> tuple[list[SignedObject], dict[str, datetime]]:
    """Charters with these members, logged a day apart from NOW on."""
    found = []
    for version, members in enumerate(versions, start=1):
        payload = {**FIRST, "members": [each for each in FIRST["members"] if each["country"] in members]}
        found.append(World().sign("Charter", None, payload, version=version))
    return found, {each.object_id: NOW + timedelta(days=day) for day, each in enumerate(found)}


def left(*versions: tuple[str, ...]) -> dict[str, date]:
    """By the chain alone; witnesses and thresholds are for others to ask."""
    found, logged = chain(*versions)
    read = [parse_charter(each.payload, version=each.version) for each in found]
    return departures(found, read, logged)


def day(number: int) -> date:
    return (NOW + timedelta(days=number)).date()


def test_nobody_has_left_a_first_charter() -> None:
    assert left(COUNTRIES) == {}


@pytest.mark.parametrize(
    ("versions", "gone"),
    [
        ((COUNTRIES, COUNTRIES), {}),
        ((COUNTRIES, ("CM", "CG", "CD")), {"CF": 1, "GA": 1}),
        ((COUNTRIES, ("CM", "CG", "CD", "CF"), ("CM", "CG", "CD")), {"GA": 1, "CF": 2}),
        ((COUNTRIES, ("CM", "CG", "CD", "CF"), COUNTRIES), {}),
        ((COUNTRIES, ("CM", "CG", "CD", "CF"), COUNTRIES, ("CM", "CG", "CD", "CF")), {"GA": 3}),
    ],
    ids=["nobody", "two at once", "one after the other", "and back", "and gone again"],
)
def test_a_country_is_gone_from_the_day_of_the_charter_without_it(
    versions: tuple[tuple[str, ...], ...], gone: dict[str, int]
) -> None:
    assert left(*versions) == {country: day(number) for country, number in gone.items()}


def test_the_day_of_departure_is_the_first_that_does_not_count() -> None:
    view = World().view(now=NOW).registry
    gone = replace(view, left={"CM": date(2026, 10, 2)})
    signed_then = examine_issuer(WELDER, at=NOW.date(), registry=gone)
    assert [reason.code for reason in signed_then] == ["country_not_member"]
    signed_before = replace(WELDER, signed_on=date(2026, 10, 1))
    assert examine_issuer(signed_before, at=NOW.date(), registry=gone) == ()


def test_a_proven_day_counts_above_the_claimed_one() -> None:
    gone = replace(World().view(now=NOW).registry, left={"CM": date(2026, 10, 10)})
    proven_later = replace(WELDER, time_receipt=date(2026, 10, 12))
    assert [reason.code for reason in examine_issuer(proven_later, at=NOW.date(), registry=gone)] == [
        "country_not_member"
    ]


def test_what_was_signed_before_keeps_its_verdict_and_its_evidence() -> None:
    def without(payload: Payload) -> None:
        payload["members"] = [each for each in payload["members"] if each["country"] != "CM"]

    world = World().revised("Charter", "", without, by=COUNTRIES, at=NOW)
    assert told(world) == told(World()) == COUNTS
    assert decided(world).evidence.objects == decided(World()).evidence.objects
