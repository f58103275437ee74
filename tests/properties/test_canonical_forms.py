"""The canonical forms against two other processors, on documents changed at random.

Whatever the strict profile accepts, PyLD and Oxigraph read and canonicalize to the same bytes. What it
refuses it refuses with one of its own codes, whatever the document.
"""

import copy
import json
import random
from typing import Any

import pyoxigraph
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld as pyld

from certes.credential import multibase
from certes.credential.canon import jcs, jsonld, nquads, rdfc
from certes.credential.contexts import BUNDLED
from certes.credential.errors import Malformed, Unsupported
from certes.credential.parsing import parse_json
from certes.credential.status import bitstring
from tests.unit.credential.samples import badge, card

_TEXTS = [
    "", "x", "é", "e\u0301", "\u202e", "\xa0", "\u2028", "😀", 'a"b\\c', "tab\tline\nreturn\r", "\\u0041",
    "<a>", "\x00", "\x1f", "\x7f", "\x85", "\ufffe", "\uffff", "\ufdd0", "\U0001fffe", "\ue000", "\ud800",
    "@id", "_:b0", "_:c14n0", "https://e.example/a", "https://e.example/é", "urn:x:y",
    "did:web:skills.example:cm:1", "name:x", "type", "Achievement", "Profile", "2026-03-01", "true", "1",
    "relative/path", "#fragment",
]  # fmt: skip
_SCALARS: list[Any] = [0, 1, -7, 2**53 - 1, 2**53, 1.5, 1.0, -0.0, True, False, None]
_VALUES: list[Any] = [
    {}, [], [[]], {"@value": "x", "@language": "fr"}, {"@value": "x", "@language": "fr-cm"}, {"@value": "x"},
    {"@value": 1}, {"@value": "x", "@type": "https://e.example/t"}, {"@list": ["a"]}, {"@set": ["a"]},
    {"id": "https://e.example/n"}, {"id": "https://e.example/n", "name": "n"}, {"type": "Evidence"},
    {"type": ["Evidence", "Profile"], "audience": "a"}, {"name": "n"}, {"name": ["n", "m"]},
    {"type": "CertifiedSkill", "level": "CM-4"}, {"type": "RubricCriterionLevel", "level": "1"},
    {"type": "Alignment", "name": {"name": "deep"}}, {"type": "ResultDescription", "allowedValue": []},
    {"type": "ResultDescription", "allowedValue": ["a", "a", {"name": "x"}, 1]},
]  # fmt: skip
_KEYS = [
    "name", "description", "id", "type", "@id", "@type", "@graph", "extra", "evidence", "alignment",
    "identifier", "route", "tradeVersion", "level", "image", "credentialSubject", "credentialStatus",
    "inLanguage", "narrative", "https://e.example/p", "name:x", "replaces", "assessedOn", "validUntil",
    "source", "statusSize", "proof",
]  # fmt: skip


def _places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every (container, key) of a document, but its @context."""
    items = list(value.items() if isinstance(value, dict) else enumerate(value))
    for key, item in items:
        if key != "@context":
            found.append((value, key))
            if isinstance(item, dict | list):
                _places(item, found)
    return found


def _mutate(document: dict[str, Any], dice: random.Random) -> None:
    container, key = dice.choice(_places(document, []))
    value = container[key]
    other_container, other_key = dice.choice(_places(document, []))

    def replace(new: Any) -> None:
        container[key] = copy.deepcopy(new)

    def remove() -> None:
        del container[key]

    def add_member() -> None:
        target = value if isinstance(value, dict) else document
        target[dice.choice(_KEYS)] = copy.deepcopy(dice.choice([*_TEXTS, *_SCALARS, *_VALUES]))

    def rename() -> None:
        if isinstance(container, dict):
            container[dice.choice(_KEYS)] = container.pop(key)

    def repeat() -> None:
        replace([value, value] if not isinstance(value, list) else value + value)

    dice.choice(
        [
            lambda: replace(dice.choice(_TEXTS)),
            lambda: replace(dice.choice(_SCALARS)),
            lambda: replace(dice.choice(_VALUES)),
            lambda: replace([value]),
            lambda: replace(other_container[other_key]),
            lambda: replace((value if isinstance(value, str) else "") + dice.choice(_TEXTS)),
            remove,
            add_member,
            rename,
            repeat,
        ]
    )()


def _document(seed: int) -> dict[str, Any]:
    dice = random.Random(seed)
    document = dice.choice([badge, card])()
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        _mutate(document, dice)
    if dice.random() < 0.1:
        document["@context"] = dice.sample(document["@context"], k=len(document["@context"]))
    return document


def _load(url: str, options: Any) -> dict[str, Any]:
    return {"contextUrl": None, "documentUrl": url, "document": copy.deepcopy(dict(BUNDLED[url].document))}


def _by_pyld(document: dict[str, Any]) -> str:
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load}
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
    nodes = [container[key] for container, key in _places(document, [])]
    types = [node.get("type") for node in [document, *nodes] if isinstance(node, dict)]
    if any(len(_SCOPED.intersection(names)) > 1 for names in types if isinstance(names, list)):
        return True
    below = [container[key] for container, key in _places(document, []) if key == "identityDocument"]
    inner = [value for node in below if isinstance(node, dict | list) for value in _places(node, [])]
    return any(isinstance(container[key], dict) for container, key in inner)


def _accepted_and_equal(seeds: range) -> int:
    accepted = 0
    for seed in seeds:
        document = _document(seed)
        try:
            text = jsonld.to_canonical_nquads(document)
        except (Malformed, Unsupported):
            continue
        accepted += 1
        assert text == _by_pyld(document), seed
        if not _beyond_oxigraph(document):
            assert text == _by_oxigraph(document), seed
    return accepted


def test_three_processors_agree_on_changed_documents() -> None:
    assert _accepted_and_equal(range(300)) > 60


@pytest.mark.full
@pytest.mark.parametrize("block", range(20))
def test_three_processors_agree_on_many_changed_documents(block: int) -> None:
    assert _accepted_and_equal(range(1_000 + block * 1_000, 2_000 + block * 1_000)) > 200


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
