"""The issuer over HTTP: what bodies send, what they get, and what stays private."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from zxingcpp import read_barcodes

from certes.credential import skillcard
from certes.credential.proof import EDDSA_RDFC_2022, verify_proof
from issuer.examples import CERTIFICATIONS, OIL, REINSTATEMENT, REVOCATION, SUSPENSION
from tests.unit.issuer.office import CARD_ADDRESS, NETWORK, SIGNER, Running, running

OWN = "/v1/credentials/CM-1-2026-000101"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    """A service with a trust list."""
    with running(tmp_path) as started:
        yield started


@pytest.mark.parametrize("name", CERTIFICATIONS)
def test_every_documented_example_is_certified(service: Running, name: str) -> None:
    answer = service.certify(CERTIFICATIONS[name]["value"])
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert body["state"] == "valid"
    assert body["card"]["qr_version"] <= 13
    assert body["card"]["text"] == f"{CARD_ADDRESS}#{body['card']['digits']}"
    verify_proof(body["credential"], key_for=lambda _: SIGNER.public_key, suites=(EDDSA_RDFC_2022,))
    card = skillcard.decode(body["card"]["text"], networks=(NETWORK,))
    assert card.certification.number == body["number"]
    assert service.certify(CERTIFICATIONS[name]["value"]).status_code == 200


def test_the_document_of_the_api_carries_those_examples(service: Running) -> None:
    document = service.client.get("/openapi.json").json()
    operation = document["paths"]["/v1/certifications"]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    assert content["examples"] == CERTIFICATIONS
    assert content["schema"]["additionalProperties"] is False
    assert "$ref" not in str(content["schema"])
    problems = operation["responses"]["403"]["content"]["application/problem+json"]["examples"]
    assert problems["outside_body_scope_level"]["value"]["status"] == 403
    assert operation["security"] == [{"API key": []}]
    for path, example in (
        ("revocation", REVOCATION),
        ("suspension", SUSPENSION),
        ("reinstatement", REINSTATEMENT),
    ):
        change = document["paths"][f"/v1/credentials/{{number}}/{path}"]["post"]
        assert change["requestBody"]["content"]["application/json"]["examples"][path]["value"] == example


def test_every_documented_refusal_has_words(service: Running) -> None:
    document = service.client.get("/openapi.json").json()
    for operations in document["paths"].values():
        for operation in operations.values():
            for answer in operation["responses"].values():
                examples = answer.get("content", {}).get("application/problem+json", {}).get("examples", {})
                assert all("fix" in example["value"] for example in examples.values())


def test_ten_requests_at_once_are_one_certificate(service: Running) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: service.certify(OIL), range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.content for answer in answers}) == 1


def test_a_certificate_has_several_faces(service: Running) -> None:
    made = service.certify(OIL).json()
    assert service.get(OWN).json() == made
    credential = service.get(made["links"]["credential"])
    assert credential.headers["content-type"] == "application/vc"
    assert credential.json() == made["credential"]
    picture = service.get(made["links"]["png"])
    assert picture.headers["content-type"] == "image/png"
    found = read_barcodes(Image.open(io.BytesIO(picture.content)))
    assert [code.text for code in found] == [made["card"]["text"]]
    drawing = service.get(made["links"]["svg"])
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    assert "CM-1-2026-000101" in drawing.text


def test_a_number_with_slashes_and_points_is_reached_by_its_links(service: Running) -> None:
    made = service.certify(OIL | {"number": "DQP/2026/04.17"}).json()
    assert made["links"]["self"] == "/v1/credentials/DQP%2F2026%2F04.17"
    for name in ("self", "png", "svg", "credential"):
        assert service.get(made["links"][name]).status_code == 200
    assert service.get("/v1/credentials/DQP/2026/04.17").status_code == 200
    assert service.post(made["links"]["suspension"], SUSPENSION).json()["state"] == "suspended"


def test_another_body_sees_nothing_and_learns_nothing(service: Running) -> None:
    service.certify(OIL)
    for end in ("", ".png", ".svg", ".json"):
        mine, unknown = service.get(OWN + end, "CFA"), service.get(f"/v1/credentials/NONE{end}", "CFA")
        assert mine.status_code == unknown.status_code == 404
        assert mine.content == unknown.content
    assert service.post(f"{OWN}/revocation", REVOCATION, "CFA").status_code == 404
    same = service.certify(OIL | {"level": 3, "centre": 2}, "CFA")
    assert (same.status_code, same.json()["code"]) == (409, "certificate_number_taken")
    assert "AMINA" not in same.text.upper()


def test_the_same_number_with_other_content_is_refused(service: Running) -> None:
    service.certify(OIL)
    answer = service.certify(OIL | {"level": 5})
    assert answer.status_code == 409
    assert answer.json()["code"] == "certificate_number_taken_with_other_content"
    assert answer.json()["fix"]


@pytest.mark.parametrize(
    ("body", "members", "code"),
    [
        ("CFA", {}, "outside_body_scope_level"),
        ("CFM", {"level": 2}, "outside_issuer_scope_level"),
        ("OLD", {}, "body_withdrawn"),
    ],
)
def test_outside_the_accreditation_is_forbidden(service: Running, body: str, members: Any, code: str) -> None:
    answer = service.certify(OIL | members, body)
    assert (answer.status_code, answer.json()["code"]) == (403, code)


def test_status_changes_are_published_before_the_answer(service: Running) -> None:
    service.certify(OIL)
    suspended = service.post(f"{OWN}/suspension", SUSPENSION).json()
    assert (suspended["state"], suspended["status_list"]) == ("suspended", "published")
    assert service.post(f"{OWN}/suspension", SUSPENSION).json() == suspended
    assert service.post(f"{OWN}/reinstatement", REINSTATEMENT).json()["state"] == "valid"
    revoked = service.post(f"{OWN}/revocation", {"reason": "replaced"}).json()
    assert (revoked["state"], revoked["last_change"]["reason"]) == ("replaced", "replaced")
    again = service.post(f"{OWN}/reinstatement", REINSTATEMENT)
    assert (again.status_code, again.json()["code"]) == (409, "certificate_revoked_finally")


def test_without_the_registry_a_revocation_is_pending_and_then_pushed(service: Running) -> None:
    service.certify(OIL)
    service.registry.cut = True
    answer = service.post(f"{OWN}/revocation", REVOCATION)
    assert (answer.status_code, answer.json()["status_list"]) == (200, "pending")
    service.registry.cut = False
    assert service.client.app.state.service.publish_status() == 0  # type: ignore[attr-defined]
    assert service.registry.lists


def test_published_lists_and_keys_are_public_and_cached_by_etag(service: Running) -> None:
    service.certify(OIL)
    service.post(f"{OWN}/revocation", REVOCATION)
    for path in ("/cm/1/status/revocation/1", "/cm/1/did.json"):
        answer = service.client.get(path)
        assert answer.status_code == 200
        again = service.client.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert (
        service.client.get("/cm/1/status/revocation/1").content
        == service.registry.lists["/cm/1/status/revocation/1"]
    )
    method = service.client.get("/cm/1/did.json").json()["verificationMethod"][0]
    assert method["publicKeyMultibase"] == SIGNER.public_key.multikey
    for path in ("/cm/1/status/revocation/2", "/cm/1/status/nothing/1", "/cm/2/did.json"):
        assert service.client.get(path).status_code == 404


def test_health_says_whether_anything_can_be_signed(service: Running, tmp_path: Path) -> None:
    assert service.client.get("/healthz").json()["ready"] is True
    folder = tmp_path / "blind"
    folder.mkdir()
    with running(folder, bundle=False) as blind:
        assert blind.client.get("/healthz").json()["ready"] is False
        answer = blind.certify(OIL)
        assert (answer.status_code, answer.json()["code"]) == (503, "trust_list_not_available")
        assert answer.headers["retry-after"]


def test_a_sandbox_says_so_everywhere(tmp_path: Path) -> None:
    with running(tmp_path, sandbox=True) as sandbox:
        answer = sandbox.certify(OIL)
        assert answer.json()["sandbox"] is True
        for each in (answer, sandbox.client.get("/healthz"), sandbox.client.get("/nowhere")):
            assert each.headers["x-certes-sandbox"] == "true"
    with running(tmp_path) as real:
        assert "x-certes-sandbox" not in real.client.get("/healthz").headers


def test_problems_speak_the_callers_language(service: Running) -> None:
    titles = {
        service.client.post("/v1/certifications", json=OIL, headers={"Accept-Language": language}).json()[
            "title"
        ]
        for language in ("fr", "en", "pt", "es", "ar")
    }
    assert len(titles) == 5


def test_the_api_is_a_page_to_read_with_the_examples(service: Running) -> None:
    page = service.client.get("/docs")
    assert page.status_code == 200
    for text in ("NGO BASSA Amina Rose", "person.birth_date", "outside_body_scope_level", "reinstatement"):
        assert text in page.text
