"""Facts as people read them: birth dates at their precision, levels, units, and the reason to say first.

Every sentence comes from schemas/words; nothing here decides anything.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from babel.dates import format_date

from certes.credential.achievement import Achievement, BirthDate
from certes.credential.identifiers import unit_code
from certes.runtime.languages import long_date, say
from certes.runtime.recognition_words import country_inside, reason_words
from certes.trust.recognition.codes import EFFECTS, Effect
from certes.trust.recognition.facts import Decision, Param, Reason

AREA = "verifier"
KEPT_SENTENCES = 2_048  # of reasons: they speak of agreements, countries and days, never of a person

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


def units_words(achievement: Achievement, language: str) -> str:
    """« Attestation d'unités : U1, U3 », or nothing for a whole trade."""
    if achievement.kind != "units":
        return ""
    units = ", ".join(unit_code(unit) for unit in achievement.units)
    return say(AREA, "facts.units", language, units=units)


def reason_words_for(reason: Reason, state: str, language: str) -> str:
    """The same under a verdict. To recognition, a replaced certificate is a cancelled one; its holder was not
    sanctioned, and no sentence may say so."""
    if state == "replaced" and reason.code == "credential_revoked":
        return say("verdict", "code.credential_replaced", language)
    try:
        return _kept_words(reason.code, tuple(reason.params.items()), language)
    except TypeError:  # a list among the parameters
        return reason_words(reason, language)


@lru_cache(maxsize=KEPT_SENTENCES)
def _kept_words(code: str, params: tuple[tuple[str, Param], ...], language: str) -> str:
    return reason_words(Reason(code, dict(params)), language)


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
