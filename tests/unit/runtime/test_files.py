"""certes/runtime/files.py: the old or the new file, never a part of one."""

import os
import threading
from pathlib import Path

import pytest

from certes.runtime.files import read_if_there, write_whole


def test_what_was_written_is_read_back_and_only_its_owner_may(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "floor.json"
    write_whole(file, b"one")
    write_whole(file, b"two")
    assert read_if_there(file) == b"two"
    assert file.stat().st_mode & 0o777 == 0o600
    assert os.listdir(file.parent) == ["floor.json"]


def test_a_file_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert read_if_there(tmp_path / "none") is None


def test_a_write_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "floor.json"
    write_whole(file, b"old")

    def fail(_descriptor: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["floor.json"]


def test_threads_that_write_the_same_file_never_mix_their_bytes(tmp_path: Path) -> None:
    file = tmp_path / "bundle.json"
    contents = [bytes([letter]) * (200_000 + letter) for letter in b"abcdefgh"]
    seen: list[bytes] = []

    def write(content: bytes) -> None:
        for _ in range(5):
            write_whole(file, content)
            seen.append(file.read_bytes())

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 40
    assert set(seen) <= set(contents)
    assert os.listdir(tmp_path) == ["bundle.json"]
