"""How things stand with a log at a moment: warnings that nobody confirmed, a log or a witness gone silent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from certes.credential.parsing import format_instant
from certes.trust.auditing import Audited
from certes.trust.records import Charter
from certes.trust.signing import SignedObject
from certes.trust.watching import Event, Severity, Value, Watch


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is too long."""

    silent: timedelta = timedelta(hours=48)  # the log asks its witnesses at least daily
    witness_missing: timedelta = timedelta(days=3)
    notice_unconfirmed: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ListSeen:
    """What a registry's index says of one status list."""

    country: str
    digest: str
    valid_from: datetime


def unconfirmed(log: Audited, watch: Watch, limits: Limits, now: datetime) -> Iterator[Event]:
    """Notices, of the country and of those it follows, that no answer confirmed or lifted in time."""
    partners = watch.partners(log)
    answered = {each.payload.get("notice") for each in log.objects if each.type == "NoticeAnswer"}
    for entry, found in zip(log.entries, log.objects, strict=True):
        followed = partners is None or found.country == watch.country or found.country in partners
        if found.type != "Notice" or not followed or found.object_id in answered:
            continue
        days = (now - entry.time).days
        if now - entry.time > limits.notice_unconfirmed:
            about: dict[str, Value] = {"id": str(found.payload.get("id")), "days": days}
            severity = Severity.CONCERN
            yield Event("notice_unconfirmed", severity, entry.time, found.country, found.object_id, about)


def not_logged_yet(
    notices: Iterable[SignedObject], log: Audited, watch: Watch, now: datetime
) -> Iterator[Event]:
    """Notices that count on receipt and that no quorum has seen yet."""
    partners = watch.partners(log)
    for found in notices:
        if partners is None or found.country == watch.country or found.country in partners:
            about: dict[str, Value] = {"id": str(found.payload.get("id"))}
            yield Event("notice_received", Severity.CONCERN, now, found.country, found.object_id, about)


def silent(reached: datetime, limits: Limits, now: datetime) -> Iterator[Event]:
    """Has no quorum vouched for the log for too long?"""
    if now - reached > limits.silent:
        hours = int((now - reached) / timedelta(hours=1))
        params: dict[str, Value] = {"reached": format_instant(reached), "hours": hours}
        yield Event("log_silent", Severity.CONCERN, now, params=params)


def missing(charter: Charter, seen: Mapping[str, datetime], limits: Limits, now: datetime) -> Iterator[Event]:
    """Witnesses of the charter that were not heard of for too long. `seen`: when each signed last."""
    for witness in charter.witnesses:
        last = seen.get(witness.name, now)
        if now - last > limits.witness_missing:
            days = (now - last).days
            params: dict[str, Value] = {"witness": witness.name, "days": days, "last": format_instant(last)}
            yield Event("witness_missing", Severity.CONCERN, now, witness.country, params=params)


def heard_of(log: Audited, seen: Mapping[str, datetime], now: datetime) -> dict[str, datetime]:
    """When each witness of the charter signed last; one that was never heard of counts from now on."""
    signed = {key.name: time for key, time in log.checkpoint.cosigned.items()}
    found = {}
    for witness in log.charter.witnesses:
        times = [time for time in (seen.get(witness.name), signed.get(witness.name)) if time is not None]
        found[witness.name] = max(times, default=now)
    return found


def gone_back(
    before: Mapping[str, ListSeen], after: Mapping[str, ListSeen], now: datetime
) -> Iterator[Event]:
    """Status lists that were taken away, or replaced by an older one: a revocation would be undone. Both are
    by the lists' addresses."""
    for url, held in before.items():
        offered = after.get(url)
        if offered is None:
            code = "status_list_gone"
        elif offered.valid_from < held.valid_from:
            code = "status_list_older"
        elif offered.valid_from == held.valid_from and offered.digest != held.digest:
            code = "status_list_replaced"
        else:
            continue
        yield Event(code, Severity.ALARM, now, held.country, params={"list": url})


def undone(before: bytes, after: bytes, seen: ListSeen, url: str, now: datetime) -> Iterator[Event]:
    """Revocations that a newer list does not state any more: none may ever be taken back. Both are the places
    of a list, a bit each; what is missing at the end is not set."""
    size = max(len(before), len(after))
    cleared = int.from_bytes(before.ljust(size, b"\0")) & ~int.from_bytes(after.ljust(size, b"\0"))
    if cleared:
        params: dict[str, Value] = {"list": url, "count": cleared.bit_count()}
        yield Event("revocation_undone", Severity.ALARM, now, seen.country, params=params)
