"""The routes under agreements: directly, and onward through a third country's signed decision."""

from collections.abc import Iterator
from dataclasses import replace

from certes.trust.agreements import Agreement, Article
from certes.trust.recognition.application import Application, Finding, total
from certes.trust.recognition.article_steps import apply_article
from certes.trust.recognition.codes import refuses, speaks
from certes.trust.recognition.facts import Facts, Param, Reason, RecognitionDecision, RouteKind
from certes.trust.recognition.force import Between, examine_force
from certes.trust.recognition.question import Question, Route, weigh_route


def _articles(
    question: Question, *, country: str, occupations: tuple[str, ...]
) -> Iterator[tuple[Agreement, Article]]:
    for agreement in question.registry.agreements:
        if country in agreement.parties and question.host in agreement.parties:
            for article in agreement.articles:
                if article.covers(occupations, country=country, host=question.host):
                    yield agreement, article


def agreement_routes(question: Question) -> Iterator[Route]:
    facts = question.facts
    for agreement, article in _articles(question, country=facts.country, occupations=facts.occupations):
        kind: RouteKind = "agreement" if article.standard is None else "regional_standard"
        yield _under_article(question, facts, agreement, article, kind=kind)


def onward_routes(question: Question) -> Iterator[Route]:
    """Through each decision of a third country, and each article that lets such a decision count."""
    for decision in question.facts.recognition_decisions:
        if decision.country in (question.host, question.facts.country) or decision.decided_on > question.at:
            continue
        facts = _as_decided(question.facts, decision)
        for agreement, article in _articles(
            question, country=decision.country, occupations=facts.occupations
        ):
            if article.onward_practice_months is not None:
                yield _under_article(question, facts, agreement, article, kind="onward", decision=decision)


def _as_decided(facts: Facts, decision: RecognitionDecision) -> Facts:
    """The agreement is between the intermediate country and the host, so it reads that country's decision."""
    return replace(
        facts,
        country=decision.country,
        occupations=facts.occupations if decision.occupation is None else (decision.occupation,),
        level=decision.level,
        title=decision.title,
        awarded_on=decision.decided_on,
    )


def _under_article(
    question: Question,
    facts: Facts,
    agreement: Agreement,
    article: Article,
    *,
    kind: RouteKind,
    decision: RecognitionDecision | None = None,
) -> Route:
    between = Between(
        agreement, article, facts.country, question.host, facts.occupations, facts.awarded_on, question.at
    )
    ref = between.ref if decision is None else f"{decision.id} + {between.ref}"
    force = Finding(examine_force(between))
    if refuses(force.reasons):
        outcome = weigh_route(question, kind, ref, total((force,)))
        return Route(outcome, agreement.id, agreement.precedence, applies=False)
    case = Application(
        facts,
        question.host,
        question.at,
        question.status,
        agreement,
        article,
        decision,
        _units_of_trade(question),
        None if article.standard is None else question.registry.standards.get(article.standard.id),
    )
    opened = Finding((_opening(between, decision),))
    outcome = weigh_route(question, kind, ref, total((force, opened, *apply_article(case))))
    return Route(outcome, agreement.id, agreement.precedence, applies=speaks(outcome.reasons))


def _opening(between: Between, decision: RecognitionDecision | None) -> Reason:
    if decision is not None:
        params: dict[str, Param] = {
            "country": decision.country,
            "host": between.host,
            "decided_on": decision.decided_on,
        }
        return Reason("recognised_through_third_country", params)
    return Reason(
        "agreement_in_force",
        {
            "country": between.country, "host": between.host, "since": between.in_force_since,
            "agreement": between.agreement.id, "article": between.article.id,
        },
    )  # fmt: skip


def _units_of_trade(question: Question) -> tuple[str, ...]:
    """The units every listed version of the certificate's own national trade has; none where it lists
    none."""
    national = question.registry.national[question.facts.country]
    versions = [
        {f"U{number}" for number, _ in trade.units}
        for trade in national.trades
        if f"{national.country}:{trade.code}" in question.facts.occupations
    ]
    return tuple(sorted(set.intersection(*versions))) if versions else ()
