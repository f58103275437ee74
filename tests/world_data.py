"""What the invented countries of tests/world.py say of themselves: unsigned payloads, all illustrative.

Five countries in one plurilateral agreement. Cameroon has two issuers: 1, with two bodies under it, and 2,
whose authorisation was withdrawn in 2025. The others have issuer 1 alone. Key k1 of each issuer signs since
2024; issuer 1 of Cameroon has k2 beside it, and k3, which was stolen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from certes.credential.identifiers import Network, issuer_did, level_code, trade_code

Payload = dict[str, Any]
KeyText = Callable[[str, int, int], str]  # (country, issuer, key) -> Multikey text

COUNTRIES = ("CM", "CG", "CD", "CF", "GA")
LEVELS = (1, 2, 3, 4, 5)
AGREEMENT = "urn:agreement:illustration:ac5:2026"
GRANTED_ON, WITHDRAWN_ON = "2024-01-01", "2025-09-01"
KEYS_UNTIL = "2028-12-31"
STOLEN_ON = "2026-06-01"


@dataclass(frozen=True)
class TradeFacts:
    """A trade, which every country of this world has under the same code and an ISCO-08 unit group."""

    code: int
    occupation: str
    french: tuple[str, str]
    english: str
    regulated: bool = False


WELDER = TradeFacts(1204, "7212", ("Soudeur", "Soudeuse"), "Welder")
DRILLER = TradeFacts(1101, "8113", ("Foreur de puits", "Foreuse de puits"), "Well driller")
MECHANIC = TradeFacts(
    1301, "7233", ("Mécanicien d'engins agricoles", "Mécanicienne d'engins agricoles"), "Farm mechanic"
)
CABINETMAKER = TradeFacts(1402, "7522", ("Ébéniste", "Ébéniste"), "Cabinetmaker")
SHOTFIRER = TradeFacts(1302, "7542", ("Boutefeu", "Boutefeu"), "Shotfirer", regulated=True)
MASON = TradeFacts(1503, "7112", ("Maçon", "Maçonne"), "Bricklayer")
TRADES = (WELDER, DRILLER, MECHANIC, CABINETMAKER, SHOTFIRER, MASON)  # the mason stands in no agreement

MINISTRIES: Mapping[str, str] = {
    "CM": "Ministère de l'Emploi et de la Formation professionnelle (illustration)",
    "CG": "Ministère de l'Enseignement technique et professionnel (illustration)",
    "CD": "Ministère de la Formation professionnelle (illustration)",
    "CF": "Ministère du Travail et de la Formation professionnelle (illustration)",
    "GA": "Ministère de la Formation professionnelle (illustration)",
}
CENTRES: Mapping[str, tuple[str, ...]] = {
    "CM": ("Douala", "Yaoundé"),
    "CG": ("Pointe-Noire",),
    "CD": ("Kinshasa",),
    "CF": ("Bangui",),
    "GA": ("Port-Gentil",),
}

HELP_POINTS: Mapping[str, list[Payload]] = {
    "CM": [
        {
            "kind": "consular",
            "country": "GA",
            "name": {"fr": "Consulat du Cameroun (illustration)"},
            "place": "Libreville",
            "contact": "+241 00 00 00 00",
        }
    ],
    "GA": [{"kind": "union", "country": "GA", "name": {"fr": "Bourse du travail (illustration)"}}],
}


def witness_names(network: Network) -> dict[str, str | None]:
    """Name in notes -> country: one witness in each, and a neutral one."""
    names: dict[str, str | None] = {f"witness.{network.domain}/{each.lower()}": each for each in COUNTRIES}
    return names | {"witness.neutral.example": None}


def charter(
    network: Network, keys: Mapping[str, list[str]], log_key: str, witness_keys: Mapping[str, str]
) -> Payload:
    """Two of three keys for each member, one log key, six witnesses, {name: key}, of which four make a
    quorum."""
    members = [{"country": country, "keys": texts, "threshold": 2} for country, texts in keys.items()]
    return {
        "network": {"number": network.number, "domain": network.domain},
        "members": members,
        "logKeys": [log_key],
        "witnesses": [
            {"name": name, "key": witness_keys[name], "country": country}
            for name, country in witness_names(network).items()
        ],
        "quorum": 4,
        "noticeDays": 14,
        "expiresOn": "2036-01-01",
    }


def scope(country: str, trade: TradeFacts, *, rpl: bool = True, levels: tuple[int, ...] = LEVELS) -> Payload:
    """One trade at these levels, whole or by units, from the day of the grant and without end."""
    return {
        "trade": trade_code(country, trade.code),
        "levels": [level_code(country, level) for level in levels],
        "kinds": ["full", "units"],
        "rpl": rpl,
        "validFrom": GRANTED_ON,
        "validUntil": None,
    }


def _trade(trade: TradeFacts) -> Payload:
    masculine, feminine = trade.french
    return {
        "code": trade.code,
        "version": 1,
        "occupation": trade.occupation,
        "labels": {
            "fr": {"masculine": masculine, "feminine": feminine},
            "en": {"masculine": trade.english, "feminine": trade.english},
        },
        "units": [
            {"unit": unit, "label": {"fr": f"Unité {unit}", "en": f"Unit {unit}"}} for unit in (1, 2, 3)
        ],
        "regulated": trade.regulated,
    }


def _key(kid: int, text: str, **more: str) -> Payload:
    return {
        "kid": f"k{kid}",
        "publicKeyMultibase": text,
        "notBefore": GRANTED_ON,
        "notAfter": KEYS_UNTIL,
    } | more


def _body(code: str, town: str, country: str, *trades: TradeFacts) -> Payload:
    return {
        "code": code,
        "name": {"fr": f"Jury de {town} (illustration)", "en": f"Board of {town} (illustration)"},
        "scope": [scope(country, trade) for trade in trades],
        "history": [{"status": "granted", "from": GRANTED_ON, "ref": "arrêté 12 (illustration)"}],
    }


def _issuer(network: Network, country: str, number: int, keys: list[Payload]) -> Payload:
    return {
        "number": number,
        "did": issuer_did(network, country, number),
        "shortCode": f"{country}-{number}",
        "name": {"fr": MINISTRIES[country]},
        "keys": keys,
        "scope": [scope(country, trade) for trade in TRADES],
        "history": [{"status": "granted", "from": GRANTED_ON, "ref": "arrêté 7 (illustration)"}],
    }


def _issuers_of_cameroon(network: Network, key: KeyText) -> list[Payload]:
    keys = [
        _key(1, key("CM", 1, 1)),
        _key(2, key("CM", 1, 2)),
        _key(3, key("CM", 1, 3), compromisedSince=STOLEN_ON),
    ]
    first = _issuer(network, "CM", 1, keys)
    first["alsoKnownAs"] = ["did:web:emploi.cm.example"]
    first["bodies"] = [
        _body("DLA", "Douala", "CM", WELDER, DRILLER),
        _body("YDE", "Yaoundé", "CM", MECHANIC, CABINETMAKER, SHOTFIRER),
    ]
    second = _issuer(network, "CM", 2, [_key(1, key("CM", 2, 1))])
    second["history"] = [
        {"status": "granted", "from": GRANTED_ON, "until": WITHDRAWN_ON},
        {"status": "withdrawn", "from": WITHDRAWN_ON, "ref": "arrêté 118 (illustration)"},
    ]
    return [first, second]


def national_list(network: Network, country: str, key: KeyText) -> Payload:
    """A country's list."""
    only = [_issuer(network, country, 1, [_key(1, key(country, 1, 1))])]
    return {
        "country": country,
        "languages": ["fr", "en"] if country == "CM" else ["fr"],
        "authorities": [{"role": "recognition", "name": {"fr": MINISTRIES[country]}}],
        "helpPoints": HELP_POINTS.get(country, []),
        "issuers": _issuers_of_cameroon(network, key) if country == "CM" else only,
        "centres": [
            {"number": number, "name": f"Centre de {town} (illustration)", "place": town}
            for number, town in enumerate(CENTRES[country], start=1)
        ],
        "trades": [_trade(trade) for trade in TRADES],
        "levels": {
            "framework": f"{country}-illustratif",
            "status": "illustrative",
            "rungs": [{"level": level, "label": f"Niveau {level}", "acqf": level} for level in LEVELS],
        },
    }


def host_policy(country: str) -> Payload:
    """A country's rules as a host: a week, and a month at most; explosives need a permit."""
    return {
        "country": country,
        "maxRegistryAgeDays": 7,
        "hardRegistryAgeDays": 30,
        "licences": [
            {"occupation": "isco08:7542", "name": "permis de tir", "body": "Direction générale des mines"}
        ],
    }


def agreement(version: int = 1) -> Payload:
    """The agreement of the five, in force since 1 March 2026."""
    return {
        "id": AGREEMENT,
        "version": version,
        "kind": "plurilateral",
        "title": {
            "fr": "Protocole de partenariat : reconnaissance des certifications des métiers (illustration)",
            "en": "Partnership protocol: recognition of trade certifications (illustration)",
        },
        "legalReference": {
            "instrument": "ILLUSTRATION, not a real instrument",
            "citation": "none",
            "digest": "sha-256:" + "0" * 64,
            "authenticLanguages": ["fr"],
        },
        "parties": [_party(country) for country in COUNTRIES],
        "temporal": {
            "appliesToIssuedFrom": "2024-01-01",
            "afterWithdrawal": "preserve_until",
            "preserveMonths": 24,
        },
        "precedence": "most_favourable",
        "levelMap": [_mapped(country, level) for country in COUNTRIES for level in LEVELS],
        "articles": ARTICLES,
        "authorities": [{"country": "CM", "role": "recognition", "name": {"fr": MINISTRIES["CM"]}}],
        "appeal": {
            "body": {"fr": "Commission paritaire (illustration)"},
            "deadlineDays": 60,
            "decisionDays": 30,
        },
    }


def _party(country: str) -> Payload:
    return {
        "country": country,
        "authority": MINISTRIES[country],
        "signedOn": "2026-01-10",
        "inForceFrom": "2026-03-01",
    }


def _mapped(country: str, level: int) -> Payload:
    return {
        "country": country,
        "framework": f"{country}-illustratif",
        "level": level_code(country, level),
        "acqf": level,
        "status": "illustrative",
        "source": "illustration",
    }


ARTICLES: list[Payload] = [
    {
        "id": "A1",
        "sector": "oil",
        "occupations": ["isco08:7212", "isco08:8113"],
        "kinds": ["full"],
        "hostLevelAcqf": 4,
        "maxLevelGap": 1,
        "onLevelGap": [
            {
                "kind": "choice",
                "of": [{"kind": "aptitude_test"}, {"kind": "adaptation_period", "months": 6}],
                "by": "worker",
            }
        ],
        "rpl": {"rule": "accepted"},
        "effect": "full",
        "status": {"required": True, "maxAgeDays": 30},
    },
    {
        "id": "A2",
        "sector": "agriculture",
        "occupations": ["isco08:7233"],
        "kinds": ["full", "units"],
        "rpl": {"rule": "conditional", "conditions": [{"kind": "practical_demonstration"}]},
        "effect": "full",
        "expiredGraceMonths": 6,
    },
    {
        "id": "A3",
        "sector": "wood",
        "occupations": ["isco08:7522"],
        "kinds": ["full"],
        "hostLevelAcqf": 3,
        "rpl": {"rule": "excluded"},
        "effect": "full",
        "conditions": [{"kind": "registration", "body": "Chambre des métiers"}],
    },
    {
        "id": "A4",
        "sector": "mining",
        "occupations": ["isco08:7542"],
        "kinds": ["full"],
        "hostLevelAcqf": 4,
        "rpl": {"rule": "accepted"},
        "effect": "full",
        "status": {"required": True, "maxAgeDays": 7},
    },
]
