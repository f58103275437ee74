"""Every sentence exists in every language, with the same parameters."""

import json
import re
import unicodedata
from pathlib import Path

import pytest

from tests.architecture.project import ROOT

WORDS = ROOT / "schemas" / "words"
LANGUAGES = ("ar", "en", "es", "fr", "pt")
DRAFTS = {"ar", "es", "pt"}  # wording not yet reviewed by native readers
REVIEW_NOTE = "_review"
AREAS = sorted(path.name for path in WORDS.iterdir() if path.is_dir())
PARAMETER = re.compile(r"\{([a-z_0-9]+)[^{}]*\}")


def catalogue(area: str, language: str) -> dict[str, str]:
    """The words of an area in a language, without the note to reviewers."""
    words: dict[str, str] = json.loads((WORDS / area / f"{language}.json").read_bytes())
    return {code: text for code, text in words.items() if code != REVIEW_NOTE}


def files_of(area: str) -> list[Path]:
    """Every file of an area's folder."""
    return sorted((WORDS / area).iterdir())


@pytest.mark.parametrize("area", AREAS)
def test_an_area_has_exactly_the_five_languages(area: str) -> None:
    assert [path.name for path in files_of(area)] == [f"{language}.json" for language in LANGUAGES]


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_the_same_codes_and_parameters_as_english(area: str, language: str) -> None:
    english, here = catalogue(area, "en"), catalogue(area, language)
    assert here.keys() == english.keys()
    parameters = {code: sorted(set(PARAMETER.findall(text))) for code, text in here.items()}
    assert parameters == {code: sorted(set(PARAMETER.findall(text))) for code, text in english.items()}


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_text_in_normal_form(area: str, language: str) -> None:
    words = catalogue(area, language)
    assert [code for code, text in words.items() if not text.strip()] == []
    assert [code for code, text in words.items() if not unicodedata.is_normalized("NFC", text)] == []


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("language", sorted(DRAFTS))
def test_a_draft_says_that_it_is_one(area: str, language: str) -> None:
    words = json.loads((WORDS / area / f"{language}.json").read_bytes())
    assert next(iter(words)) == REVIEW_NOTE
