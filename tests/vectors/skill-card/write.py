"""Writes the skill card's vectors: python tests/vectors/skill-card/write.py

The proof is computed here from RFC 8785 and Ed25519 alone, and the positions of invalid cards are written by the
general CBOR library, so that the files are a second opinion on the project's own code. Tests never run this file.
"""

import hashlib
import json
import pathlib
from dataclasses import asdict

import cbor2
import nacl.signing
import rfc8785

from certes.credential import cardsize, skillcard
from certes.credential.card_document import signed_document
from certes.credential.card_layout import POSITIONS
from certes.credential.identifiers import Network
from certes.credential.multibase import encode_base58
from certes.credential.qrsize import printed_level, qr_version

HERE = pathlib.Path(__file__).parent
NETWORK = Network(0, "skills.example")
ADDRESS = cardsize.TYPICAL_ADDRESS
SEED = bytes(range(32))
KEY = nacl.signing.SigningKey(SEED)


def digest(value):
    return hashlib.sha256(rfc8785.dumps(value)).digest()


def sign(certification):
    unsigned = skillcard.document(certification, network=NETWORK)
    blank = signed_document(certification, network=NETWORK, signature=bytes(64))
    options = {name: value for name, value in blank["proof"].items() if name != "proofValue"}
    return KEY.sign(digest(options) + digest(unsigned)).signature


def plain(value):
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int)):
        return value
    return value.hex() if isinstance(value, bytes) else str(value)


def valid(title, certification):
    signed = signed_document(certification, network=NETWORK, signature=sign(certification))
    raw = skillcard.encode(signed, certification, network=NETWORK)
    digits = str(int.from_bytes(raw, "big"))
    facts = asdict(certification)
    birth = str(certification.person.birth)
    facts["person"]["birth"] = birth
    level = printed_level(ADDRESS, len(digits))
    return {
        "title": title,
        "network": asdict(NETWORK),
        "seed": SEED.hex(),
        "public_key": encode_base58(b"\xed\x01" + bytes(KEY.verify_key)),
        "certification": plain(facts),
        "positions": {p.name: plain(v) for p, v in zip(POSITIONS, cbor2.loads(raw), strict=True)},
        "unsigned": skillcard.document(certification, network=NETWORK),
        "signed": signed,
        "cbor": raw.hex(),
        "digits": digits,
        "text": ADDRESS + digits,
        "bytes": len(raw),
        "qr": {"level": str(level), "version": qr_version(ADDRESS, len(digits), level)},
    }


def digits(raw):
    return str(int.from_bytes(raw, "big"))


def invalid():
    raw = skillcard.encode(
        signed_document(TYPICAL, network=NETWORK, signature=sign(TYPICAL)), TYPICAL, network=NETWORK
    )
    items = cbor2.loads(raw)
    names = [position.name for position in POSITIONS]

    def card(title, code, field, *, unsupported=False, **changes):
        changed = [changes.get(name, item) for name, item in zip(names, items, strict=True)]
        row(title, digits(cbor2.dumps(changed)), code, field, unsupported=unsupported)

    def cbor(title, changed):
        row(title, digits(changed), "card_cbor_invalid", "card")

    def row(title, text, code, field, *, unsupported=False):
        rows.append(
            {"title": title, "text": text, "error": "Unsupported" if unsupported else "Malformed", "code": code, "field": field}
        )

    rows = []
    good = digits(raw)
    row("nothing", "", "card_digits_invalid", "card")
    row("an address with nothing after it", ADDRESS, "card_digits_invalid", "card")
    row("a leading zero", "0" + good, "card_digits_invalid", "card")
    row("a sign", "+" + good, "card_digits_invalid", "card")
    row("an underscore between digits", good[:9] + "_" + good[9:], "card_digits_invalid", "card")
    row("a blank between digits", good[:9] + " " + good[9:], "card_digits_invalid", "card")
    row("Arabic-Indic digits", good.translate({ord("0") + n: 0x660 + n for n in range(10)}), "card_digits_invalid", "card")
    row("full-width digits", good.translate({ord("0") + n: 0xFF10 + n for n in range(10)}), "card_digits_invalid", "card")
    row("hexadecimal", raw.hex(), "card_digits_invalid", "card")
    row("more digits than any card has", good[:1] * 1023, "card_too_long", "card")
    row("something after the digits", good + "?a=1", "card_digits_invalid", "card")
    cbor("a trailing byte", raw + b"\0")
    cbor("the last byte is missing", raw[:-1])
    cbor("one byte", raw[:1])
    cbor("an integer that is not in its shortest form", raw[:1] + b"\x18\x01" + raw[2:])
    cbor("an array of indefinite length", b"\x9f" + raw[1:] + b"\xff")
    cbor("text of indefinite length", raw.replace(b"\x78\x1d", b"\x7f\x78\x1d", 1))
    cbor("text that is not UTF-8", raw.replace("ï".encode(), b"\xc3\x28", 1))
    cbor("a map", cbor2.dumps({1: 2}))
    cbor("a tagged array", b"\xd8\x37" + raw)
    cbor("an integer in place of the array", b"\x19\x01\x00")
    cbor("an array that says it is longer than the card", b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff" + raw[1:])
    for title, value in (("a float", 1.5), ("true", True), ("a tag", cbor2.CBORTag(0, "2026-03-01")), ("undefined", cbor2.undefined), ("a big number", 2**64)):
        cbor(f"{title} for the key", cbor2.dumps([*items[:4], value, *items[5:]]))
    cbor("arrays three deep", cbor2.dumps([*items[:13], [[[1]]], *items[14:]]))
    row("one position too few", digits(cbor2.dumps(items[:-1])), "card_positions_wrong", "card")
    row("one position too many", digits(cbor2.dumps([*items, 0])), "card_positions_wrong", "card")
    row("an empty array", digits(b"\x80"), "card_positions_wrong", "card")
    card("a later format version", "card_version_unknown", "format_version", unsupported=True, format_version=2)
    card("an unknown network", "network_unknown", "network", unsupported=True, network=99)
    wrong = {
        "format_version": [None, "1"],
        "network": [-1, None],
        "country": [-1, 676, "CM"],
        "issuer": [0, -1, 1_000_000_000, None],
        "key": [0, "k2"],
        "number": [0, "", "a b", "/1", "é", "x" * 41, None],
        "centre": [0, "214"],
        "trade": [0, 65_536],
        "trade_version": [0],
        "occupation": [-1, 10_000],
        "level": [24, None],
        "kind_and_route": [6, -1],
        "units": [-1, 2**32],
        "standard": [[], [12], [12, 0], [0, 1], [12, 2, 1], 12],
        "awarded": [-36_525, 73_050, None],
        "signed": [-1],
        "valid": [0, -1],
        "status_list": [0],
        "status_index": [-1, 1_000_000_000],
        "birth": [5, (94 * 13 + 2) * 32 + 30, 201 * 13 * 32, None],
        "identity_document": [[2], [7, "4821"], [2, ""], [2, "48211"], [2, "48 1"], [2, "482a"], [2, "4821", 676], [2, "4821", 1, 1], "4821"],
        "name": ["", " Aïssatou", "Aïssatou ", "A  B", "A\u0000B", "A\u200bB", "A\u202eB", "A\u00a0B", "Ai\u0308ssatou", "A\ue000", "A\U000e0041", "x" * 101, 7],
        "signature": [bytes(63), bytes(65), "x", None],
    }
    for name, values in wrong.items():
        for value in values:
            card(f"{name}: {plain(value)!r}", "card_position_invalid", name, **{name: value})
    card("the network's own number as text", "card_not_canonical", "number", number="CM-1-2026-004271")
    card("the certificate's own country beside its identity document", "card_not_canonical", "identity_document", identity_document=[2, "4821", 64])
    return rows


def write(name, value):
    (HERE / name).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


TYPICAL = cardsize.sample_certifications()[0][1]
for number, (title, certification) in enumerate(cardsize.sample_certifications(), start=1):
    slug = "".join(character if character.isalnum() else "-" for character in title.replace("'", "")).replace("--", "-")
    write(f"valid-{number:02d}-{slug}.json", valid(title, certification))
write("invalid.json", invalid())
