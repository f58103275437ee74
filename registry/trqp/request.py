"""A query as it came: read strictly, and refused by the member at fault.

Source: TRQP v2, Public Review 02, sections Authorization API and Recognition API.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from certes.credential.errors import Malformed
from certes.credential.parsing import parse_instant, parse_json
from certes.trust.agreements import KINDS
from certes.trust.members import Members, parse_day
from certes.trust.reduced import METHODS

MAX_QUERY_BYTES = 16 * 1024
_TIME = re.compile(r"[0-9-]{10}[Tt][0-9:]{8}(\.[0-9]+)?[Zz]", re.ASCII)  # RFC 3339, with Z as its only offset
_SIZE = re.compile(r"[1-9][0-9]{0,14}", re.ASCII)
_LEAP_SECOND = ":60"


@dataclass(frozen=True, slots=True)
class Context:
    """What narrows a query; members that nobody reads were ignored."""

    time: datetime | None = None
    log_size: int | None = None
    host: str | None = None
    level: str | None = None
    kind: str = "full"
    method: str = "training"
    awarded_on: date | None = None
    language: str | None = None
    sent: Mapping[str, str] | None = None  # as it came, for the echo


@dataclass(frozen=True, slots=True)
class Query:
    """Either of the two queries: their requests have the same members."""

    entity_id: str
    authority_id: str
    action: str
    resource: str
    context: Context

    def echo(self) -> dict[str, Any]:
        """The members that an answer repeats."""
        found: dict[str, Any] = {
            "entity_id": self.entity_id,
            "authority_id": self.authority_id,
            "action": self.action,
            "resource": self.resource,
        }
        if self.context.sent is not None:
            found["context"] = dict(self.context.sent)
        if self.context.time is not None and self.context.sent is not None:
            found["time_requested"] = self.context.sent["time"]
        return found


def parse_query(raw: bytes) -> Query:
    """Read a request. Unknown members are ignored, as the protocol asks.

    Raises Malformed: what `parse_json` raises, `member_missing`, `member_invalid`, `date_invalid` and
    `trqp_time_not_utc`, naming the member.
    """
    document = parse_json(raw, max_bytes=MAX_QUERY_BYTES)
    return Query(
        entity_id=_string(document, "entity_id", "entity_id"),
        authority_id=_string(document, "authority_id", "authority_id"),
        action=_string(document, "action", "action"),
        resource=_string(document, "resource", "resource"),
        context=_context(document),
    )


def _string(value: Mapping[str, Any], name: str, path: str) -> str:
    """A string, empty or not: the protocol's schemas ask no more."""
    if name not in value:
        raise Malformed("member_missing", field=path)
    found = value[name]
    if not isinstance(found, str):
        raise Malformed("member_invalid", field=path, expected="text")
    return found


def _context(document: Mapping[str, Any]) -> Context:
    if "context" not in document:
        return Context()
    value = document["context"]
    if not isinstance(value, Mapping):
        raise Malformed("member_invalid", field="context", expected="object")
    sent = {name: _string(value, name, f"context.{name}") for name in value}
    top = Members({name: text or None for name, text in sent.items()}, "context")
    size = top.text_or_none("logSize")
    if size is not None and not _SIZE.fullmatch(size):
        raise top.wrong("logSize", "integer >= 1")
    awarded = top.text_or_none("awardedOn")
    return Context(
        time=parse_time(sent["time"]) if sent.get("time") else None,
        log_size=None if size is None else int(size),
        host=top.text_or_none("host"),
        level=top.text_or_none("level"),
        kind=top.one_of("kind", KINDS, default="full"),
        method=top.one_of("method", METHODS, default="training"),
        awarded_on=None if awarded is None else parse_day(awarded, at="context.awardedOn"),
        language=top.text_or_none("language"),
        sent=sent,
    )


def parse_time(text: str) -> datetime:
    """An instant of RFC 3339 whose offset is Z. A leap second is the second before it. Raises Malformed
    `trqp_time_not_utc`."""
    if _TIME.fullmatch(text):
        plain = text.upper().replace(f"{_LEAP_SECOND}Z", ":59Z").replace(f"{_LEAP_SECOND}.", ":59.")
        whole, _, _ = plain.removesuffix("Z").partition(".")  # a question is about a day
        try:
            return parse_instant(f"{whole}Z").astimezone(UTC)
        except Malformed:
            pass
    raise Malformed("trqp_time_not_utc", field="context.time")
