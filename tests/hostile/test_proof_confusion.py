"""Proofs that mix what does not belong together: suites, keys, purposes, sets. Each class with its valid
control."""

import contextlib
import time
from typing import Any

import pytest

from certes.credential import multibase
from certes.credential.did import did_of, expand, parse_document
from certes.credential.errors import BadSignature, Malformed, Refusal, Unsupported
from certes.credential.keys import ED25519, P256, PublicKey, Signer
from certes.credential.proof import (
    ALL_SUITES,
    ECDSA_JCS_2019,
    EDDSA_JCS_2022,
    EDDSA_RDFC_2022,
    Suite,
    add_proof,
    sign,
    verify_proof,
    verify_proofs,
)
from certes.credential.proof.sets import MAX_PROOFS
from tests.unit.credential.ecdsa_samples import (
    ED,
    P2,
    P3,
    PAIR_IDS,
    PAIRS,
    did_key,
    ed25519_signer,
    p256_signer,
)
from tests.unit.credential.samples import CREATED, badge, card, changed

_VERIFIERS = pytest.mark.parametrize("verify", [verify_proof, verify_proofs])


def _refused(verify: Any, document: dict[str, Any], kind: type[Refusal], code: str, **how: Any) -> None:
    with pytest.raises(kind) as caught:
        verify(document, **{"key_for": did_key, "suites": ALL_SUITES, **how})
    assert (type(caught.value), caught.value.code) == (kind, code)


def _allowed(verify: Any, document: dict[str, Any], **how: Any) -> None:
    verify(document, **{"key_for": did_key, "suites": ALL_SUITES, **how})


@_VERIFIERS
@pytest.mark.parametrize(("suite", "signer"), PAIRS, ids=PAIR_IDS)
@pytest.mark.parametrize("other", [ED, P2, P3], ids=["Ed25519", "P-256", "P-384"])
def test_a_key_of_another_kind_never_verifies(
    verify: Any, suite: Suite, signer: Signer, other: Signer
) -> None:
    signed = sign(card(), signer=signer, suite=suite, created=CREATED)
    _allowed(verify, signed)
    shown = changed(signed, "proof", "verificationMethod", to=other.verification_method)
    kind, lengths = other.public_key.type, suite.signature_lengths
    if kind is signer.public_key.type:
        _allowed(verify, shown)
    elif suite.hash_for(kind) is None:
        _refused(verify, shown, Malformed, "key_type_wrong")
    else:  # the other curve of the same suite: another hash, another length
        assert len(lengths) == 2
        _refused(verify, shown, BadSignature, "signature_invalid")


@_VERIFIERS
@pytest.mark.parametrize(("suite", "signer"), PAIRS, ids=PAIR_IDS)
@pytest.mark.parametrize("name", sorted(suite.name for suite in ALL_SUITES))
def test_a_signature_of_one_suite_is_none_of_another(
    verify: Any, suite: Suite, signer: Signer, name: str
) -> None:
    signed = sign(card(), signer=signer, suite=suite, created=CREATED)
    shown = changed(signed, "proof", "cryptosuite", to=name)
    if name == suite.name:
        _allowed(verify, shown)
        return
    with pytest.raises(Malformed) as caught:  # BadSignature is one
        verify(shown, key_for=did_key, suites=ALL_SUITES)
    assert caught.value.code in ("signature_invalid", "key_type_wrong", "proof_value_invalid")


@_VERIFIERS
def test_a_method_of_somebody_else_is_a_bad_signature(verify: Any) -> None:
    for suite, signer, other in (
        (EDDSA_JCS_2022, ED, ed25519_signer(9)),
        (ECDSA_JCS_2019, P2, p256_signer(9)),
    ):
        signed = sign(card(), signer=signer, suite=suite, created=CREATED)
        _allowed(verify, signed)
        shown = changed(signed, "proof", "verificationMethod", to=other.verification_method)
        _refused(verify, shown, BadSignature, "signature_invalid")


@_VERIFIERS
@pytest.mark.parametrize(
    "method", ["did:key:{a}#{b}", "did:key:{a}", "{a}", "did:key:{a}#", "did:key:{a}##{a}"]
)
def test_a_method_that_its_own_did_does_not_list_is_refused(verify: Any, method: str) -> None:
    a, b = ED.public_key.multikey, ed25519_signer(9).public_key.multikey
    signed = sign(card(), signer=ED, suite=EDDSA_JCS_2022, created=CREATED)
    shown = changed(signed, "proof", "verificationMethod", to=method.format(a=a, b=b))
    code = "verification_method_unknown" if "{b}" in method else "did_url_invalid"
    _refused(verify, shown, Malformed, code)


@_VERIFIERS
def test_a_key_for_another_purpose_is_refused_both_ways(verify: Any) -> None:
    did = "did:web:skills.example:cm:1"
    method = {"id": f"{did}#k1", "type": "Multikey", "controller": did}
    published = parse_document(
        {
            "id": did,
            "verificationMethod": [{**method, "publicKeyMultibase": ED.public_key.multikey}],
            "authentication": ["#k1"],
        },
        did=did,
    )

    def key_for(purpose: str) -> Any:
        return lambda _: published.key_for(f"{did}#k1", purpose=purpose)

    for purpose in ("authentication", "assertionMethod"):
        signed = sign(card(), signer=ED, suite=EDDSA_JCS_2022, created=CREATED, purpose=purpose)
        asked = {"purpose": purpose, "key_for": key_for(purpose)}
        if purpose == "authentication":
            _allowed(verify, signed, **asked)
            _refused(verify, signed, Malformed, "proof_purpose_wrong")
        else:
            _refused(verify, signed, Malformed, "verification_method_purpose", **asked)


@_VERIFIERS
@pytest.mark.parametrize(
    "raw",
    [
        bytes([1]) + bytes(31),  # the neutral element
        bytes(32),  # order 4
        bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),  # order 2
        bytes.fromhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),  # not reduced
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),  # order 8
    ],
)
def test_a_weak_key_signs_nothing(verify: Any, raw: bytes) -> None:
    multikey = PublicKey(ED25519, raw).multikey
    signed = sign(card(), signer=ED, suite=EDDSA_JCS_2022, created=CREATED)
    forged = changed(signed, "proof", "verificationMethod", to=f"did:key:{multikey}#{multikey}")
    for r in (raw, bytes([1]) + bytes(31)):
        value = multibase.encode_base58(r + bytes(32))
        _refused(verify, changed(forged, "proof", "proofValue", to=value), BadSignature, "signature_invalid")


@_VERIFIERS
@pytest.mark.parametrize("raw", [bytes([2]) + b"\xff" * 32, bytes(33), bytes([4]) + bytes(32)])
def test_a_point_that_is_none_is_no_key(verify: Any, raw: bytes) -> None:
    multikey = multibase.encode_base58(P256.prefix + raw)
    signed = sign(card(), signer=P2, suite=ECDSA_JCS_2019, created=CREATED)
    _allowed(verify, signed)
    shown = changed(signed, "proof", "verificationMethod", to=f"did:key:{multikey}#{multikey}")
    _refused(verify, shown, Malformed, "key_not_on_curve")


@_VERIFIERS
@pytest.mark.parametrize("suite", [ECDSA_JCS_2019])
def test_zero_and_full_signatures_of_ecdsa_prove_nothing(verify: Any, suite: Suite) -> None:
    for signer in (P2, P3):
        signed = sign(card(), signer=signer, suite=suite, created=CREATED)
        size = signer.public_key.type.signature_bytes
        for signature in (
            bytes(size),
            b"\xff" * size,
            bytes(size - 1) + b"\1",
            b"\0" * (size // 2) + b"\1" * (size // 2),
        ):
            value = multibase.encode_base58(signature)
            _refused(
                verify, changed(signed, "proof", "proofValue", to=value), BadSignature, "signature_invalid"
            )


def _values(good: str) -> dict[str, tuple[Any, str]]:
    raw = multibase.decode(good)
    return {
        "absent": (None, "proof_value_invalid"),
        "empty": ("", "proof_value_invalid"),
        "prefix alone": ("z", "proof_value_invalid"),
        "base64url": (multibase.encode_base64url(raw), "proof_value_invalid"),
        "hex": ("f" + raw.hex(), "proof_value_invalid"),
        "upper-case prefix": ("Z" + good[1:], "proof_value_invalid"),
        "space before": (" " + good, "proof_value_invalid"),
        "space after": (good + " ", "multibase_invalid"),
        "line feed after": (good + "\n", "multibase_invalid"),
        "leading one": ("z1" + good[1:], "proof_value_invalid"),
        "one byte less": (multibase.encode_base58(raw[:-1]), "proof_value_invalid"),
        "one byte more": (multibase.encode_base58(raw + b"\0"), "proof_value_invalid"),
        "an array": ([good], "proof_value_invalid"),
        "an object": ({"@value": good}, "proof_value_invalid"),
        "too long": ("z" + "2" * 100_000, "multibase_too_long"),
        "full-width": (good[:-1] + "\uff11", "multibase_invalid"),
    }


@_VERIFIERS
@pytest.mark.parametrize(("suite", "signer"), PAIRS, ids=PAIR_IDS)
@pytest.mark.parametrize("name", _values("z1"))
def test_a_proof_value_has_one_spelling(verify: Any, suite: Suite, signer: Signer, name: str) -> None:
    signed = sign(card(), signer=signer, suite=suite, created=CREATED)
    _allowed(verify, signed)
    value, code = _values(signed["proof"]["proofValue"])[name]
    _refused(verify, changed(signed, "proof", "proofValue", to=value), Malformed, code)


@_VERIFIERS
@pytest.mark.parametrize("proof", [None, [], {}, [{}], [None], [[]], "", "z1", 0, False, True])
def test_no_proof_is_never_enough(verify: Any, proof: Any) -> None:
    with pytest.raises((Malformed, Unsupported)) as caught:
        verify({**card(), "proof": proof}, key_for=did_key, suites=ALL_SUITES)
    assert caught.value.code in ("proof_missing", "proof_invalid", "proof_type_unsupported")
    _refused(verify, card(), Malformed, "proof_missing")


def test_a_good_proof_does_not_carry_a_bad_one() -> None:
    good = sign(card(), signer=ED, suite=EDDSA_JCS_2022, created=CREATED)
    bad = sign(
        {**card(), "issuer": "did:web:other.example"}, signer=P2, suite=ECDSA_JCS_2019, created=CREATED
    )
    for proofs in ([good["proof"], bad["proof"]], [bad["proof"], good["proof"]]):
        _refused(verify_proofs, {**good, "proof": proofs}, BadSignature, "signature_invalid")
    both = add_proof(good, signer=P2, suite=ECDSA_JCS_2019, created=CREATED)
    _allowed(verify_proofs, both)


def test_a_key_source_that_refuses_is_never_overruled() -> None:
    both = add_proof(
        sign(card(), signer=ED, suite=EDDSA_JCS_2022, created=CREATED),
        signer=P2,
        suite=ECDSA_JCS_2019,
        created=CREATED,
    )

    def only_ed(method: str) -> PublicKey:
        if method != ED.verification_method:
            raise Malformed("verification_method_unknown", field="proof.verificationMethod")
        return expand(did_of(method)).key_for(method)

    _refused(verify_proofs, both, Malformed, "verification_method_unknown", key_for=only_ed)
    _allowed(verify_proofs, {**both, "proof": both["proof"][:1]}, key_for=only_ed)


def _seconds(document: dict[str, Any]) -> float:
    start = time.process_time()
    with contextlib.suppress(Malformed, Unsupported):
        verify_proofs(document, key_for=did_key, suites=ALL_SUITES)
    return time.process_time() - start


def test_many_proofs_in_a_web_of_chains_are_refused_soon() -> None:
    document = badge()
    for number in range(MAX_PROOFS):
        previous = [f"urn:a:{earlier}" for earlier in range(number)] or None
        document = add_proof(
            document,
            signer=ed25519_signer(number + 1),
            suite=EDDSA_RDFC_2022,
            created=CREATED,
            proof_id=f"urn:a:{number}",
            previous_proof=previous,
        )
    _allowed(verify_proofs, document)
    assert _seconds(document) < 1
    thousand = {**document, "proof": [{**document["proof"][0], "id": f"urn:b:{n}"} for n in range(1_000)]}
    _refused(verify_proofs, thousand, Unsupported, "proofs_too_many")
    assert _seconds(thousand) < 0.1
