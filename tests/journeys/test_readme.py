"""The README's commands, run as somebody would who copies them one after the other."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.journeys.demo_process import ROOT, running_demo
from tests.journeys.free_ports import free_run_of_ports

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
WRITTEN_BASE = 8400


def test_the_first_commands_are_the_two_that_do_everything() -> None:
    commands = [line.split("#")[0].strip() for line in BLOCKS[0].splitlines()]
    assert commands == ["python3 run.py demo", "python3 run.py test"]


def test_the_first_certificate_of_the_readme_is_recognised(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        assert os.environ.get("CI") != "true", "curl is needed in CI"
        pytest.skip("curl is not installed: the README's commands were not run")
    base = free_run_of_ports(27)
    with running_demo(base):
        said = [_run(_moved(block, base), tmp_path) for block in BLOCKS[1:]]
    issued, verified = json.loads(said[0]), json.loads(said[-1])
    assert issued["number"] == "CM-1-2026-000901"
    assert (verified["state"], verified["conclusion"]) == ("recognised", "recognised")
    assert verified["facts"]["name"] == "NGO BASSA Amina Rose"


def _moved(block: str, base: int) -> str:
    """The block with its ports moved to where this demonstration listens; the key is named in the first."""
    key = next(line for line in BLOCKS[1].splitlines() if line.startswith("KEY="))
    moved = re.sub(
        r"127\.0\.0\.1:(84[0-9]{2})", lambda match: f"127.0.0.1:{int(match[1]) - WRITTEN_BASE + base}", block
    )
    return moved if key in moved else f"{key}\n{moved}"


def _run(commands: str, folder: Path) -> str:
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
