"""Requests to witnesses, tiles, entries, and the histories that a device holds."""

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from certes.credential.errors import Malformed, Misuse
from certes.trust.signing import countersign, sign_object
from certes.trust.translog.checkpoints import TreeHead
from certes.trust.translog.entries import entry_of, parse_entry, require_logged
from certes.trust.translog.history import take_all, take_more
from certes.trust.translog.merkle import leaf_hash
from certes.trust.translog.ranges import Tree
from certes.trust.translog.submission import (
    MAX_REQUEST_BYTES,
    AddCheckpoint,
    encode_size,
    parse_add_checkpoint,
    parse_cosignatures,
    parse_size,
)
from certes.trust.translog.tiles import (
    WIDTH,
    Tile,
    encode_entries,
    encode_hashes,
    is_within,
    parse_entries,
    parse_hashes,
    parse_tile_path,
    tiles_of,
)
from tests.unit.translog.notes_of_tests import LOG, NOW, ORIGIN, ROOT, WITNESSES, cosigned

NOTE = cosigned(by=()).encode()


@pytest.mark.parametrize("proof", [(), (ROOT,), (ROOT,) * 63])
def test_a_request_comes_back_as_it_went(proof: tuple[bytes, ...]) -> None:
    request = AddCheckpoint(5, proof, NOTE)
    assert parse_add_checkpoint(request.encode()) == request


def test_a_request_in_letters() -> None:
    line = base64.b64encode(ROOT)
    assert AddCheckpoint(0, (ROOT,), NOTE).encode() == b"old 0\n" + line + b"\n\n" + NOTE


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"old 0\n" + NOTE,
        b"old 0",
        b"old 00\n\n" + NOTE,
        b"old -1\n\n" + NOTE,
        b"old\n\n" + NOTE,
        b"old  1\n\n" + NOTE,
        b"Old 1\n\n" + NOTE,
        b"1\n\n" + NOTE,
        b"old 1\r\n\n" + NOTE,
        b"old \xd9\xa3\n\n" + NOTE,
        b"old 9223372036854775808\n\n" + NOTE,
        b"old 1\nAAAA\n\n" + NOTE,
        b"old 1\nnot base64\n\n" + NOTE,
        b"old 1\n" + (base64.b64encode(ROOT) + b"\n") * 64 + b"\n" + NOTE,
        b"old 1\n\n" + bytes(MAX_REQUEST_BYTES),
    ],
)
def test_what_is_no_request(raw: bytes) -> None:
    with pytest.raises(Malformed, match="add_checkpoint_invalid"):
        parse_add_checkpoint(raw)


def test_the_answers_of_a_witness() -> None:
    line = cosigned(by=WITNESSES[:1]).signatures[1]
    assert parse_cosignatures(line.line.encode()) == (line,)
    for raw in (b"\xff\n", b"", b"nothing\n"):
        with pytest.raises(Malformed, match="note_invalid"):
            parse_cosignatures(raw)
    assert parse_size(encode_size(50)) == 50
    for raw in (b"", b"50", b"050\n", b"50\n\n", b"\xff\n"):
        with pytest.raises(Malformed, match="size_answer_invalid"):
            parse_size(raw)


def test_the_paths_of_the_specification() -> None:
    assert Tile(0, 1_234_067).path == "tile/0/x001/x234/067"
    assert Tile(None, 0, 5).path == "tile/entries/000.p/5"
    for tile in (Tile(0, 0), Tile(63, 999, 255), Tile(None, 1_000_000), Tile(1, 1_000, 1)):
        assert parse_tile_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/001/002",
        "tile/0/x000/001",
        "tile/00/000",
        "tile/64/000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000\n",
        "tile/-1/000",
        "tile/data/000",
        "/tile/0/000",
    ],
)
def test_other_spellings_of_paths_are_refused(path: str) -> None:
    with pytest.raises(Malformed, match="tile_path_invalid"):
        parse_tile_path(path)


def test_the_tiles_of_the_specification() -> None:
    tiles = list(tiles_of(70_000))
    assert len(tiles) == 273 + 1 + 1 + 1 + 1
    assert [each.path for each in tiles if each.width < WIDTH] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert [each.path for each in tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert list(tiles_of(0)) == []
    assert all(is_within(each, 70_000) for each in tiles)
    assert not is_within(Tile(0, 273, 113), 70_000)
    assert not is_within(Tile(1, 1, 18), 70_000)


def test_tiles_hold_the_hashes_of_the_tree() -> None:
    entries = [b"e%d" % number for number in range(600)]
    tree = Tree(map(leaf_hash, entries))
    for tile in tiles_of(600):
        raw = encode_hashes(tree.read(tile.nodes))
        assert len(raw) == 32 * tile.width
        hashes = parse_hashes(raw, width=tile.width)
        if tile.level == 0:
            start = tile.index * WIDTH
            assert hashes == tuple(map(leaf_hash, entries[start : start + tile.width]))
        elif tile.width == 2:
            assert hashes == tuple(
                Tree(map(leaf_hash, entries[start : start + WIDTH])).range.root for start in (0, WIDTH)
            )
    assert Tile(None, 1).nodes == Tile(0, 1).nodes
    with pytest.raises(Malformed, match="tile_invalid"):
        parse_hashes(bytes(31), width=1)


def test_entry_bundles() -> None:
    entries = (b"", b"a", b"b" * 65_535)
    raw = encode_entries(entries)
    assert raw[:5] == b"\x00\x00\x00\x01a"
    assert parse_entries(raw, width=3) == entries
    for bad, width in ((raw, 2), (raw[:-1], 3), (raw + b"\x00", 3), (raw + b"\x00\x01", 4)):
        with pytest.raises(Malformed, match="tile_invalid"):
            parse_entries(bad, width=width)
    with pytest.raises(Misuse, match="log_entry_too_large"):
        encode_entries([bytes(65_536)])


OBJECT = sign_object(
    "NationalList",
    country="CM",
    version=3,
    payload={"country": "CM"},
    signers=[WITNESSES[0].signer, WITNESSES[1].signer],
)
ENTRY = entry_of(OBJECT, subject="CM", time=NOW)


def test_an_entry_comes_back_as_it_went() -> None:
    raw = ENTRY.encode()
    assert parse_entry(raw) == ENTRY
    assert json.loads(raw) == {
        "envelope": ENTRY.envelope,
        "object": OBJECT.object_id,
        "subject": "CM",
        "time": "2026-11-20T08:00:00Z",
        "type": "NationalList",
        "version": 3,
    }
    assert ENTRY.leaf == hashlib.sha256(b"\x00" + raw).digest()
    assert parse_entry(entry_of(OBJECT, subject="", time=NOW).encode()).subject == ""


def test_an_entry_holds_the_signatures_fast_in_any_order() -> None:
    require_logged(OBJECT, ENTRY)
    require_logged(replace(OBJECT, signatures=OBJECT.signatures[::-1]), ENTRY)
    for other in (
        replace(OBJECT, signatures=OBJECT.signatures[:1]),
        countersign(OBJECT, LOG.signer),
        sign_object("NationalList", country="CM", version=4, payload={"country": "CM"}, signers=[]),
    ):
        with pytest.raises(Malformed, match="object_not_as_logged"):
            require_logged(other, ENTRY)
    for entry in (replace(ENTRY, version=4), replace(ENTRY, type="HostPolicy")):
        with pytest.raises(Malformed, match="object_not_as_logged"):
            require_logged(OBJECT, entry)


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1},
        {"version": None},
        {"version": "3"},
        {"object": "sha-256:00"},
        {"envelope": "x"},
        {"subject": 1},
        {"time": "yesterday"},
        {"time": "2026-11-20T08:00:00+00:00"},
        {"type": ""},
    ],
)
def test_what_is_no_entry(change: dict[str, Any]) -> None:
    document = json.loads(ENTRY.encode()) | change
    raw = json.dumps(document, separators=(",", ":"), sort_keys=True).encode()
    with pytest.raises(Malformed):
        parse_entry(raw)


def test_an_entry_has_one_spelling() -> None:
    with pytest.raises(Malformed, match="log_entry_invalid"):
        parse_entry(ENTRY.encode() + b" ")


LEAVES = [leaf_hash(b"%d" % number) for number in range(20)]
REWRITTEN = [*LEAVES[:3], leaf_hash(b"rewritten"), *LEAVES[4:]]
TREE = Tree(LEAVES)
OTHER = Tree(REWRITTEN)


def head(size: int, tree: Tree = TREE) -> TreeHead:
    return TreeHead(ORIGIN, size, tree.root(size))


def test_a_history_grows() -> None:
    empty = TREE.at(0)
    assert take_all(LEAVES[:12], head(12), held=empty) == TREE.at(12)
    assert take_all(LEAVES, head(20), held=TREE.at(12)) == TREE.at(20)
    assert take_more(LEAVES[12:], head(20), held=TREE.at(12)) == TREE.at(20)
    assert take_all(LEAVES[:12], head(12), held=TREE.at(12)) == TREE.at(12)
    assert take_more([], head(12), held=TREE.at(12)) == TREE.at(12)


def test_a_history_does_not_go_back() -> None:
    with pytest.raises(Malformed, match="log_rolled_back"):
        take_all(LEAVES[:11], head(11), held=TREE.at(12))
    with pytest.raises(Malformed, match="log_rolled_back"):
        take_more([], head(11), held=TREE.at(12))


def test_another_history_is_an_alarm_from_the_size_on_where_it_differs() -> None:
    for size in (12, 20):
        with pytest.raises(Malformed, match="log_forked"):
            take_all(REWRITTEN[:size], head(size, OTHER), held=TREE.at(12))
    with pytest.raises(Malformed, match="log_forked"):
        take_more([], head(12, OTHER), held=TREE.at(12))
    assert take_all(REWRITTEN, head(20, OTHER), held=TREE.at(3)) == OTHER.at(20)


def test_altered_added_or_missing_entries_are_not_those_of_the_checkpoint() -> None:
    held = TREE.at(12)
    for leaves in (REWRITTEN, LEAVES[:19], [*LEAVES, LEAVES[0]]):
        with pytest.raises(Malformed, match="log_entries_differ"):
            take_all(leaves, head(20), held=held)
    for leaves in (REWRITTEN[3:11], LEAVES[12:19], [*LEAVES[12:], LEAVES[0]]):
        with pytest.raises(Malformed, match="log_entries_differ"):
            take_more(leaves, head(20), held=held)
    with pytest.raises(Malformed, match="log_entries_differ"):
        take_more(LEAVES[12:], head(20, OTHER), held=held)
