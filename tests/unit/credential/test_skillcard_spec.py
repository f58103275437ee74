"""The specification says what the code does."""

import json
import re
from pathlib import Path

from certes.credential.card_layout import POSITIONS
from certes.credential.cardsize import size_report
from certes.credential.text import INVISIBLE

ROOT = Path(__file__).parents[3]
SPEC = (ROOT / "docs" / "spec" / "skill-card.md").read_text(encoding="utf-8")


def test_the_table_of_positions_is_the_table_of_the_code() -> None:
    rows = re.findall(r"^\| (\d+) \| `([a-z0-9_]+)` \|", SPEC, re.MULTILINE)
    assert rows == [(str(at), position.name) for at, position in enumerate(POSITIONS)]


def test_the_table_of_sizes_is_the_report() -> None:
    for row in size_report():
        size, name = row.size, row.certification.person.name
        versions = f"{size.version_m} | {size.version_q} | {size.version} at {size.level}"
        assert f"| {row.title} | {len(name)} | {size.bytes} | {size.digits} | {versions} |" in SPEC


def test_the_refused_characters_are_those_of_the_code() -> None:
    words = " ".join(SPEC.split())
    for first, last in INVISIBLE:
        written = f"{first:04X}" if first == last else f"{first:04X}–{last:04X}"
        assert f" {written}," in words


def test_the_worked_example_is_the_first_vector() -> None:
    path = ROOT / "tests" / "vectors" / "skill-card" / "valid-01-typical.json"
    raw = json.loads(path.read_text(encoding="utf-8"))["cbor"]
    section = SPEC[SPEC.index("## 9.") : SPEC.index("## 10.")]
    cells = re.findall(r"^\| (`[^|]+`) \|", section, re.MULTILINE)
    at = 0
    for part in re.findall(r"`([0-9a-f…]+)`", " ".join(cells)):
        start, _, end = part.partition("…")
        assert raw.startswith(start, at), part
        at = raw.index(end, at + len(start)) + len(end) if end else at + len(start)
    assert at == len(raw)
