"""What a register says of a kind of certificate is worked out once and remembered while the register stays.

At a border post or in a hiring office many certificates of one trade ask the same question. A decision
depends on nothing but the skill, the issuer and its key, the dates, the host, the day, the status and the
register, so that equal ones have one answer; a new register starts with nothing. Nothing about a person is
kept.
"""

from dataclasses import dataclass, field
from datetime import date

from certes.credential.achievement import Achievement
from certes.credential.identifiers import Network
from certes.credential.presented import Presented
from certes.trust.bundle import TrustView
from certes.trust.checkpoint import Checkpoint
from certes.trust.facts_from_credential import facts_of
from certes.trust.host_texts import Texts, texts_of
from certes.trust.recognition import Decision, StatusSeen, decide
from certes.trust.recognition.issuer_step import examine_issuer
from verifier.check import Check
from verifier.issuer_checks import check_issuer, check_scope
from verifier.naming import Names, names_of
from verifier.question import Question

MAX_REMEMBERED = 4_096  # some kilobytes each; the days, trades and levels of a busy place

_STOPS_BEFORE_ISSUER = frozenset({"credential_revoked", "credential_suspended"})
_Dates = tuple[date, date, date | None]
_Key = tuple[Network, Achievement, int, int, int | None, _Dates, str, date, StatusSeen | None]


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision, the checks that follow from its issuer step, the signed texts around it and the names of
    what was certified. Where the host is no member nothing can be said of it, and there are no texts."""

    decision: Decision
    issuer: Check
    scope: Check
    texts: Texts
    names: Names


@dataclass(frozen=True, slots=True)
class _Known:
    """What was worked out under one register."""

    view: TrustView
    log_state: Checkpoint
    decided: dict[_Key, Decided] = field(default_factory=dict)


class Decisions:
    """The decisions under one register, shared by the threads of a process: two may work one out twice."""

    def __init__(self) -> None:
        self._known: _Known | None = None

    def _under(self, view: TrustView) -> _Known:
        known = self._known
        if known is None or known.view is not view or len(known.decided) >= MAX_REMEMBERED:
            known = self._known = _Known(view, view.log_state)
        return known

    def log_state(self, view: TrustView) -> Checkpoint:
        """The log under which the register was read."""
        return self._under(view).log_state

    def of(
        self, presented: Presented, question: Question, *, view: TrustView, status: StatusSeen | None
    ) -> Decided:
        """As `decide` says it of these facts."""
        decided = self._under(view).decided
        facts = presented.certification
        key = (
            presented.network,
            facts.achievement,
            facts.issuer,
            facts.key,
            facts.centre,
            (facts.awarded_on, facts.signed_on, facts.valid_until),
            question.host,
            question.at,
            status,
        )
        found = decided.get(key)
        if found is None:
            found = decided[key] = _decided(presented, question, view, status)
        return found


def _decided(presented: Presented, question: Question, view: TrustView, status: StatusSeen | None) -> Decided:
    host, at, registry = question.host, question.at, view.registry
    certification = presented.certification
    national = registry.national.get(certification.achievement.country)
    facts = facts_of(certification, network=presented.network, national=national)
    decision = decide(facts, host=host, at=at, registry=registry, status=status)
    reasons = decision.reasons  # those of the issuer step stand among them
    if any(reason.code in _STOPS_BEFORE_ISSUER for reason in reasons):
        reasons = examine_issuer(facts, at=at, registry=registry)
    told = decision if host in view.charter.members else None
    return Decided(
        decision,
        check_issuer(reasons, issuer=presented.issuer, as_of=view.as_of),
        check_scope(reasons, as_of=view.as_of),
        texts_of(told, view, host=host),
        names_of(presented, registry),
    )
