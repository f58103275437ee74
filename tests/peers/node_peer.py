"""Digital Bazaar's libraries in a Node process: one line of JSON in, one out.

They are installed by the test run itself, from the committed lock, into a cache folder of the user. Where
there is no Node, no npm or no registry the tests are skipped and say so; with CI=true that is a failure.
"""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NoReturn

import pytest

from certes.credential.contexts import BUNDLED

SOURCE = Path(__file__).with_name("node")
FILES = ("package.json", "package-lock.json", "peer.mjs")
MIN_NODE = 18
INSTALL_S = 300


def unavailable(why: str) -> NoReturn:
    """Skip with a clear word; fail where these tests must run."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"the foreign libraries under Node must be there in CI: {why}")
    pytest.skip(f"foreign libraries under Node: {why}")


def installed() -> Path:
    """The folder with the libraries, made on first use; its name is a digest of what stands in it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        unavailable("there is no node or no npm on this machine")
    version = subprocess.run([node, "--version"], check=True, capture_output=True, text=True).stdout
    if int(version.lstrip("v").partition(".")[0]) < MIN_NODE:
        unavailable(f"Node {version.strip()} is older than {MIN_NODE}")
    digest = hashlib.sha256(b"".join((SOURCE / name).read_bytes() for name in FILES)).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "certes-peers" / digest
    if not (folder / ".complete").exists():
        _install(npm, folder)
    return folder


def _install(npm: str, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in FILES:
        shutil.copy(SOURCE / name, folder)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(
            command, cwd=folder, check=False, capture_output=True, text=True, timeout=INSTALL_S
        )
    except subprocess.TimeoutExpired:
        unavailable("npm ci did not finish")
    if done.returncode != 0:
        unavailable(f"npm ci failed: {done.stderr.strip()[-300:]}")
    (folder / ".complete").touch()


class NodePeer:
    """The running process."""

    def __init__(self) -> None:
        folder = installed()
        self._process = subprocess.Popen(
            ["node", "peer.mjs"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.ask("contexts", contexts={url: dict(one.document) for url, one in BUNDLED.items()})

    def ask(self, command: str, **members: Any) -> dict[str, Any]:
        """What the libraries answer; {"error": ...} where they threw."""
        source, sink = self._process.stdout, self._process.stdin
        if source is None or sink is None:
            raise RuntimeError("no pipes")
        sink.write(json.dumps({"command": command, **members}) + "\n")
        sink.flush()
        answer: dict[str, Any] = json.loads(source.readline())
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
