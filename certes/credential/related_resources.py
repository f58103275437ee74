"""Is what a credential refers to still what its issuer saw? Digests against bytes that the caller supplies.

Nothing is fetched: a resource that the caller does not have is reported as not compared.
Source: VCDM 2.0, section 5.3 (#integrity-of-related-resources); Subresource Integrity, section 3.5
(#the-integrity-attribute); Data Integrity 1.0, section 2.6 (#resource-integrity).
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from certes.credential import multibase
from certes.credential.errors import Malformed, Refusal

MAX_DIGESTS = 16  # of one resource
MAX_DIGEST_CHARACTERS = 2_048

_SRI = re.compile(r"(?P<hash>sha256|sha384|sha512)-(?P<digest>[A-Za-z0-9+/]{43,86}={0,2})(\?[\x21-\x7e]*)?")
_STRENGTH = ("sha256", "sha384", "sha512")  # SRI: only the strongest algorithm given counts
# Multihash codes, as varints, with the length in bytes (multiformats table).
_MULTIHASHES = {b"\x12\x20": "sha256", b"\x20\x30": "sha384", b"\x13\x40": "sha512"}
_RAW_SHA256_BYTES = 32


@dataclass(frozen=True, slots=True)
class Digest:
    """One stated digest: the name of the hash as hashlib spells it, the bytes, and where it was stated."""

    hash_name: str
    value: bytes
    member: str  # digestSRI or digestMultibase

    def matches(self, content: bytes) -> bool:
        """Is it the digest of these bytes?"""
        return hmac.compare_digest(hashlib.new(self.hash_name, content).digest(), self.value)


def parse_digests(resource: Mapping[str, Any], path: str) -> tuple[Digest, ...]:
    """The digests a resource states. Raises Malformed `digest_invalid`, also for one we cannot compute."""
    found: list[Digest] = []
    for member, parse in (("digestSRI", _sri), ("digestMultibase", _multihash)):
        if member not in resource:
            continue
        texts = resource[member] if isinstance(resource[member], list) else [resource[member]]
        if not texts or len(texts) > MAX_DIGESTS:
            raise Malformed("digest_invalid", field=f"{path}.{member}")
        for text in texts:
            parsed = parse(text) if isinstance(text, str) and len(text) <= MAX_DIGEST_CHARACTERS else ()
            if not parsed:
                raise Malformed("digest_invalid", field=f"{path}.{member}")
            found.extend(parsed)
    return tuple(found)


def require_content(resource: Mapping[str, Any], content: bytes, *, path: str = "relatedResource") -> None:
    """Return if `content` is what the resource's digests were made of.

    Raises Malformed `digest_missing`, `digest_invalid`, `digest_mismatch`. Where both kinds are stated, both
    must match.
    """
    digests = parse_digests(resource, path)
    if not digests:
        raise Malformed("digest_missing", field=path)
    for member in ("digestSRI", "digestMultibase"):
        stated = [digest for digest in digests if digest.member == member]
        if stated and not any(digest.matches(content) for digest in _strongest(stated)):
            raise Malformed("digest_mismatch", field=f"{path}.{member}")


def compare(document: Mapping[str, Any], contents: Mapping[str, bytes]) -> tuple[str, ...]:
    """Compare every related resource whose bytes are at hand, by URL; the URLs that could not be compared.

    Raises as `require_content`.
    """
    value = document.get("relatedResource", [])
    unknown: list[str] = []
    for at, resource in enumerate(value if isinstance(value, list) else [value]):
        path = f"relatedResource[{at}]"
        if not isinstance(resource, dict) or not isinstance(resource.get("id"), str):
            raise Malformed("member_invalid", field=path)
        if resource["id"] in contents:
            require_content(resource, contents[resource["id"]], path=path)
        else:
            unknown.append(resource["id"])
    return tuple(unknown)


def _strongest(digests: list[Digest]) -> list[Digest]:
    best = max(_STRENGTH.index(digest.hash_name) for digest in digests)
    return [digest for digest in digests if digest.hash_name == _STRENGTH[best]]


def _sri(text: str) -> tuple[Digest, ...]:
    """`sha384-...`, several apart by blanks; empty if any of them is not one."""
    found: list[Digest] = []
    for part in text.split():
        match = _SRI.fullmatch(part)
        if match is None:
            return ()
        try:
            value = base64.b64decode(match["digest"], validate=True)
        except binascii.Error:
            return ()
        if len(value) != hashlib.new(match["hash"]).digest_size:
            return ()
        found.append(Digest(match["hash"], value, "digestSRI"))
    return tuple(found)


def _multihash(text: str) -> tuple[Digest, ...]:
    """A multihash in base58 or base64url; a bare SHA-256 in base64url too, as early examples wrote it."""
    try:
        data = multibase.decode(text)
    except Refusal:  # no multibase, or an alphabet that we do not read
        return ()
    name = _MULTIHASHES.get(data[:2])
    if name is not None and len(data) == 2 + hashlib.new(name).digest_size:
        return (Digest(name, data[2:], "digestMultibase"),)
    if text.startswith("u") and len(data) == _RAW_SHA256_BYTES:
        return (Digest("sha256", data, "digestMultibase"),)
    return ()
