"""What the register said when its log was of a given size: legal dates answer for a day, this for what was
known.

Nothing is ever deleted, so every earlier state can be read again, and a decision taken then be taken again
now. Views of earlier sizes are built from the logged objects on demand, and a few are kept.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from certes.credential.errors import Malformed
from certes.credential.identifiers import Network
from certes.runtime.refusals import NotFound
from certes.trust.bundle import TrustView, build_bundle, parse_bundle
from certes.trust.charters import departures, follow_charters, place
from certes.trust.published import choose, needed
from certes.trust.reading import read_records
from certes.trust.records import Charter, RegistryView
from certes.trust.signing import SignedObject
from certes.trust.translog.entries import LogEntry
from certes.trust.vouching import log_origin
from registry.log.sealing import with_cosignatures
from registry.log.store import Cosignature, LogCheckpoint

KEPT_VIEWS = 8  # a replay asks for one size several times; an audit walks them in order


@dataclass(frozen=True, slots=True)
class Known:
    """The register at one size of its log. `as_of`: until when nothing more was known."""

    size: int
    as_of: datetime
    charter: Charter
    registry: RegistryView
    objects: Mapping[str, SignedObject]  # by object id: those a bundle of this size holds

    @property
    def network(self) -> Network:
        """The network's number and domain."""
        return self.charter.network

    @property
    def log(self) -> dict[str, str | int]:
        """The log and its size, as answers name them."""
        return {"origin": log_origin(self.network), "size": self.size}

    def newest(self, kind: str, subject: str) -> SignedObject | None:
        """The signed object behind a record of the view."""
        return self.objects.get(self.registry.object_ids.get((kind, subject), ""))


@dataclass(frozen=True, slots=True)
class Held:
    """What a registry holds now: the view that is published, and every object that was ever logged."""

    view: TrustView
    objects: Iterable[SignedObject]


class Notes(Protocol):
    """What a log remembers of its checkpoints; a LogStore."""

    def checkpoint(self, size: int | None = None) -> LogCheckpoint | None:
        """That of a size, or the newest."""

    def cosignatures(self, size: int) -> tuple[Cosignature, ...]:
        """The newest line of each witness under the checkpoint of a size."""


class Views:
    """The register at any size, for the threads of one process."""

    def __init__(self, held: Callable[[], Held], charter_id: str) -> None:
        self._held = held
        self._charter_id = charter_id
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, Known] = OrderedDict()

    def current(self) -> TrustView:
        """What is published. Raises NotFound `registry_empty`."""
        return self._held().view

    def bundle(self, size: int, *, log: Notes, now: datetime) -> bytes:
        """The bundle of an earlier size. Raises as `bundle_at`."""
        note = note_of(log, size)
        return bundle_at(size, self._held(), note=note, charter_id=self._charter_id, now=now)

    def at(self, size: int | None = None) -> Known:
        """What is published now, or what was known when the log had `size` entries.

        Raises NotFound `log_size_unknown` for 0 and beyond what is published, `registry_empty`, and for a
        size at which there was no charter yet.
        """
        held = self._held()
        view = held.view
        newest = len(view.entries)
        if size is None or size == newest:
            return Known(newest, view.as_of, view.charter, view.registry, view.objects)
        if not 0 < size < newest:
            raise NotFound("log_size_unknown", field="size", size=size, newest=newest)
        with self._lock:
            kept = self._kept.get(size)
            if kept is None:
                kept = self._kept[size] = known_at(size, view.entries, held.objects, self._charter_id)
                while len(self._kept) > KEPT_VIEWS:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(size)
            return kept


def known_at(
    size: int, entries: Sequence[LogEntry], objects: Iterable[SignedObject], charter_id: str
) -> Known:
    """The view of the first `size` entries, which was all until the next one was logged: `size` is below the
    number of entries. `objects` are at least all that these entries speak of.

    Raises Malformed `object_missing`, and what a reader of their bundle would raise.
    """
    first = entries[:size]
    by_id = {found.object_id: found for found in objects}
    charters = [found for found in by_id.values() if found.type == "Charter"]
    logged = {entry.object_id for entry in first}
    chain = [
        charter
        for _, charter in follow_charters([each for each in charters if each.object_id in logged], charter_id)
    ]
    kept = _kept(first, by_id, notice_days=chain[-1].notice_days)
    times = {entry.object_id: entry.time for entry in first}
    left = departures(kept, chain, times)
    records = read_records(place(kept, chain), times, notice_days=chain[-1].notice_days, left=left)
    until = entries[size].time
    return Known(size, until, chain[-1], records.view(until), {found.object_id: found for found in kept})


def _kept(
    entries: Sequence[LogEntry], objects: Mapping[str, SignedObject], *, notice_days: int
) -> list[SignedObject]:
    """What a bundle of these entries holds, in their order."""
    wanted = needed(entries, notice_days=notice_days)
    for entry in entries:
        if entry.object_id in wanted and entry.object_id not in objects:
            raise Malformed("object_missing", field=entry.object_id, type=entry.type, subject=entry.subject)
    return [objects[entry.object_id] for entry in entries if entry.object_id in wanted]


def note_of(log: Notes, size: int) -> bytes | None:
    """The checkpoint of a size with every cosignature that was collected for it; None where there is none."""
    kept = log.checkpoint(size)
    if kept is None or kept.size != size:
        return None
    return with_cosignatures(kept, log.cosignatures(size)).encode()


def bundle_at(size: int, held: Held, *, note: bytes | None, charter_id: str, now: datetime) -> bytes:
    """The bundle of an earlier size, as it was served then but for later cosignatures: whoever has it needs
    not believe us. Raises NotFound `log_size_unknown`, `log_size_without_checkpoint` where no quorum vouched
    for this very size."""
    newest = len(held.view.entries)
    if not 0 < size <= newest:
        raise NotFound("log_size_unknown", field="size", size=size, newest=newest)
    if note is None:
        raise NotFound("log_size_without_checkpoint", field="size", size=size)
    entries = held.view.entries[:size]
    charters = [each for each in held.objects if each.type == "Charter"]
    logged = {entry.object_id for entry in entries}
    chain = follow_charters([each for each in charters if each.object_id in logged], charter_id)
    objects = choose(held.objects, entries, charter=chain[-1][1])
    raw = build_bundle(objects=objects, entries=entries, checkpoint=note)
    try:
        parse_bundle(raw, charter_id=charter_id, floor=None, now=now)
    except Malformed as refusal:
        if refusal.code == "quorum_not_reached":
            raise NotFound("log_size_without_checkpoint", field="size", size=size) from None
        raise
    return raw
