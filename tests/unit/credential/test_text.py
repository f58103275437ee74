"""Which text may be signed."""

import pytest

from certes.credential.text import text_fault


@pytest.mark.parametrize(
    "text",
    [
        "Nguema",
        "Aïssatou Ngo Bassong Éyenga",
        "N'Gõ-Œuvré",
        "ƁAƊA Ŋkɔ",
        "عائشة بنت محمد",
        "𞤀𞤁𞤂",
        "É̱",
        "O’Connor",
    ],
)
def test_a_name_as_documents_write_it_may_be_signed(text: str) -> None:
    assert text_fault(text, max_characters=100) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "empty"),
        ("x" * 101, "too_long"),
        ("A\x00B", "characters"),
        ("A\tB", "characters"),
        ("A\nB", "characters"),
        ("A\u00a0B", "characters"),
        ("A\u00adB", "characters"),
        ("A\u200bB", "characters"),
        ("A\u202eB", "characters"),
        ("A\u2066B", "characters"),
        ("A\ufeffB", "characters"),
        ("A\ufffdB", "characters"),
        ("A\ue000", "characters"),
        ("A\ud800", "characters"),
        ("A\ufdd0", "characters"),
        ("A\U0001fffe", "characters"),
        ("A\U000e0041", "characters"),
        ("A\U0010ffff", "characters"),
        (" A", "spaces"),
        ("A ", "spaces"),
        ("A  B", "spaces"),
        (" ", "spaces"),
        ("E\u0301", "not_nfc"),
    ],
)
def test_what_the_eye_cannot_tell_apart_may_not(text: str, fault: str) -> None:
    assert text_fault(text, max_characters=100) == fault
