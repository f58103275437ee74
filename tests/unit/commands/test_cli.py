"""The command line as a whole: every room answers, and only the one that is asked for is loaded."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from certes.cli import ROOMS, build


@pytest.mark.parametrize("word", ROOMS)
def test_every_room_has_its_help(word: str) -> None:
    answered = CliRunner().invoke(build([word]), [word, "--help"])
    assert answered.exit_code == 0, answered.output


def test_the_help_names_every_room() -> None:
    shown = CliRunner().invoke(build([]), ["--help"]).output
    assert all(word in shown for word in ROOMS)


def test_a_room_does_not_load_the_services() -> None:
    code = "import sys; from certes.cli import build; build(['agreement']); print('issuer' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
