"""A country's warning at the verifier: never "genuine: yes" of what is in doubt, and a no stays a no."""

from dataclasses import replace
from pathlib import Path

import pytest

from certes.credential.errors import Refusal
from certes.trust.signing import SignedObject
from tests.notice_help import STOLEN, SUSPENDED, answer, notice
from tests.unit.verifier.scene import INDEX, WELDER, Scene, welder
from tests.world import NOW, World
from verifier.lines import said

EARLY = {**SUSPENDED, "since": "2026-04-01"}  # before the welder's certificate was signed


def scene(folder: Path, *unlogged: SignedObject, lists: bool = True) -> Scene:
    """A verifier that holds lists, and has received these warnings since."""
    found = Scene(folder, lists=lists)
    found.trust.view = World(notices=unlogged).view(now=NOW)
    return found


@pytest.mark.parametrize("says", [STOLEN, EARLY])
def test_what_is_in_doubt_is_undetermined_and_never_called_genuine(
    tmp_path: Path, says: dict[str, object]
) -> None:
    found = scene(tmp_path, notice(says)).ask()
    assert (found.verdict.state, found.verdict.conclusion) == ("cannot_tell", "undetermined")
    assert found.check("issuer").code == "notice_unconfirmed"
    assert (found.document_line, found.here_line) == ("document.unknown", "here.unknown")


@pytest.mark.parametrize("language", ["fr", "en", "pt", "es", "ar"])
def test_the_page_says_why_and_since_when(tmp_path: Path, language: str) -> None:
    lines = said(scene(tmp_path, notice(STOLEN)).ask(), language)
    assert "2026" in lines["document"].reason
    assert "{" not in lines["document"].reason + lines["here"].reason


def test_a_confirmed_one_is_as_a_stolen_key_of_the_list(tmp_path: Path) -> None:
    warning = notice(STOLEN)
    world = World().followed_by(warning, answer(warning), at=NOW)
    assert Scene(tmp_path, world=world, lists=False).state() == "issue_time_not_proven"


def test_a_certificate_under_another_key_is_not_touched(tmp_path: Path) -> None:
    assert scene(tmp_path, notice({**STOLEN, "key": "k2"})).state() == "recognised"


def test_a_withdrawn_certificate_stays_withdrawn(tmp_path: Path) -> None:
    found = scene(tmp_path, notice(EARLY))
    found.publish("revocation", bits=(INDEX,))
    outcome = found.ask()
    assert (outcome.verdict.state, outcome.document_line) == ("revoked", "document.cancelled")


def test_outside_the_scope_stays_outside_the_scope(tmp_path: Path) -> None:
    found = scene(tmp_path, notice(EARLY))
    assert found.state(found.card(welder(level=9))) == "outside_scope"


def test_a_list_under_a_key_in_doubt_is_not_taken_and_one_under_another_is(tmp_path: Path) -> None:
    found = scene(tmp_path, notice(STOLEN), lists=False)
    with pytest.raises(Refusal, match="status_list_time_not_proven"):
        found.publish("revocation")
    found.publish("revocation", bits=(INDEX,), key=2)
    assert found.state(found.card(replace(WELDER, key=2))) == "revoked"
