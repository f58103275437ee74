"""An issuer's record as its country signed it, and what it said on a day."""

from datetime import date
from typing import Any

from certes.credential.errors import Malformed
from certes.credential.identifiers import IssuerRef
from certes.credential.parsing import MAX_SAFE_INTEGER, format_instant
from certes.runtime.refusals import NotFound
from certes.trust.members import parse_day
from certes.trust.records import Issuer, Scope
from registry.asof import Known

_MAX_SIZE_DIGITS = len(str(MAX_SAFE_INTEGER))


def parse_at(text: str | None, *, today: date) -> date:
    """A day of a query, or today. Raises Malformed `date_invalid`."""
    return today if text is None else parse_day(text, at="at")


def parse_size(text: str | None) -> int | None:
    """A size of the log. Raises Malformed `member_invalid`."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < _MAX_SIZE_DIGITS and not text.startswith("0")):
        raise Malformed("member_invalid", field="size", expected="integer >= 1")
    return int(text)


def issuer_json(known: Known, ref: IssuerRef, *, at: date) -> dict[str, Any]:
    """The record. Raises NotFound `issuer_not_found`."""
    national = known.registry.national.get(ref.country)
    found = None if national is None else national.find_issuer(ref.number)
    signed = known.newest("NationalList", ref.country)
    if found is None or signed is None:
        raise NotFound("issuer_not_found", country=ref.country, issuer=ref.number)
    entry = next(item for item in signed.payload["issuers"] if item["number"] == ref.number)
    return {
        "issuer": entry,
        "at": at.isoformat(),
        "on_that_day": _on(found, at),
        "source": {"type": signed.type, "version": signed.version, "object_id": signed.object_id},
        "log": known.log,
        "as_of": format_instant(known.as_of),
    }


def _on(issuer: Issuer, day: date) -> dict[str, Any]:
    entry = issuer.history.on(day)
    return {
        "standing": "none" if entry is None else entry.standing.value,
        "keys": sorted(key.kid for key in issuer.keys if key.valid_on(day) and key.compromised_since is None),
        "trades": sorted({scope.code for scope in issuer.scope if _holds(scope, day)}),
    }


def _holds(scope: Scope, day: date) -> bool:
    return (scope.valid_from or date.min) <= day <= (scope.valid_until or date.max)
