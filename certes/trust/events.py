"""What a party declares about an agreement by itself, after it was signed: in force, reservation, suspension,
withdrawal. And the agreement's dates with that applied.

No act reaches back: it begins on its own day or on the day it was logged, whichever is later, so that nobody
loses by an act of today what counted yesterday, and nobody is bound by one for yesterday. Whether an act may
be taken at all is asked of certes.trust.agreement_book. Source: docs/spec/registry.md, section 4.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from certes.trust.agreements import Agreement, AppliedEvent, Party, Suspension
from certes.trust.members import Members
from certes.trust.schema import require_schema


class EventKind(StrEnum):
    """What a party does. The kinds that end something widen what counts, as entry into force does."""

    IN_FORCE = "in_force"
    RESERVATION = "reservation"
    RESERVATION_END = "reservation_end"
    SUSPENSION = "suspension"
    SUSPENSION_END = "suspension_end"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class AgreementEvent:
    """An act of one party under one agreement, as its payload says it."""

    agreement: str  # the agreement's own id
    country: str
    kind: EventKind
    start: date | None = None  # None for a reservation: it holds from the entry into force
    end: date | None = None  # of a suspension: the first day without it
    names: frozenset[str] = frozenset()  # articles; of a reservation also codes of occupations
    protects_issued_before: bool = False
    reference: str | None = None  # the legal act


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event, its version among its country's under the agreement, its object, the day it was logged."""

    event: AgreementEvent
    version: int
    object_id: str
    logged_on: date

    @property
    def begins(self) -> date:
        """The first day on which it has an effect."""
        return max(self.event.start or self.logged_on, self.logged_on)


def parse_agreement_event(payload: Mapping[str, Any]) -> AgreementEvent:
    """Raises Malformed `schema_violation`, `date_invalid`, `member_invalid` for a suspension that ends before
    it begins."""
    require_schema("agreement-event", payload)
    top = Members(payload)
    event = AgreementEvent(
        agreement=top.text("agreement"),
        country=top.text("country"),
        kind=EventKind(top.text("event")),
        start=top.day_or_none("from"),
        end=top.day_or_none("until"),
        names=frozenset((*top.texts("of"), *top.texts("articles"))),
        protects_issued_before=top.flag("protectsIssuedBefore"),
        reference=top.text_or_none("ref"),
    )
    if event.start is not None and event.end is not None and event.end <= event.start:
        raise top.wrong("until", "a day after `from`")
    return event


def apply_events(
    agreement: Agreement, events: Iterable[LoggedEvent], *, earlier: Iterable[LoggedEvent] = ()
) -> Agreement:
    """The agreement as its parties' acts leave it, whatever the order they come in. `earlier` are those under
    texts before this one: what they restricted stands, and what they ended does not end what this text says
    anew. Acts of a country that is no party of this text change nothing."""
    kept, since = _of_parties(agreement, earlier), _of_parties(agreement, events)
    parties = {
        country: _act(_carry(party, _act(Party(country), kept[country])), since[country])
        for country, party in agreement.parties.items()
    }
    applied = tuple(
        AppliedEvent(country, each.version, each.object_id)
        for country in sorted(parties)
        for each in (*kept[country], *since[country])
    )
    return replace(agreement, parties=parties, events=applied)


def apply_event(agreement: Agreement, act: LoggedEvent) -> Agreement:
    """The agreement with one more act of a party of it. See `in_order`."""
    party = _APPLY[act.event.kind](agreement.parties[act.event.country], act)
    applied = AppliedEvent(party.country, act.version, act.object_id)
    parties = {**agreement.parties, party.country: party}
    return replace(agreement, parties=parties, events=(*agreement.events, applied))


def in_order(agreement: Agreement) -> Agreement:
    """The same agreement, its acts by country and version."""
    return replace(agreement, events=tuple(sorted(agreement.events, key=_place)))


def _place(applied: AppliedEvent) -> tuple[str, int]:
    return applied.country, applied.version


def _of_parties(agreement: Agreement, events: Iterable[LoggedEvent]) -> dict[str, list[LoggedEvent]]:
    found: dict[str, list[LoggedEvent]] = {country: [] for country in agreement.parties}
    for each in sorted(events, key=lambda act: act.version):
        if each.event.agreement == agreement.id and each.event.country in found:
            found[each.event.country].append(each)
    return found


def _act(party: Party, acts: Iterable[LoggedEvent]) -> Party:
    for each in acts:
        party = _APPLY[each.event.kind](party, each)
    return party


def _carry(stated: Party, before: Party) -> Party:
    """A party as a new text states it, with what it had declared by itself before."""
    ends = {name: day for name, day in before.reservations_end.items() if name not in stated.reservations}
    return replace(
        stated,
        in_force_from=stated.in_force_from or before.in_force_from,
        reservations=stated.reservations | before.reservations,
        reservations_end=ends,
        suspensions=(*stated.suspensions, *before.suspensions),
        withdrawn_on=min(
            (day for day in (stated.withdrawn_on, before.withdrawn_on) if day is not None), default=None
        ),
    )


def _in_force(party: Party, act: LoggedEvent) -> Party:
    """Where a text states a day, all have signed that day."""
    return replace(party, in_force_from=party.in_force_from or act.begins)


def _reservation(party: Party, act: LoggedEvent) -> Party:
    """Made again, it holds again."""
    ends = {name: day for name, day in party.reservations_end.items() if name not in act.event.names}
    return replace(party, reservations=party.reservations | act.event.names, reservations_end=ends)


def _reservation_end(party: Party, act: LoggedEvent) -> Party:
    ends = dict(party.reservations_end)
    for name in act.event.names & party.reservations:
        ends[name] = min(act.begins, ends.get(name, date.max))
    return replace(party, reservations_end=ends)


def _suspension(party: Party, act: LoggedEvent) -> Party:
    end = act.event.end
    if end is not None and end <= act.begins:  # it was logged after its last day
        return party
    made = Suspension(act.begins, end, act.event.names, act.event.protects_issued_before)
    return replace(party, suspensions=(*party.suspensions, made))


def _suspension_end(party: Party, act: LoggedEvent) -> Party:
    return replace(
        party,
        suspensions=tuple(
            replace(each, end=max(act.begins, each.start)) if ends(act, each) else each
            for each in party.suspensions
        ),
    )


def ends(act: LoggedEvent, suspension: Suspension) -> bool:
    """Does a suspension's end speak of this one? Of any that is not over by its day, one still to come
    included; where articles are named, of one of those articles and no others."""
    runs = suspension.end is None or act.begins < suspension.end
    return runs and (not act.event.names or act.event.names == suspension.articles)


def _withdrawal(party: Party, act: LoggedEvent) -> Party:
    return replace(party, withdrawn_on=min(act.begins, party.withdrawn_on or date.max))


_APPLY: dict[EventKind, Callable[[Party, LoggedEvent], Party]] = {
    EventKind.IN_FORCE: _in_force,
    EventKind.RESERVATION: _reservation,
    EventKind.RESERVATION_END: _reservation_end,
    EventKind.SUSPENSION: _suspension,
    EventKind.SUSPENSION_END: _suspension_end,
    EventKind.WITHDRAWAL: _withdrawal,
}
