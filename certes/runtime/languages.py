"""Words in five languages: JSON catalogues of schemas/words/<area>/<language>.json, read once.

The same files serve Python and, later, the browser; they are data, so no sentence stands in the code.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files

from babel import Locale
from babel.dates import format_date
from babel.units import format_unit

from certes.credential.errors import Misuse

LANGUAGES = ("fr", "en", "pt", "es", "ar")
DEFAULT_LANGUAGE = "fr"
KEPT_DATES = 2_048  # days written out, in each language
RIGHT_TO_LEFT = frozenset({"ar"})
NATIVE_NAMES = {"fr": "Français", "en": "English", "pt": "Português", "es": "Español", "ar": "العربية"}


@cache
def catalogue(area: str, language: str) -> Mapping[str, str]:
    """All sentences of one area in one language, keyed by code.

    `problems.issuer` is `problems` and all its parts, the issuer's own sentence first where several have one:
    a birth date is refused to a clerk in other words than to an inspector. A folder without the language adds
    nothing here; the test of the catalogues names it.
    """
    root = area.partition(".")[0]
    folders = [
        folder
        for folder in files("schemas").joinpath("words").iterdir()
        if folder.name == root or folder.name.startswith(f"{root}.")
    ]
    entries: dict[str, str] = {}
    for folder in sorted(folders, key=lambda entry: (entry.name == area, entry.name)):
        file = folder.joinpath(f"{language}.json")
        if file.is_file():
            entries |= json.loads(file.read_text(encoding="utf-8"))
    spaced = _french_spaces if language == "fr" else str
    return {code: spaced(text) for code, text in entries.items() if not code.startswith("_")}


def _french_spaces(text: str) -> str:
    """No line may begin with a mark that French sets apart: a narrow no-break space before ? ! ;, a full one
    before the colon and inside guillemets. Whoever writes a sentence may type plain spaces."""
    text = re.sub(r"[ \u00a0](?=[?!;])", "\u202f", text)
    return re.sub(r" (?=[:»])|(?<=«) ", "\u00a0", text)


@cache
def is_draft(area: str, language: str) -> bool:
    """Does the file say that its wording is still to be reviewed (`_review`)?"""
    file = files("schemas").joinpath("words", area, f"{language}.json")
    return "_review" in json.loads(file.read_text(encoding="utf-8"))


def size(count_bytes: int, language: str) -> str:
    """12 Mo, 256 ko: bytes as people count them, in units of 1024."""
    for unit, width in _SIZES:
        if count_bytes >= width:
            return format_unit(round(count_bytes / width, 1), unit, length="short", locale=language)
    return format_unit(count_bytes, "digital-byte", length="short", locale=language)


_SIZES = (("digital-megabyte", 1024 * 1024), ("digital-kilobyte", 1024))


def has_words(area: str, code: str) -> bool:
    """Is there a sentence for this code?"""
    return code in catalogue(area, DEFAULT_LANGUAGE)


def say(area: str, code: str, language: str, /, **params: object) -> str:
    """The sentence for a code. Raises Misuse `words_missing`: a test keeps the catalogues complete."""
    text = catalogue(area, language).get(code)
    if text is None:
        raise Misuse("words_missing", field=f"{area}.{code}")
    if "{" not in text:  # most of them
        return text
    return text.format_map(_Shown({name: shown(value, language) for name, value in params.items()}))


class _Shown(dict[str, str]):
    """Parameters of a sentence; one that was not given shows as an ellipsis rather than an error."""

    def __missing__(self, key: str) -> str:
        return "…"


def shown(value: object, language: str) -> str:
    """A parameter as a person reads it: dates in the language's own form, the rest as text."""
    if isinstance(value, date):
        return long_date(value, language)
    return str(value)


def long_date(day: date, language: str) -> str:
    """1er mars 2026, 1 March 2026, ... (`datetime` is taken by its day)."""
    return _long_date(date(day.year, day.month, day.day), language)


@lru_cache(maxsize=KEPT_DATES)
def _long_date(day: date, language: str) -> str:
    text = format_date(day, format="long", locale="en_GB" if language == "en" else language)
    return text.replace("1 ", "1er ", 1) if language == "fr" and day.day == 1 else text


def country_name(code: str, language: str) -> str:
    """A country as its neighbours call it (« Congo (Brazzaville) »), else as CLDR does, else its code."""
    return catalogue("countries", language).get(code) or Locale.parse(language).territories.get(code, code)


def negotiate(explicit: str | None, accept_language: str | None) -> str:
    """The language to answer in: what was asked for, else the browser's best, else French."""
    if explicit in LANGUAGES:
        return str(explicit)
    best, best_weight = DEFAULT_LANGUAGE, 0.0
    for part in "".join((accept_language or "")[:200].split()).split(","):
        tag, _, weight_text = part.partition(";q=")
        language = tag.split("-")[0].lower()
        try:
            weight = float(weight_text) if weight_text else 1.0
        except ValueError:
            continue
        if language in LANGUAGES and best_weight < weight <= 1.0:
            best, best_weight = language, weight
    return best


def direction(language: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"
