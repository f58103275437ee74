"""The benchmark is complete: every promised measure has a row, and its JSON says what it stands against."""

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.hostile import SIZE_BYTES, documents
from tests.samples import TYPICAL, signed_wallet

PROMISED = {
    "verify_over_floor",
    "verify_vs_pyld",
    "issue_over_floor",
    "batch_vs_pyld",
    "http_verify_over_hello",
    "qr_vs_qrcode",
    "card_qr_version",
    "hostile_over_verify",
}


def test_every_promised_measure_is_in_the_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "measures.json"
    monkeypatch.setattr("sys.argv", ["bench", "--quick", "--json", str(file)])
    main()
    measures = json.loads(file.read_text(encoding="utf-8"))
    assert measures.keys() >= PROMISED
    for row in measures.values():
        assert row.keys() == {"value", "unit", "against"}
        assert row["value"] > 0
        assert row["against"]


def test_every_promised_measure_is_in_the_table_of_the_documentation() -> None:
    page = Path(__file__).parents[3].joinpath("docs", "performance.md").read_text(encoding="utf-8")
    assert [name for name in PROMISED if f"`{name}`" not in page] == []


@pytest.mark.parametrize(("name", "raw"), documents(signed_wallet(TYPICAL)).items())
def test_hostile_documents_are_as_large_as_said(name: str, raw: bytes) -> None:
    assert SIZE_BYTES * 0.7 < len(raw) < SIZE_BYTES * 2, name
