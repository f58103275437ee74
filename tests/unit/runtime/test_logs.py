"""certes/runtime/logs.py: only listed members, on every thread, under the service's name."""

import io
import json
import sys
import threading
from collections.abc import Iterator

import pytest
import structlog

from certes.runtime.logs import configure_logs, log, warn


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Leave the process's logging as it was."""
    yield
    structlog.reset_defaults()


def test_members_outside_the_list_are_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("registry")
    log("object_accepted", version=2, name="Mbarga Ngono", payload="{}")
    line = json.loads(capsys.readouterr().err)
    timestamp = line.pop("timestamp")
    assert line == {"event": "object_accepted", "version": 2, "service": "registry", "level": "info"}
    assert timestamp.endswith("Z")


def test_a_thread_of_its_own_names_the_service_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("registry")
    thread = threading.Thread(target=lambda: warn("timer_turn_failed", error_class="KeyError"))
    thread.start()
    thread.join()
    line = json.loads(capsys.readouterr().err)
    assert (line["service"], line["level"], line["error_class"]) == ("registry", "warning", "KeyError")


def test_a_log_that_cannot_be_written_fails_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    monkeypatch.setattr(sys, "stderr", closed)
    configure_logs("registry")
    closed.close()
    log("object_accepted", version=2)
    warn("timer_turn_failed")
