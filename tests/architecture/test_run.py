"""run.py: what a newcomer meets first."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

import run
from tests.architecture.project import ROOT


def test_without_a_known_command_it_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main([]) == 2
    assert run.main(["frobnicate"]) == 2
    assert run.main(["--help"]) == 0
    printed = capsys.readouterr()
    assert all(f"run.py {command}" in printed.out for command in run.COMMANDS)
    assert printed.err.count("run.py demo") == 2


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 14, 0)])
def test_an_unsupported_python_is_refused_by_name(
    version: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    assert run.main(["demo"]) == 1
    assert ".".join(map(str, version)) in capsys.readouterr().err


def test_an_environment_is_complete_only_for_this_lock_and_this_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, python, stamp = (tmp_path / name for name in ("lock", "python", "stamp"))
    for name, path in {"LOCK": lock, "PYTHON": python, "STAMP": stamp}.items():
        monkeypatch.setattr(run, name, path)
    lock.write_text("a==1", encoding="utf-8")
    python.touch()
    assert not run.is_complete()
    stamp.write_text(run.wanted_stamp(), encoding="utf-8")
    assert run.is_complete()
    lock.write_text("a==2", encoding="utf-8")
    assert not run.is_complete()
    lock.write_text("a==1", encoding="utf-8")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    assert not run.is_complete()


def test_a_second_first_run_waits_for_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ROOT", tmp_path)
    second = (
        f"import sys, pathlib; sys.path.insert(0, {str(ROOT)!r}); import run; "
        f"run.ROOT = pathlib.Path({str(tmp_path)!r}); print('asks', flush=True)\n"
        "with run.alone(): print('holds', flush=True)"
    )
    with run.alone():
        process = subprocess.Popen([sys.executable, "-c", second], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "asks\n"
        time.sleep(0.2)  # long enough for it to go on, if nothing held it back
        assert process.poll() is None
    assert process.communicate(timeout=10)[0] == "holds\n"
