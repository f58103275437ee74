"""The credential that carries a status list: written unsigned, read after its proof was verified.

Source: Bitstring Status List 1.0, section 2.2 (#bitstringstatuslistcredential).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from certes.credential.contexts import CREDENTIALS_V2
from certes.credential.errors import Malformed
from certes.credential.identifiers import Purpose
from certes.credential.parsing import format_instant, parse_instant
from certes.credential.status import bitstring

CREDENTIAL_TYPE = "BitstringStatusListCredential"
LIST_TYPE = "BitstringStatusList"


@dataclass(frozen=True, slots=True)
class StatusList:
    """An unpacked list and the time it speaks for."""

    bits: bytes = field(repr=False)
    valid_from: datetime
    valid_until: datetime | None

    def is_set(self, index: int) -> bool:
        """Is entry `index` set? Raises Malformed `status_index_outside`."""
        return bitstring.bit(self.bits, index)


def list_document(
    url: str, *, issuer: str, purpose: Purpose, bits: bytes, valid_from: datetime, valid_until: datetime
) -> dict[str, Any]:
    """The unsigned credential of the list published at `url`. Instants are aware, written in whole
    seconds."""
    return {
        "@context": [CREDENTIALS_V2],
        "id": url,
        "type": ["VerifiableCredential", CREDENTIAL_TYPE],
        "issuer": issuer,
        "validFrom": format_instant(valid_from),
        "validUntil": format_instant(valid_until),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": LIST_TYPE,
            "statusPurpose": purpose,
            "encodedList": bitstring.encode(bits),
        },
    }


def _require(holds: bool, name: str) -> None:
    if not holds:
        raise Malformed("status_list_credential_invalid", field=name)


def _has_type(value: Any, name: str) -> bool:
    return value == name or (type(value) is list and name in value)


def _instant(document: Mapping[str, Any], name: str) -> datetime:
    text = document.get(name)
    if type(text) is not str:
        raise Malformed("status_list_credential_invalid", field=name)
    return parse_instant(text)


def read_list(document: Mapping[str, Any], *, url: str, issuer: str, purpose: Purpose) -> StatusList:
    """The list in a credential fetched from `url`, if it is the one asked for.

    The caller has verified the proof: this reads, and compares id, issuer, purpose and types.
    Raises Malformed `status_list_credential_invalid` with the member at fault, or as `bitstring.decode`.
    """
    _require(document.get("id") == url, "id")
    stated = document.get("issuer")
    _require((stated.get("id") if type(stated) is dict else stated) == issuer, "issuer")
    kind = document.get("type")
    _require(_has_type(kind, "VerifiableCredential") and _has_type(kind, CREDENTIAL_TYPE), "type")
    subject = document.get("credentialSubject")
    if type(subject) is not dict:
        raise Malformed("status_list_credential_invalid", field="credentialSubject")
    _require(_has_type(subject.get("type"), LIST_TYPE), "credentialSubject.type")
    # A list may serve several purposes (section 2.2), in an array.
    _require(_has_type(subject.get("statusPurpose"), purpose), "credentialSubject.statusPurpose")
    encoded = subject.get("encodedList")
    if type(encoded) is not str:
        raise Malformed("status_list_credential_invalid", field="credentialSubject.encodedList")
    valid_from = _instant(document, "validFrom")
    valid_until = _instant(document, "validUntil") if "validUntil" in document else None
    return StatusList(bitstring.decode(encoded), valid_from, valid_until)
