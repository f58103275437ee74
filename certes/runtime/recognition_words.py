"""Recognition as people read it, in every service the same: reasons, conditions, occupations, countries.

Every sentence comes from schemas/words; nothing here decides anything.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from certes.runtime.languages import country_name, say
from certes.trust.frameworks import SECTORS, occupations
from certes.trust.recognition.facts import Reason

_COUNTRY = re.compile(r"[A-Z]{2}")
_BRACKETED = re.compile(r"(.+) \((.+)\)")
_ISCO = "isco08:"


def country_inside(code: str, language: str) -> str:
    """A country's name for use within brackets: « Congo-Brazzaville » where it has brackets of its own."""
    return _BRACKETED.sub(r"\1-\2", country_name(code, language))


def reason_words(reason: Reason, language: str) -> str:
    """One reason as a sentence."""
    return say("reasons", reason.code, language, **shown_params(reason.params, language))


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


def occupation_words(code: str, language: str) -> str:
    """The ISCO-08 title of a unit group; the code of one that the table does not hold."""
    occupation = occupations().get(code.removeprefix(_ISCO))
    return code if occupation is None else occupation.titles[language]


def occupations_by_sector(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """For the form: sectors in the table's order, in each the unit groups (code, title) by title."""
    return [(sector, _of_sector(sector, language)) for sector in SECTORS]


def _of_sector(sector: str, language: str) -> list[tuple[str, str]]:
    there = (occupation for occupation in occupations().values() if sector in occupation.sectors)
    titled = [(occupation.isco08, occupation.titles[language]) for occupation in there]
    return sorted(titled, key=lambda pair: pair[1])
