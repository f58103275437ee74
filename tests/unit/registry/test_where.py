"""Where does my certificate count? A choice gives a real certificate's facts, and decide's own answers."""

from copy import deepcopy
from datetime import date
from itertools import product

import pytest

from certes.credential.achievement import Kind, Route
from certes.trust.bundle import TrustView
from certes.trust.recognition import Facts, StatusSeen, decide
from certes.trust.records import Centre
from registry.where import Asked, Choice, ask, facts_of, parse_asked
from tests.world import NOW, World
from tests.world_data import AGREEMENT, COUNTRIES, TRADES, WITHDRAWN_ON, Payload

TODAY = NOW.date()
WELDER_OF_CAMEROON = {
    "country": "CM", "issuer": "1", "trade": "1204", "level": "3", "route": "training", "kind": "full",
    "awarded": "2026-05-01",
}  # fmt: skip


@pytest.fixture(scope="module")
def view() -> TrustView:
    """The world, verified."""
    return World().view()


def asked(view: TrustView, *units: str, **changes: str) -> Asked:
    """The welder's question with changes."""
    return parse_asked(WELDER_OF_CAMEROON | changes, units, registry=view.registry, today=TODAY)


def chosen(view: TrustView, *units: str, **changes: str) -> Choice:
    """The same, complete."""
    choice = asked(view, *units, **changes).choice
    assert choice is not None
    return choice


def verdicts(view: TrustView, choice: Choice) -> dict[str, str]:
    """By country."""
    return {answer.host: answer.decision.verdict for answer in ask(choice, view=view, at=TODAY).answers}


def test_a_choice_gives_the_facts_of_such_a_certificate(view: TrustView) -> None:
    assert facts_of(chosen(view), registry=view.registry, at=TODAY) == Facts(
        country="CM",
        issuer="did:web:skills.example:cm:1",
        kid="k1",
        awarded_on=date(2026, 5, 1),
        signed_on=date(2026, 5, 1),
        valid_until=None,
        occupations=("CM:1204", "isco08:7212"),
        level="CM-3",
        kind="full",
        method="training",
    )


def test_every_answer_is_that_of_decide(view: TrustView) -> None:
    """All trades, routes and kinds, three levels, from three countries."""
    seen = set()
    routes, kinds = [each.value for each in Route], [each.value for each in Kind]
    for country, trade, level, route, kind in product(
        ("CM", "GA", "CF"), TRADES, ("none", "2", "4"), routes, kinds
    ):
        units = ("1", "2") if kind == "units" else ()
        choice = chosen(
            view, *units, country=country, trade=str(trade.code), level=level, route=route, kind=kind
        )
        facts = Facts(
            country=country,
            issuer=f"did:web:skills.example:{country.lower()}:1",
            kid="k1",
            awarded_on=date(2026, 5, 1),
            signed_on=date(2026, 5, 1),
            valid_until=None,
            occupations=(f"{country}:{trade.code}", f"isco08:{trade.occupation}"),
            level=None if level == "none" else f"{country}-{level}",
            kind=kind,
            method=route,
            units=tuple(f"U{unit}" for unit in units),
        )
        answers = ask(choice, view=view, at=TODAY).answers
        assert [answer.host for answer in answers] == sorted(COUNTRIES)
        for answer in answers:
            status = StatusSeen("valid", TODAY)
            expected = decide(facts, host=answer.host, at=TODAY, registry=view.registry, status=status)
            assert answer.decision == expected
            seen.add(expected.verdict)
    assert seen == {"recognised", "recognised_with_conditions", "not_recognised"}


def test_a_level_below_counts_with_a_test_and_the_page_knows_where(view: TrustView) -> None:
    answers = {answer.host: answer for answer in ask(chosen(view), view=view, at=TODAY).answers}
    assert answers["CM"].decision.verdict == "recognised"
    assert answers["CM"].centres == ()
    gabon = answers["GA"]
    assert gabon.decision.verdict == "recognised_with_conditions"
    assert gabon.centres == (Centre(1, "Centre de Port-Gentil (illustration)", "Port-Gentil"),)
    assert gabon.texts.appeal is not None
    assert gabon.texts.basis is not None


def test_a_register_too_old_tells_nothing() -> None:
    old = World().view()
    choice = chosen(old)
    later = date(2027, 3, 1)
    found = {answer.decision.verdict for answer in ask(choice, view=old, at=later).answers}
    assert found == {"unknown"}


def test_an_award_of_before_the_issuers_time_is_attested_today(view: TrustView) -> None:
    facts = facts_of(chosen(view, awarded="2015-06-30"), registry=view.registry, at=TODAY)
    assert (facts.awarded_on, facts.signed_on) == (date(2015, 6, 30), TODAY)


def test_an_issuer_that_lost_its_authorisation_counts_for_what_it_signed_before(view: TrustView) -> None:
    before = chosen(view, issuer="2", awarded="2025-03-01", level="4")
    assert verdicts(view, before)["GA"] == "recognised"
    after = chosen(view, issuer="2", awarded=WITHDRAWN_ON)
    assert set(verdicts(view, after).values()) == {"not_recognised"}


def test_a_stolen_key_is_never_the_one_assumed(view: TrustView) -> None:
    def only_the_stolen(payload: Payload) -> None:
        first = payload["issuers"][0]
        first["keys"] = [key for key in first["keys"] if key["kid"] == "k3"]

    robbed = World().revised("NationalList", "CM", only_the_stolen).view()
    assert set(verdicts(robbed, chosen(robbed)).values()) == {"unknown"}


def test_a_trade_of_a_regional_standard_is_asked_about_with_it() -> None:
    standard = "https://skills.example/standards/3"

    def listed(payload: Payload) -> None:
        payload["trades"][0]["standard"] = standard

    def demanded(payload: Payload) -> None:
        payload["articles"] = deepcopy(payload["articles"])
        payload["articles"][0]["standard"] = {"id": standard, "minVersion": 2}

    world = World().revised("NationalList", "CM", listed).revised("Agreement", AGREEMENT, demanded)
    followed = world.view()
    facts = facts_of(chosen(followed), registry=followed.registry, at=TODAY)
    assert facts.standard is not None
    assert (facts.standard.id, facts.standard.version) == (standard, 2)
    assert verdicts(followed, chosen(followed, level="4"))["GA"] == "recognised"


def test_a_form_that_was_only_opened_has_nothing_wrong(view: TrustView) -> None:
    for given in ({}, {"country": "CM"}, {"country": "CM", "issuer": "1"}):
        found = parse_asked(given, (), registry=view.registry, today=TODAY)
        assert (found.wrong, found.choice) == ((), None)


def test_the_only_issuer_of_a_country_need_not_be_chosen(view: TrustView) -> None:
    given = {"country": "GA", "trade": "1204", "level": "4"}
    found = parse_asked(given, (), registry=view.registry, today=TODAY)
    assert found.choice is not None
    assert (found.choice.issuer.number, found.choice.awarded_on) == (1, TODAY)


def test_a_country_without_levels_asks_for_none() -> None:
    flat = World().revised("NationalList", "CM", lambda payload: payload.update(levels=None)).view()
    assert chosen(flat, level="").level is None
    assert [wrong.code for wrong in asked(flat, level="3").wrong] == ["level_unknown"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"country": "XX"}, ["country_unknown"]),
        ({"country": "cm"}, ["country_unknown"]),
        ({"issuer": ""}, ["issuer_missing"]),
        ({"issuer": "99"}, ["issuer_unknown"]),
        ({"issuer": "9" * 400}, ["issuer_unknown"]),
        ({"issuer": "١"}, ["issuer_unknown"]),
        ({"trade": ""}, ["trade_missing"]),
        ({"trade": "-1"}, ["trade_unknown"]),
        ({"level": ""}, ["level_missing"]),
        ({"level": "9"}, ["level_unknown"]),
        ({"level": "03"}, ["level_unknown"]),
        ({"route": "bought"}, ["route_unknown"]),
        ({"kind": "half"}, ["kind_unknown"]),
        ({"kind": "units"}, ["units_missing"]),
        ({"awarded": "01/05/2026"}, ["awarded_invalid"]),
        ({"awarded": "2026-02-30"}, ["awarded_invalid"]),
        ({"awarded": "1200-01-01"}, ["awarded_invalid"]),
        ({"awarded": "2026-11-21"}, ["awarded_future"]),
        ({"issuer": "", "trade": "x", "level": "x"}, ["issuer_missing", "trade_unknown", "level_unknown"]),
    ],
)
def test_what_is_wrong_is_named(view: TrustView, changes: dict[str, str], codes: list[str]) -> None:
    found = asked(view, **changes)
    assert [wrong.code for wrong in found.wrong] == codes
    assert found.choice is None


def test_units_are_those_of_the_trade(view: TrustView) -> None:
    assert chosen(view, "3", "1", "1", kind="units").units == (1, 3)
    assert [each.code for each in asked(view, "7", kind="units").wrong] == ["units_unknown"]
    assert [each.code for each in asked(view, "U1", kind="units").wrong] == ["units_unknown"]
    assert chosen(view, "7", kind="full").units == ()
