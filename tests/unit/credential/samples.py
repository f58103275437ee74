"""Documents, keys and contexts that several tests of proofs and canonical forms use."""

import hashlib
import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from certes.credential.contexts import (
    BUNDLED,
    CREDENTIALS_V2,
    OPEN_BADGES_V3,
    SKILLS_V1,
    Context,
    ContextRegistry,
    parse_context,
)
from certes.credential.keys import Ed25519Signer, PublicKey

VECTORS = Path(__file__).parents[2] / "vectors"
BASE = "https://skills.example/cm/1"
ISSUER = "did:web:skills.example:cm:1"
CREATED = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SIGNER = Ed25519Signer(bytes(range(32)), f"{ISSUER}#k1")

_STATUS = {
    "type": "BitstringStatusListEntry",
    "statusListIndex": "94567",
}


def key_for(method: str) -> PublicKey:
    """The one key these tests know."""
    if method != SIGNER.verification_method:
        raise LookupError(method)
    return SIGNER.public_key


def _status(purpose: str) -> dict[str, Any]:
    url = f"{BASE}/status/{purpose}/1"
    return {**_STATUS, "id": f"{url}#94567", "statusPurpose": purpose, "statusListCredential": url}


def badge() -> dict[str, Any]:
    """A wallet credential, unsigned: Open Badges 3.0.3 with the additions of our own context."""
    return {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_V3, SKILLS_V1],
        "id": f"{BASE}/credentials/CM-1-2026-000123",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": ISSUER, "type": "Profile", "name": "Ministère de la Formation professionnelle"},
        "validFrom": "2026-03-01T08:00:00Z",
        "awardedDate": "2026-02-27T00:00:00Z",
        "name": "Soudeuse en construction métallique",
        "replaces": "CM-1-2025-000007",
        "credentialSubject": {
            "type": "AchievementSubject",
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": kind}
                for kind, name in (
                    ("name", "NGO MBARGA Émilienne"),
                    ("ext:birthDate", "1985-04~"),
                    ("ext:documentTail", "CM:national_id:X4Z9"),
                )
            ],
            "licenseNumber": "CM-1-2026-000123",
            "source": {"id": "https://skills.example/cm/centres/12", "type": "Profile", "name": "CFP Douala"},
            "achievement": {
                "id": "https://skills.example/cm/trades/1204",
                "type": "Achievement",
                "achievementType": "Certification",
                "name": "Soudeuse en construction métallique",
                "description": "Assemble des pièces de métal.\nSoude à l'arc.",
                "criteria": {"narrative": 'Épreuve pratique "trois postes", jury de trois.'},
                "humanCode": "1204",
                "version": "3",
                "tradeVersion": 3,
                "inLanguage": "fr",
                "alignment": [
                    {
                        "type": "Alignment",
                        "targetCode": code,
                        "targetName": name,
                        "targetType": kind,
                        "targetUrl": url,
                    }
                    for code, name, kind, url in (
                        ("7212", "Soudeurs", "ext:ISCO08", "https://www.ilo.org/isco08/7212"),
                        ("CM-4", "Niveau 4", "ext:NQFLevel", "https://skills.example/cm/levels/4"),
                        ("12", "Soudage", "ext:TradeStandard", "https://skills.example/standards/12"),
                    )
                ],
                "resultDescription": [
                    {
                        "id": f"https://skills.example/cm/trades/1204#U{unit}",
                        "type": "ResultDescription",
                        "name": f"Unité {unit}",
                        "resultType": "Result",
                        "allowedValue": ["acquired", "missing"],
                    }
                    for unit in (1, 2)
                ],
            },
            "result": [
                {
                    "type": "Result",
                    "resultDescription": f"https://skills.example/cm/trades/1204#U{unit}",
                    "value": "acquired",
                }
                for unit in (1, 2)
            ],
        },
        "evidence": [
            {
                "type": "Evidence",
                "name": "Évaluation",
                "route": "rpl",
                "assessmentMethod": "practical demonstration",
                "assessedOn": "2026-02-20",
                "assessmentPlace": "Douala",
                "standardVersion": 2,
            }
        ],
        "credentialStatus": [_status("revocation"), _status("suspension")],
    }


def card() -> dict[str, Any]:
    """A skill card's document, unsigned."""
    return {
        "@context": [CREDENTIALS_V2, SKILLS_V1],
        "id": f"{BASE}/cards/CM-1-2026-000123",
        "type": ["VerifiableCredential", "SkillCard"],
        "issuer": ISSUER,
        "validFrom": "2026-03-01T00:00:00Z",
        "credentialSubject": {
            "type": "CertifiedPerson",
            "name": "NGO MBARGA Émilienne",
            "birthDate": "1985-04~",
            "identityDocument": {"country": "CM", "documentKind": "national_id", "last4": "X4Z9"},
            "skill": {
                "type": "CertifiedSkill",
                "trade": "https://skills.example/cm/trades/1204",
                "tradeVersion": 3,
                "occupation": "isco08:7212",
                "level": "CM-4",
                "kind": "units",
                "units": ["U1", "U2"],
                "route": "rpl",
                "standard": "https://skills.example/standards/12",
                "standardVersion": 2,
                "centre": "https://skills.example/cm/centres/12",
                "certificateNumber": "CM-1-2026-000123",
                "awardedOn": "2026-02-27",
            },
        },
        "credentialStatus": [_status("revocation"), _status("suspension"), _status("refresh")],
    }


def changed(document: dict[str, Any], *path: str | int, to: Any) -> dict[str, Any]:
    """A deep copy with the member at `path` set to `to`."""
    copy = deepcopy(document)
    place: Any = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return copy


def read_json(*path: str) -> Any:
    """A vector file."""
    return json.loads(VECTORS.joinpath(*path).read_bytes())


def _context(url: str, file: str) -> Context:
    raw = (VECTORS / "contexts" / file).read_bytes()
    return parse_context(raw, url=url, sha256=hashlib.sha256(raw).hexdigest())


# The contexts that only the official vectors need.
WITH_EXAMPLES: ContextRegistry = BUNDLED.extended(
    [
        _context("https://www.w3.org/ns/credentials/examples/v2", "examples-v2.jsonld"),
        _context("https://w3id.org/citizenship/v4rc1", "citizenship-v4rc1.jsonld"),
    ]
)
