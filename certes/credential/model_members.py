"""The shapes of a credential's members: URLs, types, texts with a language, digests, status entries.

Each check returns what it read or nothing, and raises Malformed with the path of the member.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from certes.credential.errors import Malformed
from certes.credential.related_resources import parse_digests

MAX_URL_CHARACTERS = 256 * 1024  # a data: URL may carry a whole credential; the body's own limit is this
MAX_STATUS_BITS = 8  # Bitstring Status List 1.0, section 2.1: the messages are 2 to this power

# A scheme, a colon, and no character that could end or hide a URL (RFC 3986, section 2; RFC 3987).
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f-\xa0]+")
_TERM = re.compile(r"[^\x00-\x20:/\\?#\[\]@<>\"{}|^`\x7f-\xa0][^\x00-\x20\\<>\"{}|^`\x7f-\xa0]*")
_INDEX = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)
_DIRECTIONS = frozenset({"ltr", "rtl"})


def require_url(value: Any, field: str, *, code: str = "url_invalid") -> str:
    """An absolute URL. Raises Malformed `url_invalid`, or `code`."""
    if not isinstance(value, str) or len(value) > MAX_URL_CHARACTERS or _URL.fullmatch(value) is None:
        raise Malformed(code, field=field)
    return value


def require_optional_url(members: Mapping[str, Any], name: str, field: str) -> None:
    """A single URL where the member is there; null is not absence (section 4.4, #identifiers)."""
    if name in members:
        require_url(members[name], field)


def require_type(value: Any, field: str, *, required: str | None = None) -> None:
    """One or more terms or absolute URLs, `required` among them. Raises Malformed `member_missing`,
    `type_invalid`, `type_required`. Source: VCDM 2.0, section 4.5 (#types)."""
    if value is None:
        raise Malformed("member_missing", field=field)
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and _is_type(name) for name in names):
        raise Malformed("type_invalid", field=field)
    if required is not None and required not in names:
        raise Malformed("type_required", field=field, expected=required)


def _is_type(name: str) -> bool:
    return (_URL if ":" in name else _TERM).fullmatch(name) is not None


def each_object(value: Any, field: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Path and value of each object of a member that holds one or several.

    Raises Malformed `member_missing`, `member_invalid`.
    """
    if value is None:
        raise Malformed("member_missing", field=field)
    if isinstance(value, dict):
        yield field, value
        return
    if not isinstance(value, list) or not value:
        raise Malformed("member_invalid", field=field)
    for at, item in enumerate(value):
        if not isinstance(item, dict):
            raise Malformed("member_invalid", field=f"{field}[{at}]")
        yield f"{field}[{at}]", item


def require_text_or_language(members: Mapping[str, Any], name: str, field: str) -> None:
    """A string, or one or several value objects of @value, @language and @direction, and nothing else.

    Raises Malformed `language_value_invalid`. Source: VCDM 2.0, section 11.1 (#language-and-base-direction).
    """
    if name not in members:
        return
    value = members[name]
    values = value if isinstance(value, list) and value else [value]
    for item in values:
        if not isinstance(item, str) and not _is_language_value(item):
            raise Malformed("language_value_invalid", field=field)


def _is_language_value(value: Any) -> bool:
    if not isinstance(value, dict) or not value.keys() <= {"@value", "@language", "@direction"}:
        return False
    language, direction = value.get("@language", "und"), value.get("@direction", "ltr")
    return (
        isinstance(value.get("@value"), str)
        and isinstance(language, str)
        and _LANGUAGE.fullmatch(language) is not None
        and isinstance(direction, str)
        and direction in _DIRECTIONS
    )


def require_digests(resource: Mapping[str, Any], path: str) -> None:
    """At least one digest, and none that could not be one. Raises Malformed `digest_missing`,
    `digest_invalid`."""
    if not parse_digests(resource, path):
        raise Malformed("digest_missing", field=path)


def require_status_entry(entry: Mapping[str, Any], path: str) -> None:
    """The members of a BitstringStatusListEntry; entries of other types are not looked into.

    Raises Malformed `status_entry_invalid`. Source: Bitstring Status List 1.0, section 2.1
    (#bitstringstatuslistentry).
    """
    kind = entry.get("type")
    if kind != "BitstringStatusListEntry" and kind != ["BitstringStatusListEntry"]:
        return
    for name, holds in _STATUS_RULES.items():
        if not holds(entry.get(name), entry):
            raise Malformed("status_entry_invalid", field=f"{path}.{name}")


def _is_messages(value: Any, entry: Mapping[str, Any]) -> bool:
    """Absent where one bit says it all; else one for each value that the bits can have."""
    size: int = entry.get("statusSize", 1)  # `_is_size` has looked at it
    if value is None:
        return size == 1
    return (
        isinstance(value, list)
        and len(value) == 2**size
        and all(
            isinstance(item, dict)
            and isinstance(item.get("status"), str)
            and isinstance(item.get("message"), str)
            for item in value
        )
    )


def _is_size(value: Any, entry: Mapping[str, Any]) -> bool:
    return value is None or (type(value) is int and 0 < value <= MAX_STATUS_BITS)


def _is_url(value: Any, entry: Mapping[str, Any]) -> bool:
    return isinstance(value, str) and _URL.fullmatch(value) is not None and value != entry.get("id")


def _is_reference(value: Any, entry: Mapping[str, Any]) -> bool:
    values = value if isinstance(value, list) else [value]
    return value is None or (bool(values) and all(_is_url(item, {}) for item in values))


_STATUS_RULES: Mapping[str, Callable[[Any, Mapping[str, Any]], bool]] = {
    "statusPurpose": lambda value, entry: isinstance(value, str) and bool(value),
    "statusListIndex": lambda value, entry: isinstance(value, str) and _INDEX.fullmatch(value) is not None,
    "statusListCredential": _is_url,
    "statusSize": _is_size,
    "statusMessage": _is_messages,
    "statusReference": _is_reference,
}
