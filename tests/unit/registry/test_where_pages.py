"""The page "Where does my certificate count?": every answer in words, in five languages, by its address."""

import html
import re
from urllib.parse import urlencode

import pytest

from certes.runtime.languages import LANGUAGES
from tests.architecture.project import ROOT
from tests.html_outline import outline
from tests.unit.registry.conftest import Registry
from tests.world_data import COUNTRIES, SHOTFIRER, TRADES, Payload

MAX_PAGE_BYTES = 60_000
CODES = re.compile(r"isco08:|\b(CM|GA|CG|CD|CF):\d|urn:|did:web")
WELDER = {"country": "CM", "issuer": "1", "trade": "1204", "level": "3", "awarded": "2026-05-01"}


def address(language: str, **changes: str) -> str:
    """The page's address for the welder, with changes."""
    return f"/where?{urlencode(WELDER | changes | {'lang': language})}"


def words(text: str) -> str:
    """What a person reads of a page: no markup, single spaces."""
    plain = html.unescape(re.sub(r"<[^>]*>", " ", text.partition("<main")[2]))
    return re.sub(r" (?=[,.;)])", "", re.sub(r"\s+", " ", plain))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_trade_has_an_answer_of_every_member_without_codes(read_only: Registry, language: str) -> None:
    style = (ROOT / "web" / "style" / "certes.css").stat().st_size
    for trade in TRADES:
        answer = read_only.client.get(address(language, trade=str(trade.code)))
        assert answer.status_code == 200
        page = outline(answer.text)
        assert "script" not in page.tags
        assert set(COUNTRIES) <= set(page.ids)
        assert len(set(page.ids)) == len(page.ids)
        assert "…" not in answer.text
        assert CODES.search(words(answer.text)) is None
        assert len(answer.content) + style < MAX_PAGE_BYTES


def test_an_answer_says_what_to_do_where_and_whom_to_ask(read_only: Registry) -> None:
    text = words(read_only.client.get(address("fr")).text)
    for said in (
        "Soudeur / Soudeuse (Soudeurs et oxycoupeurs)",
        "Niveau 3 (CM-3)",
        "Reconnu sous conditions",
        "Réussir une épreuve d’aptitude.",
        "La personne choisit.",
        "Centre de Port-Gentil (illustration), Port-Gentil",
        "Ces deux pays (Cameroun, Gabon) ont un accord pour ce métier",
        "Commission paritaire (illustration). Délai pour le déposer, en jours : 60.",
        "Consulat du Cameroun (illustration), Libreville (Gabon), +241 00 00 00 00",
        "Bourse du travail (illustration)",
        "selon le registre du 20 novembre 2026, 08:00",
        "Ce n’est pas une décision.",
    ):
        assert said in text, said


def test_the_favourable_come_first_and_a_shape_stands_beside_the_words(read_only: Registry) -> None:
    text = read_only.client.get(address("en")).text
    verdicts = re.findall(r'data-verdict="(\w+)"', text)
    assert verdicts == ["recognised"] + ["recognised_with_conditions"] * 4
    assert text.count("<svg") >= 2 * len(COUNTRIES)


def test_a_host_licence_names_the_trade_and_the_permit(read_only: Registry) -> None:
    text = words(read_only.client.get(address("en", trade=str(SHOTFIRER.code), level="4")).text)
    assert "permis de tir" in text
    assert "Recognised with conditions" in text


def test_the_address_of_an_answer_gives_it_again_on_another_day(registry: Registry) -> None:
    first = registry.client.get(f"/where?{urlencode({'country': 'GA', 'trade': '1204', 'level': '4'})}").text
    link = next(link for link in outline(first).links if link.startswith("/where?country=GA&issuer"))
    assert "awarded=2026-11-20" in link
    registry.clock.pass_time(days=2)
    again = registry.client.get(link).text
    assert re.findall("data-verdict=.*?>", again) == re.findall("data-verdict=.*?>", first)
    assert "20 novembre 2026" in words(again)


def test_another_language_keeps_the_question(read_only: Registry) -> None:
    page = outline(read_only.client.get(address("fr")).text)
    arabic = next(link for link in page.links if link.startswith("?lang=ar"))
    assert "country=CM&issuer=1&trade=1204&level=3" in arabic
    assert read_only.client.get(f"/where{arabic}").text.count("data-verdict") == len(COUNTRIES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_wrong_parameters_are_named_and_nothing_fails(read_only: Registry, language: str) -> None:
    wrong = {"issuer": "٩", "trade": "<b>", "level": "\x00", "route": "?", "kind": "full", "awarded": "soon"}
    answer = read_only.client.get(address(language, **wrong))
    assert answer.status_code == 422
    page = outline(answer.text)
    assert page.tags.count("h1") == 1
    assert 'role="alert"' in answer.text
    assert {"#issuer", "#trade", "#level", "#route", "#awarded"} <= set(page.links)
    assert {"issuer", "trade", "level", "route", "awarded"} <= set(page.ids)
    assert "<b>" not in answer.text
    assert read_only.client.get(address(language, country="../etc")).status_code == 422


def test_units_are_asked_for_when_they_are_what_counts(read_only: Registry) -> None:
    answer = read_only.client.get(address("en", kind="units"))
    assert answer.status_code == 200
    assert answer.text.count('type="checkbox"') == 3
    assert "Tick the units" in answer.text
    done = read_only.client.get(f"{address('en', kind='units')}&unit=1&unit=2").text
    assert "Unit 1, Unit 2" in words(done)


def test_an_award_of_before_the_issuers_time_says_what_is_assumed(read_only: Registry) -> None:
    text = words(read_only.client.get(address("en", awarded="2015-06-30")).text)
    assert "attestation signed on 20 November 2026" in text
    assert "attestation signed" not in words(read_only.client.get(address("en")).text)


def test_old_data_is_said_beside_the_answer(registry: Registry) -> None:
    registry.clock.pass_time(days=40)
    text = registry.client.get(address("en")).text
    assert set(re.findall(r'data-verdict="(\w+)"', text)) == {"unknown"}
    assert "Cannot tell. This is not a no." in text


def test_what_a_country_signed_is_text_in_the_form_and_the_answer(registry: Registry) -> None:
    def hostile(payload: Payload) -> None:
        payload["trades"][0]["labels"] = {"fr": {"masculine": "<script>a</script>", "feminine": '"><img>'}}
        payload["centres"][0]["name"] = "<script>b</script>"

    registry.submit(registry.world.revised("NationalList", "GA", hostile).later[0])
    for path in ("/where?country=GA", address("fr", country="GA"), address("fr")):
        text = registry.client.get(path).text
        assert "<script" not in text
        assert "<img>" not in text


@pytest.mark.parametrize(
    "path", ["/", "/members/CM", "/issuers/CM/1", "/agreements/urn:agreement:illustration:ac5:2026"]
)
def test_the_question_is_reached_from_every_page(read_only: Registry, path: str) -> None:
    links = outline(read_only.client.get(path).text).links
    found = [link for link in links if link.startswith("/where")]
    assert found
    assert all(read_only.client.get(link).status_code == 200 for link in found)


def test_an_empty_registry_says_so_here_too(empty: Registry) -> None:
    answer = empty.client.get("/where?country=CM&trade=1204&lang=en")
    assert answer.status_code == 200
    assert "has just been installed" in answer.text
