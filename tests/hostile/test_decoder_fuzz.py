"""Every decoder against damaged input: 2,000 mutations of sound input each, 100,000 with --full.

Two things may never happen: an exception that is no Refusal, and a damaged input that still passes for what
was signed. What a decoder accepts is therefore compared with what the sound input said.
"""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from certes.credential import multibase
from certes.credential.canon import datasets
from certes.credential.card_text import to_digits
from certes.credential.cardsize import sample_certifications
from certes.credential.contexts import BUNDLED
from certes.credential.did import expand, parse_document, url_of
from certes.credential.envelope import jwt, sd_jwt
from certes.credential.errors import Refusal, Unsupported
from certes.credential.keys import PublicKey
from certes.credential.parsing import parse_instant, parse_json
from certes.credential.presented import present
from certes.credential.proof import ALL_SUITES, EDDSA_JCS_2022, EDDSA_RDFC_2022, sign, verify_proof
from certes.credential.status import bitstring, list_document, read_list
from certes.credential.status import token as status_token
from certes.runtime.slow_worker import canonical
from tests.samples import NETWORK, card_of, sample_key
from tests.unit.credential import envelope_samples as envelopes
from tests.unit.credential.samples import BASE, CREATED, ISSUER, SIGNER, badge, card, key_for

USUAL, FULL, BLOCKS = 2_000, 100_000, 10
MARKS = [
    b"", b"\x00", b"\xff", b'"', b"\\", b"{", b"}", b"[", b"]", b":", b",", b"null", b"true", b"1e9", b"-0",
    b"9" * 20, b"\\u0000", b"\\ud800", b"\xe2\x80\xae", b"\xef\xbf\xbe", b"#", b".", b"~", b"=", b" ", b"%",
    b"z", b"u", b"did:", b"@id", b"@context", b"_:b0", b"https://e.example/", b"\n",
    "\u00e9".encode(), "e\u0301".encode(),
]  # fmt: skip


@dataclass(frozen=True)
class Decoder:
    """Sound inputs, and a function from input to what it was understood to say (it may refuse)."""

    sound: tuple[bytes, ...]
    read: Callable[[bytes], Any]


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _known(source: Callable[[str], PublicKey]) -> Callable[[str], PublicKey]:
    """A key source that refuses what it does not know, as those of the services do."""

    def key_for_name(name: str) -> PublicKey:
        try:
            return source(name)
        except LookupError:
            raise Unsupported("key_not_known") from None

    return key_for_name


def _signed(document: dict[str, Any], suite: Any) -> bytes:
    return json.dumps(
        sign(document, signer=SIGNER, suite=suite, created=CREATED), ensure_ascii=False
    ).encode()


def _proof(raw: bytes) -> Any:
    """The statements that a proof holds over."""
    document = parse_json(raw)
    facts = verify_proof(document, key_for=_known(key_for), suites=ALL_SUITES)
    return facts.suite, facts.created, datasets.to_canonical_nquads(_without_proof(document))


def _without_proof(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}


def _jcs_proof(raw: bytes) -> Any:
    document = parse_json(raw)
    verify_proof(document, key_for=_known(key_for), suites=[EDDSA_JCS_2022])
    return document


def _card(raw: bytes) -> Any:
    presented = present(_text(raw), networks=[NETWORK])
    verify_proof(presented.document, key_for=sample_key, suites=[EDDSA_JCS_2022])
    return presented.certification


def _strict(raw: bytes) -> Any:
    datasets.to_canonical_nquads(parse_json(raw))


_KNOWN = {url: dict(context.document) for url, context in BUNDLED.items()}


def _slow(raw: bytes) -> Any:
    document = parse_json(raw)
    slow = canonical(document, contexts=_KNOWN, inline=False, hash_name="sha256")
    strict = slow
    with suppress(Refusal):
        strict = datasets.to_canonical_nquads(document)
    assert strict == slow


def _list(raw: bytes) -> Any:
    document = parse_json(raw)
    verify_proof(document, key_for=_known(key_for), suites=[EDDSA_JCS_2022])
    found = read_list(document, url=f"{BASE}/status/revocation/1", issuer=ISSUER, purpose="revocation")
    return [found.is_set(index) for index in (0, 7, 8)]


def _did(raw: bytes) -> Any:
    text = _text(raw)
    for read in (url_of, expand):
        with suppress(Refusal):
            read(text)


def _did_document(raw: bytes) -> Any:
    parse_document(parse_json(raw), did="did:web:skills.example:cm:1")


def _multibase(raw: bytes) -> Any:
    text = _text(raw)
    value = multibase.decode(text)
    same = (multibase.encode_base58(value), multibase.encode_base64url(value))
    assert text in same  # one value, one spelling


def _instant(raw: bytes) -> Any:
    parse_instant(_text(raw))


def _open_jwt(raw: bytes) -> Any:
    return jwt.open(
        _text(raw), key_for=_known(envelopes.key_for), kind=jwt.VC_JWT, now=envelopes.NOW
    ).document


def _open_sd_jwt(raw: bytes) -> Any:
    found = sd_jwt.verify(_text(raw), key_for=_known(envelopes.key_for), now=envelopes.NOW)
    # Fewer disclosures are the holder's right; no claim may be another than the issuer's.
    assert all(
        envelopes.CLAIMS.get(name, value) == value
        for name, value in found.document.items()
        if _is_plain(value)
    )


def _is_plain(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _token_list(raw: bytes) -> Any:
    status_token.decode(parse_json(raw))


_BITS = bitstring.with_bits(bitstring.blank(), [7])
_LIST = list_document(
    f"{BASE}/status/revocation/1", issuer=ISSUER, purpose="revocation", bits=_BITS, valid_from=CREATED,
    valid_until=CREATED.replace(day=8),
)  # fmt: skip
_DID_DOCUMENT = {
    "id": ISSUER,
    "verificationMethod": [
        {
            "id": f"{ISSUER}#k1", "type": "Multikey", "controller": ISSUER,
            "publicKeyMultibase": SIGNER.public_key.multikey,
        }
    ],
    "assertionMethod": [f"{ISSUER}#k1"],
}  # fmt: skip
_WEB = [
    b"did:web:skills.example:cm:1",
    b"did:web:e.example%3A8443",
    b"did:key:" + SIGNER.public_key.multikey.encode(),
]
_MULTIBASE = [multibase.encode_base58(bytes(range(34))), multibase.encode_base64url(bytes(range(34)))]
_CARDS = [to_digits(card_of(certification)).encode() for _, certification in sample_certifications()]
_UNSIGNED = tuple(json.dumps(document, ensure_ascii=False).encode() for document in (badge(), card()))

DECODERS: dict[str, Decoder] = {
    "JSON": Decoder(
        (b'{"a": ["\\u00e9", true, null, -9007199254740991, {"b": {}}], "\xc3\xa9": "x"}',), parse_json
    ),
    "strict lane": Decoder(_UNSIGNED, _strict),
    "slow lane": Decoder(_UNSIGNED, _slow),
    "proof over statements": Decoder(
        (_signed(badge(), EDDSA_RDFC_2022), _signed(card(), EDDSA_RDFC_2022)), _proof
    ),
    "proof over JSON": Decoder((_signed(card(), EDDSA_JCS_2022),), _jcs_proof),
    "skill card": Decoder(tuple(_CARDS), _card),
    "status list": Decoder((_signed(_LIST, EDDSA_JCS_2022),), _list),
    "bitstring": Decoder((bitstring.encode(_BITS).encode(),), lambda raw: bitstring.decode(_text(raw))),
    "token status list": Decoder(
        (json.dumps(status_token.encode(status_token.blank(1_000, bits=2))).encode(),), _token_list
    ),
    "DID": Decoder(tuple(_WEB), _did),
    "DID document": Decoder((json.dumps(_DID_DOCUMENT).encode(),), _did_document),
    "multibase": Decoder(tuple(text.encode() for text in _MULTIBASE), _multibase),
    "instant": Decoder((b"2026-03-01T08:00:00Z", b"2026-03-01T08:00:00.123456-01:30"), _instant),
    "JWT": Decoder(
        (jwt.seal(envelopes.CREDENTIAL, signer=envelopes.ED25519, kind=jwt.VC_JWT).encode(),), _open_jwt
    ),
    "SD-JWT": Decoder((envelopes.issued().encode(),), _open_sd_jwt),
}
COSTLY = {"slow lane": 10}  # a document costs so much more: fewer of them


def _mutated(raw: bytes, dice: random.Random) -> bytes:
    """One to three damages: bytes changed, removed, doubled, moved, or replaced by something telling."""
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        start = dice.randrange(len(raw) + 1)
        end = min(len(raw), start + dice.choice((0, 1, 1, 2, 8, 40)))
        piece = raw[start:end]
        kind = dice.randrange(6)
        if kind == 0:
            new = bytes([dice.randrange(256)])
        elif kind == 1:
            new = b""
        elif kind == 2:
            new = piece * 2
        elif kind == 3:
            new = dice.choice(MARKS)
        elif kind == 4:
            new = dice.choice(b"abcxyzABC0123456789-_").to_bytes(1, "big")
        else:
            new = piece[::-1]
        raw = raw[:start] + new + raw[end:]
    return raw


def _fuzz(decoder: Decoder, dice: random.Random, times: int) -> Iterator[bytes]:
    """Damaged inputs that were accepted with another meaning than any sound one has."""
    meanings = [decoder.read(raw) for raw in decoder.sound]
    for _ in range(times):
        damaged = _mutated(dice.choice(decoder.sound), dice)
        with suppress(Refusal):
            found = decoder.read(damaged)
            if meanings[0] is not None and found not in meanings:
                yield damaged


_UNSIGNED_FORMS = {"JSON"}  # what is not signed may say something else


@pytest.mark.parametrize("name", DECODERS)
def test_the_sound_input_is_accepted(name: str) -> None:
    for raw in DECODERS[name].sound:
        DECODERS[name].read(raw)


@pytest.mark.parametrize("name", DECODERS)
def test_damaged_input_is_refused_or_means_the_same(name: str) -> None:
    times = USUAL // COSTLY.get(name, 1)
    wrong = list(_fuzz(DECODERS[name], random.Random(name), times))
    assert name in _UNSIGNED_FORMS or wrong == []


@pytest.mark.full
@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.parametrize("name", DECODERS)
def test_much_damaged_input_is_refused_or_means_the_same(name: str, block: int) -> None:
    times = FULL // BLOCKS // COSTLY.get(name, 1)
    wrong = list(_fuzz(DECODERS[name], random.Random(f"{name} {block}"), times))
    assert name in _UNSIGNED_FORMS or wrong == []
