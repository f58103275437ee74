"""The chain of charters, from the pinned one on, and whose keys speak for whom under it."""

from collections.abc import Iterable

from certes.credential.errors import Malformed, Refusal
from certes.trust.charter import parse_charter, signed_by_two_thirds
from certes.trust.reading import refused_object
from certes.trust.records import Charter, Member
from certes.trust.signing import SignedObject, signing_keys


def follow_charters(objects: Iterable[SignedObject], charter_id: str) -> list[tuple[SignedObject, Charter]]:
    """From the pinned charter on, version by version, each signed by two thirds of the members of the one
    before and of its own. Raises Malformed `charter_not_in_bundle`, `bundle_object_refused`."""
    charters = [found for found in objects if found.type == "Charter"]
    pinned = next((found for found in charters if found.object_id == charter_id), None)
    if pinned is None:
        raise Malformed("charter_not_in_bundle", field="objects", charter=charter_id)
    chain: list[tuple[SignedObject, Charter]] = []
    later = [found for found in charters if found.version > pinned.version]
    for found in [pinned, *sorted(later, key=lambda found: found.version)]:
        try:
            chain.append((found, _next_charter(found, chain)))
        except Refusal as refusal:
            raise refused_object(found.object_id, refusal) from refusal
    return chain


def _next_charter(found: SignedObject, chain: list[tuple[SignedObject, Charter]]) -> Charter:
    charter = parse_charter(found.payload, version=found.version)
    voters = [charter]
    if chain:
        before = chain[-1][1]
        if charter.version != before.version + 1:
            raise Malformed("charter_version_not_next", field="version", expected=before.version + 1)
        if charter.network != before.network:
            raise Malformed("charter_network_changed", field="payload.network")
        voters.append(before)
    for voter in voters:
        keys = frozenset(key for member in voter.members.values() for key in member.keys)
        if not signed_by_two_thirds(voter, signing_keys(found, among=keys)):
            raise Malformed("charter_not_signed_by_two_thirds", field="signatures", version=voter.version)
    return charter


def speakers(charters: Iterable[Charter]) -> dict[str, Member]:
    """Whose keys speak for each country: those of the newest charter it stands in. A country that has
    left keeps the list it signed last, so that leaving voids nobody's past certificates."""
    found: dict[str, Member] = {}
    for charter in charters:
        found |= charter.members
    return found
