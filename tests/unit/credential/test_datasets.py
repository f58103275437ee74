"""Documents with graphs of their own, proofs and credentials, against PyLD; and what is refused of them."""

from copy import deepcopy
from typing import Any

import pytest
from pyld import jsonld as pyld

from certes.credential.canon import datasets, jsonld, nquads, rdfc
from certes.credential.contexts import BUNDLED, CREDENTIALS_V2
from certes.credential.errors import BadSignature, Malformed, Refusal, Unsupported
from certes.credential.keys import Signer
from certes.credential.proof import CONFORMANCE, EDDSA_RDFC_2022, Suite, add_proof, sign, verify_proof
from tests.unit.credential.ecdsa_samples import ED, P2, PAIR_IDS, PAIRS, did_key
from tests.unit.credential.samples import CREATED, badge, card, changed

_CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
_DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
_ENVELOPED = {
    "@context": CREDENTIALS_V2,
    "id": "data:application/vc+jwt,eyJhbGciOiJFZERTQSJ9.e30.AAAA",
    "type": "EnvelopedVerifiableCredential",
}


def _signed(document: dict[str, Any], number: int = 1) -> dict[str, Any]:
    return sign(document, signer=ED, suite=EDDSA_RDFC_2022, created=CREATED, proof_id=f"urn:a:{number}")


def _presentation(*credentials: Any, **members: Any) -> dict[str, Any]:
    return {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": "did:example:holder",
        "verifiableCredential": list(credentials),
        **members,
    }


def _version_1(**members: Any) -> dict[str, Any]:
    return {
        "@context": [_CREDENTIALS_V1, _DATA_INTEGRITY],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:issuer",
        "issuanceDate": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh"},
        **members,
    }


_ONE = _signed(card())
_TWO = add_proof(_ONE, signer=P2, suite=PAIRS[2][0], created=CREATED)
_DOCUMENTS = {
    "credential with its proof": _ONE,
    "credential with two proofs": _TWO,
    "badge with a proof with a context": _signed(badge()),
    "presentation": _presentation(_ONE, _signed(badge(), 2)),
    "presentation with an id": _presentation(_TWO, id="urn:uuid:1"),
    "presentation of one": {**_presentation(), "verifiableCredential": _ONE},
    "presentation with a proof": sign(
        _presentation(_ONE), signer=ED, suite=EDDSA_RDFC_2022, created=CREATED, purpose="authentication"
    ),
    "presentation of an envelope": _presentation(_ENVELOPED, _ONE),
    "version 1.1": _signed(_version_1()),
    "presentation of version 1.1": {
        "@context": [_CREDENTIALS_V1, _DATA_INTEGRITY],
        "type": "VerifiablePresentation",
        "verifiableCredential": [_signed(_version_1())],
    },
}


def _load(url: str, options: Any) -> dict[str, Any]:
    return {"contextUrl": None, "documentUrl": url, "document": deepcopy(dict(BUNDLED.require(url).document))}


@pytest.mark.parametrize("name", _DOCUMENTS)
@pytest.mark.parametrize("hash_name", ["sha256", "sha384"])
def test_the_canonical_form_is_that_of_another_processor(name: str, hash_name: str) -> None:
    document = _DOCUMENTS[name]
    dataset = pyld.to_rdf(document, {"documentLoader": _load, "format": "application/n-quads", "base": ""})
    expected = rdfc.canonicalize(nquads.parse(dataset), hash_name=hash_name).text
    assert datasets.to_canonical_nquads(document, hash_name=hash_name) == expected


def test_like_credentials_of_one_person_are_told_apart_as_another_processor_does() -> None:
    document = _presentation(*(_signed({**badge(), "id": f"urn:a:{n}"}, n) for n in range(2)))
    how = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load, "base": ""}
    assert datasets.to_canonical_nquads(document) == pyld.normalize(document, how)


@pytest.mark.parametrize("make", [card, badge])
def test_eight_like_credentials_in_one_presentation_are_no_poison(make: Any) -> None:
    document = _presentation(*(_signed({**make(), "id": f"urn:a:{n}"}, n) for n in range(8)))
    assert datasets.to_canonical_nquads(document)


def test_a_document_without_graphs_is_read_by_the_plain_engine() -> None:
    assert datasets.to_canonical_nquads(card()) == jsonld.to_canonical_nquads(card())


@pytest.mark.parametrize(
    ("document", "kind", "code"),
    [
        (_presentation("https://e.example/credential"), Unsupported, "value_unsupported"),
        (_presentation(), Unsupported, "array_empty"),
        (_presentation(_ONE, _ONE), Unsupported, "part_repeated"),
        ({**card(), "proof": [_ONE["proof"]] * 2}, Unsupported, "part_repeated"),
        (_presentation(*[{**card(), "id": f"urn:a:{n}"} for n in range(65)]), Unsupported, "parts_too_many"),
        (_presentation(_presentation(_ONE)), Unsupported, "term_unsupported"),
        (_presentation({**card(), "extra": "x"}), Unsupported, "term_undefined"),
        (_presentation({**card(), "@context": ["https://e.example/c"]}), Unsupported, "context_unknown"),
        (_presentation({**card(), "@context": [{"x": "urn:x"}]}), Unsupported, "context_inline"),
        (_presentation({"id": "urn:uuid:1"}), Unsupported, "node_without_type"),
        (_presentation({**card(), "@context": []}), Malformed, "context_invalid"),
        ({**_presentation(_ONE), "type": ["VerifiableCredential"]}, Unsupported, "term_undefined"),
        ({**card(), "verifiableCredential": [_ONE]}, Unsupported, "term_unsupported"),
        ({**card(), "proof": []}, Unsupported, "array_empty"),
        ({**card(), "proof": "urn:x:y"}, Unsupported, "value_unsupported"),
        ({**card(), "proof": {**_ONE["proof"], "extra": "x"}}, Unsupported, "term_undefined"),
        ({**card(), "proof": {"id": "urn:x:y"}}, Unsupported, "node_without_type"),
        (changed(_ONE, "proof", "@context", to=[CREDENTIALS_V2]), Malformed, "proof_context_mismatch"),
        ({**_ONE, "type": []}, Unsupported, "node_without_type"),
        ({**_ONE, "type": [*_ONE["type"], "SkillCard"]}, Unsupported, "statement_repeated"),
        (
            _presentation(*[{**_ONE, "id": f"urn:a:{n}"} for n in range(60)]),
            Unsupported,
            "statements_too_many",
        ),
    ],
)
def test_what_would_not_be_signed_as_written_is_refused_by_name(
    document: dict[str, Any], kind: type[Refusal], code: str
) -> None:
    with pytest.raises(kind) as caught:
        datasets.to_canonical_nquads(document)
    assert caught.value.code == code


@pytest.mark.parametrize(("suite", "signer"), PAIRS, ids=PAIR_IDS)
def test_a_presentation_is_signed_with_everything_in_it(suite: Suite, signer: Signer) -> None:
    signed = sign(
        _presentation(_ONE, _signed(badge(), 2)),
        signer=signer,
        suite=suite,
        created=CREATED,
        purpose="authentication",
        challenge="c-1",
    )
    how: dict[str, Any] = {"key_for": did_key, "suites": CONFORMANCE, "purpose": "authentication"}
    verify_proof(signed, challenge="c-1", **how)
    changes: list[tuple[tuple[str | int, ...], Any]] = [
        (("holder",), "did:example:thief"),
        (("verifiableCredential", 0, "validFrom"), "2026-03-02T00:00:00Z"),
        (("verifiableCredential", 0, "proof", "created"), "2026-03-02T00:00:00Z"),
        (("verifiableCredential", 1, "proof", "proofValue"), _ONE["proof"]["proofValue"]),
        (("verifiableCredential",), [_ONE]),
    ]
    for path, to in changes:
        with pytest.raises(BadSignature):
            verify_proof(changed(signed, *path, to=to), challenge="c-1", **how)
