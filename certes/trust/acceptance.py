"""When a device believes what it is offered: the checkpoint, the entries, and what of the log must be there.

Source: docs/spec/log.md, section 6; the numbers of its rules stand at the functions. Each raises, and what is
held then stays held. Age is never a reason (rule 13).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from certes.credential.errors import Malformed, Refusal
from certes.credential.parsing import format_instant
from certes.trust.charters import refused_object
from certes.trust.checkpoint import Floor
from certes.trust.published import needed
from certes.trust.reading import subject_name
from certes.trust.records import Charter
from certes.trust.signing import SignedObject
from certes.trust.translog.entries import LogEntry, require_logged
from certes.trust.translog.history import take_all
from certes.trust.translog.quorum import CLOCK_TOLERANCE, VerifiedCheckpoint, verify_checkpoint
from certes.trust.translog.ranges import CompactRange
from certes.trust.vouching import log_note_keys, log_origin, witness_policy

BACKDATING_TOLERANCE = timedelta(hours=1)  # a checkpoint is cosigned again while the next entry is logged


def believe(raw: bytes, *, charter: Charter, now: datetime) -> VerifiedCheckpoint:
    """Rules 1 to 3: a checkpoint of this log, under its key and a quorum of this charter's witnesses.

    Raises what `verify_checkpoint` raises; Malformed `charter_expired` for one that witnesses signed after
    the charter's last day: what was signed in time stays.
    """
    checkpoint = verify_checkpoint(
        raw,
        origin=log_origin(charter.network),
        log_keys=log_note_keys(charter),
        policy=witness_policy(charter),
        now=now,
    )
    require_in_time(checkpoint, charter=charter)
    return checkpoint


def require_in_time(checkpoint: VerifiedCheckpoint, *, charter: Charter) -> None:
    """Return if witnesses signed no later than on the charter's last day. Raises Malformed
    `charter_expired`."""
    if charter.expires_on is not None and checkpoint.reached.date() > charter.expires_on:
        raise Malformed("charter_expired", field="checkpoint", expired=charter.expires_on.isoformat())


def require_not_behind(checkpoint: VerifiedCheckpoint, floor: Floor) -> None:
    """Rules 4 and 5. Raises Malformed `bundle_rolled_back`, `log_rolled_back`."""
    if checkpoint.reached < floor.reached:
        raise Malformed("bundle_rolled_back", field="checkpoint", held=format_instant(floor.reached))
    size = checkpoint.head.size
    if size < floor.tree.size:
        raise Malformed("log_rolled_back", field="checkpoint", held=floor.tree.size, offered=size)


def grow(leaves: Sequence[bytes], checkpoint: VerifiedCheckpoint, *, floor: Floor | None) -> CompactRange:
    """Rules 6 and 7: the tree of these leaves (hashes of entries), which is the checkpoint's and continues
    the floor's. Raises Malformed `log_entries_differ`, and the alarm `log_forked`."""
    held = CompactRange() if floor is None else floor.tree
    return take_all(leaves, checkpoint.head, held=held)


def require_orderly(
    entries: Sequence[LogEntry], checkpoint: VerifiedCheckpoint, *, floor: Floor | None
) -> None:
    """Rules 8 to 10. Raises Malformed `log_object_repeated`, `log_version_not_next`, `log_time_falls`,
    `log_time_after_witnesses`, `log_entry_backdated`; `field` is the entry's place."""
    _require_versions(entries)
    for place, (before, entry) in enumerate(pairwise(entries), start=1):
        if entry.time < before.time:
            raise Malformed("log_time_falls", field=f"entries[{place}]")
    if entries and entries[-1].time > checkpoint.latest + CLOCK_TOLERANCE:
        raise Malformed("log_time_after_witnesses", field=f"entries[{len(entries) - 1}]")
    if floor is not None:
        _require_not_backdated(entries, floor)


def _require_not_backdated(entries: Sequence[LogEntry], floor: Floor) -> None:
    """Times do not fall: the first new entry is the earliest."""
    place = floor.tree.size
    for entry in entries[place : place + 1]:
        if entry.time < floor.reached - BACKDATING_TOLERANCE:
            held = format_instant(floor.reached)
            raise Malformed("log_entry_backdated", field=f"entries[{place}]", held=held)


def _require_versions(entries: Iterable[LogEntry]) -> None:
    newest: dict[tuple[str, str], int] = {}
    seen: set[str] = set()
    for place, entry in enumerate(entries):
        if entry.object_id in seen:
            raise Malformed("log_object_repeated", field=f"entries[{place}]")
        seen.add(entry.object_id)
        expected = newest.get((entry.type, entry.subject), 0) + 1
        if entry.version != expected:
            raise Malformed("log_version_not_next", field=f"entries[{place}]", expected=expected)
        newest[entry.type, entry.subject] = expected


def require_complete(
    objects: Mapping[str, SignedObject], entries: Sequence[LogEntry], *, charter: Charter
) -> tuple[SignedObject, ...]:
    """Rule 11: what a bundle of these entries must hold is there, in the order of the log, and everything
    that is there stands in the log as it is.

    Raises Malformed `object_missing`, and `bundle_object_refused` for `object_not_in_log`,
    `object_not_as_logged`.
    """
    by_id = {entry.object_id: entry for entry in entries}
    for found in objects.values():
        try:
            _require_entry(found, by_id.get(found.object_id))
        except Refusal as refusal:
            raise refused_object(found.object_id, refusal) from refusal
    ids = needed(entries, notice_days=charter.notice_days)
    for entry in entries:
        if entry.object_id in ids and entry.object_id not in objects:
            raise Malformed("object_missing", field=entry.object_id, type=entry.type, subject=entry.subject)
    return tuple(objects[entry.object_id] for entry in entries if entry.object_id in ids)


def _require_entry(found: SignedObject, entry: LogEntry | None) -> None:
    if entry is None:
        raise Malformed("object_not_in_log", field=found.object_id)
    require_logged(found, entry)
    if entry.subject_name != subject_name(found):
        raise Malformed("object_not_as_logged", field=found.object_id)


@dataclass(frozen=True, slots=True)
class Crossing:
    """What shows that each new charter was vouched for by the witnesses before it as well."""

    charters: Sequence[Charter]
    places: Sequence[int]  # of each charter among the entries
    leaves: Sequence[bytes]
    notes: Sequence[bytes]  # checkpoints, not yet verified
    now: datetime

    def require(self, *, floor: Floor) -> None:
        """Return if, for every charter after the floor, one of the checkpoints is of this history, holds that
        charter, and is signed by a quorum of the witnesses before it and of its own.

        Raises Malformed `charter_without_old_witnesses`.
        """
        for number in range(1, len(self.charters)):
            if self.places[number] >= floor.tree.size and not self._is_vouched_for(number):
                version = self.charters[number].version
                raise Malformed("charter_without_old_witnesses", field="checkpoint", version=version)

    def _is_vouched_for(self, number: int) -> bool:
        pair = self.charters[number - 1 : number + 1]
        return any(self._holds(raw, pair, beyond=self.places[number]) for raw in self.notes)

    def _holds(self, raw: bytes, pair: Sequence[Charter], *, beyond: int) -> bool:
        origin = log_origin(pair[0].network)
        keys = tuple(dict.fromkeys(key for charter in pair for key in log_note_keys(charter)))
        policies = [witness_policy(charter) for charter in pair]
        try:
            found = [
                verify_checkpoint(raw, origin=origin, log_keys=keys, policy=policy, now=self.now)
                for policy in policies
            ]
        except Refusal:
            return False
        head = found[0].head
        if not beyond < head.size <= len(self.leaves):
            return False
        return CompactRange().extend(self.leaves[: head.size]).root == head.root
