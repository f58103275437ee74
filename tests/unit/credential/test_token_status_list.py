"""IETF Token Status List: the examples of the draft, both ways, and every list that is not the one asked
for."""

import json
import re
import zlib
from datetime import timedelta
from typing import Any

import pytest

from certes.credential import multibase
from certes.credential.errors import BadSignature, Malformed, Misuse, Refusal, Unsupported
from certes.credential.keys import Signer
from certes.credential.status import bitstring, token
from certes.credential.status.token import Reference, Statuses, TokenStatusList
from tests.unit.credential.envelope_samples import (
    AT,
    ED25519,
    ISSUER,
    NOW,
    SIGNERS,
    STRANGER,
    header_of,
    key_for,
    payload_of,
)
from tests.unit.credential.envelope_samples import token as jws_token
from tests.unit.credential.samples import VECTORS

_URI = "https://skills.example/cm/1/status/token/1"
_LIST = token.blank(16, bits=2).with_values({3: token.INVALID, 9: token.SUSPENDED})
_HEADER = {"alg": "EdDSA", "typ": "statuslist+jwt", "kid": ED25519.verification_method}
_PAYLOAD: dict[str, Any] = {"sub": _URI, "iat": AT, "status_list": token.encode(_LIST)}


def _example(name: str) -> dict[str, Any]:
    """The JSON of an example, which the draft folds within its texts."""
    text = (VECTORS / "token-status-list" / name).read_text("utf-8")
    found: dict[str, Any] = json.loads(re.sub(r"\n\s*", "", text[text.index("{") :]))
    return found


def _set(statuses: Statuses) -> dict[int, int]:
    return {
        index: statuses.value(index)
        for index in range(len(statuses))
        if statuses.packed[index * statuses.bits // 8] and statuses.value(index)
    }


_LONG_2 = {0: 1, 1993: 2, 25460: 1, 159495: 3, 495669: 1, 554353: 1, 645645: 2, 723232: 1, 854545: 1}


@pytest.mark.parametrize(
    ("name", "entries", "values"),
    [
        ("status_list_encoding_json.md", 16, dict.fromkeys([0, 3, 4, 5, 7, 8, 9, 13, 15], 1)),
        ("status_list_encoding2_json.md", 12, {0: 1, 1: 2, 3: 3, 5: 1, 7: 1, 8: 1, 9: 2, 10: 3, 11: 3}),
        (
            "status_list_encoding1_long_json.md",
            2**20,
            dict.fromkeys([*_LONG_2, 934534, 1000345], 1),
        ),
        ("status_list_encoding2_long_json.md", 2**20, {**_LONG_2, 934534: 2, 1000345: 3}),
    ],
)
def test_an_example_of_the_draft_is_read_and_written(name: str, entries: int, values: dict[int, int]) -> None:
    member = _example(name)
    statuses = token.decode(member)
    assert len(statuses) == entries
    assert _set(statuses) == values
    written = token.blank(entries, bits=member["bits"]).with_values(values)
    assert token.encode(written) == member


@pytest.mark.parametrize("bits", [4, 8])
def test_each_value_of_a_wide_example_stands_once(bits: int) -> None:
    member = _example(f"status_list_encoding{bits}_json.md")
    statuses = token.decode(member)
    assert sorted(_set(statuses).values()) == list(range(1, 2**bits))
    assert token.encode(statuses) == member


def test_the_example_of_a_token_is_read_but_for_its_key() -> None:
    text = (VECTORS / "token-status-list" / "status_list_jwt_raw.md").read_text("utf-8")
    text = "".join(text.split())
    assert header_of(text) == {"alg": "ES256", "kid": "12", "typ": "statuslist+jwt"}
    asked: list[str] = []

    def any_key(name: str) -> Any:
        asked.append(name)
        return ED25519.public_key

    uri = "https://example.com/statuslists/1"
    with pytest.raises(Malformed) as caught:
        token.open(text, uri=uri, key_for=any_key, now=NOW)
    assert (caught.value.code, asked) == ("jwt_algorithm_wrong", ["https://example.com#12"])
    # Signed again by a key we have, its claims are those of a list.
    again = jws_token(_HEADER, payload_of(text))
    found = token.open(again, uri=uri, key_for=key_for, now=NOW, issuer="https://example.com")
    assert (found.issued_at, found.expires_at, found.ttl_s) == (1686920170, 2291720170, 43200)
    assert found.value(Reference(0, uri)) == token.INVALID


@pytest.mark.parametrize("signer", SIGNERS, ids=["EdDSA", "ES256", "ES384"])
def test_what_is_sealed_is_opened(signer: Signer) -> None:
    text = token.seal(
        _LIST,
        uri=_URI,
        signer=signer,
        issued_at=NOW,
        expires_at=NOW + timedelta(days=7),
        ttl_s=3_600,
        issuer=ISSUER,
    )
    found = token.open(text, uri=_URI, key_for=key_for, now=NOW, issuer=ISSUER)
    assert found == TokenStatusList(
        _LIST, _URI, AT, AT + 7 * 86_400, 3_600, signer.verification_method, signer.public_key
    )
    assert [found.value(Reference(index, _URI)) for index in (0, 3, 9, 15)] == [0, 1, 2, 0]
    with pytest.raises(Malformed) as caught:
        found.value(Reference(16, _URI))
    assert caught.value.code == "status_index_outside"
    with pytest.raises(Misuse) as misuse:
        found.value(Reference(0, "https://skills.example/other"))
    assert misuse.value.code == "status_list_wrong"
    with pytest.raises(Malformed) as caught:
        token.open(text, uri=_URI, key_for=key_for, now=NOW + timedelta(days=8))
    assert caught.value.code == "jwt_expired"


def _list(**changes: Any) -> dict[str, Any]:
    return {"status_list": {**_PAYLOAD["status_list"], **changes}}


def _packed(data: bytes) -> str:
    return multibase.base64url_encode(data)


_INVALID = "token_status_list_invalid"


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"sub": "https://skills.example/other"}, _INVALID, "sub"),
        ({"sub": None}, _INVALID, "sub"),
        ({"iss": "did:web:other.example"}, _INVALID, "iss"),
        ({"iss": None}, _INVALID, "iss"),
        ({"iat": None}, _INVALID, "iat"),
        ({"iat": AT + 61}, "jwt_issued_in_future", "iat"),
        ({"exp": AT - 61}, "jwt_expired", "exp"),
        ({"exp": "x"}, "jwt_claim_invalid", "exp"),
        ({"ttl": 0}, _INVALID, "ttl"),
        ({"ttl": True}, _INVALID, "ttl"),
        ({"ttl": "x"}, _INVALID, "ttl"),
        ({"status_list": None}, _INVALID, "status_list"),
        ({"status_list": []}, _INVALID, "status_list"),
        (_list(bits=3), _INVALID, "bits"),
        (_list(bits=0), _INVALID, "bits"),
        (_list(bits=16), _INVALID, "bits"),
        (_list(bits=True), _INVALID, "bits"),
        (_list(bits="1"), _INVALID, "bits"),
        (_list(bits=1.0), _INVALID, "bits"),
        (_list(lst=""), _INVALID, "lst"),
        (_list(lst=1), _INVALID, "lst"),
        (_list(lst="AAAA"), _INVALID, "lst"),
        (_list(lst="=="), "multibase_invalid", None),
        (_list(lst=_packed(zlib.compress(b"abcd")[:-1])), _INVALID, "lst"),
        (_list(lst=_packed(zlib.compress(b"abcd") + b"x")), _INVALID, "lst"),
        (_list(lst=_packed(zlib.compress(b""))), _INVALID, "lst"),
        (_list(lst=_packed(zlib.compress(b"a", wbits=31))), _INVALID, "lst"),
        (_list(lst=_packed(zlib.compress(bytes(token.MAX_BYTES + 1), 9))), "status_list_too_long", None),
        (_list(lst=_packed(zlib.compress(bytes(64 * token.MAX_BYTES), 9))), "status_list_too_long", None),
    ],
    ids=str,
)
def test_another_list_than_the_one_asked_for_is_refused(
    change: dict[str, Any], code: str, field: str | None
) -> None:
    payload = {
        name: value for name, value in {**_PAYLOAD, "iss": ISSUER, **change}.items() if value is not None
    }
    with pytest.raises(Malformed) as caught:
        token.open(jws_token(_HEADER, payload), uri=_URI, key_for=key_for, now=NOW, issuer=ISSUER)
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        (jws_token(_HEADER, _PAYLOAD, signer=STRANGER), BadSignature, "signature_invalid"),
        (jws_token({**_HEADER, "typ": "JWT"}, _PAYLOAD), Malformed, "jwt_type_wrong"),
        (jws_token({**_HEADER, "alg": "none"}, _PAYLOAD), Malformed, "jwt_algorithm_forbidden"),
        (jws_token({**_HEADER, "crit": ["x"]}, _PAYLOAD), Unsupported, "jwt_critical_header"),
        (jws_token({**_HEADER, "kid": None}, _PAYLOAD), Malformed, "jwt_header_invalid"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." not in value else "",
)
def test_a_list_that_is_not_signed_is_refused(text: str, kind: type[Refusal], code: str) -> None:
    with pytest.raises(kind) as caught:
        token.open(text, uri=_URI, key_for=key_for, now=NOW)
    assert caught.value.code == code


def test_a_list_nobody_names_an_issuer_for_is_read() -> None:
    found = token.open(jws_token(_HEADER, _PAYLOAD), uri=_URI, key_for=key_for, now=NOW)
    assert (found.statuses, found.expires_at, found.ttl_s) == (_LIST, None, None)


def test_a_text_longer_than_a_payload_is_not_unpacked() -> None:
    with pytest.raises(Malformed) as caught:
        token.decode({"bits": 1, "lst": "A" * (token.MAX_PACKED_CHARACTERS + 1)})
    assert caught.value.code == "status_list_too_long"


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({}, None),
        ({"status": {"other": {}}}, None),
        ({"status": Reference(0, _URI).claim()["status_list"] | {"status_list": {"idx": 0, "uri": _URI}}}, 0),
        ({"status": {"status_list": {"idx": 7, "uri": _URI}}}, 7),
    ],
    ids=str,
)
def test_a_reference_is_read(claims: dict[str, Any], expected: int | None) -> None:
    found = token.parse_reference(claims)
    assert found == (None if expected is None else Reference(expected, _URI))


@pytest.mark.parametrize(
    ("status", "field"),
    [
        (None, "status"),
        ({}, "status"),
        ([], "status"),
        ({"status_list": []}, "status.status_list"),
        ({"status_list": {"uri": _URI}}, "status.status_list.idx"),
        ({"status_list": {"idx": -1, "uri": _URI}}, "status.status_list.idx"),
        ({"status_list": {"idx": True, "uri": _URI}}, "status.status_list.idx"),
        ({"status_list": {"idx": "1", "uri": _URI}}, "status.status_list.idx"),
        ({"status_list": {"idx": 1}}, "status.status_list.uri"),
        ({"status_list": {"idx": 1, "uri": ""}}, "status.status_list.uri"),
        ({"status_list": {"idx": 1, "uri": "x" * 2_049}}, "status.status_list.uri"),
    ],
    ids=str,
)
def test_a_reference_that_is_none_is_refused(status: Any, field: str) -> None:
    with pytest.raises(Malformed) as caught:
        token.parse_reference({"status": status})
    assert (caught.value.code, caught.value.field) == ("status_reference_invalid", field)


def test_two_bitstrings_give_one_list_in_which_revoked_wins() -> None:
    revoked = bitstring.with_bits(bitstring.blank(), [0, 9, 131_071])
    suspended = bitstring.with_bits(bitstring.blank(), [9, 10])
    statuses = token.from_bitstrings(revoked, suspended)
    assert (statuses.bits, len(statuses)) == (2, 131_072)
    assert _set(statuses) == {0: 1, 9: 1, 10: 2, 131_071: 1}
    with pytest.raises(Misuse):
        token.from_bitstrings(revoked, suspended[:-1])


@pytest.mark.parametrize("entries", [0, -1, token.MAX_BYTES * 8 + 1])
def test_a_list_of_another_size_is_not_made(entries: int) -> None:
    with pytest.raises(Misuse) as caught:
        token.blank(entries)
    assert caught.value.code == "status_list_size"


@pytest.mark.parametrize(
    ("values", "code"), [({16: 1}, "status_index_outside"), ({0: 4}, "status_value_outside")]
)
def test_what_has_no_place_is_not_written(values: dict[int, int], code: str) -> None:
    with pytest.raises(Misuse) as caught:
        _LIST.with_values(values)
    assert caught.value.code == code
