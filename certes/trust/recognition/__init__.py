"""Does it count there? `decide` answers recognised, with conditions, not recognised or unknown, and why.

Pure and deterministic: the order of objects is irrelevant, a revoked certificate is never recognised, a
register too old to decide never says yes. Unknown is not no: only a positive statement, or a recent and
complete register with no text that covers the case, says no. It never asks whether a document is genuine
or whose it is.
"""

from collections.abc import Collection
from datetime import date

from certes.trust.recognition.codes import stops, weigh
from certes.trust.recognition.conclude import rank
from certes.trust.recognition.facts import (
    Decision,
    Evidence,
    Facts,
    Reason,
    RecognitionDecision,
    RouteOutcome,
    RouteRef,
    StandardSeen,
    StatusSeen,
    UsedObject,
    Verdict,
)
from certes.trust.recognition.issuer_step import examine_issuer, examine_status
from certes.trust.recognition.question import Question, Route
from certes.trust.recognition.register import RegisterAge, measure
from certes.trust.recognition.routes import examine_routes
from certes.trust.records import RegistryView

__all__ = [
    "RULES_VERSION", "Decision", "Evidence", "Facts", "Reason", "RecognitionDecision", "RouteOutcome",
    "RouteRef", "StandardSeen", "StatusSeen", "UsedObject", "Verdict", "decide",
]  # fmt: skip

RULES_VERSION = "3"  # rises with any change of this package that can change an answer


def decide(
    facts: Facts, *, host: str, at: date, registry: RegistryView, status: StatusSeen | None
) -> Decision:
    """Does this certificate count in `host` on the day `at`? `status` None: never seen.

    `facts.occupations` must not be empty; a recognition decision among the facts must have been verified
    before. Total: it answers for any such facts and raises nothing.
    """
    age = measure(registry, host=host, at=at)
    reasons = examine_status(status)
    if not stops(reasons):
        reasons += examine_issuer(facts, at=at, registry=registry, host=host)
    question = Question(facts, host, at, registry, status)
    if stops(reasons):
        return _without_route(question, age, reasons)
    routes = rank(examine_routes(question))
    if not routes:
        none = Reason("no_agreement_covers", {"country": facts.country, "host": host})
        return _without_route(question, age, (*reasons, none))
    return _by_route(question, age, reasons, routes)


def _without_route(question: Question, age: RegisterAge, reasons: tuple[Reason, ...]) -> Decision:
    return Decision(
        verdict=age.lower(weigh(reasons, conditional=False), reasons),
        reasons=age.reasons + reasons,
        conditions=(),
        recognised_as={},
        route=None,
        looked_at=(),
        evidence=_evidence(question, ()),
    )


def _by_route(
    question: Question, age: RegisterAge, notes: tuple[Reason, ...], routes: tuple[Route, ...]
) -> Decision:
    best, others = routes[0].outcome, routes[1:]
    return Decision(
        verdict=age.lower(best.verdict, notes + best.reasons),
        reasons=age.reasons + notes + best.reasons,
        conditions=best.conditions,
        recognised_as=best.recognised_as,
        route=best.route,
        looked_at=tuple(route.outcome for route in others),
        evidence=_evidence(question, routes),
    )


def _evidence(question: Question, routes: tuple[Route, ...]) -> Evidence:
    registry, facts = question.registry, question.facts
    policy = question.policy
    used = [_used(registry, "HostPolicy", policy.country, policy.id, policy.version)]
    if facts.country in registry.national:
        national = registry.national[facts.country]
        used.append(_used(registry, "NationalList", national.country, national.id, national.version))
    texts = {route.agreement for route in routes}
    used += [
        _used(registry, "Agreement", text.id, text.id, text.version)
        for text in registry.agreements
        if text.id in texts
    ]
    used += _acts(question, texts)
    for each in registry.notices.about(facts.issuer, facts.kid):
        name = f"urn:notice:{each.notice.country}:{each.notice.id}"
        used.append(UsedObject(name, 1, each.object_id))
        if each.answer_id is not None:
            used.append(UsedObject(f"{name}:answer", 1, each.answer_id))
    standard = None if facts.standard is None else registry.standards.get(facts.standard.id)
    if routes and standard is not None:
        used.append(_used(registry, "RegionalStandard", standard.id, standard.id, standard.version))
    return Evidence(
        rules_version=RULES_VERSION,
        as_of=registry.as_of,
        at=question.at,
        host=question.host,
        status_as_of=None if question.status is None else question.status.as_of,
        objects=tuple(sorted(used, key=lambda each: (each.id, each.object_id or ""))),
    )


def _acts(question: Question, texts: Collection[str | None]) -> list[UsedObject]:
    """What the countries between which these texts were read have declared about them since."""
    facts = question.facts
    between = {facts.country, question.host, *(each.country for each in facts.recognition_decisions)}
    return [
        UsedObject(f"{text.id}#{event.country}", event.version, event.object_id)
        for text in question.registry.agreements
        if text.id in texts
        for event in text.events
        if event.country in between
    ]


def _used(registry: RegistryView, kind: str, subject: str, name: str, version: int) -> UsedObject:
    return UsedObject(name, version, registry.object_ids.get((kind, subject)))
