"""Every refusal that the verifier raises itself has a sentence and a fix in every language."""

import re
from pathlib import Path

import pytest

import verifier
from certes.runtime.languages import LANGUAGES, catalogue

RAISED = re.compile(r'(?:Malformed|TooLarge|Busy|NotFound|SettingInvalid|Unreadable)\(\s*"([a-z0-9_]+)"')
INTERNAL = {  # of single status lists: logged by code, never shown to a caller
    "issuer_not_listed",
    "key_not_listed",
    "key_not_valid_at_issue",
    "status_list_credential_invalid",
    "status_list_from_future",
    "status_list_older",
    "status_list_url_invalid",
    "verification_method_invalid",  # becomes a failed proof
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_a_sentence_and_a_fix(language: str) -> None:
    sources = Path(verifier.__file__).parent.rglob("*.py")
    raised = {code for path in sources for code in RAISED.findall(path.read_text(encoding="utf-8"))}
    assert {"country_invalid", "pdf_not_readable", "readers_busy", "file_too_large"} <= raised
    words = catalogue("problems", language)
    wanted = {name for code in raised - INTERNAL for name in (code, f"{code}.fix")}
    assert sorted(wanted - set(words)) == []
