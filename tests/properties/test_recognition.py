"""Properties of `decide` over invented registers: deterministic, order-free, no yes that must not be."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from certes.trust.recognition import Decision, Facts, RecognitionDecision, StandardSeen, StatusSeen, decide
from certes.trust.recognition.codes import EFFECTS, Effect
from certes.trust.records import RegistryView
from certes.trust.reduced import parse_registry

WORKED = json.loads((Path(__file__).parents[1] / "vectors" / "recognition" / "cases.json").read_bytes())[
    "registry"
]
AT = date(2026, 11, 22)
YES = ("recognised", "recognised_with_conditions")

COUNTRIES = ["CM", "CG", "TD", "GA", "FR"]
ISSUERS = [
    "did:web:cm-a",
    "did:web:cm-old",
    "did:web:cm-fraud",
    "did:web:cg-a",
    "did:web:td-a",
    "did:web:ga-a",
]
OCCUPATIONS = [
    "isco08:8113",
    "isco08:7212",
    "isco08:8172",
    "isco08:7542",
    "isco08:7233",
    "isco08:7112",
    "isco08:7126",
]
DAYS = st.dates(date(2021, 6, 1), date(2027, 6, 1))
MAYBE_DAY = st.none() | DAYS
PRECEDENCES = ["most_favourable", "this_prevails", "subsidiary"]

decisions = st.builds(
    RecognitionDecision,
    id=st.sampled_from(["urn:dec:1", "urn:dec:2"]),
    country=st.sampled_from(COUNTRIES),
    verdict=st.sampled_from(["recognised", "recognised_with_conditions", "not_recognised"]),
    occupation=st.none() | st.sampled_from(OCCUPATIONS),
    level=st.none() | st.sampled_from(["CM-4", "CM-3", "CG-4"]),
    decided_on=DAYS,
    practice_months=st.none() | st.integers(0, 40),
    revoked=st.booleans(),
)

facts = st.builds(
    Facts,
    country=st.sampled_from(COUNTRIES),
    issuer=st.sampled_from(ISSUERS),
    kid=st.sampled_from(["k1", "k1", "k2", "k3"]),
    awarded_on=DAYS,
    signed_on=DAYS,
    valid_until=MAYBE_DAY,
    occupations=st.sampled_from(OCCUPATIONS).map(lambda code: (code,)),
    level=st.none() | st.sampled_from(["CM-3", "CM-4", "CM-9", "CG-4", "GA-4", "TD-3"]),
    kind=st.sampled_from(["full", "units"]),
    method=st.sampled_from(["training", "rpl", "mixed"]),
    units=st.sets(st.sampled_from(["U1", "U2", "U3", "U4", "U9"])).map(lambda units: tuple(sorted(units))),
    standard=st.none() | st.builds(StandardSeen, st.just("urn:std:AO-maconnerie"), st.integers(1, 3)),
    title=st.none() | st.sampled_from(["CM:DQP-MECA-AGRI", "CM:CQP-MECA-AGRI", "CM:X"]),
    time_receipt=MAYBE_DAY,
    recognition_decisions=st.lists(decisions, max_size=2).map(tuple),
)

# Facts that pass the first steps, so that routes are reached often.
good = facts.map(
    lambda found: replace(
        found,
        country="CM",
        issuer="did:web:cm-a",
        kid="k1",
        signed_on=date(2026, 4, 10),
        time_receipt=None,
        level="CM-4",
    )
)
statuses = st.none() | st.builds(StatusSeen, st.sampled_from(["valid", "revoked", "suspended"]), DAYS)
hosts = st.sampled_from(["GA", "CG", "CF", "GQ", "CM", "CD", "ZZ"])
MEMBERS: list[tuple[str, Any]] = [
    ("inForceFrom", "2027-01-01"),
    ("reservations", ["A2"]),
    ("suspensions", [{"from": "2026-09-01", "protectsIssuedBefore": True}]),
    ("suspensions", [{"from": "2026-01-01", "until": None}]),
    ("withdrawalEffectiveOn", "2026-06-01"),
]


@st.composite
def registries(draw: st.DrawFn) -> dict[str, Any]:
    """The worked register with a party's dates, a precedence and the age changed."""
    registry: dict[str, Any] = json.loads(json.dumps(WORKED))
    for text in registry["agreements"]:
        text["precedence"] = draw(st.sampled_from(PRECEDENCES))
        if draw(st.booleans()):
            name, value = draw(st.sampled_from(MEMBERS))
            draw(st.sampled_from(text["parties"]))[name] = value
    age = draw(st.integers(0, 90))
    registry["checkpoint"]["time"] = (AT - timedelta(days=age)).isoformat()
    return registry


def shuffled(value: Any, seed: random.Random) -> Any:
    """The same register with its lists in another order; lists whose order is their meaning stay."""
    if isinstance(value, dict):
        items = [(name, shuffled(item, seed)) for name, item in value.items()]
        seed.shuffle(items)
        kept = {"of", "onLevelGap", "conditions", "GA", "requiresUnits"}
        return {
            name: value[name] if name in kept and isinstance(value[name], list) else item
            for name, item in items
        }
    if isinstance(value, list):
        found = [shuffled(item, seed) for item in value]
        seed.shuffle(found)
        return found
    return value


def ask(found: Facts, registry: RegistryView, host: str, status: StatusSeen | None) -> Decision:
    return decide(found, host=host, at=AT, registry=registry, status=status)


@given(facts | good, registries(), hosts, statuses)
@settings(max_examples=300, deadline=None)
def test_it_answers_for_anything_and_twice_the_same(
    found: Facts, registry: dict[str, Any], host: str, status: StatusSeen | None
) -> None:
    first = ask(found, parse_registry(registry), host, status)
    assert first == ask(found, parse_registry(registry), host, status)
    assert {reason.code for reason in first.reasons} <= EFFECTS.keys()
    assert (first.verdict == "recognised_with_conditions") <= bool(first.conditions)
    assert (first.verdict == "recognised") <= (not first.conditions)


@given(facts | good, registries(), hosts, statuses, st.integers(0, 2**32))
@settings(max_examples=200, deadline=None)
def test_the_order_of_objects_is_irrelevant(
    found: Facts, registry: dict[str, Any], host: str, status: StatusSeen | None, seed: int
) -> None:
    one = ask(found, parse_registry(registry), host, status)
    other = ask(found, parse_registry(shuffled(registry, random.Random(seed))), host, status)
    assert one == other


@given(facts | good, registries(), hosts, DAYS)
@settings(max_examples=200, deadline=None)
def test_a_revoked_certificate_is_never_recognised(
    found: Facts, registry: dict[str, Any], host: str, day: date
) -> None:
    decision = ask(found, parse_registry(registry), host, StatusSeen("revoked", day))
    assert decision.verdict == "not_recognised"


@given(facts | good, registries(), hosts, st.none() | st.builds(StatusSeen, st.just("valid"), DAYS))
@settings(max_examples=200, deadline=None)
def test_a_dead_register_says_neither_yes_nor_no(
    found: Facts, registry: dict[str, Any], host: str, status: StatusSeen | None
) -> None:
    registry["checkpoint"]["time"] = "2026-01-01"
    assert ask(found, parse_registry(registry), host, status).verdict == "unknown"


@given(facts | good, registries(), hosts, statuses)
@settings(max_examples=200, deadline=None)
def test_age_only_ever_lowers_an_answer_to_unknown(
    found: Facts, registry: dict[str, Any], host: str, status: StatusSeen | None
) -> None:
    aged = ask(found, parse_registry(registry), host, status)
    registry["checkpoint"]["time"] = AT.isoformat()
    fresh = ask(found, parse_registry(registry), host, status)
    assert aged.verdict in (fresh.verdict, "unknown")
    assert (aged.route, aged.conditions, aged.recognised_as) == (
        fresh.route,
        fresh.conditions,
        fresh.recognised_as,
    )


@given(facts | good, registries(), hosts, statuses)
@settings(max_examples=200, deadline=None)
def test_a_no_rests_on_a_reason_that_says_no(
    found: Facts, registry: dict[str, Any], host: str, status: StatusSeen | None
) -> None:
    decision = ask(found, parse_registry(registry), host, status)
    effects = {EFFECTS[reason.code] for reason in decision.reasons}
    refusing = {Effect.NO, Effect.NO_UNLESS_OLD, Effect.NO_WHATEVER_AGE}
    assert (decision.verdict == "not_recognised") <= bool(effects & refusing)
    assert (decision.verdict in YES) <= (not effects & (refusing | {Effect.UNKNOWN}))
