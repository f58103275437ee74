"""The process of the slow lane: bounded in time, memory and reach, and replaced when it was killed."""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from certes.credential.canon import jsonld
from certes.credential.errors import Unsupported
from certes.runtime.refusals import Busy
from certes.runtime.slow_lane import SlowLane
from tests.unit.credential.samples import badge, changed


@pytest.fixture(scope="module")
def lane() -> Iterator[SlowLane]:
    found = SlowLane()
    yield found
    found.close()


def _with(*path: str | int, to: Any) -> dict[str, Any]:
    return changed(badge(), *path, to=to)


def _tree(depth: int) -> dict[str, Any]:
    node: dict[str, Any] = {"type": "Evidence"}
    for _ in range(depth):
        node = {"type": "Evidence", "alignment": [node, node]}
    return node


def _clique(size: int) -> dict[str, Any]:
    """Nodes that point at one another: the worst case of RDF canonicalization, for PyLD hours of work."""
    names = range(size)
    leaf = {"type": "Evidence", "alignment": {"type": "Evidence"}}
    nodes: list[Any] = [{"type": "Evidence", "alignment": [leaf for _ in names]} for _ in names]
    return _with("evidence", to=nodes)


@pytest.mark.parametrize(
    "document",
    [
        _with("evidence", to=_tree(9)),
        _clique(12),
        _clique(40),
        _with("evidence", to=[{"type": "Evidence"}] * 4_000),
    ],
    ids=["a tree of twins", "a clique", "a larger clique", "too many twins"],
)
def test_a_poison_graph_is_refused_in_under_a_second(lane: SlowLane, document: dict[str, Any]) -> None:
    started = time.monotonic()
    with pytest.raises(Unsupported) as caught:
        lane.canonicalize(document)
    assert time.monotonic() - started < 1.5
    assert caught.value.code in {"poison_graph", "statements_too_many", "slow_lane_exhausted"}
    assert lane.canonicalize(badge()) == jsonld.to_canonical_nquads(badge())


@pytest.mark.parametrize(
    "script",
    ["import time; time.sleep(60)", "while True: pass", "x = bytes(10**10)", "import os; os.abort()"],
)
def test_a_process_that_runs_away_is_killed_within_its_second(script: str) -> None:
    ready = "import sys; sys.stdin.buffer.read(4); sys.stdout.buffer.write(bytes(4)); sys.stdout.flush()\n"
    bound = "from certes.runtime.workers import limit; limit(memory_bytes=512 * 1024 * 1024)\n"
    read = "sys.stdin.buffer.read(4)\n"
    lane = SlowLane(command=(sys.executable, "-c", bound + ready + read + script))
    started = time.monotonic()
    for _ in range(2):
        with pytest.raises(Unsupported) as caught:
            lane.canonicalize(badge())
        assert caught.value.code == "slow_lane_exhausted"
    assert time.monotonic() - started < 6
    lane.close()


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
        "open('certes-slow-lane-was-here', 'w')",
    ],
)
def test_the_process_has_no_network_no_programs_and_no_files_to_write(attempt: str) -> None:
    script = (
        "import json, sys\n"
        "from certes.runtime import slow_worker, workers\n"
        "workers.limit(memory_bytes=slow_worker.MEMORY_BYTES)\n"
        "sys.addaudithook(slow_worker._refuse_the_outside)\n"
        "def answer(data):\n"
        f"    try:\n        exec({attempt!r})\n"
        "    except (OSError, ImportError) as error:\n"
        "        return json.dumps({'text': type(error).__name__}).encode()\n"
        "    return json.dumps({'text': 'done'}).encode()\n"
        "workers.serve(answer, cpu_s=2)\n"
    )
    lane = SlowLane(command=(sys.executable, "-B", "-c", script))
    assert lane.canonicalize(badge()) in {"PermissionError", "OSError"}
    lane.close()


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"a": float("nan")}, "value_unsupported"),
        ({"a": {1, 2}}, "value_unsupported"),
        ({"a": "x" * 1_100_000}, "slow_lane_exhausted"),
        (json.loads('{"a":' * 900 + "{}" + "}" * 900), "slow_lane_exhausted"),
    ],
)
def test_what_is_no_document_never_reaches_the_process(document: dict[str, Any], code: str) -> None:
    closed = SlowLane(command=("/nowhere/at/all",))
    with pytest.raises((Unsupported, Busy)) as caught:
        closed.canonicalize(document)
    assert caught.value.code in {code, "slow_lane_busy"}
