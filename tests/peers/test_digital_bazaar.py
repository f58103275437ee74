"""Digital Bazaar's npm libraries, both directions: what we sign they verify, what they sign we verify.

The libraries and their exact versions stand in node/package.json; see node_peer.py for how they are
installed.
"""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from certes.credential.canon import datasets
from certes.credential.contexts import BUNDLED
from certes.credential.errors import BadSignature, Malformed
from certes.credential.keys import ED25519, KeyType
from certes.credential.presented import present
from certes.credential.proof import EDDSA_JCS_2022, EDDSA_RDFC_2022, Suite, sign, verify_proof, verify_proofs
from certes.credential.status import bitstring, list_document, read_list
from certes.runtime.slow_worker import canonical
from tests.peers.documents import FORMS, SUITE_IDS, SUITES, did_of, key_for, presentation, signer_of, unsigned
from tests.peers.node_peer import NodePeer
from tests.samples import NETWORK, TYPICAL, signed_wallet
from tests.unit.credential.samples import CREATED, badge, card

pytestmark = pytest.mark.full
DATE = "2026-03-01T08:00:00Z"


@pytest.fixture(scope="module")
def peer() -> Iterator[NodePeer]:
    found = NodePeer()
    yield found
    found.close()


def _verifies(peer: NodePeer, credential: dict[str, Any], **more: Any) -> bool:
    return peer.ask("verify", credential=credential, now=DATE, **more) == {"verified": True, "errors": []}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("suite", "kind"), SUITES, ids=SUITE_IDS)
def test_what_we_sign_they_verify(peer: NodePeer, suite: Suite, kind: KeyType, form: str) -> None:
    signer = signer_of(kind)
    document = unsigned(form, did_of(signer.verification_method))
    signed = sign(document, signer=signer, suite=suite, created=CREATED)
    assert _verifies(peer, signed)
    assert not _verifies(peer, {**signed, "id": "urn:another:id"})
    assert not _verifies(peer, {**signed, "proof": {**signed["proof"], "created": "2026-03-01T08:00:01Z"}})


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("suite", "kind"), SUITES, ids=SUITE_IDS)
def test_what_they_sign_we_verify(peer: NodePeer, suite: Suite, kind: KeyType, form: str) -> None:
    key = peer.ask("generate", curve=kind.name)
    document = unsigned(form, f"did:key:{key['publicKeyMultibase']}")
    signed = peer.ask("issue", credential=document, suite=suite.name, key=key, date=DATE)["document"]
    facts = verify_proof(signed, key_for=key_for, suites=[suite])
    assert facts.verification_method.startswith(document["issuer"] if form != "badge" else "did:key:z")
    for changed in (
        {**signed, "id": "urn:another:id"},
        {**signed, "proof": {**signed["proof"], "domain": "x.example"}},
    ):
        with pytest.raises(BadSignature):
            verify_proof(changed, key_for=key_for, suites=[suite])


def test_they_read_our_wallet_credential_as_we_do(peer: NodePeer) -> None:
    document = signed_wallet(TYPICAL)
    assert present(json.dumps(document), networks=[NETWORK]).certification == TYPICAL
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    assert peer.ask("canonize", document=unsecured)["text"] == datasets.to_canonical_nquads(unsecured)


def test_canonical_forms_are_the_same_with_both_hashes(peer: NodePeer) -> None:
    known = {url: dict(one.document) for url, one in BUNDLED.items()}
    documents = [badge(), card(), presentation("did:key:z6Mk", badge(), card())]
    for document in documents:
        for name in ("sha256", "sha384"):
            text = datasets.to_canonical_nquads(document, hash_name=name)
            assert peer.ask("canonize", document=document, hash=name)["text"] == text
            assert canonical(document, contexts=known, inline=False, hash_name=name) == text


@pytest.mark.parametrize("suite", [EDDSA_RDFC_2022, EDDSA_JCS_2022], ids=lambda suite: suite.name)
def test_our_presentation_is_theirs(peer: NodePeer, suite: Suite) -> None:
    signer = signer_of(ED25519)
    did = did_of(signer.verification_method)
    credentials = [
        sign(unsigned(form, did), signer=signer, suite=suite, created=CREATED) for form in ("badge", "card")
    ]
    signed = sign(
        presentation(did, *credentials), signer=signer, suite=suite, created=CREATED,
        purpose="authentication", challenge="c-1", domain="https://v.example",
    )  # fmt: skip
    asked = {"presentation": signed, "domain": "https://v.example", "now": DATE}
    assert peer.ask("verifyPresentation", challenge="c-1", **asked).get("verified") is True
    assert peer.ask("verifyPresentation", challenge="c-2", **asked).get("verified") is not True


@pytest.mark.parametrize("suite", [EDDSA_RDFC_2022, EDDSA_JCS_2022], ids=lambda suite: suite.name)
def test_their_presentation_is_ours(peer: NodePeer, suite: Suite) -> None:
    key = peer.ask("generate", curve="Ed25519")
    did = f"did:key:{key['publicKeyMultibase']}"
    inner = peer.ask("issue", credential=unsigned("card", did), suite=suite.name, key=key, date=DATE)[
        "document"
    ]
    asked = {"challenge": "c-1", "domain": "https://v.example", "suite": suite.name, "key": key, "date": DATE}
    signed = peer.ask("present", presentation=presentation(did, inner), **asked)["document"]

    def verify(challenge: str) -> str:
        facts = verify_proofs(
            signed, key_for=key_for, suites=[suite], purpose="authentication",
            challenge=challenge, domain="https://v.example",
        )  # fmt: skip
        return facts[0].verification_method

    assert did_of(verify("c-1")) == did
    inner_facts = verify_proof(signed["verifiableCredential"][0], key_for=key_for, suites=[suite])
    assert inner_facts.suite == suite.name
    with pytest.raises(Malformed):
        verify("c-2")


_LIST = "https://skills.example/cm/1/status/revocation/1"


def _with_status(issuer: str, index: int) -> dict[str, Any]:
    entry = {
        "id": f"{_LIST}#{index}", "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
        "statusListIndex": str(index), "statusListCredential": _LIST,
    }  # fmt: skip
    return {**unsigned("card", issuer), "credentialStatus": [entry]}


def _signed_list(issuer: str) -> dict[str, Any]:
    bits = bitstring.with_bits(bitstring.blank(), [7, 131_071])
    document = list_document(
        _LIST, issuer=issuer, purpose="revocation", bits=bits, valid_from=CREATED,
        valid_until=CREATED.replace(year=2126),  # they check the list at the time of the machine
    )  # fmt: skip
    return sign(document, signer=signer_of(ED25519), suite=EDDSA_JCS_2022, created=CREATED)


@pytest.mark.parametrize("index", [0, 6, 7, 8, 131_071])
def test_they_read_our_status_lists(peer: NodePeer, index: int) -> None:
    signer = signer_of(ED25519)
    did = did_of(signer.verification_method)
    signed = sign(_with_status(did, index), signer=signer, suite=EDDSA_RDFC_2022, created=CREATED)
    answer = peer.ask("verify", credential=signed, now=DATE, lists={_LIST: _signed_list(did)})
    assert answer == {"verified": True, "errors": [], "statuses": [index in (7, 131_071)]}


def test_both_refuse_the_status_list_of_another_issuer(peer: NodePeer) -> None:
    signer = signer_of(ED25519)
    did = did_of(signer.verification_method)
    signed = sign(_with_status(did, 0), signer=signer, suite=EDDSA_RDFC_2022, created=CREATED)
    foreign = _signed_list("did:web:other.example")
    assert not _verifies(peer, signed, lists={_LIST: foreign})
    with pytest.raises(Malformed):
        read_list(foreign, url=_LIST, issuer=did, purpose="revocation")


def test_no_tampered_copy_is_valid_for_either(peer: NodePeer) -> None:
    """A hundred random changes of one character in the text of a signed badge: refused by both."""
    signer = signer_of(ED25519)
    document = unsigned("badge", did_of(signer.verification_method))
    text = json.dumps(sign(document, signer=signer, suite=EDDSA_RDFC_2022, created=CREATED))
    dice = random.Random(7)
    disagreements = []
    for _ in range(100):
        at = dice.randrange(len(text))
        damaged = text[:at] + dice.choice("abcxyz019") + text[at + 1 :]
        if damaged == text:
            continue
        try:
            parsed = json.loads(damaged)
        except ValueError:
            continue
        answer = peer.ask("verify", credential=parsed, now=DATE)
        if answer.get("verified"):
            disagreements.append((at, damaged[at - 20 : at + 20]))
        with pytest.raises(Exception):  # noqa: B017, PT011  whatever the reason, not valid
            verify_proof(parsed, key_for=key_for, suites=[EDDSA_RDFC_2022])
    assert disagreements == []
