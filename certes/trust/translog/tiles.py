"""Tiles: the tree and its entries as static files of 256 hashes or entries each.

Source: C2SP tlog-tiles. `tile/<L>/<N>[.p/<W>]` holds hashes of level 8 * L, `tile/entries/<N>[.p/<W>]` the
entries themselves, each after its length in two bytes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from certes.credential.errors import Malformed, Misuse
from certes.trust.translog.merkle import HASH_BYTES, Node

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 0xFFFF
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One file. `level` None: entries."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is served, under the log's prefix."""
        parts = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            parts.append(f"x{rest % 1000:03d}")
            rest //= 1000
        place = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{place}/{'/'.join(reversed(parts))}{partial}"

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The subtrees whose hashes it holds, in order; for entries, their leaves."""
        level = HEIGHT * (self.level or 0)
        return tuple(Node(level, self.index * WIDTH + place) for place in range(self.width))


def parse_tile_path(path: str) -> Tile:
    """Read a path. Raises Malformed `tile_path_invalid` for any other spelling."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise Malformed("tile_path_invalid")
    level = None if match["level"] == "entries" else int(match["level"])
    tile = Tile(level, int(match["index"].replace("x", "").replace("/", "")), int(match["width"] or WIDTH))
    if tile.path != path or (level or 0) > MAX_LEVEL or tile.width > WIDTH:
        raise Malformed("tile_path_invalid")
    return tile


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of the hashes of a tree, full ones and the last partial one of each level."""
    level, count = 0, size
    while count:
        yield from (Tile(level, index) for index in range(count // WIDTH))
        if count % WIDTH:
            yield Tile(level, count // WIDTH, count % WIDTH)
        level, count = level + 1, count // WIDTH


def entry_tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of the entries of a log, the last one partial."""
    yield from (Tile(None, index) for index in range(size // WIDTH))
    if size % WIDTH:
        yield Tile(None, size // WIDTH, size % WIDTH)


def is_within(tile: Tile, size: int) -> bool:
    """Does a tree of this size have it? A partial tile stays valid after its full one has come."""
    return tile.index * WIDTH + tile.width <= size >> (HEIGHT * (tile.level or 0))


def encode_hashes(hashes: Sequence[bytes]) -> bytes:
    """A tile of hashes."""
    return b"".join(hashes)


def parse_hashes(raw: bytes, *, width: int) -> tuple[bytes, ...]:
    """The inverse of `encode_hashes`. Raises Malformed `tile_invalid`."""
    if len(raw) != width * HASH_BYTES:
        raise Malformed("tile_invalid", expected=width * HASH_BYTES)
    return tuple(raw[start : start + HASH_BYTES] for start in range(0, len(raw), HASH_BYTES))


def encode_entries(entries: Sequence[bytes]) -> bytes:
    """An entry bundle. Raises Misuse `log_entry_too_large`: no entry longer than that is ever logged."""
    if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise Misuse("log_entry_too_large", limit=MAX_ENTRY_BYTES)
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def parse_entries(raw: bytes, *, width: int) -> tuple[bytes, ...]:
    """The inverse of `encode_entries`. Raises Malformed `tile_invalid`."""
    entries, place = [], 0
    while place < len(raw):
        start = place + 2
        place = start + int.from_bytes(raw[start - 2 : start])
        entries.append(raw[start:place])
    if place != len(raw) or len(entries) != width:
        raise Malformed("tile_invalid", expected=width)
    return tuple(entries)
