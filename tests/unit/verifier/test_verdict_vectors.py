"""The verdict vectors, and the table executed a second time by the few lines a browser needs."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from certes.runtime.languages import LANGUAGES, has_words, say
from verifier.check import Check
from verifier.result import DOCUMENT_LINES, HERE_LINES, PERSON_LINES
from verifier.verdict import conclude, table

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "verdict" / "cases.json").read_text(encoding="utf-8")
)["cases"]
TABLE: dict[str, Any] = json.loads(files("schemas").joinpath("verdict", "table.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_verdict_is_what_the_vector_says(case: dict[str, Any]) -> None:
    checks = [Check(name, *answer.split(":")) for name, answer in case["checks"].items()]
    verdict = conclude(checks)
    assert {"state": verdict.state, "conclusion": verdict.conclusion} == case["expect"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_table_means_the_same_read_literally(case: dict[str, Any]) -> None:
    def holds(name: str, accepted: list[str]) -> bool:
        answer = case["checks"][name]
        return answer in accepted or answer.split(":")[0] in accepted

    row = next(
        row
        for row in TABLE["rows"]
        if any(all(holds(name, accepted) for name, accepted in way.items()) for way in row["when"])
    )
    assert {"state": row["state"], "conclusion": row["conclusion"]} == case["expect"]


def test_every_state_has_a_vector() -> None:
    assert {case["expect"]["state"] for case in CASES} == {row.verdict.state for row in table().rows}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_code_and_line_has_words(language: str) -> None:
    keys = {f"state.{row.verdict.state}" for row in table().rows}
    keys |= {f"short.{row.verdict.state}" for row in table().rows}
    keys |= {f"conclusion.{row.verdict.conclusion}" for row in table().rows}
    keys |= {f"check.{name}" for name in table().checks}
    for by_result in table().codes.values():
        keys |= {f"code.{code}" for codes in by_result.values() for code in codes}
    keys |= {*DOCUMENT_LINES, *PERSON_LINES, *HERE_LINES}
    missing = sorted(key for key in keys if not has_words("verdict", key))
    assert missing == []
    assert all(say("verdict", key, language) for key in keys)
