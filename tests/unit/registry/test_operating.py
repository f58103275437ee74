"""Settings, the command line, and a registry over a real socket."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
import uvicorn
from typer.testing import CliRunner

from certes.runtime.fetch import Fetcher, Hosts
from certes.runtime.refusals import SettingInvalid
from certes.runtime.signers import open_key_file
from certes.trust.bundle import parse_bundle
from certes.trust.translog.notes import KeyUse, NoteKey
from registry.app import build_app
from registry.cli import app
from registry.settings import Settings, from_environment
from tests.unit.registry.conftest import PASSPHRASE, Clock
from tests.unit.registry.witnesses import Jury
from tests.world import NETWORK, NOW, World

COMPLETE = {
    "CERTES_REGISTRY_NETWORK_DOMAIN": "skills.example",
    "CERTES_REGISTRY_CHARTER_ID": "sha-256:" + "0" * 64,
    "CERTES_REGISTRY_REGISTRY_URL": "https://registry.example",
    "CERTES_REGISTRY_DATA_DIR": "/srv/registry",
    "CERTES_REGISTRY_LOG_KEY_PASSPHRASE": "a passphrase",
}


def test_few_variables_are_needed_and_the_rest_have_defaults() -> None:
    settings = from_environment(COMPLETE)
    assert settings.network == NETWORK
    assert settings.database_url == "sqlite:////srv/registry/registry.sqlite"
    assert settings.log_key_file == Path("/srv/registry/log-key.json")
    assert (settings.log_key_id, settings.checkpoint_interval_s) == (1, 3600)
    assert "a passphrase" not in repr(settings)


@pytest.mark.parametrize("name", [name for name in COMPLETE if not name.endswith("DATA_DIR")])
def test_a_missing_variable_is_named(name: str) -> None:
    values = {key: value for key, value in COMPLETE.items() if key != name}
    with pytest.raises(SettingInvalid) as caught:
        from_environment(values)
    assert (caught.value.code, caught.value.field) == ("setting_missing", name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOSTS_MAPPED", "skills.example=http://127.0.0.1:8400"),
        ("REGISTRY_URL", "http://registry.example"),
        ("WITNESS_ADDRESSES", "witness.skills.example/cm=http://127.0.0.1:8500"),
    ],
)
def test_production_refuses_what_is_for_development(name: str, value: str) -> None:
    values = COMPLETE | {f"CERTES_REGISTRY_{name}": value}
    with pytest.raises(SettingInvalid) as caught:
        from_environment(values)
    assert caught.value.field == f"CERTES_REGISTRY_{name}"
    assert from_environment(values | {"CERTES_REGISTRY_DEVELOPMENT": "yes"}).development


def test_a_key_is_made_and_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERTES_REGISTRY_LOG_KEY_PASSPHRASE", "a passphrase")
    path = tmp_path / "log-key.json"
    made = CliRunner().invoke(app, ["key", "create", str(path), "--number", "2"])
    assert made.exit_code == 0
    signer = open_key_file(path, "a passphrase").signer(2, verification_method="")
    assert made.stdout.strip() == signer.public_key.multikey
    before = path.read_bytes()
    again = CliRunner().invoke(app, ["key", "create", str(path)])
    assert again.exit_code == 1
    assert "écrasée" in again.output
    assert path.read_bytes() == before


def test_the_key_is_shown_as_witnesses_and_the_charter_need_it(
    log_key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {
        "LOG_KEY_PASSPHRASE": PASSPHRASE,
        "LOG_KEY_FILE": str(log_key_file),
        "NETWORK_DOMAIN": "skills.example",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"CERTES_REGISTRY_{name}", value)
    shown = CliRunner().invoke(app, ["key", "show"])
    public = World().log_signer.public_key
    vkey = NoteKey("skills.example/log", KeyUse.NOTE, public).vkey
    assert shown.stdout.split() == ["log", vkey, public.multikey]


def test_a_registry_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in COMPLETE:
        monkeypatch.delenv(name, raising=False)
    result = CliRunner().invoke(app, ["serve"])
    structlog.reset_defaults()
    assert result.exit_code == 1
    assert "CERTES_REGISTRY_" in result.output
    assert "Traceback" not in result.output


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    """An empty registry on a loopback port, in this process, whose log stays out of the commands' output."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    clock = Clock()
    application = build_app(settings, clock=clock, witnesses=Jury(clock).port())
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_level="critical", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    host, port = server.servers[0].sockets[0].getsockname()
    yield f"http://{host}:{port}"
    server.should_exit = True
    thread.join(timeout=10)
    structlog.reset_defaults()


def test_objects_are_submitted_and_fetched_over_a_socket(address: str, tmp_path: Path) -> None:
    world, runner = World(), CliRunner()
    files = [tmp_path / f"{at}.json" for at in range(3)]
    for file, found in zip(files, world.objects, strict=False):
        file.write_text(json.dumps(found.to_json()))
    result = runner.invoke(app, ["submit", *map(str, files), "--registry", address])
    assert result.exit_code == 0, result.output
    said = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["id"] for each in said] == [found.object_id for found in world.objects[:3]]
    assert [each["published"] for each in said] == [True, True, True]
    files[1].write_text("{}")
    refused = runner.invoke(app, ["submit", *map(str, files), "--registry", address])
    assert refused.exit_code == 1
    assert "schema_violation" in refused.output
    assert f"refused: {files[1]}" in refused.output
    answered = runner.invoke(app, ["status", "--registry", address])
    assert json.loads(answered.stdout)["position"] == 3
    fetcher = Fetcher(Hosts(frozenset({address.removeprefix("http://")})))
    fetched = fetcher.get(f"{address}/v1/bundle")
    assert fetched.body is not None
    view = parse_bundle(fetched.body, charter_id=world.charter_id, floor=None, now=NOW)
    assert len(view.objects) == 3
    assert fetcher.get(f"{address}/v1/bundle", etag=fetched.etag).body is None
    fetcher.close()


def test_a_registry_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    file = tmp_path / "object.json"
    file.write_text("{}")
    for arguments in (["submit", str(file)], ["status"]):
        result = CliRunner().invoke(app, [*arguments, "--registry", "http://127.0.0.1:9"])
        assert result.exit_code == 1
        assert "ne répond pas" in result.output
