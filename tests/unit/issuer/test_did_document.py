"""The issuer's keys as wallets outside the network read them."""

from certes.credential.did.document import parse_document
from issuer.did_document import did_document
from tests.unit.issuer.office import OFFICE, SIGNER, national_payload, registry_view

OTHER = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"


def test_our_own_key_stands_there_before_the_country_has_listed_it() -> None:
    found = parse_document(did_document(OFFICE, SIGNER, None), did=OFFICE.did)
    assert found.key_for(OFFICE.key_id) == SIGNER.public_key


def test_retired_keys_stay_and_compromised_ones_assert_nothing() -> None:
    listed = national_payload()["issuers"][0]["keys"][0]
    stolen = listed | {"kid": "k2", "publicKeyMultibase": OTHER, "compromisedSince": "2026-06-01"}
    view = registry_view(keys=[listed | {"retiredOn": "2026-01-01"}, stolen])
    document = did_document(OFFICE, SIGNER, view)
    assert [method["id"].partition("#")[2] for method in document["verificationMethod"]] == ["k1", "k2"]
    assert document["verificationMethod"][1]["revoked"] == "2026-06-01T00:00:00Z"
    assert document["assertionMethod"] == [OFFICE.key_id]
