"""A question about a certificate as JSON, and the decision with everything it takes to replay it.

`{"facts", "host", "at", "size", "status"}`; `facts` and `status` as worked cases write `credential` and
`status` (tests/vectors/recognition). Nothing about a person is asked for or kept, and nothing is verified:
the facts are the caller's, recognition decisions among them too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from certes.credential.errors import Malformed
from certes.credential.parsing import MAX_SAFE_INTEGER, format_instant, parse_json
from certes.trust.casefile import CREDENTIAL_MEMBERS
from certes.trust.members import Members
from certes.trust.recognition import Decision, Facts, RouteOutcome, StatusSeen, decide
from certes.trust.reduced import parse_facts, parse_status
from registry.asof import Known

MAX_QUESTION_BYTES = 64 * 1024
MEMBERS = frozenset({"facts", "host", "at", "size", "status"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked. `at` None: today; `size` None: all that is published. `raw`: as it was asked."""

    facts: Facts
    host: str
    at: date | None
    size: int | None
    status: StatusSeen | None
    raw: Mapping[str, Any]


def parse_question(raw: bytes) -> Asked:
    """Read a question. Raises Malformed `member_missing`, `member_invalid`, `member_unknown`, `date_invalid`
    naming the member, and what `parse_json` raises."""
    return read_question(parse_json(raw, max_bytes=MAX_QUESTION_BYTES))


def read_question(document: Mapping[str, Any]) -> Asked:
    """The same from a value."""
    top = Members(document)
    _refuse_unknown(top, MEMBERS)
    facts = _object(top, "facts")
    _refuse_unknown(facts, CREDENTIAL_MEMBERS)
    facts.text_or_none("occupation")  # nobody reads it beside `occupations`
    status = None if document.get("status") is None else _object(top, "status").value
    size = top.integer_or_none("size", least=1)
    if size is not None and size > MAX_SAFE_INTEGER:
        raise top.wrong("size", "integer")
    return Asked(
        parse_facts(facts.value),
        top.text("host"),
        top.day_or_none("at"),
        size,
        parse_status(status),
        document,
    )


def _object(top: Members, name: str) -> Members:
    if top.value.get(name) is None:
        raise Malformed("member_missing", field=name)
    return top.members(name)


def _refuse_unknown(top: Members, known: frozenset[str]) -> None:
    """A misspelt member would silently change the answer."""
    unknown = sorted(top.value.keys() - known)
    if unknown:
        raise Malformed("member_unknown", field=top.path(unknown[0]))


def answer_question(asked: Asked, known: Known, *, today: date) -> dict[str, Any]:
    """The decision, and the question made complete: saved as a file, `replay` takes it."""
    at = asked.at or today
    decision = decide(asked.facts, host=asked.host, at=at, registry=known.registry, status=asked.status)
    question = {**without_nulls(asked.raw), "at": at.isoformat(), "size": known.size}
    return {"question": question, "decision": decision_json(decision, known)}


def without_nulls(value: Any) -> Any:
    """A JSON value in which no member is null: absent is the one form of nothing."""
    if isinstance(value, Mapping):
        return {name: without_nulls(each) for name, each in value.items() if each is not None}
    return [without_nulls(each) for each in value] if isinstance(value, list | tuple) else value


def decision_json(decision: Decision, known: Known) -> dict[str, Any]:
    """A decision with its evidence. No member is null."""
    found: dict[str, Any] = {
        "verdict": decision.verdict,
        "reasons": [reason.to_json() for reason in decision.reasons],
        "conditions": [without_nulls(each) for each in decision.conditions],
        "recognised_as": without_nulls(decision.recognised_as),
        "looked_at": [_outcome_json(each) for each in decision.looked_at],
        "evidence": evidence_json(decision, known),
    }
    if decision.route is not None:
        found["route"] = decision.route.to_json()
    return found


def _outcome_json(outcome: RouteOutcome) -> dict[str, Any]:
    return {
        "route": outcome.route.to_json(),
        "verdict": outcome.verdict,
        "reasons": [reason.to_json() for reason in outcome.reasons],
        "conditions": [without_nulls(each) for each in outcome.conditions],
        "recognised_as": without_nulls(outcome.recognised_as),
    }


def evidence_json(decision: Decision, known: Known) -> dict[str, Any]:
    """What the decision rests on: the rules, the size of the log and until when that was all, the objects."""
    used = decision.evidence
    found: dict[str, Any] = {
        "rules_version": used.rules_version,
        "as_of": format_instant(known.as_of),
        "at": used.at.isoformat(),
        "host": used.host,
        "log": known.log,
        "objects": [_used_json(each.id, each.version, each.object_id) for each in used.objects],
    }
    if used.status_as_of is not None:
        found["status_as_of"] = used.status_as_of.isoformat()
    return found


def _used_json(name: str, version: int, object_id: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {"id": name, "version": version}
    return found if object_id is None else {**found, "object_id": object_id}
