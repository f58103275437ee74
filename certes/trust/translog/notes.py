"""Signed notes: text, and lines that sign it. Keys are known by name and key ID together.

Source: C2SP signed-note v1.0.0. Of its signature types two are read here: Ed25519 (0x01), with which a log
signs, and timestamped Ed25519 cosignatures (0x04), see cosignatures.py. Lines by other keys are kept and say
nothing. A line by a known key that does not hold refuses the whole note.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from certes.credential.errors import BadSignature, Malformed, Unsupported
from certes.credential.keys import ED25519, Ed25519Signer, PublicKey, Signer
from certes.trust.translog.texts import from_base64, is_key_name, to_base64

MAX_NOTE_BYTES = 256 * 1024  # 16 lines, the least to be accepted, may be post-quantum ones of 7 kB
MAX_SIGNATURES = 100
KEY_ID_BYTES = 4
_DASH = "— "  # U+2014 and a space
_PRIVATE = "PRIVATE+KEY+"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY_ID = re.compile(r"[0-9a-f]{8}")


class KeyUse(IntEnum):
    """What a key signs: the signature type byte."""

    NOTE = 0x01  # the text itself
    COSIGNATURE = 0x04  # a time and a checkpoint


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key under its name and for its use."""

    name: str
    use: KeyUse
    key: PublicKey
    key_id: bytes = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise Malformed("key_name_invalid", field="name")
        if self.key.type is not ED25519:
            raise Unsupported("note_key_type_unsupported", type=self.key.type.name)
        named = self.name.encode() + b"\n" + bytes([self.use]) + self.key.raw
        object.__setattr__(self, "key_id", hashlib.sha256(named).digest()[:KEY_ID_BYTES])

    @property
    def vkey(self) -> str:
        """The verifier key: `<name>+<key ID in hex>+<base64 of type and key>`."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.use]) + self.key.raw)}"


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A name, a use, and something that signs with a key."""

    name: str
    use: KeyUse
    signer: Signer

    @property
    def key(self) -> NoteKey:
        """The key that verifies."""
        return NoteKey(self.name, self.use, self.signer.public_key)


def _parse_key(text: str, code: str) -> tuple[str, str, int, bytes]:
    """(name, key ID in hex, type, key material). The material may hold a plus: only the first two divide."""
    name, _, rest = text.partition("+")
    key_id, _, material = rest.partition("+")
    data = from_base64(material, code)
    if not is_key_name(name) or not _KEY_ID.fullmatch(key_id) or not data:
        raise Malformed(code)
    return name, key_id, data[0], data[1:]


def _use_of(number: int) -> KeyUse:
    try:
        return KeyUse(number)
    except ValueError:
        raise Unsupported("note_key_type_unsupported", type=number) from None


def parse_vkey(text: str) -> NoteKey:
    """Read a verifier key. Raises Malformed `verifier_key_invalid`, Unsupported
    `note_key_type_unsupported`."""
    name, key_id, number, material = _parse_key(text, "verifier_key_invalid")
    use = _use_of(number)
    if len(material) != ED25519.key_bytes:
        raise Malformed("verifier_key_invalid")
    key = NoteKey(name, use, PublicKey(ED25519, material))
    if key.key_id.hex() != key_id:
        raise Malformed("verifier_key_invalid")
    return key


def parse_signer_key(text: str) -> NoteSigner:
    """Read a signer key, `PRIVATE+KEY+<name>+<key ID>+<base64 of type and seed>`. Raises Malformed
    `signer_key_invalid`, Unsupported `note_key_type_unsupported`."""
    if not text.startswith(_PRIVATE):
        raise Malformed("signer_key_invalid")
    name, key_id, number, seed = _parse_key(text.removeprefix(_PRIVATE), "signer_key_invalid")
    use = _use_of(number)
    if len(seed) != ED25519.key_bytes:
        raise Malformed("signer_key_invalid")
    signer = NoteSigner(name, use, Ed25519Signer(seed, name))
    if signer.key.key_id.hex() != key_id:
        raise Malformed("signer_key_invalid")
    return signer


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One line: a key's name, its ID, and what it signed with. Not verified by standing here."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line, with its newline."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and its signature lines. Well formed; whose it is, is not yet known."""

    text: str
    signatures: tuple[NoteSignature, ...] = ()

    def encode(self) -> bytes:
        """The note as it is sent and kept."""
        return (self.text + "\n" + "".join(each.line for each in self.signatures)).encode()

    def by(self, key: NoteKey) -> tuple[bytes, ...]:
        """What the lines of this key say: name and key ID both match."""
        return tuple(
            each.value for each in self.signatures if each.name == key.name and each.key_id == key.key_id
        )

    def with_signatures(self, more: Iterable[NoteSignature]) -> "Note":
        """The same text under more lines; none stands twice."""
        lines = dict.fromkeys((*self.signatures, *more))
        return Note(self.text, tuple(lines))


def parse_note(raw: bytes) -> Note:
    """Read a signed note. Raises Malformed `note_invalid`, `note_too_large`."""
    if len(raw) > MAX_NOTE_BYTES:
        raise Malformed("note_too_large", limit=MAX_NOTE_BYTES)
    text = _decode(raw)
    body, divider, lines = text.rpartition("\n\n")
    if not divider or not lines.endswith("\n"):
        raise Malformed("note_invalid", field="signatures")
    return Note(body + "\n", parse_signature_lines(lines))


def _decode(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("note_invalid") from None
    if _CONTROL.search(text):
        raise Malformed("note_invalid")
    return text


def parse_signature_lines(lines: str) -> tuple[NoteSignature, ...]:
    """Read signature lines, each with its newline. Raises Malformed `note_invalid`, `note_too_large`."""
    if not lines.endswith("\n"):
        raise Malformed("note_invalid", field="signatures")
    if lines.count("\n") > MAX_SIGNATURES:
        raise Malformed("note_too_large", limit=MAX_SIGNATURES)
    return tuple(_parse_line(line) for line in lines[:-1].split("\n"))


def _parse_line(line: str) -> NoteSignature:
    name, divider, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not divider or not is_key_name(name):
        raise Malformed("note_invalid", field="signatures")
    data = from_base64(encoded, "note_invalid", field="signatures")
    if len(data) <= KEY_ID_BYTES:
        raise Malformed("note_invalid", field="signatures")
    return NoteSignature(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def sign_text(text: str, signer: NoteSigner) -> NoteSignature:
    """An Ed25519 signature (0x01) over the text. Raises Malformed `note_invalid` for what is no note text."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise Malformed("note_invalid", field="text")
    return NoteSignature(signer.name, signer.key.key_id, signer.signer.sign(text.encode()))


def is_signed_by(note: Note, key: NoteKey) -> bool:
    """Has this key signed the text? Raises BadSignature `note_signature_invalid` where a line says so and it
    does not hold."""
    values = note.by(key)
    for value in values:
        try:
            key.key.verify(value, note.text.encode())
        except BadSignature:
            raise BadSignature("note_signature_invalid", field="signatures", key=key.name) from None
    return bool(values)
