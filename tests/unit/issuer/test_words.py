"""Every refusal a caller or operator can see has words and a fix, and stands in the guide."""

import json
import re
from pathlib import Path

import pytest

from certes.credential.linting import LINTS
from certes.runtime.languages import LANGUAGES, has_words, say
from certes.runtime.problems import status_of
from certes.runtime.refusals import Conflict
from tests.unit.issuer.office import running

ROOT = Path(__file__).resolve().parents[3]
GUIDE = (ROOT / "docs" / "issue.md").read_text(encoding="utf-8")
RAISED = re.compile(
    r"\b(?:Malformed|Unsupported|Busy|Conflict|Forbidden|NotFound|Unauthenticated|SettingInvalid)\(\s*\"([a-z_]+)\""
)
OURS_ONLY = {"verification_method_unknown"}  # of our own list, before it is published


def raised_codes() -> set[str]:
    """Codes that the service's own code raises."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "issuer").rglob("*.py")]
    return {code for source in sources for code in RAISED.findall(source)} - OURS_ONLY


def documented_codes() -> set[str]:
    """Codes of the guide's table."""
    table = GUIDE.partition("## Why a request is refused")[2].partition("## Afterwards")[0]
    rows = [line.split("|")[2] for line in table.splitlines() if re.match(r"\| [45]", line)]
    return {code for row in rows for code in re.findall(r"`([a-z0-9_]+[a-z0-9])`", row)}


@pytest.mark.parametrize("code", sorted(raised_codes() | {lint.code for lint in LINTS}))
def test_a_code_that_is_raised_has_words_and_a_fix(code: str) -> None:
    for language in LANGUAGES:
        assert has_words("problems", code), code
        assert say("problems", f"{code}.fix", language)


def test_the_guide_names_only_codes_that_have_words() -> None:
    codes = {code for code in documented_codes() if not code.startswith("_")}
    assert len(codes) > 40
    assert {code for code in codes if not has_words("problems", code)} == set()


def test_the_guides_request_is_certified(tmp_path: Path) -> None:
    body = GUIDE.partition("-d '")[2].partition("'\n```")[0]
    with running(tmp_path) as service:
        assert service.certify(json.loads(body)).status_code == 201


def test_a_conflict_is_409() -> None:
    assert status_of(Conflict("certificate_number_taken")) == 409
