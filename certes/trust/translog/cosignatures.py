"""Cosignatures: a witness says that at a time this was the largest tree of the log it had seen, and that all
it saw before is in it.

Source: C2SP tlog-cosignature v1.0.0, Ed25519 (signature type 0x04). The signed message holds the log's origin
but not the witness's name, so that one key is one witness, whatever names it goes by.
"""

import struct

from certes.credential.errors import BadSignature, Malformed
from certes.trust.translog.notes import Note, NoteKey, NoteSignature, NoteSigner

_TIME = struct.Struct(">Q")
MAX_TIME = 2**63 - 1  # seconds since 1970


def cosigned_message(text: str, time: int) -> bytes:
    """What is signed: two lines and the whole text of the checkpoint, extension lines included."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def cosign(text: str, *, signer: NoteSigner, time: int) -> NoteSignature:
    """The line of a witness under a checkpoint's text. Raises Malformed `cosignature_invalid` for a time that
    cannot be written."""
    if not 0 < time <= MAX_TIME:
        raise Malformed("cosignature_invalid", field="time")
    signature = signer.signer.sign(cosigned_message(text, time))
    return NoteSignature(signer.name, signer.key.key_id, _TIME.pack(time) + signature)


def latest_cosignature(note: Note, key: NoteKey) -> tuple[int, NoteSignature] | None:
    """When this key cosigned the text last, and the line that says so; None where it did not.

    Raises BadSignature `note_signature_invalid` where any of its lines does not hold.
    """
    found = [
        (_time_of(value, note.text, key), NoteSignature(key.name, key.key_id, value))
        for value in note.by(key)
    ]
    return max(found, key=lambda pair: pair[0], default=None)


def _time_of(value: bytes, text: str, key: NoteKey) -> int:
    try:
        time = int.from_bytes(value[: _TIME.size])
        key.key.verify(value[_TIME.size :], cosigned_message(text, time))
    except BadSignature:
        time = 0
    if not 0 < time <= MAX_TIME:
        raise BadSignature("note_signature_invalid", field="signatures", key=key.name)
    return time
