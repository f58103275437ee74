"""What the registry says: one checkpoint for each state, and one bundle for each checkpoint.

The bundle is verified here as any verifier would before it is served, so that a registry can be silent but
not wrong. Whatever is in memory is rebuilt from the store; workers on one store serve the same bytes.
"""

import gzip
import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from certes.credential.canon.jcs import canonicalize
from certes.credential.errors import Malformed
from certes.credential.keys import Signer
from certes.credential.parsing import parse_json
from certes.runtime.refusals import Busy, NotFound
from certes.trust.bundle import TrustView, build_bundle, checkpoint_payload, parse_bundle
from certes.trust.signing import SignedObject, parse_signed_object, sign_object
from registry.log_reader import Log, LogReader, published_of
from registry.store import Store, StoredCheckpoint

GZIP_LEVEL = 9  # once for each checkpoint, and read by many over poor networks


@dataclass(frozen=True, slots=True)
class Published:
    """A state as it is served."""

    position: int  # everything up to this object
    bundle: bytes
    bundle_gzip: bytes
    etag: str  # strong, quoted
    view: TrustView


@dataclass(frozen=True, slots=True)
class Sealer:
    """Who signs checkpoints, and for which network."""

    signer: Signer
    charter_id: str


class Publication:
    """The newest state, built once for each checkpoint."""

    def __init__(self, store: Store, *, reader: LogReader, sealer: Sealer) -> None:
        self._store = store
        self._reader = reader
        self._sealer = sealer
        self._lock = threading.Lock()
        self._kept: tuple[StoredCheckpoint, Published] | None = None

    def current(self, *, now: datetime) -> Published:
        """What is published. Objects that have no checkpoint yet get one: a crash may have come between.

        Raises NotFound `registry_empty` before the first charter, Busy `log_key_not_in_charter`.
        """
        size = self._store.size()
        newest = self._store.newest_checkpoint()
        if newest is None or newest.position < size:
            return self.seal(now=now)
        kept = self._kept
        if kept is not None and kept[0] == newest:
            return kept[1]
        return self._build(self._reader.read().until(newest.position), newest, now=now)

    def seal(self, *, now: datetime) -> Published:
        """Sign a checkpoint of the present state and time, and publish it."""
        log = self._reader.read()
        now = self._not_before_newest(now)
        sealed = self._sealed(log, now)
        checkpoint = StoredCheckpoint(log.size, sealed.payload["root"], now, canonicalize(sealed.to_json()))
        published = self._build(log, checkpoint, now=now)
        kept = self._store.keep_checkpoint(checkpoint)
        return published if kept == checkpoint else self.current(now=now)

    def rehearse(self, log: Log, now: datetime) -> None:
        """Raise what a verifier would raise for the bundle of this log, sealed now. Nothing is published."""
        now = self._not_before_newest(now)
        bundle = build_bundle(published_of(log), self._sealed(log, now))
        parse_bundle(bundle, charter_id=self._sealer.charter_id, floor=None, now=now)

    def _not_before_newest(self, now: datetime) -> datetime:
        """A clock that was set back never makes a bundle look rolled back."""
        newest = self._store.newest_checkpoint()
        return now if newest is None else max(now, newest.time)

    def _sealed(self, log: Log, now: datetime) -> SignedObject:
        """A checkpoint of this log. Raises NotFound `registry_empty` as long as there is no charter."""
        objects = published_of(log)
        if not objects:
            raise NotFound("registry_empty")
        payload = checkpoint_payload(objects, time=now)
        return sign_object(
            "Checkpoint", country=None, version=1, payload=payload, signers=[self._sealer.signer]
        )

    def seal_if_older(self, age: timedelta, *, now: datetime) -> None:
        """Sign again when the newest checkpoint has this age: the time in it says that the registry lives."""
        if self._store.size() == 0:
            return
        newest = self._store.newest_checkpoint()
        if newest is None or newest.position < self._store.size() or now - newest.time >= age:
            self.seal(now=now)

    def _build(self, log: Log, checkpoint: StoredCheckpoint, *, now: datetime) -> Published:
        bundle = build_bundle(published_of(log), parse_signed_object(parse_json(checkpoint.raw)))
        view = self._verify(bundle, now=max(now, checkpoint.time))
        packed = gzip.compress(bundle, GZIP_LEVEL, mtime=0)
        etag = f'"{hashlib.sha256(bundle).hexdigest()[:32]}"'
        published = Published(log.size, bundle, packed, etag, view)
        with self._lock:
            self._kept = (checkpoint, published)
        return published

    def _verify(self, bundle: bytes, *, now: datetime) -> TrustView:
        try:
            return parse_bundle(bundle, charter_id=self._sealer.charter_id, floor=None, now=now)
        except Malformed as refusal:
            if refusal.code == "checkpoint_not_signed_by_log":
                raise Busy("log_key_not_in_charter", key=self._sealer.signer.public_key.multikey) from None
            raise
