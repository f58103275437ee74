"""Taking up a trust bundle, warnings and status lists from files: what a stick carries to a place without a
network.

Nothing is believed for the carrier's sake: a bundle and each list are verified as when they are fetched.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from certes.credential.errors import Malformed, Refusal
from certes.credential.parsing import parse_json
from certes.runtime.refusals import NotFound
from certes.runtime.trust_source import TrustSource
from certes.trust.bundle import MAX_BUNDLE_BYTES
from certes.trust.notices_file import parse_notice
from verifier.status_cache import MAX_LISTS, StatusCache

BUNDLE = "TrustBundle"
NOTICE = "Notice"
STATUS_LIST = "BitstringStatusListCredential"


@dataclass(frozen=True, slots=True)
class Refused:
    """A status list or a warning that was not taken, by its file's name; what was held before stays."""

    name: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was taken up."""

    bundles: int
    lists: int
    refused: tuple[Refused, ...]


def load(paths: Iterable[Path], *, trust: TrustSource, status: StatusCache) -> Loaded:
    """Files, and all `.json` files below folders. The bundle first: lists are verified under it.

    Raises Refusal: NotFound `file_not_readable`, Malformed `file_not_for_loading` for a named file that is
    none of these (in a folder it is passed over), and as `TrustSource.accept` does.
    """
    bundles: list[bytes] = []
    notices: list[tuple[str, bytes]] = []
    lists: list[tuple[str, str, bytes]] = []
    for path, is_named in _files(paths):
        content = _content(path)
        kind, url = _kind(content)
        if kind == BUNDLE:
            bundles.append(content)
        elif kind == NOTICE:
            notices.append((path.name, content))
        elif kind == STATUS_LIST:
            lists.append((path.name, url, content))
        elif is_named:
            raise Malformed("file_not_for_loading", field=path.name)
    for content in bundles:
        trust.accept(content)
    bad = tuple(_refused_notices(notices, trust))
    status.load_kept()  # what was kept before there was trust data to verify it under
    refused = tuple(_refused(lists, status))
    return Loaded(len(bundles), len(lists) - len(refused), (*bad, *refused))


def _refused_notices(notices: Iterable[tuple[str, bytes]], trust: TrustSource) -> Iterator[Refused]:
    for name, content in notices:
        try:
            trust.accept_notice(parse_notice(content))
        except Refusal as refusal:
            yield Refused(name, refusal)


def _refused(lists: Iterable[tuple[str, str, bytes]], status: StatusCache) -> Iterator[Refused]:
    for name, url, content in lists:
        try:
            status.accept(url, content)
        except Refusal as refusal:
            yield Refused(name, refusal)


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Each file, and whether it was named itself."""
    for path in paths:
        if not path.is_dir():
            yield path, True
            continue
        found = sorted(inner for inner in path.rglob("*.json") if inner.is_file())
        if len(found) > MAX_LISTS:
            raise Malformed("too_many_files", field=path.name, limit=MAX_LISTS)
        yield from ((inner, False) for inner in found)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BUNDLE_BYTES + 1)
    except OSError:
        raise NotFound("file_not_readable", field=path.name) from None


def _kind(content: bytes) -> tuple[str, str]:
    """`TrustBundle`, `Notice` or `BitstringStatusListCredential`, and the list's own address; none: empty."""
    try:
        document = parse_json(content, max_bytes=MAX_BUNDLE_BYTES)
    except Refusal:
        return "", ""
    kind, url = document.get("type"), document.get("id")
    if kind in (BUNDLE, NOTICE):
        return str(kind), ""
    if isinstance(kind, list) and STATUS_LIST in kind and isinstance(url, str):
        return STATUS_LIST, url
    return "", ""
