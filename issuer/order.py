"""An order: what a body asks to be certified, as facts, and its one canonical form.

Two requests with the same canonical form ask for the same certificate, however their JSON was written. The
form is kept with the plan, so that a plan can be finished after a crash from what the body said and nothing
else.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from certes.credential.achievement import (
    DocumentKind,
    IdentityDocument,
    Kind,
    Person,
    Route,
    StandardRef,
    parse_birth_date,
)
from certes.credential.canon.jcs import canonicalize
from certes.credential.parsing import parse_json

TitleForm = Literal["masculine", "feminine"]  # Soudeur, Soudeuse: as the person asks


@dataclass(frozen=True, slots=True)
class Assessment:
    """How and where the skill was assessed, in the body's own words."""

    method: str
    place: str


@dataclass(frozen=True, slots=True)
class Order:
    """One certification as a body states it.

    The rest (occupation, labels, dates of signing) is the State's.
    """

    number: str
    trade: int
    trade_version: int | None
    level: int | None
    kind: Kind
    units: tuple[int, ...]
    route: Route
    standard: StandardRef | None
    centre: int | None
    awarded_on: date
    valid_until: date | None
    person: Person
    assessment: Assessment | None
    title: TitleForm = "masculine"


def write_order(order: Order) -> bytes:
    """The canonical form: RFC 8785 JSON with every member present."""
    return canonicalize(
        {
            "number": order.number,
            "trade": order.trade,
            "trade_version": order.trade_version,
            "level": order.level,
            "kind": order.kind.value,
            "units": list(order.units),
            "route": order.route.value,
            "standard": _standard(order.standard),
            "centre": order.centre,
            "awarded_on": order.awarded_on.isoformat(),
            "valid_until": None if order.valid_until is None else order.valid_until.isoformat(),
            "person": _person(order.person),
            "assessment": _assessment(order.assessment),
            "title": order.title,
        }
    )


def read_order(content: bytes) -> Order:
    """The inverse of `write_order`, for what we kept ourselves."""
    members = parse_json(content)
    until, standard, assessment = members["valid_until"], members["standard"], members["assessment"]
    return Order(
        number=members["number"],
        trade=members["trade"],
        trade_version=members["trade_version"],
        level=members["level"],
        kind=Kind(members["kind"]),
        units=tuple(members["units"]),
        route=Route(members["route"]),
        standard=None if standard is None else StandardRef(standard["number"], standard["version"]),
        centre=members["centre"],
        awarded_on=date.fromisoformat(members["awarded_on"]),
        valid_until=None if until is None else date.fromisoformat(until),
        person=_read_person(members["person"]),
        assessment=None if assessment is None else Assessment(assessment["method"], assessment["place"]),
        title=members["title"],
    )


def _standard(standard: StandardRef | None) -> dict[str, int] | None:
    return None if standard is None else {"number": standard.number, "version": standard.version}


def _assessment(assessment: Assessment | None) -> dict[str, str] | None:
    return None if assessment is None else {"method": assessment.method, "place": assessment.place}


def _person(person: Person) -> dict[str, Any]:
    document = person.document
    seen = None
    if document is not None:
        seen = {"country": document.country, "kind": document.kind.value, "last4": document.last4}
    return {"name": person.name, "birth_date": str(person.birth), "document": seen}


def _read_person(members: dict[str, Any]) -> Person:
    seen, document = members["document"], None
    if seen is not None:
        document = IdentityDocument(seen["country"], DocumentKind(seen["kind"]), seen["last4"])
    return Person(members["name"], parse_birth_date(members["birth_date"]), document)
