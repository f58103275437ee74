"""Agreements between countries: parties with their dates, level map, articles. Values and their reading.

`parse_agreement` takes the full form, demanded of signed objects, and the reduced form of case files,
where absent means: prior learning accepted, status not required, no level gap, no conditions, both
directions, most favourable. What a text leaves open or says twice is found by certes.trust.completeness.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from certes.trust.members import Members

Condition = Mapping[str, Any]

PRECEDENCES = ("this_prevails", "most_favourable", "subsidiary")
AFTER_WITHDRAWAL = ("preserve", "preserve_until", "lapse")
MAP_STATUSES = ("official", "provisional", "illustrative")
RPL_RULES = ("accepted", "conditional", "excluded")
EFFECTS = ("full", "partial")
KINDS = ("full", "units")


@dataclass(frozen=True, slots=True)
class Suspension:
    """A party suspends the agreement, or some articles, from a day until, but not on, another."""

    start: date
    end: date | None
    articles: frozenset[str]  # empty: the whole agreement
    protects_issued_before: bool

    def holds_on(self, day: date, article: str) -> bool:
        """Is the article suspended on this day?"""
        running = self.start <= day and (self.end is None or day < self.end)
        return running and (not self.articles or article in self.articles)


@dataclass(frozen=True, slots=True)
class Party:
    """A country and its own dates under the agreement."""

    country: str
    in_force_from: date | None = None  # None: signed, not yet in force there
    reservations: frozenset[str] = frozenset()  # ids of articles or codes of occupations
    suspensions: tuple[Suspension, ...] = ()
    withdrawn_on: date | None = None  # the day the withdrawal takes effect
    # a reservation that was lifted -> the first day without it
    reservations_end: Mapping[str, date] = field(default_factory=dict)

    def reserves(self, named: Collection[str], *, on: date) -> bool:
        """Does a reservation on any of these articles or occupations hold on this day?"""
        return any(on < self.reservations_end.get(each, date.max) for each in self.reservations & set(named))


@dataclass(frozen=True, slots=True)
class Reach:
    """How far back the agreement reaches, by the day of the award."""

    issued_from: date | None = None
    entry_into_force: bool = False  # only what was awarded once it was in force for both


@dataclass(frozen=True, slots=True)
class MappedLevel:
    """A rung of a national ladder and its ACQF level."""

    country: str
    level: str
    acqf: int
    status: str = "official"


@dataclass(frozen=True, slots=True)
class PriorLearning:
    """What the text says of skills acquired through prior learning."""

    rule: str = "accepted"
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusRule:
    """Must the status have been seen, and how old may it be, in days?"""

    required: bool = False
    max_age_days: int | None = None


@dataclass(frozen=True, slots=True)
class SplitPart:
    """One of the host's occupations that together make the trade."""

    occupation: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TitleRow:
    """A named certificate and what it is at the host."""

    country: str
    title: str
    host: str
    host_title: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class StandardRule:
    """The regional standard a certificate must follow."""

    id: str
    min_version: int = 1


@dataclass(frozen=True, slots=True)
class Article:
    """What is recognised, and how."""

    id: str
    occupations: frozenset[str]
    kinds: frozenset[str] = frozenset(KINDS)
    directions: frozenset[tuple[str, str]] = frozenset()  # (from, to); empty: every direction
    host_occupation: Mapping[str, str] = field(default_factory=dict)  # by host
    split: Mapping[str, tuple[SplitPart, ...]] = field(default_factory=dict)  # by host
    titles: tuple[TitleRow, ...] = ()
    host_level_acqf: int | None = None
    max_level_gap: int = 0
    on_level_gap: tuple[Condition, ...] = ()
    standard: StandardRule | None = None
    rpl: PriorLearning = PriorLearning()
    effect: str = "full"
    conditions: tuple[Condition, ...] = ()
    status: StatusRule = StatusRule()
    expired_grace_months: int | None = None
    onward_practice_months: int | None = None  # None: no onward recognition under this article
    valid_from: date | None = None
    valid_until: date | None = None
    sector: str | None = None

    def covers(self, occupations: Collection[str], *, country: str, host: str) -> bool:
        """Does it speak of any of these codes, from this country to that host?"""
        directed = not self.directions or (country, host) in self.directions
        return directed and not self.occupations.isdisjoint(occupations)


@dataclass(frozen=True, slots=True)
class AppliedEvent:
    """An act of a party that stands in an agreement's dates: whose, its version, its signed object."""

    country: str
    version: int
    object_id: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement as it stands in one version, with what its parties have declared since."""

    id: str
    version: int
    parties: Mapping[str, Party]  # by country
    reach: Reach
    after_withdrawal: str
    preserve_months: int | None
    precedence: str
    levels: tuple[MappedLevel, ...]
    articles: tuple[Article, ...]
    appeal: Mapping[str, Any] | None = None
    events: tuple[AppliedEvent, ...] = ()  # by country and version


def parse_agreement(payload: Mapping[str, Any], *, at: str = "") -> Agreement:
    """Read either form. Raises Malformed naming the member. Shape only: see certes.trust.completeness."""
    top = Members(payload, at)
    parties = [_party(item) for item in top.each("parties")]
    temporal = top.members("temporal")
    after_withdrawal = temporal.one_of("afterWithdrawal", AFTER_WITHDRAWAL, default="lapse")
    preserve_months = temporal.integer_or_none("preserveMonths")
    if after_withdrawal == "preserve_until" and preserve_months is None:
        raise temporal.wrong("preserveMonths", "integer >= 0 with preserve_until")
    return Agreement(
        id=top.text("id"),
        version=top.integer("version", least=1),
        parties={party.country: party for party in parties},
        reach=_reach(temporal),
        after_withdrawal=after_withdrawal,
        preserve_months=preserve_months,
        precedence=top.one_of("precedence", PRECEDENCES, default="most_favourable"),
        levels=tuple(_mapped_level(item) for item in top.each("levelMap")),
        articles=tuple(_article(item) for item in top.each("articles")),
        appeal=top.members("appeal").value or None,
    )


def _party(item: Members) -> Party:
    return Party(
        country=item.text("country"),
        in_force_from=item.day_or_none("inForceFrom"),
        reservations=frozenset(item.texts("reservations")),
        suspensions=tuple(_suspension(inner) for inner in item.each("suspensions")),
        withdrawn_on=item.day_or_none("withdrawalEffectiveOn"),
    )


def _suspension(item: Members) -> Suspension:
    return Suspension(
        start=item.day("from"),
        end=item.day_or_none("until"),
        articles=frozenset(item.texts("articles")),
        protects_issued_before=item.flag("protectsIssuedBefore"),
    )


def _reach(temporal: Members) -> Reach:
    if temporal.value.get("appliesToIssuedFrom") == "entry_into_force":
        return Reach(entry_into_force=True)
    return Reach(issued_from=temporal.day_or_none("appliesToIssuedFrom"))


def _mapped_level(item: Members) -> MappedLevel:
    return MappedLevel(
        country=item.text("country"),
        level=item.text("level"),
        acqf=item.integer("acqf", least=1),
        status=item.one_of("status", MAP_STATUSES, default="official"),
    )


def _article(item: Members) -> Article:
    kinds = item.texts_or_none("kinds")
    onward = item.value.get("onward")
    return Article(
        id=item.text("id"),
        occupations=frozenset(item.texts("occupations")),
        kinds=frozenset(KINDS if kinds is None else kinds),
        directions=_directions(item),
        host_occupation=item.words("hostOccupation"),
        split=_split(item.members("split")),
        titles=tuple(_title_row(row) for row in item.each("titleTable")),
        host_level_acqf=item.integer_or_none("hostLevelAcqf", least=1),
        max_level_gap=item.integer_or_none("maxLevelGap") or 0,
        on_level_gap=item.conditions("onLevelGap"),
        standard=_standard(item.members("standard")),
        rpl=parse_prior_learning(item),
        effect=item.one_of("effect", EFFECTS, default="full"),
        conditions=item.conditions("conditions"),
        status=parse_status_rule(item),
        expired_grace_months=item.integer_or_none("expiredGraceMonths"),
        onward_practice_months=None if onward is None else _practice_months(item.members("onward")),
        valid_from=item.day_or_none("validFrom"),
        valid_until=item.day_or_none("validUntil"),
        sector=item.text_or_none("sector"),
    )


def _directions(item: Members) -> frozenset[tuple[str, str]]:
    found = item.value.get("directions")
    pairs = [] if found is None else found
    if not isinstance(pairs, list):
        raise item.wrong("directions", "array of [from, to]")
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(end, str) for end in pair):
            raise item.wrong("directions", "array of [from, to]")
    return frozenset((pair[0], pair[1]) for pair in pairs)


def _split(item: Members) -> Mapping[str, tuple[SplitPart, ...]]:
    return {
        host: tuple(
            SplitPart(part.text("occupation"), part.texts("requiresUnits")) for part in item.each(host)
        )
        for host in item.value
    }


def _title_row(row: Members) -> TitleRow:
    return TitleRow(
        row.text("country"),
        row.text("title"),
        row.text("host"),
        row.text("hostTitle"),
        row.conditions("conditions"),
    )


def _standard(item: Members) -> StandardRule | None:
    if not item.value:
        return None
    return StandardRule(item.text("id"), item.integer_or_none("minVersion") or 1)


def _practice_months(onward: Members) -> int:
    return onward.integer_or_none("practiceMonths") or 0


def parse_prior_learning(item: Members) -> PriorLearning:
    """The member `rpl`; absent is accepted."""
    rpl = item.members("rpl")
    return PriorLearning(rpl.one_of("rule", RPL_RULES, default="accepted"), rpl.conditions("conditions"))


def parse_status_rule(item: Members) -> StatusRule:
    """The member `status`; absent is not required."""
    status = item.members("status")
    return StatusRule(status.flag("required"), status.integer_or_none("maxAgeDays"))
