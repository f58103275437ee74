"""Since when a country's list says that an issuer may certify something: what is new waits before it counts
abroad.

A charter gives every country some days to look at what another has added before it must take it in. What a
list widens counts at home at once; abroad it counts from so many days after that list was logged. A list
that narrows counts everywhere at once. Source: docs/spec/notices.md, section 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from certes.trust.records import Announcement, ScopeClaim, first_gap


@dataclass(frozen=True, slots=True)
class Pending:
    """What is too new to count abroad, and the first day on which it counts."""

    what: Literal["issuer", "scope"]
    until: date


def pending(
    versions: Sequence[Announcement], *, did: str, claim: ScopeClaim, notice_days: int, at: date
) -> Pending | None:
    """Of what the newest list lets this issuer certify: is the claim still in its notice period on `at`?

    `versions` are those of the country's list that a register carries, the newest last. The period runs from
    the oldest version since which each one in turn allows the claim: what was taken away and given back is
    new. None where the newest does not allow it, which is for others to say.
    """
    period = timedelta(days=notice_days)
    if not versions or versions[-1].settled or at >= versions[-1].on + period:
        return None
    since: Announcement | None = None
    missing: Literal["issuer", "scope"] = "issuer"
    for version in reversed(versions):
        gap = _gap(version, did, claim)
        if gap is not None:
            missing = gap
            break
        since = version
    if since is None or since.settled or at >= since.on + period:
        return None
    return Pending(missing, since.on + period)


def _gap(version: Announcement, did: str, claim: ScopeClaim) -> Literal["issuer", "scope"] | None:
    """What this version does not say yet of an issuer that certified so on the claim's day."""
    issuer = version.issuers.get(did)
    if issuer is None or not issuer.history.authorised_on(claim.day):
        return "issuer"
    return None if first_gap(issuer.scope, claim) is None else "scope"
