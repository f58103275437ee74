"""What the holder shows becomes one kind of value, or a refusal that says whose limit it is."""

import json
from typing import Any

import pytest

from certes.credential.card_text import to_address, to_digits
from certes.credential.errors import Malformed, Unsupported
from certes.credential.presented import present, present_document
from tests.samples import LABELS, NETWORK, OTHER_NETWORK, TYPICAL, card_of, signed_card, signed_wallet

NETWORKS = [OTHER_NETWORK, NETWORK]
DIGITS = to_digits(card_of(TYPICAL))
TEXT = to_address(card_of(TYPICAL), address="https://look-alike.example/c/")


@pytest.mark.parametrize("shown", [DIGITS, DIGITS.encode(), f"\n {DIGITS} ", TEXT, TEXT.encode()])
def test_a_card_is_read_from_text_with_or_without_an_address(shown: str | bytes) -> None:
    presented = present(shown, networks=NETWORKS)
    assert (presented.form, presented.certification, presented.network) == ("card", TYPICAL, NETWORK)
    assert presented.document == signed_card(TYPICAL)
    assert presented.issuer == "did:web:skills.example:cm:1"
    assert presented.verification_method == "did:web:skills.example:cm:1#k2"
    assert presented.labels is None


def test_the_host_on_the_paper_is_reported_and_nothing_else() -> None:
    assert present(TEXT, networks=NETWORKS).host == "look-alike.example"
    assert present(DIGITS, networks=NETWORKS).host is None


def test_a_card_is_read_from_its_json_document_too() -> None:
    presented = present(" " + json.dumps(signed_card(TYPICAL)), networks=NETWORKS)
    assert (presented.form, presented.certification, presented.host) == ("card", TYPICAL, None)


def test_a_wallet_credential_is_read_with_its_words() -> None:
    signed = signed_wallet(TYPICAL)
    presented = present(json.dumps(signed).encode(), networks=NETWORKS)
    assert (presented.form, presented.certification, presented.labels) == ("wallet", TYPICAL, LABELS)
    assert presented.document == signed
    assert present_document(signed, networks=NETWORKS) == presented


def changed(**members: Any) -> dict[str, Any]:
    """A wallet credential with other members at the top."""
    return {**signed_wallet(TYPICAL), **members}


@pytest.mark.parametrize(
    "document",
    [
        {},
        changed(issuer="did:web:university.example"),
        changed(issuer={"id": "did:key:z6Mk", "type": ["Profile"]}),
        changed(issuer={"type": ["Profile"]}),
        changed(issuer=7),
        changed(type=["VerifiableCredential"]),
        changed(type="OpenBadgeCredential"),
        changed(type=["VerifiableCredential", "OpenBadgeCredential", "SkillCard"]),
        changed(type=[{}]),
    ],
)
def test_a_credential_of_another_profile_is_our_limit_and_no_forgery(document: dict[str, Any]) -> None:
    with pytest.raises(Unsupported, match="credential_profile_unknown"):
        present(json.dumps(document), networks=NETWORKS)


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        ("", "card_digits_invalid"),
        (b"", "card_digits_invalid"),
        ("hello", "card_digits_invalid"),
        ("eyJhbGciOiJFZERTQSJ9.e30.AA", "card_digits_invalid"),
        (b"\xff\xfe", "card_digits_invalid"),
        ("\ud800", "card_digits_invalid"),
        ("{", "json_invalid"),
        ('{"a": 1, "a": 2}', "json_duplicate_key"),
        ("9" * 5_000, "card_too_long"),
    ],
)
def test_what_is_no_certificate_at_all_is_malformed(shown: str | bytes, code: str) -> None:
    with pytest.raises(Malformed, match=code):
        present(shown, networks=NETWORKS)


def test_a_network_we_do_not_know_is_our_limit() -> None:
    with pytest.raises(Unsupported, match="network_unknown"):
        present(DIGITS, networks=[OTHER_NETWORK])
