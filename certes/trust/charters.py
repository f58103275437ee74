"""The chain of charters, from the pinned one on, and which of them was in force at a place in the log."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from certes.credential.errors import Malformed, Refusal
from certes.trust.charter import parse_charter, signed_by_two_thirds
from certes.trust.records import Charter, Member
from certes.trust.signing import SignedObject, signing_keys


@dataclass(frozen=True, slots=True)
class Placed:
    """An object and the charter that was in force at its place in the log: the newest one before it. Whose
    keys speak for whom is asked of that one, so that leaving, or new keys, void nothing that was signed."""

    found: SignedObject
    charter: Charter


def refused_object(name: str, refusal: Refusal) -> Malformed:
    """One bad object refuses the bundle: which one, and why."""
    where = {} if refusal.field is None else {"member": refusal.field}
    return Malformed("bundle_object_refused", field=name, reason=refusal.code, **where)


def follow_charters(objects: Iterable[SignedObject], charter_id: str) -> list[tuple[SignedObject, Charter]]:
    """From the pinned charter, which is the first, on: version by version, each signed by two thirds of the
    members of the one before and of its own. Raises Malformed `charter_not_in_bundle`,
    `bundle_object_refused`."""
    charters = [found for found in objects if found.type == "Charter"]
    if not any(found.object_id == charter_id for found in charters):
        raise Malformed("charter_not_in_bundle", field="objects", charter=charter_id)
    chain: list[tuple[SignedObject, Charter]] = []
    for found in sorted(charters, key=lambda each: (each.version, each.object_id != charter_id)):
        try:
            chain.append((found, _next_charter(found, chain, charter_id)))
        except Refusal as refusal:
            raise refused_object(found.object_id, refusal) from refusal
    return chain


def _next_charter(
    found: SignedObject, chain: Sequence[tuple[SignedObject, Charter]], charter_id: str
) -> Charter:
    expected = len(chain) + 1
    if found.version != expected:
        raise Malformed("charter_version_not_next", field="version", expected=expected)
    if not chain and found.object_id != charter_id:
        raise Malformed("charter_not_pinned", field="payload", expected=charter_id)
    charter = parse_charter(found.payload, version=found.version)
    voters = [charter]
    if chain:
        before = chain[-1][1]
        if charter.network != before.network:
            raise Malformed("charter_network_changed", field="payload.network")
        voters.append(before)
    for voter in voters:
        keys = frozenset(key for member in voter.members.values() for key in member.keys)
        if not signed_by_two_thirds(voter, signing_keys(found, among=keys)):
            raise Malformed("charter_not_signed_by_two_thirds", field="signatures", version=voter.version)
    return charter


def place(objects: Iterable[SignedObject], charters: Sequence[Charter]) -> tuple[Placed, ...]:
    """Each object but the charters, given in the order of the log with all of its charters among them, under
    the charter in force at its place. `charters` are those of `follow_charters`.

    Raises Malformed `log_begins_without_charter`.
    """
    placed, passed = [], 0
    for found in objects:
        if found.type == "Charter":
            passed += 1
        elif passed == 0:
            raise Malformed("log_begins_without_charter", field=found.object_id)
        else:
            placed.append(Placed(found, charters[passed - 1]))
    return tuple(placed)


def departures(
    objects: Iterable[SignedObject], charters: Sequence[Charter], logged: Mapping[str, datetime]
) -> dict[str, date]:
    """Who left or was expelled, and is not back: country -> the day on which the charter without it was
    logged. `objects` hold all charters in the order of the log, `charters` are those of `follow_charters`."""
    chain = zip((found for found in objects if found.type == "Charter"), charters, strict=True)
    left: dict[str, date] = {}
    for (_, before), (found, after) in pairwise(chain):
        day = logged[found.object_id].date()
        left |= dict.fromkeys(before.members.keys() - after.members.keys(), day)
        left = {country: since for country, since in left.items() if country not in after.members}
    return left


def speakers(charters: Iterable[Charter]) -> dict[str, Member]:
    """Who speaks, or last spoke, for each country: those of the newest charter it stands in."""
    found: dict[str, Member] = {}
    for charter in charters:
        found |= charter.members
    return found
