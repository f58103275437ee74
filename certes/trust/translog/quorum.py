"""How many witnesses make a checkpoint believed, and whether it is.

With n witnesses of which f may lie, q = floor((n + f) / 2) + 1 of them see to it that two checkpoints of
different histories would have an honest witness in common; q <= n - f, that the liars cannot stop the log by
keeping silent. Together: n >= 3 f + 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from certes.credential.errors import Malformed
from certes.trust.translog.checkpoints import TreeHead, is_signed_by_log, parse_checkpoint
from certes.trust.translog.cosignatures import latest_cosignature
from certes.trust.translog.notes import KeyUse, Note, NoteKey, NoteSignature

CLOCK_TOLERANCE = timedelta(minutes=10)  # a telephone set by hand
MAX_WITNESSES = 64


def most_liars(witnesses: int) -> int:
    """The largest f that n witnesses can stand."""
    return max(0, (witnesses - 1) // 3)


def quorum_of(witnesses: int, *, liars: int) -> int:
    """q for n witnesses of which f may lie. Raises Malformed `quorum_impossible` where q > n - f."""
    quorum = (witnesses + liars) // 2 + 1
    if liars < 0 or quorum > witnesses - liars:
        raise Malformed("quorum_impossible", witnesses=witnesses, liars=liars)
    return quorum


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    """The witnesses that count, and how many must have signed.

    Raises Malformed `witness_repeated` for a key that stands twice (one key is one witness, whatever its
    names) or a name that does, `witness_key_not_for_cosignatures`, and `quorum_impossible` for a quorum that
    no number of liars asks for: zero, half or less, or more than there are.
    """

    witnesses: tuple[NoteKey, ...]
    quorum: int

    def __post_init__(self) -> None:
        count = len(self.witnesses)
        if len({each.key.raw for each in self.witnesses}) != count:
            raise Malformed("witness_repeated", field="witnesses")
        if len({each.name for each in self.witnesses}) != count:
            raise Malformed("witness_repeated", field="witnesses")
        if any(each.use is not KeyUse.COSIGNATURE for each in self.witnesses):
            raise Malformed("witness_key_not_for_cosignatures", field="witnesses")
        if count > MAX_WITNESSES or not count // 2 < self.quorum <= count - self.liars:
            raise Malformed("quorum_impossible", witnesses=count, liars=self.liars)

    @property
    def liars(self) -> int:
        """How many may lie without two histories being believed: two quorums share 2q - n witnesses, and one
        more than f of those would have to be honest."""
        return max(0, min(2 * self.quorum - len(self.witnesses) - 1, most_liars(len(self.witnesses))))


@dataclass(frozen=True, slots=True)
class VerifiedCheckpoint:
    """A tree head that the log signed and a quorum cosigned."""

    head: TreeHead
    cosigned: Mapping[NoteKey, datetime]  # the latest time of each witness that counts
    quorum: int
    note: Note  # the log's lines and one of each witness that counts, the newest first; nothing else

    @property
    def earliest(self) -> datetime:
        """The time of the witness that signed first."""
        return min(self.cosigned.values())

    @property
    def latest(self) -> datetime:
        """The time of the witness that signed last: a liar among them may claim anything up to now."""
        return max(self.cosigned.values())

    @property
    def reached(self) -> datetime:
        """The time that a quorum has reached, so that at least one honest witness signed then or later. What
        verdicts count the register's age from."""
        return sorted(self.cosigned.values(), reverse=True)[self.quorum - 1]

    def gossip(self) -> bytes:
        """The note in its shortest form that is still believed: the log's lines and the newest quorum."""
        surplus = len(self.cosigned) - self.quorum
        lines = self.note.signatures
        return Note(self.note.text, lines[: len(lines) - surplus]).encode()


def verify_checkpoint(
    raw: bytes, *, origin: str, log_keys: tuple[NoteKey, ...], policy: WitnessPolicy, now: datetime
) -> VerifiedCheckpoint:
    """Verify a checkpoint of this log. Each witness counts once, by its key; one whose time is in the future
    does not count, so that a single witness with a wrong clock stops nobody. Age is no reason to refuse.

    Raises Malformed: `note_*`, `checkpoint_text_invalid`, `checkpoint_of_another_log`,
    `checkpoint_not_signed_by_log`, `quorum_not_reached`, and `checkpoint_from_the_future` where a quorum
    signed but not yet by this clock; BadSignature `note_signature_invalid` for one bad line of a known key.
    """
    checkpoint = parse_checkpoint(raw)
    if checkpoint.head.origin != origin:
        raise Malformed("checkpoint_of_another_log", field="origin")
    if not is_signed_by_log(checkpoint, log_keys):
        raise Malformed("checkpoint_not_signed_by_log", field="signatures")
    signed = [
        (time, line, witness)
        for witness in policy.witnesses
        for time, line in [latest_cosignature(checkpoint.note, witness) or (0, None)]
        if line is not None
    ]
    limit = (now + CLOCK_TOLERANCE).timestamp()
    past = sorted((each for each in signed if each[0] <= limit), key=lambda each: each[0], reverse=True)
    if len(past) < policy.quorum:
        if len(signed) >= policy.quorum:
            raise Malformed("checkpoint_from_the_future", field="signatures")
        raise Malformed("quorum_not_reached", field="signatures", signed=len(signed), quorum=policy.quorum)
    lines = (*_lines_of(checkpoint.note, log_keys), *(line for _, line, _ in past))
    cosigned = {witness: datetime.fromtimestamp(time, UTC) for time, _, witness in past}
    return VerifiedCheckpoint(checkpoint.head, cosigned, policy.quorum, Note(checkpoint.note.text, lines))


def _lines_of(note: Note, keys: tuple[NoteKey, ...]) -> tuple[NoteSignature, ...]:
    known = {(key.name, key.key_id) for key in keys}
    return tuple(each for each in note.signatures if (each.name, each.key_id) in known)
