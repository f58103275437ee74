"""A small signed network: two countries with three keys each, a log, lists, a policy and an agreement."""

import copy
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

import pytest

from certes.credential.errors import Refusal
from certes.credential.identifiers import Network, issuer_did
from certes.credential.keys import Ed25519Signer
from certes.trust.bundle import TrustView, build_bundle, parse_bundle
from certes.trust.checkpoint import Floor
from certes.trust.reading import subject_name
from certes.trust.signing import SignedObject, sign_object
from certes.trust.translog.checkpoints import TreeHead, sign_checkpoint
from certes.trust.translog.cosignatures import cosign
from certes.trust.translog.entries import LogEntry, entry_of
from certes.trust.translog.notes import KeyUse, NoteSigner
from certes.trust.translog.ranges import CompactRange

NETWORK = Network(0, "skills.example")
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SCOPE = {
    "trade": "CM:1204",
    "occupation": "isco08:7212",
    "levels": ["CM-3", "CM-4"],
    "kinds": ["full", "units"],
    "rpl": False,
    "validFrom": "2022-01-01",
    "validUntil": None,
}
GRANTED = [{"status": "granted", "from": "2022-01-01"}]


@cache
def key(name: str) -> Ed25519Signer:
    """The same key for the same name."""
    return Ed25519Signer(sha256(name.encode()).digest(), name)


def keys(country: str) -> list[Ed25519Signer]:
    """A country's three keys."""
    return [key(f"{country}{number}") for number in (1, 2, 3)]


LOG = key("log")
ORIGIN = f"{NETWORK.domain}/log"
WITNESSES = ("w1.example", "w2.example", "w3.example", "w4.example")
LOGGED = NOW - timedelta(minutes=30)  # when the first object was logged, the others a second apart


def charter_payload(*countries: str) -> dict[str, Any]:
    """A charter of these members, each by two of three keys."""
    members = [
        {"country": country, "keys": [each.public_key.multikey for each in keys(country)], "threshold": 2}
        for country in countries
    ]
    return {
        "network": {"number": 0, "domain": NETWORK.domain},
        "members": members,
        "logKeys": [LOG.public_key.multikey],
        "witnesses": [
            {"name": name, "key": key(name).public_key.multikey, "country": None} for name in WITNESSES
        ],
        "quorum": 3,
        "noticeDays": 14,
    }


def national_payload(country: str = "CM") -> dict[str, Any]:
    """One issuer with one body, one trade with units, a ladder."""
    return {
        "country": country,
        "authorities": [{"role": "recognition", "name": {"fr": "Autorité"}}],
        "issuers": [
            {
                "number": 1,
                "did": issuer_did(NETWORK, country, 1),
                "shortCode": "MIN",
                "name": {"fr": "Ministère"},
                "keys": [
                    {
                        "kid": "k1",
                        "publicKeyMultibase": key(f"issuer {country}").public_key.multikey,
                        "notBefore": "2022-01-01",
                        "notAfter": "2032-01-01",
                    }
                ],
                "scope": [localised(SCOPE, country)],
                "history": copy.deepcopy(GRANTED),
                "bodies": [
                    {
                        "code": "CFM",
                        "name": {"fr": "Centre"},
                        "scope": [localised(SCOPE, country)],
                        "history": copy.deepcopy(GRANTED),
                    }
                ],
            }
        ],
        "centres": [{"number": 1, "name": "Centre de Douala", "place": "Douala"}],
        "trades": [
            {
                "code": 1204,
                "version": 1,
                "occupation": "7212",
                "labels": {"fr": {"masculine": "Soudeur", "feminine": "Soudeuse"}},
                "title": f"{country}:CQP-SOUD",
                "units": [{"unit": 1, "label": "Arc"}, {"unit": 2, "label": {"fr": "Gaz"}}],
            }
        ],
        "levels": {
            "framework": "illustration",
            "status": "illustrative",
            "rungs": [{"level": 4, "label": "Niveau 4", "acqf": 4}],
        },
    }


def localised(value: Any, country: str) -> Any:
    """The same scope, in another country's codes."""
    return json.loads(json.dumps(value).replace("CM:", f"{country}:").replace("CM-", f"{country}-"))


def policy_payload(country: str = "GA") -> dict[str, Any]:
    """A host's policy with every member."""
    return {
        "country": country,
        "maxRegistryAgeDays": 7,
        "hardRegistryAgeDays": 30,
        "licences": [{"occupation": "isco08:7542", "name": "permis de tir", "body": "Mines"}],
        "unilateral": [
            {
                "id": "urn:uni:GA:1",
                "occupation": "isco08:7112",
                "from": ["TD"],
                "level": "GA-3",
                "conditions": [{"kind": "aptitude_test"}],
                "kinds": ["full"],
                "rpl": {"rule": "excluded"},
                "status": {"required": True, "maxAgeDays": 3},
                "expiredGraceMonths": 2,
                "validFrom": "2025-01-01",
                "validUntil": "2027-01-01",
            }
        ],
        "defaultConditions": [{"kind": "registration"}],
        "contacts": [{"role": "contact", "name": {"fr": "Guichet"}}],
        "appeal": {"body": {"fr": "Commission"}, "deadlineDays": 60, "decisionDays": 30},
    }


def agreement_payload() -> dict[str, Any]:
    """CM and GA, one article on welders."""
    levels = [
        {
            "country": c,
            "framework": "i",
            "level": f"{c}-4",
            "acqf": 4,
            "status": "illustrative",
            "source": "demo",
        }
        for c in ("CM", "GA")
    ]
    return {
        "id": "urn:agreement:cm-ga",
        "version": 1,
        "kind": "bilateral",
        "title": {"fr": "Accord"},
        "legalReference": {
            "instrument": "ILLUSTRATION",
            "citation": "-",
            "digest": "sha-256:" + "0" * 64,
            "authenticLanguages": ["fr"],
        },
        "parties": [
            {"country": c, "authority": f"did:web:{c.lower()}.example", "inForceFrom": "2026-03-01"}
            for c in ("CM", "GA")
        ],
        "temporal": {"appliesToIssuedFrom": "2024-01-01", "afterWithdrawal": "preserve"},
        "precedence": "most_favourable",
        "levelMap": levels,
        "articles": [
            {
                "id": "A1",
                "sector": "oil",
                "occupations": ["isco08:7212"],
                "kinds": ["full"],
                "hostLevelAcqf": 4,
                "rpl": {"rule": "accepted"},
                "effect": "full",
            }
        ],
        "authorities": [{"country": "CM", "role": "recognition", "name": {"fr": "Autorité"}}],
        "appeal": {"body": {"fr": "Commission"}, "deadlineDays": 60, "decisionDays": 30},
    }


def charter(
    *countries: str, version: int = 1, signers: Sequence[Ed25519Signer] | None = None
) -> SignedObject:
    """Signed by two keys of every member unless told otherwise."""
    chosen = [each for country in countries for each in keys(country)[:2]] if signers is None else signers
    return sign_object(
        "Charter", country=None, version=version, payload=charter_payload(*countries), signers=chosen
    )


def national(
    country: str = "CM", *, version: int = 1, signers: Sequence[Ed25519Signer] | None = None
) -> SignedObject:
    """A national list."""
    chosen = keys(country)[:2] if signers is None else signers
    payload = national_payload(country)
    return sign_object("NationalList", country=country, version=version, payload=payload, signers=chosen)


def policy(country: str = "GA", *, version: int = 1) -> SignedObject:
    """A host policy."""
    payload = policy_payload(country)
    return sign_object(
        "HostPolicy", country=country, version=version, payload=payload, signers=keys(country)[1:]
    )


def agreement(*, version: int = 1, signers: Sequence[Ed25519Signer] | None = None) -> SignedObject:
    """The agreement, signed by both."""
    chosen = keys("CM")[:2] + keys("GA")[:2] if signers is None else signers
    payload = {**agreement_payload(), "version": version}
    return sign_object("Agreement", country=None, version=version, payload=payload, signers=chosen)


FIRST = charter("CM", "GA")


def everything() -> list[SignedObject]:
    """One object of every type."""
    return [FIRST, national("CM"), national("GA"), policy("GA"), agreement()]


def logged(objects: Iterable[SignedObject], *, start: datetime = LOGGED) -> list[LogEntry]:
    """The entries of these objects, in this order."""
    return [
        entry_of(
            found,
            subject=subject_name(found).removeprefix(found.type).removeprefix("/"),
            time=start + timedelta(seconds=number),
        )
        for number, found in enumerate(objects)
    ]


def note(
    entries: Sequence[LogEntry],
    *,
    time: datetime = NOW,
    by: Iterable[str] = WITNESSES,
    signer: Ed25519Signer = LOG,
    origin: str = ORIGIN,
) -> bytes:
    """A checkpoint over exactly these, cosigned then by these witnesses."""
    root = CompactRange().extend(entry.leaf for entry in entries).root
    checkpoint = sign_checkpoint(
        TreeHead(origin, len(entries), root), NoteSigner(origin, KeyUse.NOTE, signer)
    )
    lines = [
        cosign(
            checkpoint.note.text,
            signer=NoteSigner(name, KeyUse.COSIGNATURE, key(name)),
            time=int(time.timestamp()),
        )
        for name in by
    ]
    return checkpoint.note.with_signatures(lines).encode()


def bundle(objects: Sequence[SignedObject], *, time: datetime = NOW, start: datetime = LOGGED) -> bytes:
    """The file over a log of these objects, in this order; all of them are in it."""
    entries = logged(objects, start=start)
    return build_bundle(objects=objects, entries=entries, checkpoint=note(entries, time=time))


def load(raw: bytes, *, floor: Floor | None = None, now: datetime = NOW) -> TrustView:
    """Under the first charter."""
    return parse_bundle(raw, charter_id=FIRST.object_id, floor=floor, now=now)


def refused(raw: bytes, **options: Any) -> Refusal:
    """The refusal of a bundle."""
    with pytest.raises(Refusal) as caught:
        load(raw, **options)
    return caught.value
