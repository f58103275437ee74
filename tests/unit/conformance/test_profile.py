"""The test profile as the official suites use it: what they post, and what they expect."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from certes.conformance.app import build_app
from certes.conformance.keys import KINDS, fresh_signer
from certes.credential import multibase
from certes.credential.contexts import BUNDLED
from certes.credential.data_model import CREDENTIALS_V1
from certes.credential.keys import ED25519
from certes.credential.proof import EDDSA_JCS_2022, EDDSA_RDFC_2022, Suite, sign
from certes.credential.status import bitstring
from certes.runtime.clock import system_clock

BASE = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
VECTORS = Path(__file__).parents[2] / "vectors"
NAMES = [kind.name for kind in KINDS]
EMBEDDED = [kind.name for kind in KINDS if not kind.envelope]
ABSENT: Any = object()


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(build_app("https://127.0.0.1:8443"), raise_server_exceptions=False) as found:
        yield found


def issuer_of(client: TestClient, name: str) -> dict[str, str]:
    found: dict[str, str] = client.app.state.addresses["issuers"][name]  # type: ignore[attr-defined]
    return found


def credential(**more: Any) -> dict[str, Any]:
    members = {
        "@context": [BASE],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:subject", "name": "Alice"},
    } | more
    return {name: value for name, value in members.items() if value is not ABSENT}


def issue(client: TestClient, document: Any, name: str = "eddsa-rdfc-2022", options: Any = None) -> Any:
    """As the suites do: the issuer is filled in where the document has none."""
    held = issuer_of(client, name)
    if isinstance(document, dict):
        document = {"issuer": held["did"], **document}
    return client.post(
        held["path"], json={"credential": document, "options": {} if options is None else options}
    )


def issued(client: TestClient, document: dict[str, Any], name: str = "eddsa-rdfc-2022") -> dict[str, Any]:
    answer = issue(client, document, name)
    assert answer.status_code == 201, answer.text
    secured: dict[str, Any] = answer.json()["verifiableCredential"]
    return secured


def verify(client: TestClient, document: Any, **options: Any) -> Any:
    body = {"verifiableCredential": document, "options": {"checks": ["proof"], **options}}
    return client.post("/credentials/verify", json=body)


@pytest.mark.parametrize("name", NAMES)
def test_what_an_issuer_secures_the_verifier_accepts(client: TestClient, name: str) -> None:
    secured = issued(client, credential(), name)
    answer = verify(client, secured)
    assert (answer.status_code, answer.json()["verified"]) == (200, True)
    assert answer.json()["results"]["issuer"]["binding"] == "issuer"
    assert answer.json()["problemDetails"] == []


@pytest.mark.parametrize("name", EMBEDDED)
def test_an_altered_credential_is_answered_with_400_and_a_problem(client: TestClient, name: str) -> None:
    secured = issued(client, credential(), name)
    secured["credentialSubject"]["name"] = "Bob"
    answer = verify(client, secured)
    assert (answer.status_code, answer.json()["verified"]) == (400, False)
    kinds = [problem["type"] for problem in answer.json()["problemDetails"]]
    assert kinds == ["https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR"]


GOOD: dict[str, dict[str, Any]] = {
    "examples": {"@context": [BASE, EXAMPLES], "type": ["VerifiableCredential", "RelationshipCredential"]},
    "a context object": {
        "@context": [BASE, {"ExampleVC": "https://example.org/#ExampleVC"}],
        "type": ["VerifiableCredential", "ExampleVC"],
    },
    "a direction": {"name": {"@value": "HTML", "@language": "en", "@direction": "ltr"}},
    "languages": {"name": [{"@value": "Dog", "@language": "en"}, {"@value": "Chien", "@language": "fr"}]},
    "evidences": {
        "@context": [BASE, {"Seen": "https://example.org/#Seen"}],
        "evidence": [{"type": "Seen"}, {"type": "Seen"}],
    },
    "a foreign status": {
        "@context": [BASE, {"List2017": "https://example.org/#List2017"}],
        "credentialStatus": {"id": "did:example:status", "type": "List2017"},
    },
    "schemas": {
        "credentialSchema": [{"type": "https://example.org/#S", "id": f"did:example:{n}"} for n in "12"]
    },
    "subjects": {"credentialSubject": [{"id": "did:example:a"}, {"id": "did:example:b"}]},
    "a type URL": {"type": ["https://example.org/#A", "VerifiableCredential"]},
    "issuer object": {"issuer": {"id": "did:example:issuer", "name": "One"}},
    "VC 1.1": {"@context": [CREDENTIALS_V1, {"name": "https://schema.org/name"}]},
    "VC 1.1 with its proofs' context": {
        "@context": [
            CREDENTIALS_V1,
            {"name": "https://schema.org/name"},
            "https://w3id.org/security/data-integrity/v2",
        ],
    },
    "the base context's digests": {
        "relatedResource": {
            "id": BASE,
            "digestSRI": "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU",
            "digestMultibase": "uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ",
        }
    },
}


@pytest.mark.parametrize("name", ["eddsa-rdfc-2022", "ecdsa-jcs-2019-p384", "ecdsa-rdfc-2019-p384"])
@pytest.mark.parametrize("case", GOOD)
def test_a_conforming_credential_is_issued_and_verified(client: TestClient, case: str, name: str) -> None:
    answer = verify(client, issued(client, credential(**GOOD[case]), name))
    assert answer.status_code == 200, answer.text


BAD: dict[str, dict[str, Any]] = {
    "no context": {"@context": ABSENT},
    "another context first": {"@context": [EXAMPLES, BASE]},
    "an unknown context": {"@context": [BASE, "https://example.com"]},
    "a context number": {"@context": [BASE, 123192875]},
    "an undefined type": {"type": ["VerifiableCredential", "Unmapped"]},
    "a type mapped to no URL": {
        "@context": [BASE, {"Mapped": "https ://not-a-url#Mapped"}],
        "type": ["VerifiableCredential", "Mapped"],
    },
    "a protected term again": {
        "@context": [BASE, {"@protected": True, "Mine": "https://e.org/#A"}, {"Mine": "https://e.org/#B"}],
        "type": ["VerifiableCredential", "Mine"],
    },
    "the base's own term again": {"@context": [BASE, {"VerifiableCredential": "https://e.org/#A"}]},
    "an undefined term": {"credentialSubject": {"id": "did:example:a", "undefinedTerm": "x"}},
    "an undefined member": {"undefinedMember": "x"},
    "a relative id": {"credentialSubject": {"id": "did:example:a", "alumniOf": {"id": "not-absolute"}}},
    "an issuer that is no URL": {"issuer": "not-a-url"},
    "a null issuer": {"issuer": None},
    "an entry that is none": {
        "statusEntry": {"type": "BitstringStatusListEntry", "statusListIndex": True},
    },
    "a wrong digest": {"relatedResource": {"id": BASE, "digestSRI": "sha256-" + "A" * 43 + "="}},
    "a proof without type": {"proof": {"created": "2020-01-01T00:00:00Z"}},
    "a null claim": {"credentialSubject": {"id": "did:example:a", "name": None}},
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("case", BAD)
def test_what_does_not_conform_is_not_issued(client: TestClient, case: str, name: str) -> None:
    assert issue(client, credential(**BAD[case]), name).status_code == 400


@pytest.mark.parametrize(
    "options",
    [
        "text",
        [],
        5,
        {"created": "yesterday"},
        {"created": 7},
        {"mandatoryPointers": ["/issuer"]},
        {"mandatoryPointers": "x"},
        {"cryptosuite": "unknown-2022"},
        {"credentialId": 4},
        {"proofPurpose": "none"},
        {"verificationMethod": "did:example:a#b"},
    ],
)
def test_an_option_that_cannot_be_followed_is_refused(client: TestClient, options: Any) -> None:
    assert issue(client, credential(), options=options).status_code == 400


@pytest.mark.parametrize("document", [None, 5, "text", [], {}])
def test_a_credential_of_another_shape_is_refused(client: TestClient, document: Any) -> None:
    assert issue(client, document).status_code == 400


def test_the_created_option_is_followed(client: TestClient) -> None:
    answer = issue(client, credential(), options={"created": "2024-02-29T12:00:00Z"})
    assert answer.json()["verifiableCredential"]["proof"]["created"] == "2024-02-29T12:00:00Z"


def test_a_second_issuer_adds_to_a_proof_set(client: TestClient) -> None:
    first = issued(client, credential())
    held = issuer_of(client, "eddsa-rdfc-2022")["did"]
    both = client.post(
        issuer_of(client, "eddsa-jcs-2022")["path"], json={"credential": first | {"issuer": held}}
    )
    assert both.status_code == 201
    secured = both.json()["verifiableCredential"]
    assert len(secured["proof"]) == 2


BROKEN: dict[str, Any] = {
    "no proof": lambda vc: vc.pop("proof"),
    "a null proof": lambda vc: vc.update(proof=None),
    "no proofs": lambda vc: vc.update(proof=[]),
    "no type": lambda vc: vc["proof"].pop("type"),
    "another type": lambda vc: vc["proof"].update(type="UnknownProofType"),
    "another cryptosuite": lambda vc: vc["proof"].update(cryptosuite="UnknownCryptosuite"),
    "no cryptosuite": lambda vc: vc["proof"].pop("cryptosuite"),
    "no method": lambda vc: vc["proof"].pop("verificationMethod"),
    "an invalid method": lambda vc: vc["proof"].update(verificationMethod="did:key:invalidVm"),
    "no purpose": lambda vc: vc["proof"].pop("proofPurpose"),
    "another purpose": lambda vc: vc["proof"].update(proofPurpose="invalidPurpose"),
    "an invalid date": lambda vc: vc["proof"].update(created="invalidDate"),
    "no value": lambda vc: vc["proof"].pop("proofValue"),
    "a null value": lambda vc: vc["proof"].update(proofValue=None),
    "no header": lambda vc: vc["proof"].update(proofValue=vc["proof"]["proofValue"][1:]),
    "a longer value": lambda vc: vc["proof"].update(proofValue=vc["proof"]["proofValue"] + "1111"),
    "an undefined term": lambda vc: vc["credentialSubject"].update(undefinedTerm="x"),
    "an undefined type": lambda vc: vc["type"].append("UndefinedType"),
    "a missing predecessor": lambda vc: vc["proof"].update(previousProof="urn:uuid:0"),
    "the proof twice": lambda vc: vc.update(proof=[vc["proof"], vc["proof"]]),
}


@pytest.mark.parametrize("name", EMBEDDED)
@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_proof_is_never_verified(client: TestClient, case: str, name: str) -> None:
    secured = issued(client, credential(), name)
    BROKEN[case](secured)
    answer = verify(client, secured)
    assert answer.status_code == 400
    assert answer.json()["verified"] is False
    assert answer.json()["problemDetails"]


@pytest.mark.parametrize("suite", [EDDSA_RDFC_2022, EDDSA_JCS_2022])
@pytest.mark.parametrize(("expires", "status"), [("2099-01-01T00:00:00", 200), ("2020-01-01T00:00:00", 400)])
def test_an_instant_without_an_offset_is_utc(
    client: TestClient, suite: Suite, expires: str, status: int
) -> None:
    signer = fresh_signer(ED25519)
    unsigned = credential(issuer=signer.verification_method.partition("#")[0])
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite.name,
        "created": "2019-01-01T00:00:00.5",
        "expires": expires,
        "verificationMethod": signer.verification_method,
        "proofPurpose": "assertionMethod",
    }
    options = {"@context": unsigned["@context"], **proof}
    hashed = [sha256(suite.canonicalize(part, BUNDLED, "sha256")).digest() for part in (options, unsigned)]
    value = multibase.encode_base58(signer.sign(b"".join(hashed)))
    secured = unsigned | {"proof": (options if suite is EDDSA_JCS_2022 else proof) | {"proofValue": value}}
    assert verify(client, secured).status_code == status


def test_another_purpose_can_be_expected(client: TestClient) -> None:
    answer = verify(client, issued(client, credential()), expectedProofPurpose="authentication")
    assert answer.status_code == 400


def test_domain_and_challenge_are_compared(client: TestClient) -> None:
    options = {"proofPurpose": "authentication", "domain": "a.example", "challenge": "1235abcd6789"}
    secured = issue(client, credential(), options=options).json()["verifiableCredential"]
    asked = {"expectedProofPurpose": "authentication", "domain": "a.example", "challenge": "1235abcd6789"}
    assert verify(client, secured, **asked).status_code == 200
    for name in ("domain", "challenge"):
        assert verify(client, secured, **(asked | {name: "other"})).status_code == 400


def test_ed25519signature2020_is_verified_here(client: TestClient) -> None:
    signed = json.loads((VECTORS / "vc-di-eddsa/Ed25519Signature2020/signedEdSig.json").read_bytes())
    answer = verify(client, signed)
    assert answer.status_code == 200, answer.text
    assert answer.json()["results"]["issuer"]["binding"] == "other"
    signed["name"] = "Changed"
    assert verify(client, signed).status_code == 400
    for member, value in (("proofPurpose", "authentication"), ("proofValue", "z1"), ("created", "never")):
        broken = signed | {"proof": signed["proof"] | {member: value}}
        assert verify(client, broken).status_code == 400


def test_the_status_list_is_served_and_believed(client: TestClient) -> None:
    secured = issued(client, credential(id="urn:uuid:1"), "bitstring-status-list")
    entry = secured["credentialStatus"]
    assert entry["type"] == "BitstringStatusListEntry"
    path = entry["statusListCredential"].removeprefix("https://127.0.0.1:8443")
    served = client.get(path).json()
    assert "BitstringStatusListCredential" in served["type"]
    assert not bitstring.read_bit(served["credentialSubject"]["encodedList"], int(entry["statusListIndex"]))
    assert verify(client, served).status_code == 200
    assert verify(client, secured).status_code == 200
    change = {"credentialId": "urn:uuid:1", "credentialStatus": {"statusPurpose": "revocation"}}
    assert client.post("/credentials/status", json=change).status_code == 200
    assert client.post(path + "/publish", json={}).status_code == 204
    answer = verify(client, secured)
    assert (answer.status_code, answer.json()["problemDetails"][0]["code"]) == (400, "credential_revoked")
    assert bitstring.read_bit(
        client.get(path).json()["credentialSubject"]["encodedList"], int(entry["statusListIndex"])
    )
    assert client.post("/credentials/status", json={"credentialId": "urn:uuid:2"}).status_code == 422


def test_a_list_that_cannot_be_had_is_no_clear_status(client: TestClient) -> None:
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "1",
        "statusListCredential": "https://elsewhere.example/status/1",
    }
    answer = verify(client, issued(client, credential(credentialStatus=entry)))
    assert answer.status_code == 400
    (problem,) = answer.json()["problemDetails"]
    assert problem["type"] == "https://www.w3.org/ns/credentials/status-list#STATUS_RETRIEVAL_ERROR"


def presentation(*credentials: dict[str, Any], **more: Any) -> dict[str, Any]:
    holder = fresh_signer(ED25519)
    unsigned: dict[str, Any] = {"@context": [BASE], "type": ["VerifiablePresentation"]} | more
    if credentials:
        unsigned["verifiableCredential"] = list(credentials)
    return sign(
        unsigned,
        signer=holder,
        suite=EDDSA_RDFC_2022,
        created=system_clock(),
        purpose="authentication",
        challenge="u1",
        domain="a.example",
    )


def test_presentations_are_verified_with_every_credential_in_them(client: TestClient) -> None:
    path, options = "/presentations/verify", {"checks": [], "challenge": "u1", "domain": "a.example"}
    held = [issued(client, credential(), name) for name in ("eddsa-rdfc-2022", "vc-jwt")]
    good = presentation(*held, holder="did:example:holder")
    answer = client.post(path, json={"verifiablePresentation": good, "options": options})
    assert answer.status_code == 200, answer.text
    assert [each["verified"] for each in answer.json()["results"]["credentials"]] == [True, True]
    assert (
        client.post(path, json={"verifiablePresentation": good, "options": {"checks": []}}).status_code == 200
    )
    held[0]["credentialSubject"]["name"] = "Bob"
    for document, asked in (
        (presentation(*held), options),
        (good, options | {"challenge": "u2"}),
        ({name: value for name, value in good.items() if name != "@context"}, options),
        ({name: value for name, value in good.items() if name != "proof"}, options),
        (good | {"type": ["Other"]}, options),
        (good | {"holder": {"name": "x"}}, options),
        (good | {"@context": [BASE, "https://example.com"]}, options),
    ):
        answer = client.post(path, json={"verifiablePresentation": document, "options": asked})
        assert (answer.status_code, answer.json()["verified"]) == (400, False)


@pytest.mark.parametrize("held", [{}, {"verifiableCredential": []}])
def test_a_presentation_may_hold_no_credential(client: TestClient, held: dict[str, Any]) -> None:
    signed = presentation()  # an empty array makes no statement: the signature is of both spellings
    body = {"verifiablePresentation": signed | held, "options": {"challenge": "u1", "domain": "a.example"}}
    assert client.post("/presentations/verify", json=body).status_code == 200


def test_a_credential_with_a_proof_of_its_own_needs_no_holder(client: TestClient) -> None:
    own = fresh_signer(ED25519)
    did = own.verification_method.partition("#")[0]
    unsigned = {"@context": [BASE], "type": ["VerifiablePresentation"]}
    held = sign(credential(issuer=did), signer=own, suite=EDDSA_RDFC_2022, created=system_clock())
    for holder, status in ((None, 200), (did, 200), ("did:example:other", 400)):
        members = {**unsigned, "verifiableCredential": [held]} | ({"holder": holder} if holder else {})
        signed = sign(
            members, signer=own, suite=EDDSA_RDFC_2022, created=system_clock(), purpose="authentication"
        )
        body = {"verifiablePresentation": signed, "options": {}}
        assert client.post("/presentations/verify", json=body).status_code == status, holder


def test_every_address_that_is_printed_answers(client: TestClient) -> None:
    printed = client.app.state.addresses  # type: ignore[attr-defined]
    assert list(printed) == ["base", "issuers", "verifier", "vpVerifier", "didResolver"]
    assert list(printed["issuers"]) == NAMES
    for held in printed["issuers"].values():
        assert client.get(f"{printed['didResolver']}/{held['did']}").status_code == 200
    assert client.get("/healthz").json()["ready"] is True
    assert client.post("/issuers/unknown/credentials/issue", json={}).status_code == 404
