"""An article applied to a certificate: what its steps read, and what each of them finds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from certes.trust.agreements import Agreement, Article, Condition
from certes.trust.recognition.facts import Facts, Reason, RecognitionDecision, StatusSeen
from certes.trust.standards import RegionalStandard


@dataclass(frozen=True, slots=True)
class Application:
    """The facts are as this route reads them: on the onward route, with the country, occupation, level
    and day of the intermediate decision in place of the certificate's own."""

    facts: Facts
    host: str
    at: date
    status: StatusSeen | None
    agreement: Agreement
    article: Article
    decision: RecognitionDecision | None = None
    trade_units: tuple[str, ...] = ()  # the units of the whole trade, where the national list says them
    standard: RegionalStandard | None = None  # the one that the article demands, where the register holds it

    @property
    def host_occupation(self) -> str:
        """What the trade is at the host, splits apart."""
        return self.article.host_occupation.get(self.host, self.facts.occupation)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one step adds to its route. `alters`: its `recognised_as` corrects what an earlier step said."""

    reasons: tuple[Reason, ...] = ()
    conditions: tuple[Condition, ...] = ()
    recognised_as: Mapping[str, Any] = field(default_factory=dict)
    alters: bool = False


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of steps, in their order."""

    reasons: tuple[Reason, ...] = ()
    conditions: tuple[Condition, ...] = ()
    recognised_as: Mapping[str, Any] = field(default_factory=dict)


def total(findings: Iterable[Finding]) -> Findings:
    """All findings in their order. A later step only alters members that an earlier one has begun: a
    split says nothing of what a certificate is at the host where its level could not be mapped."""
    reasons: list[Reason] = []
    conditions: list[Condition] = []
    recognised_as: dict[str, Any] = {}
    for finding in findings:
        reasons += finding.reasons
        conditions += finding.conditions
        if recognised_as or not finding.alters:
            recognised_as |= finding.recognised_as
    return Findings(tuple(reasons), tuple(conditions), recognised_as)


NOTHING = Finding()
