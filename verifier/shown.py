"""A verdict as a page shows it: an Outcome turned into sentences, tones and shapes in one language.

Tone, shape and words always say the same. Green stands nowhere on a page whose verdict is not green: a line
that holds by itself under another verdict is shown in ink.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from certes.credential.achievement import Certification
from certes.runtime.languages import country_name, long_date, say
from certes.runtime.recognition_words import (
    condition_words,
    country_inside,
    occupation_words,
    shown_params,
)
from certes.trust.recognition.facts import Evidence, Reason, RouteOutcome
from verifier.check import Check
from verifier.lines import Said, check_words, said
from verifier.result import Outcome
from verifier.shown_texts import ShownAppeal, ShownBasis, appeal_of, authority_words, basis_of
from verifier.wording import AREA, birth_words, level_words, reason_words_for, units_words

# Tone and shape of each state (browser and print); a state without a row would be a mistake, and raises.
TONES: Mapping[str, tuple[str, str]] = {
    "recognised": ("yes", "circle-tick"),
    "recognised_with_conditions": ("conditions", "outline-tick-list"),
    "not_recognised_here": ("care", "triangle"),
    "replaced": ("care", "triangle"),
    "expired": ("care", "triangle"),
    "not_yet_valid": ("care", "triangle"),
    "stale": ("care", "triangle"),
    "revoked": ("stop", "octagon"),
    "suspended": ("stop", "octagon"),
    "outside_scope": ("stop", "octagon"),
    "not_genuine": ("stop", "octagon"),
    "unknown_issuer": ("unsure", "square-question"),
    "issue_time_not_proven": ("unsure", "square-question"),
    "cannot_tell": ("unsure", "square-question"),
}
_LINE_TONES: Mapping[str, tuple[str, str]] = {
    "document.genuine": ("yes", "circle-tick"),
    "document.genuine_not_checked": ("care", "triangle"),
    "document.cancelled": ("stop", "octagon"),
    "document.suspended": ("stop", "octagon"),
    "document.replaced": ("care", "triangle"),
    "document.altered": ("stop", "octagon"),
    "document.unknown": ("unsure", "square-question"),
    "person.compare": ("look", "compare"),
    "person.compare_name": ("look", "compare"),
    "person.claimed": ("unsure", "square-question"),
    "person.none": ("plain", "dash"),
    "here.recognised": ("yes", "circle-tick"),
    "here.conditions": ("conditions", "outline-tick-list"),
    "here.not": ("care", "triangle"),
    "here.unknown": ("unsure", "square-question"),
    "here.none": ("plain", "dash"),
}
_GREEN = frozenset({"yes", "conditions"})

Fact = tuple[str, str, str]  # name, words, and what is to be compared letter by letter


@dataclass(frozen=True, slots=True)
class Line:
    """Document, Person or Here: one answer, one reason, one next step."""

    picture: str
    name: str
    tone: str
    icon: str
    answer: str
    reason: str
    next: str


@dataclass(frozen=True, slots=True)
class ShownFacts:
    """The certificate's own facts. `claimed`: nothing of it was checked."""

    claimed: bool
    name: str
    trade: str
    level: str
    units: str
    person: tuple[Fact, ...]
    issue: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class ShownCondition:
    """What is asked, between what one may choose, and of whom."""

    words: str
    choices: tuple[str, ...]
    ask: str


@dataclass(frozen=True, slots=True)
class ShownRoute:
    """A way that was looked at and was not taken."""

    name: str
    verdict: str
    ref: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """One of the six, with its code and the age of what it rests on."""

    name: str
    result: str
    code: str
    words: str
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything the verdict page says."""

    state: str
    conclusion: str
    tone: str
    icon: str
    title: str
    meaning: str
    next: str
    checked_at: datetime
    time: str
    trade_asked: str
    trust_as_of: datetime | None
    status_as_of: datetime | None
    strange_host: str
    lines: tuple[Line, ...]
    facts: ShownFacts | None
    conditions: tuple[ShownCondition, ...]
    reasons: tuple[str, ...]
    basis: ShownBasis | None
    appeal: ShownAppeal | None
    routes: tuple[ShownRoute, ...]
    checks: tuple[ShownCheck, ...]
    form: str
    evidence: Evidence | None


def show(outcome: Outcome, language: str, *, registry: str = "") -> Shown:
    """The outcome in one language. `registry`: the address of the registry's pages, where it is known."""
    state = outcome.verdict.state
    tone, icon = TONES[state]
    decision, host = outcome.decision, outcome.address_host
    binding = decision is not None and decision.verdict == "recognised_with_conditions"
    return Shown(
        state=state,
        conclusion=outcome.verdict.conclusion,
        tone=tone,
        icon=icon,
        title=_title(outcome, language),
        meaning=say("verdict", f"state.{state}.meaning", language),
        next=say("verdict", f"state.{state}.next", language),
        checked_at=outcome.checked_at,
        time=f"{outcome.checked_at:%H:%M:%S}",
        trade_asked=occupation_words(outcome.question.trade, language) if outcome.question.trade else "",
        trust_as_of=outcome.trust_as_of,
        status_as_of=outcome.status_as_of,
        strange_host=host.host if host and not host.known else "",
        lines=_lines(outcome, language),
        facts=None if outcome.person_line == "person.none" else _facts(outcome, language),
        conditions=_conditions(outcome, language) if binding else (),
        reasons=() if decision is None else _reasons(decision.reasons, state, language),
        basis=basis_of(outcome, language, registry),
        appeal=appeal_of(outcome, language),
        routes=()
        if decision is None
        else tuple(_route(route, state, language) for route in decision.looked_at),
        checks=tuple(_check(check, language) for check in outcome.checks),
        form=outcome.form,
        evidence=None if decision is None else decision.evidence,
    )


def short_text(outcome: Outcome, language: str, *, development: bool = False) -> str:
    """The verdict in at most 160 characters, for SMS and USSD gateways; names that would not fit are cut.

    In the development profile it says that it is a demonstration.
    """
    mark = say("verdict", "short.mark", language) + " " if development else ""
    day = _other_day(outcome)
    if day is not None:
        mark += say("verdict", "short.on_day", language, date=f"{day:%d/%m/%Y}")
    for name, trade in _SHORT_NAMES:
        text = mark + _short(outcome, language, name=name, trade=trade)
        if len(text) <= MAX_SHORT_TEXT:
            break
    return text


MAX_SHORT_TEXT = 160  # one SMS in the GSM alphabet (3GPP TS 23.038, section 4)
_SHORT_NAMES = ((30, 24), (26, 20), (20, 16), (12, 9))  # characters of name and trade, the first that fits


def _short(outcome: Outcome, language: str, *, name: int, trade: int) -> str:
    state = outcome.verdict.state
    day = _good_until(outcome) if state == "stale" else outcome.checked_at
    words = {
        "name": _cut(outcome.certification.person.name, name),
        "trade": _cut(_trade(outcome, language), trade),
        "date": f"{day:%d/%m/%Y}",
    }
    return say("verdict", f"short.{state}", language, **words)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _good_until(outcome: Outcome) -> datetime:
    """The day up to which a stale answer holds: that of the oldest data it rests on."""
    seen = [moment for moment in (outcome.status_as_of, outcome.trust_as_of) if moment is not None]
    return min(seen, default=outcome.checked_at)


def _title(outcome: Outcome, language: str) -> str:
    """The state in words; of another day it says so here, where it is read first: receipts are kept."""
    title = say("verdict", f"state.{outcome.verdict.state}", language, date=_good_until(outcome))
    day = _other_day(outcome)
    return title if day is None else say("verdict", "title.on_day", language, title=title, day=day)


def _other_day(outcome: Outcome) -> date | None:
    """The day that was asked about, where it is not the day of the check."""
    asked = outcome.question.at
    return None if asked == outcome.checked_at.date() else asked


def _lines(outcome: Outcome, language: str) -> tuple[Line, ...]:
    country = country_name(outcome.question.host, language)
    names = {
        "document": say(AREA, "line.document", language),
        "person": say(AREA, "line.person", language),
        "here": say(AREA, "line.here", language, country=country),
    }
    told = said(outcome, language)
    return tuple(_line(outcome, told[line], names[line], _PICTURES[line]) for line in names)


_PICTURES = {"document": "document", "person": "person", "here": "place"}


def _line(outcome: Outcome, told: Said, name: str, picture: str) -> Line:
    """Under a verdict that is not green, a line that holds by itself is shown in ink."""
    tone, icon = _LINE_TONES[told.key]
    if tone in _GREEN and TONES[outcome.verdict.state][0] not in _GREEN:
        tone, icon = "plain", "tick"
    return Line(picture, name, tone, icon, told.text, told.reason, told.next)


def _check(check: Check, language: str) -> ShownCheck:
    return ShownCheck(check.name, check.result, check.code, check_words(check, language), check.as_of)


def _trade(outcome: Outcome, language: str) -> str:
    listed = outcome.names.pick("trade", language)
    return listed or occupation_words(outcome.certification.achievement.occupation, language)


def _facts(outcome: Outcome, language: str) -> ShownFacts:
    facts = outcome.certification
    return ShownFacts(
        claimed=outcome.person_line == "person.claimed",
        name=facts.person.name,
        trade=_trade(outcome, language),
        level=level_words(facts.achievement, language),
        units=units_words(facts.achievement, language),
        person=tuple(_person_rows(facts, language)),
        issue=tuple(_issue_rows(outcome, language)),
    )


def _person_rows(facts: Certification, language: str) -> list[Fact]:
    rows = [(say(AREA, "facts.birth", language), birth_words(facts.person.birth, language), "")]
    document = facts.person.document
    if document is not None:
        kind = say(AREA, f"kind.{document.kind}", language)
        country = country_inside(document.country, language)
        value = say(AREA, "facts.document_value", language, kind=kind, country=country)
        rows.append((say(AREA, "facts.document", language), value, document.last4))
    return rows


def _issue_rows(outcome: Outcome, language: str) -> list[Fact]:
    facts = outcome.certification
    issuer = outcome.names.pick("issuer", language) or say(AREA, "facts.issuer_unknown", language)
    centre = outcome.names.pick("centre", language)
    until = facts.valid_until
    rows = [
        ("facts.issuer", f"{issuer} ({country_inside(facts.achievement.country, language)})", ""),
        *([("facts.centre", centre, "")] if centre else []),
        ("facts.number", "", facts.number),
        ("facts.route", say(AREA, f"route.{facts.achievement.route}", language), ""),
        ("facts.awarded", long_date(facts.awarded_on, language), ""),
        ("facts.signed_on", long_date(facts.signed_on, language), ""),
        ("facts.until", long_date(until, language) if until else say(AREA, "facts.no_end", language), ""),
    ]
    return [(say(AREA, name, language), value, code) for name, value, code in rows]


def _conditions(outcome: Outcome, language: str) -> tuple[ShownCondition, ...]:
    conditions = () if outcome.decision is None else outcome.decision.conditions
    return tuple(_condition(condition, outcome, language) for condition in conditions)


def _condition(condition: Mapping[str, Any], outcome: Outcome, language: str) -> ShownCondition:
    choices = tuple(condition_words(choice, language) for choice in condition.get("of", ()))
    return ShownCondition(condition_words(condition, language), choices, _ask(condition, outcome, language))


def _ask(condition: Mapping[str, Any], outcome: Outcome, language: str) -> str:
    """Of whom: the body the condition names, else the host's authority by its name."""
    body = shown_params({"body": condition.get("body", "")}, language)["body"]
    named = next((authority_words(one, language) for one in outcome.texts.authorities), "")
    if body or named:
        return say(AREA, "conditions.ask", language, body=body or named)
    host = country_name(outcome.question.host, language)
    return say(AREA, "conditions.ask_host", language, country=host)


def _reasons(reasons: Sequence[Reason], state: str, language: str) -> tuple[str, ...]:
    return tuple(reason_words_for(reason, state, language) for reason in reasons)


def _route(route: RouteOutcome, state: str, language: str) -> ShownRoute:
    return ShownRoute(
        name=say(AREA, f"routes.{route.route.kind}", language),
        verdict=say("verdict", f"conclusion.{_CONCLUSION[route.verdict]}", language),
        ref=route.route.ref,
        reasons=_reasons(route.reasons, state, language),
    )


_CONCLUSION = {
    "recognised": "recognised",
    "recognised_with_conditions": "recognised_with_conditions",
    "not_recognised": "not_recognised",
    "unknown": "undetermined",
}
