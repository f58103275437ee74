"""did:key resolution: documents, DID URLs, and the named errors."""

import pytest

from certes.conformance.keys import fresh_signer
from certes.conformance.resolution import resolve
from certes.credential import multibase
from certes.credential.did import parse_document
from certes.credential.keys import ED25519, P256, P384, KeyType

DID = "did:key:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b"
MULTIKEY = DID.removeprefix("did:key:")


@pytest.mark.parametrize("kind", [ED25519, P256, P384])
@pytest.mark.parametrize("form", [None, "Multikey", "JsonWebKey"])
def test_a_key_resolves_to_a_document_that_says_that_key(kind: KeyType, form: str | None) -> None:
    signer = fresh_signer(kind)
    did, method = signer.verification_method.partition("#")[0], signer.verification_method
    status, body = resolve(did, key_format=form)
    assert status == 200
    document = parse_document(body["didDocument"], did=did)
    assert document.key_for(method) == signer.public_key
    assert body["didDocumentMetadata"] == {}
    status, body = resolve(method)
    assert (status, body["didDocument"]["controller"]) == (200, did)


@pytest.mark.parametrize(
    ("identifier", "error"),
    [
        (DID.replace("did:", "notDid:", 1), "invalidDid"),
        ("did:experimental:" + MULTIKEY, "invalidDid"),
        ("did:key:-4:" + MULTIKEY, "invalidDid"),
        ("did:key:" + MULTIKEY[1:], "invalidDid"),
        ("did:key:@", "invalidDid"),
        ("", "invalidDid"),
        ("did:key:" + multibase.encode_base58(b"\xed\x01" + bytes(31)), "invalidPublicKeyLength"),
        ("did:key:" + multibase.encode_base58(b"\x80\x24" + bytes([2]) + b"\xff" * 32), "invalidPublicKey"),
        ("did:key:" + multibase.encode_base58(b"\xe7\x01" + bytes(33)), "unsupportedPublicKeyType"),
        ("did:key:z" + "1" * 4_000, "invalidDid"),
    ],
)
def test_what_is_no_key_is_refused_by_name(identifier: str, error: str) -> None:
    status, body = resolve(identifier)
    assert (status, body["didDocument"], body["didResolutionMetadata"]["error"]) == (400, {}, error)


@pytest.mark.parametrize(
    ("url", "form", "error"),
    [
        (f"{DID}/^bar^/?query=`#{MULTIKEY}", None, "invalidDidUrl"),
        (f"{DID}#other", None, "invalidDidUrl"),
        (f"{DID}#{MULTIKEY}", "Ed25519VerificationKey2018", "invalidPublicKeyType"),
        (f"did:key:zzz#{MULTIKEY}", None, "invalidDid"),
    ],
)
def test_a_did_url_that_names_nothing_is_refused(url: str, form: str | None, error: str) -> None:
    status, body = resolve(url, key_format=form)
    assert (status, body["didDereferencingMetadata"]["error"]) == (400, error)


def test_an_unknown_form_of_key_is_refused() -> None:
    status, body = resolve(DID, key_format="unknown")
    assert (status, body["didResolutionMetadata"]["error"]) == (400, "unsupportedPublicKeyType")
