"""The agreement applied, the appeal and the authorities: read from what the countries signed."""

from pathlib import Path
from typing import Any

from certes.trust.host_texts import Authority
from tests.unit.verifier.scene import Scene, welder
from tests.world import World
from tests.world_data import AGREEMENT
from verifier.answer import answer_of

CONTACT = {"role": "recognition", "name": {"fr": "Direction du travail"}, "contact": "travail@ga.example"}


def gabon(payload: dict[str, Any]) -> None:
    payload["contacts"] = [{"role": "appeal", "name": {"fr": "Tribunal"}}, CONTACT]
    payload["appeal"] = {"body": {"fr": "Conseil d’État"}, "deadlineDays": 90, "decisionDays": 120}


def test_the_agreement_and_its_article_are_named(tmp_path: Path) -> None:
    basis = Scene(tmp_path).ask().texts.basis
    assert basis is not None
    assert (basis.id, basis.article) == (AGREEMENT, "A1")
    assert basis.title["en"].startswith("Partnership protocol")
    assert basis.object_id is not None


def test_the_agreement_says_where_to_appeal(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    decision = answer_of(
        scene.ask(scene.card(welder(level=3))), language="fr", registry="https://registry.skills.example/"
    )["decision"]
    assert decision["appeal"] == {
        "body": {"fr": "Commission paritaire (illustration)"},
        "deadline_days": 60,
        "decision_days": 30,
        "suspensive": False,
        "text": "Recours\u00a0: Commission paritaire (illustration)."
        " Délai pour le déposer, en jours\u00a0: 60. Délai de réponse, en jours\u00a0: 30.",
    }
    assert decision["agreement"]["page"] == f"https://registry.skills.example/agreements/{AGREEMENT}"
    assert [one["country"] for one in decision["authorities"]] == ["GA"]  # of the host alone


def test_without_an_agreement_the_host_itself_says_where(tmp_path: Path) -> None:
    scene = Scene(tmp_path, world=World().revised("HostPolicy", "GA", gabon))
    one = scene.ask(scene.card(welder(trade=1503, occupation="7112")))
    assert one.verdict.state == "not_recognised_here"
    assert one.texts.basis is None
    assert one.texts.authorities == (
        Authority("GA", "recognition", {"fr": "Direction du travail"}, "travail@ga.example"),
    )
    decision = answer_of(one, language="fr")["decision"]
    assert decision["appeal"]["body"] == {"fr": "Conseil d’État"}
    assert decision["agreement"] is None


def test_a_yes_has_nothing_to_appeal_against(tmp_path: Path) -> None:
    decision = answer_of(Scene(tmp_path).ask(), language="fr")["decision"]
    assert decision["appeal"] is None
    assert decision["agreement"]["article"] == "A1"


def test_a_country_outside_the_network_is_neither_yes_nor_no(tmp_path: Path) -> None:
    one = Scene(tmp_path).ask(country="FR")
    assert (one.verdict.state, one.verdict.conclusion) == ("cannot_tell", "undetermined")
    assert (one.here_line, one.decision) == ("here.unknown", None)
    answer = answer_of(one, language="en")
    check = answer["checks"][-1]
    assert (check["code"], check["params"]["members"]) == ("host_not_member", ("CD", "CF", "CG", "CM", "GA"))
    assert "This country (France) is not in the network" in answer["summary"]["here"]["reason"]
    assert "Cameroon" in answer["summary"]["here"]["reason"]
