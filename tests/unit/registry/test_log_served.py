"""The log over HTTP, as whoever follows it or mirrors it reads it."""

import pytest

from certes.trust.signing import digest
from certes.trust.translog.entries import parse_entry
from certes.trust.translog.merkle import leaf_hash
from certes.trust.translog.quorum import verify_checkpoint
from certes.trust.translog.ranges import CompactRange
from certes.trust.translog.tiles import parse_entries, parse_hashes
from certes.trust.vouching import log_note_keys, log_origin, witness_policy
from tests.unit.registry.conftest import Registry
from tests.world import NOW
from tests.world_data import Payload

SIZE = 12  # objects of the world


def test_the_checkpoint_has_a_quorum_and_the_tiles_make_its_root(registry: Registry) -> None:
    note = registry.client.get("/log/checkpoint")
    assert note.headers["content-type"] == "text/plain; charset=utf-8"
    charter = registry.world.charter
    found = verify_checkpoint(
        note.content,
        origin=log_origin(charter.network),
        log_keys=log_note_keys(charter),
        policy=witness_policy(charter),
        now=NOW,
    )
    assert (found.head.size, found.reached) == (SIZE, NOW)
    tile = registry.client.get(f"/log/tile/0/000.p/{SIZE}")
    hashes = parse_hashes(tile.content, width=SIZE)
    assert CompactRange().extend(hashes).root == found.head.root
    entries = parse_entries(registry.client.get(f"/log/tile/entries/000.p/{SIZE}").content, width=SIZE)
    assert tuple(map(leaf_hash, entries)) == hashes
    assert [parse_entry(each) for each in entries] == list(registry.world.entries)


def test_an_object_is_served_by_the_digest_of_its_envelope(registry: Registry) -> None:
    for entry in registry.world.entries:
        answer = registry.client.get(f"/v1/objects/{entry.envelope}")
        assert digest(answer.content) == entry.envelope
        assert "immutable" in answer.headers["cache-control"]
    unknown = registry.client.get("/v1/objects/sha-256:" + "0" * 64)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "object_not_found")
    assert registry.client.get("/v1/objects/x").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["0/000", "0/000.p/13", "0/001.p/1", "entries/000", "1/000.p/1", "0/0", "-1/000", "0/000.p/0", "x"],
)
def test_a_tile_that_the_log_does_not_have_is_not_found(registry: Registry, path: str) -> None:
    assert registry.client.get(f"/log/tile/{path}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/log/checkpoint", f"/log/tile/entries/000.p/{SIZE}", f"/log/tile/0/000.p/{SIZE}"]
)
def test_whoever_holds_a_file_is_told_so_and_packed_bytes_are_the_same(registry: Registry, path: str) -> None:
    plain = registry.client.get(path, headers={"Accept-Encoding": "identity"})
    packed = registry.client.get(path, headers={"Accept-Encoding": "gzip"})
    assert plain.content == packed.content
    assert packed.headers.get("content-encoding") == ("gzip" if len(plain.content) >= 512 else None)
    for answer, coding in ((plain, "identity"), (packed, "gzip")):
        headers = {"If-None-Match": answer.headers["etag"], "Accept-Encoding": coding}
        again = registry.client.get(path, headers=headers)
        assert (again.status_code, again.content) == (304, b"")


def test_a_partial_tile_stays_when_the_log_has_grown(registry: Registry) -> None:
    def nothing(_payload: Payload) -> None:
        """The same again."""

    before = registry.client.get(f"/log/tile/0/000.p/{SIZE}").content
    registry.submit(registry.world.next_version("HostPolicy", "GA", nothing))
    assert registry.client.get(f"/log/tile/0/000.p/{SIZE}").content == before
    assert registry.client.get(f"/log/tile/0/000.p/{SIZE + 1}").content[: len(before)] == before
