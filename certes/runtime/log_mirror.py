"""A log followed over HTTP into a folder of the same shape, so that only what is new is fetched.

    FOLDER/log/tile/...                 tiles of entries and of hashes (C2SP tlog-tiles), once verified
    FOLDER/v1/objects/sha-256:...       every logged object, by the digest of its envelope

What is kept is verified again with every reading: a file that was altered is fetched anew.
"""

import json
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from certes.credential.errors import Malformed, Refusal, Unreachable
from certes.credential.parsing import parse_instant, parse_json
from certes.runtime.fetch import Fetcher
from certes.runtime.files import read_if_there, write_whole
from certes.trust.bundle_file import MAX_BUNDLE_BYTES
from certes.trust.signing import SignedObject, digest, parse_signed_object
from certes.trust.translog.entries import LogEntry
from certes.trust.translog.merkle import leaf_hash
from certes.trust.translog.ranges import CompactRange, Tree
from certes.trust.translog.tiles import (
    WIDTH,
    Tile,
    encode_hashes,
    entry_tiles_of,
    parse_entries,
    tiles_of,
)
from certes.trust.watching_state import ListSeen

MAX_ENTRIES = 1_000_000  # a network of every country of Africa has some thousands a year
NOT_FOUND = 404


class LogMirror:
    """One registry, and the folder in which what it said is kept."""

    def __init__(self, base: str, *, folder: Path, fetcher: Fetcher) -> None:
        self._base = base.rstrip("/")
        self._folder = folder
        self._fetcher = fetcher

    def get(self, path: str) -> bytes:
        """A document of the registry. Raises Unreachable."""
        return self._fetcher.get(self._base + path).body or b""

    def entries(self, size: int, *, root: bytes) -> list[bytes]:
        """The first `size` entries, whose tree has this root.

        Raises Unreachable; Malformed `tile_invalid`, `log_too_large`, `log_entries_differ` where what is
        served is not what the checkpoint speaks of.
        """
        if size > MAX_ENTRIES:
            raise Malformed("log_too_large", field="checkpoint", limit=MAX_ENTRIES)
        for trust_kept in (
            True,
            False,
        ):  # a kept tile may have been damaged: it is fetched before anybody is blamed
            try:
                raw = self._read(size, trust_kept=trust_kept)
            except Malformed:
                if not trust_kept:
                    raise
                continue
            if CompactRange().extend(map(leaf_hash, raw)).root == root:
                return raw
        raise Malformed("log_entries_differ", field="entries", expected=size)

    def _read(self, size: int, *, trust_kept: bool) -> list[bytes]:
        found: list[bytes] = []
        for tile in entry_tiles_of(size):
            kept = read_if_there(self._path(tile)) if trust_kept else None
            raw = self._tile(tile) if kept is None else kept
            found += parse_entries(raw, width=tile.width) if kept is not None else _first(raw, tile)
        return found

    def _tile(self, tile: Tile) -> bytes:
        """A partial tile may be gone once the full one is there (tlog-tiles)."""
        try:
            return self.get(f"/log/{tile.path}")
        except Unreachable as refusal:
            if tile.width == WIDTH or refusal.params.get("status") != NOT_FOUND:
                raise
        return self.get(f"/log/{Tile(tile.level, tile.index).path}")

    def kept_entries(self, size: int) -> list[bytes]:
        """Of these entries what is kept; none where not all are. Verified by whoever asks."""
        found: list[bytes] = []
        for tile in entry_tiles_of(size):
            raw = read_if_there(self._path(tile))
            if raw is None:
                return []
            try:
                found += parse_entries(raw, width=tile.width)
            except Malformed:
                return []
        return found

    def require_hash_tiles(self, leaves: Iterable[bytes]) -> None:
        """Return if the tiles of hashes are those of this tree: proofs are made from them. Full tiles that
        are kept were compared before. Raises Unreachable, Malformed `tile_differs`."""
        tree = Tree(leaves)
        for tile in tiles_of(tree.range.size):
            own = encode_hashes(tree.read(tile.nodes))
            if tile.width == WIDTH and read_if_there(self._path(tile)) == own:
                continue
            if self._tile(tile)[: len(own)] != own:
                raise Malformed("tile_differs", field=tile.path)
            if tile.width == WIDTH:
                write_whole(self._path(tile), own)

    def keep(self, entries: Sequence[bytes]) -> None:
        """Keep the entries of a log that was verified: full tiles for ever, a partial one until the next."""
        start = 0
        for tile in entry_tiles_of(len(entries)):
            path = self._path(tile)
            raw = b"".join(len(each).to_bytes(2) + each for each in entries[start : start + tile.width])
            start += tile.width
            if read_if_there(path) == raw:
                continue
            _forget_partial(path if tile.width == WIDTH else path.parent)
            write_whole(path, raw)

    def objects(self, entries: Iterable[LogEntry]) -> dict[str, SignedObject]:
        """The objects of these entries by the digest of their envelopes, each with exactly that digest.

        Raises Unreachable `answer_not_ok` where one is not handed out; Malformed `object_not_as_logged`.
        """
        found = {}
        for entry in entries:
            path = self._folder / "v1" / "objects" / entry.envelope
            raw = read_if_there(path)
            if raw is None or digest(raw) != entry.envelope:
                raw = self.get(f"/v1/objects/{entry.envelope}")
                if digest(raw) != entry.envelope:
                    raise Malformed("object_not_as_logged", field=entry.object_id)
                write_whole(path, raw)
            found[entry.envelope] = parse_signed_object(parse_json(raw, max_bytes=MAX_BUNDLE_BYTES))
        return found

    def status_lists(self) -> dict[str, ListSeen]:
        """What the index says of each list, by its address. Raises Unreachable, Malformed
        `status_index_invalid`."""
        try:
            lists = json.loads(self.get("/v1/status-lists"))["lists"]
            return {each["url"]: _seen(each) for each in lists}
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError, Malformed):
            raise Malformed("status_index_invalid") from None

    def _path(self, tile: Tile) -> Path:
        return self._folder / "log" / tile.path


def _first(raw: bytes, tile: Tile) -> Sequence[bytes]:
    """The entries of a partial tile, where the full one stood in for it."""
    try:
        return parse_entries(raw, width=tile.width)
    except Malformed:
        return parse_entries(raw, width=WIDTH)[: tile.width]


def _forget_partial(path: Path) -> None:
    """Of a tile's partial versions only the newest is kept."""
    folder = path if path.name.endswith(".p") else path.with_name(f"{path.name}.p")
    shutil.rmtree(folder, ignore_errors=True)


def _seen(entry: dict[str, str]) -> ListSeen:
    country = urlsplit(entry["url"]).path.split("/")[1].upper()
    return ListSeen(country, str(entry["digest"]), _instant(entry["valid_from"]))


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except Refusal:
        raise Malformed("status_index_invalid", field="valid_from") from None
