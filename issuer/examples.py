"""Realistic requests for the API's documentation: one a sector. A test sends each of them.

The people are invented, and so are the trade codes: a country's own list says which codes it has.
"""

from typing import Any

OIL: dict[str, Any] = {
    "number": "CM-1-2026-000101",
    "trade": {"code": 1204},
    "level": 4,
    "kind": "full",
    "route": "training",
    "centre": 1,
    "awarded_on": "2026-04-10",
    "person": {
        "name": "NGO BASSA Amina Rose",
        "birth_date": "1991-08-23",
        "document": {"country": "CM", "kind": "national_id", "last4": "4821"},
    },
    "assessment": {"method": "Épreuve pratique de soudage devant jury", "place": "Douala"},
}
MINING: dict[str, Any] = {
    "number": "DQP/2026/0418",
    "trade": {"code": 2101, "version": 1},
    "level": 4,
    "kind": "full",
    "route": "training",
    "awarded_on": "2026-05-06",
    "valid_until": "2031-05-05",
    "person": {"name": "ILUNGA", "birth_date": "1983-03-05"},
    "assessment": {"method": "Tir d’essai en carrière et entretien", "place": "Kribi"},
}
AGRICULTURE: dict[str, Any] = {
    "number": "VAE-2026-00070",
    "trade": {"code": 3105, "title": "feminine"},
    "level": 3,
    "kind": "full",
    "route": "rpl",
    "centre": 2,
    "awarded_on": "2026-06-19",
    "person": {"name": "YAKÉTÉ Bernadette", "birth_date": "1985~"},
    "assessment": {"method": "Dossier et mise en situation", "place": "Bafoussam"},
}
WOOD: dict[str, Any] = {
    "number": "AU.2026.0058",
    "trade": {"code": 4102},
    "level": 4,
    "kind": "units",
    "units": [1, 2],
    "route": "mixed",
    "centre": 1,
    "awarded_on": "2026-07-03",
    "person": {
        "name": "MBARGA ép. ONDO Joséphine",
        "birth_date": "1990-10",
        "document": {"country": "CM", "kind": "passport", "last4": "77K2"},
    },
}

CERTIFICATIONS: dict[str, dict[str, Any]] = {
    "oil": {"summary": "A welder, full trade, after training", "value": OIL},
    "mining": {"summary": "A shotfirer with one name only; the certificate lapses", "value": MINING},
    "agriculture": {"summary": "A poultry farmer by prior learning, born about 1985", "value": AGRICULTURE},
    "wood": {"summary": "Two units of the sawmill operator's trade", "value": WOOD},
}

REVOCATION: dict[str, Any] = {"reason": "awarded_in_error"}
SUSPENSION: dict[str, Any] = {"reason": "fraud"}
REINSTATEMENT: dict[str, Any] = {"reason": "other"}
