"""Worked cases: a registry, questions on it, the answers expected. Runs them and says what differs. Pure.

The form is that of tests/vectors/recognition: `{registry, cases[{name, host, at, credential, status,
registryPatch, expect}]}`. It takes agreements in their reduced form, which signed bundles refuse, and
says so.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from certes.credential.errors import Malformed, Refusal
from certes.credential.parsing import parse_json
from certes.trust.json_patch import apply_patch, equal
from certes.trust.members import Members, parse_day
from certes.trust.recognition import RULES_VERSION, Decision, decide
from certes.trust.reduced import parse_facts, parse_registry, parse_status
from certes.trust.schema import unknown_members

REDUCED_FORM_NOTE = "agreements in reduced form accepted here; a signed bundle demands the full form"

_CASE_MEMBERS = {"name", "why", "host", "at", "credential", "status", "registryPatch", "expect"}
CREDENTIAL_MEMBERS = frozenset({
    "country", "issuer", "kid", "awardedOn", "signedOn", "validUntil", "occupation", "occupations", "level",
    "kind", "method", "units", "standard", "title", "timeReceipt", "recognitionDecisions",
})  # fmt: skip

_ACTUAL: dict[str, Callable[[Decision], Any]] = {
    "verdict": lambda decision: decision.verdict,
    "reasons": lambda decision: [reason.code for reason in decision.reasons],
    "conditions": lambda decision: list(decision.conditions),
    "recognisedAs": lambda decision: decision.recognised_as,
    "route": lambda decision: None if decision.route is None else decision.route.to_json(),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A member of the expectation that did not come out."""

    member: str
    expected: Any
    actual: Any


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case. It passed when nothing differs and nothing refused it."""

    name: str
    differences: tuple[Difference, ...] = ()
    refusal: str | None = None  # why the case could not be run, in words
    remarks: tuple[str, ...] = ()  # members that nobody reads

    @property
    def passed(self) -> bool:
        """Did everything come out as expected?"""
        return self.refusal is None and not self.differences


@dataclass(frozen=True, slots=True)
class Report:
    """All cases of a file."""

    results: tuple[CaseResult, ...]
    not_read: tuple[str, ...] = ()  # members of the agreements that play no part: misspelt, most often
    note: str = f"rules {RULES_VERSION}; {REDUCED_FORM_NOTE}"

    @property
    def passed(self) -> int:
        """How many passed."""
        return sum(result.passed for result in self.results)

    @property
    def failed(self) -> int:
        """How many did not."""
        return len(self.results) - self.passed

    def lines(self) -> tuple[str, ...]:
        """The report in words: the note, each case, the sums last."""
        lines = [self.note, *(f"NOT READ: {path}, which no agreement has" for path in self.not_read)]
        for result in self.results:
            lines += _result_lines(result)
        return (*lines, f"{self.passed} passed, {self.failed} failed")


def _result_lines(result: CaseResult) -> list[str]:
    lines = [f"{'passed' if result.passed else 'FAILED'}  {result.name}"]
    if result.refusal is not None:
        lines.append(f"        {result.refusal}")
    for difference in result.differences:
        lines.append(f"        {difference.member}: expected {_shown(difference.expected)}")
        lines.append(f"        {' ' * len(difference.member)}       got {_shown(difference.actual)}")
    return lines + [f"        {remark}" for remark in result.remarks]


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def run_case_file(raw: bytes) -> Report:
    """Run every case of a file. Raises Refusal when the file as a whole cannot be read; a case that cannot be
    read is a failed case with a sentence, and the others run."""
    document = parse_json(raw)
    registry, cases = document.get("registry"), document.get("cases")
    if not isinstance(registry, Mapping):
        raise Malformed("case_file_without_registry", field="registry")
    if not isinstance(cases, list) or not cases:
        raise Malformed("case_file_without_cases", field="cases")
    return Report(
        tuple(_run(case, index, registry) for index, case in enumerate(cases)), tuple(_not_read(registry))
    )


def _not_read(registry: Mapping[str, Any]) -> Iterator[str]:
    agreements = registry.get("agreements")
    for at, agreement in enumerate(agreements if isinstance(agreements, list) else ()):
        for path in unknown_members("agreement", agreement):
            yield f"agreements[{at}].{path}"


def _run(case: Any, index: int, registry: Mapping[str, Any]) -> CaseResult:
    if not isinstance(case, Mapping):
        return CaseResult(f"case {index + 1}", refusal="not an object")
    name = case.get("name")
    name = name if isinstance(name, str) and name else f"case {index + 1} (without a name)"
    remarks = _unread(case)
    try:
        return CaseResult(name, _compare(case, registry), remarks=remarks)
    except Refusal as refusal:
        return CaseResult(name, refusal=f"could not be run: {refusal}", remarks=remarks)


def _unread(case: Mapping[str, Any]) -> tuple[str, ...]:
    """Members that play no part, so that a misspelt one is seen."""
    credential = case.get("credential")
    inner = credential if isinstance(credential, Mapping) else {}
    unknown = sorted(case.keys() - _CASE_MEMBERS)
    unknown += [f"credential.{name}" for name in sorted(inner.keys() - CREDENTIAL_MEMBERS)]
    return tuple(f"member {name} is not read" for name in unknown)


def _compare(case: Mapping[str, Any], registry: Mapping[str, Any]) -> tuple[Difference, ...]:
    top = Members(case)
    expect = _required(top, "expect")
    if "verdict" not in expect.value:
        raise Malformed("member_missing", field="expect.verdict")
    decision = _decide(top, registry)
    differences = []
    for member, expected in expect.value.items():
        read = _ACTUAL.get(member)
        if read is None:
            differences.append(Difference(f"expect.{member} (unknown member)", expected, None))
        elif not equal(read(decision), expected):
            differences.append(Difference(member, expected, read(decision)))
    return tuple(differences)


def _required(top: Members, name: str) -> Members:
    if top.value.get(name) is None:
        raise Malformed("member_missing", field=name)
    return top.members(name)


def _decide(top: Members, registry: Mapping[str, Any]) -> Decision:
    patch = top.value.get("registryPatch")
    patched = apply_patch(registry, [] if patch is None else patch)
    if not isinstance(patched, Mapping):
        raise Malformed("member_invalid", field="registry", expected="object")
    if "status" not in top.value:  # null is an answer, "never seen"; absence is an oversight
        raise Malformed("member_missing", field="status")
    status = None if top.value["status"] is None else top.members("status").value
    return decide(
        parse_facts(_required(top, "credential").value),
        host=top.text("host"),
        at=parse_day(top.text("at"), at="at"),
        registry=parse_registry(patched),
        status=parse_status(status),
    )
