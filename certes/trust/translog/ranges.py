"""What must be held of a tree to go on growing it: the roots of its largest complete subtrees.

A log of a million entries is at most 20 hashes. A device keeps the same to hold every later history against
the one it has seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from certes.credential.errors import Malformed
from certes.trust.members import Members
from certes.trust.translog.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    MAX_SIZE,
    Node,
    cover,
    fold,
    node_hash,
    tree_root,
)
from certes.trust.translog.texts import from_base64, to_base64

Completed = tuple[Node, bytes]  # a complete subtree and its hash


@dataclass(frozen=True, slots=True)
class CompactRange:
    """The first `size` leaves of a tree. `peaks` are the hashes of `cover(0, size)`."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE or len(self.peaks) != self.size.bit_count():
            raise Malformed("tree_state_invalid", field="peaks")
        if any(len(peak) != HASH_BYTES for peak in self.peaks):
            raise Malformed("tree_state_invalid", field="peaks")

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        return fold(self.peaks) if self.size else EMPTY_ROOT

    def append(self, leaf: bytes) -> tuple["CompactRange", tuple[Completed, ...]]:
        """The tree with one more leaf, given by its hash, and every subtree that it completes, the leaf
        first."""
        peaks, index, level = list(self.peaks), self.size, 0
        completed = [(Node(0, index), leaf)]
        while index & 1:
            leaf = node_hash(peaks.pop(), leaf)
            index, level = index >> 1, level + 1
            completed.append((Node(level, index), leaf))
        return CompactRange(self.size + 1, (*peaks, leaf)), tuple(completed)

    def extend(self, leaves: Iterable[bytes]) -> "CompactRange":
        """The tree with more leaves, given by their hashes."""
        peaks, size = list(self.peaks), self.size
        for leaf in leaves:
            index = size
            while index & 1:
                leaf, index = node_hash(peaks.pop(), leaf), index >> 1
            peaks.append(leaf)
            size += 1
        return CompactRange(size, tuple(peaks))

    def to_json(self) -> dict[str, Any]:
        """The inverse of `from_json`."""
        return {"size": self.size, "peaks": [to_base64(peak) for peak in self.peaks]}

    @staticmethod
    def from_json(value: object) -> "CompactRange":
        """Raises Malformed for anything that `to_json` does not write."""
        if not isinstance(value, Mapping) or value.keys() != {"size", "peaks"}:
            raise Malformed("tree_state_invalid")
        top = Members(value)
        peaks = tuple(from_base64(text, "tree_state_invalid") for text in top.texts("peaks"))
        return CompactRange(top.integer("size"), peaks)


class Tree:
    """A whole tree in memory, for who holds every entry: monitors, and whoever makes a bundle."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._hashes: dict[Node, bytes] = {}
        self.range = CompactRange()
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        """Add a leaf by its hash."""
        self.range, completed = self.range.append(leaf)
        self._hashes.update(completed)

    def read(self, nodes: Sequence[Node]) -> list[bytes]:
        """The hashes of complete subtrees; a `ReadNodes`."""
        return [self._hashes[node] for node in nodes]

    def root(self, size: int) -> bytes:
        """The root of the first `size` leaves."""
        return tree_root(size, self.read)

    def at(self, size: int) -> CompactRange:
        """The first `size` leaves."""
        return CompactRange(size, tuple(self.read(cover(0, size))))
