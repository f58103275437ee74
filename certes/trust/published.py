"""Which objects of the log a bundle holds: decided by the entries alone, so that whoever has them knows what
must be there, whatever its clock says.

Superseded texts whose every version counts later (charters, agreements, what is said about issuers) travel
for ever; of national lists those of the notice period do, and the one before, since a verdict asks when an
issuer or a scope was listed first.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from certes.trust.records import Charter
from certes.trust.signing import SignedObject
from certes.trust.translog.entries import LogEntry

EVERY_VERSION = frozenset({"Charter", "Agreement", "AgreementEvent", "Notice", "NoticeAnswer"})
OVER_THE_NOTICE_PERIOD = frozenset({"NationalList"})  # of all other types the newest version alone


def _days_before(time: datetime, days: int) -> datetime:
    """So many days earlier; the first moment there is for times that nobody checked yet."""
    try:
        return time - timedelta(days=days)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def needed(entries: Sequence[LogEntry], *, notice_days: int) -> frozenset[str]:
    """The ids of the objects that a bundle of these entries, the whole log's, holds.

    The notice period is counted back from the last entry: from the time the witnesses reached it could only
    be shorter.
    """
    if not entries:
        return frozenset()
    since = _days_before(entries[-1].time, notice_days)
    by_subject: dict[tuple[str, str], list[LogEntry]] = {}
    for entry in entries:
        by_subject.setdefault((entry.type, entry.subject), []).append(entry)
    return frozenset(
        entry.object_id for versions in by_subject.values() for entry in _kept(versions, since=since)
    )


def _kept(versions: Sequence[LogEntry], *, since: datetime) -> Sequence[LogEntry]:
    kind = versions[0].type
    if kind in EVERY_VERSION:
        return versions
    if kind in OVER_THE_NOTICE_PERIOD:
        before = sum(1 for entry in versions if entry.time < since)
        return versions[max(0, before - 1) :]
    return versions[-1:]


def choose(
    objects: Iterable[SignedObject], entries: Sequence[LogEntry], *, charter: Charter
) -> tuple[SignedObject, ...]:
    """Of all logged objects those that a bundle holds, in the order of their ids. `charter` is the newest of
    the log's; `objects` beyond the entries are left out."""
    ids = needed(entries, notice_days=charter.notice_days)
    return tuple(sorted((each for each in objects if each.object_id in ids), key=lambda each: each.object_id))
