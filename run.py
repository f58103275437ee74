#!/usr/bin/env python3
"""One command for everything, with the standard library alone.

    python3 run.py demo [...]               the tour: issue, verify and recognise, on this machine
    python3 run.py test [--full] [...]      every check and test; with pytest arguments, pytest alone
    python3 run.py bench [--json FILE]      the ratios of benchmarks/
    python3 run.py certes [...]             the `certes` command line
    python3 run.py lock                     write the lock files anew (needs uv; --upgrade for newer versions)

The first use makes .venv from requirements.lock; each package is checked against its hash.
"""

from __future__ import annotations  # an old Python must reach the sentence that refuses it

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
RUNTIME_LOCK = ROOT / "requirements-runtime.lock"
VENV = ROOT / ".venv"
STAMP = VENV / ".complete"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")

OLDEST, NEWEST = (3, 11), (3, 13)  # every locked package has a wheel for these
MAX_TEST_WORKERS = 4  # each worker may hold a PostgreSQL server
CERTES = "import sys; from certes.cli import main; sys.argv[0] = 'certes'; sys.exit(main())"


class Failure(Exception):
    """The command cannot go on; the text says what the person can do."""


# ---- the environment


@contextmanager
def alone() -> Iterator[int]:
    """Hold .venv.lock: a second first run waits for the first one. Yields the lock's file descriptor.

    The system frees the lock when every process that has the descriptor is gone, killed ones too.
    """
    with (ROOT / ".venv.lock").open("a+b") as file:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


def wanted_stamp() -> str:
    """What a finished environment was made from: lock, interpreter and folder (a copy starts anew)."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return f"{digest} {sys.version_info.major}.{sys.version_info.minor} {ROOT}\n"


def is_complete() -> bool:
    """Does .venv hold exactly what is locked? The stamp is written last."""
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted_stamp()


def ensure_environment() -> None:
    """Make .venv unless it is complete. Raises Failure with what to do."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        have = ".".join(map(str, sys.version_info[:3]))
        raise Failure(f"Python 3.11, 3.12 or 3.13 is needed, this is {have}. Try: python3.13 run.py ...")
    if is_complete():
        return
    with alone() as lock:
        if not is_complete():
            make_environment(lock)


def make_environment(lock: int) -> None:
    """Build .venv from nothing, install the locked packages, then stamp it.

    pip holds the lock too: if we are killed while it goes on writing, the next run waits for its end.
    """
    print("Making .venv from requirements.lock (once, a minute or two) ...", file=sys.stderr, flush=True)
    try:
        import venv

        venv.EnvBuilder(with_pip=True, clear=True, symlinks=os.name != "nt").create(VENV)
    except (subprocess.CalledProcessError, ImportError):
        raise Failure(
            "This Python cannot make virtual environments with pip (no ensurepip).\n"
            "On Debian and Ubuntu: apt install python3-venv. Then run this again."
        ) from None
    except OSError as error:
        raise Failure(f"Cannot write {VENV}: {error.strerror}.") from None
    install = ["-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    locked = ["--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)]
    held = () if os.name == "nt" else (lock,)
    if subprocess.run([PYTHON, *install, *locked], check=False, pass_fds=held).returncode != 0:
        raise Failure(
            "The locked packages could not be installed; pip's message stands above.\n"
            "A network failure: run this again. A hash that does not match: stop, and tell the maintainers."
        )
    show_project_to_environment()
    STAMP.write_text(wanted_stamp(), encoding="utf-8")


def show_project_to_environment() -> None:
    """Put the project's folder on the environment's path, so that it runs from any working directory."""
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    answer = subprocess.run([PYTHON, "-c", where], check=True, capture_output=True, text=True)
    (Path(answer.stdout.strip()) / "certes-project.pth").write_text(f"{ROOT}\n", encoding="utf-8")


# ---- the commands


def become(arguments: Sequence[str]) -> int:
    """Run Python in the environment, as this very process where the system can (signals then reach it)."""
    command = [str(PYTHON), *arguments]
    sys.stdout.flush()
    if os.name == "nt":
        return subprocess.call(command)
    os.execv(command[0], command)  # noqa: S606  # our own interpreter, by absolute path


def run_certes(arguments: Sequence[str]) -> int:
    """The command line of the project."""
    return become(["-c", CERTES, *arguments])


def run_demo(arguments: Sequence[str]) -> int:
    """The tour."""
    return run_certes(["demo", *arguments])


def run_bench(arguments: Sequence[str]) -> int:
    """The benchmarks."""
    return become(["-m", "benchmarks", *arguments])


def quiet_step(name: str, arguments: Sequence[str]) -> int:
    """One check: a line with its time; what it printed only if it failed. Returns its exit code."""
    started = time.monotonic()
    done = subprocess.run(
        [PYTHON, *arguments], cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode != 0:
        sys.stdout.flush()
        sys.stdout.buffer.write(done.stdout)
    verdict = "ok" if done.returncode == 0 else "FAILED"
    print(f"{name:<14} {verdict} ({time.monotonic() - started:.1f} s)", flush=True)
    return done.returncode


LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command as main; sys.exit(main())"
CHECKS = {
    "ruff check": ["-m", "ruff", "check", "--quiet", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "--quiet", "."],
    "mypy --strict": ["-m", "mypy"],
    "lint-imports": ["-c", LINT_IMPORTS, "--no-logo"],
}


def worker_options() -> list[str]:
    """Spread the tests over the processors, where there are several."""
    workers = min(os.cpu_count() or 1, MAX_TEST_WORKERS)
    return ["-n", str(workers), "--dist", "worksteal"] if workers > 1 else []


def run_test(arguments: Sequence[str]) -> int:
    """All checks, then all tests. With pytest arguments (a file, -k ...): pytest alone."""
    selection = [argument for argument in arguments if argument != "--full"]
    full = [argument for argument in arguments if argument == "--full"]
    if selection:
        return subprocess.call([PYTHON, "-m", "pytest", *full, *selection], cwd=ROOT)
    for name, command in CHECKS.items():
        if (code := quiet_step(name, command)) != 0:
            return code
    return subprocess.call([PYTHON, "-m", "pytest", "-q", *full, *worker_options()], cwd=ROOT)


def run_lock(arguments: Sequence[str]) -> int:
    """Resolve pyproject.toml: all with the test tools, then the runtime part of the very same versions."""
    uv = shutil.which("uv")
    if uv is None:
        raise Failure("uv is needed to write the lock files: python3 -m pip install uv")
    options = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate"]
    options += ["--python-version", ".".join(map(str, OLDEST)), "--quiet", *arguments]
    runtime = ["--extra", "pkcs11", "--constraint", LOCK.name]  # an image can use keys in hardware
    for lock, choice in ((LOCK, ["--extra", "test"]), (RUNTIME_LOCK, runtime)):
        command = [uv, "pip", "compile", "pyproject.toml", *choice, *options, "--output-file", lock.name]
        subprocess.run(command, cwd=ROOT, check=True)
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "demo": run_demo,
    "test": run_test,
    "bench": run_bench,
    "certes": run_certes,
    "lock": run_lock,
}
WITHOUT_ENVIRONMENT = {"lock"}


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code: that of the command, 2 for one that does not exist, 1 for a failure."""
    if not arguments or arguments[0] not in COMMANDS:
        wants_help = bool(arguments) and arguments[0] in {"-h", "--help", "help"}
        print(__doc__, file=sys.stdout if wants_help else sys.stderr)
        return 0 if wants_help else 2
    name, *rest = arguments
    try:
        if name not in WITHOUT_ENVIRONMENT:
            ensure_environment()
        return COMMANDS[name](rest)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
