"""Checkpoints: the size and the root of a log, as the text of a signed note.

Source: C2SP tlog-checkpoint v1.0.0. Extension lines are read and signed with the rest; ours carries none.
"""

from dataclasses import dataclass

from certes.credential.errors import Malformed
from certes.trust.translog.merkle import HASH_BYTES
from certes.trust.translog.notes import KeyUse, Note, NoteKey, NoteSigner, is_signed_by, parse_note, sign_text
from certes.trust.translog.texts import from_base64, parse_decimal, to_base64

MAX_ORIGIN_CHARACTERS = 255
MAX_EXTENSIONS = 16


@dataclass(frozen=True, slots=True)
class TreeHead:
    """Which log, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The note text."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_head(text: str) -> TreeHead:
    """Read the text of a checkpoint. Raises Malformed `checkpoint_text_invalid`."""
    lines = text.split("\n")
    if lines.pop() != "" or len(lines) < 3 or "" in lines or len(lines) > 3 + MAX_EXTENSIONS:
        raise Malformed("checkpoint_text_invalid")
    origin, size, root, *extensions = lines
    if len(origin) > MAX_ORIGIN_CHARACTERS:
        raise Malformed("checkpoint_text_invalid", field="origin")
    root_hash = from_base64(root, "checkpoint_text_invalid", field="root")
    if len(root_hash) != HASH_BYTES:
        raise Malformed("checkpoint_text_invalid", field="root")
    count = parse_decimal(size, "checkpoint_text_invalid", field="size")
    return TreeHead(origin, count, root_hash, tuple(extensions))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head and the note it came in. Not verified by standing here."""

    head: TreeHead
    note: Note


def parse_checkpoint(raw: bytes) -> Checkpoint:
    """Read a checkpoint. Raises Malformed `note_*`, `checkpoint_text_invalid`. Verifies nothing."""
    note = parse_note(raw)
    return Checkpoint(parse_head(note.text), note)


def sign_checkpoint(head: TreeHead, signer: NoteSigner) -> Checkpoint:
    """A checkpoint under the log's signature."""
    return Checkpoint(head, Note(head.text, (sign_text(head.text, signer),)))


def is_signed_by_log(checkpoint: Checkpoint, keys: tuple[NoteKey, ...]) -> bool:
    """Has one of the log's keys signed? Keys for cosignatures do not count.

    Every line of theirs must hold: BadSignature `note_signature_invalid`.
    """
    signed = [is_signed_by(checkpoint.note, key) for key in keys if key.use is KeyUse.NOTE]
    return any(signed)
