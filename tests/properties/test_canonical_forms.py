"""The canonical forms against two other processors, on documents changed at random.

Whatever the strict profile accepts, PyLD and Oxigraph read and canonicalize to the same bytes. What it
refuses it refuses with one of its own codes, whatever the document.
"""

import copy
import json
import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pyoxigraph
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld as pyld
from pyld.context_resolver import ContextResolver

from certes.credential import multibase
from certes.credential.canon import jcs, jsonld, nquads, rdfc
from certes.credential.contexts import BUNDLED
from certes.credential.errors import Malformed, Unsupported
from certes.credential.parsing import parse_json
from certes.credential.status import bitstring
from certes.runtime.slow_worker import canonical
from tests.properties.changed_documents import KINDS, changed_document, places


def _load(url: str, options: Any) -> dict[str, Any]:
    return {"contextUrl": None, "documentUrl": url, "document": copy.deepcopy(dict(BUNDLED[url].document))}


_RESOLVER = ContextResolver({}, _load)  # contexts are parsed once for all documents


def _by_pyld(document: dict[str, Any]) -> str:
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": _load,
        "contextResolver": _RESOLVER,
    }
    text: str = pyld.normalize(document, options)
    return text


def _by_oxigraph(document: dict[str, Any]) -> str:
    contexts = [BUNDLED[url].document["@context"] for url in document["@context"]]
    raw = json.dumps({**document, "@context": contexts}).encode()
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(raw, format=pyoxigraph.RdfFormat.JSON_LD))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    written = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    return _sorted_lines(written)


def _sorted_lines(written: bytes) -> str:
    return "".join(sorted(f"{line}\n" for line in written.decode().split("\n") if line))


_SCOPED = {
    name
    for context in BUNDLED.values()
    for name, definition in context.document["@context"].items()
    if isinstance(definition, dict) and "@context" in definition
}


def _beyond_oxigraph(document: dict[str, Any]) -> bool:
    """Oxigraph 0.5 forgets two things that JSON-LD 1.1 API, section 4.1.2 has it keep.

    The context of the first of two types that have one each; a property's context in the second node below.
    """
    nodes = [container[key] for container, key in places(document, [])]
    types = [node.get("type") for node in [document, *nodes] if isinstance(node, dict)]
    if any(len(_SCOPED.intersection(names)) > 1 for names in types if isinstance(names, list)):
        return True
    below = [container[key] for container, key in places(document, []) if key == "identityDocument"]
    inner = [value for node in below if isinstance(node, dict | list) for value in places(node, [])]
    return any(isinstance(container[key], dict) for container, key in inner)


def _accepted_and_equal(seeds: range) -> Counter[str]:
    """How many of each kind were accepted; all of them with the same bytes from every processor and lane."""
    accepted: Counter[str] = Counter()
    for seed in seeds:
        kind, document = changed_document(seed)
        try:
            text = jsonld.to_canonical_nquads(document)
        except (Malformed, Unsupported):
            continue
        accepted[kind] += 1
        assert text == _by_pyld(document), seed
        if not _beyond_oxigraph(document):
            assert text == _by_oxigraph(document), seed
    return accepted


def test_three_processors_agree_on_two_thousand_changed_documents() -> None:
    accepted = _accepted_and_equal(range(2_000))
    assert sum(accepted.values()) > 500
    assert accepted.keys() == KINDS.keys()
    assert min(accepted.values()) > 20


@pytest.mark.full
@pytest.mark.parametrize("block", range(20))
def test_three_processors_agree_on_many_changed_documents(block: int) -> None:
    assert sum(_accepted_and_equal(range(2_000 + block * 1_000, 3_000 + block * 1_000)).values()) > 200


def _slow_and_equal(seeds: range) -> int:
    """How many the slow lane accepted; PyLD gives the same bytes, but for control characters, which it
    escapes wrongly."""
    known = {url: dict(context.document) for url, context in BUNDLED.items()}
    accepted = 0
    for seed in seeds:
        document = changed_document(seed)[1]
        strict = _outcome(lambda document=document: jsonld.to_canonical_nquads(document))  # type: ignore[misc]
        slow = _outcome(
            lambda document=document: canonical(document, contexts=known, inline=False, hash_name="sha256")  # type: ignore[misc]
        )
        if slow is None:
            continue
        accepted += 1
        assert strict in (None, slow), seed
        if not _CONTROLS.search(json.dumps(document)):
            assert slow == _by_pyld(document), seed
    return accepted


_CONTROLS = re.compile(r"\\u00[0189]|\\u007f|\\ufff[ef]")


def _outcome(work: Callable[[], str]) -> str | None:
    try:
        return work()
    except (Malformed, Unsupported):
        return None


def test_the_slow_lane_agrees_with_both() -> None:
    assert _slow_and_equal(range(200)) > 50


@pytest.mark.full
def test_the_slow_lane_agrees_with_both_on_many_documents() -> None:
    assert _slow_and_equal(range(200, 4_000)) > 1_000


_NODES = st.sampled_from([f"_:n{number}" for number in range(6)] + ["<https://e.example/a>"])
_QUADS = st.lists(
    st.tuples(
        _NODES,
        st.sampled_from(["<https://e.example/p>", "<https://e.example/q>"]),
        st.one_of(_NODES, st.sampled_from(['"x"', '"é\\n"@fr', '"1"^^<https://e.example/t>'])),
        st.sampled_from(["", "", "_:g", "_:n0", "<https://e.example/g>"]),
    ),
    max_size=12,
)


def _relates_a_node_twice(quads: list[tuple[str, str, str, str]]) -> bool:
    """Does a node stand to another in the same way in several statements, as its graph or across graphs?"""
    statements = set(quads)
    named = any(graph.startswith("_") for *_, graph in statements)
    return named or len({statement[:3] for statement in statements}) < len(statements)


def _text_of(quads: list[tuple[str, str, str, str]]) -> str:
    return "".join(f"{s} {p} {o} {g} .\n" for s, p, o, g in quads)


@settings(max_examples=200, deadline=None)
@given(quads=_QUADS, order=st.randoms(use_true_random=False))
def test_a_graph_has_one_canonical_text_whatever_its_names_and_order(
    quads: list[tuple[str, str, str, str]], order: random.Random
) -> None:
    text = rdfc.canonicalize(quads).text
    names = [f"_:m{number}" for number in range(7)]
    order.shuffle(names)
    mapping = {f"_:n{number}": names[number] for number in range(6)} | {"_:g": names[6]}
    renamed = [tuple(mapping.get(term, term) for term in quad) for quad in quads]
    order.shuffle(renamed)
    assert rdfc.canonicalize(renamed).text == text  # type: ignore[arg-type]
    assert rdfc.canonicalize_nquads(text) == text
    if _relates_a_node_twice(quads):  # there Oxigraph reads section 4.8 otherwise (docs/divergences.md)
        return
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(_text_of(quads), format=pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    written = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    assert _sorted_lines(written) == text


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_a_literal_reads_back(text: str) -> None:
    quad = ("<a:s>", "<a:p>", f'"{nquads.escape(text)}"', "")
    assert nquads.parse(f"{' '.join(quad[:3])} .") == [quad]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(value=st.dictionaries(st.text(max_size=4), _JSON, max_size=4))
def test_canonical_json_is_that_of_the_reference_and_reads_back(value: dict[str, Any]) -> None:
    raw = jcs.canonicalize(value)
    assert raw == rfc8785.dumps(value)
    assert parse_json(raw) == value
    assert jcs.canonicalize(parse_json(raw)) == raw


@settings(max_examples=300, deadline=None)
@given(raw=st.binary(max_size=60))
def test_parsing_raises_nothing_but_its_own_refusals(raw: bytes) -> None:
    try:
        parse_json(raw)
    except (Malformed, Unsupported):
        return


@given(data=st.binary(max_size=80))
def test_multibase_reads_back(data: bytes) -> None:
    assert multibase.decode(multibase.encode_base58(data)) == data
    assert multibase.decode(multibase.encode_base64url(data)) == data


@settings(max_examples=30, deadline=None)
@given(indexes=st.sets(st.integers(0, bitstring.MIN_ENTRIES - 1), max_size=20))
def test_exactly_the_set_entries_are_read_as_set(indexes: set[int]) -> None:
    bits = bitstring.decode(bitstring.encode(bitstring.with_bits(bitstring.blank(), indexes)))
    assert {index for index in range(bitstring.MIN_ENTRIES) if bitstring.bit(bits, index)} == indexes
