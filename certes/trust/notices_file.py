"""Warnings that are not logged yet, as they are kept between two starts and as one travels alone."""

from collections.abc import Iterable

from certes.credential.canon.jcs import canonicalize
from certes.credential.errors import Malformed, Refusal
from certes.credential.parsing import parse_json
from certes.trust.bundle_file import MAX_BUNDLE_BYTES, read_notice_list
from certes.trust.signing import SignedObject, parse_signed_object


def write_notices(notices: Iterable[SignedObject]) -> bytes:
    """The file; the inverse of `read_notices`."""
    return canonicalize({"notices": [found.to_json() for found in notices]})


def read_notices(raw: bytes) -> tuple[SignedObject, ...]:
    """The notices of a file, not yet believed. What cannot be read holds none: the next bundle brings them
    again, and a broken file must not stop a service."""
    try:
        return read_notice_list(parse_json(raw, max_bytes=MAX_BUNDLE_BYTES).get("notices"))
    except Refusal:
        return ()


def parse_notice(raw: bytes) -> SignedObject:
    """A notice that travels alone, e.g. on a stick. Raises Malformed `notice_not_one`, and what
    `parse_signed_object` and `parse_json` raise."""
    found = parse_signed_object(parse_json(raw))
    if found.type != "Notice":
        raise Malformed("notice_not_one", field="type")
    return found
