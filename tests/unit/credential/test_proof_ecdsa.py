"""ecdsa-rdfc-2019 and ecdsa-jcs-2019 against the W3C vectors, on both curves."""

from datetime import UTC, datetime

import pytest

from certes.credential import multibase
from certes.credential.errors import BadSignature, Malformed, Refusal, Unsupported
from certes.credential.keys import P256, P384, EcdsaSigner
from certes.credential.proof import (
    CONFORMANCE,
    ECDSA_JCS_2019,
    ECDSA_RDFC_2019,
    PRODUCTION_CARD,
    PRODUCTION_WALLET,
    Suite,
    sign,
    verify_proof,
    verify_proofs,
)
from certes.credential.proof.digests import document_digest, options_digest
from tests.unit.credential.ecdsa_samples import ED, PAIR_IDS, PAIRS, did_key
from tests.unit.credential.samples import CREATED, VECTORS, WITH_EXAMPLES, badge, card, changed, read_json

_KINDS = {"p256": (P256, "sha256"), "p384": (P384, "sha384")}
# folder, curve, ending of its files, suite, unsigned document
_VECTORS = [
    (f"ecdsa-{name}-2019-{curve}{inner}", curve, f"{mark}ECDSA{curve.upper()}", suite, unsigned)
    for name, mark, suite in (("rdfc", "", ECDSA_RDFC_2019), ("jcs", "JCS", ECDSA_JCS_2019))
    for curve in ("p256", "p384")
    for inner, unsigned in (("", "unsigned.json"), ("/employ", "employmentAuth.json"))
    if name == "rdfc" or not inner
]
_IDS = [folder for folder, *_ in _VECTORS]
_SIGNED_AT = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
_all_vectors = pytest.mark.parametrize(("folder", "curve", "ending", "suite", "unsigned"), _VECTORS, ids=_IDS)


def _text(folder: str, name: str) -> str:
    return VECTORS.joinpath("vc-di-ecdsa", folder, name).read_text(encoding="utf-8")


def _signer(curve: str) -> EcdsaSigner:
    pair = read_json("vc-di-ecdsa", f"{curve}KeyPair.json")
    public = pair["publicKeyMultibase"]
    secret = multibase.decode(pair["secretKeyMultibase"])[2:]
    return EcdsaSigner(secret, f"did:key:{public}#{public}", key_type=_KINDS[curve][0])


@_all_vectors
def test_every_intermediate_of_the_vectors_byte_for_byte(
    folder: str, curve: str, ending: str, suite: Suite, unsigned: str
) -> None:
    kind, hash_name = _KINDS[curve]
    assert suite.hash_for(kind) == hash_name
    document = read_json("vc-di-ecdsa", unsigned)
    context = document["@context"]
    options = read_json("vc-di-ecdsa", folder, f"proofConfig{ending}.json")
    canonical = suite.canonicalize(document, WITH_EXAMPLES, hash_name)
    assert canonical.decode() == _text(folder, f"canonDoc{ending}.txt")
    canonical = suite.canonicalize({**options, "@context": context}, WITH_EXAMPLES, hash_name)
    assert canonical.decode() == _text(folder, f"proofCanon{ending}.txt")
    hashed = document_digest(document, suite=suite, hash_name=hash_name, contexts=WITH_EXAMPLES)
    hashed_options = options_digest(
        options, context=context, suite=suite, hash_name=hash_name, contexts=WITH_EXAMPLES
    )
    assert hashed.hex() == _text(folder, f"docHash{ending}.txt")
    assert hashed_options.hex() == _text(folder, f"proofHash{ending}.txt")
    assert (hashed_options + hashed).hex() == _text(folder, f"combinedHash{ending}.txt")
    signature = _signer(curve).sign(hashed_options + hashed)
    assert signature.hex() == _text(folder, f"sigHex{ending}.txt")
    assert multibase.encode_base58(signature) == _text(folder, f"sigBTC58{ending}.txt")


@_all_vectors
def test_signing_gives_the_signed_document_of_the_vectors(
    folder: str, curve: str, ending: str, suite: Suite, unsigned: str
) -> None:
    document = read_json("vc-di-ecdsa", unsigned)
    again = sign(document, signer=_signer(curve), suite=suite, created=_SIGNED_AT, contexts=WITH_EXAMPLES)
    assert again == read_json("vc-di-ecdsa", folder, f"signed{ending}.json")


@_all_vectors
def test_the_signed_documents_of_the_vectors_verify_and_changed_ones_do_not(
    folder: str, curve: str, ending: str, suite: Suite, unsigned: str
) -> None:
    signed = read_json("vc-di-ecdsa", folder, f"signed{ending}.json")
    for verify in (verify_proof, lambda *args, **how: verify_proofs(*args, **how)[0]):
        facts = verify(signed, key_for=did_key, suites=CONFORMANCE, contexts=WITH_EXAMPLES)
        assert (facts.suite, facts.created, facts.key.type) == (suite.name, _SIGNED_AT, _KINDS[curve][0])
    value = signed["proof"]["proofValue"]
    method = ED.verification_method
    tampered: list[tuple[tuple[str, ...], object, type[Refusal], str]] = [
        (("name",), "Another", BadSignature, "signature_invalid"),
        (("validFrom",), "2023-01-02T00:00:00Z", BadSignature, "signature_invalid"),
        (("issuer",), "https://vc.example/issuers/1", BadSignature, "signature_invalid"),
        (("proof", "created"), "2023-02-24T23:36:39Z", BadSignature, "signature_invalid"),
        (("proof", "expires"), "2033-02-24T23:36:39Z", BadSignature, "signature_invalid"),
        (("proof", "proofPurpose"), "authentication", Malformed, "proof_purpose_wrong"),
        (("proof", "verificationMethod"), method, Malformed, "key_type_wrong"),
        (("proof", "cryptosuite"), "ecdsa-2019", Unsupported, "cryptosuite_not_allowed"),
        (("proof", "cryptosuite"), "ecdsa-sd-2023", Unsupported, "cryptosuite_not_allowed"),
        (("proof", "proofValue"), value[:-2], Malformed, "proof_value_invalid"),
        (("proof", "proofValue"), "u" + value[1:], Malformed, "proof_value_invalid"),
        (("proof", "proofValue"), value + "0", Malformed, "multibase_invalid"),
        (("proof",), None, Malformed, "proof_missing"),
        (("proof",), [], Malformed, "proof_missing"),
    ]
    for path, to, kind, code in tampered:
        with pytest.raises(kind) as caught:
            verify_proof(
                changed(signed, *path, to=to), key_for=did_key, suites=CONFORMANCE, contexts=WITH_EXAMPLES
            )
        assert (type(caught.value), caught.value.code) == (kind, code), path


@pytest.mark.parametrize(("suite", "signer"), PAIRS, ids=PAIR_IDS)
@pytest.mark.parametrize("document", [badge(), card()], ids=["badge", "card"])
def test_what_is_signed_verifies(suite: Suite, signer: EcdsaSigner, document: dict[str, object]) -> None:
    signed = sign(document, signer=signer, suite=suite, created=CREATED)
    facts = verify_proof(signed, key_for=did_key, suites=CONFORMANCE)
    assert (facts.suite, facts.key, facts.created) == (suite.name, signer.public_key, CREATED)


@pytest.mark.parametrize(("suite", "signer"), PAIRS[2:], ids=PAIR_IDS[2:])
def test_production_takes_no_suite_it_does_not_sign_with(suite: Suite, signer: EcdsaSigner) -> None:
    signed = sign(card(), signer=signer, suite=suite, created=CREATED)
    for profile in (PRODUCTION_CARD, PRODUCTION_WALLET):
        with pytest.raises(Unsupported) as caught:
            verify_proof(signed, key_for=did_key, suites=profile)
        assert caught.value.code == "cryptosuite_not_allowed"
