"""A decision taken again from its evidence: the same answer comes out, or this says what differs.

What is replayed is a saved answer of `POST /v1/decide`: the question, and the decision with its evidence. It
is taken again on the objects that were known then, and they are verified anew: no registry is believed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from certes.credential.errors import Malformed
from certes.credential.parsing import parse_instant, parse_json
from certes.runtime.fetch import Fetcher
from certes.trust.bundle import TrustView
from certes.trust.members import Members
from certes.trust.recognition import decide
from registry.asof import Known, known_at
from registry.deciding import Asked, decision_json, read_question

MAX_ANSWER_BYTES = 512 * 1024
COMPARED = ("verdict", "reasons", "conditions", "recognised_as", "route")


@dataclass(frozen=True, slots=True)
class Difference:
    """What came out otherwise. `member`: an object's id, or a member of the decision."""

    member: str
    expected: Any
    actual: Any


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer that was kept."""

    asked: Asked
    decision: Mapping[str, Any]
    size: int
    as_of: date


def fetch_bundle(registry: str, size: int, open_fetcher: Callable[[str], Fetcher]) -> bytes:
    """The bundle of a size, from a registry that need not be believed. Raises Malformed `member_missing`
    without an address, Unreachable."""
    if not registry:
        raise Malformed("member_missing", field="registry")
    fetcher = open_fetcher(registry)
    try:
        return fetcher.get(f"{registry.rstrip('/')}/v1/bundle/at/{size}").body or b""
    finally:
        fetcher.close()


def parse_saved(raw: bytes) -> Saved:
    """Read a saved answer. Raises Malformed naming the member."""
    top = Members(parse_json(raw, max_bytes=MAX_ANSWER_BYTES))
    asked = read_question(top.members("question").value)
    decision = top.members("decision")
    evidence = decision.members("evidence")
    size = evidence.members("log").integer("size", least=1)
    if asked.at is None:
        raise Malformed("member_missing", field="question.at")
    as_of = parse_instant(evidence.text("as_of")).date()
    return Saved(asked, decision.value, size, as_of)


def replay(saved: Saved, view: TrustView, *, charter_id: str) -> tuple[Difference, ...]:
    """Take the decision again on a verified bundle of the same or a larger size.

    The register's age is that of the evidence. Raises Malformed `log_rolled_back` for a bundle that is
    behind the evidence, `object_missing` where it does not hold an object of that time any more.
    """
    known = _known(saved, view, charter_id)
    registry = replace(known.registry, as_of=saved.as_of)
    asked = saved.asked
    again = decide(
        asked.facts, host=asked.host, at=asked.at or saved.as_of, registry=registry, status=asked.status
    )
    found = decision_json(again, known)
    differences = list(_objects(saved.decision, found))
    differences += [
        Difference(name, saved.decision.get(name), found.get(name))
        for name in COMPARED
        if saved.decision.get(name) != found.get(name)
    ]
    return tuple(differences)


def _known(saved: Saved, view: TrustView, charter_id: str) -> Known:
    newest = len(view.entries)
    if newest < saved.size:
        raise Malformed("log_rolled_back", field="bundle", held=saved.size, offered=newest)
    if newest == saved.size:
        return Known(newest, view.as_of, view.charter, view.registry, view.objects)
    return known_at(saved.size, view.entries, view.objects.values(), charter_id)


def _objects(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> list[Difference]:
    """The rules and each object the decisions rest on, by its digest."""
    then, now = expected["evidence"], actual["evidence"]
    found = []
    if then.get("rules_version") != now["rules_version"]:
        found.append(Difference("rules_version", then.get("rules_version"), now["rules_version"]))
    before, after = _digests(then), _digests(now)
    return found + [
        Difference(name, before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def _digests(evidence: Mapping[str, Any]) -> dict[str, Any]:
    return {
        str(each.value.get("id")): each.value.get("object_id") for each in Members(evidence).each("objects")
    }
