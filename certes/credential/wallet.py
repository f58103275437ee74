"""The wallet credential: one certification as an Open Badges 3.0 credential on VCDM 2.0.

A pure function of the facts, the labels and the network, and its strict inverse. Codes decide; labels are
words for people, signed once in the official language. Sex, nationality, address, place of birth, marks and
document numbers are left out on purpose (docs/spec/wallet-credential.md).
Source: Open Badges 3.0, appendix B (data models); VCDM 2.0, section 4.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from certes.credential.achievement import Achievement, Certification, Kind, Labels
from certes.credential.card_layout import require_room
from certes.credential.errors import Malformed
from certes.credential.identifiers import (
    NUMBER_PATTERN,
    Network,
    acqf_level_iri,
    centre_iri,
    credential_id,
    credential_number,
    issuer_did,
    level_code,
    level_iri,
    occupation_code,
    parse_issuer_did,
    parse_key_id,
    standard_iri,
    trade_code,
    trade_iri,
    unit_code,
)
from certes.credential.reading import Members, invalid, require_same
from certes.credential.validity import (
    first_second,
    read_status,
    read_validity,
    status_members,
    validity_members,
)
from certes.credential.wallet_description import (
    ACQF_LEVEL_TYPE,
    ISCO_TYPE,
    NATIONAL_LEVEL_TYPE,
    STANDARD_TYPE,
    read_description,
)
from certes.credential.wallet_person import person_identifiers, read_person

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://w3id.org/certes/skills/v1",
)
KEPT_ACHIEVEMENTS = 512  # trades, as they are written out; nothing about a person
TYPE = "OpenBadgeCredential"
ESCO_ISCO = "http://data.europa.eu/esco/isco/C"  # the public IRI of an ISCO-08 group, four digits follow
_NUMBER = re.compile(NUMBER_PATTERN, re.ASCII)
KIND_RESULT, UNIT_RESULT = "ext:Kind", "ext:Unit"


@dataclass(frozen=True, slots=True)
class WalletFacts:
    """What a wallet credential says: the facts, and the words beside them."""

    certification: Certification
    labels: Labels


def document(certification: Certification, labels: Labels, *, network: Network) -> dict[str, Any]:
    """The unsigned wallet credential."""
    return _document(certification, labels, network, _achievement(certification.achievement, labels, network))


def _document(
    certification: Certification, labels: Labels, network: Network, achievement: dict[str, Any]
) -> dict[str, Any]:
    country = certification.achievement.country
    credential = {
        "@context": list(CONTEXTS),
        "type": ["VerifiableCredential", TYPE],
        "id": credential_id(network, country, certification.issuer, certification.number),
        "name": labels.trade,
        "issuer": {
            "id": issuer_did(network, country, certification.issuer),
            "type": ["Profile"],
            "name": labels.issuer,
        },
        **validity_members(certification),
        "awardedDate": first_second(certification.awarded_on),
        "credentialSubject": _subject(certification, labels, network, achievement),
        "evidence": [_evidence(certification, labels)],
        "credentialStatus": status_members(certification, network),
    }
    if certification.replaces is not None:
        credential["replaces"] = credential_id(network, country, certification.issuer, certification.replaces)
    return credential


def read(signed: Mapping[str, Any], *, network: Network) -> Certification:
    """The facts of a signed wallet credential. Raises as `parse` does."""
    return parse(signed, network=network).certification


def parse(signed: Mapping[str, Any], *, network: Network) -> WalletFacts:
    """The inverse of `document`; the key number comes from the proof.

    Raises Malformed naming the member that is missing, extra or not as `document` writes it.
    """
    facts = read_facts(signed, network=network)
    require_exact(signed, facts, network=network)
    return facts


def require_exact(signed: Mapping[str, Any], facts: WalletFacts, *, network: Network) -> None:
    """Does the credential say exactly what `document` writes of these facts?

    Raises Malformed `member_unexpected` naming the member.
    """
    certification, labels = facts.certification, facts.labels
    unsigned = dict(signed)
    unsigned.pop("proof", None)
    expected = _kept_achievement(certification.achievement, labels, network)
    require_same(unsigned, _document(certification, labels, network, expected))


def read_facts(signed: Mapping[str, Any], *, network: Network) -> WalletFacts:
    """Each fact from one member, the others not looked at: what is claimed, and whose key to ask for.

    An altered credential must be read this far, or nobody could be told that it is altered. Whoever relies
    on the facts calls `require_exact`. Raises Malformed naming a member that cannot be read.
    """
    members = Members(signed)
    require_same(signed.get("@context"), list(CONTEXTS), at="@context")
    issuer = parse_issuer_did(network, members.object("issuer").text("id"))
    _, key = parse_key_id(network, members.one("proof").text("verificationMethod"))
    subject = members.object("credentialSubject")
    achievement, labels = read_description(members, subject, issuer.country)
    signed_on, valid_until = read_validity(members)
    replaces = members.text("replaces") if members.has("replaces") else None
    certification = Certification(
        issuer=issuer.number,
        key=key,
        number=subject.text("licenseNumber"),
        centre=subject.object("source").number_of("id") if subject.has("source") else None,
        achievement=achievement,
        person=read_person(subject),
        awarded_on=members.day("awardedDate"),
        signed_on=signed_on,
        valid_until=valid_until,
        status=read_status(members),
        replaces=None if replaces is None else credential_number(replaces),
    )
    _require_signable(certification, network)
    return WalletFacts(certification, labels)


def _require_signable(certification: Certification, network: Network) -> None:
    """The facts keep the bounds they have on a card."""
    try:
        require_room(certification, network=network)
    except Malformed as refusal:
        raise invalid(refusal.field or "certification") from None
    if certification.replaces is not None and _NUMBER.fullmatch(certification.replaces) is None:
        raise invalid("replaces")


def _subject(
    certification: Certification, labels: Labels, network: Network, described: dict[str, Any]
) -> dict[str, Any]:
    achievement = certification.achievement
    subject: dict[str, Any] = {
        "type": ["AchievementSubject"],
        "identifier": person_identifiers(certification.person),
        "licenseNumber": certification.number,
        "achievement": described,
        "result": _results(achievement, network),
    }
    if certification.centre is not None:
        centre = centre_iri(network, achievement.country, certification.centre)
        subject["source"] = {"id": centre, "type": ["Profile"]}
        if labels.centre is not None:
            subject["source"]["name"] = labels.centre
    return subject


def _achievement(achievement: Achievement, labels: Labels, network: Network) -> dict[str, Any]:
    trade = trade_iri(network, achievement.country, achievement.trade)
    code = trade_code(achievement.country, achievement.trade)
    return {
        "id": trade,
        "type": ["Achievement"],
        "achievementType": "Certification",
        "humanCode": code,
        "version": str(achievement.trade_version),
        "tradeVersion": achievement.trade_version,
        "inLanguage": labels.language,
        "name": labels.trade,
        "description": f"{labels.trade} ({code}, {achievement.trade_version})",
        "criteria": {"narrative": f"{code}, {achievement.trade_version}"},
        "alignment": _alignments(achievement, labels, network),
        "resultDescription": _result_descriptions(achievement, network),
    }


@lru_cache(maxsize=KEPT_ACHIEVEMENTS)
def _kept_achievement(achievement: Achievement, labels: Labels, network: Network) -> dict[str, Any]:
    """The same, made once for all who were certified in it: to compare with, never to hand out."""
    return _achievement(achievement, labels, network)


def _alignments(achievement: Achievement, labels: Labels, network: Network) -> list[dict[str, Any]]:
    """ISCO always; a regional standard, a national rung and an ACQF level where they exist officially."""
    country, standard = achievement.country, achievement.standard
    code = occupation_code(achievement.occupation)
    alignments = [_alignment(ISCO_TYPE, "ISCO-08", code, ESCO_ISCO + achievement.occupation)]
    if standard is not None:
        iri = standard_iri(network, standard.number)
        aligned = _alignment(STANDARD_TYPE, network.domain, str(standard.number), iri)
        alignments.append({**aligned, "standardVersion": standard.version})
    if achievement.level is not None:
        rung, iri = level_code(country, achievement.level), level_iri(network, country, achievement.level)
        alignments.append(_alignment(NATIONAL_LEVEL_TYPE, country, rung, iri))
    if labels.acqf_level is not None:
        acqf = f"ACQF-{labels.acqf_level}"
        alignments.append(
            _alignment(ACQF_LEVEL_TYPE, "ACQF", acqf, acqf_level_iri(network, labels.acqf_level))
        )
    return alignments


def _alignment(kind: str, framework: str, code: str, url: str) -> dict[str, Any]:
    return {
        "type": ["Alignment"],
        "targetType": kind,
        "targetFramework": framework,
        "targetCode": code,
        "targetName": code,
        "targetUrl": url,
    }


def _result_descriptions(achievement: Achievement, network: Network) -> list[dict[str, Any]]:
    kind = {
        "id": _result_id(achievement, network, "kind"),
        "type": ["ResultDescription"],
        "name": "kind",
        "resultType": KIND_RESULT,
        "allowedValue": [kind.value for kind in Kind],
    }
    unit = {
        "id": _result_id(achievement, network, "unit"),
        "type": ["ResultDescription"],
        "name": "unit",
        "resultType": UNIT_RESULT,
    }
    return [kind, unit] if achievement.units else [kind]


def _results(achievement: Achievement, network: Network) -> list[dict[str, Any]]:
    values = [("kind", achievement.kind.value), *(("unit", unit_code(unit)) for unit in achievement.units)]
    return [
        {"type": ["Result"], "resultDescription": _result_id(achievement, network, name), "value": value}
        for name, value in values
    ]


def _result_id(achievement: Achievement, network: Network, name: str) -> str:
    return f"{trade_iri(network, achievement.country, achievement.trade)}#{name}"


def _evidence(certification: Certification, labels: Labels) -> dict[str, Any]:
    evidence = {"type": ["Evidence"], "route": certification.achievement.route.value}
    if labels.assessment is not None:
        evidence["assessmentMethod"] = labels.assessment
    if labels.assessed_on is not None:
        evidence["assessedOn"] = labels.assessed_on.isoformat()
    if labels.place is not None:
        evidence["assessmentPlace"] = labels.place
    return evidence
