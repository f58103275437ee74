"""IETF Token Status List: a value of 1, 2, 4 or 8 bits for each token, and the signed JWT that carries them.

Written, signed, opened and read here; the CWT form is not read. What a value means is in `VALID`, `INVALID`
and `SUSPENDED`; the others are the application's.
Source: Token Status List (draft-ietf-oauth-status-list), sections 4 (Status List), 5.1 (Status List Token in
JWT format), 6.2 (Referenced Token), 7.1 (Status Types Values) and 8.3 (Validation Rules).
"""

import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from certes.credential import multibase
from certes.credential.envelope import json_values, jws, times
from certes.credential.envelope.opened import KeyFor
from certes.credential.errors import Malformed, Misuse
from certes.credential.keys import PublicKey, Signer

TYPE = "statuslist+jwt"
VALID, INVALID, SUSPENDED = 0, 1, 2
SIZES: Final[tuple[int, ...]] = (1, 2, 4, 8)
MAX_BYTES = 2 * 1024 * 1024  # unpacked, against decompression bombs; as for bitstring lists
MAX_PACKED_CHARACTERS = 256 * 1024  # a payload is no longer, json_values
MAX_URI_CHARACTERS = 2_048

_BYTE = 8


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a token says its status stands: entry `index` of the list at `uri`."""

    index: int
    uri: str

    def claim(self) -> dict[str, Any]:
        """The `status` claim of the token (section 6.2)."""
        return {"status_list": {"idx": self.index, "uri": self.uri}}


@dataclass(frozen=True, slots=True)
class Statuses:
    """An unpacked list: `bits` for each entry, the first in the lowest bits of the first byte (section 4.1).

    Raises Malformed `token_status_list_invalid` for another size.
    """

    bits: int
    packed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.bits not in SIZES or type(self.bits) is not int:
            raise Malformed("token_status_list_invalid", field="bits")

    def __len__(self) -> int:
        return len(self.packed) * _BYTE // self.bits

    def value(self, index: int) -> int:
        """The value of an entry. Raises Malformed `status_index_outside` (section 8.3: no statement can be
        made)."""
        if not 0 <= index < len(self):
            raise Malformed("status_index_outside", index=index)
        place, shift = self._place(index)
        return self.packed[place] >> shift & self._mask

    def with_values(self, values: Mapping[int, int]) -> "Statuses":
        """A copy with entries changed. Raises Misuse `status_index_outside`, `status_value_outside`."""
        changed = bytearray(self.packed)
        for index, value in values.items():
            if not 0 <= index < len(self):
                raise Misuse("status_index_outside", index=index)
            if not 0 <= value <= self._mask:
                raise Misuse("status_value_outside", value=value)
            place, shift = self._place(index)
            changed[place] = changed[place] & ~(self._mask << shift) & 0xFF | value << shift
        return Statuses(self.bits, bytes(changed))

    @property
    def _mask(self) -> int:
        return (1 << self.bits) - 1

    def _place(self, index: int) -> tuple[int, int]:
        place, within = divmod(index * self.bits, _BYTE)
        return place, within


def blank(entries: int, *, bits: int = 1) -> Statuses:
    """A list of valid entries, rounded up to whole bytes. Raises Misuse `status_list_size`."""
    size = -(-entries * bits // _BYTE)
    if entries < 1 or size > MAX_BYTES:
        raise Misuse("status_list_size", entries=entries)
    return Statuses(bits, bytes(size))


def from_bitstrings(revoked: bytes, suspended: bytes) -> Statuses:
    """The two-bit list that says what two bitstring status lists of the same length say.

    Revoked wins over suspended. Raises Misuse `status_list_size` for lists of different length.
    """
    if len(revoked) != len(suspended):
        raise Misuse("status_list_size", entries=len(suspended) * _BYTE)
    values = {**_set_entries(suspended, SUSPENDED), **_set_entries(revoked, INVALID)}
    return blank(len(revoked) * _BYTE, bits=2).with_values(values)


def _set_entries(bits: bytes, value: int) -> dict[int, int]:
    """Entry -> value for the bits set, the first bit being the left-most (Bitstring Status List 1.0, 3.3)."""
    return {
        place * _BYTE + within: value
        for place, byte in enumerate(bits)
        if byte
        for within in range(_BYTE)
        if byte & (0x80 >> within)
    }


def encode(statuses: Statuses) -> dict[str, Any]:
    """The `status_list` member: `bits` and `lst`, ZLIB at its best level (section 4.2)."""
    packed = zlib.compress(statuses.packed, 9)
    return {"bits": statuses.bits, "lst": multibase.base64url_encode(packed)}


def decode(member: Any) -> Statuses:
    """The list of a `status_list` member.

    Raises Malformed `token_status_list_invalid` with the member at fault (also: not ZLIB, cut short, trailing
    data), `status_list_too_long`, `multibase_invalid`.
    """
    if type(member) is not dict:
        raise Malformed("token_status_list_invalid", field="status_list")
    text, bits = member.get("lst"), member.get("bits")
    if type(text) is not str or not text:
        raise Malformed("token_status_list_invalid", field="lst")
    if type(bits) is not int:
        raise Malformed("token_status_list_invalid", field="bits")
    if len(text) > MAX_PACKED_CHARACTERS:
        raise Malformed("status_list_too_long", limit=MAX_BYTES)
    return Statuses(bits, _unpack(multibase.base64url_decode(text)))


def _unpack(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        packed = unpacker.decompress(data, MAX_BYTES + 1)
    except zlib.error:
        raise Malformed("token_status_list_invalid", field="lst") from None
    if len(packed) > MAX_BYTES:
        raise Malformed("status_list_too_long", limit=MAX_BYTES)
    if not unpacker.eof or unpacker.unused_data or not packed:
        raise Malformed("token_status_list_invalid", field="lst")
    return packed


def parse_reference(claims: Mapping[str, Any]) -> Reference | None:
    """The `status` claim of a token, or None where it has none of this kind.

    Raises Malformed `status_reference_invalid` with the member at fault.
    """
    if "status" not in claims:
        return None
    status = claims["status"]
    if type(status) is not dict or not status:
        raise Malformed("status_reference_invalid", field="status")
    if "status_list" not in status:
        return None
    member = status["status_list"]
    if type(member) is not dict:
        raise Malformed("status_reference_invalid", field="status.status_list")
    index, uri = member.get("idx"), member.get("uri")
    if type(index) is not int or index < 0:
        raise Malformed("status_reference_invalid", field="status.status_list.idx")
    if type(uri) is not str or not 0 < len(uri) <= MAX_URI_CHARACTERS:
        raise Malformed("status_reference_invalid", field="status.status_list.uri")
    return Reference(index, uri)


@dataclass(frozen=True, slots=True)
class TokenStatusList:
    """A verified Status List Token: the list, the time it speaks for and how long it may be kept."""

    statuses: Statuses
    uri: str
    issued_at: float  # NumericDate
    expires_at: float | None
    ttl_s: float | None  # fetch again after as many seconds, though it may still hold
    verification_method: str
    key: PublicKey

    def value(self, reference: Reference) -> int:
        """The status of the token that carries the reference. Raises Misuse `status_list_wrong` for another
        list's reference, Malformed `status_index_outside`."""
        if reference.uri != self.uri:
            raise Misuse("status_list_wrong", field="uri")
        return self.statuses.value(reference.index)


def seal(
    statuses: Statuses,
    *,
    uri: str,
    signer: Signer,
    issued_at: datetime,
    expires_at: datetime | None = None,
    ttl_s: int | None = None,
    issuer: str | None = None,
) -> str:
    """The Status List Token published at `uri`."""
    optional = {
        "exp": None if expires_at is None else times.seconds(expires_at),
        "ttl": ttl_s,
        "iss": issuer,
    }
    payload = {
        "sub": uri,
        "iat": times.seconds(issued_at),
        "status_list": encode(statuses),
        **{name: value for name, value in optional.items() if value is not None},
    }
    header = {"kid": signer.verification_method}
    return jws.sign(json_values.write(payload), type_=TYPE, signer=signer, header=header)


def open(
    text: str,
    *,
    uri: str,
    key_for: KeyFor,
    now: datetime,
    algorithms: Collection[str] = jws.ALGORITHMS,
    issuer: str | None = None,
) -> TokenStatusList:
    """The list in a token fetched from `uri`, if it is that list, signed and not expired at `now`.

    With `issuer` the token's `iss` must be there and be that. Raises Malformed `token_status_list_invalid`
    with the claim at fault, and as `jws.parse`, `jws.verify`, `times.require_times` and `decode`.
    """
    token = jws.parse(text, algorithms=algorithms, types=(TYPE,))
    payload = json_values.parse_object(token.payload)
    method = jws.key_name(token, payload)
    key = key_for(method)
    jws.verify(token, key)
    if payload.get("sub") != uri:
        raise Malformed("token_status_list_invalid", field="sub")
    if issuer is not None and payload.get("iss") != issuer:
        raise Malformed("token_status_list_invalid", field="iss")
    times.require_times(payload, now=now)
    issued_at, expires_at = times.numeric_date(payload, "iat"), times.numeric_date(payload, "exp")
    if issued_at is None:
        raise Malformed("token_status_list_invalid", field="iat")
    return TokenStatusList(
        statuses=decode(payload.get("status_list")),
        uri=uri,
        issued_at=issued_at,
        expires_at=expires_at,
        ttl_s=_ttl(payload),
        verification_method=method,
        key=key,
    )


def _ttl(payload: Mapping[str, Any]) -> float | None:
    value = payload.get("ttl")
    if value is None and "ttl" not in payload:
        return None
    if (type(value) is not int and type(value) is not float) or value <= 0:
        raise Malformed("token_status_list_invalid", field="ttl")
    return value
