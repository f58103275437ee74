"""The body of POST /v1/certifications: a strict model, and the order it states.

Strict means: no unknown member, no conversion (`"4"` is not 4, `false` is not 0), text in NFC. Every fault is
named with its member and a code that has words; nothing of the caller's values is repeated.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from certes.credential.achievement import (
    FIRST_DAY,
    LAST_DAY,
    MAX_LEVEL,
    MAX_NAME_CHARACTERS,
    MAX_NUMBER,
    MAX_TRADE,
    MAX_UNIT,
    DocumentKind,
    IdentityDocument,
    Kind,
    Person,
    Route,
    StandardRef,
    parse_birth_date,
)
from certes.credential.errors import Malformed, Parameter
from certes.credential.identifiers import NUMBER_PATTERN
from certes.credential.text import text_fault
from issuer.order import Assessment, Order

DAY_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
BIRTH_PATTERN = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?~?$"
MAX_TEXT = 120  # method and place of the assessment, one printed line
RESERVED_ENDINGS = (".png", ".svg", ".json")  # GET /v1/credentials/<number>.png is the QR of <number>
_SEGMENT = re.compile(r"\.{0,2}", re.ASCII)  # "", "." and "..": HTTP clients rewrite such paths


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class TradeRequest(_Strict):
    """The trade, by the number your country's signed list gives it."""

    code: int = Field(ge=1, le=MAX_TRADE, description="Trade code of the national list.", examples=[1204])
    version: int | None = Field(
        default=None,
        ge=1,
        le=MAX_TRADE,
        description="Version of the trade standard; the newest listed one if absent.",
    )
    title: Literal["masculine", "feminine"] = Field(
        default="masculine", description="Which form of the title stands in the wallet credential."
    )


class StandardRequest(_Strict):
    """A regional trade standard that was assessed."""

    number: int = Field(ge=1, le=MAX_NUMBER, description="Number of the standard in the network.")
    version: int = Field(ge=1, le=MAX_TRADE, description="Version that was assessed.")


class DocumentRequest(_Strict):
    """The identity document that was seen: enough to compare by eye, never enough to look it up."""

    country: str = Field(
        pattern=r"^[A-Z]{2}$", description="Country of the document, two letters.", examples=["CM"]
    )
    kind: Literal[
        "passport",
        "national_id",
        "residence_permit",
        "consular_card",
        "refugee_card",
        "birth_certificate",
        "other",
    ]
    last4: str = Field(
        pattern=r"^[0-9A-Z]{1,4}$",
        description="Last four characters of its number, no more.",
        examples=["4821"],
    )


class PersonRequest(_Strict):
    """The holder."""

    name: str = Field(
        max_length=MAX_NAME_CHARACTERS,
        description="As the identity document writes it, accents included; one name alone is accepted.",
        examples=["NGO BASSA Amina Rose"],
    )
    birth_date: str = Field(
        pattern=BIRTH_PATTERN,
        description="Day, month or year, as far as the document says; `~` after it where it is approximate.",
        examples=["1991-08-23", "1985~"],
    )
    document: DocumentRequest | None = None


class AssessmentRequest(_Strict):
    """How and where the skill was assessed."""

    method: str = Field(max_length=MAX_TEXT, examples=["Épreuve pratique devant jury"])
    place: str = Field(max_length=MAX_TEXT, examples=["Douala"])


Unit = Annotated[int, Field(ge=1, le=MAX_UNIT)]


class CertificationRequest(_Strict):
    """One certification to be signed."""

    number: str = Field(
        pattern=f"^{NUMBER_PATTERN}$",
        description="Your certificate number, unique with your country's issuer. The same number with "
        "the same content is the same certificate, however often it is sent.",
        examples=["CM-1-2026-000101"],
    )
    trade: TradeRequest
    level: int | None = Field(
        default=None,
        ge=1,
        le=MAX_LEVEL,
        description="Rung of the national ladder; absent where the trade has none.",
    )
    kind: Literal["full", "units"] = Field(description="A whole trade, or some of its units.")
    units: list[Unit] = Field(
        default_factory=list,
        max_length=MAX_UNIT,
        description="Units achieved, ascending. Required for `units`.",
    )
    route: Literal["training", "rpl", "mixed"] = Field(description="`rpl`: recognition of prior learning.")
    standard: StandardRequest | None = None
    centre: int | None = Field(
        default=None, ge=1, le=MAX_NUMBER, description="Assessing centre, by its number in the national list."
    )
    awarded_on: str = Field(pattern=DAY_PATTERN, description="Day of the award.", examples=["2026-04-10"])
    valid_until: str | None = Field(
        default=None, pattern=DAY_PATTERN, description="Last day, only where the skill really lapses."
    )
    person: PersonRequest
    assessment: AssessmentRequest | None = None


class StatusRequest(_Strict):
    """Why a certificate is revoked, suspended or reinstated: a class, never free text."""

    reason: Literal["awarded_in_error", "fraud", "identity_error", "holder_request", "replaced", "other"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One member that is not as it must be."""

    field: str
    code: str
    params: Mapping[str, Parameter]


class RequestRefused(Malformed):
    """A request with faults. The refusal itself is the first one; `faults` has all of them."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        first = faults[0]
        super().__init__(first.code, field=first.field, **first.params)
        self.faults = faults


Model = TypeVar("Model", bound=BaseModel)

# pydantic's kinds of error -> our codes; what is not here is `member_invalid`.
_CODES = {
    "missing": "member_missing",
    "extra_forbidden": "member_unknown",
    "string_type": "member_not_text",
    "int_type": "member_not_integer",
    "list_type": "member_not_list",
    "model_type": "member_not_object",
    "dict_type": "member_not_object",
    "model_attributes_type": "member_not_object",
    "literal_error": "member_not_allowed",
    "string_too_long": "member_too_long",
    "too_long": "member_too_long",
    "greater_than_equal": "member_too_small",
    "less_than_equal": "member_too_large",
}
_PATTERN_CODES = {
    "number": "certificate_number_invalid",
    "awarded_on": "date_invalid",
    "valid_until": "date_invalid",
    "person.birth_date": "birth_date_invalid",
    "person.document.country": "country_invalid",
    "person.document.last4": "document_tail_invalid",
}
_PARAMS = {"expected": "allowed", "max_length": "limit", "ge": "limit", "le": "limit"}
MAX_FAULTS = 20
BODY = "body"  # the field that is named where the fault is at the top
_QUOTED = re.compile(r"'([^']*)'")


def read_certification(members: Mapping[str, Any]) -> Order:
    """The order a parsed body states. Raises RequestRefused, or Malformed naming the member."""
    request = _validated(CertificationRequest, members)
    _require_number(request.number)
    return Order(
        number=request.number,
        trade=request.trade.code,
        trade_version=request.trade.version,
        title=request.trade.title,
        level=request.level,
        kind=Kind(request.kind),
        units=_units(request),
        route=Route(request.route),
        standard=None
        if request.standard is None
        else StandardRef(request.standard.number, request.standard.version),
        centre=request.centre,
        awarded_on=_day(request.awarded_on, "awarded_on"),
        valid_until=None if request.valid_until is None else _day(request.valid_until, "valid_until"),
        person=_person(request.person),
        assessment=_assessment(request.assessment),
    )


def read_reason(members: Mapping[str, Any]) -> str:
    """The reason class of a parsed body. Raises RequestRefused."""
    return _validated(StatusRequest, members).reason


def _validated(model: type[Model], members: Mapping[str, Any]) -> Model:
    try:
        return model.model_validate(members)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=True)
        raise RequestRefused(tuple(_fault(detail, model) for detail in details[:MAX_FAULTS])) from None


def _members_of(model: type[BaseModel], path: Sequence[str]) -> list[str]:
    """The members that a body may have at this path."""
    for name in path:
        options = get_args(model.model_fields[name].annotation) or (model.model_fields[name].annotation,)
        model = next(each for each in options if isinstance(each, type) and issubclass(each, BaseModel))
    return list(model.model_fields)


def _fault(detail: ErrorDetails, model: type[BaseModel]) -> Fault:
    field = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        # The name of an unknown member is the caller's text and may be anything, a person's name included.
        parents = [str(part) for part in detail["loc"][:-1]]
        known = ", ".join(_members_of(model, parents))
        return Fault(".".join(parents) or BODY, "member_unknown", {"known": known})
    if detail["type"] == "string_pattern_mismatch":
        return Fault(field, _PATTERN_CODES.get(field, "member_invalid"), {})
    context = detail.get("ctx", {})
    params = {ours: str(context[theirs]) for theirs, ours in _PARAMS.items() if theirs in context}
    if "allowed" in params:  # pydantic joins them with an English "or"
        params["allowed"] = ", ".join(_QUOTED.findall(params["allowed"]))
    return Fault(field, _CODES.get(detail["type"], "member_invalid"), params)


def _require_number(number: str) -> None:
    if any(_SEGMENT.fullmatch(segment) for segment in number.split("/")):
        raise Malformed("certificate_number_invalid", field="number")
    if number.lower().endswith(RESERVED_ENDINGS):
        raise Malformed("certificate_number_reserved", field="number")


def _day(text: str, field: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Malformed("date_invalid", field=field) from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Malformed("date_out_of_range", field=field)
    return day


def _units(request: CertificationRequest) -> tuple[int, ...]:
    if request.kind == "units" and not request.units:
        raise Malformed("units_missing", field="units")
    if request.units != sorted(set(request.units)):
        raise Malformed("units_not_ascending", field="units")
    return tuple(request.units)


def _person(request: PersonRequest) -> Person:
    _require_text(request.name, "person.name", MAX_NAME_CHARACTERS)
    document = None
    if request.document is not None:
        seen = request.document
        document = IdentityDocument(seen.country, DocumentKind(seen.kind), seen.last4)
    return Person(request.name, parse_birth_date(request.birth_date), document)


def _assessment(request: AssessmentRequest | None) -> Assessment | None:
    if request is None:
        return None
    _require_text(request.method, "assessment.method", MAX_TEXT)
    _require_text(request.place, "assessment.place", MAX_TEXT)
    return Assessment(request.method, request.place)


def _require_text(text: str, field: str, limit: int) -> None:
    reason = text_fault(text, max_characters=limit)
    if reason is not None:
        raise Malformed("text_invalid", field=field, reason=reason, limit=limit)
