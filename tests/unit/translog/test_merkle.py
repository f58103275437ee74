"""Trees and proofs, against the published ones and against the definitions taken word for word."""

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from certes.credential.errors import Malformed, Misuse
from certes.trust.translog.merkle import (
    EMPTY_ROOT,
    Node,
    consistency_proof,
    cover,
    fold,
    inclusion_proof,
    leaf_hash,
    node_hash,
    require_consistency,
    require_inclusion,
)
from certes.trust.translog.ranges import CompactRange, Tree

VECTORS: dict[str, Any] = json.loads(Path("tests/vectors/translog/rfc6962.json").read_bytes())
PUBLISHED = [bytes.fromhex(leaf) for leaf in VECTORS["leaves"]]
ROOTS = [bytes.fromhex(root) for root in VECTORS["roots"]]
MOST = 64
ENTRIES = tuple(b"entry %d" % number for number in range(MOST))
TREE = Tree(map(leaf_hash, ENTRIES))
OTHER = hashlib.sha256(b"other").digest()


@cache
def mth(entries: tuple[bytes, ...]) -> bytes:
    """RFC 9162, section 2.1.1, as it is written."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: tuple[bytes, ...]) -> list[bytes]:
    """PATH of section 2.1.3.1."""
    if len(entries) == 1:
        return []
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: tuple[bytes, ...], whole: bool) -> list[bytes]:
    """SUBPROOF of section 2.1.4.1."""
    if m == len(entries):
        return [] if whole else [mth(entries)]
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m <= k:
        return [*subproof(m, entries[:k], whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def hexes(values: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(map(bytes.fromhex, values))


def test_the_published_roots() -> None:
    tree = Tree(map(leaf_hash, PUBLISHED))
    assert [tree.root(size) for size in range(1, 9)] == ROOTS
    assert tree.root(0) == EMPTY_ROOT == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("vector", VECTORS["inclusion"])
def test_the_published_inclusion_proofs(vector: dict[str, Any]) -> None:
    index, size, proof = vector["leaf"] - 1, vector["size"], hexes(vector["proof"])
    assert inclusion_proof(index, size=size, read=Tree(map(leaf_hash, PUBLISHED)).read) == proof
    leaf = leaf_hash(PUBLISHED[index])
    require_inclusion(leaf, index=index, size=size, proof=proof, root=ROOTS[size - 1])


@pytest.mark.parametrize("vector", VECTORS["consistency"])
def test_the_published_consistency_proofs(vector: dict[str, Any]) -> None:
    old, size, proof = vector["size1"], vector["size2"], hexes(vector["proof"])
    assert consistency_proof(old, size=size, read=Tree(map(leaf_hash, PUBLISHED)).read) == proof
    require_consistency(old, old_root=ROOTS[old - 1], size=size, root=ROOTS[size - 1], proof=proof)


@pytest.mark.parametrize("size", range(MOST + 1))
def test_every_tree_and_every_proof_up_to_64_leaves(size: int) -> None:
    entries = ENTRIES[:size]
    root = mth(entries)
    assert (
        TREE.root(size) == TREE.at(size).root == CompactRange().extend(map(leaf_hash, entries)).root == root
    )
    for index in range(size):
        proof = inclusion_proof(index, size=size, read=TREE.read)
        assert list(proof) == path(index, entries)
        require_inclusion(leaf_hash(entries[index]), index=index, size=size, proof=proof, root=root)
    for old in range(size + 1):
        proof = consistency_proof(old, size=size, read=TREE.read)
        assert list(proof) == ([] if old == 0 else subproof(old, entries, True))
        require_consistency(old, old_root=mth(entries[:old]), size=size, root=root, proof=proof)


@pytest.mark.parametrize("size", [*range(1, 18), 63, 64])
def test_no_other_inclusion_proof_holds(size: int) -> None:
    root = TREE.root(size)
    for index in range(size):
        leaf = leaf_hash(ENTRIES[index])
        proof = inclusion_proof(index, size=size, read=TREE.read)
        bad: list[tuple[bytes, int, int, tuple[bytes, ...], bytes]] = [
            (OTHER, index, size, proof, root),
            (leaf[:-1], index, size, proof, root),
            (leaf, index, size, proof, OTHER),
            (leaf, index, size, proof, b""),
            (leaf, index, size, (*proof, OTHER), root),
            (leaf, index, size, (*proof, b""), root),
            (leaf, index, size, (OTHER, *proof), root),
            (leaf, -1, size, proof, root),
            (leaf, size, size, proof, root),
            (leaf, index, size * 4, proof, root),
            *((leaf, other, size, proof, root) for other in range(size) if other != index),
            *((leaf, index, size, (*proof[:at], OTHER, *proof[at + 1 :]), root) for at in range(len(proof))),
            *((leaf, index, size, proof[:at], root) for at in range(len(proof))),
        ]
        for wrong_leaf, wrong_index, wrong_size, wrong_proof, wrong_root in bad:
            with pytest.raises(Malformed, match="inclusion_proof_invalid"):
                require_inclusion(
                    wrong_leaf, index=wrong_index, size=wrong_size, proof=wrong_proof, root=wrong_root
                )


@pytest.mark.parametrize("size", [*range(1, 18), 63, 64])
def test_no_other_consistency_proof_holds(size: int) -> None:
    root = TREE.root(size)
    for old in range(1, size):
        old_root = TREE.root(old)
        proof = consistency_proof(old, size=size, read=TREE.read)
        bad: list[tuple[int, bytes, int, bytes, tuple[bytes, ...]]] = [
            (old, OTHER, size, root, proof),
            (old, old_root, size, OTHER, proof),
            (old, root, size, old_root, proof),
            (old, old_root[1:], size, root, proof),
            (old, old_root, size, root, (*proof, OTHER)),
            (old, old_root, size, root, (OTHER, *proof)),
            (old, old_root, size, root, (*proof, b"")),
            (old, old_root, size, root, proof[:-1]),
            (old, old_root, size, root, ()),
            (old, old_root, size * 4, root, proof),
            (size, old_root, old, root, proof),
            (0, old_root, size, root, proof),
            *(
                (old, old_root, size, root, (*proof[:at], OTHER, *proof[at + 1 :]))
                for at in range(len(proof))
            ),
        ]
        for wrong_old, wrong_old_root, wrong_size, wrong_root, wrong_proof in bad:
            with pytest.raises(Malformed, match="consistency_proof_invalid"):
                require_consistency(
                    wrong_old,
                    old_root=wrong_old_root,
                    size=wrong_size,
                    root=wrong_root,
                    proof=wrong_proof,
                )


@pytest.mark.parametrize(
    ("old", "old_root", "size", "root", "proof"),
    [
        (0, EMPTY_ROOT, 0, EMPTY_ROOT, (OTHER,)),
        (0, OTHER, 0, OTHER, ()),
        (0, OTHER, 1, OTHER, ()),
        (1, OTHER, 1, EMPTY_ROOT, ()),
        (1, OTHER, 1, OTHER, (OTHER,)),
        (-1, EMPTY_ROOT, 1, OTHER, ()),
        (1, OTHER, 2**63, OTHER, (OTHER,)),
    ],
)
def test_the_edges_of_consistency(
    old: int, old_root: bytes, size: int, root: bytes, proof: tuple[bytes, ...]
) -> None:
    with pytest.raises(Malformed, match="consistency_proof_invalid"):
        require_consistency(old, old_root=old_root, size=size, root=root, proof=proof)


def test_the_empty_tree_is_the_beginning_of_every_tree_and_each_of_itself() -> None:
    require_consistency(0, old_root=EMPTY_ROOT, size=0, root=EMPTY_ROOT, proof=())
    require_consistency(0, old_root=EMPTY_ROOT, size=7, root=OTHER, proof=())
    require_consistency(7, old_root=OTHER, size=7, root=OTHER, proof=())


def test_a_leaf_is_never_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


def test_nodes_have_numbers_of_their_own() -> None:
    assert [Node(0, 0).number, Node(1, 0).number, Node(0, 1).number, Node(2, 0).number] == [0, 1, 2, 3]
    nodes = [Node(level, place) for level in range(7) for place in range(64 >> level)]
    assert len({node.number for node in nodes}) == len(nodes) == 127


@pytest.mark.parametrize("end", range(33))
def test_a_cover_holds_each_leaf_once(end: int) -> None:
    for start in range(end + 1):
        held = [
            leaf for level, place in cover(start, end) for leaf in range(place << level, (place + 1) << level)
        ]
        assert held == list(range(start, end))


def test_callers_errors_are_misuse() -> None:
    with pytest.raises(Misuse, match="merkle_nothing_to_hash"):
        fold([])
    for index, size in ((0, 0), (-1, 3), (3, 3)):
        with pytest.raises(Misuse, match="merkle_index_out_of_range"):
            inclusion_proof(index, size=size, read=TREE.read)
    for old, size in ((-1, 3), (4, 3)):
        with pytest.raises(Misuse, match="merkle_index_out_of_range"):
            consistency_proof(old, size=size, read=TREE.read)


@pytest.mark.parametrize("size", [0, 1, 5, 64])
def test_what_a_device_holds_survives_as_json(size: int) -> None:
    held = TREE.at(size)
    assert CompactRange.from_json(json.loads(json.dumps(held.to_json()))) == held
    assert len(held.peaks) == size.bit_count()


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"size": 1},
        {"size": 1, "peaks": []},
        {"size": 0, "peaks": ["AA=="]},
        {"size": 1, "peaks": ["AA=="]},
        {"size": 1, "peaks": ["é"]},
        {"size": -1, "peaks": []},
        {"size": 2**63, "peaks": ["A" * 43 + "="]},
        {"size": 0, "peaks": [], "more": 1},
        {"size": "0", "peaks": []},
    ],
)
def test_what_is_no_tree_is_not_read_as_one(value: object) -> None:
    with pytest.raises(Malformed):
        CompactRange.from_json(value)
