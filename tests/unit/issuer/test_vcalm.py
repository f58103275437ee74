"""VCALM on an issuer in use: a credential is certified, or refused; it is never simply signed."""

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from certes.credential import wallet
from certes.credential.proof import EDDSA_RDFC_2022, verify_proof
from issuer.examples import CERTIFICATIONS, OIL
from tests.unit.issuer.office import NETWORK, SIGNER, Running, running

PATH = "/credentials/issue"
OURS = ("proof", "credentialStatus", "validFrom")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    folder = tmp_path / "asked"
    folder.mkdir()
    with running(folder) as started:
        yield started


@pytest.fixture(scope="module")
def unsigned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., dict[str, Any]]]:
    """The wallet credential of an order, without what the issuer decides."""
    with running(tmp_path_factory.mktemp("other")) as other:

        def make(order: Any = OIL) -> dict[str, Any]:
            signed: dict[str, Any] = other.certify(order).json()["credential"]
            return {name: value for name, value in signed.items() if name not in OURS}

        yield make


@pytest.mark.parametrize("name", CERTIFICATIONS)
def test_a_credential_of_our_profile_is_certified_once(
    service: Running, unsigned: Callable[[Any], dict[str, Any]], name: str
) -> None:
    credential = unsigned(CERTIFICATIONS[name]["value"])
    answer = service.post(PATH, {"credential": credential})
    assert answer.status_code == 201, answer.text
    signed = answer.json()["verifiableCredential"]
    verify_proof(signed, key_for=lambda _: SIGNER.public_key, suites=(EDDSA_RDFC_2022,))
    assert {name: value for name, value in signed.items() if name not in OURS} == credential
    assert len({entry["statusListIndex"] for entry in signed["credentialStatus"]}) == 1
    number = wallet.read(signed, network=NETWORK).number
    assert service.get(f"/v1/credentials/{number}").json()["credential"] == signed
    again = service.post(PATH, {"credential": credential, "options": {"credentialId": credential["id"]}})
    assert (again.status_code, again.json()["verifiableCredential"]) == (200, signed)


CHANGES: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "a proof": (lambda vc: vc.update(proof={}), "member_unexpected"),
    "a status": (lambda vc: vc.update(credentialStatus=[]), "member_unexpected"),
    "another day": (lambda vc: vc.update(validFrom="2026-11-24T00:00:00Z"), "member_unexpected"),
    "another kind": (lambda vc: vc.update(type=["VerifiableCredential"]), "credential_profile_unknown"),
    "a type more": (lambda vc: vc["type"].append("Other"), "member_unexpected"),
    "another issuer": (lambda vc: vc["issuer"].update(id="did:web:skills.example:cm:2"), "member_unexpected"),
    "no issuer of ours": (
        lambda vc: vc["issuer"].update(id="did:web:evil.example:cm:1"),
        "issuer_not_of_network",
    ),
    "another title": (lambda vc: vc.update(name="Ingénieur"), "member_unexpected"),
    "a member more": (lambda vc: vc.update(awarded="yes"), "member_unexpected"),
    "no id": (lambda vc: vc.pop("id"), "member_unexpected"),
    "an occupation of its own": (
        lambda vc: vc["credentialSubject"]["achievement"]["alignment"][0].update(targetCode="isco08:2211"),
        "member_unexpected",
    ),
    "a replacement": (
        lambda vc: vc.update(replaces="https://skills.example/cm/1/credentials/CM-1-2026-000001"),
        "member_unexpected",
    ),
    "an unknown trade": (
        lambda vc: vc["credentialSubject"]["achievement"].update(humanCode="CM:9999"),
        "member_unexpected",
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_credential_that_would_not_be_signed_so_is_refused(
    service: Running, unsigned: Callable[..., dict[str, Any]], case: str
) -> None:
    change, code = CHANGES[case]
    credential = copy.deepcopy(unsigned())
    change(credential)
    answer = service.post(PATH, {"credential": credential})
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert service.get("/v1/credentials/CM-1-2026-000101").status_code == 404
    assert service.post(PATH, {"credential": unsigned()}).status_code == 201


def test_the_same_key_and_accreditation_as_for_certifications_are_needed(
    service: Running, unsigned: Callable[..., dict[str, Any]]
) -> None:
    body = {"credential": unsigned()}
    assert service.client.post(PATH, json=body).status_code == 401
    refused = service.post(PATH, body, code="CFA")
    assert refused.status_code == 403, refused.text
    assert service.post(PATH, body).status_code == 201


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "member_missing"),
        ({"credential": []}, "member_not_object"),
        ({"credential": {}, "options": []}, "option_invalid"),
        ({"credential": {}, "options": {"created": "2026-01-01T00:00:00Z"}}, "option_unknown"),
        ({"credential": {}, "options": {"mandatoryPointers": ["/issuer"]}}, "option_unsupported"),
        ({"credential": {}, "options": {"credentialId": "urn:uuid:1"}}, "option_invalid"),
        ({"credential": {}, "more": 1}, "member_unknown"),
        ({"credential": {}}, "credential_profile_unknown"),
    ],
)
def test_a_request_that_cannot_be_followed_names_why(service: Running, body: Any, code: str) -> None:
    answer = service.post(PATH, body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
