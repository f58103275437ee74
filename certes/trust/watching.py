"""What happened in the log since it was looked at last, and how things stand, for a country. Pure.

A country is told what concerns it: what was signed in its name, and what changed with those it has agreements
with. Without a country everything is told. Every event is an `Event`; the words are schemas/words/monitor.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from certes.credential.errors import Refusal
from certes.credential.parsing import format_instant
from certes.trust.auditing import Audited, steps
from certes.trust.charter import signed_by_member
from certes.trust.list_changes import changes_of
from certes.trust.reading import read_record
from certes.trust.records import Charter, HostPolicy, NationalList
from certes.trust.signing import SignedObject, signing_keys
from certes.trust.translog.entries import LogEntry

Value = str | int | date | None

NONE = "—"  # of a list without anything in it


class Severity(StrEnum):
    """How much it matters, the least first."""

    INFO = "info"  # to know; nothing follows
    UNCHECKED = "unchecked"  # something could not be checked
    CONCERN = "concern"  # the country has to look
    ALARM = "alarm"  # somebody lies, or speaks for the country without it

    @property
    def exit_code(self) -> int:
        """What a command ends with, where this is the gravest."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to tell."""

    code: str
    severity: Severity
    time: datetime  # when it was logged, else when it was found
    country: str | None = None  # whose doing it is, or whom it is about
    object_id: str | None = None
    params: Mapping[str, Value] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """The same for a state that lasts, however long it has by now."""
        lasting = {name: value for name, value in self.params.items() if name not in ("days", "hours")}
        return f"{self.code} {self.country} {self.object_id} {lasting}"

    def to_json(self) -> dict[str, Any]:
        """Its members; parameters stand beside the others."""
        shown = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in self.params.items()
            if value is not None
        }
        fixed = {
            "event": self.code,
            "severity": self.severity.value,
            "country": self.country,
            "object": self.object_id,
            "time": format_instant(self.time),
        }
        return fixed | {name: value for name, value in shown.items() if name not in fixed}


@dataclass(frozen=True, slots=True)
class Watch:
    """For whom, and what it has signed."""

    country: str | None = None  # alpha-2; None: for everybody
    known: frozenset[str] | None = None  # ids of its own objects; None: not given

    def partners(self, log: Audited) -> frozenset[str] | None:
        """With whom it has an agreement, in force or not, or whose certificates it recognises on its own;
        None where it watches for everybody."""
        if self.country is None:
            return None
        found: set[str] = set()
        for each in newest(log):
            if each.type == "Agreement" and self.country in parties_of(each):
                found |= parties_of(each)
            elif each.type == "HostPolicy" and each.country == self.country:
                policy = read_record(each, network=log.charter.network)
                if isinstance(policy, HostPolicy):
                    found |= {country for rule in policy.unilateral for country in rule.countries}
        return frozenset(found - {self.country})


def lists_of(log: Audited) -> dict[str, NationalList]:
    """The newest list of each country."""
    found = (_list(each, log) for each in newest(log) if each.type == "NationalList")
    return {each.country: each for each in found if each is not None}


def still_new(log: Audited) -> int:
    """The place from which entries are younger than the notice period, for who has just begun to watch: what
    is new to others is to be told to him too. The founding day is not new."""
    first = log.entries[0].time.date()
    since = log.checkpoint.reached - timedelta(days=log.charter.notice_days)
    old = (at for at, entry in enumerate(log.entries) if entry.time < since or entry.time.date() <= first)
    return max(old, default=-1) + 1


def newest(log: Audited) -> Iterable[SignedObject]:
    """The newest version of every subject."""
    return {entry.subject_name: found for entry, found in zip(log.entries, log.objects, strict=True)}.values()


def parties_of(agreement: SignedObject) -> frozenset[str]:
    """The countries that an agreement names."""
    named = agreement.payload.get("parties", [])
    return frozenset(str(party.get("country")) for party in named if isinstance(party, Mapping))


def happened(log: Audited, *, since: int, watch: Watch) -> Iterator[Event]:
    """What the entries from place `since` on mean for a country."""
    partners = watch.partners(log)
    for at in range(since, len(log.entries)):
        yield from _in_its_name(log, at, watch)
        yield from _of_entry(log, at, watch, partners)
    for before, after, at in steps(log):
        if at >= since:
            yield from _of_charter(before, after, log, at, watch)


def speaks_for(found: SignedObject, country: str, charters: Iterable[Charter]) -> bool:
    """Is this in the country's name: about it, agreed by it, or signed with one of its keys?"""
    if found.country == country or (found.type == "Agreement" and country in parties_of(found)):
        return True
    members = [charter.members[country] for charter in charters if country in charter.members]
    try:
        return any(signing_keys(found, among=member.keys) for member in members)
    except Refusal:  # a line that does not hold was signed by nobody
        return False


def _charters_at(log: Audited, at: int) -> tuple[Charter, ...]:
    return log.charters[max(0, at - 1) : at + 1]


def _event(log: Audited, at: int, code: str, severity: Severity, **params: Value) -> Event:
    entry, found = log.entries[at], log.objects[at]
    about: dict[str, Value] = {"type": entry.type, "version": entry.version}
    return Event(code, severity, entry.time, found.country, entry.object_id, about | params)


def _in_its_name(log: Audited, at: int, watch: Watch) -> Iterator[Event]:
    """What it signed; what it did not is told by `not_signed_by_us`, as long as it stands."""
    found = log.objects[at]
    if watch.country is None or not speaks_for(found, watch.country, _charters_at(log, at)):
        return
    if watch.known is None:
        yield _event(log, at, "object_to_compare", Severity.CONCERN)
    elif found.object_id in watch.known:
        yield _event(log, at, "object_ours", Severity.INFO)


def not_signed_by_us(
    log: Audited, notices: Iterable[SignedObject], watch: Watch, now: datetime
) -> Iterator[Event]:
    """The alarm of a stolen key: what stands in the country's name and is not among what it signed, in the
    whole log and among the `notices` that are not logged yet. Nothing where it did not say what it signed."""
    if watch.country is None or watch.known is None:
        return
    for at, found in enumerate(log.objects):
        if found.object_id not in watch.known and speaks_for(found, watch.country, _charters_at(log, at)):
            yield replace(_event(log, at, "object_not_ours", Severity.ALARM), country=watch.country)
    for found in notices:
        if found.country == watch.country and found.object_id not in watch.known:
            about: dict[str, Value] = {"type": found.type, "version": found.version}
            yield Event("object_not_ours", Severity.ALARM, now, watch.country, found.object_id, about)


def _of_entry(log: Audited, at: int, watch: Watch, partners: frozenset[str] | None) -> Iterator[Event]:
    found = log.objects[at]
    followed = partners is None or found.country in partners
    match found.type:
        case "NationalList" if followed:
            yield from _of_list(log, at)
        case "HostPolicy" if followed:
            yield _event(log, at, "policy_changed", Severity.CONCERN)
        case "Agreement":
            before = log.before(at)
            named = parties_of(found) | (frozenset() if before is None else parties_of(before))
            if watch.country is None or watch.country in named:
                yield _event(
                    log, at, "agreement_version", Severity.CONCERN, agreement=log.entries[at].subject
                )
        case "AgreementEvent":
            if _is_party(log, str(found.payload.get("agreement")), watch.country):
                yield _event(
                    log, at, "agreement_event", Severity.CONCERN, **_named(found, "agreement", "event")
                )
        case "Notice" if followed:
            yield _event(log, at, "notice_logged", Severity.CONCERN, **_named(found, "id"))
        case "NoticeAnswer" if followed:
            yield _event(log, at, "notice_answered", Severity.CONCERN, **_named(found, "answer"))
        case "RegionalStandard":
            yield _event(log, at, "standard_version", Severity.INFO, standard=log.entries[at].subject)
        case _:
            pass


def _named(found: SignedObject, *names: str) -> dict[str, Value]:
    return {name: str(found.payload.get(name, NONE)) for name in names}


def _is_party(log: Audited, agreement: str, country: str | None) -> bool:
    """Under any version: who left, or was left out, is concerned too."""
    if country is None:
        return True
    versions = (
        found
        for entry, found in zip(log.entries, log.objects, strict=True)
        if (entry.type, entry.subject) == ("Agreement", agreement)
    )
    return any(country in parties_of(found) for found in versions)


def _of_list(log: Audited, at: int) -> Iterator[Event]:
    after, previous = _list(log.objects[at], log), log.before(at)
    if after is None:
        return
    until = _counts_from(log, at)
    for change in changes_of(None if previous is None else _list(previous, log), after):
        more: dict[str, Value] = {"issuer": change.issuer, **change.params}
        if change.code in ("issuer_new", "scope_wider"):
            more["until"] = until
        yield _event(log, at, change.code, Severity.CONCERN, **more)


def _list(found: SignedObject, log: Audited) -> NationalList | None:
    record = read_record(found, network=log.charter.network)
    return record if isinstance(record, NationalList) else None


def _counts_from(log: Audited, at: int) -> date:
    """The day from which it counts abroad. What was logged on the network's first day counts at once."""
    day, first = log.entries[at].time.date(), log.entries[0].time.date()
    return day if day <= first else day + timedelta(days=log.charters[at].notice_days)


def _of_charter(before: Charter, after: Charter, log: Audited, at: int, watch: Watch) -> Iterator[Event]:
    old, new = before.members, after.members
    witnesses = {each.name for each in before.witnesses}, {each.name for each in after.witnesses}
    changed = {country for country in old.keys() & new.keys() if old[country] != new[country]}
    params: dict[str, Value] = {
        "joined": listed(new.keys() - old.keys()),
        "left": listed(old.keys() - new.keys()),
        "keys_changed": listed(changed),
        "witnesses_added": listed(witnesses[1] - witnesses[0]),
        "witnesses_removed": listed(witnesses[0] - witnesses[1]),
        "quorum": after.quorum,
    }
    yield _event(log, at, "charter_new", Severity.CONCERN, **params)
    ours = watch.country
    if ours is None or ours not in old or ours not in changed | (old.keys() - new.keys()):
        return
    if not signed_by_member(old[ours], signing_keys(log.objects[at], among=old[ours].keys)):
        event = _event(log, at, "our_keys_taken", Severity.ALARM)
        yield replace(event, country=ours)


def listed(names: Iterable[str]) -> str:
    """For a sentence."""
    return ", ".join(sorted(names)) or NONE


def late(log: Audited, entries: Iterable[LogEntry], *, reached: datetime) -> Iterator[Event]:
    """Entries that are dated back (rule 10), as the alarm."""
    places = {entry.object_id: at for at, entry in enumerate(log.entries)}
    for entry in entries:
        at = places[entry.object_id]
        yield _event(log, at, "entry_backdated", Severity.ALARM, reached=format_instant(reached))
