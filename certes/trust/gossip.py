"""Two checkpoints held against one another: do devices that never met know one history?

Source: docs/spec/log.md, section 6, Gossip. A note is only proof once it is verified: this asks of the roots
alone.
"""

from collections.abc import Sequence
from enum import Enum

from certes.credential.errors import Malformed
from certes.trust.translog.checkpoints import TreeHead
from certes.trust.translog.ranges import CompactRange


class Histories(Enum):
    """What two tree heads of one log say of each other."""

    ONE = "one"  # the same, or one continues the other
    FORKED = "forked"  # the alarm: both cannot be true
    UNDECIDED = "undecided"  # entries up to the larger size, or a consistency proof, are needed


def compare_heads(one: TreeHead, other: TreeHead, leaves: Sequence[bytes] = ()) -> Histories:
    """`leaves` are hashes of the log's first entries, of a history to hold both against. Raises Malformed
    `checkpoint_of_another_log`."""
    if one.origin != other.origin:
        raise Malformed("checkpoint_of_another_log", field="origin")
    if one.size == other.size:
        return Histories.ONE if one.root == other.root else Histories.FORKED
    if max(one.size, other.size) > len(leaves):
        return Histories.UNDECIDED
    return Histories.ONE if stands_in(one, leaves) and stands_in(other, leaves) else Histories.FORKED


def stands_in(head: TreeHead, leaves: Sequence[bytes]) -> bool:
    """Is this the tree of the first of these leaves?"""
    return head.size <= len(leaves) and CompactRange().extend(leaves[: head.size]).root == head.root
