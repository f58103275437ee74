"""VCALM on a verifier in use: the network's certificates, and presentations made of them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from certes.credential import multibase
from certes.credential.contexts import CREDENTIALS_V2
from certes.credential.keys import Ed25519Signer
from certes.credential.proof import EDDSA_JCS_2022, EDDSA_RDFC_2022, sign
from tests.unit.verifier.kept import keep, settings_for
from tests.unit.verifier.scene import WELDER, Scene
from tests.world import NOW
from verifier.app import build_app
from verifier.vcalm import MAX_CHALLENGES, Challenges

DOMAIN = "verify.skills.example"  # the verifier's one known host
VERIFY, PRESENT = "/credentials/verify", "/presentations/verify"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return keep(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def client(scene: Scene) -> Iterator[TestClient]:
    app = build_app(settings_for(scene.cache._folder.parent), clock=lambda: NOW)
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


def verify(client: TestClient, document: Any, **options: Any) -> Any:
    return client.post(VERIFY, json={"verifiableCredential": document, "options": options})


@pytest.mark.parametrize("form", ["wallet", "card_document"])
def test_a_certificate_of_the_network_is_verified(client: TestClient, scene: Scene, form: str) -> None:
    answer = verify(client, getattr(scene, form)())
    assert (answer.status_code, answer.json()["verified"]) == (200, True), answer.text
    results = answer.json()["results"]
    assert results["proof"][0]["verified"] is True
    assert results["issuer"]["binding"] == "issuer"
    assert all(entry["verified"] for entry in results["credentialStatus"])
    assert "credential" not in answer.json()


def test_an_altered_certificate_is_not_verified(client: TestClient, scene: Scene) -> None:
    document = scene.wallet()
    document["credentialSubject"]["identifier"][0]["identityHash"] = "SOMEBODY Else"
    answer = verify(client, document)
    assert (answer.status_code, answer.json()["verified"]) == (400, False)
    assert answer.json()["results"]["proof"][0]["verified"] is False


def test_a_sound_proof_of_a_stranger_is_not_verified(client: TestClient, scene: Scene) -> None:
    unsigned = {name: value for name, value in scene.wallet().items() if name != "proof"}
    method = scene.wallet()["proof"]["verificationMethod"]
    stranger = Ed25519Signer(bytes([99]) * 32, method)
    answer = verify(client, sign(unsigned, signer=stranger, suite=EDDSA_RDFC_2022, created=NOW))
    assert answer.status_code == 400
    (problem,) = [each for each in answer.json()["problemDetails"] if each["field"] == "proof"]
    assert problem["type"] == "https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR"


def test_a_key_that_the_country_does_not_list_is_unknown(client: TestClient, scene: Scene) -> None:
    answer = verify(client, scene.wallet(replace(WELDER, key=9)))
    assert answer.status_code == 400
    assert "key_not_known" in [problem["code"] for problem in answer.json()["problemDetails"]]


def own_did(key: Ed25519Signer) -> str:
    return key.verification_method.partition("#")[0]


def holder(seed: int = 5) -> Ed25519Signer:
    multikey = Ed25519Signer(bytes([seed]) * 32, "").public_key.multikey
    return Ed25519Signer(bytes([seed]) * 32, f"did:key:{multikey}#{multikey}")


def test_a_credential_of_no_network_is_not_verified_however_well_signed(client: TestClient) -> None:
    stranger = holder()
    unsigned = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiableCredential"],
        "issuer": own_did(stranger),
        "credentialSubject": {"id": "did:example:s"},
    }
    answer = verify(client, sign(unsigned, signer=stranger, suite=EDDSA_RDFC_2022, created=NOW))
    assert answer.status_code == 400
    assert [problem["code"] for problem in answer.json()["problemDetails"]] == ["credential_profile_unknown"]


def test_a_withdrawn_certificate_is_not_verified(tmp_path: Any) -> None:
    scene = keep(tmp_path)
    scene.publish("revocation", bits=(WELDER.status.index,))
    app = build_app(settings_for(tmp_path), clock=lambda: NOW)
    with TestClient(app) as client:
        answer = verify(client, scene.wallet())
    assert answer.status_code == 400
    assert [problem["code"] for problem in answer.json()["problemDetails"]] == ["credential_revoked"]


@pytest.mark.parametrize(
    ("options", "absent"),
    [
        ({"returnProblemDetails": False}, "problemDetails"),
        ({"returnResults": False}, "results"),
        ({"returnCredential": False}, "credential"),
    ],
)
def test_parts_of_the_answer_can_be_left_out(
    client: TestClient, scene: Scene, options: dict[str, Any], absent: str
) -> None:
    assert absent not in verify(client, scene.wallet(), **options).json()
    every = dict.fromkeys(("returnProblemDetails", "returnResults", "returnCredential"), True)
    assert absent in verify(client, scene.wallet(), **every).json()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "json_invalid"),
        (b"[]", "json_not_object"),
        (b"{}", "member_missing"),
        (b'{"verifiableCredential": 5}', "member_not_object"),
        (b'{"verifiableCredential": {}, "options": 5}', "option_invalid"),
        (b'{"verifiableCredential": {}, "options": {"returnResults": "yes"}}', "option_invalid"),
        (b'{"verifiableCredential": {}, "options": {"checks": ["proof"]}}', "option_unknown"),
        (b'{"verifiableCredential": {}, "a": 1}', "member_unknown"),
        (b'{"verifiableCredential": {}}', "credential_profile_unknown"),
    ],
)
def test_a_request_that_cannot_be_read_is_400_with_its_problem(
    client: TestClient, body: bytes, code: str
) -> None:
    answer = client.post(VERIFY, content=body)
    assert (answer.status_code, answer.json()["verified"]) == (400, False)
    assert answer.json()["problemDetails"][0]["code"] == code


def presentation(
    *credentials: Any, challenge: str | None = "u1", domain: str | None = DOMAIN, seed: int = 5
) -> dict[str, Any]:
    """A presentation of certificates by a holder's own key; JCS, as telephones can."""
    key = holder(seed)
    unsigned = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": own_did(key),
        "verifiableCredential": list(credentials),
    }
    return sign(
        unsigned,
        signer=key,
        suite=EDDSA_JCS_2022,
        created=NOW,
        purpose="authentication",
        challenge=challenge,
        domain=domain,
    )


def present(client: TestClient, document: Any, **options: Any) -> Any:
    return client.post(PRESENT, json={"verifiablePresentation": document, "options": options})


def problems(answer: Any) -> list[str]:
    return [problem["code"] for problem in answer.json()["problemDetails"]]


def test_a_presentation_counts_once_for_the_challenge_that_was_given(
    client: TestClient, scene: Scene
) -> None:
    document = presentation(scene.wallet(), scene.card_document(), challenge="once")
    answer = present(client, document, challenge="once")
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert results["presentation"]["challenge"] == {"verified": True, "input": "once"}
    assert [each["verified"] for each in results["credentials"]] == [True, True]
    assert problems(present(client, document, challenge="once")) == ["challenge_used"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, "member_missing"),
        ({"challenge": "other"}, "proof_challenge_wrong"),
        ({"challenge": "u1", "domain": "elsewhere.example"}, "proof_domain_wrong"),
        ({"challenge": 5}, "option_invalid"),
        ({"challenge": "u1", "more": 1}, "option_unknown"),
    ],
)
def test_a_presentation_for_another_question_is_refused(
    client: TestClient, scene: Scene, options: dict[str, Any], code: str
) -> None:
    answer = present(client, presentation(scene.wallet()), **options)
    assert (answer.status_code, problems(answer)) == (400, [code])


def test_an_altered_certificate_inside_is_found(client: TestClient, scene: Scene) -> None:
    altered = scene.wallet()
    altered["name"] = "Chirurgien"
    answer = present(client, presentation(scene.wallet(), altered, challenge="u7"), challenge="u7")
    assert answer.status_code == 400
    assert [each["verified"] for each in answer.json()["results"]["credentials"]] == [True, False]
    assert present(client, presentation(scene.wallet(), challenge="u7"), challenge="u7").status_code == 200


def test_a_forged_holder_is_found(client: TestClient, scene: Scene) -> None:
    document = presentation(scene.wallet())
    document["proof"]["proofValue"] = multibase.encode_base58(bytes(64))
    assert problems(present(client, document, challenge="u1")) == ["signature_invalid"]


def test_the_memory_of_challenges_is_bounded() -> None:
    challenges = Challenges()
    assert all(challenges.take(str(number)) for number in range(MAX_CHALLENGES + 1))
    assert not challenges.take("1")
    assert challenges.take("0")
