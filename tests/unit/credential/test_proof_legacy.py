"""Ed25519Signature2020 against the W3C vectors; documents of VCDM 1.1 with it."""

import hashlib
import json
from importlib.resources import files
from typing import Any

import pytest

from certes.credential import multibase
from certes.credential.contexts import ContextRegistry, parse_context
from certes.credential.errors import BadSignature, Malformed, Refusal, Unsupported
from certes.credential.proof import ALL_SUITES, verify_proof, verify_proofs
from certes.credential.proof.digests import document_digest, options_digest
from certes.credential.proof.ed25519_signature_2020 import (
    ED25519_SIGNATURE_2020,
    is_legacy,
    verify_legacy_proof,
)
from tests.unit.credential.ecdsa_samples import ED, P2, did_key
from tests.unit.credential.samples import VECTORS, WITH_EXAMPLES, card, changed, read_json

ED25519_2020_V1 = "https://w3id.org/security/suites/ed25519-2020/v1"
CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"


def _contexts() -> ContextRegistry:
    folder = files("schemas") / "contexts" / "conformance"
    rows = json.loads((folder / "manifest.json").read_bytes())["contexts"]
    row = next(row for row in rows if row["url"] == ED25519_2020_V1)
    raw = (folder / row["file"]).read_bytes()
    return WITH_EXAMPLES.extended([parse_context(raw, url=row["url"], sha256=row["sha256"])])


CONTEXTS = _contexts()
_SIGNED = read_json("vc-di-eddsa", "Ed25519Signature2020", "signedEdSig.json")


def _text(name: str) -> str:
    return VECTORS.joinpath("vc-di-eddsa", "Ed25519Signature2020", name).read_text(encoding="utf-8")


def _verify(document: dict[str, Any]) -> Any:
    return verify_legacy_proof(document, key_for=did_key, contexts=CONTEXTS)


def test_every_intermediate_of_the_vectors_byte_for_byte() -> None:
    suite = ED25519_SIGNATURE_2020
    unsecured = {name: value for name, value in _SIGNED.items() if name != "proof"}
    options = read_json("vc-di-eddsa", "Ed25519Signature2020", "proofConfigEdSig.json")
    assert suite.canonicalize(unsecured, CONTEXTS, "sha256").decode() == _text("canonDocEdSig.txt")
    assert suite.canonicalize(options, CONTEXTS, "sha256").decode() == _text("proofCanonEdSig.txt")
    hashed = document_digest(unsecured, suite=suite, hash_name="sha256", contexts=CONTEXTS)
    assert hashed.hex() == _text("docHashEdSig.txt")
    context = options["@context"]
    hashed_options = options_digest(
        options, context=context, suite=suite, hash_name="sha256", contexts=CONTEXTS
    )
    assert hashed_options.hex() == _text("proofHashEdSig.txt")
    assert (hashed_options + hashed).hex() == _text("combinedHashEdSig.txt")
    assert multibase.decode(_text("sigBTC58EdSig.txt")).hex() == _text("sigHexEdSig.txt")


def test_the_signed_document_of_the_vectors_verifies() -> None:
    facts = _verify(_SIGNED)
    assert (facts.suite, facts.verification_method) == (
        "Ed25519Signature2020",
        _SIGNED["proof"]["verificationMethod"],
    )
    assert facts == _verify({**_SIGNED, "proof": [_SIGNED["proof"]]})


@pytest.mark.parametrize(
    ("path", "to", "kind", "code"),
    [
        (("name",), "Another", BadSignature, "signature_invalid"),
        (("proof", "created"), "2023-02-24T23:36:39Z", BadSignature, "signature_invalid"),
        (("proof", "created"), "2023-02-24", Malformed, "instant_invalid"),
        (("proof", "proofPurpose"), "authentication", Malformed, "proof_purpose_wrong"),
        (("proof", "verificationMethod"), P2.verification_method, Malformed, "key_type_wrong"),
        (("proof", "verificationMethod"), ED.verification_method, BadSignature, "signature_invalid"),
        (("proof", "cryptosuite"), "eddsa-rdfc-2022", Malformed, "proof_member_unexpected"),
        (("proof", "previousProof"), "urn:a:1", Malformed, "proof_member_unexpected"),
        (("proof", "type"), "Ed25519Signature2018", Unsupported, "proof_type_unsupported"),
        (("proof", "proofValue"), "uAAAA", Malformed, "proof_value_invalid"),
        (("proof",), [_SIGNED["proof"]] * 2, Unsupported, "proof_type_unsupported"),
        (("proof",), None, Unsupported, "proof_type_unsupported"),
    ],
)
def test_a_changed_copy_is_refused_by_name(
    path: tuple[str, ...], to: Any, kind: type[Refusal], code: str
) -> None:
    with pytest.raises(kind) as caught:
        _verify(changed(_SIGNED, *path, to=to))
    assert (type(caught.value), caught.value.code) == (kind, code)


def test_created_is_required() -> None:
    proof = {name: value for name, value in _SIGNED["proof"].items() if name != "created"}
    with pytest.raises(Malformed) as caught:
        _verify({**_SIGNED, "proof": proof})
    assert caught.value.code == "instant_missing"


@pytest.mark.parametrize("verify", [verify_proof, verify_proofs])
def test_production_does_not_know_it(verify: Any) -> None:
    assert is_legacy(_SIGNED)
    assert not is_legacy(card())
    with pytest.raises(Unsupported) as caught:
        verify(_SIGNED, key_for=did_key, suites=ALL_SUITES, contexts=CONTEXTS)
    assert caught.value.code == "proof_type_unsupported"
    with pytest.raises(Unsupported) as caught:
        verify_legacy_proof(_SIGNED, key_for=did_key, contexts=WITH_EXAMPLES)
    assert caught.value.code == "context_unknown"


def test_a_document_of_version_1_1_verifies() -> None:
    document = {
        "@context": [CREDENTIALS_V1, ED25519_2020_V1],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential"],
        "issuer": ED.verification_method.partition("#")[0],
        "issuanceDate": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh"},
    }
    proof = {
        "type": "Ed25519Signature2020",
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": ED.verification_method,
        "proofPurpose": "assertionMethod",
    }
    digests = [
        hashlib.sha256(ED25519_SIGNATURE_2020.canonicalize(part, CONTEXTS, "sha256")).digest()
        for part in ({**proof, "@context": document["@context"]}, document)
    ]
    signed = {
        **document,
        "proof": {**proof, "proofValue": multibase.encode_base58(ED.sign(b"".join(digests)))},
    }
    assert _verify(signed).key == ED.public_key
    with pytest.raises(BadSignature):
        _verify({**signed, "issuanceDate": "2024-01-01T00:00:00Z"})
