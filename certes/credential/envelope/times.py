"""The dates of a token: `exp`, `nbf`, `iat` against an instant that the caller names.

Source: RFC 7519, sections 2 (NumericDate) and 4.1.4 to 4.1.6.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from certes.credential.errors import Malformed, Misuse

LEEWAY_S = 60  # clocks differ; RFC 7519, section 4.1.4 allows "usually no more than a few minutes"
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799  # of the years 1 and 9999


def seconds(moment: datetime) -> int:
    """An aware instant as NumericDate, whole seconds. Raises Misuse `instant_without_zone`."""
    if moment.tzinfo is None:
        raise Misuse("instant_without_zone")
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def numeric_date(claims: Mapping[str, Any], name: str) -> float | None:
    """A date claim, or None if there is none. Raises Malformed `jwt_claim_invalid`: no number, or outside the
    years 1 to 9999."""
    if name not in claims:
        return None
    value = claims[name]
    if type(value) is not int and type(value) is not float:
        raise Malformed("jwt_claim_invalid", field=name)
    if not _FIRST_SECOND <= value <= _LAST_SECOND:
        raise Malformed("jwt_claim_invalid", field=name)
    return value


def require_dates(claims: Mapping[str, Any]) -> None:
    """Each date is one, whatever the time is. Raises Malformed `jwt_claim_invalid`."""
    for name in ("iat", "nbf", "exp"):
        numeric_date(claims, name)


def require_times(claims: Mapping[str, Any], *, now: datetime, leeway_s: int = LEEWAY_S) -> None:
    """The token holds at `now`. Raises Malformed `jwt_expired`, `jwt_not_yet_valid`, `jwt_issued_in_future`,
    `jwt_claim_invalid`."""
    at = seconds(now)
    issued, start, end = (numeric_date(claims, name) for name in ("iat", "nbf", "exp"))
    if end is not None and at >= end + leeway_s:
        raise Malformed("jwt_expired", field="exp")
    if start is not None and at < start - leeway_s:
        raise Malformed("jwt_not_yet_valid", field="nbf")
    if issued is not None and at < issued - leeway_s:
        raise Malformed("jwt_issued_in_future", field="iat")
