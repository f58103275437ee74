"""Proof sets and chains: a document with several proofs, some of them made over others.

All must hold. A proof that is left out of a set leaves no trace, so a caller who needs a certain signer looks
for that key among the facts; a proof that others name cannot be left out.

Source: Verifiable Credential Data Integrity 1.0, sections 2.1.1 (#proof-sets), 2.1.2 (#proof-chains) and 4.5
(#verify-proof-sets-and-chains).
"""

from collections.abc import Collection, Mapping
from typing import Any

from certes.credential.contexts import BUNDLED, ContextRegistry
from certes.credential.errors import Malformed, Unsupported
from certes.credential.proof.data_integrity import Domain, KeyFor, ProofFacts, verify_member
from certes.credential.proof.members import suite_of, text_of, texts_of
from certes.credential.proof.suite import Suite

MAX_PROOFS = 8  # each costs a canonical form of the whole document; the longest official example has 4


def verify_proofs(
    document: Mapping[str, Any],
    *,
    key_for: KeyFor,
    suites: Collection[Suite],
    purpose: str = "assertionMethod",
    domain: Domain | None = None,
    challenge: str | None = None,
    contexts: ContextRegistry = BUNDLED,
    exact_context: bool = True,
) -> tuple[ProofFacts, ...]:
    """Verify every proof of a document; the facts of each, in the order of the document, at least one.

    Each must be for the purpose, domain and challenge asked. Raises as `verify_proof` (of one or several
    proofs alike), and Malformed `proof_repeated`, `proof_id_invalid`, `proof_id_repeated`,
    `previous_proof_invalid`, `previous_proof_missing`, `proof_chain_circular`; Unsupported `proofs_too_many`.
    """
    proofs = _all_proofs(document)
    previous = _previous_of_each(proofs)
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    facts = []
    for proof, ids in zip(proofs, previous, strict=True):
        matching = [other for other in proofs if other.get("id") in ids]  # step 3.2, in document order
        facts.append(
            verify_member(
                proof,
                {**unsecured, "proof": matching} if matching else dict(unsecured),  # step 3.3
                suite=suite_of(proof, suites),
                key_for=key_for,
                purpose=purpose,
                domain=domain,
                challenge=challenge,
                contexts=contexts,
                exact_context=exact_context,
                previous=ids,
            )
        )
    return tuple(facts)


def _all_proofs(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = document.get("proof")
    proofs = found if type(found) is list else [] if found is None else [found]
    if not proofs:
        raise Malformed("proof_missing", field="proof")
    if len(proofs) > MAX_PROOFS:
        raise Unsupported("proofs_too_many", field="proof", limit=MAX_PROOFS)
    if not all(isinstance(proof, Mapping) for proof in proofs):
        raise Malformed("proof_invalid", field="proof")
    if any(proof in proofs[:place] for place, proof in enumerate(proofs)):
        raise Malformed("proof_repeated", field="proof")
    return proofs


def _previous_of_each(proofs: list[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """The ids that each proof names in previousProof, once all exist and lead to an end."""
    ids = [text_of(proof, "id", code="proof_id_invalid") for proof in proofs]
    known = [name for name in ids if name is not None]
    if len(set(known)) != len(known):
        raise Malformed("proof_id_repeated", field="proof.id")
    previous = [
        texts_of(proof, "previousProof", limit=MAX_PROOFS, code="previous_proof_invalid") for proof in proofs
    ]
    if not set(known).issuperset(name for names in previous for name in names):
        raise Malformed("previous_proof_missing", field="proof.previousProof")
    _require_no_circle({name: names for name, names in zip(ids, previous, strict=True) if name is not None})
    return previous


def _require_no_circle(previous: Mapping[str, tuple[str, ...]]) -> None:
    left = dict(previous)
    while left:
        ends = [name for name, names in left.items() if left.keys().isdisjoint(names)]
        if not ends:
            raise Malformed("proof_chain_circular", field="proof.previousProof")
        for name in ends:
            del left[name]
