"""Two illustrative agreements in the full form of agreement.schema.json, and the host policies."""

from typing import Any

from certes.credential.identifiers import issuer_did
from certes.demo.illustration import FOUNDERS, IN_FORCE, LEVELS, NETWORK, REACH

_NOT_REAL = {
    "instrument": "ILLUSTRATION, not a real instrument",
    "citation": "—",
    "digest": "sha-256:" + "0" * 64,
    "authenticLanguages": ["fr"],
}
_DIRECTORATE = {
    "fr": "Direction de la formation professionnelle",
    "en": "Directorate of vocational training",
    "pt": "Direção da formação profissional",
    "es": "Dirección de formación profesional",
    "ar": "إدارة التكوين المهني",
}
_APPEALS = {
    "fr": "Commission paritaire de recours",
    "en": "Joint appeals board",
    "pt": "Comissão paritária de recurso",
    "es": "Comisión paritaria de recurso",
    "ar": "لجنة الطعون المشتركة",
}
_CHOICE = {
    "kind": "choice",
    "of": [{"kind": "aptitude_test"}, {"kind": "adaptation_period", "months": 6}],
    "by": "worker",
}
_SAWMILL_IN_GABON = [
    {"occupation": "GA:scieur-tronçonneur", "requiresUnits": ["U1", "U2"]},
    {"occupation": "GA:affûteur", "requiresUnits": ["U3", "U4"]},
]


def partnership() -> dict[str, Any]:
    """The partnership protocol of the five countries: oil, mining, agriculture, wood."""
    codes = [country.code for country in FOUNDERS]
    return _agreement(
        name="ac5:2026",
        kind="plurilateral",
        title={
            "fr": "Protocole de partenariat : reconnaissance des certifications des métiers (illustration)",
            "en": "Partnership protocol on the recognition of trade certifications (illustration)",
        },
        countries=codes,
        articles=[
            _article(
                "A1",
                "oil",
                "8113",
                level=4,
                maxLevelGap=1,
                onLevelGap=[_CHOICE],
                rpl={"rule": "conditional", "conditions": [{"kind": "practical_demonstration"}]},
                status={"required": True, "maxAgeDays": 30},
            ),
            _article("A2", "oil", "7212", level=4, kinds=["full", "units"], onward={"practiceMonths": 24}),
            _article("A3", "wood", "8172", level=3, kinds=["full", "units"], split={"GA": _SAWMILL_IN_GABON}),
            _article(
                "A4",
                "mining",
                "7542",
                level=4,
                rpl={"rule": "excluded"},
                status={"required": True, "maxAgeDays": 7},
            ),
            _article("A5", "mining", "8342", level=3),
            _article("A6", "agriculture", "6122", level=3, expiredGraceMonths=6),
            _article("A7", "wood", "7522", level=4),
        ],
    )


def titles_of_cameroon_and_gabon() -> dict[str, Any]:
    """A bilateral table of named certificates: it works where a country has no ladder of levels."""
    table = [
        {"country": "CM", "title": "CM:DQP-MECA-AGRI", "host": "GA", "hostTitle": "GA:CQP-MECA-AGRI"},
        {"country": "GA", "title": "GA:CQP-MECA-AGRI", "host": "CM", "hostTitle": "CM:DQP-MECA-AGRI"},
    ]
    return _agreement(
        name="cm-ga:2026",
        kind="bilateral",
        title={
            "fr": "Tableau d’équivalence des titres Cameroun–Gabon (illustration)",
            "en": "Table of equivalent titles, Cameroon and Gabon (illustration)",
        },
        countries=["CM", "GA"],
        articles=[_article("T1", "agriculture", "7233", titleTable=table)],
    )


def gabon_and_equatorial_guinea() -> dict[str, Any]:
    """What the country that joined later agreed with its neighbour: welders and cabinet-makers."""
    return _agreement(
        name="ga-gq:2026",
        kind="bilateral",
        title={
            "es": "Acuerdo de reconocimiento Gabón–Guinea Ecuatorial (ilustración)",
            "fr": "Accord de reconnaissance Gabon–Guinée équatoriale (illustration)",
            "en": "Recognition agreement of Gabon and Equatorial Guinea (illustration)",
        },
        countries=["GA", "GQ"],
        articles=[
            _article("B1", "oil", "7212", level=4),
            _article("B2", "wood", "7522", level=4),
        ],
    )


def host_policy(code: str) -> dict[str, Any]:
    """What a host country decides alone: how old data may be, and its regulated trades."""
    policy: dict[str, Any] = {
        "country": code,
        "maxRegistryAgeDays": 7,
        "hardRegistryAgeDays": 30,
        "contacts": [{"role": "recognition", "name": _DIRECTORATE}],
        "appeal": {"body": _APPEALS, "deadlineDays": 60, "decisionDays": 30},
    }
    if code in ("CM", "GA"):
        policy["licences"] = [
            {
                "occupation": "isco08:7542",
                "name": "permis de tir (explosifs)",
                "body": "Direction générale des mines",
            }
        ]
    return policy


def _agreement(
    *, name: str, kind: str, title: dict[str, str], countries: list[str], articles: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "id": f"urn:agreement:illustration:{name}",
        "version": 1,
        "kind": kind,
        "title": title,
        "legalReference": _NOT_REAL,
        "parties": [
            {
                "country": code,
                "authority": issuer_did(NETWORK, code, 1),
                "signedOn": "2026-01-10",
                "inForceFrom": IN_FORCE,
            }
            for code in countries
        ],
        "temporal": {"appliesToIssuedFrom": REACH, "afterWithdrawal": "preserve_until", "preserveMonths": 24},
        "precedence": "most_favourable",
        "levelMap": [
            {
                "country": code,
                "framework": f"{code}-illustration",
                "level": f"{code}-{level}",
                "acqf": level,
                "status": "illustrative",
                "source": "illustration",
            }
            for code in countries
            for level in LEVELS
        ],
        "articles": articles,
        "authorities": [{"country": code, "role": "recognition", "name": _DIRECTORATE} for code in countries],
        "appeal": {"body": _APPEALS, "deadlineDays": 60, "decisionDays": 30, "suspensive": False},
    }


def _article(
    name: str, sector: str, isco08: str, *, level: int | None = None, **rules: Any
) -> dict[str, Any]:
    article: dict[str, Any] = {
        "id": name,
        "sector": sector,
        "occupations": [f"isco08:{isco08}"],
        "kinds": ["full"],
        "rpl": {"rule": "accepted"},
        "effect": "full",
    }
    if level is not None:
        article["hostLevelAcqf"] = level
    return article | rules
