"""The routes that the host opens alone: its own certificate, its policy, its own decision about this
person."""

from collections.abc import Iterator

from certes.trust.recognition.application import Finding, total
from certes.trust.recognition.article_steps import (
    expiry,
    kind_covered,
    prior_learning,
    status_age,
    within_dates,
)
from certes.trust.recognition.codes import speaks
from certes.trust.recognition.facts import Reason
from certes.trust.recognition.question import Question, Route, weigh_route
from certes.trust.records import Unilateral


def _level(level: str | None) -> dict[str, str]:
    return {} if level is None else {"level": level}


def national_route(question: Question) -> Route:
    """The host's own certificate."""
    facts = question.facts
    own = Finding(
        (Reason("national_credential", {"country": facts.country}),),
        recognised_as={"occupation": facts.occupation, **_level(facts.level)},
    )
    findings = total((own, expiry(facts, at=question.at, grace_months=None)))
    ref = question.registry.national[facts.country].id
    return Route(weigh_route(question, "national", ref, findings, foreign=False))


def unilateral_routes(question: Question) -> Iterator[Route]:
    facts = question.facts
    for own in question.policy.unilateral:
        if facts.country in own.countries and own.occupation in facts.occupations:
            findings = total(_unilateral_findings(question, own))
            outcome = weigh_route(question, "unilateral", own.id, findings)
            yield Route(outcome, applies=speaks(outcome.reasons))


def _unilateral_findings(question: Question, own: Unilateral) -> Iterator[Finding]:
    facts = question.facts
    yield Finding((Reason("host_recognises_on_its_own", {"country": facts.country, "host": question.host}),))
    yield within_dates(own.valid_from, own.valid_until, at=question.at, name=own.id)
    yield expiry(facts, at=question.at, grace_months=own.expired_grace_months)
    yield kind_covered(facts.kind, own.kinds)
    if own.rpl is not None:
        yield prior_learning(facts.method, own.rpl)
    yield Finding(
        recognised_as={"occupation": facts.occupation, **_level(own.level)}, conditions=own.conditions
    )
    if own.status is not None:
        yield status_age(question.status, own.status, at=question.at)


def own_decision_routes(question: Question) -> Iterator[Route]:
    """The host's authority has tested this person, or counted practice, and recognised: conditions end."""
    facts = question.facts
    for decision in facts.recognition_decisions:
        if decision.country != question.host or decision.decided_on > question.at:
            continue
        if decision.verdict != "recognised" or decision.revoked:
            continue
        recognised_as = {"occupation": decision.occupation or facts.occupation, **_level(decision.level)}
        opened = Finding(
            (Reason("host_recognises_on_its_own", {"country": facts.country, "host": question.host}),),
            recognised_as=recognised_as,
        )
        findings = total((opened, expiry(facts, at=question.at, grace_months=None)))
        outcome = weigh_route(question, "unilateral", decision.id, findings, foreign=False)
        # An act about this very person stands beside any text that prevails among texts.
        yield Route(outcome, precedence="this_prevails")
