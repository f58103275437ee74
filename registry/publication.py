"""What the registry says: the newest size of the log that a quorum of its witnesses has vouched for.

The bundle is verified here as any verifier would before it is served, so that a registry can be silent but
not wrong. Until a size is vouched for, the one before is served. Whatever is in memory is rebuilt from the
store; workers on one store serve the same bytes.
"""

import gzip
import hashlib
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from certes.credential.errors import Malformed, Refusal
from certes.runtime.logs import warn
from certes.runtime.refusals import Busy, NotFound
from certes.trust.acceptance import believe
from certes.trust.bundle import TrustView, build_bundle, parse_bundle
from certes.trust.deltas import build_delta
from certes.trust.published import choose
from certes.trust.signing import SignedObject
from certes.trust.translog.quorum import VerifiedCheckpoint
from registry.log.charters import Charters
from registry.log.sealing import Sealing, with_cosignatures
from registry.log.store import LogStore
from registry.log_reader import Log, LogReader

GZIP_LEVEL = 9  # once for each state, and read by many over poor networks
LOOKED_AT = 16  # sizes that some witness vouched for, the newest first: one of them has a quorum, or none
COMPARED = 3  # of those with a quorum: times of sizes differ by the witnesses' clocks alone
KEPT_DELTAS = 32  # devices stand at few different sizes
_WAITING = frozenset({"quorum_not_reached", "charter_without_old_witnesses"})


@dataclass(frozen=True, slots=True)
class Packed:
    """A document as it is served."""

    plain: bytes
    gzip: bytes
    etag: str  # strong, quoted; of the plain bytes


@dataclass(frozen=True, slots=True)
class Published:
    """A state as it is served."""

    position: int  # everything up to this object
    document: Packed
    note: bytes  # the checkpoint, with a quorum
    crossings: tuple[bytes, ...]
    view: TrustView

    @property
    def bundle(self) -> bytes:
        """The bundle's bytes."""
        return self.document.plain


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A size that is believed, and what shows that each of its charters was handed over."""

    checkpoint: VerifiedCheckpoint
    crossings: tuple[bytes, ...]


class Publication:
    """The newest state that is vouched for, built once."""

    def __init__(
        self, log_store: LogStore, *, reader: LogReader, charters: Charters, sealing: Sealing, charter_id: str
    ) -> None:
        self._store = log_store
        self._reader = reader
        self._charters = charters
        self._sealing = sealing
        self._charter_id = charter_id
        self._lock = threading.RLock()
        self._kept: tuple[tuple[int, int], Published] | None = None
        self._deltas: dict[tuple[str, int], Packed] = {}

    def current(self, *, now: datetime) -> Published:
        """What is published.

        Raises NotFound `registry_empty` before the first charter, Busy `registry_without_quorum` as long as
        witnesses have not vouched for anything, and what makes the bundle unacceptable.
        """
        mark = self._store.mark()
        if mark[0] == 0:
            raise NotFound("registry_empty")
        kept = self._kept
        if kept is not None and kept[0] == mark:
            return kept[1]
        with self._lock:
            return self._renewed(mark, now=now)

    def find(self, *, now: datetime) -> Published | None:
        """The same, or None where nothing is published."""
        try:
            return self.current(now=now)
        except Refusal:
            return None

    def reached(self, *, now: datetime) -> datetime | None:
        """The time that witnesses have vouched for; None where nothing is published."""
        published = self.find(now=now)
        return None if published is None else published.view.as_of

    def delta(self, since: int, *, now: datetime) -> Packed:
        """What a device that holds the first `since` entries needs. Raises NotFound `delta_not_possible`."""
        published = self.current(now=now)
        key = (published.document.etag, since)
        with self._lock:
            found = self._deltas.get(key)
            if found is None:
                found = self._delta(published, since)
                if len(self._deltas) >= KEPT_DELTAS:
                    self._deltas.clear()
                self._deltas[key] = found
            return found

    def _delta(self, published: Published, since: int) -> Packed:
        try:
            raw = build_delta(
                since=since,
                objects=published.view.objects.values(),
                entries=published.view.entries,
                checkpoint=published.note,
                notices=published.view.notices,
                crossings=published.crossings,
            )
        except Malformed:
            raise NotFound("delta_not_possible", field="since", size=published.position) from None
        return pack(raw)

    def _renewed(self, mark: tuple[int, int], *, now: datetime) -> Published:
        """Built anew; where that fails, what was served goes on being served."""
        try:
            published = self._build(now=now)
        except Refusal as refusal:
            if self._kept is None:
                raise
            warn("bundle_not_renewed", code=refusal.code)
            published = self._kept[1]
        self._kept = (mark, published)
        return published

    def _build(self, *, now: datetime) -> Published:
        sealed = self._newest(now)
        size = sealed.checkpoint.head.size
        log, everything = self._reader.read().until(size), self._reader.read()
        note = sealed.checkpoint.note.encode()
        bundle = build_bundle(
            objects=choose(log.objects, log.entries, charter=self._charters.until(size)[-1].charter),
            entries=log.entries,
            checkpoint=note,
            notices=_unlogged(everything, size),
            crossings=sealed.crossings,
        )
        floor = None if self._kept is None else self._kept[1].view.floor()
        view = parse_bundle(
            bundle, charter_id=self._charter_id, floor=floor, now=max(now, sealed.checkpoint.reached)
        )
        return Published(size, pack(bundle), note, sealed.crossings, view)

    def _newest(self, now: datetime) -> _Sealed:
        """Of the newest sizes that a quorum vouched for, the newest that is no earlier in time than those
        before it: a device never goes back in either."""
        found: list[_Sealed] = []
        refusals: list[Refusal] = []
        for size in self._store.cosigned_sizes(limit=LOOKED_AT):
            try:
                found.append(self._sealed(size, now))
            except Refusal as refusal:
                refusals.append(refusal)
            if len(found) == COMPARED:
                break
        if not found:
            raise next(
                (each for each in refusals if each.code not in _WAITING), Busy("registry_without_quorum")
            )
        reached = max(each.checkpoint.reached for each in found)
        return next(each for each in found if each.checkpoint.reached == reached)

    def _sealed(self, size: int, now: datetime) -> _Sealed:
        charters = self._charters.until(size)
        raw = self._note(size)
        moment = max(now, self._time_of(size))
        checkpoint = believe(raw, charter=charters[-1].charter, now=moment)
        crossings = []
        for before, after in pairwise(charters):
            crossed = self._sealing.crossing(after, before)
            if crossed is None or crossed > size:
                raise Busy("charter_without_old_witnesses", version=after.charter.version)
            crossings.append(self._note(crossed))
        return _Sealed(checkpoint, tuple(crossings))

    def _note(self, size: int) -> bytes:
        checkpoint = self._store.checkpoint(size)
        if checkpoint is None:
            raise NotFound("log_size_unknown", size=size)
        return with_cosignatures(checkpoint, self._store.cosignatures(size)).encode()

    def _time_of(self, size: int) -> datetime:
        """What a quorum says of the time: this registry's own clock may be slow, or was set back."""
        quorum = self._charters.until(size)[-1].charter.quorum
        times = sorted((each.time for each in self._store.cosignatures(size)), reverse=True)
        return times[quorum - 1] if len(times) >= quorum else datetime.min.replace(tzinfo=UTC)


def _unlogged(log: Log, size: int) -> tuple[SignedObject, ...]:
    """Notices that count although no quorum has seen them yet."""
    return tuple(each for each in log.objects[size:] if each.type == "Notice")


def pack(document: bytes) -> Packed:
    """A document with its packed form and its ETag."""
    etag = f'"{hashlib.sha256(document).hexdigest()[:32]}"'
    return Packed(document, gzip.compress(document, GZIP_LEVEL, mtime=0), etag)
