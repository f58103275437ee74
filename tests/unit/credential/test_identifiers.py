"""Identifiers derive from codes, and codes from identifiers."""

import pytest

from certes.credential import identifiers
from certes.credential.errors import Malformed
from certes.credential.identifiers import IssuerRef, Network, own_number, own_serial

NETWORK = Network(0, "skills.example")


def test_every_identifier_derives_from_codes_and_the_domain() -> None:
    base = "https://skills.example"
    assert identifiers.issuer_did(NETWORK, "CM", 1) == "did:web:skills.example:cm:1"
    assert identifiers.key_id(NETWORK, "CM", 1, 2) == "did:web:skills.example:cm:1#k2"
    assert identifiers.status_list_url(NETWORK, "CM", 1, "refresh", 3) == f"{base}/cm/1/status/refresh/3"
    assert identifiers.credential_id(NETWORK, "CM", 1, "A/7") == f"{base}/cm/1/credentials/A%2F7"
    assert identifiers.card_id(NETWORK, "CM", 1, "A/7") == f"{base}/cm/1/cards/A%2F7"
    assert identifiers.trade_iri(NETWORK, "CM", 1204) == f"{base}/cm/trades/1204"
    assert identifiers.trade_code("CM", 1204) == "CM:1204"
    assert identifiers.centre_iri(NETWORK, "CM", 214) == f"{base}/cm/centres/214"
    assert identifiers.standard_iri(NETWORK, 12) == f"{base}/standards/12"
    assert identifiers.level_code("CM", 4) == "CM-4"
    assert identifiers.level_iri(NETWORK, "CM", 4) == f"{base}/cm/levels/4"
    assert identifiers.acqf_level_iri(NETWORK, 4) == f"{base}/acqf/levels/4"
    assert identifiers.unit_code(3) == "U3"
    assert identifiers.occupation_code("7212") == "isco08:7212"


def test_a_key_id_gives_back_its_issuer_and_key() -> None:
    assert identifiers.parse_key_id(NETWORK, "did:web:skills.example:cm:1#k2") == (IssuerRef("CM", 1), 2)


@pytest.mark.parametrize(
    "did", ["did:web:other.example:cm:1", "did:web:skills.example:CM:1", "did:key:z6Mk", ""]
)
def test_an_issuer_of_another_network_is_refused(did: str) -> None:
    with pytest.raises(Malformed, match="issuer_not_of_network"):
        identifiers.parse_issuer_did(NETWORK, did)


@pytest.mark.parametrize("fragment", ["", "#", "#1", "#k0", "#k01", "#k1 ", "#k١"])
def test_a_key_id_without_a_key_number_is_refused(fragment: str) -> None:
    with pytest.raises(Malformed, match="key_id_invalid"):
        identifiers.parse_key_id(NETWORK, "did:web:skills.example:cm:1" + fragment)


@pytest.mark.parametrize(("country", "number"), [("cm", 1), ("CMR", 1), ("CM", 0)])
def test_an_issuer_reference_needs_a_country_and_a_number(country: str, number: int) -> None:
    with pytest.raises(Malformed, match="issuer_reference_invalid"):
        identifiers.issuer_did(NETWORK, country, number)


@pytest.mark.parametrize("serial", [1, 999_999, 1_000_000, 999_999_999])
def test_a_number_of_the_networks_own_form_gives_back_its_serial(serial: int) -> None:
    number = own_number("CM", 1, 2026, serial)
    assert own_serial(number, country="CM", issuer=1, award_year=2026) == serial


@pytest.mark.parametrize(
    "number",
    ["CM-1-2026-0000001", "CM-1-2026-00001", "CM-1-2026-000000", "CM-2-2026-000001", "GA-1-2026-000001",
     "CM-1-2025-000001", "CM-01-2026-000001", "cm-1-2026-000001", "CM-1-2026-000001 ", "CM-1-2026-00000١"],
)  # fmt: skip
def test_any_other_number_is_text(number: str) -> None:
    assert own_serial(number, country="CM", issuer=1, award_year=2026) is None


def test_a_credential_id_gives_back_the_certificate_number() -> None:
    assert identifiers.credential_number(identifiers.credential_id(NETWORK, "CM", 1, "A/7.b")) == "A/7.b"
