"""A log of several tiles followed into a folder: what is full is fetched once."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from certes.credential.errors import Malformed, Unreachable
from certes.runtime.fetch import Fetcher, Hosts
from certes.runtime.log_mirror import MAX_ENTRIES, LogMirror
from certes.trust.translog.merkle import leaf_hash
from certes.trust.translog.ranges import CompactRange, Tree
from certes.trust.translog.tiles import WIDTH, Tile, encode_entries, encode_hashes, is_within, parse_tile_path

ENTRIES = [f"entry {number}".encode() for number in range(600)]


@dataclass
class Served:
    """A log as static files. `partial`: does it still serve partial tiles whose full ones are there?"""

    size: int
    entries: list[bytes] = field(default_factory=lambda: list(ENTRIES))
    partial: bool = True
    asked: list[str] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """A tile."""
        path = urlsplit(str(request.url)).path
        self.asked.append(path)
        tile = parse_tile_path(path.removeprefix("/log/"))
        whole = is_within(Tile(tile.level, tile.index), self.size)
        gone = not self.partial and tile.width < WIDTH and whole
        if not is_within(tile, self.size) or gone:
            return httpx.Response(404, stream=httpx.ByteStream(b""))
        if tile.level is None:
            start = tile.index * WIDTH
            body = encode_entries(self.entries[start : start + tile.width])
        else:
            body = encode_hashes(Tree(map(leaf_hash, self.entries[: self.size])).read(tile.nodes))
        return httpx.Response(200, stream=httpx.ByteStream(body))


def mirror_of(served: Served, folder: Path) -> LogMirror:
    """Into this folder."""
    hosts = Hosts(frozenset({"log.example"}))
    fetcher = Fetcher(hosts, transport=httpx.MockTransport(served.answer))
    return LogMirror("https://log.example/", folder=folder, fetcher=fetcher)


def root_of(size: int) -> bytes:
    """Of the first entries."""
    return CompactRange().extend(map(leaf_hash, ENTRIES[:size])).root


def follow(mirror: LogMirror, size: int) -> list[bytes]:
    """What a monitor does."""
    found = mirror.entries(size, root=root_of(size))
    mirror.require_hash_tiles(map(leaf_hash, found))
    mirror.keep(found)
    return found


def test_full_tiles_are_fetched_once_and_of_partial_ones_the_newest_is_kept(tmp_path: Path) -> None:
    served = Served(300)
    mirror = mirror_of(served, tmp_path)
    assert follow(mirror, 300) == ENTRIES[:300]
    assert "/log/tile/entries/000" in served.asked
    served.asked.clear()
    served.size = 520
    assert follow(mirror, 520) == ENTRIES[:520]
    assert served.asked == [
        "/log/tile/entries/001", "/log/tile/entries/002.p/8",
        "/log/tile/0/001", "/log/tile/0/002.p/8", "/log/tile/1/000.p/2",
    ]  # fmt: skip
    kept = {str(path.relative_to(tmp_path / "log/tile")) for path in tmp_path.rglob("*") if path.is_file()}
    assert kept == {"entries/000", "entries/001", "entries/002.p/8", "0/000", "0/001"}
    assert mirror.kept_entries(520) == ENTRIES[:520]
    assert mirror.kept_entries(519) == []


def test_where_a_partial_tile_is_gone_the_full_one_stands_in(tmp_path: Path) -> None:
    mirror = mirror_of(Served(600, partial=False), tmp_path)
    assert follow(mirror, 300) == ENTRIES[:300]


def test_entries_that_are_not_the_checkpoints_are_refused_and_not_kept(tmp_path: Path) -> None:
    served = Served(300)
    served.entries[7] = b"another"
    mirror = mirror_of(served, tmp_path)
    with pytest.raises(Malformed, match="log_entries_differ"):
        mirror.entries(300, root=root_of(300))
    assert list(tmp_path.rglob("*")) == []


def test_a_kept_tile_that_was_damaged_is_fetched_again(tmp_path: Path) -> None:
    served = Served(300)
    mirror = mirror_of(served, tmp_path)
    follow(mirror, 300)
    path = tmp_path / "log" / "tile" / "entries" / "000"
    whole = path.read_bytes()
    for damaged in (whole[:-1] + b"!", whole[:-3], b""):
        path.write_bytes(damaged)
        assert follow(mirror, 300) == ENTRIES[:300]
        assert path.read_bytes() == whole


def test_what_is_not_there_is_unreachable_and_what_is_too_large_is_not_begun(tmp_path: Path) -> None:
    served = Served(300)
    mirror = mirror_of(served, tmp_path)
    with pytest.raises(Unreachable, match="answer_not_ok"):
        mirror.entries(301, root=root_of(301))
    served.asked.clear()
    with pytest.raises(Malformed, match="log_too_large"):
        mirror.entries(MAX_ENTRIES + 1, root=b"")
    assert served.asked == []
