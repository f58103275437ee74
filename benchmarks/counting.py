"""Instructions of one call, counted by valgrind: the same on a busy machine and on a quiet one.

The work is run N times and 2N times in processes of their own; the difference is N calls, without start-up.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

TURNS = 16  # every one of the people once, and twice
_REFERENCES = re.compile(r"I\s+refs:\s+([0-9,]+)")


def can_count() -> bool:
    """Is valgrind there?"""
    return shutil.which("valgrind") is not None


def instructions_per_call(names: Iterable[str], *, turns: int = TURNS) -> dict[str, float]:
    """Instructions of one call of each piece of work; two processes at a time."""
    wanted = list(names)
    runs = [(name, count) for name in wanted for count in (turns, 2 * turns)]
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        counts = dict(zip(runs, pool.map(lambda run: _instructions(*run), runs), strict=True))
    return {name: (counts[name, 2 * turns] - counts[name, turns]) / turns for name in wanted}


def _instructions(name: str, turns: int) -> int:
    command = [
        "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
        sys.executable, "-m", "benchmarks.work", name, str(turns),
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    match = _REFERENCES.search(done.stderr)
    if match is None:
        raise SystemExit(f"valgrind counted nothing: {done.stderr[-500:]}")
    return int(match[1].replace(",", ""))
