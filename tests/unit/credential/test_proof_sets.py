"""Proof sets and chains: all proofs hold, every earlier proof exists, and nothing goes in a circle."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from certes.credential import multibase
from certes.credential.errors import BadSignature, Malformed, Misuse, Refusal, Unsupported
from certes.credential.keys import Ed25519Signer, Signer
from certes.credential.proof import (
    CONFORMANCE,
    EDDSA_RDFC_2022,
    Suite,
    add_proof,
    sign,
    verify_proof,
    verify_proofs,
)
from certes.credential.proof.sets import MAX_PROOFS
from tests.unit.credential.ecdsa_samples import ED, P2, P3, PAIR_IDS, PAIRS, did_key, ed25519_signer
from tests.unit.credential.samples import CREATED, WITH_EXAMPLES, card, changed, read_json

_FOLDER = ("vc-di-eddsa", "proof-set-chain")
_NAMES = {"signedProofSet1": 1, "signedProofSet2": 2, "signedProofChain1": 3, "signedProofChain2": 4}


def _verify(document: dict[str, Any]) -> Any:
    return verify_proofs(document, key_for=did_key, suites=CONFORMANCE, contexts=WITH_EXAMPLES)


def _vector(name: str) -> dict[str, Any]:
    document: dict[str, Any] = read_json(*_FOLDER, f"{name}.json")
    return document


def _refused(document: dict[str, Any], kind: type[Refusal], code: str) -> None:
    with pytest.raises(kind) as caught:
        _verify(document)
    assert (type(caught.value), caught.value.code) == (kind, code)


@pytest.mark.parametrize("name", _NAMES)
def test_the_sets_and_chains_of_the_vectors_verify(name: str) -> None:
    signed = _vector(name)
    facts = _verify(signed)
    assert len(facts) == _NAMES[name]
    proofs = signed["proof"] if isinstance(signed["proof"], list) else [signed["proof"]]
    assert [fact.verification_method for fact in facts] == [proof["verificationMethod"] for proof in proofs]
    assert [fact.id for fact in facts] == [proof.get("id") for proof in proofs]
    for fact, proof in zip(facts, proofs, strict=True):
        previous = proof.get("previousProof", [])
        assert fact.previous == (tuple(previous) if isinstance(previous, list) else (previous,))


def _vector_signer(number: int) -> Ed25519Signer:
    pair = read_json(*_FOLDER, "multiKeyPairs.json")[f"keyPair{number}"]
    public = pair["publicKeyMultibase"]
    seed = multibase.decode(pair["privateKeyMultibase"])[2:]
    return Ed25519Signer(seed, f"did:key:{public}#{public}")


def test_adding_proofs_gives_the_sets_and_chains_of_the_vectors() -> None:
    document = read_json(*_FOLDER, "unsigned.json")
    first = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
    later = datetime(2023, 2, 26, 22, 6, 38, tzinfo=UTC)
    ids = [proof["id"] for proof in _vector("signedProofChain1")["proof"]]
    steps: list[tuple[str, int, datetime, dict[str, Any]]] = [
        ("signedProofSet1", 1, first, {"proof_id": ids[0]}),
        ("signedProofSet2", 2, first, {"proof_id": ids[1]}),
        ("signedProofChain1", 3, later, {"proof_id": ids[2], "previous_proof": ids[:2]}),
        ("signedProofChain2", 4, later + timedelta(minutes=10), {"previous_proof": ids[2]}),
    ]
    for name, number, created, options in steps:
        document = add_proof(
            document,
            signer=_vector_signer(number),
            suite=EDDSA_RDFC_2022,
            created=created,
            contexts=WITH_EXAMPLES,
            **options,
        )
        shown = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]
        expected = _vector(name)["proof"]
        assert shown == (expected if isinstance(expected, list) else [expected]), name
    _verify(document)


@pytest.mark.parametrize("name", list(_NAMES))
def test_a_changed_copy_of_a_vector_is_a_bad_signature(name: str) -> None:
    signed = _vector(name)
    _refused({**signed, "name": "Another"}, BadSignature, "signature_invalid")


@pytest.mark.parametrize("place", range(4))
def test_every_proof_of_a_chain_is_verified(place: int) -> None:
    signed = _vector("signedProofChain2")
    _refused(
        changed(signed, "proof", place, "created", to="2023-02-24T23:36:39Z"),
        BadSignature,
        "signature_invalid",
    )
    other = signed["proof"][place - 1]["proofValue"]
    _refused(changed(signed, "proof", place, "proofValue", to=other), BadSignature, "signature_invalid")


def test_an_earlier_proof_cannot_be_left_out_renamed_or_exchanged() -> None:
    signed = _vector("signedProofChain2")
    proofs = signed["proof"]
    for place in range(3):
        rest = [proof for index, proof in enumerate(proofs) if index != place]
        _refused({**signed, "proof": rest}, Malformed, "previous_proof_missing")
    _refused(changed(signed, "proof", 0, "id", to="urn:uuid:other"), Malformed, "previous_proof_missing")
    # The last proof of a chain may go: what is left is a chain too. So may one of a set.
    assert len(_verify({**signed, "proof": proofs[:3]})) == 3
    assert len(_verify({**signed, "proof": proofs[1:2]})) == 1
    # Another good proof under the id of the first: the third was not made over it.
    unsigned = {name: value for name, value in signed.items() if name != "proof"}
    replaced = sign(
        unsigned,
        signer=ED,
        suite=EDDSA_RDFC_2022,
        created=CREATED,
        proof_id=proofs[0]["id"],
        contexts=WITH_EXAMPLES,
    )["proof"]
    _refused({**signed, "proof": [replaced, *proofs[1:]]}, BadSignature, "signature_invalid")


def test_the_order_of_proofs_does_not_matter_to_rdf() -> None:
    signed = _vector("signedProofChain2")
    assert len(_verify({**signed, "proof": signed["proof"][::-1]})) == 4


def _chain(suite: Suite, signer: Signer) -> dict[str, Any]:
    """A set of two by others, and a third proof over both."""
    document = sign(card(), signer=ED, suite=EDDSA_RDFC_2022, created=CREATED, proof_id="urn:a:1")
    document = add_proof(document, signer=signer, suite=suite, created=CREATED, proof_id="urn:a:2")
    return sign(
        document,
        signer=signer,
        suite=suite,
        created=CREATED,
        proof_id="urn:a:3",
        previous_proof=["urn:a:2", "urn:a:1"],
    )


@pytest.mark.parametrize(("suite", "signer"), PAIRS, ids=PAIR_IDS)
def test_a_chain_of_any_suites_verifies_and_binds_what_it_was_made_over(suite: Suite, signer: Signer) -> None:
    chain = _chain(suite, signer)
    facts = _verify(chain)
    assert [fact.suite for fact in facts] == ["eddsa-rdfc-2022", suite.name, suite.name]
    assert facts[2].previous == ("urn:a:2", "urn:a:1")
    without_link = changed(chain, "proof", 2, "previousProof", to="urn:a:1")
    _refused(without_link, BadSignature, "signature_invalid")
    _refused({**chain, "validFrom": "2026-03-02T00:00:00Z"}, BadSignature, "signature_invalid")


_CHAIN = _chain(EDDSA_RDFC_2022, ed25519_signer(8))


def _proofs(change: Callable[[list[dict[str, Any]]], Any]) -> dict[str, Any]:
    proofs = [dict(proof) for proof in _CHAIN["proof"]]
    return {**_CHAIN, "proof": change(proofs)}


def _with(proofs: list[dict[str, Any]], place: int, **members: Any) -> list[dict[str, Any]]:
    proofs[place] |= members
    return proofs


_REFUSED: list[tuple[dict[str, Any], type[Refusal], str]] = [
    (card(), Malformed, "proof_missing"),
    (_proofs(lambda p: None), Malformed, "proof_missing"),
    (_proofs(lambda p: []), Malformed, "proof_missing"),
    (_proofs(lambda p: "z1"), Malformed, "proof_invalid"),
    (_proofs(lambda p: [p[0], None]), Malformed, "proof_invalid"),
    (_proofs(lambda p: [p[0], [p[1]]]), Malformed, "proof_invalid"),
    (_proofs(lambda p: [p[0], p[0]]), Malformed, "proof_repeated"),
    (_proofs(lambda p: [*p, p[1]]), Malformed, "proof_repeated"),
    (_proofs(lambda p: p * 3), Unsupported, "proofs_too_many"),
    (_proofs(lambda p: _with(p, 1, id="urn:a:1")), Malformed, "proof_id_repeated"),
    (_proofs(lambda p: _with(p, 1, id=5)), Malformed, "proof_id_invalid"),
    (_proofs(lambda p: _with(p, 1, id="")), Malformed, "proof_id_invalid"),
    (_proofs(lambda p: _with(p, 1, id=["urn:a:2"])), Malformed, "proof_id_invalid"),
    (_proofs(lambda p: _with(p, 2, previousProof="urn:a:9")), Malformed, "previous_proof_missing"),
    (
        _proofs(lambda p: _with(p, 2, previousProof=["urn:a:1", "urn:a:9"])),
        Malformed,
        "previous_proof_missing",
    ),
    (_proofs(lambda p: _with(p, 2, previousProof=[])), Malformed, "previous_proof_invalid"),
    (_proofs(lambda p: _with(p, 2, previousProof=None)), Malformed, "previous_proof_invalid"),
    (_proofs(lambda p: _with(p, 2, previousProof={"id": "urn:a:1"})), Malformed, "previous_proof_invalid"),
    (_proofs(lambda p: _with(p, 2, previousProof=["urn:a:1", 1])), Malformed, "previous_proof_invalid"),
    (_proofs(lambda p: _with(p, 2, previousProof=["urn:a:1"] * 2)), Malformed, "previous_proof_invalid"),
    (_proofs(lambda p: _with(p, 2, previousProof="urn:a:3")), Malformed, "proof_chain_circular"),
    (_proofs(lambda p: _with(p, 0, previousProof="urn:a:3")), Malformed, "proof_chain_circular"),
    (_proofs(lambda p: _with(p, 1, previousProof=["urn:a:1", "urn:a:3"])), Malformed, "proof_chain_circular"),
    (_proofs(lambda p: _with(p, 1, proofPurpose="authentication")), Malformed, "proof_purpose_wrong"),
    (_proofs(lambda p: _with(p, 1, cryptosuite="bbs-2023")), Unsupported, "cryptosuite_not_allowed"),
    (_proofs(lambda p: _with(p, 1, type="Ed25519Signature2020")), Unsupported, "proof_type_unsupported"),
]


@pytest.mark.parametrize(("document", "kind", "code"), _REFUSED)
def test_a_set_or_chain_that_is_not_whole_is_refused_by_name(
    document: dict[str, Any], kind: type[Refusal], code: str
) -> None:
    _verify(_CHAIN)
    _refused(document, kind, code)


def test_as_many_proofs_as_allowed_verify() -> None:
    document = card()
    for number in range(MAX_PROOFS):
        document = add_proof(
            document, signer=ed25519_signer(number + 1), suite=EDDSA_RDFC_2022, created=CREATED
        )
    assert len(_verify(document)) == MAX_PROOFS


def test_one_proof_is_a_set_of_one() -> None:
    signed = sign(card(), signer=P2, suite=PAIRS[2][0], created=CREATED)
    assert _verify(signed) == _verify({**signed, "proof": [signed["proof"]]})
    assert _verify(signed)[0] == verify_proof(signed, key_for=did_key, suites=CONFORMANCE)


def test_signing_over_proofs_that_are_not_there_is_a_mistake() -> None:
    signed = sign(card(), signer=ED, suite=EDDSA_RDFC_2022, created=CREATED, proof_id="urn:a:1")
    for document, previous in (
        (signed, "urn:a:2"),
        (card(), "urn:a:1"),
        (signed, ["urn:a:1", "urn:a:2"]),
        (signed, []),
    ):
        with pytest.raises(Misuse) as caught:
            sign(document, signer=ED, suite=EDDSA_RDFC_2022, created=CREATED, previous_proof=previous)
        assert caught.value.code == "previous_proof_missing"
    with pytest.raises(Misuse) as caught:
        sign(card(), signer=ED, suite=EDDSA_RDFC_2022, created=CREATED, expires=datetime(2030, 1, 1))
    assert caught.value.code == "expires_without_zone"


_OPTIONS: dict[str, Any] = {"domain": "https://verifier.example", "challenge": "c-1"}


@pytest.mark.parametrize(("suite", "signer"), PAIRS, ids=PAIR_IDS)
def test_purpose_domain_challenge_and_dates_are_signed_and_reported(suite: Suite, signer: Signer) -> None:
    signed = sign(
        card(),
        signer=signer,
        suite=suite,
        created=CREATED,
        expires=CREATED + timedelta(minutes=5),
        purpose="authentication",
        proof_id="urn:a:1",
        **_OPTIONS,
    )
    how: dict[str, Any] = {"key_for": did_key, "suites": CONFORMANCE, "purpose": "authentication"}
    facts = verify_proof(signed, **how, **_OPTIONS)
    assert facts == verify_proofs(signed, **how, **_OPTIONS)[0]
    assert (facts.purpose, facts.domain, facts.challenge) == ("authentication", (_OPTIONS["domain"],), "c-1")
    assert (facts.created, facts.expires, facts.id) == (CREATED, CREATED + timedelta(minutes=5), "urn:a:1")
    for name, value in (("domain", "https://other.example"), ("challenge", "c-2")):
        with pytest.raises(BadSignature):
            verify_proof(changed(signed, "proof", name, to=value), **how)


@pytest.mark.parametrize("verify", [verify_proof, verify_proofs])
@pytest.mark.parametrize(
    ("signed", "asked", "code"),
    [
        ("https://a.example", "https://a.example", None),
        ("https://a.example", ["https://a.example"], None),
        (["https://a.example", "https://b.example"], ["https://b.example", "https://a.example"], None),
        (["https://a.example"], None, None),
        (None, None, None),
        (None, "https://a.example", "proof_domain_wrong"),
        ("https://a.example", "https://b.example", "proof_domain_wrong"),
        ("https://a.example", "https://A.example", "proof_domain_wrong"),
        (["https://a.example", "https://b.example"], "https://a.example", "proof_domain_wrong"),
        ("https://a.example", ["https://a.example", "https://b.example"], "proof_domain_wrong"),
        ("https://a.example", [], "proof_domain_wrong"),
        ([], None, "proof_domain_invalid"),
        (["https://a.example"] * 2, "https://a.example", "proof_domain_invalid"),
        (["https://a.example", ""], None, "proof_domain_invalid"),
    ],
)
def test_the_domain_is_compared_as_a_set(verify: Any, signed: Any, asked: Any, code: str | None) -> None:
    document = sign(card(), signer=P3, suite=PAIRS[5][0], created=CREATED, domain=signed)
    if code is None:
        verify(document, key_for=did_key, suites=CONFORMANCE, domain=asked)
        return
    with pytest.raises(Malformed) as caught:
        verify(document, key_for=did_key, suites=CONFORMANCE, domain=asked)
    assert caught.value.code == code


@pytest.mark.parametrize("verify", [verify_proof, verify_proofs])
@pytest.mark.parametrize(
    ("signed", "code"),
    [
        ("c-1", None),
        (None, "proof_challenge_wrong"),
        ("c-2", "proof_challenge_wrong"),
        ("C-1", "proof_challenge_wrong"),
        (["c-1"], "proof_challenge_invalid"),
        ("", "proof_challenge_invalid"),
        (1, "proof_challenge_invalid"),
    ],
)
def test_the_challenge_is_the_one_that_was_given(verify: Any, signed: Any, code: str | None) -> None:
    document = sign(card(), signer=P3, suite=PAIRS[5][0], created=CREATED, challenge=signed)
    if code is None:
        verify(document, key_for=did_key, suites=CONFORMANCE, challenge="c-1")
        return
    with pytest.raises(Malformed) as caught:
        verify(document, key_for=did_key, suites=CONFORMANCE, challenge="c-1")
    assert caught.value.code == code
