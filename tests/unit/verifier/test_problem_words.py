"""Every refusal that the verifier raises itself has a sentence and a fix in every language."""

import re
from pathlib import Path

import pytest

import verifier
from certes.runtime.languages import LANGUAGES, catalogue

RAISED = re.compile(
    r'(?:Malformed|TooLarge|Busy|NotFound|SettingInvalid|Unreadable)\(\s*"([a-z0-9_]+)"|busy_code="([a-z_]+)"'
)
INTERNAL = {
    "verification_method_invalid",  # becomes a failed proof
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_a_sentence_and_a_fix(language: str) -> None:
    sources = Path(verifier.__file__).parent.rglob("*.py")
    found = [match for path in sources for match in RAISED.findall(path.read_text(encoding="utf-8"))]
    raised = {code for codes in found for code in codes if code}
    assert {"country_invalid", "pdf_not_readable", "readers_busy", "file_too_large"} <= raised
    words = catalogue("problems", language)
    wanted = {name for code in raised - INTERNAL for name in (code, f"{code}.fix")}
    assert sorted(wanted - set(words)) == []
