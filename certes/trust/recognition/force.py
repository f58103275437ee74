"""Is the agreement in force between the two countries, for this award? A refusal here ends the route.

In force for both, reservation, suspension, withdrawal and acquired rights, reach: in this order, and the
first refusal ends the route.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from certes.trust.agreements import Agreement, Article, Party, Suspension
from certes.trust.days import add_months
from certes.trust.recognition.codes import refuses
from certes.trust.recognition.facts import Param, Reason


@dataclass(frozen=True, slots=True)
class Between:
    """An article of an agreement, between a country and a host, for an award and a day of the question."""

    agreement: Agreement
    article: Article
    country: str
    host: str
    occupations: tuple[str, ...]
    awarded_on: date
    at: date

    @property
    def parties(self) -> tuple[Party, Party]:
        """The country's side and the host's."""
        return self.agreement.parties[self.country], self.agreement.parties[self.host]

    @property
    def ref(self) -> str:
        """How the article is referred to."""
        return f"{self.agreement.id}#{self.article.id}"

    @property
    def in_force_since(self) -> date:
        """The day it entered into force for the later of the two; the last of days where it has not."""
        return max(party.in_force_from or date.max for party in self.parties)


def examine_force(between: Between) -> tuple[Reason, ...]:
    """The notes of the steps, ending with the refusal where one refuses."""
    found: tuple[Reason, ...] = ()
    for step in STEPS:
        found += step(between)
        if refuses(found):
            break
    return found


def _in_force_for_both(between: Between) -> tuple[Reason, ...]:
    return tuple(
        Reason("agreement_not_yet_in_force", {"country": party.country, **_day("since", party.in_force_from)})
        for party in between.parties
        if party.in_force_from is None or party.in_force_from > between.at
    )[:1]


def _day(name: str, day: date | None) -> dict[str, date]:
    return {} if day is None else {name: day}


def _reservation(between: Between) -> tuple[Reason, ...]:
    named = {between.article.id, between.ref, *between.occupations}
    return tuple(
        Reason("party_reservation", {"country": party.country, "article": between.article.id})
        for party in between.parties
        if party.reserves(named, on=between.at)
    )[:1]


def _suspension(between: Between) -> tuple[Reason, ...]:
    """Any suspension that does not protect older awards refuses; else one note says what protects this
    one."""
    running = [
        (suspension, party)
        for party in between.parties
        for suspension in party.suspensions
        if suspension.holds_on(between.at, between.article.id)
    ]
    open_ones = [pair for pair in running if not _protects(pair[0], between.awarded_on)]
    for code, pairs in (("agreement_suspended", open_ones), ("agreement_suspended_older_protected", running)):
        if pairs:
            suspension, party = min(pairs, key=lambda pair: pair[0].start)
            params: dict[str, Param] = {
                "country": party.country,
                "article": between.article.id,
                "since": suspension.start,
            }
            return (Reason(code, params),)
    return ()


def _protects(suspension: Suspension, awarded_on: date) -> bool:
    return suspension.protects_issued_before and awarded_on < suspension.start


def _withdrawal(between: Between) -> tuple[Reason, ...]:
    """After a withdrawal only what was awarded before it may keep its standing."""
    ends = [
        (party.withdrawn_on, party.country) for party in between.parties if party.withdrawn_on is not None
    ]
    ended_on, country = min(ends, default=(date.max, ""))
    if ended_on > between.at:
        return ()
    ended = Reason("agreement_ended", {"country": country, "ended_on": ended_on})
    if between.awarded_on >= ended_on:
        return (ended,)
    return (_ACQUIRED[between.agreement.after_withdrawal](between, ended, ended_on),)


def _preserve(between: Between, ended: Reason, ended_on: date) -> Reason:
    return Reason("agreement_ended_acquired_right_kept", ended.params)


def _preserve_until(between: Between, ended: Reason, ended_on: date) -> Reason:
    kept_until = add_months(ended_on, between.agreement.preserve_months or 0)
    if between.at > kept_until:
        return ended
    return Reason("agreement_ended_acquired_right_kept_until", {**ended.params, "until": kept_until})


def _lapse(between: Between, ended: Reason, ended_on: date) -> Reason:
    return ended


_ACQUIRED: dict[str, Callable[[Between, Reason, date], Reason]] = {
    "preserve": _preserve,
    "preserve_until": _preserve_until,
    "lapse": _lapse,
}


def _reach(between: Between) -> tuple[Reason, ...]:
    reach = between.agreement.reach
    earliest = between.in_force_since if reach.entry_into_force else reach.issued_from
    if earliest is None or between.awarded_on >= earliest:
        return ()
    return (
        Reason("awarded_before_agreement", {"awarded_on": between.awarded_on, "reaches_back_to": earliest}),
    )


STEPS = (_in_force_for_both, _reservation, _suspension, _withdrawal, _reach)
