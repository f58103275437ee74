"""What a log and its witnesses say to each other. Source: C2SP tlog-witness v1.0.0, `add-checkpoint`."""

from dataclasses import dataclass

from certes.credential.errors import Malformed
from certes.trust.translog.merkle import HASH_BYTES, MAX_PROOF_HASHES
from certes.trust.translog.notes import MAX_NOTE_BYTES, NoteSignature, parse_signature_lines
from certes.trust.translog.texts import from_base64, parse_decimal, to_base64

MAX_REQUEST_BYTES = MAX_NOTE_BYTES + 4096  # the old size and 63 hashes in base64 are under 3 kB
SIZE_MEDIA_TYPE = "text/x.tlog.size"
_OLD = "old "


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request: the size from which the witness shall go on, the proof, and the checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: bytes  # a note; not read here

    def encode(self) -> bytes:
        """The body of the request."""
        lines = [f"{_OLD}{self.old_size}", *(to_base64(each) for each in self.proof), ""]
        return "".join(f"{line}\n" for line in lines).encode("ascii") + self.checkpoint


def parse_add_checkpoint(raw: bytes) -> AddCheckpoint:
    """Read the body of a request. Raises Malformed `add_checkpoint_invalid`. The checkpoint is not read."""
    if len(raw) > MAX_REQUEST_BYTES:
        raise Malformed("add_checkpoint_invalid")
    head, divider, checkpoint = raw.partition(b"\n\n")
    try:
        old, *proof = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Malformed("add_checkpoint_invalid") from None
    if not divider or not old.startswith(_OLD) or len(proof) > MAX_PROOF_HASHES:
        raise Malformed("add_checkpoint_invalid")
    hashes = tuple(from_base64(line, "add_checkpoint_invalid", field="proof") for line in proof)
    if any(len(each) != HASH_BYTES for each in hashes):
        raise Malformed("add_checkpoint_invalid", field="proof")
    size = parse_decimal(old.removeprefix(_OLD), "add_checkpoint_invalid", field="old")
    return AddCheckpoint(size, hashes, checkpoint)


def parse_cosignatures(raw: bytes) -> tuple[NoteSignature, ...]:
    """Read a witness's answer of status 200. Raises Malformed `note_*`. Verifies nothing."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("note_invalid", field="signatures") from None
    return parse_signature_lines(text)


def encode_size(size: int) -> bytes:
    """The body of an answer of status 409: where the witness stands."""
    return f"{size}\n".encode("ascii")


def parse_size(raw: bytes) -> int:
    """The inverse of `encode_size`. Raises Malformed `size_answer_invalid`."""
    if not raw.endswith(b"\n"):
        raise Malformed("size_answer_invalid")
    return parse_decimal(raw[:-1].decode("ascii", "replace"), "size_answer_invalid")
