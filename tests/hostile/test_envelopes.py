"""Tokens made to exhaust, confuse or slip past the code of envelopes: refused by name, soon and in bounds."""

import json
import random
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from certes.credential import multibase
from certes.credential.envelope import disclosures, enveloped, jws, jwt, sd_jwt
from certes.credential.errors import Malformed, Refusal, Unsupported
from certes.credential.status import token
from tests.unit.credential import envelope_samples as samples
from tests.unit.credential.envelope_samples import digest_of, sd_text
from tests.unit.credential.envelope_samples import token as signed

_VCT = {"vct": "https://skills.example/vct/x"}
_SD_JWT = sd_jwt.present(samples.issued(decoys={(): 2}), disclose=samples.PATHS, holder=samples.HOLDS)
_JWT = jwt.seal(samples.CREDENTIAL, signer=samples.ED25519, kind=jwt.VC_JWT)
_URI = "https://skills.example/cm/1/status/token/1"
_LIST = token.seal(
    token.blank(1_000, bits=2).with_values({5: 1}), uri=_URI, signer=samples.ED25519, issued_at=samples.NOW
)
_SECONDS = 2.0  # for the slowest below, which takes a tenth of that on an idle machine
_MUTATIONS, _MANY_MUTATIONS = 1_500, 100_000


def _verify(text: str) -> None:
    sd_jwt.verify(text, key_for=samples.key_for, now=samples.NOW, binding=samples.BOUND)


def _verify_unbound(text: str) -> None:
    sd_jwt.verify(text, key_for=samples.key_for, now=samples.NOW)


def _open(text: str) -> None:
    jwt.open(text, key_for=samples.key_for, kind=jwt.VC_JWT, now=samples.NOW)


def _open_list(text: str) -> None:
    token.open(text, uri=_URI, key_for=samples.key_for, now=samples.NOW)


def _header(**members: Any) -> dict[str, Any]:
    return {"alg": "EdDSA", "kid": samples.ED25519.verification_method, **members}


def _chain(depth: int) -> str:
    """Each disclosure inside the one before: shallow JSON, a deep result."""
    made: list[Any] = []
    inner: Any = 1
    for _ in range(depth):
        made.append(["c2FsdA", "a", [inner]])
        inner = {"_sd": [digest_of(made[-1])]}
    return sd_text({**_VCT, **inner}, *made)


def _fan(count: int) -> str:
    made = [["c2FsdA", f"n{at}", at] for at in range(count)]
    return sd_text({**_VCT, "_sd": [digest_of(one) for one in made]}, *made)


def _bomb() -> str:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(150)) + packer.flush()
    member = {"bits": 1, "lst": multibase.base64url_encode(packed)}
    payload = {"sub": _URI, "iat": samples.AT, "status_list": member}
    return signed(_header(typ=token.TYPE), payload)


_DEEP = b'{"vct":"x","a":' + b"[" * 120_000 + b"]" * 120_000 + b"}"
_HOSTILE: dict[str, tuple[Callable[[str], None], str, type[Refusal], str]] = {
    "a payload of nested arrays": (
        _verify_unbound,
        signed(_header(typ="dc+sd-jwt"), _DEEP) + "~",
        Malformed,
        "json_too_deep",
    ),
    "a chain of disclosures": (_verify_unbound, _chain(900), Malformed, "json_too_deep"),
    "too many disclosures": (_verify_unbound, _fan(3_000), Malformed, "sd_disclosures_too_many"),
    "disclosures nobody signed": (
        _verify_unbound,
        sd_text(_VCT, *(["c2FsdA", f"n{at}", at] for at in range(disclosures.MAX_DISCLOSURES))),
        Malformed,
        "sd_disclosure_unreferenced",
    ),
    "tildes only": (_verify_unbound, "~" * jws.MAX_CHARACTERS, Malformed, "sd_jwt_invalid"),
    "dots only": (_open, "." * jws.MAX_CHARACTERS, Malformed, "jwt_invalid"),
    "a text without end": (_open, "A" * 20_000_000, Malformed, "jwt_too_long"),
    "an SD-JWT without end": (_verify_unbound, "A~" * 10_000_000, Malformed, "jwt_too_long"),
    "a large header": (
        _open,
        signed(_header(typ="vc+jwt", x="x" * 300_000), {}),
        Malformed,
        "json_too_large",
    ),
    "a large payload": (
        _open,
        signed(_header(typ="vc+jwt"), {**samples.CREDENTIAL, "x": "x" * 270_000}),
        Malformed,
        "json_too_large",
    ),
    "a number of digits": (
        _open,
        signed(_header(typ="vc+jwt"), b'{"a":' + b"9" * 200_000 + b"}"),
        Unsupported,
        "json_integer_unsafe",
    ),
    "a fraction of digits": (
        _open,
        signed(_header(typ="vc+jwt"), b'{"a":0.' + b"9" * 200_000 + b"}"),
        Unsupported,
        "json_float",
    ),
    "a list that unpacks to 150 MB": (_open_list, _bomb(), Malformed, "status_list_too_long"),
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_a_token_made_to_exhaust_is_refused_soon(name: str) -> None:
    work, text, kind, code = _HOSTILE[name]
    start = time.process_time()
    with pytest.raises(kind) as caught:
        work(text)
    assert caught.value.code == code
    assert time.process_time() - start < _SECONDS


def test_the_largest_that_is_allowed_is_read_soon() -> None:
    start = time.process_time()
    _verify_unbound(_fan(disclosures.MAX_DISCLOSURES))
    _verify_unbound(_chain(15))
    _open(signed(_header(typ="vc+jwt"), {**samples.CREDENTIAL, "x": ["x" * 1_000] * 200}))
    assert time.process_time() - start < _SECONDS


_READERS: dict[str, tuple[Callable[[str], None], str]] = {
    "jwt": (_open, _JWT),
    "sd_jwt": (_verify, _SD_JWT),
    "status_list": (_open_list, _LIST),
}


def _mutated(text: str, draw: random.Random) -> str:
    """The text with one to three small changes of the kinds that parsers stumble over."""
    for _ in range(draw.randint(1, 3)):
        at, other = draw.randrange(len(text) or 1), draw.randrange(len(text) or 1)
        text = draw.choice(
            (
                text[:at] + draw.choice("AZaz09-_.~=+/ \n\0é{") + text[at + 1 :],
                text[:at] + text[at + 1 :],
                text[:at] + draw.choice(".~A=") + text[at:],
                text[: max(at, 1)],
                text[:at] + text[min(at, other) : max(at, other)] + text[at:],
            )
        )
    return text


def _resigned(text: str, draw: random.Random) -> str:
    """The same claims with one value replaced, signed again: past the signature, into the reading."""
    jwt_part, *rest = text.split("~")
    payload = samples.payload_of(jwt_part)
    place: Any = payload
    while True:
        names = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not names:
            break
        name = draw.choice(names)
        if isinstance(place[name], dict | list) and draw.random() < 0.7:
            place = place[name]
            continue
        place[name] = draw.choice(_STRANGE)
        break
    return "~".join([signed(samples.header_of(jwt_part), payload), *rest])


_STRANGE: tuple[Any, ...] = (
    None, True, -1, 2**53 - 1, 1e308, "", "\0", "...", [], {}, [[]], {"...": "x"}, {"_sd": ["x"]}, {"_sd": 1},
    {"jwk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}}, ["_sd"], "did:x", {"id": {}},
)  # fmt: skip


def _accepts(work: Callable[[str], None], text: str) -> bool:
    try:
        work(text)
    except (Refusal, LookupError):  # LookupError: these tests' own directory of keys
        return False
    return True


def _survives(name: str, rounds: int) -> None:
    """Every mutation is refused, or says what the original says; nothing else is raised."""
    work, original = _READERS[name]
    work(original)
    draw = random.Random(name)
    accepted = 0
    for _ in range(rounds):
        for text in (_mutated(original, draw), _resigned(original, draw)):
            accepted += text != original and _accepts(work, text)
    assert accepted < rounds  # a reader that took everything would be wrong too


@pytest.mark.parametrize("name", _READERS)
def test_mutated_tokens_raise_refusals_only(name: str) -> None:
    _survives(name, _MUTATIONS)


@pytest.mark.full
@pytest.mark.parametrize("name", _READERS)
def test_many_mutated_tokens_raise_refusals_only(name: str) -> None:
    _survives(name, _MANY_MUTATIONS // 2)


def test_no_single_character_of_a_signed_token_can_change() -> None:
    for name, (work, original) in _READERS.items():
        for at in range(len(original)):
            changed = original[:at] + ("A" if original[at] != "A" else "B") + original[at + 1 :]
            assert not _accepts(work, changed), f"{name} at {at}"


def test_every_reader_has_its_valid_control() -> None:
    for work, text in _READERS.values():
        work(text)
    document = json.loads(json.dumps({"@context": "https://www.w3.org/ns/credentials/v2"}))
    document |= {"type": enveloped.CREDENTIAL, "id": f"data:application/vc+jwt,{_JWT}"}
    opened = enveloped.open(document, key_for=samples.key_for, now=samples.NOW)
    assert opened.document == samples.CREDENTIAL
