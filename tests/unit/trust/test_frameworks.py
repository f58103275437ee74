"""Occupations and countries: data, with its status."""

from certes.trust.frameworks import SECTORS, countries, occupations


def test_occupations_stand_by_code_with_titles_and_status() -> None:
    found = occupations()
    assert found["7212"].titles["fr"] == "Soudeurs et oxycoupeurs"
    assert found["7212"].english_confirmed
    assert not found["7126"].english_confirmed
    assert {sector for occupation in found.values() for sector in occupation.sectors} == set(SECTORS)
    assert all(len(code) == 4 and code.isdigit() for code in found)


def test_every_occupation_has_a_title_in_each_language() -> None:
    for occupation in occupations().values():
        assert set(occupation.titles) == {"fr", "en", "pt", "es", "ar"}
        assert all(title.strip() for title in occupation.titles.values())


def test_countries_stand_by_code() -> None:
    assert countries()["CM"].name_fr == "Cameroun"
    assert countries()["GQ"].languages == ("es", "fr", "pt")
    gabon = countries()["GA"]
    assert (gabon.alpha3, gabon.numeric, "CEMAC" in gabon.communities) == ("GAB", "266", True)
