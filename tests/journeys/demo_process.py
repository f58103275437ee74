"""The demonstration as a process of its own, as somebody who types the README's command has it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
CERTES = [sys.executable, "-c", "import sys; from certes.cli import main; sys.argv[0] = 'certes'; main()"]
READY_S = 90


def run_certes(*arguments: str, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
    """Run the command line in a plain environment and give back what it said."""
    return subprocess.run(
        [*CERTES, *arguments],
        cwd=ROOT,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


@contextmanager
def running_demo(port: int) -> Iterator[None]:
    """The demonstration on `port` and those after it, until the block ends; then Ctrl-C."""
    process = subprocess.Popen(
        [*CERTES, "demo", "--port", str(port)],
        cwd=ROOT,
        env=_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        _wait_for_verdicts(process)
        yield
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()


def _wait_for_verdicts(process: subprocess.Popen[str]) -> None:
    """The addresses are printed when every certificate has its verdict."""
    assert process.stdout is not None
    end = time.monotonic() + READY_S
    for line in process.stdout:
        if "Ctrl-C ends it" in line:
            return
        assert time.monotonic() < end, "the demonstration did not come up"
    raise AssertionError(f"the demonstration ended with {process.wait()}")


def _environment() -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "COLUMNS": "120",
        "LC_ALL": "C.UTF-8",
    }


def answers(url: str) -> bool:
    """Does a service answer there?"""
    try:
        return httpx.get(url, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False
