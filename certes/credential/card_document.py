"""The W3C credential a skill card stands for: written from the facts, and the facts read from it.

No table stands between the two: every identifier follows from codes by the rules of identifiers.py, so that
an old telephone checks a new card. Specification: docs/spec/skill-card.md, section 4.
"""

from collections.abc import Mapping
from typing import Any

from certes.credential import multibase
from certes.credential.achievement import (
    Achievement,
    Certification,
    DocumentKind,
    IdentityDocument,
    Kind,
    Person,
    Route,
    StandardRef,
    parse_birth_date,
)
from certes.credential.identifiers import (
    Network,
    card_id,
    centre_iri,
    issuer_did,
    key_id,
    level_code,
    occupation_code,
    parse_issuer_did,
    parse_key_id,
    standard_iri,
    trade_iri,
    unit_code,
)
from certes.credential.reading import Members, invalid, last_number, parse_day
from certes.credential.validity import (
    first_second,
    read_status,
    read_validity,
    status_members,
    validity_members,
)

CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://w3id.org/certes/skills/v1")
TYPE = "SkillCard"
CRYPTOSUITE = "eddsa-jcs-2022"


def document(certification: Certification, *, network: Network) -> dict[str, Any]:
    """The unsigned document of a certification; `replaces` has no place on a card."""
    country = certification.achievement.country
    return {
        "@context": list(CONTEXTS),
        "type": ["VerifiableCredential", TYPE],
        "id": card_id(network, country, certification.issuer, certification.number),
        "issuer": issuer_did(network, country, certification.issuer),
        **validity_members(certification),
        "credentialSubject": {
            "type": "CertifiedPerson",
            **_person(certification.person),
            "skill": _skill(certification, network),
        },
        "credentialStatus": status_members(certification, network),
    }


def signed_document(certification: Certification, *, network: Network, signature: bytes) -> dict[str, Any]:
    """The document with its proof. Source: Data Integrity EdDSA 1.0, section 3.3 (#eddsa-jcs-2022)."""
    text = multibase.encode_base58(signature)
    return document_with(certification, network=network, proof_value=text)


def document_with(certification: Certification, *, network: Network, proof_value: str) -> dict[str, Any]:
    """The document with the proof whose signature is this text."""
    unsigned = document(certification, network=network)
    country = certification.achievement.country
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": first_second(certification.signed_on),
        "verificationMethod": key_id(network, country, certification.issuer, certification.key),
        "proofPurpose": "assertionMethod",
        "@context": list(CONTEXTS),
        "proofValue": proof_value,
    }
    return {**unsigned, "proof": proof}


def read_certification(signed: Mapping[str, Any], *, network: Network) -> Certification:
    """The facts of a signed document. It takes each fact from one member and leaves the rest to a comparison.

    Raises Malformed naming the member at fault.
    """
    members = Members(signed)
    issuer = parse_issuer_did(network, members.text("issuer"))
    _, key = parse_key_id(network, members.object("proof").text("verificationMethod"))
    subject = members.object("credentialSubject")
    skill = subject.object("skill")
    signed_on, valid_until = read_validity(members)
    return Certification(
        issuer=issuer.number,
        key=key,
        number=skill.text("certificateNumber"),
        centre=skill.number_of("centre") if skill.has("centre") else None,
        achievement=_read_achievement(skill, issuer.country),
        person=_read_person(subject),
        awarded_on=parse_day(skill.text("awardedOn"), skill.at("awardedOn")),
        signed_on=signed_on,
        valid_until=valid_until,
        status=read_status(members),
    )


def _person(person: Person) -> dict[str, Any]:
    members: dict[str, Any] = {"name": person.name, "birthDate": str(person.birth)}
    if person.document is not None:
        members["identityDocument"] = {
            "country": person.document.country,
            "documentKind": person.document.kind.value,
            "last4": person.document.last4,
        }
    return members


def _skill(certification: Certification, network: Network) -> dict[str, Any]:
    achievement = certification.achievement
    country = achievement.country
    members: dict[str, Any] = {
        "type": "CertifiedSkill",
        "certificateNumber": certification.number,
        "trade": trade_iri(network, country, achievement.trade),
        "tradeVersion": achievement.trade_version,
        "occupation": occupation_code(achievement.occupation),
        "kind": achievement.kind.value,
        "route": achievement.route.value,
        "awardedOn": certification.awarded_on.isoformat(),
    }
    if achievement.level is not None:
        members["level"] = level_code(country, achievement.level)
    if achievement.units:
        members["units"] = [unit_code(unit) for unit in achievement.units]
    if achievement.standard is not None:
        members["standard"] = standard_iri(network, achievement.standard.number)
        members["standardVersion"] = achievement.standard.version
    if certification.centre is not None:
        members["centre"] = centre_iri(network, country, certification.centre)
    return members


def _read_person(subject: Members) -> Person:
    document = None
    if subject.has("identityDocument"):
        members = subject.object("identityDocument")
        document = IdentityDocument(
            country=members.text("country"),
            kind=_read_document_kind(members),
            last4=members.text("last4"),
        )
    return Person(subject.text("name"), parse_birth_date(subject.text("birthDate")), document)


def _read_document_kind(members: Members) -> DocumentKind:
    try:
        return DocumentKind(members.text("documentKind"))
    except ValueError:
        raise invalid(members.at("documentKind")) from None


def _read_achievement(skill: Members, country: str) -> Achievement:
    standard = None
    if skill.has("standard"):
        standard = StandardRef(skill.number_of("standard"), skill.integer("standardVersion"))
    units = skill.texts("units") if skill.has("units") else ()
    try:
        kind, route = Kind(skill.text("kind")), Route(skill.text("route"))
    except ValueError:
        raise invalid(skill.at("kind")) from None
    return Achievement(
        country=country,
        trade=skill.number_of("trade"),
        trade_version=skill.integer("tradeVersion"),
        occupation=skill.text("occupation").removeprefix("isco08:"),
        level=skill.number_of("level") if skill.has("level") else None,
        kind=kind,
        units=tuple(last_number(unit, skill.at("units")) for unit in units),
        route=route,
        standard=standard,
    )
