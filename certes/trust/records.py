"""What countries say of themselves: issuers, keys, scopes and history, their rules as a host, the charter.

Facts with dates, never deleted, and the questions that are asked of them. Nothing here was signed or
believed by standing here: certes.trust.bundle decides what may become a record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from certes.credential.identifiers import Network
from certes.trust.agreements import Agreement, PriorLearning, StatusRule
from certes.trust.notices import NoticeBoard
from certes.trust.standards import RegionalStandard

# Part of the skill was acquired outside training in both.
PRIOR_LEARNING_METHODS = frozenset({"rpl", "mixed"})


class Standing(StrEnum):
    """An authorisation's state, the least restrictive first."""

    GRANTED = "granted"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


_SEVERITY = {Standing.GRANTED: 0, Standing.SUSPENDED: 1, Standing.WITHDRAWN: 2}


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An authorisation's state from a day until, but not on, another."""

    standing: Standing
    start: date
    end: date | None = None
    voids_issued_from: date | None = None  # a withdrawal may void what was signed before it, from this day
    reference: str | None = None  # the legal act
    notice: str | None = None  # object id of the confirmed notice that says so, until the list itself does

    def holds_on(self, day: date) -> bool:
        """Does the entry speak of this day?"""
        return self.start <= day and (self.end is None or day < self.end)


def _governs(entry: HistoryEntry) -> tuple[bool, date, int]:
    return entry.notice is not None, entry.start, _SEVERITY[entry.standing]


@dataclass(frozen=True, slots=True)
class History:
    """All entries of one issuer or body; their order does not matter."""

    entries: tuple[HistoryEntry, ...]

    def on(self, day: date) -> HistoryEntry | None:
        """The entry that governs a day: a confirmed notice's, else the latest to begin, the more restrictive
        on a tie."""
        holding = [entry for entry in self.entries if entry.holds_on(day)]
        return max(holding, key=_governs, default=None)

    def authorised_on(self, day: date) -> bool:
        """Was the authorisation granted, and neither suspended nor withdrawn, on this day?"""
        entry = self.on(day)
        return entry is not None and entry.standing is Standing.GRANTED

    def voiding(self, signed_on: date, *, at: date) -> HistoryEntry | None:
        """The withdrawal in effect on `at` that voids what was signed on `signed_on`, if there is one."""
        found = [
            entry
            for entry in self.entries
            if entry.voids_issued_from is not None
            and entry.voids_issued_from <= signed_on < entry.start <= at
        ]
        return min(found, key=lambda entry: entry.start, default=None)


@dataclass(frozen=True, slots=True)
class KeyPeriod:
    """A signing key and the days, both included, on which it was the issuer's."""

    kid: str
    not_before: date
    not_after: date
    retired_on: date | None = None  # the last day it signed; what it signed before keeps its value
    compromised_since: date | None = None  # never dropped once set
    multikey: str | None = None  # absent only in the reduced form of case files

    def valid_on(self, day: date) -> bool:
        """Was it a valid key on this day? Says nothing of a compromise."""
        return self.not_before <= day <= min(self.not_after, self.retired_on or date.max)


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be certified, over a period whose days are both included. None: no limit on that side."""

    code: str  # "CM:1204" or "isco08:7212"
    levels: frozenset[str] | None
    kinds: frozenset[str] | None
    rpl: bool
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class ScopeClaim:
    """What somebody certified, or wants to certify, for comparison with scopes."""

    occupations: tuple[str, ...]
    level: str | None
    kind: str
    method: str
    day: date


def _trade(scope: Scope, claim: ScopeClaim) -> bool:
    return scope.code in claim.occupations


def _level(scope: Scope, claim: ScopeClaim) -> bool:
    """A trade without levels needs a scope that lists none."""
    if scope.levels is None:
        return True
    return claim.level in scope.levels if claim.level is not None else not scope.levels


def _kind(scope: Scope, claim: ScopeClaim) -> bool:
    return scope.kinds is None or claim.kind in scope.kinds


def _dates(scope: Scope, claim: ScopeClaim) -> bool:
    return (scope.valid_from or date.min) <= claim.day <= (scope.valid_until or date.max)


def _rpl(scope: Scope, claim: ScopeClaim) -> bool:
    return scope.rpl or claim.method not in PRIOR_LEARNING_METHODS


_SCOPE_TESTS = (("trade", _trade), ("level", _level), ("kind", _kind), ("dates", _dates), ("rpl", _rpl))


def first_gap(scopes: Iterable[Scope], claim: ScopeClaim) -> str | None:
    """None where one scope covers the whole claim; else what no remaining scope covers: `trade`, `level`,
    `kind`, `dates` or `rpl`, in this order."""
    left = list(scopes)
    for aspect, covers in _SCOPE_TESTS:
        left = [scope for scope in left if covers(scope, claim)]
        if not left:
            return aspect
    return None


@dataclass(frozen=True, slots=True)
class Body:
    """A certification body that certifies under an issuer."""

    code: str
    name: Mapping[str, str]
    scope: tuple[Scope, ...]
    history: History


@dataclass(frozen=True, slots=True)
class Issuer:
    """A State body that signs. Number, code and names are absent only in the reduced form of case files."""

    did: str
    keys: tuple[KeyPeriod, ...]
    scope: tuple[Scope, ...]
    history: History
    number: int | None = None
    short_code: str | None = None
    name: Mapping[str, str] = field(default_factory=dict)
    accreditation: str | None = None
    service_url: str | None = None
    bodies: tuple[Body, ...] = ()

    def find_key(self, kid: str) -> KeyPeriod | None:
        """The key of this id, whatever its dates."""
        return next((key for key in self.keys if key.kid == kid), None)

    def find_body(self, code: str) -> Body | None:
        """The body of this code, whatever its history."""
        return next((body for body in self.bodies if body.code == code), None)


@dataclass(frozen=True, slots=True)
class Centre:
    """An assessing centre. Where several countries accredit it, `id` (an IRI) says which one it is."""

    number: int
    name: str
    place: str | None = None
    id: str | None = None
    trades: tuple[str, ...] = ()  # what for, "CM:1204"; none: not said


@dataclass(frozen=True, slots=True)
class TradeLabel:
    """A trade's title in one language, as a man and as a woman bears it."""

    masculine: str
    feminine: str

    @property
    def both(self) -> str:
        """As men and women bear it, where the two differ: a card does not say which was printed."""
        return self.masculine if self.masculine == self.feminine else f"{self.masculine} / {self.feminine}"


@dataclass(frozen=True, slots=True)
class Trade:
    """A national trade, one version of it."""

    code: int
    version: int
    occupation: str  # ISCO-08 unit group, four digits
    labels: Mapping[str, TradeLabel]
    title: str | None = None  # the named certificate it leads to, "CM:DQP-MECA-AGRI"
    standard: str | None = None  # IRI of the regional standard it follows
    units: tuple[tuple[int, Mapping[str, str]], ...] = ()  # (unit number, label by language)
    regulated: bool = False
    # own unit -> units of the regional standard that it takes part in; one that takes part in none is absent
    covers: Mapping[int, frozenset[int]] = field(default_factory=dict)
    standard_version: int | None = None  # the version to which the units were linked


@dataclass(frozen=True, slots=True)
class Rung:
    """A level of the national ladder."""

    level: int
    label: Mapping[str, str]
    acqf: int | None = None  # only where the ladder is referenced


@dataclass(frozen=True, slots=True)
class Ladder:
    """A national level framework and what its status is: official, provisional or illustrative."""

    framework: str
    status: str
    rungs: tuple[Rung, ...] = ()


@dataclass(frozen=True, slots=True)
class HelpPoint:
    """Where a country's workers are helped: `place` in `country`, which may be another than its own."""

    kind: str  # "consular" | "union"
    country: str
    name: Mapping[str, str]
    place: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class NationalList:
    """One country's own list."""

    country: str
    id: str
    version: int
    issuers: Mapping[str, Issuer]  # by DID
    authorities: tuple[Mapping[str, Any], ...] = ()
    centres: tuple[Centre, ...] = ()
    trades: tuple[Trade, ...] = ()
    ladder: Ladder | None = None
    languages: tuple[str, ...] = ()  # ISO 639, those the administration answers in
    help_points: tuple[HelpPoint, ...] = ()

    def find_issuer(self, number: int) -> Issuer | None:
        """The issuer of this number."""
        return next((issuer for issuer in self.issuers.values() if issuer.number == number), None)


@dataclass(frozen=True, slots=True)
class Licence:
    """A permit the host requires for an occupation, on top of any recognition."""

    occupation: str
    name: str
    body: str


@dataclass(frozen=True, slots=True)
class Unilateral:
    """What a host recognises on its own, from named countries."""

    id: str
    occupation: str
    countries: frozenset[str]
    level: str | None
    conditions: tuple[Mapping[str, Any], ...] = ()
    kinds: frozenset[str] | None = None
    rpl: PriorLearning | None = None  # None: not said, so nothing is said of it either
    status: StatusRule | None = None
    expired_grace_months: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None


# For a host that has published no policy: the strictest limits of the illustrative register.
DEFAULT_MAX_AGE_DAYS = 7
DEFAULT_HARD_AGE_DAYS = 30


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """One country's rules as a host: how old a register may be, licences, what it recognises on its own."""

    country: str
    id: str
    version: int
    max_registry_age_days: int = DEFAULT_MAX_AGE_DAYS
    hard_registry_age_days: int = DEFAULT_HARD_AGE_DAYS
    licences: tuple[Licence, ...] = ()
    unilateral: tuple[Unilateral, ...] = ()
    default_conditions: tuple[Mapping[str, Any], ...] = ()
    contacts: tuple[Mapping[str, Any], ...] = ()
    appeal: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A country of the charter: `threshold` of its `keys` (Multikey texts) speak for it."""

    country: str
    keys: frozenset[str]
    threshold: int


@dataclass(frozen=True, slots=True)
class Witness:
    """Who vouches that the log only grows: its name in notes, its key (Multikey text), whose it is."""

    name: str
    key: str
    country: str | None  # alpha-2; None for a neutral one


@dataclass(frozen=True, slots=True)
class StandardsBody:
    """A body that the charter names for regional standards: `threshold` of its `keys` speak for it."""

    id: str
    name: Mapping[str, str]
    keys: frozenset[str]
    threshold: int


@dataclass(frozen=True, slots=True)
class Charter:
    """Who the members are and whose keys count."""

    version: int
    network: Network
    members: Mapping[str, Member]  # by country
    log_keys: frozenset[str]
    witnesses: tuple[Witness, ...]
    quorum: int  # of the witnesses
    notice_days: int
    expires_on: date | None = None
    bodies: Mapping[str, StandardsBody] = field(default_factory=dict)  # by id


@dataclass(frozen=True, slots=True)
class Announcement:
    """What one version of a country's list says of its issuers. `settled`: no notice period runs from it,
    since it is older than one, or founded the network."""

    on: date  # the day it was logged
    issuers: Mapping[str, Issuer]  # by DID
    settled: bool = False


@dataclass(frozen=True, slots=True)
class RegistryView:
    """Everything known of one moment. What a confirmed notice says already stands in `national`."""

    as_of: date
    hosts: Mapping[str, HostPolicy]  # by country
    national: Mapping[str, NationalList]  # by country
    agreements: tuple[Agreement, ...]
    # (type, country or own id) -> id of the signed object: an agreement chooses its own id
    object_ids: Mapping[tuple[str, str], str] = field(default_factory=dict)
    standards: Mapping[str, RegionalStandard] = field(default_factory=dict)  # by id
    notice_days: int = 0  # how long a new issuer or a wider scope waits before it counts abroad
    announced: Mapping[str, tuple[Announcement, ...]] = field(default_factory=dict)  # the newest last
    notices: NoticeBoard = field(default_factory=NoticeBoard)
    left: Mapping[str, date] = field(default_factory=dict)  # country -> the day it was a member no more

    def host_policy(self, country: str) -> HostPolicy:
        """The host's policy, or the default limits where it has published none."""
        return self.hosts.get(country) or HostPolicy(country, f"urn:host:{country}", 0)
