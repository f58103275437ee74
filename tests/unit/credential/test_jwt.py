"""Credentials and presentations as JWT: sealed and opened, and every forgery refused by name."""

import base64
import hmac
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from certes.credential import multibase
from certes.credential.envelope import Opened, jws, jwt
from certes.credential.errors import BadSignature, Malformed, Misuse, Refusal, Unsupported
from certes.credential.keys import Signer
from tests.unit.credential.envelope_samples import (
    AT,
    AUDIENCE,
    CREDENTIAL,
    ED25519,
    ES256,
    ES384,
    ISSUER,
    NONCE,
    NOW,
    PRESENTATION,
    SIGNERS,
    STRANGER,
    encoded,
    header_of,
    key_for,
    payload_of,
    token,
)

_HEADER = {"alg": "EdDSA", "typ": "vc+jwt", "cty": "vc", "kid": ED25519.verification_method}

_TWO_ALGORITHMS = b'{"alg":"none","alg":"EdDSA"}'


def _open(text: str, **options: Any) -> Any:
    return jwt.open(text, key_for=key_for, kind=jwt.VC_JWT, **options)


def _refused(text: str, kind: type[Refusal], code: str, field: str | None = None, **options: Any) -> None:
    with pytest.raises(kind) as caught:
        _open(text, **options)
    assert (type(caught.value), caught.value.code, caught.value.field) == (kind, code, field)


def _with(**changes: Any) -> str:
    """A well signed credential with header members changed; None takes one away."""
    header = {name: value for name, value in {**_HEADER, **changes}.items() if value is not None}
    return token(header, CREDENTIAL)


@pytest.mark.parametrize("signer", SIGNERS, ids=["EdDSA", "ES256", "ES384"])
def test_what_is_sealed_is_opened(signer: Signer) -> None:
    text = jwt.seal(CREDENTIAL, signer=signer, kind=jwt.VC_JWT)
    opened = _open(text, now=NOW)
    assert opened.document == CREDENTIAL
    assert (opened.type, opened.claims, opened.key) == ("vc+jwt", {}, signer.public_key)
    assert (opened.verification_method, opened.controller) == (signer.verification_method, ISSUER)
    assert opened.issuer == ISSUER
    assert payload_of(text) == CREDENTIAL
    assert header_of(text) == {
        "alg": signer.public_key.type.algorithms[0],
        "typ": "vc+jwt",
        "cty": "vc",
        "kid": signer.verification_method,
    }


def test_a_presentation_is_opened_for_the_verifier_and_the_question_it_was_made_for() -> None:
    text = jwt.seal(
        PRESENTATION,
        signer=ED25519,
        kind=jwt.VP_JWT,
        issued_at=NOW,
        expires_at=NOW + timedelta(minutes=5),
        nonce=NONCE,
        audience=AUDIENCE,
    )

    def opened(**options: Any) -> Opened:
        return jwt.open(text, key_for=key_for, kind=jwt.VP_JWT, **options)

    found = opened(now=NOW, nonce=NONCE, audience=AUDIENCE)
    assert found.document == PRESENTATION
    assert found.claims == {"iat": AT, "exp": AT + 300, "nonce": NONCE, "aud": AUDIENCE}
    assert found.issuer == ISSUER
    for options, code in (
        ({"nonce": "other"}, "jwt_nonce_wrong"),
        ({"audience": "https://other.example"}, "jwt_audience_wrong"),
        ({"now": NOW + timedelta(minutes=6)}, "jwt_expired"),
        ({"now": NOW - timedelta(minutes=2)}, "jwt_issued_in_future"),
    ):
        with pytest.raises(Malformed) as caught:
            opened(**options)
        assert caught.value.code == code
    assert opened(now=NOW + timedelta(seconds=359)).document == PRESENTATION  # clocks differ
    with pytest.raises(Malformed) as caught:
        jwt.open(text, key_for=key_for, kind=jwt.VC_JWT)
    assert caught.value.code == "jwt_type_wrong"


def test_an_audience_may_be_one_of_several() -> None:
    text = token({**_HEADER, "typ": "vp+jwt", "cty": "vp"}, {**PRESENTATION, "aud": ["x", AUDIENCE]})
    assert jwt.open(text, key_for=key_for, kind=jwt.VP_JWT, audience=AUDIENCE).claims["aud"] == [
        "x",
        AUDIENCE,
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"alg": "Ed25519"},
        {"typ": "VC+JWT"},
        {"typ": "application/vc+jwt"},
        {"cty": None},
        {"cty": "application/vc"},
        {"x5c": ["MIIB"], "x5t": "abc"},  # certificates are not looked at
        {"unknown": {"a": 1}},
        {"kid": "#k1", "iss": ISSUER},
        {"kid": "k1", "iss": ISSUER},
    ],
    ids=str,
)
def test_a_header_that_another_issuer_may_write_is_read(changes: dict[str, Any]) -> None:
    opened = _open(_with(**changes))
    assert (opened.document, opened.verification_method) == (CREDENTIAL, ED25519.verification_method)


def test_without_a_key_id_the_issuer_names_the_key() -> None:
    text = token({"alg": "EdDSA", "typ": "vc+jwt"}, {**CREDENTIAL, "iss": ISSUER})
    opened = jwt.open(text, key_for=lambda name: {ISSUER: ED25519.public_key}[name], kind=jwt.VC_JWT)
    assert (opened.verification_method, opened.claims) == (ISSUER, {"iss": ISSUER})


def test_numbers_with_a_fraction_are_kept() -> None:
    assert _open(token(_HEADER, {**CREDENTIAL, "score": 3.5})).document["score"] == 3.5


@pytest.mark.parametrize(
    ("changes", "kind", "code", "field"),
    [
        ({"alg": "none"}, Malformed, "jwt_algorithm_forbidden", "alg"),
        ({"alg": "NONE"}, Malformed, "jwt_algorithm_forbidden", "alg"),
        ({"alg": "HS256"}, Malformed, "jwt_algorithm_forbidden", "alg"),
        ({"alg": "RS256"}, Unsupported, "jwt_algorithm_not_allowed", "alg"),
        ({"alg": "eddsa"}, Unsupported, "jwt_algorithm_not_allowed", "alg"),
        ({"alg": None}, Malformed, "jwt_header_invalid", "alg"),
        ({"alg": ["EdDSA"]}, Malformed, "jwt_header_invalid", "alg"),
        ({"alg": "ES256"}, Malformed, "jwt_algorithm_wrong", "alg"),
        ({"typ": None}, Malformed, "jwt_type_wrong", "typ"),
        ({"typ": "JWT"}, Malformed, "jwt_type_wrong", "typ"),
        ({"typ": "vp+jwt"}, Malformed, "jwt_type_wrong", "typ"),
        ({"typ": ["vc+jwt"]}, Malformed, "jwt_type_wrong", "typ"),
        ({"cty": "vp"}, Malformed, "jwt_content_type_wrong", "cty"),
        ({"cty": 1}, Malformed, "jwt_content_type_wrong", "cty"),
        ({"crit": ["exp"]}, Unsupported, "jwt_critical_header", "crit"),
        ({"crit": []}, Unsupported, "jwt_critical_header", "crit"),
        ({"b64": False}, Unsupported, "jwt_payload_unencoded", "b64"),
        ({"b64": False, "crit": ["b64"]}, Unsupported, "jwt_critical_header", "crit"),
        ({"jwk": {"kty": "OKP"}}, Malformed, "jwt_key_inside", "jwk"),
        ({"jku": "https://e.example/"}, Malformed, "jwt_key_inside", "jku"),
        ({"x5u": "https://e.example/"}, Malformed, "jwt_key_inside", "x5u"),
        ({"kid": None}, Malformed, "jwt_key_unnamed", "kid"),
        ({"kid": "#k1"}, Malformed, "jwt_key_unnamed", "kid"),
        ({"kid": 42}, Malformed, "jwt_header_invalid", "kid"),
        ({"kid": ""}, Malformed, "jwt_header_invalid", "kid"),
        ({"kid": "did:" + "x" * 1_021}, Malformed, "jwt_header_invalid", "kid"),
        ({"iss": "did:web:other.example"}, Malformed, "jwt_claims_conflict", "iss"),
        ({"pad": "x" * 8_192}, Malformed, "json_too_large", None),
    ],
    ids=str,
)
def test_a_header_that_must_not_be_is_refused(
    changes: dict[str, Any], kind: type[Refusal], code: str, field: str | None
) -> None:
    _refused(_with(**changes), kind, code, field)


def test_a_public_key_taken_for_a_secret_does_not_sign() -> None:
    signing_input = f"{encoded({**_HEADER, 'alg': 'HS256'})}.{encoded(CREDENTIAL)}".encode()
    for secret in (ED25519.public_key.raw, ED25519.public_key.multikey.encode()):
        mac = hmac.digest(secret, signing_input, sha256)
        text = f"{signing_input.decode()}.{multibase.base64url_encode(mac)}"
        _refused(text, Malformed, "jwt_algorithm_forbidden", "alg")
        forged = text.replace(encoded({**_HEADER, "alg": "HS256"}), encoded(_HEADER))
        _refused(forged, BadSignature, "signature_invalid")


def test_only_the_algorithms_that_the_caller_names_are_taken() -> None:
    text = jwt.seal(CREDENTIAL, signer=ES256, kind=jwt.VC_JWT)
    assert _open(text, algorithms=["ES256"]).document == CREDENTIAL
    _refused(text, Unsupported, "jwt_algorithm_not_allowed", "alg", algorithms=["EdDSA", "ES384"])
    _refused(text, Unsupported, "jwt_algorithm_not_allowed", "alg", algorithms=[])


def test_the_name_of_the_algorithm_belongs_to_the_key() -> None:
    text = token({**_HEADER, "alg": "ES256", "kid": ES384.verification_method}, CREDENTIAL, signer=ES384)
    _refused(text, Malformed, "jwt_algorithm_wrong", "alg")


@pytest.mark.parametrize(
    ("change", "kind", "code", "field"),
    [
        ({"vc": CREDENTIAL}, Malformed, "jwt_claim_forbidden", "vc"),
        ({"vp": {}}, Malformed, "jwt_claim_forbidden", "vp"),
        ({"type": ["Other"]}, Malformed, "document_not_of_kind", "type"),
        ({"type": "VerifiablePresentation"}, Malformed, "document_not_of_kind", "type"),
        ({"iss": "did:web:other.example"}, Malformed, "jwt_claims_conflict", "iss"),
        ({"jti": "urn:other"}, Malformed, "jwt_claims_conflict", "jti"),
        ({"sub": "did:example:other"}, Malformed, "jwt_claims_conflict", "sub"),
        ({"exp": AT - 61}, Malformed, "jwt_expired", "exp"),
        ({"nbf": AT + 61}, Malformed, "jwt_not_yet_valid", "nbf"),
        ({"iat": AT + 61}, Malformed, "jwt_issued_in_future", "iat"),
        ({"exp": "2026"}, Malformed, "jwt_claim_invalid", "exp"),
        ({"exp": True}, Malformed, "jwt_claim_invalid", "exp"),
        ({"nbf": None}, Malformed, "jwt_claim_invalid", "nbf"),
        ({"iat": 2**53 - 1}, Malformed, "jwt_claim_invalid", "iat"),
    ],
    ids=str,
)
def test_a_payload_that_must_not_be_is_refused(
    change: dict[str, Any], kind: type[Refusal], code: str, field: str
) -> None:
    _refused(token(_HEADER, {**CREDENTIAL, **change}), kind, code, field, now=NOW)


def test_claims_that_repeat_the_document_are_read() -> None:
    claims = {
        "iss": ISSUER,
        "jti": CREDENTIAL["id"],
        "sub": "did:example:worker",
        "nbf": AT - 9,
        "exp": AT + 9.5,
    }
    opened = _open(token({**_HEADER, "iss": ISSUER}, {**CREDENTIAL, **claims}), now=NOW)
    assert (opened.document, opened.claims) == (CREDENTIAL, claims)


def test_two_issuers_in_header_and_payload_are_refused() -> None:
    document = {name: value for name, value in CREDENTIAL.items() if name != "issuer"}
    text = token({**_HEADER, "iss": "https://a.example"}, {**document, "iss": "https://b.example"})
    _refused(text, Malformed, "jwt_claims_conflict", "iss")


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("", Malformed, "jwt_invalid"),
        ("a.b", Malformed, "jwt_invalid"),
        ("a.b.c.d.e", Malformed, "jwt_invalid"),
        (f"{encoded(_HEADER)}..AAAA", Malformed, "jwt_invalid"),
        (f"{encoded(_HEADER)}.{encoded(CREDENTIAL)}.", Malformed, "jwt_invalid"),
        ("é.é.é", Malformed, "multibase_invalid"),
        (f"{encoded(_HEADER)}=.{encoded(CREDENTIAL)}.AAAA", Malformed, "multibase_invalid"),
        (f"{encoded(_HEADER)}.{encoded(CREDENTIAL)}\n.AAAA", Malformed, "multibase_invalid"),
        (f"{encoded(_HEADER)}.{encoded(CREDENTIAL)}.A+/A", Malformed, "multibase_invalid"),
        (f"{encoded([])}.{encoded(CREDENTIAL)}.AAAA", Malformed, "json_not_object"),
        (f"{encoded(b'{')}.{encoded(CREDENTIAL)}.AAAA", Malformed, "json_invalid"),
        (f"{encoded(_TWO_ALGORITHMS)}.e30.AAAA", Malformed, "json_duplicate_key"),
        (token(_HEADER, b'{"a":1,"a":2}'), Malformed, "json_duplicate_key"),
        (token(_HEADER, [CREDENTIAL]), Malformed, "json_not_object"),
        (token(_HEADER, b"\xff"), Malformed, "json_not_utf8"),
        (token(_HEADER, b'{"a":"\\ud800"}'), Malformed, "json_surrogate"),
        (token(_HEADER, b'{"a":NaN}'), Malformed, "json_invalid"),
        (token(_HEADER, b'{"a":1e999}'), Unsupported, "json_float"),
        (token(_HEADER, b'{"a":9007199254740993}'), Unsupported, "json_integer_unsafe"),
        (token(_HEADER, b'{"a":' + b"[" * 40 + b"]" * 40 + b"}"), Malformed, "json_too_deep"),
        (token(_HEADER, b'{"a":' + b"[" * 99_000 + b"]" * 99_000 + b"}"), Malformed, "json_too_deep"),
        ("x" * (jws.MAX_CHARACTERS + 1), Malformed, "jwt_too_long"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else value.__name__,
)
def test_a_text_that_is_no_token_is_refused(text: str, kind: type[Refusal], code: str) -> None:
    _refused(text, kind, code)


def test_another_signature_or_key_or_payload_is_refused() -> None:
    text = jwt.seal(CREDENTIAL, signer=ED25519, kind=jwt.VC_JWT)
    header, payload, signature = text.split(".")
    _refused(jwt.seal(CREDENTIAL, signer=STRANGER, kind=jwt.VC_JWT), BadSignature, "signature_invalid")
    other = encoded({**CREDENTIAL, "validUntil": "2027-01-01T00:00:00Z"})
    _refused(f"{header}.{other}.{signature}", BadSignature, "signature_invalid")
    _refused(f"{encoded({**_HEADER, 'x': 1})}.{payload}.{signature}", BadSignature, "signature_invalid")
    short = multibase.base64url_encode(multibase.base64url_decode(signature)[:-1])
    _refused(f"{header}.{payload}.{short}", BadSignature, "signature_invalid")
    padded = base64.urlsafe_b64encode(multibase.base64url_decode(signature)).decode()
    _refused(f"{header}.{payload}.{padded}", Malformed, "multibase_invalid")


def test_a_der_signature_is_not_a_jose_signature() -> None:
    text = jwt.seal(CREDENTIAL, signer=ES256, kind=jwt.VC_JWT)
    header, payload, signature = text.split(".")
    raw = multibase.base64url_decode(signature)
    r, s = (int.from_bytes(part, "big") for part in (raw[:32], raw[32:]))
    parts = [
        b"\x02" + bytes([len(n)]) + n for n in (v.to_bytes(v.bit_length() // 8 + 1, "big") for v in (r, s))
    ]
    der = b"\x30" + bytes([sum(map(len, parts))]) + b"".join(parts)
    _refused(f"{header}.{payload}.{multibase.base64url_encode(der)}", BadSignature, "signature_invalid")


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({**CREDENTIAL, "type": "Other"}, "document_not_of_kind"),
        ({**CREDENTIAL, "proof": {}}, "already_signed"),
        ({**CREDENTIAL, "exp": 1}, "claim_in_document"),
        ({**CREDENTIAL, "vc": {}}, "claim_in_document"),
        ({**CREDENTIAL, "a": float("nan")}, "json_unwritable"),
        ({**CREDENTIAL, "a": 2**60}, "json_unwritable"),
        ({**CREDENTIAL, "a": "\ud800"}, "json_unwritable"),
        ({**CREDENTIAL, "a": {1, 2}}, "json_unwritable"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_could_not_be_opened_is_not_sealed(document: dict[str, Any], code: str) -> None:
    with pytest.raises(Misuse) as caught:
        jwt.seal(document, signer=ED25519, kind=jwt.VC_JWT)
    assert caught.value.code == code


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(Misuse):
        _open(jwt.seal(CREDENTIAL, signer=ED25519, kind=jwt.VC_JWT), now=NOW.replace(tzinfo=None))
