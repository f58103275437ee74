"""The canonical text made from the tree is that of RDFC-1.0 over its quads, remembered fragments or not."""

import copy
from typing import Any

import pytest

from certes.credential.canon import jsonld, rdfc
from certes.credential.errors import Unsupported
from certes.credential.wallet import document
from tests.samples import LABELS, NETWORK, TYPICAL
from tests.unit.credential.samples import badge


def wallet() -> dict[str, Any]:
    """An unsigned wallet credential."""
    return document(TYPICAL, LABELS, network=NETWORK)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Each test begins without fragments."""
    jsonld._FRAGMENTS.clear()


@pytest.mark.parametrize("hash_name", ["sha256", "sha384"])
@pytest.mark.parametrize("make", [wallet, badge])
def test_the_text_is_that_of_the_algorithm(make: Any, hash_name: str) -> None:
    expected = rdfc.canonicalize(jsonld.to_quads(make()), hash_name=hash_name).text
    jsonld._FRAGMENTS.clear()
    for _ in range(3):  # first read in full, then with what was remembered
        assert jsonld.to_canonical_nquads(make(), hash_name=hash_name) == expected
    assert rdfc.canonicalize(jsonld.to_quads(make()), hash_name=hash_name).text == expected


def test_an_achievement_is_remembered_and_a_person_is_not() -> None:
    jsonld.to_canonical_nquads(wallet())
    kept = b"".join(key for _, key in jsonld._FRAGMENTS)
    assert b'"Achievement"' in kept
    assert TYPICAL.person.name.encode() not in kept
    assert TYPICAL.number.encode() not in kept


def test_a_changed_achievement_is_another_one() -> None:
    first = wallet()
    second = copy.deepcopy(first)
    second["credentialSubject"]["achievement"]["name"] = "Boulanger"
    texts = [jsonld.to_canonical_nquads(one) for one in (first, second, first)]
    assert texts[0] == texts[2] != texts[1]


def test_true_is_not_one_and_a_text_is_not_a_number() -> None:
    texts = set()
    for version in (1, True, "1"):
        one = wallet()
        one["credentialSubject"]["achievement"]["tradeVersion"] = version
        try:
            texts.add(jsonld.to_canonical_nquads(one))
        except Unsupported as refusal:
            texts.add(refusal.code)
    assert len(texts) == 3


@pytest.mark.parametrize("remembered", [False, True])
def test_a_remembered_node_is_still_described_once_alone(remembered: bool) -> None:
    if remembered:
        jsonld.to_canonical_nquads(wallet())
    twice = wallet()
    twice["credentialSubject"]["achievement"] = [twice["credentialSubject"]["achievement"]] * 2
    with pytest.raises(Unsupported, match="id_described_twice"):
        jsonld.to_canonical_nquads(twice)


def test_what_is_refused_is_not_remembered() -> None:
    odd = wallet()
    odd["credentialSubject"]["achievement"]["extra"] = 1
    for _ in range(2):
        with pytest.raises(Unsupported, match="term_undefined"):
            jsonld.to_canonical_nquads(odd)


def test_a_repeated_value_is_refused_each_time() -> None:
    odd = wallet()
    kinds = odd["credentialSubject"]["achievement"]["type"]
    odd["credentialSubject"]["achievement"]["type"] = [*kinds, *kinds]
    for _ in range(2):
        with pytest.raises(Unsupported, match="statement_repeated"):
            jsonld.to_canonical_nquads(odd)


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonld, "MAX_FRAGMENTS", 4)
    for number in range(20):
        one = wallet()
        one["credentialSubject"]["achievement"]["version"] = str(number)
        jsonld.to_canonical_nquads(one)
        assert len(jsonld._FRAGMENTS) <= 4
    jsonld._FRAGMENTS.clear()
    one["credentialSubject"]["achievement"]["description"] = "x" * jsonld.MAX_FRAGMENT_BYTES
    jsonld.to_canonical_nquads(one)
    assert not any(b'"Achievement"' in key for _, key in jsonld._FRAGMENTS)
