"""Sealing: the log signs each size once, and has its witnesses vouch for it.

All witnesses are asked at once, each on a thread of its own; whoever waits goes on with a quorum. What a
witness answers is verified before it is kept, and all of it is kept. The log stops, appending and signing
nothing, once a witness shows that it had vouched for what is not here (certes.trust.translog,
docs/spec/log.md, section 4).
"""

import threading
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from certes.credential.errors import Misuse, Refusal
from certes.runtime.clock import Clock, monotonic_s
from certes.runtime.logs import warn
from certes.runtime.refusals import Busy
from certes.trust.records import Charter
from certes.trust.translog.checkpoints import TreeHead, sign_checkpoint
from certes.trust.translog.cosignatures import latest_cosignature
from certes.trust.translog.merkle import consistency_proof
from certes.trust.translog.notes import Note, NoteKey, NoteSigner, parse_note, parse_signature_lines
from certes.trust.translog.quorum import CLOCK_TOLERANCE
from certes.trust.translog.submission import AddCheckpoint
from certes.trust.vouching import log_note_keys, witness_policy
from registry.log.charters import Charters, PlacedCharter
from registry.log.examining import BEHIND, Contradiction, examine
from registry.log.store import Cosignature, LogCheckpoint, LogStore
from registry.log.witnesses import DEFAULT_TIMEOUT_S, Declined, Stale, Vouched, Witnesses

ATTEMPTS = 4  # another worker may be asking the same witness
POLL_S = 0.05  # a witness that is asked twice in a row is done later than its first answer came
GRACE_S = 0.25  # after a quorum the others are waited for a little: one published note instead of three
RECENT_SIZES = 8  # of which one is looked for that a quorum vouched for
MAX_THREADS = 64  # as many as a charter may name
_EXAMINED = frozenset({"log_forked", "consistency_proof_invalid", "status_422", "status_409"})


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of asking a witness last, in this process."""

    at: datetime
    code: str  # "ok", or why there is no cosignature
    ahead: timedelta = timedelta()  # how far our clock is ahead of the witness's


@dataclass(slots=True)
class _Flight:
    future: "Future[None]"
    again: bool = False


class Sealing:
    """The log's own voice and that of its witnesses."""

    def __init__(
        self,
        store: LogStore,
        *,
        charters: Charters,
        witnesses: Witnesses,
        signer: NoteSigner,
        clock: Clock,
        timeout_s: int = DEFAULT_TIMEOUT_S,
    ) -> None:
        self.store = store
        self._charters = charters
        self._witnesses = witnesses
        self._signer = signer
        self._clock = clock
        self._timeout_s = timeout_s
        self._pool = ThreadPoolExecutor(MAX_THREADS, thread_name_prefix="witness")
        self._lock = threading.Lock()
        self._flights: dict[NoteKey, _Flight] = {}
        self._against: dict[NoteKey, Contradiction] = {}
        self._crossings: dict[int, int] = {}
        self._has_asked = False
        self.seen: dict[NoteKey, Seen] = {}

    @property
    def signer(self) -> NoteSigner:
        """The log's key, under its origin."""
        return self._signer

    def close(self) -> None:
        """Ask nobody any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def require_continuing(self) -> None:
        """Return if the log may grow: the key is the charter's, and no witness contradicts it. A process asks
        its witnesses before it appends for the first time.

        Raises Busy `log_key_not_in_charter`, `log_behind_witnesses`, `log_forked_from_witnesses`,
        `clock_ahead_of_witnesses`.
        """
        charters = self._charters.all()
        if not charters:
            return
        self._require_key(charters[-1].charter)
        if not self._has_asked and self.store.checkpoint() is not None:
            self.ask(self.due(timedelta()))
            self._has_asked = True
        self.require_uncontradicted()
        if self._ahead() > CLOCK_TOLERANCE:
            self.ask(self.due(timedelta()))  # the clock may have been set since
        if self._ahead() > CLOCK_TOLERANCE:
            raise Busy("clock_ahead_of_witnesses", seconds=int(self._ahead().total_seconds()))

    def _ahead(self) -> timedelta:
        """How far our clock is ahead of half of the witnesses' clocks."""
        ahead = sorted(each.ahead for each in self.seen.values() if each.code == "ok")
        return ahead[len(ahead) // 2] if ahead else timedelta()

    def require_uncontradicted(self) -> None:
        """Raises Busy `log_behind_witnesses`, `log_forked_from_witnesses`: on proof under our own signature,
        or on the word of more witnesses than may lie."""
        found = list(self._against.values())
        charters = self._charters.all()
        liars = witness_policy(charters[-1].charter).liars if charters else 0
        proof = next((each for each in found if each.proven), None)
        if proof is None and len(found) > liars:
            proof = found[0]
        if proof is not None:
            raise Busy(proof.code, size=proof.size, own=self.store.state().size)

    def seal(self) -> LogCheckpoint:
        """The signed checkpoint of the newest size: made once. Raises Busy as `require_continuing`."""
        self.require_uncontradicted()
        charters = self._charters.all()
        if not charters:
            raise Misuse("checkpoint_missing", size=0)
        self._require_key(charters[-1].charter)
        tree = self.store.state()
        kept = self.store.checkpoint(tree.size)
        if kept is not None:
            return kept
        note = sign_checkpoint(TreeHead(self._signer.name, tree.size, tree.root), self._signer).note.encode()
        return self.store.keep_checkpoint(LogCheckpoint(tree.size, tree.root, note, self._clock()))

    def turn(self, age: timedelta) -> None:
        """What a timer does: seal the newest size, and ask whoever has not vouched for it for that long.
        Raises Busy as `require_uncontradicted`, after having asked: the entries may be back."""
        if not self._charters.all():
            return
        if self._against:
            self.ask(self.due(age))
        self.seal()
        self.ask(self.due(age))
        self.require_uncontradicted()

    def due(self, age: timedelta) -> tuple[NoteKey, ...]:
        """The witnesses to be asked: those of the newest charter and, until one checkpoint has a quorum of
        both, those of the charter before; where their newest cosignature of the newest size is that old."""
        checkpoint, now = self.store.checkpoint(), self._clock()
        if checkpoint is None:
            return ()
        fresh = {
            each.witness: each.time
            for each in self.store.cosignatures(checkpoint.size)
            if each.time > now - age
        }
        known = self._witnesses.names()
        due = [key for key in self.asked() if key.vkey not in fresh or key in self._against]
        return tuple(key for key in due if key.name in known)

    def ask(self, witnesses: Iterable[NoteKey], *, until: int | None = None) -> None:
        """Have witnesses vouch for the newest checkpoint. Returns when all have answered or their time is up;
        with `until`, shortly after a quorum vouched for this size or a later one."""
        pending = {self._fly(witness) for witness in witnesses}
        end = monotonic_s() + self._timeout_s
        reached = False
        while pending and monotonic_s() < end:
            if until is not None and not reached and self.has_quorum(until):
                reached, end = True, min(end, monotonic_s() + GRACE_S)
            left = max(0.0, end - monotonic_s())
            _, pending = wait(pending, timeout=min(POLL_S, left), return_when=FIRST_COMPLETED)

    def has_quorum(self, size: int) -> bool:
        """Has a quorum of the witnesses vouched for this size, or for one after it?"""
        for newer in self.store.cosigned_sizes(limit=RECENT_SIZES):
            if newer < size:
                return False
            charters = self._charters.until(newer)
            policy = witness_policy(charters[-1].charter)
            names = {each.witness for each in self.store.cosignatures(newer)}
            if len(names & {each.vkey for each in policy.witnesses}) >= policy.quorum:
                return True
        return False

    def crossing(self, after: PlacedCharter, before: PlacedCharter) -> int | None:
        """The first size at which a quorum of both charters' witnesses vouched for the log with the later
        one in it."""
        if after.place in self._crossings:
            return self._crossings[after.place]
        policies = [witness_policy(each.charter) for each in (before, after)]
        for size in self.store.checkpoint_sizes():
            if size > after.place:
                names = {each.witness for each in self.store.cosignatures(size)}
                if all(len(names & {key.vkey for key in each.witnesses}) >= each.quorum for each in policies):
                    return self._crossings.setdefault(after.place, size)
        return None

    def asked(self) -> tuple[NoteKey, ...]:
        """The witnesses of the newest charter, and of the one before until the log was handed over."""
        charters = self._charters.all()
        if not charters:
            return ()
        keys = dict.fromkeys(witness_policy(charters[-1].charter).witnesses)
        if len(charters) > 1 and self.crossing(charters[-1], charters[-2]) is None:
            keys |= dict.fromkeys(witness_policy(charters[-2].charter).witnesses)
        return tuple(keys)

    def _require_key(self, charter: Charter) -> None:
        multikey = self._signer.signer.public_key.multikey
        if multikey not in charter.log_keys:
            raise Busy("log_key_not_in_charter", key=multikey)

    def _fly(self, witness: NoteKey) -> "Future[None]":
        """One thread for one witness: whoever asks meanwhile has it ask once more."""
        with self._lock:
            flight = self._flights.get(witness)
            if flight is None:
                future = self._pool.submit(self._run, witness)
                self._flights[witness] = flight = _Flight(future)
            else:
                flight.again = True
            return flight.future

    def _run(self, witness: NoteKey) -> None:
        while True:
            seen = self._tried(witness)
            with self._lock:
                self.seen[witness] = seen
                flight = self._flights[witness]
                if not flight.again:
                    del self._flights[witness]
                    return
                flight.again = False

    def _tried(self, witness: NoteKey) -> Seen:
        try:
            seen = self._ask_one(witness)
        except Refusal as refusal:
            seen = Seen(self._clock(), refusal.code)
        if seen.code != "ok":
            warn("witness_did_not_vouch", code=seen.code, field=witness.name)
        return seen

    def _ask_one(self, witness: NoteKey) -> Seen:
        old, _ = self.store.vouched().get(witness.vkey, (0, None))
        for _ in range(ATTEMPTS):
            checkpoint = self.store.checkpoint()
            if checkpoint is None or old > checkpoint.size:
                checkpoint = self.seal()
            proof = consistency_proof(old, size=checkpoint.size, read=self.store.read)
            answer = self._witnesses.add_checkpoint(witness.name, AddCheckpoint(old, proof, checkpoint.note))
            match answer:
                case Vouched():
                    return self._keep(witness, checkpoint, answer)
                case Stale(size) if size <= self.store.state().size:
                    old = size
                case Stale(size):
                    return self._contradicted(witness, Contradiction(BEHIND, size, proven=False))
                case Declined(code) if code in _EXAMINED:
                    return self._contradicted(witness, None, code)
                case Declined(code):
                    return Seen(self._clock(), code)
        return Seen(self._clock(), "witness_busy")

    def _keep(self, witness: NoteKey, checkpoint: LogCheckpoint, answer: Vouched) -> Seen:
        now = self._clock()
        note = Note(parse_note(checkpoint.note).text, answer.lines)
        found = latest_cosignature(note, witness)
        if found is None:
            return Seen(now, "cosignature_missing")
        if found[0] > (now + CLOCK_TOLERANCE).timestamp():
            # No device would count it: kept, it would stand where the witness's last good line does.
            return Seen(now, "cosignature_from_the_future")
        moment = datetime.fromtimestamp(found[0], UTC)
        self.store.keep_cosignature(checkpoint.size, Cosignature(witness.vkey, found[1].line, moment))
        self._against.pop(witness, None)
        return Seen(now, "ok", now - moment)

    def _contradicted(self, witness: NoteKey, claim: Contradiction | None, code: str = BEHIND) -> Seen:
        """Look at what the witness holds. What our key signed is proof; else its word stands for one."""
        keys = tuple(key for each in self._charters.all() for key in log_note_keys(each.charter))
        try:
            raw = self._witnesses.newest(witness.name, self._signer.name)
        except Refusal:
            found = claim
        else:
            found = examine(raw, store=self.store, origin=self._signer.name, log_keys=keys) or claim
        if found is not None:
            self._against[witness] = found
            code = found.code
        return Seen(self._clock(), code)


def with_cosignatures(checkpoint: LogCheckpoint, cosignatures: Iterable[Cosignature]) -> Note:
    """The note as it is published: the log's lines and the newest of each witness."""
    note = parse_note(checkpoint.note)
    lines = "".join(each.line for each in cosignatures)
    return note.with_signatures(parse_signature_lines(lines)) if lines else note
