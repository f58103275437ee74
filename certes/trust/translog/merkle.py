"""Merkle trees over SHA-256: roots, inclusion proofs and consistency proofs.

Source: RFC 9162, section 2.1 (the same trees and proofs as RFC 6962). Hashes of complete subtrees are named
by `Node`, so that one function makes a proof whether they lie in memory or in a database.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from certes.credential.errors import Malformed, Misuse

HASH_BYTES = 32
MAX_SIZE = 2**63 - 1
MAX_PROOF_HASHES = 63  # tlog-witness: enough for every tree of up to MAX_SIZE leaves
EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry (section 2.1.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side (section 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Node(NamedTuple):
    """A complete subtree: the leaves `place` * 2**`level` up to, but not, (`place` + 1) * 2**`level`."""

    level: int
    place: int

    @property
    def number(self) -> int:
        """One integer for each node, for use as a key: its place when a tree is read from left to right."""
        return ((2 * self.place + 1) << self.level) - 1


ReadNodes = Callable[[Sequence[Node]], Sequence[bytes]]  # the hashes, in the order of the nodes


def cover(start: int, end: int) -> tuple[Node, ...]:
    """The fewest complete subtrees that hold the leaves from `start` up to, but not, `end`."""
    found = []
    while start < end:
        room = (end - start).bit_length() - 1
        level = room if start == 0 else min((start & -start).bit_length() - 1, room)
        found.append(Node(level, start >> level))
        start += 1 << level
    return tuple(found)


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash over complete subtrees, largest first, as `cover` orders them. Misuse for none."""
    if not hashes:
        raise Misuse("merkle_nothing_to_hash")
    whole = hashes[-1]
    for left in reversed(hashes[:-1]):
        whole = node_hash(left, whole)
    return whole


def tree_root(size: int, read: ReadNodes) -> bytes:
    """The root of the first `size` leaves."""
    return fold(read(cover(0, size))) if size else EMPTY_ROOT


def _split(size: int) -> int:
    """The largest power of two below `size` (section 2.1.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _hashes(ranges: Iterable[tuple[int, int]], read: ReadNodes) -> tuple[bytes, ...]:
    covers = [cover(*each) for each in ranges]
    hashes = iter(read([node for nodes in covers for node in nodes]))
    return tuple(fold([next(hashes) for _ in nodes]) for nodes in covers)


def inclusion_proof(index: int, *, size: int, read: ReadNodes) -> tuple[bytes, ...]:
    """The proof that leaf `index` stands in the tree of `size` leaves (section 2.1.3.1)."""
    if not 0 <= index < size:
        raise Misuse("merkle_index_out_of_range", index=index, size=size)
    start, end, ranges = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return _hashes(reversed(ranges), read)


def consistency_proof(old: int, *, size: int, read: ReadNodes) -> tuple[bytes, ...]:
    """The proof that the tree of `size` leaves begins with that of `old` leaves (section 2.1.4.1)."""
    if not 0 <= old <= size:
        raise Misuse("merkle_index_out_of_range", index=old, size=size)
    if old in (0, size):
        return ()
    start, end, ranges = 0, size, []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:  # else the old root itself, which the verifier has
        ranges.append((start, end))
    return _hashes(reversed(ranges), read)


def require_inclusion(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Return if the leaf of this hash stands at `index` (section 2.1.3.2). Raises Malformed
    `inclusion_proof_invalid`."""
    if not 0 <= index < size <= MAX_SIZE or not _are_hashes(leaf, root, *proof):
        raise Malformed("inclusion_proof_invalid")
    first, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise Malformed("inclusion_proof_invalid")
        if first & 1 or first == last:
            found = node_hash(sibling, found)
            first, last = _climb(first, last)
        else:
            found = node_hash(found, sibling)
        first, last = first >> 1, last >> 1
    if last or found != root:
        raise Malformed("inclusion_proof_invalid")


def require_consistency(old: int, *, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Return if the tree of `size` leaves begins with that of `old` leaves (section 2.1.4.2). The tree of no
    leaf has one root only. Raises Malformed `consistency_proof_invalid`."""
    if not 0 <= old <= size <= MAX_SIZE or not _are_hashes(old_root, root, *proof):
        raise Malformed("consistency_proof_invalid")
    if old in (0, size):
        empty_ok = (old or old_root == EMPTY_ROOT) and (size or root == EMPTY_ROOT)
        if proof or not empty_ok or (old == size and old_root != root):
            raise Malformed("consistency_proof_invalid")
        return
    if _roots_of(old, old_root, size, proof) != (old_root, root):
        raise Malformed("consistency_proof_invalid")


def _roots_of(old: int, old_root: bytes, size: int, proof: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return None
    first, last = old - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old_found = found = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if first & 1 or first == last:
            old_found, found = node_hash(sibling, old_found), node_hash(sibling, found)
            first, last = _climb(first, last)
        else:
            found = node_hash(found, sibling)
        first, last = first >> 1, last >> 1
    return None if last else (old_found, found)


def _climb(first: int, last: int) -> tuple[int, int]:
    """Up to where the path is a right child, or is at the top."""
    while first and not first & 1:
        first, last = first >> 1, last >> 1
    return first, last


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
