"""What people call things: trades, occupations, named certificates, levels. Codes are for programs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from certes.credential.identifiers import level_code, trade_code
from certes.runtime.languages import say
from certes.runtime.recognition_words import country_inside, occupation_words
from certes.trust.frameworks import occupations
from certes.trust.host_texts import pick
from certes.trust.records import NationalList, RegistryView, Rung, Trade

AREA = "registry"
OTHER_SECTOR = "other"
ISCO = "isco08:"
_OWN_CODE = re.compile(r"([A-Z]{2}):(.+)")


@dataclass(frozen=True, slots=True)
class Named:
    """A code and what people call it."""

    code: str
    label: str


def newest_trades(national: NationalList) -> dict[int, Trade]:
    """The newest version of each national trade, by its number, in the order of numbers."""
    versions = sorted(national.trades, key=lambda trade: (trade.code, trade.version))
    return {trade.code: trade for trade in versions}


def trade_label(trade: Trade, language: str) -> str:
    """As men and women bear it, in the reader's language, else in French or any other."""
    return pick({spoken: label.both for spoken, label in trade.labels.items()}, language)


def sector_of(trade: Trade) -> str:
    """The first sector of the trade's ISCO-08 group; `other` for a group that the table does not hold."""
    known = occupations().get(trade.occupation)
    return OTHER_SECTOR if known is None else known.sectors[0]


def group_title(trade: Trade, language: str) -> str:
    """The title of the trade's ISCO-08 group, "" where the table does not hold it."""
    known = occupations().get(trade.occupation)
    return "" if known is None else known.titles[language]


def level_label(country: str, rung: Rung, language: str) -> str:
    """« Ouvrier qualifié (CM-4) »: the rung's own name with the code that stands on certificates."""
    code = level_code(country, rung.level)
    label = pick(rung.label, language)
    name = say(AREA, "level.number", language, level=rung.level) if label in ("", code) else label
    return f"{name} ({code})"


def code_label(code: str, registry: RegistryView, language: str) -> str:
    """The name behind any code of a trade, occupation or article: ISCO-08, national, or a word of its own."""
    if code.startswith(ISCO):
        return occupation_words(code, language)
    parts = _OWN_CODE.fullmatch(code)
    if parts is None:
        return code
    country, own = parts.groups()
    if not own.isdecimal():
        return f"{own} ({country_inside(country, language)})"
    national = registry.national.get(country)
    trade = None if national is None else newest_trades(national).get(int(own))
    return code if trade is None else trade_label(trade, language)


def title_label(title: str, registry: RegistryView, language: str) -> str:
    """A named certificate: what it is called, and the trade it leads to where a list says so."""
    parts = _OWN_CODE.fullmatch(title)
    if parts is None:
        return title
    country, own = parts.groups()
    national = registry.national.get(country)
    trades = () if national is None else newest_trades(national).values()
    trade = next((trade for trade in trades if trade.title == title), None)
    return own if trade is None else f"{own} ({trade_label(trade, language)})"


def trade_names(national: NationalList, language: str) -> Mapping[str, Named]:
    """Each national trade by its code."""
    named = {
        trade_code(national.country, number): trade_label(trade, language)
        for number, trade in newest_trades(national).items()
    }
    return {code: Named(code, label) for code, label in named.items()}
