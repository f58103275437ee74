"""The signed objects of the demonstration network: charter, national lists, host policies, agreements.

Every member's three keys are made here and live as long as the process. In a real network each country keeps
its own and signs on its own machine, without a network.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from certes.credential.identifiers import issuer_did, trade_code
from certes.credential.keys import Ed25519Signer
from certes.demo.agreements import host_policy, partnership, titles_of_cameroon_and_gabon
from certes.demo.illustration import (
    ACCREDITED_FROM,
    COUNTRIES,
    LEVELS,
    NETWORK,
    TITLES,
    TRADES,
    Country,
    Trade,
)
from certes.runtime.randomness import random_bytes
from certes.trust.signing import SignedObject, sign_object

KEYS_OF_A_MEMBER, THRESHOLD = 3, 2
NOT_OF_CAR = (
    1101  # the Central African Republic's ministry may not certify drillers: see the outside-scope story
)


@dataclass(frozen=True)
class Custodians:
    """Each member's key holders, by country."""

    of: Mapping[str, tuple[Ed25519Signer, ...]]

    def quorum(self, country: str) -> tuple[Ed25519Signer, ...]:
        """As many holders as the threshold asks."""
        return self.of[country][:THRESHOLD]


def new_custodians() -> Custodians:
    """Three fresh keys for every member."""
    return Custodians(
        {
            country.code: tuple(Ed25519Signer(random_bytes(32), "") for _ in range(KEYS_OF_A_MEMBER))
            for country in COUNTRIES
        }
    )


def charter(custodians: Custodians, *, log_key: str) -> SignedObject:
    """The first charter, signed by every member."""
    payload = {
        "network": {"number": NETWORK.number, "domain": NETWORK.domain},
        "members": [
            {
                "country": code,
                "keys": [signer.public_key.multikey for signer in signers],
                "threshold": THRESHOLD,
            }
            for code, signers in custodians.of.items()
        ],
        "logKeys": [log_key],
        "noticeDays": 14,
        "expiresOn": None,
    }
    signers = [signer for code in custodians.of for signer in custodians.quorum(code)]
    return sign_object("Charter", country=None, version=1, payload=payload, signers=signers)


def others(
    custodians: Custodians, *, issuer_keys: Mapping[str, str], issuer_urls: Mapping[str, str]
) -> list[SignedObject]:
    """National lists, host policies and both agreements, each signed by those it speaks for.

    `issuer_keys` is {country: Multikey of its issuer's key k1}, `issuer_urls` {country: its service's URL}.
    """
    objects = []
    for country in COUNTRIES:
        own = custodians.quorum(country.code)
        listed = national_list(country, key=issuer_keys[country.code], url=issuer_urls[country.code])
        for kind, payload in (("NationalList", listed), ("HostPolicy", host_policy(country.code))):
            objects.append(sign_object(kind, country=country.code, version=1, payload=payload, signers=own))
    for agreement in (partnership(), titles_of_cameroon_and_gabon()):
        parties = [party["country"] for party in agreement["parties"]]
        signers = [signer for code in parties for signer in custodians.quorum(code)]
        objects.append(sign_object("Agreement", country=None, version=1, payload=agreement, signers=signers))
    return objects


def national_list(country: Country, *, key: str, url: str) -> dict[str, Any]:
    """One country's list: its issuer with bodies, centres, trades and an illustrative ladder."""
    code = country.code
    scope = [_scope(code, trade) for trade in TRADES if not (code == "CF" and trade.code == NOT_OF_CAR)]
    granted = [{"status": "granted", "from": ACCREDITED_FROM}]
    return {
        "country": code,
        "authorities": [{"role": "accreditation", "name": country.ministry}],
        "issuers": [
            {
                "number": 1,
                "did": issuer_did(NETWORK, code, 1),
                "shortCode": f"{code}-FP",
                "name": country.ministry,
                "serviceUrl": url,
                "accreditation": "illustration",
                "keys": [
                    {
                        "kid": "k1",
                        "publicKeyMultibase": key,
                        "notBefore": ACCREDITED_FROM,
                        "notAfter": "2031-01-01",
                    }
                ],
                "scope": scope,
                "history": granted,
                "bodies": [
                    {"code": body, "name": name, "scope": scope, "history": granted}
                    for body, name in country.bodies.items()
                ],
            }
        ],
        "centres": [
            {"number": number, "name": name, "place": place}
            for number, (name, place) in enumerate(country.centres, start=1)
        ],
        "trades": [_trade(code, trade) for trade in TRADES],
        "levels": {
            "framework": f"{code}-illustration",
            "status": "illustrative",
            "rungs": [{"level": level, "label": f"{code}-{level}", "acqf": level} for level in LEVELS],
        },
    }


def _scope(country: str, trade: Trade) -> dict[str, Any]:
    return {
        "trade": trade_code(country, trade.code),
        "occupation": f"isco08:{trade.isco08}",
        "levels": [f"{country}-{level}" for level in LEVELS],
        "kinds": ["full", "units"],
        "rpl": True,
        "validFrom": ACCREDITED_FROM,
        "validUntil": None,
    }


def _trade(country: str, trade: Trade) -> dict[str, Any]:
    listed: dict[str, Any] = {
        "code": trade.code,
        "version": 1,
        "occupation": trade.isco08,
        "labels": {
            language: {"masculine": trade.masculine[language], "feminine": trade.feminine[language]}
            for language in trade.masculine
        },
    }
    if trade.units:
        listed["units"] = [{"unit": unit, "label": f"U{unit}"} for unit in range(1, trade.units + 1)]
    if country in TITLES.get(trade.code, {}):
        listed["title"] = TITLES[trade.code][country]
    return listed
