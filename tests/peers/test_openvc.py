"""openvc-core, both directions, for every suite it has. It runs without Node, so in the usual test run.

Two things it does otherwise than the specifications, the W3C vectors and Digital Bazaar's libraries:
- ecdsa-rdfc-2019 with P-384 labels blank nodes by SHA-256 (PyLD's only hash), so that documents with two
  blank nodes that sort differently have another canonical form (ECDSA Cryptosuites 1.0, section 3.2.3);
- its JCS suites hash the context in the proof options and leave it out of the proof they write (EdDSA
  Cryptosuites 1.0, section 3.3.1, step 2).
"""

import base64
import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from openvc.errors import OpenvcError
from openvc.keys import Ed25519SigningKey, P256SigningKey, P384SigningKey
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.proof.di_ecdsa_rdfc import EcdsaRdfcProofSuite
from openvc.proof.di_jcs import EcdsaJcsProofSuite, EddsaJcsProofSuite
from openvc.status.bitstring import decode_bitstring, encode_bitstring, get_status_bit

from certes.credential.contexts import BUNDLED
from certes.credential.errors import BadSignature
from certes.credential.keys import ED25519, P256, P384, KeyType, to_jwk
from certes.credential.proof import ECDSA_RDFC_2019, Suite, sign, verify_proof
from certes.credential.status import bitstring
from tests.peers.documents import (
    FORMS,
    SUITE_IDS,
    SUITES,
    did_of,
    key_for,
    secret_of,
    signer_of,
    unsigned,
)
from tests.unit.credential.samples import CREATED

NOW = datetime(2026, 3, 2, tzinfo=UTC)
_CONTEXTS = {url: dict(one.document) for url, one in BUNDLED.items()}
_PEERS: dict[str, Any] = {
    "eddsa-rdfc-2022": DataIntegrityProofSuite,
    "eddsa-jcs-2022": EddsaJcsProofSuite,
    "ecdsa-rdfc-2019": EcdsaRdfcProofSuite,
    "ecdsa-jcs-2019": EcdsaJcsProofSuite,
}


def _contexts(suite: Suite) -> dict[str, Any]:
    return {"extra_contexts": copy.deepcopy(_CONTEXTS)} if "rdfc" in suite.name else {}


def _their_key(kind: KeyType) -> Any:
    private = base64.urlsafe_b64encode(secret_of(kind)).decode().rstrip("=")
    jwk = {**to_jwk(signer_of(kind).public_key), "d": private}
    makers: dict[str, Any] = {"Ed25519": Ed25519SigningKey, "P-256": P256SigningKey, "P-384": P384SigningKey}
    return makers[kind.name].from_jwk(jwk, signer_of(kind).verification_method)


def _they_verify(document: dict[str, Any], suite: Suite) -> bool:
    try:
        return bool(_PEERS[suite.name]().verify(document, now=NOW, **_contexts(suite)))
    except OpenvcError:
        return False


def _document(form: str, suite: Suite, kind: KeyType) -> dict[str, Any]:
    """A credential; where their blank node labels are others, one without blank nodes."""
    issuer = did_of(signer_of(kind).verification_method)
    if suite is not ECDSA_RDFC_2019 or kind is not P384:
        return unsigned(form, issuer)
    document = unsigned("plain", issuer)
    document["credentialSubject"] |= {"id": "urn:example:subject", "name": form}
    return {**document, "id": f"urn:example:{form}"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("suite", "kind"), SUITES, ids=SUITE_IDS)
def test_what_we_sign_they_verify(suite: Suite, kind: KeyType, form: str) -> None:
    signed = sign(_document(form, suite, kind), signer=signer_of(kind), suite=suite, created=CREATED)
    assert _they_verify(signed, suite)
    assert not _they_verify({**signed, "id": "urn:another:id"}, suite)


def _signed_by_them(document: dict[str, Any], suite: Suite, kind: KeyType) -> dict[str, Any]:
    signed: dict[str, Any] = _PEERS[suite.name]().add_proof(
        document,
        signing_key=_their_key(kind),
        verification_method=signer_of(kind).verification_method,
        created=CREATED,
        **_contexts(suite),
    )
    return signed


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("suite", "kind"), SUITES, ids=SUITE_IDS)
def test_what_they_sign_we_verify(suite: Suite, kind: KeyType, form: str) -> None:
    signed = _signed_by_them(_document(form, suite, kind), suite, kind)
    if suite.proof_has_context:
        with pytest.raises(BadSignature):  # what they hashed is not what they wrote
            verify_proof(signed, key_for=key_for, suites=[suite])
        signed["proof"]["@context"] = signed["@context"]
    facts = verify_proof(signed, key_for=key_for, suites=[suite])
    assert (facts.verification_method, facts.created) == (signer_of(kind).verification_method, CREATED)
    with pytest.raises(BadSignature):
        verify_proof({**signed, "id": "urn:another:id"}, key_for=key_for, suites=[suite])


def test_their_labels_under_p384_are_still_those_of_sha256() -> None:
    """When this fails, they have mended it, and the exception above can go."""
    document = unsigned("badge", did_of(signer_of(P384).verification_method))
    signed = _signed_by_them(document, ECDSA_RDFC_2019, P384)
    with pytest.raises(BadSignature):
        verify_proof(signed, key_for=key_for, suites=[ECDSA_RDFC_2019])


@pytest.mark.parametrize("kind", [ED25519, P256], ids=lambda kind: kind.name)
def test_a_signature_is_deterministic_or_at_least_ours_to_verify(kind: KeyType) -> None:
    signature = _their_key(kind).sign(b"x")
    signer_of(kind).public_key.verify(signature, b"x")


@pytest.mark.parametrize("indexes", [[], [0], [7, 8, 131_071]])
def test_status_lists_read_the_same_on_both_sides(indexes: list[int]) -> None:
    ours = bitstring.encode(bitstring.with_bits(bitstring.blank(), indexes))
    theirs = decode_bitstring(ours)
    assert [index for index in (0, 1, 7, 8, 9, 131_071) if get_status_bit(theirs, index)] == indexes
    assert bitstring.decode(encode_bitstring(theirs)) == bitstring.with_bits(bitstring.blank(), indexes)
