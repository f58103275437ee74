"""certes/runtime/languages.py. That the catalogues agree is tests/architecture/test_words.py."""

import json
import re
from datetime import date, datetime
from importlib.resources import files

import pytest

from certes.credential.errors import Misuse
from certes.runtime.languages import (
    LANGUAGES,
    catalogue,
    direction,
    has_words,
    long_date,
    negotiate,
    say,
)


@pytest.mark.parametrize(
    ("explicit", "header", "expected"),
    [
        (None, None, "fr"),
        ("en", "fr", "en"),
        ("xx", "pt", "pt"),
        (None, "en-GB,en;q=0.9,fr;q=0.8", "en"),
        (None, "de, fr ; q=0.3 , es; q=0.7", "es"),
        (None, "en;q=0, ar;q=0.1", "ar"),
        (None, "en;q=nan, pt;q=2, es;q=x", "fr"),
        (None, "*", "fr"),
        (None, "," * 100_000 + "en", "fr"),
        ("../../etc", "", "fr"),
    ],
)
def test_the_language_is_what_was_asked_else_the_best_of_the_browser(
    explicit: str | None, header: str | None, expected: str
) -> None:
    assert negotiate(explicit, header) == expected


@pytest.mark.parametrize(
    ("language", "day", "expected"),
    [
        ("fr", date(2026, 3, 1), "1er mars 2026"),
        ("fr", date(2026, 3, 11), "11 mars 2026"),
        ("en", date(2026, 3, 1), "1 March 2026"),
        ("pt", date(2026, 3, 1), "1 de março de 2026"),
        ("es", datetime(2026, 3, 1, 12), "1 de marzo de 2026"),
        ("ar", date(2026, 3, 1), "1 مارس 2026"),
    ],
)
def test_dates_are_written_as_the_language_writes_them(language: str, day: date, expected: str) -> None:
    assert re.sub("[\u200e\u200f]", "", long_date(day, language)) == expected


def test_a_sentence_takes_its_parameters_and_never_fails_for_one() -> None:
    assert "X-1" in say("problems", "general", "en", code="X-1")
    assert "…" in say("problems", "general", "en")
    assert "{0.__class__}" in say("problems", "general", "en", code="{0.__class__}")


def test_a_code_without_words_is_our_bug() -> None:
    with pytest.raises(Misuse) as caught:
        say("problems", "no_such_code", "en")
    assert (caught.value.code, caught.value.field) == ("words_missing", "problems.no_such_code")


def test_arabic_runs_from_right_to_left() -> None:
    assert [direction(language) for language in LANGUAGES] == ["ltr", "ltr", "ltr", "ltr", "rtl"]


def words(area: str, language: str) -> dict[str, str]:
    """One file as it stands."""
    text = files("schemas").joinpath("words", area, f"{language}.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@pytest.mark.parametrize("area", ["problems", "problems.registry"])
def test_every_problem_says_what_to_do(area: str) -> None:
    codes = {code for code in words(area, "fr") if not code.startswith("_")}
    assert {code for code in codes if not code.endswith(".fix") and f"{code}.fix" not in codes} == set()


def test_no_code_stands_in_two_problem_catalogues() -> None:
    own, general = words("problems.registry", "fr"), words("problems", "fr")
    assert set(own) & set(general) == set()
    assert set(catalogue("problems", "fr")) >= (set(own) | set(general))
    assert has_words("problems", "not_found")
