"""Data Integrity proofs against the W3C vectors, and every way a proof is refused."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from certes.credential import multibase
from certes.credential.contexts import CREDENTIALS_V2, SKILLS_V1
from certes.credential.did import did_of, expand
from certes.credential.errors import BadSignature, Malformed, Misuse, Refusal, Unsupported
from certes.credential.keys import Ed25519Signer, KeyType, PublicKey
from certes.credential.proof import EDDSA_JCS_2022, EDDSA_RDFC_2022, Suite, sign, verify_proof
from certes.credential.proof.digests import document_digest, options_digest
from tests.unit.credential.samples import (
    CREATED,
    SIGNER,
    VECTORS,
    WITH_EXAMPLES,
    badge,
    card,
    changed,
    key_for,
    read_json,
)

SUITES = (EDDSA_RDFC_2022, EDDSA_JCS_2022)

# folder, ending of its files, suite, unsigned document
_VECTORS = [
    ("eddsa-rdfc-2022", "DataInt", EDDSA_RDFC_2022, "unsigned.json"),
    ("eddsa-rdfc-2022/employ", "DataInt", EDDSA_RDFC_2022, "employmentAuth.json"),
    ("eddsa-jcs-2022", "JCS", EDDSA_JCS_2022, "unsigned.json"),
]


def _file(folder: str, name: str) -> str:
    return VECTORS.joinpath("vc-di-eddsa", folder, name).read_text(encoding="utf-8")


def _did_key(method: str) -> PublicKey:
    return expand(did_of(method)).key_for(method)


def _vector_signer() -> Ed25519Signer:
    pair = read_json("vc-di-eddsa", "keyPair.json")
    seed = multibase.decode(pair["privateKeyMultibase"])[2:]
    public = pair["publicKeyMultibase"]
    return Ed25519Signer(seed, f"did:key:{public}#{public}")


@pytest.mark.parametrize(("folder", "ending", "suite", "unsigned"), _VECTORS)
def test_every_intermediate_of_the_vectors_byte_for_byte(
    folder: str, ending: str, suite: Suite, unsigned: str
) -> None:
    document = read_json("vc-di-eddsa", unsigned)
    options = read_json("vc-di-eddsa", folder, f"proofConfig{ending}.json")
    canonical_document = suite.canonicalize(document, WITH_EXAMPLES, "sha256")
    canonical_options = suite.canonicalize(
        {**options, "@context": document["@context"]}, WITH_EXAMPLES, "sha256"
    )
    assert canonical_document.decode() == _file(folder, f"canonDoc{ending}.txt")
    assert canonical_options.decode() == _file(folder, f"proofCanon{ending}.txt")
    hashed_document = document_digest(document, suite=suite, hash_name="sha256", contexts=WITH_EXAMPLES)
    hashed_options = options_digest(
        options, context=document["@context"], suite=suite, hash_name="sha256", contexts=WITH_EXAMPLES
    )
    assert hashed_document.hex() == _file(folder, f"docHash{ending}.txt")
    assert hashed_options.hex() == _file(folder, f"proofHash{ending}.txt")
    assert (hashed_options + hashed_document).hex() == _file(folder, f"combinedHash{ending}.txt")
    signature = _vector_signer().sign(hashed_options + hashed_document)
    assert signature.hex() == _file(folder, f"sigHex{ending}.txt")
    assert multibase.encode_base58(signature) == _file(folder, f"sigBTC58{ending}.txt")


@pytest.mark.parametrize(("folder", "ending", "suite", "unsigned"), _VECTORS)
def test_signing_gives_the_signed_document_of_the_vectors(
    folder: str, ending: str, suite: Suite, unsigned: str
) -> None:
    signed = read_json("vc-di-eddsa", folder, f"signed{ending}.json")
    created = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
    document = read_json("vc-di-eddsa", unsigned)
    signer = _vector_signer()
    again = sign(document, signer=signer, suite=suite, created=created, contexts=WITH_EXAMPLES)
    assert again == signed


@pytest.mark.parametrize(("folder", "ending", "suite", "unsigned"), _VECTORS)
def test_the_signed_documents_of_the_vectors_verify_and_changed_ones_do_not(
    folder: str, ending: str, suite: Suite, unsigned: str
) -> None:
    signed = read_json("vc-di-eddsa", folder, f"signed{ending}.json")
    facts = verify_proof(signed, key_for=_did_key, suites=SUITES, contexts=WITH_EXAMPLES)
    assert facts.suite == suite.name
    assert facts.created == datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
    for member in ("name", "validFrom"):
        with pytest.raises(BadSignature) as caught:
            verify_proof(
                changed(signed, member, to="2023-01-02T00:00:00Z"),
                key_for=_did_key,
                suites=SUITES,
                contexts=WITH_EXAMPLES,
            )
        assert caught.value.code == "signature_invalid"


@pytest.mark.parametrize(
    "name", ["signedProofSet1", "signedProofSet2", "signedProofChain1", "signedProofChain2"]
)
def test_sets_and_chains_of_the_vectors_are_not_for_the_verifier_of_one_proof(name: str) -> None:
    signed = read_json("vc-di-eddsa", "proof-set-chain", f"{name}.json")
    if isinstance(signed["proof"], dict):  # the first step of each, before the second proof is added
        verify_proof(signed, key_for=_did_key, suites=SUITES, contexts=WITH_EXAMPLES)
        return
    with pytest.raises(Unsupported) as caught:
        verify_proof(signed, key_for=_did_key, suites=SUITES, contexts=WITH_EXAMPLES)
    assert caught.value.code == "proofs_several"


def _signed(suite: Suite, document: dict[str, Any] | None = None) -> dict[str, Any]:
    return sign(document or card(), signer=SIGNER, suite=suite, created=CREATED)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
@pytest.mark.parametrize("document", [badge(), card()], ids=["badge", "card"])
def test_what_is_signed_verifies(suite: Suite, document: dict[str, Any]) -> None:
    before = repr(document)
    signed = _signed(suite, document)
    assert repr(document) == before
    for shown in (signed, {**signed, "proof": [signed["proof"]]}):
        facts = verify_proof(shown, key_for=key_for, suites=SUITES)
        assert (facts.suite, facts.verification_method) == (suite.name, SIGNER.verification_method)
        assert (facts.created, facts.key, facts.expires) == (CREATED, SIGNER.public_key, None)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("created", "2026-03-01T08:00:01Z"),
        ("created", "2026-03-01T08:00:00.0Z"),
        ("expires", "2036-03-01T08:00:00Z"),
        ("nonce", "x"),
        ("domain", "https://e.example/"),
        ("id", "https://e.example/proof"),
    ],
)
def test_a_changed_proof_option_is_a_bad_signature(suite: Suite, name: str, value: str) -> None:
    with pytest.raises(BadSignature):
        verify_proof(changed(_signed(suite), "proof", name, to=value), key_for=key_for, suites=SUITES)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_a_missing_created_is_a_bad_signature_when_it_was_signed(suite: Suite) -> None:
    signed = _signed(suite)
    del signed["proof"]["created"]
    with pytest.raises(BadSignature):
        verify_proof(signed, key_for=key_for, suites=SUITES)


def _with_options(suite: Suite, **options: Any) -> dict[str, Any]:
    """A card signed with other options than `sign` writes."""
    document = card()
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite.name,
        "verificationMethod": SIGNER.verification_method,
        "proofPurpose": "assertionMethod",
        **options,
    }
    config = {**proof, "@context": document["@context"]} if suite is EDDSA_RDFC_2022 else proof
    digests = [
        hashlib.sha256(suite.canonicalize(value, WITH_EXAMPLES, "sha256")).digest()
        for value in (config, document)
    ]
    proof["proofValue"] = multibase.encode_base58(SIGNER.sign(b"".join(digests)))
    return {**document, "proof": proof}


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"created": "2026-03-01T09:00:00.250+01:00"},
        {"created": "2026-03-01T08:00:00Z", "expires": "2027-03-01T08:00:00Z", "nonce": "n"},
        {"created": "2026-03-01T08:00:00Z", "nonce": "n" * 300},
    ],
)
def test_proofs_of_others_with_other_options_verify(suite: Suite, options: dict[str, Any]) -> None:
    facts = verify_proof(_with_options(suite, **options), key_for=key_for, suites=SUITES)
    assert (facts.created is None) == ("created" not in options)
    assert (facts.expires is None) == ("expires" not in options)


def test_a_context_that_is_no_short_list_is_hashed_all_the_same() -> None:
    long = "https://e.example/" + "x" * 300
    contexts: list[Any] = [long, [long], [], [{"a": "b"}]]
    for context in contexts:
        signed = _signed(EDDSA_JCS_2022, {"@context": context, "a": 1})
        verify_proof(signed, key_for=key_for, suites=SUITES)


def test_a_document_without_a_context_is_plain_json() -> None:
    signed = _signed(EDDSA_JCS_2022, {"type": "Anything"})
    assert "@context" not in signed["proof"]
    verify_proof(signed, key_for=key_for, suites=SUITES)


_REFUSED: list[tuple[tuple[str | int, ...], Any, type[Refusal], str]] = [
    (("proof",), None, Malformed, "proof_missing"),
    (("proof",), [], Malformed, "proof_missing"),
    (("proof",), "z123", Malformed, "proof_invalid"),
    (("proof",), ["z123"], Malformed, "proof_invalid"),
    (("proof",), [{}, {}], Unsupported, "proofs_several"),
    (("proof", "previousProof"), "urn:uuid:1", Unsupported, "proof_chain"),
    (("proof", "type"), "Ed25519Signature2020", Unsupported, "proof_type_unsupported"),
    (("proof", "type"), ["DataIntegrityProof"], Unsupported, "proof_type_unsupported"),
    (("proof", "cryptosuite"), "bbs-2023", Unsupported, "cryptosuite_not_allowed"),
    (("proof", "cryptosuite"), None, Unsupported, "cryptosuite_not_allowed"),
    (("proof", "proofPurpose"), "authentication", Malformed, "proof_purpose_wrong"),
    (("proof", "proofPurpose"), ["assertionMethod"], Malformed, "proof_purpose_wrong"),
    (("proof", "proofValue"), None, Malformed, "proof_value_invalid"),
    (("proof", "proofValue"), "uAAAA", Malformed, "proof_value_invalid"),
    (("proof", "proofValue"), "z", Malformed, "proof_value_invalid"),
    (("proof", "proofValue"), multibase.encode_base58(bytes(63)), Malformed, "proof_value_invalid"),
    (("proof", "proofValue"), multibase.encode_base58(bytes(65)), Malformed, "proof_value_invalid"),
    (("proof", "proofValue"), "z" + "2" * 1_000, Malformed, "multibase_too_long"),
    (("proof", "proofValue"), "z0OIl", Malformed, "multibase_invalid"),
    (("proof", "proofValue"), multibase.encode_base58(bytes(64)), BadSignature, "signature_invalid"),
    (("proof", "verificationMethod"), None, Malformed, "verification_method_invalid"),
    (("proof", "verificationMethod"), {"id": "x"}, Malformed, "verification_method_invalid"),
    (("proof", "verificationMethod"), "", Malformed, "verification_method_invalid"),
    (("proof", "verificationMethod"), "did:x:" + "y" * 2_000, Malformed, "verification_method_invalid"),
    (("proof", "created"), "2026-03-01", Malformed, "instant_invalid"),
    (("proof", "created"), 1, Malformed, "instant_invalid"),
    (("proof", "created"), None, Malformed, "instant_invalid"),
    (("proof", "expires"), "never", Malformed, "instant_invalid"),
    (("proof", "@context"), [CREDENTIALS_V2], Malformed, "proof_context_mismatch"),
    (("proof", "@context"), None, Malformed, "proof_context_mismatch"),
]


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
@pytest.mark.parametrize(("path", "value", "kind", "code"), _REFUSED)
def test_a_proof_that_is_not_one_is_refused_by_name(
    suite: Suite, path: tuple[str | int, ...], value: Any, kind: type[Refusal], code: str
) -> None:
    with pytest.raises(kind) as caught:
        verify_proof(changed(_signed(suite), *path, to=value), key_for=key_for, suites=SUITES)
    assert caught.value.code == code
    assert type(caught.value) is kind


def test_a_document_without_proof_is_malformed() -> None:
    with pytest.raises(Malformed) as caught:
        verify_proof(card(), key_for=key_for, suites=SUITES)
    assert caught.value.code == "proof_missing"


def test_a_suite_outside_the_callers_list_is_refused() -> None:
    with pytest.raises(Unsupported) as caught:
        verify_proof(_signed(EDDSA_RDFC_2022), key_for=key_for, suites=[EDDSA_JCS_2022])
    assert caught.value.code == "cryptosuite_not_allowed"
    with pytest.raises(Unsupported):
        verify_proof(_signed(EDDSA_RDFC_2022), key_for=key_for, suites=[])


def test_another_suite_name_on_the_same_signature_is_a_bad_signature() -> None:
    signed = changed(_signed(EDDSA_RDFC_2022), "proof", "cryptosuite", to="eddsa-jcs-2022")
    with pytest.raises(BadSignature):
        verify_proof(signed, key_for=key_for, suites=SUITES)


def test_another_key_is_a_bad_signature() -> None:
    other = Ed25519Signer(bytes(32), SIGNER.verification_method)
    with pytest.raises(BadSignature):
        verify_proof(_signed(EDDSA_JCS_2022), key_for=lambda method: other.public_key, suites=SUITES)


def test_a_key_of_another_type_is_malformed() -> None:
    kind = KeyType("Other", b"\x01", 32, 64, lambda key, signature, data: True)
    key = PublicKey(kind, bytes(32))
    with pytest.raises(Malformed) as caught:
        verify_proof(_signed(EDDSA_JCS_2022), key_for=lambda method: key, suites=SUITES)
    assert caught.value.code == "key_type_wrong"


def test_what_the_key_source_raises_passes_through() -> None:
    signed = changed(_signed(EDDSA_JCS_2022), "proof", "verificationMethod", to="did:web:other.example#k1")
    with pytest.raises(LookupError):
        verify_proof(signed, key_for=key_for, suites=SUITES)


def test_a_context_appended_after_signing_is_refused_unless_the_caller_allows_it() -> None:
    document = {**card(), "@context": [CREDENTIALS_V2]}
    signed = _signed(EDDSA_JCS_2022, document)
    longer = {**signed, "@context": [CREDENTIALS_V2, SKILLS_V1]}
    with pytest.raises(Malformed) as caught:
        verify_proof(longer, key_for=key_for, suites=SUITES)
    assert caught.value.code == "proof_context_mismatch"
    verify_proof(longer, key_for=key_for, suites=SUITES, exact_context=False)
    for context in ([SKILLS_V1, CREDENTIALS_V2], SKILLS_V1, [], None):
        with pytest.raises(Malformed):
            verify_proof({**signed, "@context": context}, key_for=key_for, suites=SUITES, exact_context=False)
    empty = changed(longer, "proof", "@context", to=[])
    with pytest.raises(Malformed):
        verify_proof(empty, key_for=key_for, suites=SUITES, exact_context=False)


def test_an_rdf_proof_never_allows_another_context() -> None:
    signed = changed(_signed(EDDSA_RDFC_2022), "proof", "@context", to=card()["@context"])
    verify_proof(signed, key_for=key_for, suites=SUITES)
    signed["proof"]["@context"] = [CREDENTIALS_V2]
    with pytest.raises(Malformed) as caught:
        verify_proof(signed, key_for=key_for, suites=SUITES, exact_context=False)
    assert caught.value.code == "proof_context_mismatch"


def test_a_member_outside_the_contexts_is_not_signed_over() -> None:
    with pytest.raises(Unsupported) as caught:
        _signed(EDDSA_RDFC_2022, {**card(), "extra": "x"})
    assert caught.value.code == "term_undefined"
    with pytest.raises(Unsupported):
        verify_proof({**_signed(EDDSA_RDFC_2022), "extra": "x"}, key_for=key_for, suites=SUITES)
    with pytest.raises(Unsupported):
        verify_proof(
            changed(_signed(EDDSA_RDFC_2022), "proof", "extra", to="x"), key_for=key_for, suites=SUITES
        )


class _OtherSigner:
    """A signer whose key no suite here takes."""

    verification_method = "did:example:1#k1"
    public_key = PublicKey(KeyType("Other", b"\x01", 32, 64, lambda key, signature, data: True), bytes(32))

    def sign(self, data: bytes) -> bytes:
        """Never asked."""
        raise AssertionError


def test_signing_refuses_its_callers_mistakes() -> None:
    with pytest.raises(Misuse) as caught:
        sign(_signed(EDDSA_JCS_2022), signer=SIGNER, suite=EDDSA_JCS_2022, created=CREATED)
    assert caught.value.code == "already_signed"
    with pytest.raises(Misuse) as caught:
        sign(card(), signer=SIGNER, suite=EDDSA_JCS_2022, created=CREATED.replace(tzinfo=None))
    assert caught.value.code == "created_without_zone"
    with pytest.raises(Misuse) as caught:
        sign(card(), signer=_OtherSigner(), suite=EDDSA_JCS_2022, created=CREATED)
    assert caught.value.code == "key_type_wrong"


def test_created_is_written_in_utc() -> None:
    there = CREATED.astimezone(timezone(timedelta(hours=1)))
    assert sign(card(), signer=SIGNER, suite=EDDSA_RDFC_2022, created=there) == _signed(EDDSA_RDFC_2022)
