"""Disclosures of an SD-JWT and the digests that stand for them: read, digested, put back in their places.

Source: RFC 9901, sections 4.2 (Disclosures) and 7.1 (Verification of the SD-JWT), steps 3 to 5.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from certes.credential import multibase
from certes.credential.envelope import json_values
from certes.credential.envelope.opened import Path
from certes.credential.errors import Malformed, Misuse, Unsupported
from certes.credential.parsing import MAX_DEPTH

SD, DOTS, SD_ALG = "_sd", "...", "_sd_alg"
RESERVED: Final[frozenset[str]] = frozenset({SD, DOTS, SD_ALG})
HASHES: Final[Mapping[str, str]] = {"sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512"}
DEFAULT_HASH = "sha-256"  # where `_sd_alg` is absent (section 4.1.1)
MAX_DISCLOSURES = 1_000  # a certificate has under 20


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One disclosure: its text, and the digest of that text. An array element has no name."""

    text: str
    digest: str
    name: str | None
    value: Any = field(repr=False, compare=False, hash=False)


@dataclass(frozen=True, slots=True)
class Placed:
    """A disclosure in its place: the path there, and the disclosures around it, outermost first."""

    path: Path
    disclosure: Disclosure
    inside: tuple[Disclosure, ...]


@dataclass(frozen=True, slots=True)
class Expanded:
    """A payload with its disclosures put back. `withheld` counts the digests without one, decoys included."""

    claims: dict[str, Any] = field(repr=False)
    placed: tuple[Placed, ...]
    withheld: int


def hash_name(payload: Mapping[str, Any]) -> str:
    """The payload's hash. Raises Unsupported `sd_hash_unsupported` for another than SHA-2 of 256 bits or
    more, Malformed `sd_payload_invalid` for what is no name."""
    name = payload.get(SD_ALG, DEFAULT_HASH)
    if type(name) is not str:
        raise Malformed("sd_payload_invalid", field=SD_ALG)
    if name not in HASHES:
        raise Unsupported("sd_hash_unsupported", field=SD_ALG)
    return name


def digest(text: str, name: str) -> str:
    """The base64url digest of an ASCII text."""
    return multibase.base64url_encode(hashlib.new(HASHES[name], text.encode("ascii")).digest())


def make(salt: bytes, name: str | None, value: Any, *, hash_name: str) -> Disclosure:
    """The disclosure of a member, or of an array element where `name` is None."""
    parts = [multibase.base64url_encode(salt), *([] if name is None else [name]), value]
    text = multibase.base64url_encode(json_values.write(parts))
    return Disclosure(text, digest(text, hash_name), name, value)


def parse(text: str, *, hash_name: str) -> Disclosure:
    """Read a disclosure. Raises Malformed `sd_disclosure_invalid` (not [salt, name, value] or [salt, value],
    or a reserved name), `multibase_invalid` or as `json_values.parse_value`."""
    parts = json_values.parse_value(multibase.base64url_decode(text))
    if type(parts) is not list or len(parts) not in (2, 3) or type(parts[0]) is not str:
        raise Malformed("sd_disclosure_invalid")
    name = parts[1] if len(parts) == 3 else None
    if len(parts) == 3 and (type(name) is not str or name in RESERVED):
        raise Malformed("sd_disclosure_invalid")
    return Disclosure(text, digest(text, hash_name), name, parts[-1])


def parse_all(texts: Iterable[str], *, hash_name: str) -> dict[str, Disclosure]:
    """Digest -> disclosure. Raises as `parse`, and Malformed `sd_disclosures_too_many`,
    `sd_disclosure_repeated`."""
    found: dict[str, Disclosure] = {}
    for text in texts:
        if len(found) == MAX_DISCLOSURES:
            raise Malformed("sd_disclosures_too_many", limit=MAX_DISCLOSURES)
        disclosure = parse(text, hash_name=hash_name)
        if disclosure.digest in found:
            raise Malformed("sd_disclosure_repeated")
        found[disclosure.digest] = disclosure
    return found


def expand(payload: Mapping[str, Any], found: Mapping[str, Disclosure]) -> Expanded:
    """The payload with each disclosure in its place. What a digest without one stands for is left out.

    Raises Malformed `sd_payload_invalid`, `sd_digest_repeated`, `sd_disclosure_misplaced` (a member where an
    element belongs, or the reverse), `sd_claim_repeated`, `sd_disclosure_unreferenced`, `json_too_deep`.
    """
    walk = _Walk(found)
    top = {name: value for name, value in payload.items() if name != SD_ALG}
    claims = walk.object(top, (), ())
    if len(walk.placed) != len(found):
        raise Malformed("sd_disclosure_unreferenced")
    return Expanded(claims, tuple(walk.placed), len(walk.seen) - len(walk.placed))


class _Walk:
    """One pass over a payload; remembers each digest seen and each disclosure placed."""

    def __init__(self, found: Mapping[str, Disclosure]) -> None:
        self._found = found
        self.seen: set[str] = set()
        self.placed: list[Placed] = []

    def value(self, value: Any, path: Path, inside: tuple[Disclosure, ...]) -> Any:
        """Any value, expanded."""
        if type(value) is dict:
            return self.object(value, path, inside)
        if type(value) is list:
            return self.array(value, path, inside)
        return value

    def object(
        self, members: Mapping[str, Any], path: Path, inside: tuple[Disclosure, ...]
    ) -> dict[str, Any]:
        """An object: plain members first, then those its digests stand for."""
        self._require_depth(path)
        if DOTS in members or SD_ALG in members:
            raise Malformed("sd_payload_invalid", field=DOTS if DOTS in members else SD_ALG)
        expanded = {
            name: self.value(value, (*path, name), inside) for name, value in members.items() if name != SD
        }
        if SD not in members:
            return expanded
        for text in _digests(members[SD]):
            disclosure = self._take(text)
            if disclosure is None:
                continue
            name = disclosure.name
            if name is None:
                raise Malformed("sd_disclosure_misplaced")
            if name in expanded:
                raise Malformed("sd_claim_repeated", field=name)
            expanded[name] = self._place(disclosure, (*path, name), inside)
        return expanded

    def array(self, elements: list[Any], path: Path, inside: tuple[Disclosure, ...]) -> list[Any]:
        """An array: elements that are a digest are replaced, or left out."""
        self._require_depth(path)
        expanded: list[Any] = []
        for element in elements:
            here = (*path, len(expanded))
            if type(element) is not dict or DOTS not in element:
                expanded.append(self.value(element, here, inside))
                continue
            if len(element) != 1 or type(element[DOTS]) is not str:
                raise Malformed("sd_payload_invalid", field=DOTS)
            disclosure = self._take(element[DOTS])
            if disclosure is None:
                continue
            if disclosure.name is not None:
                raise Malformed("sd_disclosure_misplaced")
            expanded.append(self._place(disclosure, here, inside))
        return expanded

    def _take(self, text: str) -> Disclosure | None:
        if text in self.seen:
            raise Malformed("sd_digest_repeated")
        self.seen.add(text)
        return self._found.get(text)

    def _place(self, disclosure: Disclosure, path: Path, inside: tuple[Disclosure, ...]) -> Any:
        self.placed.append(Placed(path, disclosure, inside))
        return self.value(disclosure.value, path, (*inside, disclosure))

    def _require_depth(self, path: Path) -> None:
        if len(path) >= MAX_DEPTH:
            raise Malformed("json_too_deep", limit=MAX_DEPTH)


def _digests(value: Any) -> list[str]:
    if type(value) is not list or not all(type(item) is str for item in value):
        raise Malformed("sd_payload_invalid", field=SD)
    return value


def require_no_reserved(value: Any) -> None:
    """Claims to be issued use none of the format's own names. Raises Misuse `claim_name_reserved`."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in RESERVED:
                raise Misuse("claim_name_reserved", field=name)
            require_no_reserved(inner)
    elif isinstance(value, list):
        for inner in value:
            require_no_reserved(inner)
