"""A stick carried to a place without a network: bundle and lists, verified as if they had been fetched."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from certes.credential.identifiers import PURPOSES
from tests.unit.verifier.scene import Scene
from tests.world import NOW, World
from verifier import cli

RUNNER = CliRunner()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """What `certes registry export` writes."""
    folder = tmp_path / "stick"
    (folder / "status").mkdir(parents=True)
    (folder / "bundle.json").write_bytes(World().bundle())
    for purpose in PURPOSES:
        document = World().status_list("CM", 1, purpose, 1, now=NOW)
        (folder / "status" / f"cm-1-{purpose}-1.json").write_text(json.dumps(document))
    (folder / "status" / "notes.json").write_text("[]")  # somebody's own file: passed over
    return folder


@pytest.fixture
def verifier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A machine that never had a network."""
    variables = {
        "NETWORK_DOMAIN": "skills.example",
        "CHARTER_ID": World().charter_id,
        "REGISTRY_URL": "http://127.0.0.1:1",
        "DATA_DIR": str(tmp_path / "data"),
        "DEFAULT_COUNTRY": "GA",
        "DEVELOPMENT": "yes",
    }
    for name, value in variables.items():
        monkeypatch.setenv(f"CERTES_VERIFIER_{name}", value)
    monkeypatch.setattr(cli, "system_clock", lambda: NOW)
    return Scene(tmp_path, trust=False)


def check(scene: Scene) -> tuple[int, str]:
    result = RUNNER.invoke(cli.app, ["check", "-", "--lang", "en"], input=scene.card())
    return result.exit_code, result.output


def test_a_folder_brings_the_bundle_and_the_lists(verifier: Scene, stick: Path) -> None:
    loaded = RUNNER.invoke(cli.app, ["load", str(stick)])
    assert (loaded.exit_code, "1 + 3" in loaded.output) == (0, True), loaded.output
    code, told = check(verifier)
    assert (code, "Genuine and recognised here" in told) == (0, True), told
    assert "Partnership protocol: recognition of trade certifications (illustration) (A1)" in told
    assert "DEMO. GENUINE AND RECOGNISED" in told


def test_a_bundle_alone_leaves_withdrawals_unknown_until_the_lists_come(verifier: Scene, stick: Path) -> None:
    assert RUNNER.invoke(cli.app, ["load", str(stick / "bundle.json")]).exit_code == 0
    assert "withdrawals since then unknown" in check(verifier)[1]
    lists = [str(path) for path in sorted((stick / "status").glob("cm-*.json"))]
    assert RUNNER.invoke(cli.app, ["load", *lists]).exit_code == 0
    assert check(verifier)[0] == 0


def test_an_altered_list_is_refused_by_name_and_the_others_are_taken(verifier: Scene, stick: Path) -> None:
    path = stick / "status" / "cm-1-revocation-1.json"
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document | {"validFrom": "2026-11-19T08:00:00Z"}))
    result = RUNNER.invoke(cli.app, ["load", str(stick), "--lang", "en"])
    assert result.exit_code == 2
    assert "(cm-1-revocation-1.json)" in result.output
    assert "1 + 2" in result.output


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"type": "Charter"}', "\0"])
def test_a_named_file_that_is_neither_is_refused(verifier: Scene, tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(content)
    result = RUNNER.invoke(cli.app, ["load", str(file)])
    assert (result.exit_code, "file_not_for_loading" in result.output) == (2, True), result.output


def test_lists_without_a_bundle_are_refused_and_say_why(verifier: Scene, stick: Path) -> None:
    result = RUNNER.invoke(cli.app, ["load", str(stick / "status"), "--lang", "en"])
    assert (result.exit_code, "The trust registry was never received yet." in result.output) == (2, True)
