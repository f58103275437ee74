"""A copy of what a registry serves, as files: for a stick, and for any static host to be a mirror.

    FOLDER/bundle.json                          the trust bundle
    FOLDER/status/cm-1-revocation-1.json        each status list
    FOLDER/log/checkpoint, FOLDER/log/tile/...  the log (C2SP tlog-tiles)
    FOLDER/v1/..., FOLDER/cm/1/status/...       bundle and lists once more, at the registry's own addresses
    FOLDER/v1/objects/sha-256:...               every logged object, where asked for

Nothing is verified here: whoever takes the files up verifies each (`certes verifier load FOLDER`).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from certes.credential.errors import Malformed
from certes.runtime.fetch import Fetcher
from certes.runtime.files import write_whole
from certes.trust.bundle_file import open_bundle
from certes.trust.translog.checkpoints import parse_checkpoint
from certes.trust.translog.tiles import entry_tiles_of, tiles_of

FILE_MODE = 0o644  # public data, read on another machine by whoever it is
INDEX, BUNDLE, CHECKPOINT = "/v1/status-lists", "/v1/bundle", "/log/checkpoint"
_LIST = re.compile(
    r"https://[^/?#]+(?P<path>/(?P<country>[a-z]{2})/(?P<issuer>[1-9][0-9]{0,8})"
    r"/status/(?P<purpose>revocation|suspension|refresh)/(?P<list>0|[1-9][0-9]{0,8}))",
    re.ASCII,
)


def export(folder: Path, *, registry: str, fetcher: Fetcher, objects: bool = False) -> int:
    """Write the lists, then the bundle, so that it knows every key they were signed with. How many lists.

    Raises Unreachable, Malformed `note_*`, `checkpoint_text_invalid`, `bundle_not_one`, and
    `status_index_invalid` for an index that names anything else than lists.
    """
    source = _Source(registry.rstrip("/"), fetcher)
    index = source.get(INDEX)
    found = list(_lists(index))
    for name, path in found:
        _write(source.get(path), folder / "status" / name, folder / path[1:])
    _write(index, folder / INDEX[1:])
    bundle = source.get(BUNDLE)
    _write(bundle, folder / "bundle.json", folder / BUNDLE[1:])
    _export_log(folder, source)
    if objects:
        for entry in open_bundle(bundle).entries:
            path = f"/v1/objects/{entry.envelope}"
            _write(source.get(path), folder / path[1:])
    return len(found)


@dataclass(frozen=True, slots=True)
class _Source:
    base: str
    fetcher: Fetcher

    def get(self, path: str) -> bytes:
        return self.fetcher.get(self.base + path).body or b""


def _export_log(folder: Path, source: _Source) -> None:
    """Tiles before the checkpoint that speaks of them."""
    note = source.get(CHECKPOINT)
    size = parse_checkpoint(note).head.size
    for tile in (*tiles_of(size), *entry_tiles_of(size)):
        path = f"/log/{tile.path}"
        _write(source.get(path), folder / path[1:])
    _write(note, folder / CHECKPOINT[1:])


def _write(content: bytes, *paths: Path) -> None:
    for path in paths:
        write_whole(path, content, mode=FILE_MODE)


def _lists(index: bytes) -> Iterator[tuple[str, str]]:
    """File name and path of each list; both from the parts of its address: no name leads elsewhere."""
    try:
        urls = [entry["url"] for entry in json.loads(index)["lists"]]
        matches = [_LIST.fullmatch(url) for url in urls]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Malformed("status_index_invalid") from None
    for match in matches:
        if match is None:
            raise Malformed("status_index_invalid")
        yield "-".join(match.group("country", "issuer", "purpose", "list")) + ".json", match["path"]
