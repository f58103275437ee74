"""What the pages for people name: trades, never codes; help points; the log and its witnesses."""

import re

import pytest

from certes.runtime.languages import LANGUAGES
from certes.trust.frameworks import occupations
from tests.unit.registry.conftest import Registry
from tests.unit.registry.test_where_pages import CODES, words
from tests.world_data import AGREEMENT, Payload

WELDERS = occupations()["7212"].titles
SHOTFIRERS = occupations()["7542"].titles


@pytest.mark.parametrize("language", LANGUAGES)
def test_occupations_bear_their_names_in_the_readers_language(read_only: Registry, language: str) -> None:
    member = words(read_only.client.get(f"/members/CM?lang={language}").text)
    assert WELDERS[language] in member
    assert f"({SHOTFIRERS[language]})" in member.replace("( ", "(")  # of the licence
    agreement = words(read_only.client.get(f"/agreements/{AGREEMENT}?lang={language}").text)
    assert WELDERS[language] in agreement
    for text in (member, agreement):
        assert re.search(r"isco08:|\b(CM|GA):\d", text) is None


def test_titles_differ_between_languages() -> None:
    assert len(set(WELDERS.values())) == len(LANGUAGES)


def test_a_member_says_its_languages_contacts_appeal_and_help(registry: Registry) -> None:
    def published(payload: Payload) -> None:
        payload["contacts"] = [
            {"role": "contact", "name": {"fr": "Guichet de la mobilité"}, "contact": "guichet@cm.example"}
        ]
        payload["appeal"] = {"body": {"fr": "Conseil"}, "deadlineDays": 45, "decisionDays": 20}

    assert registry.submit(registry.world.revised("HostPolicy", "CM", published).later[0]).status_code == 201
    text = words(registry.client.get("/members/CM?lang=fr").text)
    for said in (
        "français, anglais",
        "Consulat du Cameroun (illustration)",
        "+241 00 00 00 00",
        "Guichet de la mobilité, guichet@cm.example",
        "45 jours",
    ):
        assert said in text, said


def test_reservations_and_suspensions_are_told_by_names(registry: Registry) -> None:
    def reserved(payload: Payload) -> None:
        payload["parties"][0]["reservations"] = ["isco08:7212", "A3"]
        payload["parties"][1]["suspensions"] = [
            {"from": "2026-10-01", "articles": ["A2"], "protectsIssuedBefore": True}
        ]

    answer = registry.submit(registry.world.revised("Agreement", AGREEMENT, reserved).later[0])
    assert answer.status_code == 201, answer.text
    text = words(registry.client.get(f"/agreements/{AGREEMENT}?lang=en").text)
    assert "Does not apply: Welders and Flame Cutters." in text
    assert "Does not apply: Article A3." in text
    assert "suspended since 1 October 2026. (Article A2) What was awarded before remains recognised." in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_log_names_its_witnesses_and_what_was_added(read_only: Registry, language: str) -> None:
    answer = read_only.client.get(f"/log?lang={language}")
    assert answer.status_code == 200
    text = words(answer.text)
    assert "witness.skills.example/cm" in text
    assert "/log/checkpoint" in text
    assert CODES.search(text) is None
    for found in read_only.world.objects:
        assert found.object_id in text


def test_the_log_says_when_a_witness_signed_and_how_many_are_needed(read_only: Registry) -> None:
    text = words(read_only.client.get("/log?lang=en").text)
    size = len(read_only.world.objects)
    assert f"Signed on 20 November 2026, 08:00 (universal time), for {size} objects." in text
    assert re.search(r"Witnesses needed \d of \d", text)
    assert f"No. {size}, version 1, on" in text
    assert "has signed nothing" not in text.lower()
    assert read_only.client.get("/log/checkpoint").text.strip().splitlines()[0] in text
