"""Every event has its sentence, and operators find each of them in the manual."""

import re

from certes.runtime.languages import catalogue
from tests.architecture.project import ROOT

SENTENCES = set(catalogue("monitor", "en"))
PARTS = {"notice_period"}  # said after another sentence
SOURCES = (
    "certes/trust/list_changes.py",
    "certes/trust/watching.py",
    "certes/trust/watching_state.py",
    "certes/runtime/monitor_state.py",
    "certes/runtime/monitoring.py",
    "certes/commands/monitor.py",
)


def test_every_sentence_is_said_somewhere() -> None:
    code = "".join((ROOT / name).read_text(encoding="utf-8") for name in SOURCES)
    assert {sentence for sentence in SENTENCES if f'"{sentence}"' not in code} == set()


def test_the_manual_names_every_event_and_no_other() -> None:
    manual = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    section = manual.partition("## Monitor\n")[2].partition("\n## ")[0]
    rows = [line.rsplit("| ", 1)[1] for line in section.splitlines() if re.match(r"\| [0-3] \|", line)]
    named = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}
    assert named - {"until"} == SENTENCES - PARTS
