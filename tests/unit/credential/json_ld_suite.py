"""The toRdf tests of the JSON-LD API suite through both lanes, and the list of what each refuses.

`python -m tests.unit.credential.json_ld_suite` writes the list into docs/divergences.md anew.
"""

import json
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from certes.credential.canon import jsonld, rdfc
from certes.credential.contexts import Context, ContextRegistry
from certes.credential.errors import Malformed, Refusal
from certes.runtime.slow_worker import canonical

ROOT = Path(__file__).parents[3]
SUITE: dict[str, Any] = json.loads((ROOT / "tests/vectors/json-ld-api/toRdf.json").read_bytes())
CONTEXTS: dict[str, Any] = SUITE["contexts"]
PAGE = ROOT / "docs" / "divergences.md"
BEGIN, END = "<!-- toRdf: begin (python -m tests.unit.credential.json_ld_suite) -->", "<!-- toRdf: end -->"

# Options of the suite that no proof uses: such tests are put to neither lane.
_OTHER_OPTIONS = {"processingMode", "produceGeneralizedRdf", "rdfDirection", "expandContext"}


@dataclass(frozen=True)
class Outcome:
    """What a lane made of a test: canonical N-Quads, or the code of its refusal."""

    text: str | None
    code: str | None


def is_for_us(test: Mapping[str, Any]) -> bool:
    """Is this a test of JSON-LD 1.1 without an option that no proof uses?"""
    option = test.get("option", {})
    return option.get("specVersion") != "json-ld-1.0" and not _OTHER_OPTIONS.intersection(option)


TESTS: dict[str, dict[str, Any]] = {test["id"]: test for test in SUITE["tests"] if is_for_us(test)}


def _outcome(work: Callable[[], str]) -> Outcome:
    try:
        return Outcome(work(), None)
    except Refusal as refusal:
        return Outcome(None, refusal.code)


def _address(test: Mapping[str, Any]) -> str:
    address: str = test.get("option", {}).get("base") or SUITE["base"] + test["path"]
    return address


def _document(test: Mapping[str, Any]) -> dict[str, Any]:
    """Read leniently: `"@version": 1.1` in a context is a float, which the strict reader refuses."""
    document = json.loads(test["input"])
    if not isinstance(document, dict):
        raise Malformed("json_not_object")
    return document


def _strict(test: Mapping[str, Any]) -> str:
    """Contexts are documents of a registry there, so a context at the top is given an address."""
    document = _document(test)
    known = [Context(url, "", content) for url, content in CONTEXTS.items()]
    top = document.get("@context", {})
    urls = []
    for number, item in enumerate(top if isinstance(top, list) else [top]):
        urls.append(urljoin(_address(test), item if isinstance(item, str) else f"context-{number}"))
        if isinstance(item, dict) and "@import" in item:
            item = {**item, "@import": urljoin(_address(test), str(item["@import"]))}
        if not isinstance(item, str):
            known.append(Context(urls[-1], "", {"@context": item}))
    return jsonld.to_canonical_nquads({**document, "@context": urls}, contexts=ContextRegistry(known))


def _slow(test: Mapping[str, Any]) -> str:
    document = _document(test)
    return canonical(document, contexts=CONTEXTS, inline=True, hash_name="sha256", base=_address(test))


LANES: dict[str, Callable[[Mapping[str, Any]], str]] = {"strict": _strict, "slow": _slow}


@cache
def outcome(lane: str, test_id: str) -> Outcome:
    """What a lane makes of a test."""
    return _outcome(lambda: LANES[lane](TESTS[test_id]))


def expected(test: Mapping[str, Any]) -> str:
    """The canonical form of the expected graph."""
    return rdfc.canonicalize_nquads(test["expect"])


def refused(lane: str) -> dict[str, list[str]]:
    """Code -> the positive tests that the lane refuses with it, in order of the suite."""
    found: dict[str, list[str]] = {}
    for test_id, test in TESTS.items():
        code = outcome(lane, test_id).code
        if test["kind"] != "negative" and code is not None:
            found.setdefault(code, []).append(test_id)
    return dict(sorted(found.items()))


def _wrapped(line: str) -> str:
    return textwrap.fill(line, 118, subsequent_indent="  ", break_on_hyphens=False)


def section() -> str:
    """The generated part of docs/divergences.md."""
    positive = [test_id for test_id, test in TESTS.items() if test["kind"] != "negative"]
    negative = [test_id for test_id in TESTS if test_id not in positive]
    lines = [
        BEGIN,
        f"Of {len(SUITE['tests'])} tests, {len(SUITE['tests']) - len(TESTS)} are of JSON-LD 1.0 or set an "
        "option",
        "that no proof uses (generalized RDF, directions, an expansion context);",
        f"{len(positive)} of the others expect a graph and {len(negative)} an error.",
    ]
    for lane, name in (("strict", "Strict lane"), ("slow", "Slow lane, inline contexts allowed")):
        codes = refused(lane)
        accepted = len(positive) - sum(len(ids) for ids in codes.values())
        lines += ["", f"**{name}**: {accepted} graphs given, each as expected; the others are refused:", ""]
        lines += [_wrapped(f"- `{code}` ({len(ids)}): {', '.join(ids)}") for code, ids in codes.items()]
    return "\n".join([*lines, END])


def main() -> None:
    """Write the list anew."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    PAGE.write_text(before + section() + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
