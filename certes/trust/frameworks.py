"""Occupations and countries by code, with their titles: data of schemas/frameworks, each with its status.

Group titles of ISCO-08 are plural and cover several trades; what people see on a certificate is the national
trade's title. Titles help to group, search and translate; nothing is decided on them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_TITLED_IN = ("en", "fr", "pt", "es", "ar")
SECTORS = ("oil", "mining", "agriculture", "wood", "construction", "transport_lifting")


@dataclass(frozen=True, slots=True)
class Occupation:
    """An ISCO-08 unit group. `english_confirmed`: compared with the ILO's own definitions; the French titles
    are still to be confirmed, the Portuguese, Spanish and Arabic ones are drafts."""

    isco08: str
    sectors: tuple[str, ...]  # a group may stand in several
    titles: Mapping[str, str]  # en, fr, pt, es, ar
    english_confirmed: bool


@dataclass(frozen=True, slots=True)
class Country:
    """A country of the region."""

    code: str  # ISO 3166-1 alpha-2
    alpha3: str
    numeric: str
    name_fr: str
    languages: tuple[str, ...]
    communities: tuple[str, ...]


def _load(name: str) -> Any:
    return json.loads(files("schemas").joinpath("frameworks", f"{name}.json").read_text(encoding="utf-8"))


@cache
def occupations() -> Mapping[str, Occupation]:
    """By ISCO-08 code, four digits."""
    rows = _load("trades")
    found: dict[str, Occupation] = {}
    for row in rows:
        code = row["isco08"]
        before = found[code].sectors if code in found else ()
        titles = {language: row[language] for language in _TITLED_IN}
        found[code] = Occupation(code, (*before, row["sector"]), titles, row["enConfirmedInIloDefinitions"])
    return found


@cache
def countries() -> Mapping[str, Country]:
    """By alpha-2 code."""
    return {row["iso"][0]: _country(row) for row in _load("countries")["countries"]}


def _country(row: Mapping[str, Any]) -> Country:
    alpha2, alpha3, numeric = row["iso"]
    return Country(alpha2, alpha3, numeric, row["fr"], tuple(row["languages"]), tuple(row["groups"]))
