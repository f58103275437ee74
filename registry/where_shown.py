"""The answers to "Where does my certificate count?" as a page says them, in one language."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from certes.credential.identifiers import level_code
from certes.runtime.languages import country_name, say
from certes.runtime.recognition_words import condition_words, reason_words, shown_params
from certes.trust.bundle import TrustView
from certes.trust.host_texts import Appeal, Authority, Basis, pick
from certes.trust.recognition import Reason
from certes.trust.records import RegistryView
from registry.queries.members import HelpLine, help_lines
from registry.queries.naming import (
    code_label,
    level_label,
    title_label,
)
from registry.queries.overview import STALE_AFTER_MINUTES
from registry.where import Answer, Choice, ask, parse_asked
from registry.where_form import AREA, form_of, question_of

MAX_UNITS = 32  # a trade has no more (national-list.schema.json)
STALE_AFTER = timedelta(minutes=STALE_AFTER_MINUTES)
# Tone and shape of each verdict, the most favourable first.
TONES: Mapping[str, tuple[str, str]] = {
    "recognised": ("yes", "circle-tick"),
    "recognised_with_conditions": ("conditions", "outline-tick-list"),
    "unknown": ("unsure", "square-question"),
    "not_recognised": ("care", "triangle"),
}
_RANK = {verdict: place for place, verdict in enumerate(TONES)}


@dataclass(frozen=True, slots=True)
class ShownCondition:
    """What is asked, between what one may choose, and of whom, or who chooses ("" for neither)."""

    words: str
    choices: tuple[str, ...]
    ask: str


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """One country's answer in words."""

    host: str
    name: str
    code: str  # the verdict's
    verdict: str
    tone: str
    icon: str
    recognised_as: str
    reasons: tuple[str, ...]
    conditions: tuple[ShownCondition, ...]
    centres: tuple[str, ...]
    authorities: tuple[str, ...]
    appeal: str
    help_points: tuple[HelpLine, ...]
    agreement: str  # its id, "" where no agreement was applied
    agreement_words: str


def where_context(
    view: TrustView, params: Mapping[str, str], units: Sequence[str], now: datetime, language: str
) -> dict[str, Any]:
    """What the page shows for the parameters of its address, `units` being those named `unit`; `now` is the
    moment of the question."""
    today = now.date()
    asked = parse_asked(params, units[:MAX_UNITS], registry=view.registry, today=today)
    context = {
        "w": partial(_say, language),
        "form": form_of(asked, view.registry, language),
        "wrong": asked.wrong,
        "faults": defaultdict(str, {each.field: each.code for each in asked.wrong}),
        "today": today,
        "answers": (),
        "kept_query": "",
    }
    choice = asked.choice
    if choice is None:
        return context
    outcome = ask(choice, view=view, at=today)
    question = question_of(choice, asked, view.registry, language)
    return context | {
        "answers": shown_answers(outcome.answers, choice, view, language),
        "question": question,
        "kept_query": f"&{question.query}",
        "as_of": view.as_of,
        "stale": now - view.as_of > STALE_AFTER,
        "signed_later": outcome.facts.signed_on != choice.awarded_on,
        "signed_on": outcome.facts.signed_on,
    }


def _say(language: str, code: str, /, **params: object) -> str:
    return say(AREA, code, language, **params)


def shown_answers(
    answers: tuple[Answer, ...], choice: Choice, view: TrustView, language: str
) -> tuple[ShownAnswer, ...]:
    """All answers, the most favourable first, then by the country's name."""
    shown = [_shown(answer, choice, view, language) for answer in answers]
    rank = {answer.host: _RANK[answer.decision.verdict] for answer in answers}
    return tuple(sorted(shown, key=lambda each: (rank[each.host], each.name)))


def _shown(answer: Answer, choice: Choice, view: TrustView, language: str) -> ShownAnswer:
    decision, texts, registry = answer.decision, answer.texts, view.registry
    tone, icon = TONES[decision.verdict]
    is_plain_yes = decision.verdict == "recognised"
    is_conditional = decision.verdict == "recognised_with_conditions"
    asked = decision.conditions if is_conditional else ()
    return ShownAnswer(
        host=answer.host,
        name=country_name(answer.host, language),
        code=decision.verdict,
        verdict=say(AREA, f"verdict.{decision.verdict}", language),
        tone=tone,
        icon=icon,
        recognised_as=_recognised_as(answer, registry, language) if is_plain_yes or is_conditional else "",
        reasons=tuple(_reason(reason, registry, language) for reason in decision.reasons),
        conditions=tuple(_condition(condition, registry, language) for condition in asked),
        centres=tuple(
            f"{centre.name}, {centre.place}" if centre.place else centre.name for centre in answer.centres
        ),
        authorities=tuple(_authority(one, language) for one in texts.authorities),
        appeal=""
        if texts.appeal is None or decision.verdict == "recognised"
        else _appeal(texts.appeal, language),
        help_points=_help(choice.national.country, answer.host, registry, language),
        agreement="" if texts.basis is None else texts.basis.id,
        agreement_words="" if texts.basis is None else _basis(texts.basis, language),
    )


def _recognised_as(answer: Answer, registry: RegistryView, language: str) -> str:
    """« Soudeurs et oxycoupeurs, Niveau 4 (GA-4) », in part where the text says so."""
    known = answer.decision.recognised_as
    there = known.get("occupation", ())
    codes = (there,) if isinstance(there, str) else there
    parts = [", ".join(code_label(code, registry, language) for code in codes)]
    parts += [title_label(known["title"], registry, language)] if "title" in known else []
    parts += [_level(answer.host, known["level"], registry, language)] if "level" in known else []
    parts += [say(AREA, "partly", language)] if known.get("effect") == "partial" else []
    return " · ".join(part for part in parts if part)


def _level(host: str, code: str, registry: RegistryView, language: str) -> str:
    national = registry.national.get(host)
    rungs = national.ladder.rungs if national is not None and national.ladder is not None else ()
    found = (level_label(host, rung, language) for rung in rungs if level_code(host, rung.level) == code)
    return next(found, code)


def _reason(reason: Reason, registry: RegistryView, language: str) -> str:
    return reason_words(Reason(reason.code, _named(reason.params, registry, language)), language)


def _condition(condition: Mapping[str, Any], registry: RegistryView, language: str) -> ShownCondition:
    choices = tuple(
        condition_words(_named(choice, registry, language), language) for choice in condition.get("of", ())
    )
    words = condition_words(_named(condition, registry, language), language)
    # A licence's sentence names its body itself.
    body = condition.get("body", "") if condition["kind"] != "host_licence" else ""
    named = shown_params({"body": body}, language)["body"]
    asks = [say(AREA, "ask", language, body=named)] if named else []
    asks += [say(AREA, f"choice.{condition['by']}", language)] if "by" in condition else []
    return ShownCondition(words, choices, " ".join(asks))


def _named(params: Mapping[str, Any], registry: RegistryView, language: str) -> dict[str, Any]:
    """Codes of occupations and of named certificates by their names."""
    names = {"occupation": code_label, "title": title_label, "host_title": title_label}
    return {
        name: names[name](value, registry, language) if name in names else value
        for name, value in params.items()
    }


def _authority(authority: Authority, language: str) -> str:
    name = pick(authority.name, language)
    return f"{name}, {authority.contact}" if authority.contact else name


def _appeal(appeal: Appeal, language: str) -> str:
    return say(
        AREA,
        "appeal.suspensive" if appeal.suspensive else "appeal.text",
        language,
        body=pick(appeal.body, language),
        deadline=appeal.deadline_days,
        answer=appeal.decision_days,
    )


def _help(issued_in: str, host: str, registry: RegistryView, language: str) -> tuple[HelpLine, ...]:
    """In the host country: what the issuing country runs there, then the host's own."""
    countries = dict.fromkeys((issued_in, host))
    lists = (registry.national[country] for country in countries if country in registry.national)
    return tuple(line for national in lists for line in help_lines(national, language, where=host))


def _basis(basis: Basis, language: str) -> str:
    return say(AREA, "basis", language, title=pick(basis.title, language), article=basis.article)
