"""A regional standard for the demonstration: masonry, in two versions, and three countries that follow it.

All of it is illustrative: no body has adopted this text, and the countries' own units are invented. What is
real is the occasion: Nigeria, Ghana and Togo harmonise masonry in this way.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from certes.credential.identifiers import centre_iri, standard_iri, trade_code
from certes.credential.keys import Ed25519Signer
from certes.demo.illustration import NETWORK, Text
from certes.demo.masonry import TITLE, TRADE_FEMININE, TRADE_MASCULINE, UNITS, Unit
from certes.runtime.randomness import random_bytes
from certes.trust.signing import SignedObject, sign_object

BODY = f"{NETWORK.domain}/standards-committee"
BODY_KEYS, BODY_THRESHOLD = 3, 2
MASONRY = standard_iri(NETWORK, 1)
MASON, ISCO_MASON = 5101, "7112"
NEWEST = 2

_VERSIONS: tuple[dict[str, Any], ...] = (
    {
        "version": 1,
        "validFrom": "2024-01-01",
        "added": [1, 2, 3, 4, 5, 6, 7],
        "removed": [],
        "revised": [],
        "reference": "illustration",
    },
    {
        "version": 2,
        "validFrom": "2026-01-01",
        "added": [8],
        "removed": [7],
        "revised": [4],
        "reference": "illustration",
        "note": {
            "en": "Safety becomes a unit of its own.",
            "fr": "La sécurité devient une unité à part entière.",
            "pt": "A segurança torna-se uma unidade própria.",
            "es": "La seguridad se convierte en una unidad propia.",
            "ar": "أصبحت السلامة وحدة مستقلة.",
        },
    },
)

# A country's own units: (label, units of the standard that it takes part in), numbered from 1.
_OWN: Mapping[str, tuple[int, tuple[tuple[Text, tuple[int, ...]], ...]]] = {
    "CM": (
        2,
        (
            ({"fr": "Lecture de plan et implantation", "en": "Drawings and setting out"}, (1,)),
            ({"fr": "Mortiers et élévation", "en": "Mortars and walls"}, (2, 3)),
            ({"fr": "Béton armé", "en": "Reinforced concrete"}, (4,)),
            ({"fr": "Enduits", "en": "Rendering"}, (5,)),
            ({"fr": "Sécurité du chantier", "en": "Safety on site"}, (8,)),
        ),
    ),
    "CG": (
        1,
        (
            ({"fr": "Préparation du chantier", "en": "Preparing the site"}, (1, 2)),
            ({"fr": "Maçonnerie", "en": "Masonry"}, (3,)),
            ({"fr": "Coffrage et ferraillage", "en": "Formwork and steel"}, (4,)),
            ({"fr": "Enduits", "en": "Rendering"}, (5,)),
            ({"fr": "Carrelage", "en": "Tiling"}, (6,)),
            ({"fr": "Pierre naturelle", "en": "Natural stone"}, (7,)),
            ({"fr": "Conduite d’une petite équipe", "en": "Leading a small team"}, ()),
        ),
    ),
    "GA": (
        2,
        (
            ({"fr": "Implantation", "en": "Setting out"}, (1,)),
            ({"fr": "Élévation de murs", "en": "Building walls"}, (2, 3)),
            ({"fr": "Finitions", "en": "Finishing"}, (5, 6)),
            ({"fr": "Prévention des risques", "en": "Preventing accidents"}, (8,)),
        ),
    ),
}
# The centre of Douala, Cameroon's number 1, as two neighbours accredit it for their own trade.
SHARED_CENTRE = centre_iri(NETWORK, "CM", 1)
_ACCREDITED_ABROAD = ("CG", "GA")
_NUMBER_ABROAD = 90


def new_body_signers() -> tuple[Ed25519Signer, ...]:
    """Fresh keys of the body's custodians."""
    return tuple(Ed25519Signer(random_bytes(32), "") for _ in range(BODY_KEYS))


def charter_body(keys: Iterable[str]) -> dict[str, Any]:
    """The body as the charter's `bodies` names it, with these keys (Multikey texts)."""
    return {
        "id": BODY,
        "name": {
            "en": "Committee for trade standards (illustration)",
            "fr": "Comité des référentiels de métiers (illustration)",
            "pt": "Comité dos referenciais de profissões (ilustração)",
            "es": "Comité de referenciales de oficios (ilustración)",
            "ar": "لجنة مراجع المهن (توضيحية)",
        },
        "keys": list(keys),
        "threshold": BODY_THRESHOLD,
    }


def masonry(version: int = NEWEST) -> dict[str, Any]:
    """The payload of a version, 1 or 2."""
    told = _VERSIONS[:version]
    present = {number for each in told for number in each["added"]}
    present -= {number for each in told for number in each["removed"]}
    return {
        "id": MASONRY,
        "body": BODY,
        "title": TITLE,
        "status": "illustrative",
        "occupations": [ISCO_MASON],
        "acqf": 3,
        "measure": "hours",
        "units": [_unit(unit) for unit in UNITS if unit.number in present],
        "versions": list(told),
    }


def _unit(unit: Unit) -> dict[str, Any]:
    return {
        "unit": unit.number,
        "title": unit.title,
        "outcomes": [unit.outcome],
        "criteria": [unit.criterion],
        "weight": unit.hours,
    }


def signed_standards(signers: Sequence[Ed25519Signer]) -> list[SignedObject]:
    """Both versions, signed by the body's threshold, in the order of submission."""
    return [
        sign_object(
            "RegionalStandard",
            country=None,
            version=version,
            payload=masonry(version),
            signers=signers[:BODY_THRESHOLD],
        )
        for version in range(1, NEWEST + 1)
    ]


def with_masonry(listed: Mapping[str, Any]) -> dict[str, Any]:
    """A national list's payload, with the mason's trade and the shared centre where the country has them."""
    country = listed["country"]
    if country not in _OWN:
        return dict(listed)
    extended = dict(listed) | {"trades": [*listed["trades"], _trade(country)]}
    if country in _ACCREDITED_ABROAD:
        centre = {
            "number": _NUMBER_ABROAD,
            "name": "Centre de Douala",
            "place": "Douala",
            "id": SHARED_CENTRE,
            "trades": [trade_code(country, MASON)],
        }
        extended["centres"] = [*listed["centres"], centre]
    else:
        trades = [trade_code(country, trade["code"]) for trade in extended["trades"]]
        extended["centres"] = [_with_trades(centre, country, trades) for centre in listed["centres"]]
    return extended


def _with_trades(centre: Mapping[str, Any], country: str, trades: list[str]) -> dict[str, Any]:
    """The centre that the neighbours accredit too: at home it is accredited for all trades."""
    if centre_iri(NETWORK, country, centre["number"]) != SHARED_CENTRE:
        return dict(centre)
    return dict(centre) | {"trades": trades}


def _trade(country: str) -> dict[str, Any]:
    version, units = _OWN[country]
    return {
        "code": MASON,
        "version": 1,
        "occupation": ISCO_MASON,
        "labels": {
            language: {"masculine": TRADE_MASCULINE[language], "feminine": TRADE_FEMININE[language]}
            for language in TRADE_MASCULINE
        },
        "standard": MASONRY,
        "standardVersion": version,
        "units": [
            {"unit": number, "label": label, "covers": list(covers)}
            for number, (label, covers) in enumerate(units, start=1)
        ],
    }
