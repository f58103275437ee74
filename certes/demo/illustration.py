"""The illustrative facts of the demonstration network, as tables: countries, trades, bodies, agreements.

The six countries and the ISCO-08 groups are facts; ladders, trade codes, bodies and agreements are
illustrative: none of the six has an adopted national level framework, and no such text has been published.
"""

from dataclasses import dataclass

from certes.credential.identifiers import Network

NETWORK = Network(0, "skills.example")

Text = dict[str, str]


@dataclass(frozen=True)
class Country:
    """One member: names of the country, its certifying ministry and a body for each family of trades."""

    code: str
    name: Text
    ministry: Text
    bodies: dict[str, Text]  # body code -> name
    centres: tuple[tuple[str, str], ...]  # (name, place), numbered from 1
    capital: str
    languages: tuple[str, ...] = ("fr",)


@dataclass(frozen=True)
class Trade:
    """A trade as every country of the illustration lists it, under one code, with its titles."""

    code: int
    isco08: str
    sector: str
    masculine: Text
    feminine: Text
    units: int = 0


COUNTRIES = (
    Country(
        "CG",
        {"fr": "Congo (Brazzaville)", "en": "Congo", "pt": "Congo", "es": "Congo", "ar": "الكونغو"},
        {
            "fr": "Ministère chargé de l’enseignement technique et professionnel",
            "en": "Ministry of technical and vocational education",
        },
        {
            "CFMP": {"fr": "Centre de formation aux métiers du pétrole"},
            "CMB": {"fr": "Chambre des métiers du bois"},
        },
        (("Centre de Pointe-Noire", "Pointe-Noire"), ("Centre d’Ouesso", "Ouesso")),
        "Brazzaville",
    ),
    Country(
        "CM",
        {"fr": "Cameroun", "en": "Cameroon", "pt": "Camarões", "es": "Camerún", "ar": "الكاميرون"},
        {
            "fr": "Ministère chargé de l’emploi et de la formation professionnelle",
            "en": "Ministry of employment and vocational training",
        },
        {
            "CFM": {"fr": "Centre de formation aux métiers de Douala"},
            "CFA": {"fr": "Centre de formation agricole de Bafoussam"},
        },
        (("Centre de Douala", "Douala"), ("Centre de Bafoussam", "Bafoussam")),
        "Yaoundé",
        ("fr", "en"),
    ),
    Country(
        "CD",
        {"fr": "RD Congo", "en": "DR Congo", "pt": "RD Congo", "es": "RD Congo", "ar": "الكونغو الديمقراطية"},
        {"fr": "Ministère chargé de la formation professionnelle", "en": "Ministry of vocational training"},
        {"INM": {"fr": "Institut des métiers de la mine et du bois"}},
        (("Centre de Kinshasa", "Kinshasa"), ("Centre de Kolwezi", "Kolwezi")),
        "Kinshasa",
    ),
    Country(
        "CF",
        {
            "fr": "République centrafricaine",
            "en": "Central African Republic",
            "pt": "República Centro-Africana",
            "es": "República Centroafricana",
            "ar": "جمهورية أفريقيا الوسطى",
        },
        {
            "fr": "Agence chargée de la formation professionnelle et de l’emploi",
            "en": "Agency for vocational training and employment",
        },
        {"CAB": {"fr": "Centre artisanal et agricole de Bangui"}},
        (("Centre de Bangui", "Bangui"),),
        "Bangui",
        ("fr", "sg"),
    ),
    Country(
        "GA",
        {"fr": "Gabon", "en": "Gabon", "pt": "Gabão", "es": "Gabón", "ar": "الغابون"},
        {"fr": "Ministère chargé de la formation professionnelle", "en": "Ministry of vocational training"},
        {"CBE": {"fr": "Centre du bois et de l’énergie de Libreville"}},
        (("Centre de Libreville", "Libreville"), ("Centre de Port-Gentil", "Port-Gentil")),
        "Libreville",
    ),
    Country(
        "GQ",
        {
            "fr": "Guinée équatoriale",
            "en": "Equatorial Guinea",
            "pt": "Guiné Equatorial",
            "es": "Guinea Ecuatorial",
            "ar": "غينيا الاستوائية",
        },
        {
            "es": "Ministerio encargado de la formación profesional (ilustración)",
            "fr": "Ministère chargé de la formation professionnelle (illustration)",
            "en": "Ministry of vocational training (illustration)",
        },
        {
            "CFB": {
                "es": "Centro de formación de Bata (ilustración)",
                "fr": "Centre de formation de Bata (illustration)",
            }
        },
        (("Centro de Bata", "Bata"), ("Centro de Malabo", "Malabo")),
        "Malabo",
        ("es", "fr", "pt"),
    ),
)

JOINED_LATER = "GQ"
FOUNDERS = tuple(country for country in COUNTRIES if country.code != JOINED_LATER)

TRADES = (
    Trade(
        1101,
        "8113",
        "oil",
        {
            "fr": "Foreur",
            "en": "Well driller",
            "pt": "Perfurador de poços",
            "es": "Perforador de pozos",
            "ar": "حفّار آبار",
        },
        {
            "fr": "Foreuse",
            "en": "Well driller",
            "pt": "Perfuradora de poços",
            "es": "Perforadora de pozos",
            "ar": "حفّارة آبار",
        },
    ),
    Trade(
        1204,
        "7212",
        "oil",
        {"fr": "Soudeur", "en": "Welder", "pt": "Soldador", "es": "Soldador", "ar": "لحّام"},
        {"fr": "Soudeuse", "en": "Welder", "pt": "Soldadora", "es": "Soldadora", "ar": "لحّامة"},
        units=6,
    ),
    Trade(
        2101,
        "7542",
        "mining",
        {
            "fr": "Boutefeu",
            "en": "Shotfirer",
            "pt": "Operador de explosivos",
            "es": "Artificiero",
            "ar": "مفجّر ألغام المحاجر",
        },
        {
            "fr": "Boutefeu",
            "en": "Shotfirer",
            "pt": "Operadora de explosivos",
            "es": "Artificiera",
            "ar": "مفجّرة ألغام المحاجر",
        },
    ),
    Trade(
        2203,
        "8342",
        "mining",
        {
            "fr": "Conducteur d’engins de terrassement",
            "en": "Earthmoving plant operator",
            "pt": "Operador de máquinas de terraplenagem",
            "es": "Operador de maquinaria de movimiento de tierras",
            "ar": "سائق آليات حفر",
        },
        {
            "fr": "Conductrice d’engins de terrassement",
            "en": "Earthmoving plant operator",
            "pt": "Operadora de máquinas de terraplenagem",
            "es": "Operadora de maquinaria de movimiento de tierras",
            "ar": "سائقة آليات حفر",
        },
    ),
    Trade(
        3105,
        "6122",
        "agriculture",
        {
            "fr": "Éleveur de volailles",
            "en": "Poultry farmer",
            "pt": "Avicultor",
            "es": "Avicultor",
            "ar": "مربّي دواجن",
        },
        {
            "fr": "Éleveuse de volailles",
            "en": "Poultry farmer",
            "pt": "Avicultora",
            "es": "Avicultora",
            "ar": "مربّية دواجن",
        },
    ),
    Trade(
        3301,
        "7233",
        "agriculture",
        {
            "fr": "Mécanicien de machines agricoles",
            "en": "Agricultural machinery mechanic",
            "pt": "Mecânico de máquinas agrícolas",
            "es": "Mecánico de maquinaria agrícola",
            "ar": "ميكانيكي آلات زراعية",
        },
        {
            "fr": "Mécanicienne de machines agricoles",
            "en": "Agricultural machinery mechanic",
            "pt": "Mecânica de máquinas agrícolas",
            "es": "Mecánica de maquinaria agrícola",
            "ar": "ميكانيكية آلات زراعية",
        },
    ),
    Trade(
        4102,
        "8172",
        "wood",
        {
            "fr": "Conducteur de scierie",
            "en": "Sawmill operator",
            "pt": "Operador de serração",
            "es": "Operador de aserradero",
            "ar": "مشغّل منشرة",
        },
        {
            "fr": "Conductrice de scierie",
            "en": "Sawmill operator",
            "pt": "Operadora de serração",
            "es": "Operadora de aserradero",
            "ar": "مشغّلة منشرة",
        },
        units=4,
    ),
    Trade(
        4201,
        "7522",
        "wood",
        {
            "fr": "Menuisier-ébéniste",
            "en": "Cabinet-maker",
            "pt": "Marceneiro",
            "es": "Ebanista",
            "ar": "نجّار أثاث",
        },
        {
            "fr": "Menuisière-ébéniste",
            "en": "Cabinet-maker",
            "pt": "Marceneira",
            "es": "Ebanista",
            "ar": "نجّارة أثاث",
        },
    ),
)

LEVELS = range(2, 7)  # an illustrative ladder, one to one with the ACQF
TITLES = {
    3301: {"CM": "CM:DQP-MECA-AGRI", "GA": "GA:CQP-MECA-AGRI"}
}  # named certificates, where a table maps them
IN_FORCE = "2026-03-01"
REACH = "2024-01-01"
ACCREDITED_FROM = "2022-01-01"


def consulates(country: Country) -> list[dict[str, object]]:
    """Where this country's workers find its consulate in each of the others: all illustrative."""
    return [
        {
            "kind": "consular",
            "country": other.code,
            "name": {language: f"{word} ({country.name[language]})" for language, word in _CONSULATE.items()},
            "place": other.capital,
        }
        for other in COUNTRIES
        if other is not country
    ]


def union(country: Country) -> dict[str, object]:
    """The trade union that receives workers from abroad."""
    return {"kind": "union", "country": country.code, "name": _UNION, "place": country.capital}


_CONSULATE = {
    "fr": "Consulat",
    "en": "Consulate",
    "pt": "Consulado",
    "es": "Consulado",
    "ar": "القنصلية",
}
_UNION = {
    "fr": "Accueil des travailleurs migrants",
    "en": "Help desk for migrant workers",
    "pt": "Atendimento aos trabalhadores migrantes",
    "es": "Atención a los trabajadores migrantes",
    "ar": "استقبال العمال المهاجرين",
}
