"""A secured document inside a JSON-LD one: EnvelopedVerifiableCredential and EnvelopedVerifiablePresentation.

The envelope is a `data:` URL in `id`; nothing is fetched.
Source: VCDM 2.0, sections 4.13.1 (#enveloped-verifiable-credentials) and 4.13.2
(#enveloped-verifiable-presentations); RFC 2397.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from certes.credential.contexts import CREDENTIALS_V2
from certes.credential.envelope import jws, jwt, sd_jwt
from certes.credential.envelope.key_binding import HolderBound
from certes.credential.envelope.opened import KeyFor, Opened
from certes.credential.errors import Malformed, Misuse, Unsupported

CREDENTIAL, PRESENTATION = "EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"
_TYPE_OF: Final[Mapping[str, str]] = {
    jwt.VC_JWT: CREDENTIAL,
    sd_jwt.VC_SD_JWT: CREDENTIAL,
    sd_jwt.DC_SD_JWT: CREDENTIAL,
    jwt.VP_JWT: PRESENTATION,
}
_SCHEME, _TREE = "data:", "application/"


@dataclass(frozen=True, slots=True)
class Enveloped:
    """What an enveloped document carries."""

    type: str  # EnvelopedVerifiableCredential or EnvelopedVerifiablePresentation
    media_type: str  # without `application/`
    text: str = field(repr=False)


def wrap(text: str, *, media_type: str) -> dict[str, Any]:
    """A secured credential or presentation as a JSON-LD object. `media_type` as `vc+jwt`."""
    if media_type not in _TYPE_OF:
        raise Misuse("envelope_media_type_unsupported", media_type=media_type)
    return {
        "@context": CREDENTIALS_V2,
        "type": _TYPE_OF[media_type],
        "id": f"{_SCHEME}{_TREE}{media_type},{text}",
    }


def is_enveloped(document: Mapping[str, Any]) -> bool:
    """Is it such an object, by its type?"""
    return _type_of(document) is not None


def unwrap(document: Mapping[str, Any]) -> Enveloped:
    """The envelope inside. Raises Malformed `envelope_invalid` with the member at fault, Unsupported
    `envelope_media_type_unsupported`."""
    type_ = _type_of(document)
    if type_ is None:
        raise Malformed("envelope_invalid", field="type")
    context = document.get("@context")
    if (context[:1] if isinstance(context, list) else [context]) != [CREDENTIALS_V2]:
        raise Malformed("envelope_invalid", field="@context")
    address = document.get("id")
    if (
        not isinstance(address, str)
        or not address.startswith(_SCHEME)
        or len(address) > 2 * jws.MAX_CHARACTERS
    ):
        raise Malformed("envelope_invalid", field="id")
    media_type, comma, text = address.removeprefix(_SCHEME).partition(",")
    media_type = media_type.lower().removeprefix(_TREE)
    if not comma or not text:
        raise Malformed("envelope_invalid", field="id")
    if media_type not in _TYPE_OF:
        raise Unsupported("envelope_media_type_unsupported", field="id")
    if _TYPE_OF[media_type] != type_:
        raise Malformed("envelope_invalid", field="type")
    return Enveloped(type_, media_type, text)


def open(
    document: Mapping[str, Any],
    *,
    key_for: KeyFor,
    now: datetime,
    algorithms: Collection[str] = jws.ALGORITHMS,
    binding: HolderBound | None = None,
) -> Opened:
    """The document inside, once its signature holds. `binding` as in `sd_jwt.verify`, for SD-JWT alone.
    Raises as `unwrap`, `jwt.open` and `sd_jwt.verify`."""
    inner = unwrap(document)
    if inner.media_type in sd_jwt.TYPES:
        types = (inner.media_type,)
        return sd_jwt.verify(
            inner.text, key_for=key_for, now=now, algorithms=algorithms, types=types, binding=binding
        )
    kind = jwt.VC_JWT if inner.media_type == jwt.VC_JWT else jwt.VP_JWT
    return jwt.open(inner.text, key_for=key_for, algorithms=algorithms, kind=kind, now=now)


def _type_of(document: Mapping[str, Any]) -> str | None:
    value = document.get("type")
    names = value if isinstance(value, list) else [value]
    found = [name for name in names if name in (CREDENTIAL, PRESENTATION)]
    return found[0] if len(found) == 1 else None
