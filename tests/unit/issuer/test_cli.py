"""The operator's commands."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from certes.runtime.database import open_database
from certes.runtime.signers import open_key_file
from issuer.callers import authenticate
from issuer.cli import app
from issuer.store_sql import SqlStore
from tests.unit.issuer.office import NOW

runner = CliRunner()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An operator's, in a folder of its own."""
    values = {
        "DATA_DIR": str(tmp_path),
        "KEY_PASSPHRASE": "correct horse",
        "NETWORK_DOMAIN": "skills.example",
        "CHARTER_ID": "sha-256:00",
        "REGISTRY_URL": "http://127.0.0.1:9",
        "COUNTRY": "CM",
        "CARD_ADDRESS": "http://127.0.0.1:8/",
        "DEVELOPMENT": "yes",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"CERTES_ISSUER_{name}", value)
    return tmp_path


def test_keys_are_created_and_rotated_but_never_overwritten(environment: Path) -> None:
    first = runner.invoke(app, ["key", "create"])
    assert first.exit_code == 0
    assert first.output.startswith("k1 z6Mk")
    assert runner.invoke(app, ["key", "create"]).exit_code == 1
    rotated = runner.invoke(app, ["key", "rotate"])
    assert rotated.output.splitlines()[0] == first.output.strip()
    assert rotated.output.splitlines()[1].startswith("k2 z6Mk")
    assert runner.invoke(app, ["key", "show"]).output == rotated.output
    assert sorted(open_key_file(environment / "keys.json", "correct horse").seeds) == [1, 2]


def test_a_refusal_is_words_and_a_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CERTES_ISSUER_KEY_PASSPHRASE")
    answer = runner.invoke(app, ["key", "create"])
    assert answer.exit_code == 1
    assert "CERTES_ISSUER_KEY_PASSPHRASE" in answer.output
    assert "Traceback" not in answer.output


def test_an_api_key_is_printed_once_listed_and_revoked(environment: Path) -> None:
    text = runner.invoke(
        app, ["api-key", "create", "--body", "CFM", "--label", "office", "--expires", "2026-12-31"]
    ).output.strip()
    database = open_database(f"sqlite:///{environment}/issuer.sqlite")
    store = SqlStore(database)
    assert authenticate(text, store=store, now=NOW).body == "CFM"
    prefix = text.split("_")[1]
    listed = runner.invoke(app, ["api-key", "list"]).output
    assert prefix in listed
    assert "2026-12-31" in listed
    assert text not in listed
    assert runner.invoke(app, ["api-key", "revoke", prefix]).output.strip() == f"{prefix} CFM"
    assert store.api_keys()[0].revoked_at is not None
    assert runner.invoke(app, ["api-key", "revoke", "zzzzzzzz"]).exit_code == 1
    database.close()


def test_publishing_without_a_registry_says_what_it_lacks(environment: Path) -> None:
    runner.invoke(app, ["key", "create"])
    answer = runner.invoke(app, ["status", "publish"])
    assert answer.exit_code == 1
    assert "3 lists" in answer.output
    database = open_database(f"sqlite:///{environment}/issuer.sqlite")
    assert len(SqlStore(database).unpushed()) == 3
    database.close()
