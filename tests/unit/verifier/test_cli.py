"""The command line: a document checked offline, three lines, an exit code."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.hostile import pictures
from tests.outcomes import outcomes
from tests.unit.verifier.scene import INDEX, Scene, welder
from tests.world import NOW, World
from verifier import cli
from verifier.cli import lines_of
from verifier.shown import show

RUNNER = CliRunner()


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A data folder as an earlier run left it, and the variables that name it."""
    found = Scene(tmp_path)
    (tmp_path / "trust").mkdir()
    (tmp_path / "trust" / "bundle.json").write_bytes(World().bundle())
    variables = {
        "NETWORK_DOMAIN": "skills.example",
        "CHARTER_ID": World().charter_id,
        "REGISTRY_URL": "http://127.0.0.1:1",
        "DATA_DIR": str(tmp_path),
        "DEFAULT_COUNTRY": "GA",
        "DEVELOPMENT": "yes",
    }
    for name, value in variables.items():
        monkeypatch.setenv(f"CERTES_VERIFIER_{name}", value)
    monkeypatch.setattr(cli, "system_clock", lambda: NOW)
    return found


def test_a_recognised_card_exits_with_zero(scene: Scene) -> None:
    result = RUNNER.invoke(cli.app, ["check", "-", "--lang", "en"], input=scene.card())
    assert result.exit_code == 0, result.output
    assert "Genuine and recognised here" in result.output
    for line in ("Document: Genuine", "Person: To compare", "Here: Gabon: Recognised"):
        assert line in result.output


def test_any_other_verdict_exits_with_one(scene: Scene) -> None:
    mason = scene.card(welder(trade=1503, occupation="7112"))
    assert RUNNER.invoke(cli.app, ["check", "-", "--country", "CG"], input=mason).exit_code == 1
    scene.publish("revocation", bits=(INDEX,))
    assert RUNNER.invoke(cli.app, ["check", "-"], input=scene.card()).exit_code == 1


def test_a_photograph_is_read(scene: Scene, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(
        pictures.encoded(pictures.photographed(pictures.page(pictures.qr(scene.card()))), "JPEG")
    )
    assert RUNNER.invoke(cli.app, ["check", str(photo)]).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "shown", "code"),
    [
        (["check", "-"], "hello", "image_not_readable"),
        (["check", "-"], "", "file_empty"),
        (["check", "/nowhere/at/all"], "", "file_not_readable"),
        (["check", "-", "--date", "2026-13-01"], "1" * 200, "date_invalid"),
        (["check", "-", "--country", "Gabon"], "1" * 200, "country_invalid"),
        (["refresh"], "", "host_unreachable"),
        (["load", "/nowhere/at/all"], "", "file_not_readable"),
    ],
)
def test_what_cannot_be_read_exits_with_two_and_a_sentence(
    scene: Scene, arguments: list[str], shown: str, code: str
) -> None:
    result = RUNNER.invoke(cli.app, arguments, input=shown)
    assert (result.exit_code, code in result.output) == (2, True), result.output


def test_a_bundle_is_loaded_from_a_file_and_an_older_one_is_refused(scene: Scene, tmp_path: Path) -> None:
    newer, older = tmp_path / "newer.json", tmp_path / "older.json"
    newer.write_bytes(World().bundle(now=NOW))
    older.write_bytes(World().bundle(now=NOW.replace(day=1)))
    assert RUNNER.invoke(cli.app, ["load", str(newer)]).exit_code == 0
    result = RUNNER.invoke(cli.app, ["load", str(older)])
    assert (result.exit_code, "bundle_rolled_back" in result.output) == (2, True)


def test_without_settings_the_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CERTES_VERIFIER_CHARTER_ID", raising=False)
    monkeypatch.setenv("CERTES_VERIFIER_NETWORK_DOMAIN", "skills.example")
    result = RUNNER.invoke(cli.app, ["serve"])
    assert (result.exit_code, "CERTES_VERIFIER_CHARTER_ID" in result.output) == (2, True)


def test_conditions_are_listed_with_their_choices_and_whom_to_ask() -> None:
    conditional = outcomes()["recognised_with_conditions"]
    said, shown = lines_of(conditional, "fr"), show(conditional, "fr")
    for condition in shown.conditions:
        assert f"  - {condition.words}" in said
        assert all(any(choice in line for line in said) for choice in condition.choices)
        assert any(condition.ask in line for line in said)
    assert any(condition.choices for condition in shown.conditions)
