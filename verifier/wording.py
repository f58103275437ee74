"""Facts and codes as people read them: birth dates at their precision, levels, trades, reasons, conditions.

Every sentence comes from schemas/words; nothing here decides anything.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date

from certes.credential.achievement import Achievement, BirthDate
from certes.credential.identifiers import unit_code
from certes.runtime.languages import country_name, long_date, say
from certes.trust.frameworks import SECTORS, Occupation, occupations
from certes.trust.recognition.codes import EFFECTS, Effect
from certes.trust.recognition.facts import Decision, Reason

AREA = "verifier"
_COUNTRY = re.compile(r"[A-Z]{2}")
_BRACKETED = re.compile(r"(.+) \((.+)\)")
_ISCO = "isco08:"

# Which effects carry a verdict; the first reason with one of them is the one to say first.
_DECISIVE: Mapping[str, frozenset[Effect]] = {
    "not_recognised": frozenset({Effect.NO, Effect.NO_UNLESS_OLD, Effect.NO_WHATEVER_AGE}),
    "unknown": frozenset({Effect.UNKNOWN, Effect.NO_UNLESS_OLD}),
    "recognised_with_conditions": frozenset({Effect.CONDITION}),
    "recognised": frozenset(),
}
_ROUTES = frozenset(
    {
        "national_credential",
        "agreement_in_force",
        "recognised_through_third_country",
        "host_recognises_on_its_own",
        "agreement_ended_acquired_right_kept",
        "agreement_ended_acquired_right_kept_until",
    }
)


def birth_words(birth: BirthDate, language: str) -> str:
    """« le 12 avril 1985 », « en avril 1985 », « vers 1985 »: never more exact than the document."""
    if birth.day is not None and birth.month is not None:
        precision, text = "day", long_date(date(birth.year, birth.month, birth.day), language)
    elif birth.month is not None:
        locale = "en_GB" if language == "en" else language
        precision, text = "month", format_date(date(birth.year, birth.month, 1), "MMMM y", locale=locale)
    else:
        precision, text = "year", str(birth.year)
    return say(AREA, f"birth.{'about' if birth.approximate else precision}", language, date=text)


def level_words(achievement: Achievement, language: str) -> str:
    """The rung of the certifying country's own ladder, with the country: levels of two countries differ."""
    if achievement.level is None:
        return say(AREA, "facts.level_none", language)
    country = country_inside(achievement.country, language)
    return say(AREA, "facts.level", language, level=f"{achievement.level} ({country})")


def country_inside(code: str, language: str) -> str:
    """A country's name for use within brackets: « Congo-Brazzaville » where it has brackets of its own."""
    return _BRACKETED.sub(r"\1-\2", country_name(code, language))


def units_words(achievement: Achievement, language: str) -> str:
    """« Attestation d'unités : U1, U3 », or nothing for a whole trade."""
    if achievement.kind != "units":
        return ""
    units = ", ".join(unit_code(unit) for unit in achievement.units)
    return say(AREA, "facts.units", language, units=units)


def reason_words(reason: Reason, language: str) -> str:
    """One reason as a sentence."""
    return say("reasons", reason.code, language, **shown_params(reason.params, language))


def reason_words_for(reason: Reason, state: str, language: str) -> str:
    """The same under a verdict. To recognition, a replaced certificate is a cancelled one; its holder was not
    sanctioned, and no sentence may say so."""
    if state == "replaced" and reason.code == "credential_revoked":
        return say("verdict", "code.credential_replaced", language)
    return reason_words(reason, language)


def condition_words(condition: Mapping[str, Any], language: str) -> str:
    """What is asked, as a sentence; what a choice is between is said apart."""
    params = {name: value for name, value in condition.items() if name not in ("kind", "of")}
    return say("conditions", condition["kind"], language, **shown_params(params, language))


def shown_params(params: Mapping[str, Any], language: str) -> dict[str, object]:
    """Parameters as the sentence needs them: countries and occupations by name, lists joined."""
    return {name: _shown_param(value, language) for name, value in params.items()}


def _shown_param(value: Any, language: str) -> object:
    if isinstance(value, str):
        if _COUNTRY.fullmatch(value):
            return country_inside(value, language)
        return occupation_words(value, language) if value.startswith(_ISCO) else value
    if isinstance(value, Sequence):
        return ", ".join(str(_shown_param(item, language)) for item in value)
    if isinstance(value, Mapping):  # a text in several languages
        return value.get(language) or value.get("fr") or next(iter(value.values()), "")
    return value


def decisive(decision: Decision) -> Reason | None:
    """The reason to say first: what refuses, leaves open or conditions; for a yes, the way.

    None for a condition that no reason speaks of, such as a licence of the host: it speaks for itself.
    """
    effects = _DECISIVE[decision.verdict]
    chosen = (reason for reason in decision.reasons if EFFECTS[reason.code] in effects)
    first = next(chosen, None)
    if first is not None or decision.verdict == "recognised_with_conditions":
        return first
    return next((reason for reason in decision.reasons if reason.code in _ROUTES), None)


def occupation_words(code: str, language: str) -> str:
    """The ISCO-08 title of a unit group, in French or English where the language has none; else the code."""
    occupation = occupations().get(code.removeprefix(_ISCO))
    return code if occupation is None else _title(occupation, language)


def _title(occupation: Occupation, language: str) -> str:
    titles = occupation.titles
    return titles.get(language) or titles["en" if language == "ar" else "fr"]


def occupations_by_sector(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """For the form: sectors in the table's order, in each the unit groups (code, title) by title."""
    return [(sector, _of_sector(sector, language)) for sector in SECTORS]


def _of_sector(sector: str, language: str) -> list[tuple[str, str]]:
    there = (occupation for occupation in occupations().values() if sector in occupation.sectors)
    titled = [(occupation.isco08, _title(occupation, language)) for occupation in there]
    return sorted(titled, key=lambda pair: pair[1])
