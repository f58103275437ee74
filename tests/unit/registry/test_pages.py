"""The registry's pages: five languages, no scripts, nothing but what was signed."""

import re
from copy import deepcopy

import pytest

from certes.runtime.languages import LANGUAGES
from tests.html_outline import outline
from tests.unit.registry.conftest import Registry
from tests.world_data import AGREEMENT, COUNTRIES, Payload

PAGES = (
    "/",
    "/log",
    "/where",
    "/members/CM",
    "/members/GA",
    "/issuers/CM/1",
    "/issuers/CM/2",
    f"/agreements/{AGREEMENT}",
)
SIMPLE_CONDITIONS = (
    {"kind": "supervised_practice"},
    {"kind": "missing_units", "occupation": "isco08:7126", "units": ["U3"]},
    {"kind": "proof_of_practice", "months": 12},
    {"kind": "language_proof", "language": "fr"},
    {"kind": "renew_credential", "beforeMonths": 6},
    {"kind": "host_licence", "licence": "permis de tir", "body": "Mines"},
)
CHOICE = {"kind": "choice", "of": [{"kind": "registration"}, {"kind": "aptitude_test"}], "by": "host"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_exists_in_every_language(read_only: Registry, path: str, language: str) -> None:
    answer = read_only.client.get(f"{path}?lang={language}")
    assert answer.status_code == 200
    page = outline(answer.text)
    assert page.tags.count("h1") == 1
    assert len(set(page.ids)) == len(page.ids)
    assert "script" not in page.tags
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in answer.text
    assert "…" not in answer.text  # an ellipsis stands where a sentence lacks a parameter


def test_every_link_leads_somewhere(read_only: Registry) -> None:
    seen, todo = set(), ["/?lang=fr"]
    while todo:
        address = todo.pop()
        seen.add(address)
        answer = read_only.client.get(address)
        assert answer.status_code == 200, address
        if "html" in answer.headers["content-type"]:
            links = [link for link in outline(answer.text).links if link.startswith("/")]
            todo += [link for link in links if link not in seen and link not in todo]
    assert len(seen) > len(COUNTRIES) * 2


def test_the_front_page_says_how_old_the_checkpoint_is(registry: Registry) -> None:
    fresh = registry.client.get("/?lang=en").text
    assert "20 November 2026, 08:00" in fresh
    assert "Signed 0 min ago." in fresh
    registry.clock.pass_time(hours=25)
    old = registry.client.get("/?lang=en").text
    assert "Signed 25 h ago." in old
    assert "has not been signed for more than a day" in old


def test_illustrative_levels_say_so(registry: Registry) -> None:
    assert "Niveaux d&#39;illustration" in registry.client.get("/members/CM?lang=fr").text
    assert "Niveaux d&#39;illustration" in registry.client.get(f"/agreements/{AGREEMENT}?lang=fr").text

    def official(payload: Payload) -> None:
        payload["levels"]["status"] = "official"

    registry.submit(registry.world.revised("NationalList", "GA", official).later[0])
    assert "Niveaux d&#39;illustration" not in registry.client.get("/members/GA?lang=fr").text


def test_an_issuers_page_shows_its_history_its_keys_and_its_bodies(read_only: Registry) -> None:
    text = read_only.client.get("/issuers/CM/1?lang=fr").text
    for words in (
        "Jury de Douala",
        "Soudeur / Soudeuse",
        "CM-4",
        "Compromise depuis le 1er juin 2026",
        "VAE",
    ):
        assert words in text
    withdrawn = read_only.client.get("/issuers/CM/2?lang=fr").text
    assert "Autorisation terminée le 1er septembre 2025" in withdrawn
    assert "arrêté 118" in withdrawn


def test_an_agreement_is_told_in_sentences(read_only: Registry) -> None:
    text = re.sub(r"\s+", " ", read_only.client.get(f"/agreements/{AGREEMENT}?lang=fr").text)
    for words in (
        "en vigueur depuis le 1er mars 2026",
        "depuis le 1er janvier 2024",
        "reste reconnu pendant 24 mois",
        "demande le niveau 4",
        "au choix de la personne",
        "(6 mois)",
        "il y a 30 jours au plus",
        "La VAE n&#39;est pas acceptée",
        "Commission paritaire",
    ):
        assert words in text


@pytest.mark.parametrize(
    "path",
    ["/members/TD", "/members/cm", "/issuers/CM/9", "/issuers/CM/x", "/issuers/cm/1", "/agreements/urn:none"],
)
def test_what_is_not_known_is_not_called_false(read_only: Registry, path: str) -> None:
    answer = read_only.client.get(f"{path}?lang=en")
    assert answer.status_code == 404
    assert "does not mean that a document is false" in answer.text


def test_an_empty_registry_has_a_page_too(empty: Registry) -> None:
    answer = empty.client.get("/?lang=en")
    assert answer.status_code == 200
    assert "has just been installed" in answer.text


def test_what_a_country_signed_is_text_and_never_markup(registry: Registry) -> None:
    def hostile(payload: Payload) -> None:
        payload["issuers"][0]["name"] = {"fr": "<script>alert(1)</script>"}
        payload["authorities"][0]["contact"] = '"><img src=x onerror=alert(1)>'

    registry.submit(registry.world.revised("NationalList", "GA", hostile).later[0])
    for path in ("/members/GA", "/issuers/GA/1"):
        text = registry.client.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_an_agreement_of_every_kind_of_article_has_words(registry: Registry) -> None:
    def enrich(payload: Payload) -> None:
        party = payload["parties"][0]
        party["suspensions"] = [
            {"from": "2026-09-01", "until": "2026-10-01", "articles": ["A4"]},
            {"from": "2027-01-01"},
        ]
        party["reservations"] = ["A2"]
        payload["parties"][1]["withdrawalEffectiveOn"] = "2030-01-01"
        article = deepcopy(payload["articles"][1]) | {
            "id": "A9",
            "occupations": ["isco08:7126"],
            "kinds": ["units"],
            "directions": [["CM", "GA"]],
            "standard": {"id": "https://skills.example/standards/3", "minVersion": 2},
            "split": {"GA": [{"occupation": "isco08:7126", "requiresUnits": ["U1", "U2"]}]},
            "titleTable": [{"country": "CM", "title": "CM:DQP", "host": "GA", "hostTitle": "GA:CAP"}],
            "effect": "partial",
            "onward": {"practiceMonths": 24},
            "status": {"required": True},
            "validFrom": "2026-03-01",
            "validUntil": "2036-03-01",
            "conditions": [*SIMPLE_CONDITIONS, CHOICE],
        }
        payload["articles"].append(article)
        payload["temporal"] = {"appliesToIssuedFrom": "entry_into_force", "afterWithdrawal": "lapse"}

    answer = registry.submit(registry.world.revised("Agreement", AGREEMENT, enrich).later[0])
    assert answer.status_code == 201, answer.text
    for language in LANGUAGES:
        page = registry.client.get(f"/agreements/{AGREEMENT}?lang={language}")
        assert page.status_code == 200
        outline(page.text)
        assert "…" not in page.text
