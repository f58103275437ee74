"""What is asked of a route, what a route gives, and step 4: the host's licences on any yes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from certes.trust.recognition.application import Findings
from certes.trust.recognition.codes import weigh
from certes.trust.recognition.facts import (
    RECOGNISED,
    WITH_CONDITIONS,
    Facts,
    RouteKind,
    RouteOutcome,
    RouteRef,
    StatusSeen,
    distinct,
)
from certes.trust.records import HostPolicy, RegistryView


@dataclass(frozen=True, slots=True)
class Question:
    """A certificate whose issuer was in order, a host, a day, and what is known."""

    facts: Facts
    host: str
    at: date
    registry: RegistryView
    status: StatusSeen | None

    @property
    def policy(self) -> HostPolicy:
        """The host's policy."""
        return self.registry.host_policy(self.host)


@dataclass(frozen=True, slots=True)
class Route:
    """An examined route. `applies` is false where the text is not in force for this award, not valid on this
    day, or does not speak of such certificates."""

    outcome: RouteOutcome
    agreement: str | None = None  # the id of the text it rests on
    precedence: str = "most_favourable"
    applies: bool = True


def weigh_route(
    question: Question, kind: RouteKind, ref: str, findings: Findings, *, foreign: bool = True
) -> RouteOutcome:
    """Weigh the findings; a yes then meets the host's licences and default conditions."""
    conditions = findings.conditions
    verdict = weigh(findings.reasons, conditional=bool(conditions))
    if verdict in (RECOGNISED, WITH_CONDITIONS):
        conditions += question.policy.default_conditions if foreign else ()
        conditions += _licences(question, findings.recognised_as)
        verdict = weigh(findings.reasons, conditional=bool(conditions))
    return RouteOutcome(
        RouteRef(kind, ref), verdict, findings.reasons, distinct(conditions), findings.recognised_as
    )


def _licences(question: Question, recognised_as: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """A regulated occupation asks for its licence under whichever of its codes."""
    there = recognised_as.get("occupation", ())
    codes = {*question.facts.occupations, *([there] if isinstance(there, str) else there)}
    return tuple(
        {"kind": "host_licence", "licence": licence.name, "body": licence.body}
        for licence in question.policy.licences
        if licence.occupation in codes
    )
