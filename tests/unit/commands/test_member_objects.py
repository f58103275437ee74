"""The offline desk for what one country says alone: acts on an agreement, warnings, answers; and charters."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from certes.commands.member import app
from certes.demo.examples import EXAMPLES
from certes.trust.charter import parse_charter
from certes.trust.reading import read_record, subject_name
from certes.trust.signing import SignedObject, parse_signed_object
from tests.governance import act, new_keys
from tests.notice_help import STOLEN, answer, notice
from tests.world import World
from tests.world_data import COUNTRIES, Payload

RUNNER = CliRunner()
PASSPHRASE = {"CERTES_MEMBER_PASSPHRASE": "correct horse battery"}


def run(*arguments: str | Path) -> Result:
    return RUNNER.invoke(app, [str(each) for each in arguments], env=PASSPHRASE)


def written(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def checked(tmp_path: Path, found: SignedObject, charter: SignedObject) -> tuple[int, list[str]]:
    """Exit code and lines of `member check`."""
    file = written(tmp_path / "object.json", found.to_json())
    result = run("check", file, "--charter", written(tmp_path / "charter.json", charter.to_json()))
    return result.exit_code, result.stdout.splitlines()


def key_files(tmp_path: Path, number: int) -> tuple[list[Path], list[str]]:
    """Fresh keys of custodians: their files and their public halves."""
    files = [tmp_path / f"key{each}.json" for each in range(number)]
    return files, [run("key", "create", file).stdout.strip() for file in files]


def charter_naming(texts: Sequence[str], country: str = "CM") -> SignedObject:
    """A first charter in which a country has these keys."""
    payload: Payload = json.loads(json.dumps(World().first[0].payload))
    next(each for each in payload["members"] if each["country"] == country)["keys"] = list(texts)
    return World().sign("Charter", None, payload, by=COUNTRIES)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_example_can_be_signed_and_read(kind: str, tmp_path: Path) -> None:
    shown = run("example", kind)
    assert shown.exit_code == 0
    (file, *_), _ = key_files(tmp_path, 1)
    payload = tmp_path / "payload.json"
    payload.write_text(shown.stdout, encoding="utf-8")
    signed = run("sign", payload, "--type", kind, "--key", file, "--out", tmp_path / "signed.json")
    assert signed.exit_code == 0
    found = parse_signed_object(json.loads((tmp_path / "signed.json").read_text()))
    assert (found.type, found.object_id) == (kind, signed.stdout.strip())
    if kind == "Charter":
        parse_charter(found.payload, version=1)
    else:
        network = parse_charter(json.loads(run("example", "Charter").stdout), version=1).network
        read_record(found, network=network)
    assert subject_name(found).startswith(kind)


@pytest.mark.parametrize("word", ["agreement-event", "notice", "notice-answer", "NoticeAnswer"])
def test_a_type_may_be_written_in_small_letters(word: str, tmp_path: Path) -> None:
    shown = run("example", word)
    assert json.loads(shown.stdout)["country"] == "CM"
    payload = tmp_path / "payload.json"
    payload.write_text(shown.stdout, encoding="utf-8")
    (file, *_), _ = key_files(tmp_path, 1)
    assert (
        run("sign", payload, "--type", word, "--key", file, "--out", tmp_path / "signed.json").exit_code == 0
    )
    found = parse_signed_object(json.loads((tmp_path / "signed.json").read_text()))
    assert found.type.lower() == word.replace("-", "").lower()


def test_a_type_that_does_not_exist_is_named(tmp_path: Path) -> None:
    assert run("example", "Treaty").exit_code == 2
    (file, *_), _ = key_files(tmp_path, 1)
    payload = written(tmp_path / "payload.json", {})
    refused = run("sign", payload, "--type", "Treaty", "--key", file, "--out", tmp_path / "signed.json")
    assert refused.exit_code == 1
    assert "Treaty" in refused.stderr
    assert not (tmp_path / "signed.json").exists()


def test_an_act_goes_from_custodian_to_custodian_without_a_network(tmp_path: Path) -> None:
    (first, second, _), texts = key_files(tmp_path, 3)
    charter = charter_naming(texts)
    payload = written(tmp_path / "payload.json", dict(act("CM", "withdrawal", start="2027-06-01").payload))
    out = tmp_path / "signed.json"
    named = run("sign", payload, "--type", "agreement-event", "--key", first, "--out", out).stdout
    found = parse_signed_object(json.loads(out.read_text()))
    assert checked(tmp_path, found, charter)[1][-1] == "CM: 1 of 2 signatures (of 3 keys)"
    assert run("countersign", out, "--key", second, "--out", out).stdout == named
    found = parse_signed_object(json.loads(out.read_text()))
    assert checked(tmp_path, found, charter) == (
        0,
        ["AgreementEvent CM version 1", found.object_id, "signed by all it speaks for"],
    )


@pytest.mark.parametrize(
    ("found", "exit_code", "last"),
    [
        (notice(STOLEN), 0, "signed by all it speaks for"),
        (notice(STOLEN, by=["GA"]), 1, "CM: 0 of 2 signatures (of 3 keys)"),
        (notice(STOLEN, country="TD", by=["GA"]), 1, "TD: not a member of this charter"),
        (answer(notice(STOLEN)), 0, "signed by all it speaks for"),
        (answer(notice(STOLEN), keys=1), 1, "CM: 1 of 2 signatures (of 3 keys)"),
    ],
    ids=["a warning", "another's warning", "no member's", "an answer", "half an answer"],
)
def test_a_warning_needs_one_key_and_its_answer_the_threshold(
    found: SignedObject, exit_code: int, last: str, tmp_path: Path
) -> None:
    code, lines = checked(tmp_path, found, World().first[0])
    assert (code, lines[-1]) == (exit_code, last)


def test_a_payload_that_no_registry_would_take_is_refused_with_its_place(tmp_path: Path) -> None:
    bad = World().sign("AgreementEvent", "CM", {"agreement": "urn:x", "country": "CM", "event": "withdrawal"})
    file = written(tmp_path / "object.json", bad.to_json())
    result = run("check", file, "--charter", written(tmp_path / "charter.json", World().first[0].to_json()))
    assert result.exit_code == 1
    assert "form" in result.stderr


# ---- the next charter: two thirds of the members before, and two thirds of its own


def next_charter(
    by: Sequence[str], *, without: str | None = None, renewed: str | None = None
) -> SignedObject:
    """Version 2, in which one member is gone or has other keys."""
    payload: Payload = json.loads(json.dumps(World().first[0].payload))
    payload["members"] = [each for each in payload["members"] if each["country"] != without]
    for each in payload["members"]:
        if each["country"] == renewed:
            each["keys"] = new_keys(each["country"], 2)
    return World().sign("Charter", None, payload, version=2, by=by)


def test_two_thirds_of_each_charter_are_enough(tmp_path: Path) -> None:
    for found in (
        next_charter(("CM", "CG", "CD", "CF"), without="GA"),
        next_charter(("CM", "CG", "CD", "CF"), renewed="GA"),
    ):
        assert checked(tmp_path, found, World().first[0])[0] == 0


def test_who_is_still_missing_is_named_country_by_country(tmp_path: Path) -> None:
    """Three of the four that stay are two thirds of the new charter, and not of the five before."""
    code, lines = checked(tmp_path, next_charter(("CM", "CG", "CD"), without="GA"), World().first[0])
    assert code == 1
    assert lines[2:] == ["CF: 0 of 2 signatures (of 3 keys)", "GA: 0 of 2 signatures (of 3 keys)"]
