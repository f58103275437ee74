"""Settings, commands and words."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import witness
from certes.credential import errors
from certes.runtime import refusals
from certes.runtime.languages import has_words
from certes.runtime.refusals import SettingInvalid
from certes.trust import translog
from certes.trust.translog.notes import parse_vkey
from tests.unit.witness.conftest import LOG, NAME, ORIGIN, OTHER_NAME, OTHER_WITNESS, PASSPHRASE, WITNESS
from witness import cli, desk
from witness.app import signers_of
from witness.settings import PREFIX, Settings, from_environment

GIVEN = {
    "CERTES_WITNESS_NAMES": f"{NAME}=1, {OTHER_NAME}=2",
    "CERTES_WITNESS_LOGS": LOG.key.vkey,
    "CERTES_WITNESS_KEY_PASSPHRASE": PASSPHRASE,
}


def test_the_settings_of_an_operator() -> None:
    found = from_environment(GIVEN)
    assert found.names == {NAME: 1, OTHER_NAME: 2}
    assert found.logs == (LOG.key,)
    assert found.database_url == "sqlite:///witness-data/witness.sqlite"
    assert PASSPHRASE not in repr(found)


def test_the_logs_may_stand_in_a_file_one_a_line(tmp_path: Path) -> None:
    file = tmp_path / "logs"
    file.write_text(f"{LOG.key.vkey}\n{LOG.key.vkey}\n", encoding="utf-8")
    given = {name: value for name, value in GIVEN.items() if not name.endswith("LOGS")}
    found = from_environment(given | {"CERTES_WITNESS_LOGS_FILE": str(file)})
    assert desk.logs_of(found.logs).keys() == {ORIGIN}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("NAMES", "", "setting_missing"),
        ("NAMES", NAME, "setting_not_pairs"),
        ("NAMES", f"{NAME}=one", "setting_not_witness_names"),
        ("NAMES", f"{NAME}=123456", "setting_not_witness_names"),
        ("NAMES", "a+b=1", "setting_not_witness_names"),
        ("NAMES", ",", "setting_not_witness_names"),
        ("NAMES", f"{NAME}=1,{OTHER_NAME}=1", "witness_key_shared"),
        ("LOGS", "", "setting_missing"),
        ("LOGS", ",", "setting_not_verifier_keys"),
        ("LOGS", "nothing", "setting_not_verifier_keys"),
        ("LOGS", WITNESS.key.vkey, "setting_not_verifier_keys"),
        ("KEY_PASSPHRASE", "", "setting_missing"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str, code: str) -> None:
    with pytest.raises(SettingInvalid) as refused:
        from_environment(GIVEN | {PREFIX + name: value})
    assert (refused.value.code, refused.value.field) == (code, PREFIX + name)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key_file: Path) -> Path:
    """The variables of an operator; a folder."""
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CERTES_WITNESS_KEY_FILE", str(key_file))
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    """One command; its exit code and all that it printed."""
    done = CliRunner().invoke(cli.app, arguments)
    return done.exit_code, done.output


def test_keys_are_made_and_printed_for_the_charter(environment: Path) -> None:
    file = str(environment / "keys.json")
    code, printed = run("key", "create", file, "--name", NAME)
    assert code == 0
    word, vkey, multikey = printed.split()
    assert (word, parse_vkey(vkey).key.multikey) == ("witness", multikey)
    assert parse_vkey(vkey).name == NAME
    assert run("key", "create", file, "--name", NAME)[0] == 1
    code, printed = run("key", "add", file, "--name", OTHER_NAME, "--number", "2")
    assert code == 0
    assert printed.startswith(f"witness {OTHER_NAME}+")
    assert run("key", "add", file, "--name", OTHER_NAME, "--number", "2")[0] == 1


def test_show_prints_what_goes_into_a_charter(environment: Path) -> None:
    assert run("show") == (
        0,
        f"witness {WITNESS.key.vkey} {WITNESS.key.key.multikey}\n"
        f"witness {OTHER_WITNESS.key.vkey} {OTHER_WITNESS.key.key.multikey}\n"
        f"log {LOG.key.vkey} {LOG.key.key.multikey}\n",
    )


def test_what_is_wrong_is_said_in_words(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERTES_WITNESS_LOGS", "nothing")
    for command in ("show", "serve"):
        code, printed = run(command)
        assert code == 1
        assert "CERTES_WITNESS_LOGS" in printed


def test_it_serves_what_is_set(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERTES_WITNESS_DATA_DIR", str(environment))
    served: list[dict[str, object]] = []
    monkeypatch.setattr("uvicorn.run", lambda _app, **options: served.append(options))
    assert run("serve", "--port", "8501")[0] == 0
    assert (served[0]["port"], served[0]["access_log"]) == (8501, False)


def test_a_key_that_is_not_in_the_file_stops_the_start(settings: Settings) -> None:
    with pytest.raises(refusals.NotFound, match="key_unknown"):
        signers_of(replace(settings, names={NAME: 9}))


KINDS = {
    name
    for module in (errors, refusals)
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, errors.Refusal)
}
FILES = [
    *Path(witness.__file__).parent.rglob("*.py"),
    *Path(next(iter(translog.__path__))).glob("*.py"),
]


def codes_in(path: Path) -> set[str]:
    """The codes of the refusals that a file makes, or hands to what makes one."""
    calls = [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call)]
    named = [
        argument
        for call in calls
        if isinstance(call.func, ast.Name)
        for argument in call.args[:1]
        if call.func.id in KINDS
    ]
    handed = [
        argument
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in {"from_base64", "parse_decimal"}
        for argument in call.args[1:2]
    ]
    return {str(each.value) for each in (*named, *handed) if isinstance(each, ast.Constant)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_refusal_has_a_sentence_and_a_fix(path: Path) -> None:
    for code in codes_in(path):
        assert has_words("problems", code), code
        assert has_words("problems", f"{code}.fix"), code
