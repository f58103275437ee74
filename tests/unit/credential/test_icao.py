"""Names in the letters of a travel document (ICAO Doc 9303 part 3)."""

import pytest

from certes.credential.icao import icao_name


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Nguema", "NGUEMA"),
        ("Élodie N'Gõ-Œuvré", "ELODIE NGO OEUVRE"),
        ("Peña", "PENA"),
        ("Ölçer", "OELCER"),
        ("Øster", "OESTER"),
        ("Åse Ärlig Müller", "AASE AERLIG MUELLER"),
        ("Groß", "GROSS"),
        ("GROẞ", "GROSS"),
        ("Đorđe Ćirić Łukasz", "DORDE CIRIC LUKASZ"),
        ("Þór Ðað Ĳssel", "THOR DAD IJSSEL"),
        ("ıĸŦħŊ", "IKTHN"),
        ("Ɓaɗa Ŋkɔ Ɛkɛ", "BADA NKO EKE"),
        ("O’Connor", "OCONNOR"),
        ("MBÉLÉ, Jean", "MBELE JEAN"),
        ("St. Jean (Paul)", "ST JEAN PAUL"),
        ("É̱", "E"),
        ("ﬁls", "FILS"),
    ],
)
def test_latin_letters_become_plain_ones(name: str, letters: str) -> None:
    assert icao_name(name) == letters


@pytest.mark.parametrize("name", ["عائشة", "Nguema 3", "李", "", "'", "a≠b"])
def test_what_has_no_latin_letters_is_not_guessed_at(name: str) -> None:
    assert icao_name(name) is None
