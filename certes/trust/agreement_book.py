"""Agreements as the log tells them: each newest text, and the acts of its parties since.

An act is judged at its place in the log, by the text and the acts before it, so that the answer never changes
later. What a party may do alone: bring the agreement into force for itself, reserve before that, suspend,
withdraw once and for all, and end its own reservations and suspensions. Source: docs/spec/registry.md,
section 4.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from certes.credential.errors import Malformed
from certes.trust.agreements import Agreement, Party
from certes.trust.events import EventKind, LoggedEvent, apply_event, apply_events, ends, in_order


@dataclass(slots=True)
class AgreementBook:
    """Grown one by one, in the order of the log. Each act is applied once: there may be thousands."""

    standing: dict[str, Agreement] = field(default_factory=dict)  # by id: the newest text and the acts since
    acts: dict[str, list[LoggedEvent]] = field(default_factory=dict)  # by id, of parties ever since they are

    def add_text(self, text: Agreement) -> None:
        """The next version. What its parties restricted stands; who was no party of the version before begins
        anew, as nobody but all parties together can take it in again."""
        before = self.standing.get(text.id)
        kept = frozenset() if before is None else before.parties.keys() & text.parties.keys()
        self.acts[text.id] = [each for each in self.acts.get(text.id, ()) if each.event.country in kept]
        self.standing[text.id] = apply_events(text, (), earlier=self.acts[text.id])

    def add_event(self, act: LoggedEvent) -> None:
        """Raises Malformed: `event_without_agreement`, `event_not_party`, `event_name_unknown`,
        `event_after_withdrawal`, `event_already_in_force`, `event_reservation_too_late`,
        `event_nothing_to_end`."""
        name = act.event.agreement
        if name not in self.standing:
            raise Malformed("event_without_agreement", field="agreement", agreement=name)
        require_allowed(act, self.standing[name])
        self.standing[name] = apply_event(self.standing[name], act)
        self.acts[name].append(act)

    def current(self) -> tuple[Agreement, ...]:
        """Every agreement with the acts of its parties applied, by id."""
        return tuple(in_order(self.standing[name]) for name in sorted(self.standing))


def require_allowed(act: LoggedEvent, agreement: Agreement) -> None:
    """May this act follow on the agreement as it stands? Raises as `AgreementBook.add_event`."""
    event = act.event
    party = agreement.parties.get(event.country)
    if party is None:
        raise Malformed("event_not_party", field="country", country=event.country)
    articles = frozenset(article.id for article in agreement.articles)
    known = articles
    if event.kind in _RESERVING:
        known |= frozenset(code for article in agreement.articles for code in article.occupations)
    for name in sorted(event.names - known):
        raise Malformed(
            "event_name_unknown", field="of" if event.kind in _RESERVING else "articles", name=name
        )
    _require_not_withdrawn(act, party)
    rule = _RULES.get(event.kind)
    if rule is not None:
        rule(act, party)


def _require_not_withdrawn(act: LoggedEvent, party: Party) -> None:
    """A withdrawal is final. Until its day the party may still suspend; what is preserved after that day is
    for the text to say, and a later suspension would take it away. It may always end its suspensions."""
    day, kind = party.withdrawn_on, act.event.kind
    if day is None or kind is EventKind.SUSPENSION_END:
        return
    if kind is not EventKind.SUSPENSION or act.begins >= day:
        raise Malformed("event_after_withdrawal", field="event", country=party.country, day=day.isoformat())


def _require_not_in_force(act: LoggedEvent, party: Party) -> None:
    if party.in_force_from is not None:
        day = party.in_force_from.isoformat()
        raise Malformed("event_already_in_force", field="event", country=party.country, day=day)


def _require_in_time(act: LoggedEvent, party: Party) -> None:
    """As for treaties: a State reserves when it consents (Vienna Convention on the Law of Treaties, article
    19). Later, the others hold rights that it cannot take from them by a reservation."""
    if party.in_force_from is not None and party.in_force_from <= act.logged_on:
        day = party.in_force_from.isoformat()
        raise Malformed("event_reservation_too_late", field="event", country=party.country, day=day)


def _require_reserved(act: LoggedEvent, party: Party) -> None:
    if not act.event.names <= party.reservations - party.reservations_end.keys():
        raise Malformed("event_nothing_to_end", field="of", country=party.country)


def _require_suspended(act: LoggedEvent, party: Party) -> None:
    if not any(ends(act, each) for each in party.suspensions):
        raise Malformed("event_nothing_to_end", field="event", country=party.country)


_RESERVING = frozenset({EventKind.RESERVATION, EventKind.RESERVATION_END})
_RULES: dict[EventKind, Callable[[LoggedEvent, Party], None]] = {
    EventKind.IN_FORCE: _require_not_in_force,
    EventKind.RESERVATION: _require_in_time,
    EventKind.RESERVATION_END: _require_reserved,
    EventKind.SUSPENSION_END: _require_suspended,
}
