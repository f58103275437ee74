"""The wallet credential: Open Badges 3.0 in shape, and the facts come back from it."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from certes.credential import card_layout, wallet, wallet_description
from certes.credential.achievement import (
    BirthDate,
    Certification,
    DocumentKind,
    IdentityDocument,
    Kind,
    Labels,
    Route,
    StatusSlot,
)
from certes.credential.cardsize import sample_certifications
from certes.credential.errors import Malformed
from certes.credential.proof import EDDSA_RDFC_2022, verify_proof
from tests.samples import LABELS, NETWORK, TYPICAL, sample_key, signed_wallet

# What each class must have. Source: Open Badges 3.0, appendix B (data models).
REQUIRED = {
    "OpenBadgeCredential": {"@context", "id", "type", "issuer", "validFrom", "credentialSubject"},
    "AchievementSubject": {"type", "achievement", "identifier"},
    "Achievement": {"id", "type", "criteria", "description", "name"},
    "Alignment": {"type", "targetName", "targetUrl"},
    "Evidence": {"type"},
    "IdentityObject": {"type", "hashed", "identityHash", "identityType"},
    "Profile": {"id", "type"},
    "Result": {"type"},
    "ResultDescription": {"id", "type", "name", "resultType"},
    "BitstringStatusListEntry": {"type", "statusPurpose", "statusListIndex", "statusListCredential"},
}
FULL = replace(
    TYPICAL,
    valid_until=date(2031, 3, 1),
    replaces="CM-1-2025-000007",
    achievement=replace(TYPICAL.achievement, kind=Kind.UNITS, units=(1, 5, 31), route=Route.PRIOR_LEARNING),
)
ALL_LABELS = replace(LABELS, acqf_level=4, assessed_on=date(2026, 2, 20))


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object of a document."""
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from objects(item)


@pytest.mark.parametrize("certification", [TYPICAL, FULL])
def test_every_object_has_what_its_open_badges_class_requires(certification: Certification) -> None:
    credential, seen = wallet.document(certification, ALL_LABELS, network=NETWORK), set()
    for found in objects(credential):
        types = found.get("type", [])
        for name in [types] if isinstance(types, str) else types:
            seen.add(name)
            assert REQUIRED.get(name, set()) <= found.keys(), name
    assert seen == REQUIRED.keys() | {"VerifiableCredential"}


def test_revocation_is_the_first_of_three_status_entries() -> None:
    entries = wallet.document(TYPICAL, LABELS, network=NETWORK)["credentialStatus"]
    assert [entry["statusPurpose"] for entry in entries] == ["revocation", "suspension", "refresh"]
    assert {entry["statusListIndex"] for entry in entries} == {"104729"}


def test_results_link_to_descriptions_in_the_same_achievement() -> None:
    subject = wallet.document(FULL, LABELS, network=NETWORK)["credentialSubject"]
    described = {description["id"] for description in subject["achievement"]["resultDescription"]}
    assert {result["resultDescription"] for result in subject["result"]} == described
    assert [result["value"] for result in subject["result"]] == ["units", "U1", "U5", "U31"]


def test_only_strings_booleans_and_integers_are_signed() -> None:
    def leaves(value: Any) -> Iterator[Any]:
        if isinstance(value, dict | list):
            for item in value.values() if isinstance(value, dict) else value:
                yield from leaves(item)
        else:
            yield value

    assert {type(leaf) for leaf in leaves(wallet.document(FULL, ALL_LABELS, network=NETWORK))} == {
        str,
        bool,
        int,
    }


def test_the_person_is_named_as_on_the_document_and_in_icao_letters() -> None:
    subject = wallet.document(TYPICAL, LABELS, network=NETWORK)["credentialSubject"]
    assert {entry["identityType"]: entry["identityHash"] for entry in subject["identifier"]} == {
        "name": "Aïssatou Ngo Bassong Éyenga",
        "ext:birthDate": "1994-04-12",
        "ext:documentTail": "CM national_id 4821",
        "ext:icaoName": "AISSATOU NGO BASSONG EYENGA",
    }


def test_a_name_in_another_script_has_no_icao_letters() -> None:
    certification = replace(TYPICAL, person=replace(TYPICAL.person, name="عائشة", document=None))
    subject = wallet.document(certification, LABELS, network=NETWORK)["credentialSubject"]
    assert [entry["identityType"] for entry in subject["identifier"]] == ["name", "ext:birthDate"]


@pytest.mark.parametrize(
    "certification",
    [
        *(certification for _, certification in sample_certifications()),
        FULL,
        replace(TYPICAL, centre=None),
        replace(TYPICAL, achievement=replace(TYPICAL.achievement, level=None, standard=None)),
        replace(TYPICAL, achievement=replace(TYPICAL.achievement, units=(1, 2))),
        replace(TYPICAL, number="A/7", replaces="B/6.1"),
        replace(TYPICAL, person=replace(TYPICAL.person, birth=BirthDate(1985, approximate=True))),
        replace(
            TYPICAL,
            person=replace(TYPICAL.person, document=IdentityDocument("TD", DocumentKind.REFUGEE_CARD, "7")),
        ),
    ],
)
@pytest.mark.parametrize("labels", [LABELS, ALL_LABELS, Labels("en", "Welder", "Ministry")])
def test_facts_and_labels_come_back_from_the_signed_credential(
    certification: Certification, labels: Labels
) -> None:
    if certification.centre is None:
        labels = replace(labels, centre=None)
    signed = signed_wallet(certification, labels)
    verify_proof(signed, key_for=sample_key, suites=[EDDSA_RDFC_2022])
    assert wallet.parse(signed, network=NETWORK) == wallet.WalletFacts(certification, labels)
    assert wallet.read(signed, network=NETWORK) == certification


SUBJECT = ["credentialSubject"]
ACHIEVEMENT = [*SUBJECT, "achievement"]
_ISCO_URL = "credentialSubject.achievement.alignment[0].targetUrl"
CHANGES: list[tuple[list[str | int], object, str]] = [
    (["@context"], ["https://www.w3.org/ns/credentials/v2"], "@context"),
    (["type"], "OpenBadgeCredential", "type"),
    (["id"], "https://skills.example/cm/1/credentials/X", "id"),
    (["extra"], 1, "extra"),
    (["issuer"], "did:web:skills.example:cm:1", "issuer"),
    (["issuer", "url"], "https://example.org", "issuer.url"),
    (["awardedDate"], "2026-13-01T00:00:00Z", "awardedDate"),
    (["replaces"], "https://evil.example/CM-1-2025-000007", "replaces"),
    ([*SUBJECT, "identifier"], [], "credentialSubject.identifier"),
    ([*SUBJECT, "identifier", 0, "hashed"], True, "credentialSubject.identifier[0].hashed"),
    ([*SUBJECT, "identifier", 0, "identityHash"], "Nguema", "credentialSubject.identifier[3].identityHash"),
    ([*SUBJECT, "identifier", 1, "identityHash"], "12.04.1994", "person.birth_date"),
    ([*SUBJECT, "identifier", 2, "identityHash"], "CM visa 4821", "credentialSubject.identifier"),
    ([*SUBJECT, "identifier", 2, "identityHash"], "4821", "credentialSubject.identifier"),
    ([*SUBJECT, "identifier", 3, "identityHash"], "NGUEMA", "credentialSubject.identifier[3].identityHash"),
    ([*SUBJECT, "licenseNumber"], "X", "id"),
    ([*SUBJECT, "result"], [], "credentialSubject.result"),
    ([*SUBJECT, "result", 0, "value"], "half", "credentialSubject.result"),
    ([*SUBJECT, "result", 1, "value"], "U", "credentialSubject.result"),
    ([*SUBJECT, "source", "type"], ["Person"], "credentialSubject.source.type[0]"),
    ([*SUBJECT, "source", "name"], "A\u202eB", "labels.centre"),
    (["name"], "A", "name"),
    ([*ACHIEVEMENT, "alignment"], [], "credentialSubject.achievement.alignment"),
    ([*ACHIEVEMENT, "alignment", 0, "targetUrl"], "x", _ISCO_URL),
    ([*ACHIEVEMENT, "version"], "4", "credentialSubject.achievement.version"),
    ([*ACHIEVEMENT, "criteria", "narrative"], "easy", "credentialSubject.achievement.criteria.narrative"),
    ([*ACHIEVEMENT, "inLanguage"], None, "credentialSubject.achievement.inLanguage"),
    (["evidence"], [], "evidence"),
    (["evidence", 0, "route"], "bought", "evidence[0].route"),
    (["credentialStatus", 2, "statusPurpose"], "message", "credentialStatus[2].statusPurpose"),
    (["proof"], [], "proof"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "field"), CHANGES)
def test_a_changed_credential_is_refused_by_member(path: list[str | int], value: object, field: str) -> None:
    signed = signed_wallet(FULL)
    target: Any = signed
    for name in path[:-1]:
        target = target[name]
    target[path[-1]] = value
    with pytest.raises(Malformed) as refused:
        wallet.parse(signed, network=NETWORK)
    assert refused.value.field == field


def test_facts_that_no_certificate_may_have_are_refused_though_well_written() -> None:
    for certification, field in (
        (replace(TYPICAL, person=replace(TYPICAL.person, name="A\u202eB")), "name"),
        (replace(TYPICAL, achievement=replace(TYPICAL.achievement, trade=70_000)), "trade"),
        (replace(TYPICAL, replaces="a b"), "replaces"),
    ):
        signed = wallet.document(certification, LABELS, network=NETWORK)
        signed["proof"] = {"verificationMethod": "did:web:skills.example:cm:1#k2"}
        with pytest.raises(Malformed, match="member_invalid") as refused:
            wallet.parse(signed, network=NETWORK)
        assert refused.value.field == field


@pytest.mark.parametrize(
    "source", [None, "x", {}, {"id": "https://skills.example/cm/centres/1", "name": None}]
)
def test_what_was_read_before_does_not_change_a_refusal(source: object) -> None:
    """Descriptions are remembered by their text: of another text nothing may be taken over."""
    without = signed_wallet(replace(TYPICAL, centre=None), replace(LABELS, centre=None))
    changed = copy.deepcopy(without)
    changed["credentialSubject"]["source"] = source
    wallet_description._KEPT.clear()
    told = []
    for _ in range(2):  # with nothing remembered, then with the certificate that has no source
        with pytest.raises(Malformed) as refused:
            wallet.read_facts(changed, network=NETWORK)
        told.append((refused.value.code, refused.value.field))
        assert wallet.read_facts(without, network=NETWORK).labels.centre is None
    assert told[0] == told[1]


@pytest.mark.parametrize(
    "change",
    [
        {"number": "a b"}, {"key": 0}, {"centre": 0}, {"issuer": 2**40}, {"status": StatusSlot(0, 1)},
        {"status": StatusSlot(1, -1)}, {"valid_until": date(1999, 1, 1)}, {"awarded_on": date(1800, 1, 1)},
        {"signed_on": date(2020, 1, 1)}, {"person": replace(TYPICAL.person, name="")},
        {"achievement": replace(TYPICAL.achievement, level=0)},
    ],
    ids=str,
)  # fmt: skip
def test_a_place_on_a_card_is_judged_alike_whether_it_is_written_or_not(change: dict[str, Any]) -> None:
    facts = replace(TYPICAL, **change)
    card_layout.require_room(TYPICAL, network=NETWORK)  # what TYPICAL shares with it is then remembered
    with pytest.raises(Malformed) as written:
        card_layout.pack(facts, network=NETWORK, signature=bytes(card_layout.SIGNATURE_BYTES))
    with pytest.raises(Malformed) as asked:
        card_layout.require_room(facts, network=NETWORK)
    assert (asked.value.code, asked.value.field) == (written.value.code, written.value.field)
