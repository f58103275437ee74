"""The log as files of C2SP tlog-tiles, for whoever follows it or mirrors it."""

from certes.credential.errors import Malformed
from certes.runtime.refusals import NotFound
from certes.trust.translog.tiles import (
    WIDTH,
    Tile,
    encode_entries,
    encode_hashes,
    is_within,
    parse_tile_path,
)
from registry.log.store import LogStore


def find_tile(path: str) -> Tile:
    """By its path under the log's prefix. Raises NotFound for any other spelling."""
    try:
        return parse_tile_path(path)
    except Malformed:
        raise NotFound("not_found") from None


def tile_bytes(tile: Tile, *, store: LogStore) -> bytes:
    """A tile of hashes or of entries. Raises NotFound for one that the log does not have yet."""
    if not is_within(tile, store.state().size):
        raise NotFound("not_found")
    if tile.level is not None:
        return encode_hashes(store.read(tile.nodes))
    start = tile.index * WIDTH
    return encode_entries([leaf.entry for leaf in store.leaves(start, start + tile.width)])
