"""Key binding: who presents an SD-JWT, to whom and for what, and every way of pretending."""

from datetime import timedelta
from typing import Any

import pytest

from certes.credential.envelope import HolderBound, HolderSigns, Opened, sd_jwt
from certes.credential.errors import BadSignature, Malformed, Refusal, Unsupported
from certes.credential.keys import Signer, to_jwk
from tests.unit.credential.envelope_samples import (
    AT,
    AUDIENCE,
    BOUND,
    CLAIMS,
    ED25519,
    ES256,
    HOLDER_KEY,
    HOLDS,
    NONCE,
    NOW,
    STRANGER,
    digest_of,
    issued,
    key_for,
    sd_text,
    token,
)

_VCT = {"vct": "https://skills.example/vct/x"}
_CNF = {"cnf": {"jwk": to_jwk(HOLDER_KEY.public_key)}}


def _verify(text: str, **options: Any) -> Opened:
    return sd_jwt.verify(text, **{"key_for": key_for, "now": NOW, **options})


def _refused(text: str, kind: type[Refusal], code: str, field: str | None = None, **options: Any) -> None:
    with pytest.raises(kind) as caught:
        _verify(text, **options)
    assert (type(caught.value), caught.value.code, caught.value.field) == (kind, code, field)


def _bound(header: dict[str, Any] | None = None, signer: Signer = HOLDER_KEY, **claims: Any) -> str:
    """A presentation with any key binding JWT, over the right disclosures unless told otherwise."""
    presented = sd_jwt.present(issued(), disclose=[("name",)])
    right = {"iat": AT, "aud": AUDIENCE, "nonce": NONCE, "sd_hash": digest_of(presented)}
    payload = {name: value for name, value in {**right, **claims}.items() if value is not None}
    return presented + token({"alg": "EdDSA", "typ": "kb+jwt", **(header or {})}, payload, signer=signer)


def test_a_binding_made_by_another_wallet_is_read() -> None:
    opened = _verify(_bound(extra={"a": 1}), binding=BOUND)
    assert opened.binding is not None
    assert opened.document["name"] == CLAIMS["name"]


@pytest.mark.parametrize(
    ("text", "kind", "code", "field"),
    [
        (issued(), Malformed, "key_binding_missing", None),
        (_bound(nonce="other"), Malformed, "jwt_nonce_wrong", "nonce"),
        (_bound(nonce=None), Malformed, "jwt_nonce_wrong", "nonce"),
        (_bound(aud="https://other.example"), Malformed, "jwt_audience_wrong", "aud"),
        (_bound(aud=[AUDIENCE]), Malformed, "jwt_audience_wrong", "aud"),
        (_bound(iat=None), Malformed, "jwt_claim_invalid", "iat"),
        (_bound(iat="x"), Malformed, "jwt_claim_invalid", "iat"),
        (_bound(iat=AT - 361), Malformed, "key_binding_stale", "iat"),
        (_bound(iat=AT + 61), Malformed, "jwt_issued_in_future", "iat"),
        (_bound(exp=AT - 61), Malformed, "jwt_expired", "exp"),
        (_bound(sd_hash="x"), Malformed, "key_binding_hash_wrong", "sd_hash"),
        (_bound(sd_hash=None), Malformed, "key_binding_hash_wrong", "sd_hash"),
        (_bound(signer=STRANGER), BadSignature, "signature_invalid", None),
        (_bound(signer=ED25519), BadSignature, "signature_invalid", None),
        (_bound({"typ": "JWT"}), Malformed, "jwt_type_wrong", "typ"),
        (_bound({"alg": "none"}), Malformed, "jwt_algorithm_forbidden", "alg"),
        (_bound({"alg": "ES256"}, signer=ES256), Malformed, "jwt_algorithm_wrong", "alg"),
        (_bound({"jwk": to_jwk(STRANGER.public_key)}, signer=STRANGER), Malformed, "jwt_key_inside", "jwk"),
    ],
    ids=lambda value: None,
)
def test_a_binding_that_does_not_hold_is_refused(
    text: str, kind: type[Refusal], code: str, field: str | None
) -> None:
    _refused(text, kind, code, field, binding=BOUND)


def test_a_binding_is_of_exactly_what_is_shown() -> None:
    shown = sd_jwt.present(issued(), disclose=[("name",), ("units", 0)], holder=HOLDS)
    jwt_part, first, second, binding = shown.split("~")
    assert _verify(shown, binding=BOUND).binding is not None
    for altered in (
        [jwt_part, first, binding],
        [jwt_part, second, binding],
        [jwt_part, second, first, binding],
    ):
        _refused("~".join(altered), Malformed, "key_binding_hash_wrong", "sd_hash", binding=BOUND)


@pytest.mark.parametrize(
    ("claims", "kind", "code"),
    [
        ({}, Malformed, "key_binding_no_key"),
        ({"cnf": {}}, Malformed, "key_binding_no_key"),
        ({"cnf": "x"}, Malformed, "key_binding_no_key"),
        ({"cnf": {"kid": "x"}}, Unsupported, "key_binding_method_unsupported"),
        (
            {"cnf": {**_CNF["cnf"], "jku": "https://e.example/"}},
            Unsupported,
            "key_binding_method_unsupported",
        ),
        ({"cnf": {"jwk": {}}}, Malformed, "jwk_invalid"),
        ({"cnf": {"jwk": {**_CNF["cnf"]["jwk"], "d": "x"}}}, Malformed, "jwk_is_private"),
    ],
    ids=str,
)
def test_a_credential_that_names_no_holders_key_binds_nobody(
    claims: dict[str, Any], kind: type[Refusal], code: str
) -> None:
    with pytest.raises(kind) as caught:
        _verify(sd_jwt.present(sd_text({**_VCT, **claims}), disclose=(), holder=HOLDS), binding=BOUND)
    assert caught.value.code == code


def test_a_binding_nobody_asked_for_is_not_looked_at() -> None:
    assert _verify(_bound(nonce="other", signer=STRANGER)).binding is None


def test_the_verifier_says_how_old_a_binding_may_be() -> None:
    text = sd_jwt.present(issued(), disclose=(), holder=HolderSigns(HOLDER_KEY, NONCE, AUDIENCE, NOW))
    later = NOW + timedelta(minutes=30)
    _refused(text, Malformed, "key_binding_stale", "iat", binding=BOUND, now=later)
    patient = HolderBound(NONCE, AUDIENCE, max_age_s=1_800)
    assert _verify(text, binding=patient, now=later).binding is not None
