"""The people of the demonstration: what is certified of each, where they show it, what should come out."""

from dataclasses import dataclass, field
from typing import Any, Literal

Afterwards = Literal[
    "",
    "revoke",
    "suspend",
    "replace",
    "tamper",
    "unknown_issuer",
    "outside_scope",
    "suspended_issuer",
    "stolen_key",
]
SIGNED_ELSEWHERE = ("unknown_issuer", "outside_scope", "suspended_issuer", "stolen_key")


@dataclass(frozen=True)
class Story:
    """One certificate. `request` is the body of POST /v1/certifications; `host` the country that verifies."""

    name: str
    country: str
    body: str
    host: str
    expected: str  # the verdict's state
    request: dict[str, Any]
    afterwards: Afterwards = ""
    why: str = field(default="", compare=False)

    @property
    def signed_elsewhere(self) -> bool:
        """Signed past every check of an issuer, so that a verifier can show what it makes of it."""
        return self.afterwards in SIGNED_ELSEWHERE


def _request(
    number: str, person: tuple[str, str], trade: int, level: int, *, awarded: str = "2026-04-10", **more: Any
) -> dict[str, Any]:
    name, born = person
    return {
        "number": number,
        "trade": {"code": trade},
        "level": level,
        "kind": "full",
        "route": "training",
        "centre": 1,
        "awarded_on": awarded,
        "person": {"name": name, "birth_date": born},
    } | more


def _document(country: str, last4: str, kind: str = "national_id") -> dict[str, str]:
    return {"country": country, "kind": kind, "last4": last4}


def _with_document(request: dict[str, Any], country: str, last4: str) -> dict[str, Any]:
    return request | {"person": request["person"] | {"document": _document(country, last4)}}


STORIES = (
    Story(
        "welder",
        "CM",
        "CFM",
        "GA",
        "recognised",
        _with_document(
            _request("CM-1-2026-000101", ("NGO BASSA Amina Rose", "1991-08-23"), 1204, 4), "CM", "4821"
        ),
        why="welder of Douala, level 4, in Gabon",
    ),
    Story(
        "poultry-farmer",
        "CF",
        "CAB",
        "CM",
        "recognised",
        _request("CF-1-2026-000007", ("YAKÉTÉ Bernadette", "1985~"), 3105, 3, route="rpl"),
        why="prior learning, born about 1985, in Cameroon",
    ),
    Story(
        "mechanic",
        "CM",
        "CFA",
        "GA",
        "recognised",
        _request("DQP/2026/0417", ("FOTSO KAMGA Jean-Baptiste", "1994-02-11"), 3301, 4, centre=2),
        why="a named certificate in the bilateral table",
    ),
    Story(
        "at-home",
        "GA",
        "CBE",
        "GA",
        "recognised",
        _request("GA-1-2026-000033", ("MBADINGA Élodie", "1998-05-30"), 4201, 4),
        why="a certificate in its own country",
    ),
    Story(
        "cabinet-maker",
        "CG",
        "CMB",
        "CM",
        "recognised",
        _request("CG-1-2025-000212", ("MOUKASSA Prosper", "1979"), 4201, 5, awarded="2025-06-20", centre=2),
        why="one level above what is asked",
    ),
    Story(
        "driller",
        "CM",
        "CFM",
        "GA",
        "recognised_with_conditions",
        _request("CM-1-2026-000102", ("TCHOUMI Serge Alain", "1988-12-02"), 1101, 3),
        why="one level short: a test or an adaptation period",
    ),
    Story(
        "sawmill",
        "CD",
        "INM",
        "GA",
        "recognised_with_conditions",
        _request(
            "CD-1-2026-000058",
            ("KABASELE wa NGOY Dieudonné", "1990-10-17"),
            4102,
            4,
            kind="units",
            units=[1, 2],
        ),
        why="one trade here is two there",
    ),
    Story(
        "shotfirer",
        "CD",
        "INM",
        "GA",
        "recognised_with_conditions",
        _request("CD-1-2026-000059", ("ILUNGA", "1983-03-05"), 2101, 4, centre=2),
        why="one name only; the host country asks a licence",
    ),
    Story(
        "welder-low",
        "CM",
        "CFM",
        "GA",
        "not_recognised_here",
        _request("CM-1-2026-000103", ("EKAMBI Landry", "2001-01-15"), 1204, 3),
        why="level too low, no compensation agreed",
    ),
    Story(
        "earthmover-old",
        "CD",
        "INM",
        "CM",
        "not_recognised_here",
        _request("CD-1-2019-000004", ("MUTOMBO Célestin", "1975-07-07"), 2203, 4, awarded="2019-05-02"),
        why="awarded before the agreement reaches",
    ),
    Story(
        "welder-revoked",
        "CG",
        "CFMP",
        "CM",
        "revoked",
        _request("CG-1-2026-000219", ("MASSAMBA Guy Roland", "1987-09-09"), 1204, 4),
        "revoke",
        why="revoked by the issuer",
    ),
    Story(
        "driller-suspended",
        "GA",
        "CBE",
        "CM",
        "suspended",
        _request("GA-1-2026-000034", ("NZÉ OBAME Marcelin", "1992-11-28"), 1101, 4),
        "suspend",
        why="suspended while something is looked into",
    ),
    Story(
        "sawmill-replaced",
        "GA",
        "CBE",
        "CM",
        "replaced",
        _request("GA-1-2026-000035", ("BOUSSOUGOU Christelle", "1996-06-06"), 4102, 3),
        "replace",
        why="a newer version of this certificate exists",
    ),
    Story(
        "poultry-expired",
        "CM",
        "CFA",
        "GA",
        "expired",
        _request(
            "CM-1-2024-000870",
            ("MANGA Solange", "1990-04-04"),
            3105,
            3,
            awarded="2024-02-01",
            valid_until="2026-02-01",
            centre=2,
        ),
        why="expired, and the agreed grace is over",
    ),
    Story(
        "tampered",
        "CM",
        "CFM",
        "GA",
        "not_genuine",
        _request("CM-1-2026-000104", ("ATANGANA Paul", "1989-02-20"), 1204, 4),
        "tamper",
        why="one digit of the QR was changed",
    ),
    Story(
        "unknown-issuer",
        "CM",
        "CFM",
        "GA",
        "unknown_issuer",
        _request("CM-9-2026-000001", ("ESSOMBA Alice", "1993-03-03"), 1204, 4),
        "unknown_issuer",
        why="signed by somebody the registry does not know",
    ),
    Story(
        "outside-scope",
        "CF",
        "CAB",
        "GA",
        "outside_scope",
        _request("CF-1-2026-000008", ("NGAÏSSONA Victor", "1986-08-18"), 1101, 4),
        "outside_scope",
        why="the issuer's key signed a trade it may not certify",
    ),
    Story(
        "welder-bata",
        "GQ",
        "CFB",
        "GA",
        "recognised",
        _request("GQ-1-2026-000012", ("NSUE OBIANG María del Carmen", "1995-10-12"), 1204, 4),
        why="welder of Bata, in Gabon: her country joined later",
    ),
    Story(
        "suspended-issuer",
        "CG",
        "CMB",
        "GA",
        "outside_scope",
        _request("CG-2-2026-000003", ("OKOMBI Ghislain", "1991-04-18"), 1204, 4),
        "suspended_issuer",
        why="signed by an issuer while it was suspended",
    ),
    Story(
        "stolen-key",
        "CD",
        "INM",
        "GA",
        "issue_time_not_proven",
        _request("CD-1-2026-000070", ("TSHIBANDA Rachel", "1997-12-01"), 1204, 4),
        "stolen_key",
        why="signed with a key that was reported stolen",
    ),
)
