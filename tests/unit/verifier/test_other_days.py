"""Questions about another day than today: what is known now still counts, and the answer says its day."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from certes.runtime.languages import LANGUAGES
from tests.unit.verifier.scene import Scene, welder
from tests.world import NOW
from verifier.shown import short_text, show


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A verifier with fresh data."""
    return Scene(tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_about_another_day_says_so_where_it_is_read_first(scene: Scene, language: str) -> None:
    day = NOW.date() - timedelta(days=40)
    today, earlier = scene.ask(scene.card()), scene.ask(scene.card(), at=day)
    assert show(today, language).title in show(earlier, language).title
    assert str(day.year) in show(earlier, language).title
    assert f"{day:%d/%m/%Y}" in short_text(earlier, language, development=True)
    assert len(short_text(earlier, language, development=True)) <= 160


def test_a_card_signed_tomorrow_is_not_valid_by_being_asked_about_later(scene: Scene) -> None:
    signed_on = NOW.date() + timedelta(days=4)
    card = scene.card(welder(signed_on=signed_on))
    for day in (NOW.date(), signed_on, date(2027, 6, 1)):
        assert scene.ask(card, at=day).verdict.state == "not_yet_valid"


def test_a_clock_that_runs_behind_the_data_decides_nothing(scene: Scene) -> None:
    for then in (date(1970, 1, 2), date(2026, 2, 1)):
        scene.now = datetime.combine(then, time(), UTC)
        outcome = scene.ask(scene.card())
        assert outcome.verdict.conclusion == "undetermined"
        assert outcome.decision is None
