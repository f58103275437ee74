"""Document, Person, Here: the reason that decided, and a next step that can lead somewhere."""

from pathlib import Path
from typing import Any

import pytest

from certes.runtime.languages import LANGUAGES, catalogue
from tests.outcomes import outcome, outcomes
from tests.unit.verifier.scene import INDEX, Scene, welder
from verifier.answer import answer_of
from verifier.lines import said
from verifier.shown import show
from verifier.verdict import table

STATES = sorted({row.verdict.state for row in table().rows})
# The host's authority can undo none of these: only the issuing side can.
OF_THE_ISSUER = ("revoked", "suspended", "replaced", "outside_scope", "expired", "issue_time_not_proven")


@pytest.mark.parametrize("state", OF_THE_ISSUER)
def test_what_the_issuer_did_sends_nobody_to_the_host_country(state: str) -> None:
    here = said(outcomes()[state], "en")["here"]
    assert "host country" not in here.next
    assert here.next == catalogue("verdict", "en")[f"here.next.{state}"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_replaced_certificate_is_never_said_to_be_withdrawn(tmp_path: Path, language: str) -> None:
    scene = Scene(tmp_path)
    scene.publish("refresh", bits=(INDEX,))
    scene.publish("revocation", bits=(INDEX,))  # as issuers do, for verifiers that know no refresh
    one = scene.ask()
    sanction = catalogue("reasons", language)["credential_revoked"]
    replaced = catalogue("verdict", language)["code.credential_replaced"]
    assert one.verdict.state == "replaced"
    assert said(one, language)["here"].reason == replaced
    assert sanction not in show(one, language).reasons
    decision = answer_of(one, language=language)["decision"]
    assert decision["reasons"][0] | {"params": {}} == {
        "code": "credential_revoked",  # as `decide` says it
        "params": {},
        "text": replaced,
    }


def test_a_licence_is_the_reason_of_the_condition_it_is(tmp_path: Path) -> None:
    shotfirer = welder(trade=1302, occupation="7542")
    one = Scene(tmp_path).ask(Scene(tmp_path).card(shotfirer))
    assert one.verdict.state == "recognised_with_conditions"
    here = said(one, "en")["here"]
    assert here.reason == "Obtain the host country’s licence: permis de tir (Direction générale des mines)."


def test_another_trade_is_not_a_matter_for_the_authority() -> None:
    one = outcome({"recognition": ("failed", "other_trade_asked")}, outcomes()["recognised"].decision)
    assert said(one, "en")["here"].next == catalogue("verdict", "en")["here.next.other_trade"]
    assert answer_of(one, language="en")["decision"]["appeal"] is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_the_api_says_what_the_page_says(state: str, language: str) -> None:
    one = outcomes()[state]
    summary: dict[str, Any] = answer_of(one, language=language)["summary"]
    lines = show(one, language).lines
    assert [(line["text"], line["reason"]) for line in summary.values()] == [
        (line.answer, line.reason) for line in lines
    ]
    assert all(line["next"] for line in summary.values())
    assert catalogue("verdict", language)["line.first"] not in [line["next"] for line in summary.values()]
