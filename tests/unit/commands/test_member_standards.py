"""A standards body at the offline desk: an example to start from, and whose signatures are still needed."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from certes.commands.member import app
from certes.demo.standards import BODY, masonry
from certes.trust.charter import parse_charter
from certes.trust.signing import SignedObject
from certes.trust.standards import parse_standard
from tests.standards_world import body_signers, name_the_body, sign_standard
from tests.world import NETWORK, World
from tests.world_data import COUNTRIES, Payload

RUNNER = CliRunner()


def test_the_examples_fit_together() -> None:
    shown = {
        kind: json.loads(RUNNER.invoke(app, ["example", kind]).stdout)
        for kind in ("Charter", "RegionalStandard")
    }
    standard = parse_standard(shown["RegionalStandard"], network=NETWORK, version=1)
    charter = parse_charter(shown["Charter"], version=1)
    assert standard.status == "illustrative"
    assert charter.bodies[standard.body].threshold == 2


def first_charter(*, named: bool) -> SignedObject:
    """A first charter that names the body, or none."""
    world = World()
    payload: Payload = dict(world.newest("Charter").payload)
    if named:
        name_the_body(payload)
    return world.sign("Charter", None, payload, by=COUNTRIES)


def checked(tmp_path: Path, found: SignedObject, charter: SignedObject) -> tuple[int, list[str]]:
    """Exit code and lines of `member check`."""
    paths = {"object": found, "charter": charter}
    for name, each in paths.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(each.to_json()))
    arguments = ["check", str(tmp_path / "object.json"), "--charter", str(tmp_path / "charter.json")]
    result = RUNNER.invoke(app, arguments)
    return result.exit_code, result.stdout.splitlines()


@pytest.mark.parametrize(
    ("named", "signers", "exit_code", "last"),
    [
        (True, 2, 0, "signed by all it speaks for"),
        (True, 1, 1, f"{BODY}: 1 of 2 signatures (of 3 keys)"),
        (False, 2, 1, f"{BODY}: not a body of this charter"),
    ],
)
def test_check_says_what_the_body_still_owes(
    tmp_path: Path, named: bool, signers: int, exit_code: int, last: str
) -> None:
    found = sign_standard(masonry(1), signers=body_signers()[:signers])
    code, lines = checked(tmp_path, found, first_charter(named=named))
    assert (code, lines[-1]) == (exit_code, last)
    assert lines[0].split() == ["RegionalStandard", "version", "1"]
