"""Two checkpoints held against one another, and the shortest form in which one travels."""

from datetime import timedelta

import pytest

from certes.credential.errors import Malformed
from certes.trust.acceptance import believe
from certes.trust.gossip import Histories, compare_heads
from certes.trust.translog.checkpoints import TreeHead, parse_checkpoint
from tests.world import NOW, World

WORLD = World()
A = WORLD.revised("NationalList", "GA", lambda payload: payload.update(authorities=[]), at=NOW)
B = WORLD.revised("NationalList", "GA", lambda payload: payload.update(centres=[]), at=NOW)
LEAVES = [entry.leaf for entry in A.entries]


def head(world: World) -> TreeHead:
    return parse_checkpoint(world.note()).head


def test_one_size_with_two_roots_is_a_fork_at_once() -> None:
    assert compare_heads(head(A), head(A)) is Histories.ONE
    assert compare_heads(head(A), head(B)) is Histories.FORKED


def test_two_sizes_are_compared_under_the_entries_of_one() -> None:
    assert compare_heads(head(WORLD), head(A)) is Histories.UNDECIDED
    assert compare_heads(head(WORLD), head(A), LEAVES) is Histories.ONE
    assert compare_heads(head(WORLD), head(B), LEAVES) is Histories.FORKED
    assert compare_heads(head(B), head(WORLD), LEAVES[:12]) is Histories.UNDECIDED


def test_logs_of_two_networks_are_not_compared() -> None:
    with pytest.raises(Malformed, match="checkpoint_of_another_log"):
        compare_heads(head(A), TreeHead("other.example/log", 13, head(A).root))


def test_the_shortest_form_is_under_900_bytes_and_still_believed() -> None:
    view = WORLD.view()
    note = view.checkpoint.gossip()
    assert len(note) < 900
    assert believe(note, charter=view.charter, now=NOW + timedelta(days=1)).head == view.checkpoint.head
