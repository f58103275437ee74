"""The mirror of status lists: the signature is the only way in."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from certes.credential.proof import EDDSA_JCS_2022, sign, verify_proof
from certes.credential.status import read_list
from certes.credential.status.bitstring import blank, encode, with_bits
from tests.unit.registry.conftest import Registry
from tests.world import NOW

PATH = "/cm/1/status/revocation/1"


def code_of(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def test_a_list_is_taken_and_served_byte_for_byte(registry: Registry) -> None:
    document = registry.world.status_list("CM", 1, "revocation", 1, bits=(5,))
    answer = registry.put_list(document)
    assert (answer.status_code, answer.json()) == (201, {"url": f"https://skills.example{PATH}"})
    served = registry.client.get(PATH)
    assert served.json() == document
    assert served.headers["content-type"] == "application/vc"
    assert served.headers["access-control-allow-origin"] == "*"
    key = registry.world.issuer_signer("CM").public_key
    verify_proof(served.json(), key_for=lambda _: key, suites=(EDDSA_JCS_2022,))
    issuer, url = document["issuer"], document["id"]
    assert read_list(served.json(), url=url, issuer=issuer, purpose="revocation").is_set(5)


def test_who_holds_it_already_gets_no_body(registry: Registry) -> None:
    registry.put_list(registry.world.status_list("CM", 1, "revocation", 1))
    etag = registry.client.get(PATH).headers["etag"]
    again = registry.client.get(PATH, headers={"If-None-Match": f"W/{etag}"})
    assert (again.status_code, again.content) == (304, b"")
    assert registry.client.get(PATH, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_reader_of_plain_json_gets_plain_json(registry: Registry) -> None:
    registry.put_list(registry.world.status_list("CM", 1, "revocation", 1))
    answer = registry.client.get(PATH, headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["vary"] == "Accept"


def test_the_same_bytes_again_change_nothing(registry: Registry) -> None:
    document = registry.world.status_list("CM", 1, "revocation", 1)
    assert registry.put_list(document).status_code == 201
    assert registry.put_list(document).status_code == 200


@pytest.mark.parametrize("seconds", [0, -1, -86_400])
def test_a_list_that_is_not_younger_is_refused(registry: Registry, seconds: int) -> None:
    registry.put_list(registry.world.status_list("CM", 1, "revocation", 1))
    older = registry.world.status_list(
        "CM", 1, "revocation", 1, bits=(7,), now=NOW + timedelta(seconds=seconds)
    )
    assert code_of(registry.put_list(older)) == (409, "status_list_older")
    assert registry.client.get(PATH).json() != older


def test_a_younger_list_replaces_it(registry: Registry) -> None:
    registry.put_list(registry.world.status_list("CM", 1, "revocation", 1))
    registry.clock.pass_time(seconds=1)
    younger = registry.world.status_list("CM", 1, "revocation", 1, bits=(7,), now=registry.clock.now)
    assert registry.put_list(younger).status_code == 201
    assert registry.client.get(PATH).json() == younger


def test_a_list_of_the_future_is_refused(registry: Registry) -> None:
    ahead = registry.world.status_list("CM", 1, "revocation", 1, now=NOW + timedelta(minutes=6))
    assert code_of(registry.put_list(ahead)) == (422, "status_list_in_future")
    near = registry.world.status_list("CM", 1, "revocation", 1, now=NOW + timedelta(minutes=4))
    assert registry.put_list(near).status_code == 201


@pytest.mark.parametrize(
    ("path", "field"),
    [("/cm/1/status/revocation/2", "id"), ("/cm/1/status/suspension/1", "id")],
)
def test_a_list_stands_at_its_own_address_only(registry: Registry, path: str, field: str) -> None:
    answer = registry.put_list(registry.world.status_list("CM", 1, "revocation", 1), path)
    assert code_of(answer) == (422, "status_list_credential_invalid")
    assert answer.json()["field"] == field


@pytest.mark.parametrize("path", ["/cm/2/status/revocation/1", "/ga/1/status/revocation/1"])
def test_another_issuers_key_is_not_accepted(registry: Registry, path: str) -> None:
    answer = registry.put_list(registry.world.status_list("CM", 1, "revocation", 1), path)
    assert code_of(answer) == (403, "status_list_key_not_accepted")


def test_a_stolen_key_signs_no_list(registry: Registry) -> None:
    stolen = registry.world.status_list("CM", 1, "revocation", 1, key=3)
    assert code_of(registry.put_list(stolen)) == (403, "status_list_key_not_accepted")
    assert registry.put_list(registry.world.status_list("CM", 1, "revocation", 1, key=2)).status_code == 201


def test_a_key_outside_its_period_signs_no_list(registry: Registry) -> None:
    registry.clock.now = NOW.replace(year=2029)
    late = registry.world.status_list("CM", 1, "revocation", 1, now=registry.clock.now)
    assert code_of(registry.put_list(late)) == (403, "status_list_key_not_accepted")


def test_an_issuer_that_lost_its_authorisation_may_still_revoke(registry: Registry) -> None:
    document = registry.world.status_list("CM", 2, "revocation", 1)
    assert registry.put_list(document, "/cm/2/status/revocation/1").status_code == 201


@pytest.mark.parametrize(("country", "number"), [("CM", 9), ("TD", 1)])
def test_an_issuer_that_is_not_listed_has_no_list(registry: Registry, country: str, number: int) -> None:
    document = registry.world.status_list(country, number, "revocation", 1)
    answer = registry.put_list(document, f"/{country.lower()}/{number}/status/revocation/1")
    assert code_of(answer) == (403, "status_list_issuer_not_listed")


def flip_a_bit(document: dict[str, Any]) -> None:
    """Another list under the old signature."""
    document["credentialSubject"]["encodedList"] = encode(with_bits(blank(), [9]))


def drop_the_proof(document: dict[str, Any]) -> None:
    """No signature at all."""
    del document["proof"]


def no_proofs(document: dict[str, Any]) -> None:
    """An empty list of signatures."""
    document["proof"] = []


@pytest.mark.parametrize(
    ("spoil", "code"),
    [(flip_a_bit, "signature_invalid"), (drop_the_proof, "proof_missing"), (no_proofs, "proof_missing")],
)
def test_without_a_signature_that_holds_nothing_is_taken(
    registry: Registry, spoil: Callable[[dict[str, Any]], None], code: str
) -> None:
    document = registry.world.status_list("CM", 1, "revocation", 1)
    spoil(document)
    assert code_of(registry.put_list(document)) == (422, code)
    assert registry.client.get(PATH).status_code == 404


def test_a_list_too_short_to_hide_anybody_is_refused(registry: Registry) -> None:
    document = registry.world.status_list("CM", 1, "revocation", 1)
    del document["proof"]
    document["credentialSubject"]["encodedList"] = "uH4sIAAAAAAAC_2NgAAACAAEA"
    signed = sign(document, signer=registry.world.issuer_signer("CM"), suite=EDDSA_JCS_2022, created=NOW)
    status, code = code_of(registry.put_list(signed))
    assert status == 422
    assert code in ("status_list_too_short", "status_list_invalid")


@pytest.mark.parametrize(
    "path",
    [
        "/CM/1/status/revocation/1",
        "/cm/01/status/revocation/1",
        "/cm/0/status/revocation/1",
        "/cm/1/status/other/1",
        "/cm/1/status/revocation/0",
        "/cm/1/status/revocation/1234567890",
        "/cmr/1/status/revocation/1",
        "/c٣/1/status/revocation/1",
    ],
)
def test_a_document_has_one_address(registry: Registry, path: str) -> None:
    assert registry.client.get(path).status_code == 404
    document = registry.world.status_list("CM", 1, "revocation", 1)
    assert registry.put_list(document, path).status_code == 404


def test_another_media_type_is_refused(registry: Registry) -> None:
    body = json.dumps(registry.world.status_list("CM", 1, "revocation", 1)).encode()
    answer = registry.client.put(PATH, content=body, headers={"Content-Type": "text/html"})
    assert code_of(answer) == (415, "media_type_not_supported")


def test_a_list_that_is_not_there_says_where(registry: Registry) -> None:
    answer = registry.client.get(PATH)
    assert code_of(answer) == (404, "status_list_not_found")
    assert answer.json()["params"]["url"] == f"https://skills.example{PATH}"


def test_the_index_tells_a_follower_what_changed(registry: Registry) -> None:
    assert registry.client.get("/v1/status-lists").json() == {"lists": []}
    registry.put_list(registry.world.status_list("CM", 1, "revocation", 1))
    first = registry.client.get("/v1/status-lists")
    (line,) = first.json()["lists"]
    assert line["url"] == f"https://skills.example{PATH}"
    assert line["valid_from"] == "2026-11-20T08:00:00Z"
    assert line["digest"].startswith("sha-256:")
    headers = {"If-None-Match": first.headers["etag"]}
    assert registry.client.get("/v1/status-lists", headers=headers).status_code == 304
    registry.put_list(registry.world.status_list("CM", 1, "suspension", 1), "/cm/1/status/suspension/1")
    assert registry.client.get("/v1/status-lists", headers=headers).status_code == 200
