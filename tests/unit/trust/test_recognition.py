"""What the form of worked cases cannot ask of `decide`: several codes, units of lists, policies, evidence."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from certes.trust.agreements import (
    Agreement,
    Article,
    MappedLevel,
    Party,
    Reach,
    SplitPart,
    TitleRow,
)
from certes.trust.host_policy import parse_host_policy
from certes.trust.recognition import (
    RULES_VERSION,
    Decision,
    Facts,
    RecognitionDecision,
    StatusSeen,
    decide,
)
from certes.trust.records import (
    History,
    HistoryEntry,
    HostPolicy,
    Issuer,
    KeyPeriod,
    NationalList,
    RegistryView,
    Scope,
    Standing,
    Trade,
)
from tests.unit.trust.network import policy_payload

AT = date(2026, 11, 20)
START = date(2022, 1, 1)
DID = "did:web:skills.example:cm:1"
FACTS = Facts(
    country="CM",
    issuer=DID,
    kid="k1",
    awarded_on=date(2026, 4, 10),
    signed_on=date(2026, 4, 10),
    valid_until=None,
    occupations=("CM:1204", "isco08:7212"),
    level="CM-4",
    kind="full",
    method="training",
)
FRESH = StatusSeen("valid", AT)
ARTICLE = Article("A1", frozenset({"isco08:7212"}), host_level_acqf=4)
LEVELS = (MappedLevel("CM", "CM-4", 4), MappedLevel("GA", "GA-4", 4))


def agreement(
    *articles: Article, id_: str = "urn:agr:1", levels: tuple[MappedLevel, ...] = LEVELS
) -> Agreement:
    """In force since 2026 between the two."""
    parties = {country: Party(country, date(2026, 1, 1)) for country in ("CM", "GA")}
    return Agreement(id_, 7, parties, Reach(), "preserve", None, "most_favourable", levels, articles)


def register(
    *agreements: Agreement, policy: HostPolicy | None = None, trades: tuple[Trade, ...] = ()
) -> RegistryView:
    """One issuer for welders."""
    issuer = Issuer(
        DID,
        (KeyPeriod("k1", START, date(2032, 1, 1)),),
        (Scope("CM:1204", frozenset({"CM-4"}), None, rpl=True), Scope("isco08:7112", None, None, rpl=True)),
        History((HistoryEntry(Standing.GRANTED, START),)),
    )
    hosts: Mapping[str, HostPolicy] = {} if policy is None else {"GA": policy}
    national = {"CM": NationalList("CM", "urn:nat:CM", 12, {DID: issuer}, trades=trades)}
    return RegistryView(AT, hosts, national, agreements, {("NationalList", "CM"): "sha-256:aa"})


def ask(registry: RegistryView, facts: Facts = FACTS, *, status: StatusSeen | None = FRESH) -> Decision:
    return decide(facts, host="GA", at=AT, registry=registry, status=status)


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


@pytest.mark.parametrize("code", ["CM:1204", "isco08:7212"])
def test_any_code_of_the_trade_opens_an_article_and_the_isco_code_is_recognised(code: str) -> None:
    decision = ask(register(agreement(replace(ARTICLE, occupations=frozenset({code})))))
    assert decision.verdict == "recognised"
    assert decision.recognised_as == {"occupation": "isco08:7212", "acqf": 4, "level": "GA-4"}


def test_without_an_isco_code_the_first_code_is_recognised() -> None:
    facts = replace(FACTS, occupations=("CM:1204",))
    article = replace(ARTICLE, occupations=frozenset({"CM:1204"}))
    assert ask(register(agreement(article)), facts).recognised_as["occupation"] == "CM:1204"


def test_reasons_carry_what_their_sentence_needs() -> None:
    reason = ask(register(agreement(ARTICLE))).reasons[0]
    assert reason.params["since"] == date(2026, 1, 1)
    assert reason.to_json() == {
        "code": "agreement_in_force",
        "params": {
            "country": "CM",
            "host": "GA",
            "since": "2026-01-01",
            "agreement": "urn:agr:1",
            "article": "A1",
        },
    }


def test_the_reason_of_a_revocation_is_passed_on() -> None:
    seen = StatusSeen("revoked", AT, "awarded in error")
    assert ask(register(), status=seen).reasons[0].params == {"as_of": AT, "reason": "awarded in error"}


def test_the_legal_act_of_a_withdrawal_is_passed_on() -> None:
    view = register(agreement(ARTICLE))
    issuer = view.national["CM"].issuers[DID]
    gone = HistoryEntry(Standing.WITHDRAWN, date(2026, 6, 1), reference="arrêté 118")
    changed = replace(issuer, history=History((*issuer.history.entries, gone)))
    national = {"CM": replace(view.national["CM"], issuers={DID: changed})}
    assert ask(replace(view, national=national)).reasons[0].params["reference"] == "arrêté 118"


def test_other_routes_are_kept_with_their_outcome() -> None:
    other = agreement(replace(ARTICLE, host_level_acqf=5), id_="urn:agr:0")
    decision = ask(register(other, agreement(ARTICLE)))
    assert decision.route is not None
    assert decision.route.ref == "urn:agr:1#A1"
    assert [(route.route.ref, route.verdict) for route in decision.looked_at] == [
        ("urn:agr:0#A1", "not_recognised")
    ]


def test_the_evidence_names_what_was_used() -> None:
    decision = ask(
        register(agreement(ARTICLE), agreement(replace(ARTICLE, occupations=frozenset({"x"})), id_="u"))
    )
    evidence = decision.evidence
    assert (evidence.rules_version, evidence.as_of, evidence.host) == (RULES_VERSION, AT, "GA")
    assert [(used.id, used.version, used.object_id) for used in evidence.objects] == [
        ("urn:agr:1", 7, None),
        ("urn:host:GA", 0, None),
        ("urn:nat:CM", 12, "sha-256:aa"),
    ]
    assert ask(register(), replace(FACTS, country="FR"), status=None).evidence.status_as_of is None


def test_a_decision_is_no_truth_value() -> None:
    with pytest.raises(TypeError):
        bool(ask(register()))


SPLIT = replace(
    ARTICLE,
    split={"GA": (SplitPart("GA:1", ("U1", "U2")), SplitPart("GA:2", ("U3",)))},
)


def trade(version: int, *units: int) -> Trade:
    return Trade(1204, version, "7212", {}, units=tuple((unit, {"und": "x"}) for unit in units))


def test_a_whole_trade_has_the_units_its_list_gives_it() -> None:
    assert (
        codes(ask(register(agreement(SPLIT), trades=(trade(1, 1, 2, 3),))))[-1] == "split_all_parts_covered"
    )
    decision = ask(register(agreement(SPLIT), trades=(trade(1, 1, 2),)))
    assert decision.recognised_as["occupation"] == ["GA:1"]


def test_only_units_of_every_listed_version_are_taken_for_granted() -> None:
    decision = ask(register(agreement(SPLIT), trades=(trade(1, 1, 2, 3), trade(2, 3))))
    assert decision.recognised_as["occupation"] == ["GA:2"]
    assert codes(ask(register(agreement(SPLIT), trades=(trade(1, 1), trade(2, 3)))))[-1] == "units_not_stated"


def test_an_attestation_of_units_has_only_those_it_states() -> None:
    facts = replace(FACTS, kind="units")
    assert (
        codes(ask(register(agreement(SPLIT), trades=(trade(1, 1, 2, 3),)), facts))[-1] == "units_not_stated"
    )


def test_a_split_says_nothing_where_the_level_could_not_be_mapped() -> None:
    facts = replace(FACTS, units=("U3",))
    decision = ask(register(agreement(SPLIT, levels=LEVELS[1:])), facts)
    assert decision.verdict == "unknown"
    assert decision.recognised_as == {}


def test_a_licence_is_asked_for_a_part_of_a_split() -> None:
    policy = parse_host_policy(
        {"licences": [{"occupation": "GA:2", "name": "n", "body": "b"}]},
        country="GA",
        record_id="urn:host:GA",
        version=1,
    )
    decision = ask(register(agreement(SPLIT), policy=policy), replace(FACTS, units=("U3",)))
    assert [condition["kind"] for condition in decision.conditions] == ["missing_units", "host_licence"]


def test_titles_for_other_countries_leave_levels_to_decide_where_a_level_is_asked() -> None:
    titles = (TitleRow("GA", "GA:A", "CM", "CM:A"),)
    assert ask(register(agreement(replace(ARTICLE, titles=titles)))).verdict == "recognised"
    only = replace(ARTICLE, titles=titles, host_level_acqf=None)
    decision = ask(register(agreement(only)), replace(FACTS, title="CM:A"))
    assert codes(decision)[-1] == "title_not_in_table"


def test_of_several_rungs_at_the_host_the_lowest_is_given() -> None:
    levels = (*LEVELS, MappedLevel("GA", "GA-10", 4), MappedLevel("GA", "GA-x", 5))
    assert ask(register(agreement(ARTICLE, levels=levels))).recognised_as["level"] == "GA-4"


def test_a_text_without_levels_and_titles_recognises_the_occupation() -> None:
    decision = ask(register(agreement(replace(ARTICLE, host_level_acqf=None), levels=())))
    assert (decision.verdict, decision.recognised_as) == ("recognised", {"occupation": "isco08:7212"})


def test_a_partial_effect_is_said() -> None:
    assert ask(register(agreement(replace(ARTICLE, effect="partial")))).recognised_as["effect"] == "partial"


def policy() -> HostPolicy:
    return parse_host_policy(policy_payload(), country="GA", record_id="urn:host:GA", version=2)


def test_default_conditions_are_asked_of_foreign_certificates() -> None:
    assert ask(register(agreement(ARTICLE), policy=policy())).conditions == ({"kind": "registration"},)


MASON = replace(FACTS, occupations=("isco08:7112",))


def unilateral(**change: Any) -> HostPolicy:
    payload = policy_payload()
    payload["unilateral"][0] |= {"from": ["CM"], **change}
    del payload["defaultConditions"]
    return parse_host_policy(payload, country="GA", record_id="urn:host:GA", version=2)


@pytest.mark.parametrize(
    ("change", "facts", "code"),
    [
        ({}, MASON, "host_recognises_on_its_own"),
        ({"validUntil": "2026-11-19"}, MASON, "article_not_valid_now"),
        ({"kinds": ["units"]}, MASON, "kind_not_covered"),
        ({}, replace(MASON, method="rpl"), "rpl_excluded"),
        ({}, replace(MASON, valid_until=date(2026, 11, 1)), "credential_expired_in_grace"),
        ({"expiredGraceMonths": None}, replace(MASON, valid_until=date(2026, 11, 1)), "credential_expired"),
    ],
)
def test_what_a_host_recognises_on_its_own_may_be_as_precise_as_an_article(
    change: dict[str, Any], facts: Facts, code: str
) -> None:
    decision = ask(register(policy=unilateral(**change)), facts)
    assert codes(decision)[-1] == code
    assert decision.recognised_as == {"occupation": "isco08:7112", "level": "GA-3"}


def test_a_host_may_require_a_fresh_status_on_its_own() -> None:
    assert codes(ask(register(policy=unilateral()), MASON, status=None))[-1] == "status_not_checked"
    seen = StatusSeen("valid", AT - timedelta(days=4))
    assert codes(ask(register(policy=unilateral()), MASON, status=seen))[-1] == "status_too_old"


def own_decision(**change: Any) -> RecognitionDecision:
    whole = RecognitionDecision("urn:dec:1", "GA", "recognised", None, "GA-4", AT)
    return replace(whole, **change)


def test_the_hosts_own_decision_ends_conditions() -> None:
    article = replace(ARTICLE, conditions=({"kind": "aptitude_test"},))
    facts = replace(FACTS, recognition_decisions=(own_decision(),))
    decision = ask(register(agreement(article), policy=policy()), facts)
    assert (decision.verdict, codes(decision)) == ("recognised", ["host_recognises_on_its_own"])


@pytest.mark.parametrize(
    "decision",
    [
        own_decision(revoked=True),
        own_decision(verdict="recognised_with_conditions"),
        own_decision(decided_on=AT + timedelta(days=1)),
        own_decision(country="CG", decided_on=AT + timedelta(days=1)),
        own_decision(country="CM"),
    ],
)
def test_a_decision_that_does_not_carry_opens_no_route(decision: RecognitionDecision) -> None:
    facts = replace(FACTS, recognition_decisions=(decision,))
    assert codes(ask(register(), facts)) == ["no_agreement_covers"]


def test_an_onward_route_without_practice_asks_for_none() -> None:
    parties = {country: Party(country, date(2026, 1, 1)) for country in ("CG", "GA")}
    text = replace(
        agreement(replace(ARTICLE, onward_practice_months=0)),
        parties=parties,
        levels=(MappedLevel("CG", "CG-4", 4),),
    )
    through = RecognitionDecision("urn:dec:9", "CG", "recognised", None, "CG-4", AT)
    decision = ask(register(text), replace(FACTS, recognition_decisions=(through,)))
    assert (decision.verdict, codes(decision)) == ("recognised", ["recognised_through_third_country"])


def test_a_status_without_a_limit_only_has_to_be_known() -> None:
    policy = unilateral(status={"required": True})
    seen = StatusSeen("valid", date(2020, 1, 1))
    assert ask(register(policy=policy), MASON, status=seen).verdict == "recognised_with_conditions"


def test_a_national_certificate_without_a_level_has_none() -> None:
    view = register()
    issuer = replace(view.national["CM"].issuers[DID], scope=(Scope("CM:1204", None, None, rpl=True),))
    view = replace(view, national={"CM": replace(view.national["CM"], issuers={DID: issuer})})
    decision = decide(replace(FACTS, level=None), host="CM", at=AT, registry=view, status=None)
    assert decision.recognised_as == {"occupation": "isco08:7212"}


ENDED = replace(ARTICLE, valid_until=date(2026, 6, 30))
NOT_YET = replace(ARTICLE, valid_from=date(2027, 6, 30))
UNITS_ONLY = replace(ARTICLE, kinds=frozenset({"units"}))


@pytest.mark.parametrize("silent", [ENDED, NOT_YET, UNITS_ONLY])
def test_a_text_that_prevails_prevails_only_where_it_speaks(silent: Article) -> None:
    prevailing = replace(agreement(silent, id_="urn:agr:0"), precedence="this_prevails")
    decision = ask(register(prevailing, agreement(ARTICLE)))
    assert (decision.verdict, decision.route and decision.route.ref) == ("recognised", "urn:agr:1#A1")
    assert [route.route.ref for route in decision.looked_at] == ["urn:agr:0#A1"]
    alone = ask(register(prevailing))
    assert alone.verdict == "not_recognised"


def test_a_text_that_prevails_and_speaks_still_says_no() -> None:
    too_low = replace(ARTICLE, host_level_acqf=5)
    prevailing = replace(agreement(too_low, id_="urn:agr:0"), precedence="this_prevails")
    decision = ask(register(prevailing, agreement(ARTICLE)))
    assert (decision.verdict, codes(decision)[-1]) == ("not_recognised", "level_too_low")


def test_a_subsidiary_text_is_not_beaten_by_a_hosts_word_on_other_kinds() -> None:
    mason = replace(ARTICLE, occupations=frozenset({"isco08:7112"}))
    subsidiary = replace(agreement(mason), precedence="subsidiary")
    decision = ask(register(subsidiary, policy=unilateral(kinds=["units"])), MASON)
    assert decision.route is not None
    assert decision.route.kind == "agreement"
