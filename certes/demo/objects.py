"""The signed objects of the demonstration network: charter, national lists, host policies, agreements.

Every member's three keys are made here and live as long as the process. In a real network each country keeps
its own and signs on its own machine, without a network.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from certes.credential.identifiers import issuer_did, trade_code
from certes.credential.keys import Ed25519Signer
from certes.demo.agreements import host_policy, partnership, titles_of_cameroon_and_gabon
from certes.demo.cases import with_cases
from certes.demo.illustration import (
    ACCREDITED_FROM,
    COUNTRIES,
    FOUNDERS,
    LEVELS,
    NETWORK,
    TITLES,
    TRADES,
    Country,
    Trade,
    consulates,
    union,
)
from certes.demo.standards import with_masonry
from certes.runtime.randomness import random_bytes
from certes.trust.signing import SignedObject, sign_object
from certes.trust.translog.quorum import most_liars, quorum_of

KEYS_OF_A_MEMBER, THRESHOLD = 3, 2
NOT_OF_CAR = (
    1101  # the Central African Republic's ministry may not certify drillers: see the outside-scope story
)


@dataclass(frozen=True)
class Custodians:
    """Each member's key holders, by country."""

    of: Mapping[str, tuple[Ed25519Signer, ...]]

    def only(self, countries: Iterable[Country]) -> "Custodians":
        """Those of some."""
        return Custodians({country.code: self.of[country.code] for country in countries})

    def quorum(self, country: str) -> tuple[Ed25519Signer, ...]:
        """As many holders as the threshold asks."""
        return self.of[country][:THRESHOLD]


def new_custodians() -> Custodians:
    """Three fresh keys for every member, the one that joins later among them."""
    return Custodians(
        {
            country.code: tuple(Ed25519Signer(random_bytes(32), "") for _ in range(KEYS_OF_A_MEMBER))
            for country in COUNTRIES
        }
    )


def witnesses(keys: Mapping[str, str]) -> dict[str, Any]:
    """The charter's members on who vouches for the log: one witness of each country, {country: Multikey}, and
    as many of them as stand the most liars."""
    return {
        "witnesses": [
            {"name": f"witness.{NETWORK.domain}/{code.lower()}", "key": key, "country": code}
            for code, key in keys.items()
        ],
        "quorum": quorum_of(len(keys), liars=most_liars(len(keys))),
    }


def charter(custodians: Custodians, *, log_key: str, witness_keys: Mapping[str, str]) -> SignedObject:
    """The first charter, signed by every member. `witness_keys` as for `witnesses`."""
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
        **witnesses(witness_keys),
        "noticeDays": 14,
        "expiresOn": None,
    }
    signers = [signer for code in custodians.of for signer in custodians.quorum(code)]
    return sign_object("Charter", country=None, version=1, payload=payload, signers=signers)


@dataclass(frozen=True)
class Issuers:
    """What national lists say of the issuers' keys and addresses."""

    keys: Mapping[str, str]  # by country: Multikey of its issuer's key k1
    urls: Mapping[str, str]  # by country: its service's URL
    cases: Mapping[str, str]  # certes.demo.cases: Multikeys of the issuer and the key that went wrong


def of_founders(custodians: Custodians, issuers: Issuers) -> list[SignedObject]:
    """What the founders sign after their charter: lists, host policies, both agreements."""
    found = [each for country in FOUNDERS for each in of_country(country, custodians, issuers)]
    return [*found, *(agreed(text, custodians) for text in (partnership(), titles_of_cameroon_and_gabon()))]


def of_country(country: Country, custodians: Custodians, issuers: Issuers) -> list[SignedObject]:
    """A country's list and its policy as a host."""
    code = country.code
    listed = national_list(country, key=issuers.keys[code], url=issuers.urls[code])
    payloads = {
        "NationalList": with_masonry(with_cases(listed, issuers.cases)),
        "HostPolicy": host_policy(code),
    }
    own = custodians.quorum(code)
    return [
        sign_object(kind, country=code, version=1, payload=payload, signers=own)
        for kind, payload in payloads.items()
    ]


def agreed(text: Mapping[str, Any], custodians: Custodians) -> SignedObject:
    """An agreement, signed by its parties."""
    signers = [signer for party in text["parties"] for signer in custodians.quorum(party["country"])]
    return sign_object("Agreement", country=None, version=1, payload=text, signers=signers)


def national_list(country: Country, *, key: str, url: str) -> dict[str, Any]:
    """One country's list: its issuer with bodies, centres, trades and an illustrative ladder."""
    code = country.code
    scope = [_scope(code, trade) for trade in TRADES if not (code == "CF" and trade.code == NOT_OF_CAR)]
    granted = [{"status": "granted", "from": ACCREDITED_FROM}]
    return {
        "country": code,
        "languages": list(country.languages),
        "authorities": [{"role": "accreditation", "name": country.ministry}],
        "helpPoints": [*consulates(country), union(country)],
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
