"""did:web documents from the signed lists."""

from certes.credential.did.document import parse_document
from certes.credential.did.web import url_of
from tests.unit.registry.conftest import Registry
from tests.world_data import Payload

DID = "did:web:skills.example:cm:1"


def test_the_document_is_where_did_web_looks_for_it(registry: Registry) -> None:
    path = url_of(DID).removeprefix("https://skills.example")
    answer = registry.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/did+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    document = parse_document(answer.json(), did=DID)
    expected = registry.world.issuer_signer("CM", 1, key=2).public_key
    assert document.key_for(f"{DID}#k2") == expected


def test_a_stolen_key_is_named_but_proves_nothing(registry: Registry) -> None:
    document = registry.client.get("/cm/1/did.json").json()
    methods = {method["id"]: method for method in document["verificationMethod"]}
    assert methods.keys() == {f"{DID}#k1", f"{DID}#k2", f"{DID}#k3"}
    assert methods[f"{DID}#k3"]["revoked"] == "2026-06-01T00:00:00Z"
    assert document["assertionMethod"] == [f"{DID}#k1", f"{DID}#k2"]


def test_a_ministrys_own_did_stands_as_also_known_as(registry: Registry) -> None:
    assert registry.client.get("/cm/1/did.json").json()["alsoKnownAs"] == ["did:web:emploi.cm.example"]
    assert "alsoKnownAs" not in registry.client.get("/ga/1/did.json").json()


def test_it_follows_the_newest_list(registry: Registry) -> None:
    first = registry.client.get("/cm/1/did.json")
    headers = {"If-None-Match": first.headers["etag"]}
    assert registry.client.get("/cm/1/did.json", headers=headers).status_code == 304
    world = registry.world.revised("NationalList", "CM", _steal_the_second_key)
    registry.submit(world.later[0])
    answer = registry.client.get("/cm/1/did.json", headers=headers)
    assert answer.status_code == 200
    assert answer.json()["assertionMethod"] == [f"{DID}#k1"]


def _steal_the_second_key(payload: Payload) -> None:
    payload["issuers"][0]["keys"][1]["compromisedSince"] = "2026-10-01"


def test_an_issuer_that_is_not_listed_has_no_document(registry: Registry) -> None:
    for path in ("/cm/9/did.json", "/td/1/did.json"):
        assert registry.client.get(path).json()["code"] == "issuer_not_found"
    for path in ("/CM/1/did.json", "/cm/01/did.json", "/cm/x/did.json"):
        assert registry.client.get(path).json()["code"] == "not_found"
