"""What must be true of every tree, every note and every history."""

import hashlib

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from certes.credential.errors import Malformed
from certes.trust.translog.checkpoints import TreeHead, parse_checkpoint, parse_head
from certes.trust.translog.history import take_all, take_more
from certes.trust.translog.merkle import (
    Node,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    require_consistency,
    require_inclusion,
)
from certes.trust.translog.notes import Note, NoteSignature, parse_note
from certes.trust.translog.quorum import most_liars, quorum_of
from certes.trust.translog.ranges import Tree
from certes.trust.translog.submission import AddCheckpoint, parse_add_checkpoint
from certes.trust.translog.tiles import Tile, encode_entries, parse_entries, parse_tile_path

SIZES = st.integers(1, 3_000)
TREE = Tree(leaf_hash(b"%d" % number) for number in range(3_000))
HASHES = st.binary(min_size=32, max_size=32)
LETTERS = st.characters(
    min_codepoint=0x21, exclude_categories=("Cs", "Zs", "Zl", "Zp"), exclude_characters="+\x85"
)
NAMES = st.text(LETTERS, min_size=1, max_size=40)
LINES = st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs"]), max_size=40)
SIGNATURES = st.builds(
    NoteSignature, NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=90)
)


@given(SIZES, st.data())
def test_every_leaf_is_provable_and_only_where_it_stands(size: int, data: st.DataObject) -> None:
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size=size, read=TREE.read)
    (leaf,) = TREE.read([Node(0, index)])
    assert len(proof) <= (size - 1).bit_length()
    require_inclusion(leaf, index=index, size=size, proof=proof, root=TREE.root(size))
    assume(other != index)
    with pytest.raises(Malformed):
        require_inclusion(leaf, index=other, size=size, proof=proof, root=TREE.root(size))


@given(SIZES, SIZES)
def test_every_tree_begins_with_every_smaller_one(one: int, two: int) -> None:
    old, size = sorted((one, two))
    proof = consistency_proof(old, size=size, read=TREE.read)
    require_consistency(old, old_root=TREE.root(old), size=size, root=TREE.root(size), proof=proof)
    assert TREE.at(old).extend(TREE.read([Node(0, place) for place in range(old, size)])) == TREE.at(size)


@settings(max_examples=300)
@given(st.integers(0, 2**40), st.integers(0, 2**40), st.lists(HASHES, max_size=45), HASHES, HASHES)
def test_invented_proofs_are_refused(
    old: int, size: int, proof: list[bytes], old_root: bytes, root: bytes
) -> None:
    assume(old not in (0, size))
    with pytest.raises(Malformed):
        require_consistency(old, old_root=old_root, size=size, root=root, proof=proof)
    with pytest.raises(Malformed):
        require_inclusion(old_root, index=old, size=size, proof=proof, root=root)


@given(st.lists(LINES, max_size=5), st.lists(SIGNATURES, min_size=1, max_size=5))
def test_a_note_comes_back_as_it_went(lines: list[str], signatures: list[NoteSignature]) -> None:
    note = Note("".join(f"{line}\n" for line in [*lines, "end"]), tuple(signatures))
    assert parse_note(note.encode()) == note


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_bytes_are_a_note_or_refused(raw: bytes) -> None:
    for parse in (parse_note, parse_checkpoint, parse_add_checkpoint):
        try:
            found = parse(raw)
        except Malformed:
            continue
        assert isinstance(found, Note) is (parse is parse_note)


@given(NAMES, st.integers(0, 2**63 - 1), HASHES, st.lists(NAMES, max_size=3))
def test_a_tree_head_comes_back_as_it_went(
    origin: str, size: int, root: bytes, extensions: list[str]
) -> None:
    head = TreeHead(origin, size, root, tuple(extensions))
    assert parse_head(head.text) == head


@given(st.integers(0, 2**63 - 1), st.lists(HASHES, max_size=63), st.binary(max_size=200))
def test_a_request_comes_back_as_it_went(old: int, proof: list[bytes], note: bytes) -> None:
    request = AddCheckpoint(old, tuple(proof), note)
    assert parse_add_checkpoint(request.encode()) == request


@given(st.none() | st.integers(0, 63), st.integers(0, 10**15), st.integers(1, 256))
def test_a_tile_path_comes_back_as_it_went(level: int | None, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert parse_tile_path(tile.path) == tile


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_an_entry_bundle_comes_back_as_it_went(entries: list[bytes]) -> None:
    assert parse_entries(encode_entries(entries), width=len(entries)) == tuple(entries)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_no_device_takes_two_histories(held_size: int, size: int, changed: int) -> None:
    """A device that holds one history takes another only as far as they are the same."""
    ours = [leaf_hash(b"%d" % number) for number in range(60)]
    theirs = [*ours[:changed], *(hashlib.sha256(leaf).digest() for leaf in ours[changed:])]
    held, other = Tree(ours[:held_size]).range, Tree(theirs[:size]).range
    offered = TreeHead("log", size, other.root)
    if size >= held_size <= changed:
        assert take_all(theirs[:size], offered, held=held) == other
        assert take_more(theirs[held_size:size], offered, held=held) == other
    else:
        code = "log_rolled_back" if size < held_size else "log_forked"
        with pytest.raises(Malformed, match=code):
            take_all(theirs[:size], offered, held=held)
        with pytest.raises(Malformed):
            take_more(theirs[held_size:size], offered, held=held)


@given(st.integers(1, 60), st.data())
def test_liars_alone_never_make_two_quorums(count: int, data: st.DataObject) -> None:
    """However the honest ones are divided between two histories, not both get a quorum."""
    liars = data.draw(st.integers(0, most_liars(count)))
    honest_for_one = data.draw(st.integers(0, count - liars))
    quorum = quorum_of(count, liars=liars)
    votes = (honest_for_one + liars, count - liars - honest_for_one + liars)
    assert min(votes) < quorum
