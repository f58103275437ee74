"""The worked cases, one by one, and what they cover together."""

import json
from pathlib import Path

import pytest

from certes.runtime.languages import catalogue
from certes.trust.casefile import CaseResult, run_case_file
from certes.trust.members import CONDITION_KINDS
from certes.trust.recognition.codes import EFFECTS

FOLDER = Path(__file__).parents[2] / "vectors" / "recognition"
FILES = ("cases.json", "more-cases.json")
RESULTS = [result for name in FILES for result in run_case_file((FOLDER / name).read_bytes()).results]


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.name)
def test_a_worked_case_comes_out_as_expected(result: CaseResult) -> None:
    assert (result.refusal, result.differences, result.remarks) == (None, (), ())


def test_the_cases_produce_every_reason_code() -> None:
    produced = set()
    for name in FILES:
        for case in json.loads((FOLDER / name).read_bytes())["cases"]:
            produced |= set(case["expect"]["reasons"])
    assert produced == set(EFFECTS)


def test_every_case_of_our_own_says_why() -> None:
    cases = json.loads((FOLDER / "more-cases.json").read_bytes())["cases"]
    assert [case["name"] for case in cases if not case.get("why")] == []


@pytest.mark.parametrize("language", ["fr", "en", "pt", "es", "ar"])
def test_every_code_and_condition_has_words(language: str) -> None:
    assert catalogue("reasons", language).keys() == EFFECTS.keys()
    assert catalogue("conditions", language).keys() == CONDITION_KINDS
