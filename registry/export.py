"""A copy of what verifiers fetch, as files: for a stick carried to a place without a network.

    FOLDER/bundle.json                          the trust bundle
    FOLDER/status/cm-1-revocation-1.json        each status list

Nothing is verified here: whoever takes the files up verifies each (`certes verifier load FOLDER`).
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from certes.credential.errors import Malformed
from certes.runtime.fetch import Fetcher
from certes.runtime.files import write_whole

FILE_MODE = 0o644  # public data, read on another machine by whoever it is
_LIST = re.compile(
    r"https://[^/?#]+(?P<path>/(?P<country>[a-z]{2})/(?P<issuer>[1-9][0-9]{0,8})"
    r"/status/(?P<purpose>revocation|suspension|refresh)/(?P<list>0|[1-9][0-9]{0,8}))",
    re.ASCII,
)


def export(folder: Path, *, registry: str, fetcher: Fetcher) -> int:
    """Write the lists, then the bundle, so that it knows every key they were signed with. How many lists.

    Raises Unreachable, and Malformed `status_index_invalid` for an index that names anything else than lists.
    """
    base = registry.rstrip("/")
    found = list(_lists(fetcher.get(f"{base}/v1/status-lists").body or b""))
    for name, path in found:
        write_whole(folder / "status" / name, fetcher.get(base + path).body or b"", mode=FILE_MODE)
    write_whole(folder / "bundle.json", fetcher.get(f"{base}/v1/bundle").body or b"", mode=FILE_MODE)
    return len(found)


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
