"""Where a DID's document is and what it says; keys that are their own document."""

import json
from typing import Any

import pytest

from certes.credential import multibase
from certes.credential.did import did_of, expand, parse_document, url_of
from certes.credential.errors import Malformed, Refusal, Unsupported
from certes.credential.keys import Ed25519Signer
from tests.unit.credential.samples import ISSUER, SIGNER, read_json

_MULTIKEY = SIGNER.public_key.multikey
_METHOD = f"{ISSUER}#k1"


def _jwk(**members: Any) -> dict[str, Any]:
    x = multibase.base64url_encode(SIGNER.public_key.raw)
    return {"kty": "OKP", "crv": "Ed25519", "x": x, **members}


def _did_jwk(value: Any) -> str:
    return "did:jwk:" + multibase.base64url_encode(json.dumps(value).encode())


@pytest.mark.parametrize("did", read_json("did-key", "ed25519-x25519.json"))
def test_the_did_key_vectors(did: str) -> None:
    vector = read_json("did-key", "ed25519-x25519.json")[did]
    pair = vector["verificationKeyPair"]
    document = expand(did)
    method = f"{did}#{pair['id'].partition('#')[2]}"
    key = document.key_for(method)
    if "publicKeyJwk" in pair:  # the vectors write the same key in two ways
        assert multibase.base64url_encode(key.raw) == pair["publicKeyJwk"]["x"]
    else:
        assert multibase.base58_encode(key.raw) == pair["publicKeyBase58"]
    assert key == Ed25519Signer(bytes.fromhex(vector["seed"]), method).public_key
    for purpose in ("assertionMethod", "authentication", "capabilityInvocation", "capabilityDelegation"):
        assert vector["didDocument"][purpose] == [method]
        assert document.key_for(method, purpose=purpose) == key
    assert url_of(did) is None


def test_a_did_jwk_is_its_own_document() -> None:
    did = _did_jwk(_jwk(use="sig"))
    assert expand(did).key_for(f"{did}#0") == SIGNER.public_key
    assert url_of(did) is None


@pytest.mark.parametrize(
    ("value", "kind", "code"),
    [
        (_jwk(d="x"), Malformed, "jwk_is_private"),
        (_jwk(kty=1), Malformed, "jwk_invalid"),
        (_jwk(crv=["Ed25519"]), Malformed, "jwk_invalid"),
        (_jwk(x=None), Malformed, "jwk_invalid"),
        (_jwk(x="AA"), Malformed, "key_length_wrong"),
        (_jwk(x="A="), Malformed, "multibase_invalid"),
        (_jwk(kty="EC", crv="P-521"), Unsupported, "key_type_unsupported"),
        (_jwk(kty="EC", crv="P-256"), Malformed, "jwk_invalid"),
        (_jwk(kty="EC", crv="P-256", y="AA"), Malformed, "key_length_wrong"),
        (_jwk(kty="EC", crv="Ed25519"), Unsupported, "key_type_unsupported"),
        (_jwk(use="enc"), Unsupported, "jwk_not_for_signatures"),
        (_jwk(key_ops=["encrypt"]), Unsupported, "jwk_not_for_signatures"),
        (_jwk(key_ops="verify"), Unsupported, "jwk_not_for_signatures"),
        (_jwk(alg="HS256"), Unsupported, "jwk_algorithm_wrong"),
        (_jwk(alg="ES256"), Unsupported, "jwk_algorithm_wrong"),
        (_jwk(alg=["EdDSA"]), Unsupported, "jwk_algorithm_wrong"),
        ({"kty": "RSA"}, Unsupported, "key_type_unsupported"),
        ([], Malformed, "json_not_object"),
        (_jwk(n="A" * 2_000), Malformed, "did_invalid"),
    ],
)
def test_a_did_jwk_of_another_kind_says_whose_fault_it_is(value: Any, kind: type[Refusal], code: str) -> None:
    with pytest.raises(kind) as caught:
        expand(_did_jwk(value))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("did", "url"),
    [
        (ISSUER, "https://skills.example/cm/1/did.json"),
        ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
        ("did:web:example.com%3A3000:user:alice", "https://example.com:3000/user/alice/did.json"),
        ("did:web:localhost%3a8443", "https://localhost:8443/.well-known/did.json"),
        ("did:web:example.com:caf%C3%A9:a..b:~x", "https://example.com/caf%C3%A9/a..b/~x/did.json"),
    ],
)
def test_where_a_did_web_document_is(did: str, url: str) -> None:
    assert url_of(did) == url


@pytest.mark.parametrize(
    "did",
    [
        "did:web:",
        "did:web",
        "web:example.com",
        "did:web:Example.com",
        "did:web:example.com:",
        "did:web:example.com::a",
        "did:web:example.com:..",
        "did:web:example.com:.",
        "did:web:example.com:a%2E%2E",
        "did:web:example.com:%2e%2e",
        "did:web:example.com:a%2Fb",
        "did:web:example.com:a%5Cb",
        "did:web:example.com:a%00",
        "did:web:example.com:a%252e",
        "did:web:example.com:a%zz",
        "did:web:example.com:a/b",
        "did:web:example.com/a",
        "did:web:example.com#k1",
        "did:web:example.com?x=1",
        "did:web:user@example.com",
        "did:web:user%40example.com",
        "did:web:example.com%3A0",
        "did:web:example.com%3A65536",
        "did:web:example.com%3A99999",
        "did:web:example.com%3A",
        "did:web:127.0.0.1",
        "did:web:2130706433",
        "did:web:0x7f.1",
        "did:web:127.0.0.0x1",
        "did:web:[%3A%3A1]",
        "did:web:-a.example",
        "did:web:a..example",
        "did:web:a.example.",
        "did:web:éxample.com",
        "did:web:" + ".".join(["a" * 60] * 5),
        "did:web:example.com:" + "a" * 600,
    ],
)
def test_a_did_web_that_could_lead_elsewhere_is_refused(did: str) -> None:
    with pytest.raises(Malformed) as caught:
        url_of(did)
    assert caught.value.code == "did_invalid"


def test_a_module_of_a_method_checks_its_own_prefix() -> None:
    from certes.credential.did import web

    with pytest.raises(Malformed):
        web.url_of("did:key:z6Mk")


def test_a_did_web_says_nothing_by_itself() -> None:
    with pytest.raises(Unsupported) as caught:
        expand(ISSUER)
    assert caught.value.code == "did_not_self_contained"


def test_another_method_is_our_limit() -> None:
    with pytest.raises(Unsupported) as caught:
        url_of("did:example:123")
    assert caught.value.code == "did_method_unsupported"


def test_the_did_of_a_verification_method() -> None:
    assert did_of(_METHOD) == ISSUER
    for text in (ISSUER, f"{ISSUER}#", "#k1", "https://e.example/#k1", f"{ISSUER}#a#b"):
        with pytest.raises(Malformed) as caught:
            did_of(text)
        assert caught.value.code == "did_url_invalid"


def _document(**members: Any) -> dict[str, Any]:
    method = {"id": _METHOD, "type": "Multikey", "controller": ISSUER, "publicKeyMultibase": _MULTIKEY}
    return {"id": ISSUER, "verificationMethod": [method], "assertionMethod": [_METHOD], **members}


def _method(**members: Any) -> dict[str, Any]:
    return {**_document()["verificationMethod"][0], **members}


def test_a_published_document_is_read() -> None:
    embedded = {"id": "#k2", "type": "JsonWebKey", "controller": ISSUER, "publicKeyJwk": _jwk()}
    document = parse_document(_document(authentication=["#k1", embedded]), did=ISSUER)
    assert document.key_for(_METHOD) == SIGNER.public_key
    assert document.key_for(_METHOD, purpose="authentication") == SIGNER.public_key
    assert document.key_for(f"{ISSUER}#k2", purpose="authentication") == SIGNER.public_key


@pytest.mark.parametrize(
    ("document", "method", "purpose", "kind", "code"),
    [
        (_document(), f"{ISSUER}#k9", "assertionMethod", Malformed, "verification_method_unknown"),
        (_document(), _METHOD, "authentication", Malformed, "verification_method_purpose"),
        (_document(), _METHOD, "keyAgreement", Malformed, "verification_method_purpose"),
        (
            _document(verificationMethod=[_method(controller="did:web:other.example")]),
            _METHOD,
            "assertionMethod",
            Malformed,
            "verification_method_controller",
        ),
        (
            _document(verificationMethod=[_method(type="Ed25519VerificationKey2020")]),
            _METHOD,
            "assertionMethod",
            Unsupported,
            "key_type_unsupported",
        ),
        (
            _document(
                verificationMethod=[
                    _method(publicKeyMultibase=multibase.encode_base58(b"\x82\x24" + bytes(67)))
                ]
            ),
            _METHOD,
            "assertionMethod",
            Unsupported,
            "key_type_unsupported",
        ),
    ],
)
def test_a_key_is_given_only_for_what_the_document_allows(
    document: dict[str, Any], method: str, purpose: str, kind: type[Refusal], code: str
) -> None:
    with pytest.raises(kind) as caught:
        parse_document(document, did=ISSUER).key_for(method, purpose=purpose)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (_document(id="did:web:other.example"), "id"),
        ({}, "id"),
        (_document(verificationMethod={}), "verificationMethod"),
        (_document(verificationMethod=["x"]), "verificationMethod"),
        (_document(verificationMethod=[_method(), _method()]), "verificationMethod"),
        (_document(verificationMethod=[{}] * 300), "verificationMethod"),
        (_document(verificationMethod=[_method(id=1)]), "id"),
        (_document(verificationMethod=[_method(controller=None)]), "controller"),
        (_document(verificationMethod=[_method(publicKeyMultibase=None)]), "publicKeyMultibase"),
        (_document(assertionMethod=_METHOD), "assertionMethod"),
        (_document(assertionMethod=[1]), "verificationMethod"),
    ],
)
def test_a_document_that_is_not_one_is_malformed(document: dict[str, Any], field: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse_document(document, did=ISSUER)
    assert (caught.value.code, caught.value.field) == ("did_document_invalid", field)


def test_a_jwk_method_without_a_jwk_is_malformed() -> None:
    with pytest.raises(Malformed) as caught:
        parse_document(_document(verificationMethod=[_method(type="JsonWebKey")]), did=ISSUER)
    assert caught.value.code == "jwk_invalid"
