"""The skill card: its document, its bytes, and what it refuses to be."""

from dataclasses import replace
from datetime import date
from typing import Any

import cbor2
import pytest

from certes.credential import skillcard
from certes.credential.achievement import (
    BirthDate,
    Certification,
    DocumentKind,
    IdentityDocument,
    Kind,
    Route,
    StandardRef,
    StatusSlot,
)
from certes.credential.errors import Malformed, Misuse, Unsupported
from certes.credential.multibase import encode_base64url
from certes.credential.proof import EDDSA_JCS_2022, verify_proof
from tests.samples import NETWORK, OTHER_NETWORK, TYPICAL, card_of, sample_key, signed_card

ACHIEVEMENT = TYPICAL.achievement


def with_achievement(**members: Any) -> Certification:
    """The typical certification of another achievement."""
    return replace(TYPICAL, achievement=replace(ACHIEVEMENT, **members))


def with_person(**members: Any) -> Certification:
    """The typical certification of another person."""
    return replace(TYPICAL, person=replace(TYPICAL.person, **members))


EDGES = [
    with_achievement(level=None),
    with_achievement(level=23),
    with_achievement(standard=None),
    with_achievement(standard=StandardRef(999_999_999, 65_535)),
    with_achievement(trade=65_535, trade_version=65_535, occupation="0110"),
    with_achievement(occupation="0000"),
    with_achievement(kind=Kind.UNITS, units=(1, 32), route=Route.MIXED),
    with_achievement(units=tuple(range(1, 33))),
    replace(with_achievement(country="AA"), person=replace(TYPICAL.person, document=None)),
    replace(with_achievement(country="ZZ")),
    replace(TYPICAL, issuer=999_999_999, key=999_999_999, centre=999_999_999, number="CM-1-2026-004271"),
    replace(TYPICAL, centre=None),
    replace(TYPICAL, number="CM-1-2026-999999999"),
    replace(TYPICAL, number="a/b.c_d-e"),
    replace(TYPICAL, number="x" * 40),
    replace(TYPICAL, awarded_on=date(1900, 1, 1), signed_on=date(1900, 1, 1)),
    replace(TYPICAL, awarded_on=date(1999, 12, 31), signed_on=date(2026, 1, 1)),
    replace(TYPICAL, awarded_on=date(2199, 12, 31), signed_on=date(2199, 12, 31)),
    replace(TYPICAL, valid_until=date(2026, 3, 2)),
    replace(TYPICAL, status=StatusSlot(1, 0)),
    replace(TYPICAL, status=StatusSlot(999_999_999, 999_999_999)),
    with_person(birth=BirthDate(1900)),
    with_person(birth=BirthDate(1900, approximate=True)),
    with_person(birth=BirthDate(2100, 12, 31)),
    with_person(birth=BirthDate(1985, 4)),
    with_person(birth=BirthDate(1985, 4, approximate=True)),
    with_person(name="عائشة بنت محمد"),
    *(with_person(document=IdentityDocument("CM", kind, "4821")) for kind in DocumentKind),
    with_person(document=IdentityDocument("ZZ", DocumentKind.OTHER, "Z")),
]


@pytest.mark.parametrize("certification", EDGES)
def test_a_certification_comes_back_from_its_card_and_from_its_document(certification: Certification) -> None:
    signed = signed_card(certification)
    card = skillcard.decode_bytes(card_of(certification), networks=[OTHER_NETWORK, NETWORK])
    assert card.certification == certification
    assert card.document() == signed
    assert skillcard.read(signed, network=NETWORK) == card
    verify_proof(card.document(), key_for=sample_key, suites=[EDDSA_JCS_2022])


def test_what_a_certificate_replaces_has_no_place_on_a_card() -> None:
    assert card_of(replace(TYPICAL, replaces="CM-1-2025-000007")) == card_of(TYPICAL)


@pytest.mark.parametrize(
    ("certification", "position"),
    [
        (with_achievement(country="cm"), "country"),
        (with_achievement(trade=0), "trade"),
        (with_achievement(occupation="721"), "occupation"),
        (with_achievement(occupation="٧٢١٢"), "occupation"),
        (with_achievement(level=0), "level"),
        (with_achievement(level=-1), "level"),
        (with_achievement(level=24), "level"),
        (with_achievement(units=(2, 1)), "units"),
        (with_achievement(units=(1, 1)), "units"),
        (with_achievement(units=(0,)), "units"),
        (with_achievement(units=(33,)), "units"),
        (with_achievement(standard=StandardRef(0, 1)), "standard"),
        (replace(TYPICAL, issuer=0), "issuer"),
        (replace(TYPICAL, number="a b"), "number"),
        (replace(TYPICAL, number=".."), "number"),
        (replace(TYPICAL, signed_on=date(2026, 2, 28)), "signed"),
        (replace(TYPICAL, valid_until=date(2026, 3, 1)), "valid"),
        (replace(TYPICAL, awarded_on=date(1899, 12, 31)), "awarded"),
        (replace(TYPICAL, status=StatusSlot(0, 0)), "status_list"),
        (with_person(name="A\u202eB"), "name"),
        (with_person(document=IdentityDocument("CM", DocumentKind.OTHER, "12345")), "identity_document"),
        (with_person(document=IdentityDocument("cm", DocumentKind.OTHER, "1")), "identity_document"),
    ],
)
def test_a_fact_without_a_place_on_a_card_is_refused_by_position(
    certification: Certification, position: str
) -> None:
    with pytest.raises(Malformed, match="card_position_invalid") as refused:
        skillcard.card_bytes(certification, network=NETWORK)
    assert refused.value.field == position


def test_only_the_certifications_own_signed_document_becomes_a_card() -> None:
    signed = signed_card(TYPICAL)
    with pytest.raises(Misuse, match="card_document_differs") as refused:
        skillcard.encode(signed, with_person(name="Nguema"), network=NETWORK)
    assert refused.value.field == "credentialSubject.name"
    with pytest.raises(Misuse, match="card_document_differs") as refused:
        skillcard.encode({**signed, "name": "more"}, TYPICAL, network=NETWORK)
    assert refused.value.field == "name"


@pytest.mark.parametrize("value", ["z1", "u" + "A" * 86 + "==", "x1", "z0", 7, None])
def test_a_document_needs_a_signature_of_64_bytes(value: object) -> None:
    signed = signed_card(TYPICAL)
    signed["proof"] = {**signed["proof"], "proofValue": value}
    with pytest.raises(Malformed):
        skillcard.read(signed, network=NETWORK)


def test_another_spelling_of_the_same_signature_is_refused() -> None:
    """base64url is multibase too, but the document of a card is one document."""
    signed, card = signed_card(TYPICAL), skillcard.decode_bytes(card_of(TYPICAL), networks=[NETWORK])
    signed["proof"] = {**signed["proof"], "proofValue": encode_base64url(card.signature)}
    with pytest.raises(Malformed, match="member_unexpected") as refused:
        skillcard.read(signed, network=NETWORK)
    assert refused.value.field == "proof.proofValue"


SKILL = ["credentialSubject", "skill"]
IN_SKILL = "credentialSubject.skill"
CHANGES: list[tuple[list[str], object, str]] = [
    (["@context"], ["https://www.w3.org/ns/credentials/v2"], "@context"),
    (["type"], ["VerifiableCredential"], "type"),
    (["id"], "https://skills.example/cm/1/cards/OTHER", "id"),
    (["validFrom"], "2026-03-09T01:00:00Z", "validFrom"),
    (["validFrom"], "2026-02-30T00:00:00Z", "validFrom"),
    (["validFrom"], "soon", "validFrom"),
    (["validUntil"], "2027-03-09T00:00:00Z", "validUntil"),
    (["credentialSubject"], [], "credentialSubject"),
    (["credentialSubject", "id"], "did:example:1", "credentialSubject.id"),
    (["credentialSubject", "name"], 7, "credentialSubject.name"),
    (["credentialSubject", "birthDate"], "1994-4-12", "person.birth_date"),
    (
        ["credentialSubject", "identityDocument", "documentKind"],
        "visa",
        "credentialSubject.identityDocument.documentKind",
    ),
    ([*SKILL, "kind"], "half", IN_SKILL + ".kind"),
    ([*SKILL, "tradeVersion"], True, IN_SKILL + ".tradeVersion"),
    ([*SKILL, "tradeVersion"], "3", IN_SKILL + ".tradeVersion"),
    ([*SKILL, "trade"], "https://evil.example/cm/trades/1204", IN_SKILL + ".trade"),
    ([*SKILL, "trade"], "https://skills.example/cm/trades/x", IN_SKILL + ".trade"),
    ([*SKILL, "units"], "U1", IN_SKILL + ".units"),
    ([*SKILL, "units"], ["U1", "U"], IN_SKILL + ".units"),
    ([*SKILL, "awardedOn"], "2026-W09-7", IN_SKILL + ".awardedOn"),
    (["credentialStatus"], [], "credentialStatus"),
    (["credentialStatus"], {}, "credentialStatus"),
    (["credentialStatus"], ["x"], "credentialStatus"),
    (["proof", "created"], "2026-03-10T00:00:00Z", "proof.created"),
    (["proof", "verificationMethod"], "did:web:skills.example:cm:1", "proof.verificationMethod"),
    (["proof", "verificationMethod"], "did:web:skills.example:ga:1#k2", "proof.verificationMethod"),
    (["issuer"], "did:web:skills.example:ga:1", "id"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "field"), CHANGES)
def test_a_changed_document_is_refused_by_member(path: list[str], value: object, field: str) -> None:
    signed = signed_card(TYPICAL)
    target: dict[str, Any] = signed
    for name in path[:-1]:
        target[name] = dict(target[name])
        target = target[name]
    target[path[-1]] = value
    with pytest.raises(Malformed) as refused:
        skillcard.read(signed, network=NETWORK)
    assert refused.value.field == field


@pytest.mark.parametrize("number", [0, 1, 2])
def test_each_of_the_three_status_entries_counts(number: int) -> None:
    signed = signed_card(TYPICAL)
    signed["credentialStatus"][number] = {**signed["credentialStatus"][number], "statusListIndex": "0"}
    with pytest.raises(Malformed, match="member_unexpected") as refused:
        skillcard.read(signed, network=NETWORK)
    assert refused.value.field == f"credentialStatus[{1 if number == 0 else number}].statusListIndex"


def test_a_missing_member_is_named() -> None:
    signed = signed_card(TYPICAL)
    del signed["credentialSubject"]["skill"]["centre"]
    card = skillcard.read(signed, network=NETWORK)
    assert card.certification.centre is None, "it is another document, and its proof will not hold"
    del signed["id"]
    with pytest.raises(Malformed, match="member_unexpected") as refused:
        skillcard.read(signed, network=NETWORK)
    assert refused.value.field == "id"


def test_a_fact_that_no_card_holds_is_refused_in_a_document_too() -> None:
    signed = signed_card(TYPICAL)
    signed["credentialSubject"]["name"] = "A\u202eB"
    with pytest.raises(Malformed, match="card_position_invalid"):
        skillcard.read(signed, network=NETWORK)


def test_a_later_version_is_our_limit_whatever_stands_behind_it() -> None:
    with pytest.raises(Unsupported, match="card_version_unknown") as refused:
        skillcard.decode_bytes(cbor2.dumps([2, "anything"]), networks=[NETWORK])
    assert refused.value.params == {"version": 2}


def test_a_card_of_a_network_we_do_not_know_is_our_limit() -> None:
    with pytest.raises(Unsupported, match="network_unknown"):
        skillcard.decode_bytes(card_of(TYPICAL), networks=[OTHER_NETWORK])


def test_bytes_beyond_any_card_are_not_read() -> None:
    with pytest.raises(Malformed, match="card_too_long"):
        skillcard.decode_bytes(bytes(425), networks=[NETWORK])
