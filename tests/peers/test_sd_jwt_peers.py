"""Envelopes and status list tokens against independent implementations, both ways: the reference
implementation of the SD-JWT authors (`sd-jwt`), openvc, and for plain JWS jwcrypto."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from jwcrypto.jwk import JWK  # type: ignore[import-untyped]
from jwcrypto.jws import JWS  # type: ignore[import-untyped]
from openvc.keys import Ed25519SigningKey, P256SigningKey, P384SigningKey
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from openvc.status.issue import build_status_list_token, verify_status_list_token
from openvc.status.token_status_list import decode_status_list as peer_decode
from openvc.status.token_status_list import get_status, new_status_list, set_status
from sd_jwt.common import SDObj  # type: ignore[import-untyped]
from sd_jwt.holder import SDJWTHolder  # type: ignore[import-untyped]
from sd_jwt.issuer import SDJWTIssuer  # type: ignore[import-untyped]
from sd_jwt.verifier import SDJWTVerifier  # type: ignore[import-untyped]

from certes.credential import multibase
from certes.credential.envelope import HolderBound, HolderSigns, Opened, jwt, sd_jwt
from certes.credential.envelope.opened import Path
from certes.credential.keys import P256, P384, EcdsaSigner, Ed25519Signer, PublicKey, Signer, to_jwk
from certes.credential.status import token
from certes.runtime.clock import system_clock
from tests.unit.credential import sd_jwt_cases
from tests.unit.credential.envelope_samples import AUDIENCE, CREDENTIAL, ISSUER, NONCE, counting

_TYPES = ("example+sd-jwt",)
_URI = "https://skills.example/cm/1/status/token/1"
_SECRETS = {"Ed25519": bytes(range(32)), "P-256": bytes(range(1, 33)), "P-384": bytes(range(1, 49))}
_PEER_KEYS: dict[str, Callable[[dict[str, Any], str], Any]] = {
    "Ed25519": Ed25519SigningKey.from_jwk,
    "P-256": P256SigningKey.from_jwk,
    "P-384": P384SigningKey.from_jwk,
}
_HOLDER_SECRET = bytes(range(2, 34))


def _signer(kind: str, method: str = f"{ISSUER}#k1") -> Signer:
    secret = _SECRETS[kind]
    if kind == "Ed25519":
        return Ed25519Signer(secret, method)
    return EcdsaSigner(secret, method, key_type=P256 if kind == "P-256" else P384)


def _private(signer: Signer, secret: bytes) -> dict[str, str]:
    return {**to_jwk(signer.public_key), "d": multibase.base64url_encode(secret)}


def _peer_key(kind: str, method: str = f"{ISSUER}#k1") -> Any:
    jwk = _private(_signer(kind), _SECRETS[kind])
    return _PEER_KEYS[kind](jwk, method)


_ISSUER = _signer("P-256")
_HOLDER = EcdsaSigner(_HOLDER_SECRET, "holder", key_type=P256)


def _key_for(_: str) -> PublicKey:
    return _ISSUER.public_key


def _reference_key(signer: Signer, secret: bytes) -> Any:
    return JWK.from_json(json.dumps(_private(signer, secret)))


def _marked(value: Any, paths: set[Path], path: Path = ()) -> Any:
    """Claims as the reference takes them: what can be withheld is an SDObj."""
    if isinstance(value, dict):
        names = {name: SDObj(name) if (*path, name) in paths else name for name in value}
        return {names[name]: _marked(inner, paths, (*path, name)) for name, inner in value.items()}
    if isinstance(value, list):
        inner = [(_marked(one, paths, (*path, at)), (*path, at)) for at, one in enumerate(value)]
        return [SDObj(one) if here in paths else one for one, here in inner]
    return value


@pytest.fixture(params=sd_jwt_cases.names())
def case(request: pytest.FixtureRequest) -> sd_jwt_cases.Case:
    """Every case of the specification and of the reference, without dates and with a holder's key of ours."""
    found = sd_jwt_cases.read(request.param)
    claims = {name: value for name, value in found.claims.items() if name not in ("cnf", "iat", "iss")}
    return sd_jwt_cases.Case({**claims, "iss": ISSUER}, found.disclosable, found.shown, found.expected)


def _plain(claims: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if name != "cnf"}


def _verify(text: str, **options: Any) -> Opened:
    return sd_jwt.verify(text, key_for=_key_for, now=system_clock(), types=_TYPES, **options)


@pytest.mark.parametrize("decoys", [False, True])
def test_what_the_reference_issues_and_presents_verifies_here(case: sd_jwt_cases.Case, decoys: bool) -> None:
    issuer = SDJWTIssuer(
        _marked(case.claims, set(case.disclosable)),
        _reference_key(_ISSUER, _SECRETS["P-256"]),
        _reference_key(_HOLDER, _HOLDER_SECRET),
        add_decoy_claims=decoys,
        extra_header_parameters={"kid": _ISSUER.verification_method},
    )
    text = issuer.sd_jwt_issuance
    assert _plain(dict(_verify(text).document)) == case.claims
    assert set(sd_jwt.disclosable_paths(text)) == set(case.disclosable)
    holder = SDJWTHolder(text)
    holder.create_presentation(case.shown, NONCE, AUDIENCE, _reference_key(_HOLDER, _HOLDER_SECRET))
    opened = _verify(holder.sd_jwt_presentation, binding=HolderBound(NONCE, AUDIENCE))
    hidden = set(case.disclosable) - set(sd_jwt_cases.chosen(case))
    assert _plain(dict(opened.document)) == sd_jwt_cases.withheld(case.claims, hidden)


def test_what_we_issue_and_present_verifies_at_the_reference(case: sd_jwt_cases.Case) -> None:
    text = sd_jwt.issue(
        case.claims,
        signer=_ISSUER,
        disclosable=case.disclosable,
        random=counting(),
        holder_key=_HOLDER.public_key,
        type_=_TYPES[0],
        decoys={(): 2},
    )
    signs = HolderSigns(_HOLDER, NONCE, AUDIENCE, system_clock())
    for shown in ((), sd_jwt_cases.chosen(case), case.disclosable):
        presented = sd_jwt.present(text, disclose=shown, holder=signs)
        verifier = SDJWTVerifier(
            presented, lambda *_: _reference_key(_ISSUER, _SECRETS["P-256"]), AUDIENCE, NONCE
        )
        ours = _verify(presented, binding=HolderBound(NONCE, AUDIENCE))
        assert verifier.get_verified_payload() == ours.document


_CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "vct": "https://skills.example/vct/x",
    "name": "NGO MBARGA Émilienne",
    "birth_date": "1985-04-12",
    "trade": "CM:1204",
}
_SECRET_NAMES = ("name", "birth_date")


@pytest.mark.parametrize("kind", sorted(_SECRETS))
@pytest.mark.parametrize("hash_name", ["sha-256", "sha-384", "sha-512"])
def test_an_sd_jwt_vc_goes_from_openvc_to_us(kind: str, hash_name: str) -> None:
    signer, holder = _signer(kind), _signer(kind, "holder")
    suite = SdJwtVcProofSuite(hash_name=hash_name)
    text = suite.issue(
        _CLAIMS,
        signing_key=_peer_key(kind),
        disclosable=_SECRET_NAMES,
        holder_jwk=to_jwk(holder.public_key),
        expires_in_s=600,
        decoys=3,
    )
    shown = suite.create_presentation(
        text, holder_key=_peer_key(kind, "holder"), audience=AUDIENCE, nonce=NONCE
    )
    opened = sd_jwt.verify(
        shown,
        key_for=lambda name: {signer.verification_method: signer.public_key}[name],
        now=system_clock(),
        binding=HolderBound(NONCE, AUDIENCE),
    )
    assert {name: opened.document[name] for name in _CLAIMS} == _CLAIMS
    assert (opened.withheld, opened.type) == (3, "dc+sd-jwt")


@pytest.mark.parametrize("kind", sorted(_SECRETS))
@pytest.mark.parametrize("hash_name", ["sha-256", "sha-384", "sha-512"])
def test_an_sd_jwt_vc_goes_from_us_to_openvc(kind: str, hash_name: str) -> None:
    signer, holder, now = _signer(kind), _signer(kind, "holder"), system_clock()
    text = sd_jwt.issue(
        _CLAIMS,
        signer=signer,
        disclosable=[(name,) for name in _SECRET_NAMES],
        random=counting(),
        holder_key=holder.public_key,
        hash_name=hash_name,
        decoys={(): 2},
    )
    shown = sd_jwt.present(text, disclose=[("name",)], holder=HolderSigns(holder, NONCE, AUDIENCE, now))
    found = SdJwtVcProofSuite().verify(
        shown,
        public_key_jwk=to_jwk(signer.public_key),
        audience=AUDIENCE,
        nonce=NONCE,
        require_key_binding=True,
        expected_vct=_CLAIMS["vct"],
    )
    expected = {name: value for name, value in _CLAIMS.items() if name != "birth_date"}
    assert _plain(dict(found.claims)) == expected
    assert found.key_bound


@pytest.mark.parametrize("kind", sorted(_SECRETS))
@pytest.mark.parametrize("bits", token.SIZES)
def test_a_status_list_token_goes_both_ways(kind: str, bits: int) -> None:
    values = {index: (index * 7 + 1) % (1 << bits) for index in range(100)}
    signer, now = _signer(kind), system_clock()

    packed = new_status_list(104, bits=bits)
    for index, value in values.items():
        set_status(packed, index, value, bits=bits)
    text = build_status_list_token(
        signing_key=_peer_key(kind), uri=_URI, status_list=packed, bits=bits, issued_at=now, ttl=60
    )
    found = token.open(text, uri=_URI, key_for=lambda _: signer.public_key, now=now)
    assert {index: found.statuses.value(index) for index in values} == values

    ours = token.blank(104, bits=bits).with_values(values)
    assert ours.packed == bytes(packed)
    text = token.seal(
        ours, uri=_URI, signer=signer, issued_at=now, expires_at=now + timedelta(hours=1), ttl_s=60
    )
    claims = verify_status_list_token(text, public_key_jwk=to_jwk(signer.public_key), expected_uri=_URI)
    unpacked = peer_decode(claims["status_list"]["lst"])
    assert {index: get_status(unpacked, index, bits=bits) for index in values} == values


@pytest.mark.parametrize("kind", sorted(_SECRETS))
def test_a_credential_as_jwt_goes_both_ways(kind: str) -> None:
    signer = _signer(kind)
    key = _reference_key(signer, _SECRETS[kind])
    theirs = JWS()
    theirs.deserialize(jwt.seal(CREDENTIAL, signer=signer, kind=jwt.VC_JWT))
    theirs.verify(key)
    assert json.loads(theirs.payload) == CREDENTIAL
    assert theirs.jose_header["typ"] == "vc+jwt"

    made = JWS(json.dumps(CREDENTIAL).encode())
    header = {"alg": signer.public_key.type.algorithms[0], "typ": "vc+jwt", "kid": signer.verification_method}
    made.add_signature(key, protected=json.dumps(header))
    text = made.serialize(compact=True)
    assert jwt.open(text, key_for=lambda _: signer.public_key, kind=jwt.VC_JWT).document == CREDENTIAL
