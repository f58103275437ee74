"""What is asked and what is answered: the facts of a certificate, the status seen, a decision with its
reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from certes.trust.agreements import Condition

Verdict = Literal["recognised", "recognised_with_conditions", "not_recognised", "unknown"]
RouteKind = Literal["national", "agreement", "regional_standard", "unilateral", "onward"]
Param = (
    str | int | date
)  # a country is its alpha-2 code, a day a date: whoever writes the sentence formats them

RECOGNISED: Verdict = "recognised"
WITH_CONDITIONS: Verdict = "recognised_with_conditions"
NOT_RECOGNISED: Verdict = "not_recognised"
UNKNOWN: Verdict = "unknown"


@dataclass(frozen=True, slots=True)
class StandardSeen:
    """The regional standard, and its version, that a certificate names."""

    id: str
    version: int


@dataclass(frozen=True, slots=True)
class RecognitionDecision:
    """A signed act of a country about this certificate. Its signature is the caller's to check, before."""

    id: str
    country: str
    verdict: str
    occupation: str | None
    level: str | None
    decided_on: date
    practice_months: int | None = None  # certified practice; None: not stated
    revoked: bool = False
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A certificate, in the codes that decide. Nothing about the person."""

    country: str  # ISO 3166-1 alpha-2 of the certifying State
    issuer: str  # DID
    kid: str  # "k1"
    awarded_on: date
    signed_on: date
    valid_until: date | None  # the last day of validity
    occupations: tuple[
        str, ...
    ]  # every code that names the trade: "CM:1204", "isco08:7212", a standard's IRI
    level: str | None
    kind: str  # "full" | "units"
    method: str  # "training" | "rpl" | "mixed"
    units: tuple[str, ...] = ()
    standard: StandardSeen | None = None
    title: str | None = None  # the named certificate
    time_receipt: date | None = None  # proven: signed on this day at the latest
    recognition_decisions: tuple[RecognitionDecision, ...] = ()

    @property
    def occupation(self) -> str:
        """The code to recognise as: the ISCO-08 one where there is one."""
        return next((code for code in self.occupations if code.startswith("isco08:")), self.occupations[0])

    @property
    def issued_on(self) -> date:
        """The day on which issuer, key and scope are judged: proven, else claimed."""
        return self.time_receipt or self.signed_on


@dataclass(frozen=True, slots=True)
class StatusSeen:
    """The newest status known, and its day."""

    state: Literal["valid", "revoked", "suspended"]
    as_of: date
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence to say: a code of certes.trust.recognition.codes and its parameters."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """`{"code": ..., "params": {...}}` with days as text."""
        params = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in self.params.items()
        }
        return {"code": self.code, "params": params}


@dataclass(frozen=True, slots=True)
class RouteRef:
    """Which way: the national list, an article, a unilateral recognition, or a decision and an article."""

    kind: RouteKind
    ref: str

    def to_json(self) -> dict[str, str]:
        """As case files and interfaces write it."""
        return {"kind": self.kind, "ref": self.ref}


@dataclass(frozen=True, slots=True)
class RouteOutcome:
    """A route that was examined and what it gives by itself."""

    route: RouteRef
    verdict: Verdict
    reasons: tuple[Reason, ...]
    conditions: tuple[Condition, ...]
    recognised_as: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class UsedObject:
    """A record the decision rests on; `object_id` is the signed object's, where the register has it."""

    id: str
    version: int
    object_id: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What it takes to replay the decision."""

    rules_version: str
    as_of: date
    at: date
    host: str
    status_as_of: date | None
    objects: tuple[UsedObject, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Does it count there? Conditions are what the route's steps ask; they bind under a yes with
    conditions."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    conditions: tuple[Condition, ...]
    recognised_as: Mapping[str, Any]
    route: RouteRef | None
    looked_at: tuple[RouteOutcome, ...]
    evidence: Evidence

    def __bool__(self) -> bool:
        raise TypeError("a decision has four answers: compare its verdict")


def distinct(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """The same conditions in the same order, each once."""
    found: list[Condition] = []
    for condition in conditions:
        if condition not in found:
            found.append(condition)
    return tuple(found)
