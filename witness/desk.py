"""One witness: takes a checkpoint of a log it knows, and vouches for it if the log only grew.

The order is that of C2SP tlog-witness. What is vouched for is in the store, durably, before it is signed; the
signature follows from what is stored, so that a crash in between loses an answer and never a memory.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from certes.credential.errors import Malformed
from certes.runtime.clock import Clock
from certes.runtime.logs import warn
from certes.runtime.refusals import Busy, Conflict, Forbidden, NotFound
from certes.trust.translog.checkpoints import Checkpoint, is_signed_by_log, parse_checkpoint
from certes.trust.translog.cosignatures import cosign
from certes.trust.translog.merkle import EMPTY_ROOT, require_consistency
from certes.trust.translog.notes import Note, NoteKey, NoteSignature, NoteSigner, parse_note
from certes.trust.translog.submission import AddCheckpoint, parse_add_checkpoint
from witness.store import Fork, Held, Store

ATTEMPTS = 5  # each lost one means that another request of the same log was served
STEADY_CLOCK = timedelta(hours=1)  # what a clock may be set back without our times going back with it

Logs = Mapping[str, tuple[NoteKey, ...]]  # by origin


def logs_of(keys: Iterable[NoteKey]) -> Logs:
    """The logs by their origin: the name of their keys. More than one while a log changes its key."""
    found: dict[str, tuple[NoteKey, ...]] = {}
    for key in keys:
        found[key.name] = (*found.get(key.name, ()), key)
    return found


class Stale(Conflict):
    """The caller starts from another size than the one that this witness holds."""

    def __init__(self, size: int) -> None:
        super().__init__("witness_holds_other_size", size=size)
        self.size = size


@dataclass(frozen=True, slots=True)
class Witness:
    """A name with its key, the logs it watches, and its memory."""

    signer: NoteSigner
    logs: Logs
    store: Store
    clock: Clock

    @property
    def name(self) -> str:
        """The key name."""
        return self.signer.name

    def add_checkpoint(self, raw: bytes) -> NoteSignature:
        """Vouch for the checkpoint of a request.

        Raises Malformed for a request that is not one, an old size above the new one, and
        `consistency_proof_invalid`; NotFound `log_unknown`; Forbidden `checkpoint_not_signed_by_log`;
        BadSignature; Stale; Conflict `log_forked` for another root of the size that is held.
        """
        request = parse_add_checkpoint(raw)
        checkpoint = self._checkpoint(request.checkpoint)
        if request.old_size > checkpoint.head.size:
            raise Malformed("old_size_above_checkpoint", field="old", size=checkpoint.head.size)
        for _ in range(ATTEMPTS):
            held = self.store.latest(self.name, checkpoint.head.origin)
            self._judge(request, checkpoint, held)
            new = self._next(checkpoint, held)
            if new == held or self.store.advance(new, past=held):
                return self._sign(new)
        raise Busy("witness_busy")

    def newest(self, origin_digest: str) -> bytes:
        """The newest checkpoint of a log, by the SHA-256 of its origin, with our cosignature. Raises NotFound
        `log_unknown`."""
        for origin in self.logs:
            if hashlib.sha256(origin.encode()).hexdigest() == origin_digest:
                held = self.store.latest(self.name, origin)
                if held is not None:
                    return parse_note(held.note).with_signatures([self._sign(held)]).encode()
        raise NotFound("log_unknown")

    def _checkpoint(self, raw: bytes) -> Checkpoint:
        checkpoint = parse_checkpoint(raw)
        keys = self.logs.get(checkpoint.head.origin)
        if keys is None:
            raise NotFound("log_unknown", field="origin")
        if not is_signed_by_log(checkpoint, keys):
            raise Forbidden("checkpoint_not_signed_by_log", field="signatures")
        return replace(checkpoint, note=_lines_of(checkpoint.note, keys))

    def _judge(self, request: AddCheckpoint, checkpoint: Checkpoint, held: Held | None) -> None:
        head = checkpoint.head
        old_size, old_root = (0, EMPTY_ROOT) if held is None else (held.size, held.root)
        if request.old_size != old_size:
            raise Stale(old_size)
        if held is not None and head.size == held.size and head.root != held.root:
            warn("log_forked", count=head.size)
            seen = self.clock()
            note = checkpoint.note.encode()
            self.store.keep_fork(Fork(self.name, head.origin, head.size, head.root, note, held.note, seen))
            raise Conflict("log_forked", field="checkpoint", held=held.size, offered=head.size)
        require_consistency(old_size, old_root=old_root, size=head.size, root=head.root, proof=request.proof)

    def _next(self, checkpoint: Checkpoint, held: Held | None) -> Held:
        head = checkpoint.head
        time = _time_after(held, self.clock())
        return Held(self.name, head.origin, head.size, head.root, checkpoint.note.encode(), time)

    def _sign(self, held: Held) -> NoteSignature:
        """Always the same line for the same memory: Ed25519 is deterministic."""
        text = parse_note(held.note).text
        return cosign(text, signer=self.signer, time=int(held.signed_at.timestamp()))


def _time_after(held: Held | None, now: datetime) -> datetime:
    """Now; or our last time where the clock was set back a little since: times rise with sizes."""
    now = now.replace(microsecond=0)
    if held is None or held.signed_at - now > STEADY_CLOCK:
        return now
    return max(now, held.signed_at)


def _lines_of(note: Note, keys: Iterable[NoteKey]) -> Note:
    known = {(key.name, key.key_id) for key in keys}
    return Note(note.text, tuple(each for each in note.signatures if (each.name, each.key_id) in known))
