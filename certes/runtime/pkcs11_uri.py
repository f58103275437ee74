"""Where a key is in a hardware security module: `pkcs11:` URIs, as other tools write them.

`pkcs11:token=CM-1;object=custodian?module-path=/usr/lib/softhsm/libsofthsm2.so`. Read strictly: an attribute
that is not understood might be what tells two keys apart, so it refuses the whole. A PIN never belongs in an
address, which is seen in process lists and settings. Source: RFC 7512, section 2.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote_to_bytes

from certes.runtime.refusals import SettingInvalid

SCHEME = "pkcs11:"
MAX_CHARACTERS = 2_048
_PATH = frozenset({"token", "serial", "manufacturer", "model", "object", "id", "type"})
_QUERY = frozenset({"module-path"})
_PIN = frozenset({"pin-value", "pin-source"})
_TYPES = (b"private", b"public")  # either names the pair here
_VALUE = re.compile(r"(?:[A-Za-z0-9._~:\[\]@!$'()*+,=&/?|-]|%[0-9A-Fa-f]{2})+")  # those of path and query


@dataclass(frozen=True, slots=True)
class KeyUri:
    """A token, and a key in it where `object` (the label) or `id` names one. Text is decoded."""

    token: str | None = None  # the token's label
    serial: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    object: str | None = None
    id: bytes | None = None
    module: str | None = None  # path of the vendor's library

    @property
    def names_key(self) -> bool:
        """Does it name a key, and not a token alone?"""
        return self.object is not None or self.id is not None

    @property
    def token_name(self) -> str:
        """The token, for a person."""
        return self.token or self.serial or ""

    @property
    def key_name(self) -> str:
        """The key within the token, for a person."""
        return self.object if self.object is not None else f"id {(self.id or b'').hex()}"

    def numbered(self, key: int) -> "KeyUri":
        """The key meant by a number of ours: the one that is named or, where none is, the one with this
        CKA_ID (01, 02, ...)."""
        return self if self.names_key else replace(self, id=key.to_bytes((key.bit_length() + 7) // 8, "big"))


def is_uri(text: str) -> bool:
    """Is this such a URI, and not the name of a file?"""
    return text.startswith(SCHEME)


def parse_uri(text: str, *, field: str | None = None) -> KeyUri:
    """Read a URI; `field` is the setting it stands in.

    Raises SettingInvalid `hsm_uri_invalid` with the attribute at fault, and `hsm_uri_has_pin`. Neither
    repeats the text.
    """
    if not is_uri(text) or len(text) > MAX_CHARACTERS:
        raise SettingInvalid("hsm_uri_invalid", field=field, attribute=SCHEME)
    path, _, query = text.removeprefix(SCHEME).partition("?")
    found = dict(_attributes(path, ";", _PATH, field)) | dict(_attributes(query, "&", _QUERY, field))
    if found.pop("type", _TYPES[0]) not in _TYPES:
        raise SettingInvalid("hsm_uri_invalid", field=field, attribute="type")
    if not {"token", "serial"} & found.keys():
        raise SettingInvalid("hsm_uri_invalid", field=field, attribute="token")
    key_id, module = found.pop("id", None), found.pop("module-path", None)
    texts = {name: _text(value, name, field) for name, value in found.items()}
    path_of_module = None if module is None else _text(module, "module-path", field)
    return KeyUri(id=key_id, module=path_of_module, **texts)


def _attributes(text: str, divider: str, known: frozenset[str], field: str | None) -> Mapping[str, bytes]:
    found: dict[str, bytes] = {}
    for part in filter(None, text.split(divider)):
        name, _, value = part.partition("=")
        if name in _PIN:
            raise SettingInvalid("hsm_uri_has_pin", field=field)
        if name not in known or name in found or not _VALUE.fullmatch(value):
            raise SettingInvalid("hsm_uri_invalid", field=field, attribute=_shown(name))
        found[name] = unquote_to_bytes(value)
    return found


def _shown(name: str) -> str:
    """An attribute's name; nothing of what may be a mistyped secret."""
    return name if re.fullmatch(r"[a-z0-9_-]{1,32}", name) else "?"


def _text(value: bytes, name: str, field: str | None) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise SettingInvalid("hsm_uri_invalid", field=field, attribute=name) from None
