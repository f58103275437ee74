"""`certes bundle`: a bundle as a file is looked at, verified, compared, copied and taken up."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import verifier.cli
from certes.cli import build
from certes.commands import bundle as commands
from tests.unit.verifier.kept import keep, settings_for
from tests.world import NOW, World

WORLD = World()
A = WORLD.revised("NationalList", "GA", lambda payload: payload.update(authorities=[]), at=NOW)
B = WORLD.revised("NationalList", "GA", lambda payload: payload.update(centres=[]), at=NOW)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (commands, verifier.cli):
        monkeypatch.setattr(module, "system_clock", lambda: NOW + timedelta(hours=1))


def run(*words: object) -> Result:
    """Type a command."""
    return CliRunner().invoke(build(["bundle"]), ["bundle", *map(str, words)])


def written(folder: Path, world: World, name: str = "bundle.json") -> Path:
    """A bundle as a file."""
    path = folder / name
    path.write_bytes(world.bundle())
    return path


def test_inspect_says_what_is_in_a_bundle(tmp_path: Path) -> None:
    shown = run("inspect", written(tmp_path, A))
    assert shown.exit_code == 0
    assert "log: skills.example/log, 13 entries" in shown.output
    assert "time reached: 2026-11-20T08:00:00Z, quorum 4 of 6" in shown.output
    assert "witness.skills.example/cm  2026-11-20T08:00:00Z" in shown.output
    assert "NationalList  6 (of 6 logged)" in shown.output


def test_inspect_shows_a_bundle_that_nobody_should_believe(tmp_path: Path) -> None:
    raw = json.loads(A.bundle())
    raw["checkpoint"] = A.note(by=list(A.witness_signers)[:2]).decode()
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(raw))
    assert "checkpoint not to be believed: quorum_not_reached" in run("inspect", path).output


def test_verify_from_the_first_charter_on(tmp_path: Path) -> None:
    path = written(tmp_path, A)
    assert run("verify", path, "--charter", WORLD.charter_id).exit_code == 0
    other = run("verify", path, "--charter", "sha-256:" + "0" * 64)
    assert other.exit_code == 1
    assert "[charter_not_in_bundle]" in other.output


def test_verify_against_a_floor(tmp_path: Path) -> None:
    path, floor = written(tmp_path, A), tmp_path / "floor.json"
    for world, code in ((WORLD, 0), (A, 0), (B, 3)):
        floor.write_text(json.dumps(world.view().floor().to_json()))
        assert run("verify", path, "--charter", WORLD.charter_id, "--floor", floor).exit_code == code
    floor.write_text("{}")
    assert "[floor_invalid]" in run("verify", path, "--charter", WORLD.charter_id, "--floor", floor).output


def test_verify_against_another_devices_checkpoint(tmp_path: Path) -> None:
    path, note = written(tmp_path, A), tmp_path / "note"
    more = A.revised("HostPolicy", "GA", lambda payload: payload.update(maxRegistryAgeDays=3))
    for world, code in ((WORLD, 0), (A, 0), (B, 3), (more, 1)):
        note.write_bytes(world.view().checkpoint.gossip())
        told = run("verify", path, "--charter", WORLD.charter_id, "--gossip", note)
        assert told.exit_code == code, told.output
    note.write_bytes(A.note(by=list(A.witness_signers)[:2]))
    told = run("verify", path, "--charter", WORLD.charter_id, "--gossip", note)
    assert (told.exit_code, "[quorum_not_reached]" in told.output) == (1, True)


def test_gossip_prints_the_shortest_checkpoint_and_compare_compares_two(tmp_path: Path) -> None:
    notes = {}
    for name, world in (("first", WORLD), ("a", A), ("b", B)):
        told = run("gossip", written(tmp_path, world, f"{name}.json"), "--charter", WORLD.charter_id)
        assert told.exit_code == 0
        assert len(told.stdout.encode()) < 900
        notes[name] = tmp_path / f"{name}.note"
        notes[name].write_text(told.stdout, encoding="utf-8")
    assert run("compare", notes["a"], notes["a"]).exit_code == 0
    assert run("compare", notes["a"], notes["b"]).exit_code == 3
    assert run("compare", notes["first"], notes["a"]).exit_code == 1
    under = ("--bundle", tmp_path / "a.json", "--charter", WORLD.charter_id)
    assert run("compare", notes["first"], notes["a"], *under).exit_code == 0
    assert run("compare", notes["first"], notes["b"], *under).exit_code == 3


def test_a_verifiers_data_is_exported_and_taken_up_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, stick, other = tmp_path / "data", tmp_path / "stick", tmp_path / "other"
    keep(data)
    assert run("export", stick, "--data", data).exit_code == 0
    assert (stick / "bundle.json").read_bytes() == (data / "trust" / "bundle.json").read_bytes()
    lists = [json.loads(path.read_bytes())["type"] for path in (stick / "status").glob("*.json")]
    assert len(lists) == len(list((data / "status").glob("*.json"))) > 0
    settings = settings_for(other)
    for name, value in (
        ("NETWORK_NUMBER", settings.network.number),
        ("NETWORK_DOMAIN", settings.network.domain),
        ("CHARTER_ID", settings.charter_id),
        ("REGISTRY_URL", "https://registry.skills.example"),
        ("DATA_DIR", other),
        ("DEFAULT_COUNTRY", "GA"),
    ):
        monkeypatch.setenv(f"CERTES_VERIFIER_{name}", str(value))
    taken = run("import", stick)
    assert taken.exit_code == 0, taken.output
    assert f"1 + {len(lists)}" in taken.output
    shutil.rmtree(data / "status")
    assert run("export", stick, "--data", data).exit_code == 0


def test_export_needs_one_source_with_a_bundle(tmp_path: Path) -> None:
    for words in ((), ("--registry", "https://r.example", "--data", tmp_path)):
        assert "[source_not_one]" in run("export", tmp_path / "stick", *words).output
    assert "[file_not_readable]" in run("export", tmp_path / "stick", "--data", tmp_path).output
