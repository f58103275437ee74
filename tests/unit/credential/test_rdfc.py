"""RDFC-1.0 against the whole official suite, and N-Quads against what is not N-Quads."""

from bisect import bisect_left
from itertools import permutations
from typing import Any

import pytest

from certes.credential.canon import nquads, rdfc
from certes.credential.errors import Malformed, Misuse, Unsupported
from tests.unit.credential.samples import VECTORS, read_json

_FOLDER = VECTORS / "rdf-canon"


def _entries() -> list[Any]:
    entries = read_json("rdf-canon", "manifest.jsonld")["entries"]
    return [pytest.param(entry, id=entry["id"]) for entry in entries]


@pytest.mark.parametrize("entry", _entries())
def test_the_official_suite(entry: dict[str, Any]) -> None:
    text = (_FOLDER / entry["action"]).read_text(encoding="utf-8")
    hash_name = entry.get("hashAlgorithm", "SHA256").lower()
    if entry["type"] == "rdfc:RDFC10NegativeEvalTest":
        with pytest.raises(Unsupported) as caught:
            rdfc.canonicalize_nquads(text, hash_name=hash_name)
        assert caught.value.code == "poison_graph"
    elif entry["type"] == "rdfc:RDFC10MapTest":
        labels = rdfc.canonicalize(nquads.parse(text), hash_name=hash_name).labels
        expected = read_json("rdf-canon", entry["result"])
        assert {name[2:]: label[2:] for name, label in labels.items()} == expected
    else:
        expected = (_FOLDER / entry["result"]).read_text(encoding="utf-8")
        assert rdfc.canonicalize_nquads(text, hash_name=hash_name) == expected


def test_the_suite_is_whole() -> None:
    kinds = [entry["type"] for entry in read_json("rdf-canon", "manifest.jsonld")["entries"]]
    assert [kinds.count(f"rdfc:RDFC10{name}Test") for name in ("Eval", "Map", "NegativeEval")] == [64, 21, 1]


def test_an_unknown_hash_is_a_misuse() -> None:
    with pytest.raises(Misuse) as caught:
        rdfc.canonicalize([], hash_name="md5")
    assert caught.value.code == "hash_unknown"


def test_a_canonical_text_is_its_own_canonical_text() -> None:
    text = (_FOLDER / "rdfc10" / "test044-rdfc10.nq").read_text(encoding="utf-8")
    assert rdfc.canonicalize_nquads(text) == text


def test_the_work_budget_counts_the_same_on_every_run() -> None:
    quads = nquads.parse((_FOLDER / "rdfc10" / "test044-in.nq").read_text(encoding="utf-8"))

    def enough(limit: int) -> bool:
        try:
            rdfc.canonicalize(quads, max_hashes=limit)
        except Unsupported:
            return False
        return True

    limit = bisect_left(range(rdfc.MAX_HASHES), True, key=enough)
    assert 0 < limit < rdfc.MAX_HASHES
    assert enough(limit)
    assert not enough(limit - 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<a:b> <a:c> <a:d> .", ("<a:b>", "<a:c>", "<a:d>", "")),
        ("  _:x\t<a:c>_:y.z <a:g> . # words", ("_:x", "<a:c>", "_:y.z", "<a:g>")),
        ('_:x <a:c> "é\\u00E9\\U0001F600\\t\\\'" _:g .', ("_:x", "<a:c>", '"éé😀\\t\'"', "_:g")),
        ('_:x <a:c> "\\u0001\\u007f\\uFFFE" .', ("_:x", "<a:c>", '"\\u0001\\u007F\\uFFFE"', "")),
        ('_:x <a:c> "1"^^<a:\\u0064> .', ("_:x", "<a:c>", '"1"^^<a:d>', "")),
        ('_:x <a:c> "1"^^<http://www.w3.org/2001/XMLSchema#string> .', ("_:x", "<a:c>", '"1"', "")),
        ('_:x <a:c> "1"@fr-CM .', ("_:x", "<a:c>", '"1"@fr-CM', "")),
    ],
)
def test_a_statement_is_read(text: str, expected: tuple[str, ...]) -> None:
    assert nquads.parse(f"# first\r\n\n{text}\n") == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "<a:b> <a:c> <a:d>",
        "<a:b> _:p <a:d> .",
        '"x" <a:c> <a:d> .',
        "<a b> <a:c> <a:d> .",
        '<a:b> <a:c> "x .',
        '<a:b> <a:c> "\\x" .',
        '<a:b> <a:c> "\\ud800" .',
        '<a:b> <a:c> "\\U00110000" .',
        '<a:b> <a:c> "x"@- .',
        "<a:b> <a:c> <a:d> <a:e> <a:f> .",
        "_:-x <a:c> <a:d> .",
        "words",
    ],
)
def test_what_is_no_statement_is_refused(text: str) -> None:
    with pytest.raises(Malformed) as caught:
        nquads.parse(text)
    assert caught.value.code == "nquads_invalid"


@pytest.mark.parametrize("nodes", ["", "a", "aa", "ab", "aab", "aba", "baab", "abcab", "aaaab", "cab"])
def test_the_orders_of_a_group_are_all_different_ones_once(nodes: str) -> None:
    found = list(rdfc._orders(list(nodes)))
    assert len(found) == len(set(found))
    assert set(found) == set(permutations(nodes))


def test_a_node_in_many_statements_of_one_graph_costs_one_order() -> None:
    lines = [f'_:{n} <urn:p:{k}> "x" _:g{n} .' for n in "ab" for k in range(200)]
    text = rdfc.canonicalize_nquads("\n".join(lines) + "\n")
    assert text.count("\n") == 400
