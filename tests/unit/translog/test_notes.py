"""Signed notes and their keys."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from certes.credential.errors import BadSignature, Malformed, Unsupported
from certes.credential.keys import PublicKey, parse_multikey
from certes.trust.translog import notes
from certes.trust.translog.notes import (
    KeyUse,
    Note,
    NoteKey,
    NoteSignature,
    is_signed_by,
    parse_note,
    parse_signature_lines,
    parse_signer_key,
    parse_vkey,
    sign_text,
)
from tests.unit.translog.notes_of_tests import LOG, WITNESSES

VECTORS: dict[str, Any] = json.loads(Path("tests/vectors/translog/notes.json").read_bytes())
TEXT = "one\n\ntwo é\n"
SIGNED = Note(TEXT, (sign_text(TEXT, LOG),))
LINE = SIGNED.signatures[0].line


@pytest.mark.parametrize("name", VECTORS)
def test_the_published_notes_hold(name: str) -> None:
    vector = VECTORS[name]
    key, note = parse_vkey(vector["verifier"]), parse_note(vector["note"].encode())
    assert key.vkey == vector["verifier"]
    assert note.encode().decode() == vector["note"]
    assert is_signed_by(note, key)


def test_the_published_signer_key_makes_the_published_note() -> None:
    vector = VECTORS["go"]
    signer, note = parse_signer_key(vector["signer"]), parse_note(vector["note"].encode())
    assert signer.key == parse_vkey(vector["verifier"])
    assert Note(note.text, (sign_text(note.text, signer),)) == note


def test_a_note_comes_back_as_it_went() -> None:
    assert parse_note(SIGNED.encode()) == SIGNED
    assert parse_note(SIGNED.encode()).text == TEXT
    assert is_signed_by(SIGNED, LOG.key)


def test_a_line_by_an_unknown_key_says_nothing_even_under_a_known_name_or_id() -> None:
    line = SIGNED.signatures[0]
    same_name = NoteSignature(line.name, b"\x00" * 4, line.value)
    same_id = NoteSignature("other.example", line.key_id, line.value)
    assert not is_signed_by(Note(TEXT, (same_name, same_id)), LOG.key)
    assert is_signed_by(Note(TEXT, (same_name, line, same_id)), LOG.key)


def test_a_line_by_a_known_key_that_does_not_hold_refuses_the_note() -> None:
    line = SIGNED.signatures[0]
    for value in (b"\x00" * 64, line.value[:-1], line.value + b"\x00"):
        bad = NoteSignature(line.name, line.key_id, value)
        with pytest.raises(BadSignature, match="note_signature_invalid"):
            is_signed_by(Note(TEXT, (line, bad)), LOG.key)
    with pytest.raises(BadSignature):
        is_signed_by(Note(TEXT + "more\n", SIGNED.signatures), LOG.key)


def test_lines_are_added_once() -> None:
    assert SIGNED.with_signatures(SIGNED.signatures) == SIGNED


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"text\n",
        b"text\n\n",
        b"text\n\n\n",
        b"text" + LINE.encode(),
        b"text\n" + LINE.encode(),
        b"text\n\n" + LINE.encode()[:-1],
        b"text\n\n" + LINE.encode() + b"\n",
        b"text\n\n" + LINE.encode() + b"not a line\n",
        b"text\n\n" + LINE.replace("—", "-").encode(),
        b"text\n\n" + LINE.replace("— ", "—").encode(),
        "text\n\n— name\n".encode(),
        "text\n\n— name AAAA\n".encode(),  # a key ID needs four bytes, and more must follow
        "text\n\n— name AAAAAA==\n".encode(),
        "text\n\n— name AAAAAAA\n".encode(),
        "text\n\n— name AAAAAAB=\n".encode(),  # bits to spare
        "text\n\n— name AAAAA AA=\n".encode(),
        "text\n\n— name AAAAAAé=\n".encode(),
        "text\n\n— na+me AAAAAAA=\n".encode(),
        "text\n\n—  AAAAAAA=\n".encode(),
        "text\n\n— na\u00a0me AAAAAAA=\n".encode(),
        b"te\xffxt\n\n" + LINE.encode(),
        b"te\rxt\n\n" + LINE.encode(),
        b"te\txt\n\n" + LINE.encode(),
        b"te\x00xt\n\n" + LINE.encode(),
    ],
)
def test_what_is_no_note(raw: bytes) -> None:
    with pytest.raises(Malformed, match="note_invalid"):
        parse_note(raw)


def test_sizes_are_bounded_and_sixteen_post_quantum_lines_fit() -> None:
    text, line = b"text\n\n", NoteSignature("w", b"abcd", bytes(5_000)).line.encode()
    assert len(parse_note(text + line * 16).signatures) == 16
    short = NoteSignature("w", b"abcd", b"x").line.encode()
    assert len(parse_note(text + short * notes.MAX_SIGNATURES).signatures) == notes.MAX_SIGNATURES
    with pytest.raises(Malformed, match="note_too_large"):
        parse_note(text + short * (notes.MAX_SIGNATURES + 1))
    with pytest.raises(Malformed, match="note_too_large"):
        parse_note(b"t" * notes.MAX_NOTE_BYTES + text + line)


def test_lines_alone_need_their_newline() -> None:
    assert parse_signature_lines(LINE) == SIGNED.signatures
    for text in ("", LINE[:-1]):
        with pytest.raises(Malformed, match="note_invalid"):
            parse_signature_lines(text)


def test_only_a_note_text_is_signed() -> None:
    for text in ("", "no newline", "a\rb\n"):
        with pytest.raises(Malformed, match="note_invalid"):
            sign_text(text, LOG)


def test_a_key_id_depends_on_name_use_and_key() -> None:
    key = LOG.key
    others = [
        NoteKey("other.example", key.use, key.key),
        NoteKey(key.name, KeyUse.COSIGNATURE, key.key),
        NoteKey(key.name, key.use, WITNESSES[0].key.key),
    ]
    assert len({each.key_id for each in (key, *others)}) == 4
    for each in (key, *others):
        assert parse_vkey(each.vkey) == each


def test_a_key_that_holds_a_plus_is_read() -> None:
    text = "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6"
    assert parse_vkey(text).vkey == text


def _vkey(name: str, key_id: str, data: bytes) -> str:
    return f"{name}+{key_id}+{base64.b64encode(data).decode()}"


RAW = LOG.key.key.raw
ID = LOG.key.key_id.hex()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+" + ID,
        f"{LOG.name}+{ID}+",
        f"{LOG.name}+{ID}+é",
        f"{LOG.name}+{ID}+AA",
        _vkey(LOG.name, "00000000", b"\x01" + RAW),
        _vkey(LOG.name, ID.upper() if ID.upper() != ID else "G" * 8, b"\x01" + RAW),
        _vkey(LOG.name, ID[1:], b"\x01" + RAW),
        _vkey("other", ID, b"\x01" + RAW),
        _vkey("", ID, b"\x01" + RAW),
        _vkey("a b", ID, b"\x01" + RAW),
        _vkey("n" * 256, ID, b"\x01" + RAW),
        _vkey(LOG.name, ID, b"\x01" + RAW[1:]),
        _vkey(LOG.name, ID, b"\x01" + RAW + b"\x00"),
    ],
)
def test_what_is_no_verifier_key(text: str) -> None:
    with pytest.raises(Malformed, match="verifier_key_invalid"):
        parse_vkey(text)


def test_other_kinds_of_keys_are_our_limit() -> None:
    for number in (0x00, 0x02, 0x05, 0x06, 0xFF):
        with pytest.raises(Unsupported, match="note_key_type_unsupported"):
            parse_vkey(_vkey(LOG.name, ID, bytes([number]) + RAW))


def test_signer_keys_are_read_as_strictly() -> None:
    go = VECTORS["go"]["signer"]
    name, key_id, data = go.removeprefix("PRIVATE+KEY+").split("+", 2)
    seed = base64.b64decode(data)
    for text in (
        go.removeprefix("PRIVATE+KEY+"),
        f"PRIVATE+KEY+{name}+00000000+{data}",
        f"PRIVATE+KEY+{_vkey(name, key_id, seed[:-1])}",
        f"PRIVATE+KEY+{name}+{key_id}",
    ):
        with pytest.raises(Malformed, match="signer_key_invalid"):
            parse_signer_key(text)
    other_type = _vkey(name, key_id, b"\x02" + seed[1:])
    with pytest.raises(Unsupported):
        parse_signer_key(f"PRIVATE+KEY+{other_type}")


def test_a_note_key_is_well_named_and_of_a_kind_that_notes_have() -> None:
    with pytest.raises(Malformed, match="key_name_invalid"):
        NoteKey("a+b", KeyUse.NOTE, LOG.key.key)
    ed25519 = LOG.key.key
    other = PublicKey(type(ed25519.type)("Other", b"\x00\x01", 32, 64, ed25519.type.holds), ed25519.raw)
    with pytest.raises(Unsupported, match="note_key_type_unsupported"):
        NoteKey("name", KeyUse.NOTE, other)
    assert NoteKey("name", KeyUse.NOTE, parse_multikey(ed25519.multikey)).key == ed25519
