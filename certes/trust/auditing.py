"""The whole log verified from outside: every entry, every object that was ever logged, every signature.

A device verifies what its bundle holds; whoever watches the log holds everything, so that nothing can be true
for one reader and hidden from another. Source: docs/spec/log.md, section 6.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from certes.credential.errors import Malformed, Refusal
from certes.trust.acceptance import (
    BACKDATING_TOLERANCE,
    believe,
    grow,
    require_not_behind,
    require_orderly,
)
from certes.trust.chains import require_chains
from certes.trust.charters import Placed, follow_charters, place, refused_object
from certes.trust.checkpoint import Floor
from certes.trust.gossip import Histories, compare_heads, stands_in
from certes.trust.reading import read_spoken, subject_name
from certes.trust.records import Charter, NationalList
from certes.trust.signing import SignedObject
from certes.trust.succession import remember, require_successor
from certes.trust.translog.checkpoints import Checkpoint, TreeHead, is_signed_by_log
from certes.trust.translog.entries import LogEntry, require_logged
from certes.trust.translog.notes import NoteKey
from certes.trust.translog.quorum import VerifiedCheckpoint
from certes.trust.translog.ranges import CompactRange


@dataclass(frozen=True, slots=True)
class Audited:
    """A log of which everything was verified."""

    entries: tuple[LogEntry, ...]
    objects: tuple[SignedObject, ...]  # of each entry
    charters: tuple[Charter, ...]  # in force at each entry; at a charter's own, itself
    checkpoint: VerifiedCheckpoint
    tree: CompactRange

    @property
    def charter(self) -> Charter:
        """The newest."""
        return self.charters[-1]

    @property
    def leaves(self) -> tuple[bytes, ...]:
        """The hashes of the entries."""
        return tuple(entry.leaf for entry in self.entries)

    def floor(self) -> Floor:
        """What to hold the next state against. National lists are held against each other in `audit`."""
        return Floor(self.tree, self.checkpoint.reached, self.checkpoint.note.encode().decode())

    def before(self, at: int) -> SignedObject | None:
        """The version of the same subject before the one at this place."""
        name = self.entries[at].subject_name
        found = (
            self.objects[place] for place in reversed(range(at)) if self.entries[place].subject_name == name
        )
        return next(found, None)


def audit(
    entries: Sequence[LogEntry],
    objects: Mapping[str, SignedObject],
    note: bytes,
    *,
    charter_id: str,
    floor: Floor | None,
    now: datetime,
) -> Audited:
    """Verify a log whole. `objects` are by the digest of their envelopes, `note` is the checkpoint.

    Rule 10 is left to `backdated`: a log that goes on after it is still to be followed. Raises what
    `parse_bundle` raises on the rest: Malformed `object_missing`, `log_*`, `charter_*`, `checkpoint_*`,
    `quorum_not_reached`, `bundle_rolled_back`, `bundle_object_refused` with the object and the reason;
    BadSignature; the alarm `log_forked`.
    """
    found = tuple(_object_of(entry, objects) for entry in entries)
    chain = [charter for _, charter in follow_charters(found, charter_id)]
    checkpoint = believe(note, charter=chain[-1], now=now)
    if floor is not None:
        require_not_behind(checkpoint, floor)
    tree = grow([entry.leaf for entry in entries], checkpoint, floor=floor)
    require_orderly(entries, checkpoint, floor=None)
    placed = place(found, chain)
    require_chains(each for each in placed if each.found.type == "Agreement")
    _require_spoken(placed)
    return Audited(tuple(entries), found, tuple(_in_force(found, chain)), checkpoint, tree)


def _object_of(entry: LogEntry, objects: Mapping[str, SignedObject]) -> SignedObject:
    found = objects.get(entry.envelope)
    if found is None:
        raise Malformed("object_missing", field=entry.object_id, type=entry.type, subject=entry.subject)
    require_logged(found, entry)
    if subject_name(found) != entry.subject_name:
        raise Malformed("object_not_as_logged", field=found.object_id)
    return found


def _require_spoken(placed: Sequence[Placed]) -> None:
    """Every version, also those that no bundle holds; a list takes nothing back of the one before."""
    lists: dict[str, NationalList] = {}
    for each in placed:
        try:
            record = read_spoken(each)
            if isinstance(record, NationalList):
                before = lists.get(record.country)
                if before is not None:
                    require_successor(remember([before]), remember([record]))
                lists[record.country] = record
        except Refusal as refusal:
            raise refused_object(each.found.object_id, refusal) from refusal


def _in_force(found: Sequence[SignedObject], chain: Sequence[Charter]) -> Iterator[Charter]:
    passed = 0
    for each in found:
        passed += each.type == "Charter"
        yield chain[passed - 1]


def backdated(entries: Sequence[LogEntry], floor: Floor) -> tuple[LogEntry, ...]:
    """Rule 10: the entries beyond the floor that say they were taken in more than an hour before the time
    that witnesses had reached without them."""
    limit = floor.reached - BACKDATING_TOLERANCE
    return tuple(entry for entry in entries[floor.tree.size :] if entry.time < limit)


def is_fork(
    offered: TreeHead, held: TreeHead, *, offered_leaves: Sequence[bytes], held_leaves: Sequence[bytes]
) -> bool:
    """Do these two heads of one log belong to different histories? Leaves are hashes of entries; those of the
    larger head decide. Where they are not that head's own, this is not known, and False."""
    larger, leaves = (offered, offered_leaves) if offered.size >= held.size else (held, held_leaves)
    if offered.size != held.size and not stands_in(larger, leaves):
        return False
    return compare_heads(offered, held, leaves[: larger.size]) is Histories.FORKED


def signed_by_any(checkpoint: Checkpoint, keys: Sequence[NoteKey]) -> bool:
    """Did one of the log's keys sign? A line that does not hold is no signature. Two heads of one size that
    a log key signed are proof against it, whoever else signed."""
    try:
        return is_signed_by_log(checkpoint, tuple(keys))
    except Refusal:
        return False


def steps(log: Audited) -> Iterator[tuple[Charter, Charter, int]]:
    """Each charter with the one before it and its place in the log."""
    for (_, before), (at, after) in pairwise(enumerate(log.charters)):
        if before is not after:
            yield before, after, at
