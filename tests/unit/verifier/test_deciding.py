"""What is remembered of decisions never answers for another question, register or certificate."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from certes.credential.achievement import Route
from certes.credential.presented import present
from certes.trust.recognition import StatusSeen
from tests.unit.verifier.scene import WELDER, Scene
from tests.world import NETWORK, NOW, World
from verifier import deciding
from verifier.deciding import Decided, Decisions
from verifier.question import Question

VALID = StatusSeen("valid", NOW.date())
TODAY = Question("GA", None, NOW.date())


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A verifier with fresh data."""
    return Scene(tmp_path)


def decided(
    memory: Decisions,
    scene: Scene,
    question: Question = TODAY,
    status: StatusSeen | None = VALID,
    **change: Any,
) -> Decided:
    """What the memory says of a welder's card, changed."""
    shown = present(scene.card(replace(WELDER, **change)), networks=(NETWORK,))
    assert scene.trust.view is not None
    return memory.of(shown, question, view=scene.trust.view, status=status)


def test_another_person_in_the_same_trade_gets_the_same_decision(scene: Scene) -> None:
    memory = Decisions()
    first = decided(memory, scene)
    other = replace(WELDER.person, name="EBODE Jean")
    assert decided(memory, scene, person=other, number="CM-1-2026-000777") is first


CHANGES: list[dict[str, Any]] = [
    {"question": replace(TODAY, host="CM")},
    {"question": replace(TODAY, host="FR")},
    {"question": replace(TODAY, at=date(2031, 1, 1))},
    {"status": None},
    {"status": StatusSeen("revoked", NOW.date())},
    {"awarded_on": WELDER.awarded_on - timedelta(days=4_000)},
    {"valid_until": date(2026, 5, 1)},
    {"issuer": 2},
    {"key": 2},
    {"achievement": replace(WELDER.achievement, route=Route.PRIOR_LEARNING)},
    {"achievement": replace(WELDER.achievement, level=None)},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: ", ".join(change))
def test_whatever_counts_is_decided_anew(scene: Scene, change: dict[str, Any]) -> None:
    memory = Decisions()
    first = decided(memory, scene)
    changed = decided(memory, scene, **change)
    assert changed is not first
    assert changed == decided(Decisions(), scene, **change)
    assert decided(memory, scene) is first


def test_a_new_register_starts_with_nothing(scene: Scene) -> None:
    memory = Decisions()
    first = decided(memory, scene)
    stolen = (NOW.date() - timedelta(days=300)).isoformat()
    world = World().revised(
        "NationalList", "CM", lambda listed: listed["issuers"][0]["keys"][0].update(compromisedSince=stolen)
    )
    scene.trust.view = world.view(now=NOW)
    second = decided(memory, scene)
    assert first.decision.verdict != second.decision.verdict == "unknown"


def test_what_is_remembered_is_bounded(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "MAX_REMEMBERED", 3)
    memory = Decisions()
    for days in range(8):
        decided(memory, scene, awarded_on=WELDER.awarded_on - timedelta(days=days))
    assert memory._known is not None
    assert len(memory._known.decided) <= 3
