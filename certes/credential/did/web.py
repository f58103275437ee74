"""did:web: the document is a file on a web server. This module says where; fetching is not its business.

Source: did:web Method Specification, section 2.5.2 (Read).
"""

import re
from urllib.parse import unquote_to_bytes

from certes.credential.did.document import DidDocument
from certes.credential.errors import Malformed, Unsupported

PREFIX = "did:web:"
MAX_CHARACTERS = 512  # a host name of 253 characters and a path

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?P<name>{_LABEL}(?:\.{_LABEL})*)(?:%3[Aa](?P<port>[1-9][0-9]{{0,4}}))?")
_ADDRESS_LIKE = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")  # an IP address to a browser
_SEGMENT = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+")
_ESCAPE = re.compile(r"%[0-9A-F]{2}")
_NEVER_ESCAPED = re.compile(rb"[\x00-\x20A-Za-z0-9._~/\\%\x7f-]")  # could hide a dot or slash


def _require_segment(segment: str) -> None:
    if _SEGMENT.fullmatch(segment) is None or segment in (".", ".."):
        raise Malformed("did_invalid")
    if any(_NEVER_ESCAPED.fullmatch(unquote_to_bytes(escape)) for escape in _ESCAPE.findall(segment)):
        raise Malformed("did_invalid")


def url_of(did: str) -> str:
    """The https address of the DID document.

    Raises Malformed `did_invalid`: a fragment, query or user in the DID, an upper-case or numeric host, a
    port not written `%3A`, an empty path segment, and every way to write a path that leads upwards.
    """
    if not did.startswith(PREFIX) or len(did) > MAX_CHARACTERS:
        raise Malformed("did_invalid")
    host, *path = did.removeprefix(PREFIX).split(":")
    match = _HOST.fullmatch(host)
    if match is None or len(match["name"]) > 253 or _ADDRESS_LIKE.fullmatch(match["name"]) is not None:
        raise Malformed("did_invalid")
    port = int(match["port"] or 443)
    if port > 65_535:
        raise Malformed("did_invalid")
    for segment in path:
        _require_segment(segment)
    authority = match["name"] if match["port"] is None else f"{match['name']}:{port}"
    return f"https://{authority}/{'/'.join(path) if path else '.well-known'}/did.json"


def expand(did: str) -> DidDocument:
    """A did:web says nothing by itself. Raises Unsupported `did_not_self_contained`."""
    raise Unsupported("did_not_self_contained")
