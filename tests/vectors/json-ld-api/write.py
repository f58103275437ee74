"""Write toRdf.json from a copy of the JSON-LD API test suite: `python write.py <folder with toRdf-manifest.jsonld>`.

One file instead of 837: every entry of the toRdf manifest with its input, its expected N-Quads or error code
and its options, and the contexts that inputs name. Nothing is changed; the inputs stay JSON texts as they were.
"""

import json
import sys
from pathlib import Path
from typing import Any

BASE = "https://w3c.github.io/json-ld-api/tests/"
SOURCE = "w3c/json-ld-api, tests (toRdf-manifest.jsonld and toRdf), commit 92f07705a0c0"
LICENCE = "W3C Software and Document License or W3C Test Suite License"


def kind_of(types: list[str]) -> str:
    """positive (an expected graph), syntax (any graph) or negative (an error)."""
    kinds = {"jld:PositiveEvaluationTest": "positive", "jld:PositiveSyntaxTest": "syntax"}
    return next((kinds[name] for name in types if name in kinds), "negative")


def entry(folder: Path, row: dict[str, Any]) -> dict[str, Any]:
    """One test."""
    found = {"id": row["@id"].lstrip("#"), "name": row["name"], "kind": kind_of(row["@type"])}
    found |= {"path": row["input"], "input": (folder / row["input"]).read_text(encoding="utf-8")}
    if "expect" in row:
        found["expect"] = (folder / row["expect"]).read_text(encoding="utf-8")
    if "expectErrorCode" in row:
        found["error"] = row["expectErrorCode"]
    if "option" in row:
        found["option"] = row["option"]
    return found


def main() -> None:
    """Read the suite, write the file beside this one."""
    folder = Path(sys.argv[1])
    manifest = json.loads((folder / "toRdf-manifest.jsonld").read_text(encoding="utf-8"))
    rows = manifest["sequence"]
    inputs = {row["input"] for row in rows}
    contexts = {
        f"{BASE}{path.relative_to(folder)}": json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("toRdf/*.jsonld"))
        if str(path.relative_to(folder)) not in inputs
    }
    tests = [entry(folder, row) for row in rows]
    whole = {"source": SOURCE, "licence": LICENCE, "base": BASE, "contexts": contexts, "tests": tests}
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    Path(__file__).with_name("toRdf.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
