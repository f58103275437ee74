"""Two things that went wrong in the demonstration: a suspended issuer, and a stolen key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from certes.credential.identifiers import issuer_did, key_id
from certes.credential.keys import Ed25519Signer
from certes.demo.illustration import ACCREDITED_FROM, NETWORK
from certes.runtime.randomness import random_bytes

KEYS_UNTIL = "2031-01-01"
SUSPENDED_FROM, STOLEN_ON = "2026-02-01", "2026-03-01"


@dataclass(frozen=True)
class Case:
    """An issuer's key, by numbers."""

    name: str
    country: str
    issuer: int
    key: int

    @property
    def method(self) -> str:
        """The verification method under which it signs."""
        return key_id(NETWORK, self.country, self.issuer, self.key)


SUSPENDED = Case("suspended_issuer", "CG", 2, 1)
STOLEN = Case("stolen_key", "CD", 1, 2)
CASES: Mapping[str, Case] = {case.name: case for case in (SUSPENDED, STOLEN)}


def new_case_signers() -> dict[str, Ed25519Signer]:
    """A fresh key for each."""
    return {name: Ed25519Signer(random_bytes(32), case.method) for name, case in CASES.items()}


def with_cases(listed: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, Any]:
    """A country's list with what went wrong there. `keys`: Multikeys by the case's name."""
    found = dict(listed)
    if listed["country"] == SUSPENDED.country:
        found["issuers"] = [*listed["issuers"], _suspended(listed["issuers"][0], keys[SUSPENDED.name])]
    if listed["country"] == STOLEN.country:
        first, *others = listed["issuers"]
        stolen = _key(STOLEN, keys[STOLEN.name]) | {"compromisedSince": STOLEN_ON}
        found["issuers"] = [first | {"keys": [*first["keys"], stolen]}, *others]
    return found


def _suspended(like: Mapping[str, Any], key: str) -> dict[str, Any]:
    issuer = {name: value for name, value in like.items() if name not in ("bodies", "serviceUrl")}
    return issuer | {
        "number": SUSPENDED.issuer,
        "did": issuer_did(NETWORK, SUSPENDED.country, SUSPENDED.issuer),
        "shortCode": f"{SUSPENDED.country}-X2",
        "name": {
            "fr": "Office des examens professionnels (illustration)",
            "en": "Office of trade examinations (illustration)",
        },
        "keys": [_key(SUSPENDED, key)],
        "history": [
            {"status": "granted", "from": ACCREDITED_FROM, "until": SUSPENDED_FROM},
            {"status": "suspended", "from": SUSPENDED_FROM, "ref": "illustration"},
        ],
    }


def _key(case: Case, text: str) -> dict[str, Any]:
    return {
        "kid": f"k{case.key}",
        "publicKeyMultibase": text,
        "notBefore": ACCREDITED_FROM,
        "notAfter": KEYS_UNTIL,
    }
