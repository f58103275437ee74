"""What must hold before anything is signed: one row of a table per rule, all rows tried.

A signature cannot be taken back from paper. So the issuer's signing takes a `Linted`, which only `lint`
makes. It judges the facts alone; whether the body may certify them is the business of accreditation.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import log
from typing import Any, NewType

from certes.credential.achievement import (
    FIRST_DAY,
    LAST_DAY,
    MAX_LEVEL,
    MAX_NAME_CHARACTERS,
    MAX_NUMBER,
    MAX_TRADE,
    MAX_UNIT,
    BirthDate,
    Certification,
    Kind,
    Labels,
)
from certes.credential.card_text import MAX_DIGITS
from certes.credential.cardsize import TYPICAL_ADDRESS, card_size
from certes.credential.errors import Malformed, Parameter
from certes.credential.identifiers import NUMBER_PATTERN, Network
from certes.credential.qrsize import MAX_VERSION, Level, qr_version
from certes.credential.text import MAX_LABEL_CHARACTERS, text_fault

MIN_AGE_YEARS = 14  # ILO Convention 138, article 2 (4): the lowest minimum age for work
_ACQF_LEVELS = 10
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_OCCUPATION = re.compile(r"[0-9]{4}", re.ASCII)
_LAST4 = re.compile(r"[0-9A-Z]{1,4}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", re.ASCII)
_NUMBER = re.compile(NUMBER_PATTERN, re.ASCII)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to be signed.

    The facts, the words beside them, and the address printed before the card.
    """

    facts: Certification
    labels: Labels
    network: Network
    address: str = TYPICAL_ADDRESS  # ends with `#`


Linted = NewType("Linted", Draft)  # a draft that passed every row; only `lint` makes one


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that did not hold: its code, the member at fault and what the sentence needs."""

    code: str
    field: str
    params: Mapping[str, Parameter]


def lint(draft: Draft) -> Linted:
    """The draft, proved.

    Raises Malformed with the code and field of the first fault; `faults` gives all.
    """
    found = faults(draft)
    if found:
        raise Malformed(found[0].code, field=found[0].field, **found[0].params)
    return Linted(draft)


def faults(draft: Draft) -> tuple[Fault, ...]:
    """Every fault, in the order of the table; the size is measured once all else holds."""
    found = tuple(
        Fault(row.code, row.field, params) for row in LINTS if (params := row.check(draft)) is not None
    )
    return found or _size_fault(draft)


Check = Callable[[Draft], Mapping[str, Parameter] | None]  # None where the rule holds, else parameters


@dataclass(frozen=True, slots=True)
class Lint:
    """One rule. Its code is a translation key, its field the member a form would mark."""

    code: str
    field: str
    check: Check


def _holds(rule: Callable[[Draft], bool]) -> Check:
    return lambda draft: None if rule(draft) else {}


def _matches(pattern: re.Pattern[str], value: Callable[[Draft], str | None]) -> Check:
    """The value is absent or of the pattern."""
    return _holds(lambda draft: (text := value(draft)) is None or pattern.fullmatch(text) is not None)


def _within(first: int, last: int, value: Callable[[Draft], int | None]) -> Check:
    """The value is absent or between two bounds."""

    def check(draft: Draft) -> Mapping[str, Parameter] | None:
        number = value(draft)
        return None if number is None or first <= number <= last else {"first": first, "last": last}

    return check


def _text(max_characters: int, value: Callable[[Draft], str | None]) -> Check:
    """The value is absent or text that may be signed."""

    def check(draft: Draft) -> Mapping[str, Parameter] | None:
        text = value(draft)
        reason = None if text is None else text_fault(text, max_characters=max_characters)
        return None if reason is None else {"reason": reason, "limit": max_characters}

    return check


def _units_in_order(draft: Draft) -> bool:
    units = draft.facts.achievement.units
    return all(1 <= unit <= MAX_UNIT for unit in units) and all(low < high for low, high in pairwise(units))


def _old_enough(draft: Draft) -> bool:
    born, awarded = _earliest_day(draft.facts.person.birth), draft.facts.awarded_on
    return (awarded.year - MIN_AGE_YEARS, awarded.month, awarded.day) >= (born.year, born.month, born.day)


def _earliest_day(birth: BirthDate) -> date:
    """The first day the birth date may mean: an unknown month or day is no reason to refuse."""
    return date(birth.year, birth.month or 1, birth.day or 1)


def _days_in_range(draft: Draft) -> bool:
    facts = draft.facts
    days = (facts.awarded_on, facts.signed_on, facts.valid_until or facts.awarded_on)
    return all(FIRST_DAY <= day <= LAST_DAY for day in days)


def _valid_after_award(draft: Draft) -> bool:
    until = draft.facts.valid_until
    return until is None or until > draft.facts.awarded_on


def _document(member: str) -> Callable[[Draft], str | None]:
    """A member of the identity document, None where there is no document."""

    def value(draft: Draft) -> Any:
        document = draft.facts.person.document
        return None if document is None else getattr(document, member)

    return value


def _standard(member: str) -> Callable[[Draft], int | None]:
    """A member of the regional standard, None where there is none."""

    def value(draft: Draft) -> Any:
        standard = draft.facts.achievement.standard
        return None if standard is None else getattr(standard, member)

    return value


LINTS = (
    Lint("country_invalid", "achievement.country", _matches(_COUNTRY, lambda d: d.facts.achievement.country)),
    Lint("out_of_range", "issuer", _within(1, MAX_NUMBER, lambda d: d.facts.issuer)),
    Lint("out_of_range", "key", _within(1, MAX_NUMBER, lambda d: d.facts.key)),
    Lint("out_of_range", "centre", _within(1, MAX_NUMBER, lambda d: d.facts.centre)),
    Lint("out_of_range", "status.list", _within(1, MAX_NUMBER, lambda d: d.facts.status.list)),
    Lint("out_of_range", "status.index", _within(0, MAX_NUMBER, lambda d: d.facts.status.index)),
    Lint("certificate_number_invalid", "number", _matches(_NUMBER, lambda d: d.facts.number)),
    Lint("certificate_number_invalid", "replaces", _matches(_NUMBER, lambda d: d.facts.replaces)),
    Lint("replaces_itself", "replaces", _holds(lambda d: d.facts.replaces != d.facts.number)),
    Lint("out_of_range", "achievement.trade", _within(1, MAX_TRADE, lambda d: d.facts.achievement.trade)),
    Lint(
        "out_of_range",
        "achievement.trade_version",
        _within(1, MAX_TRADE, lambda d: d.facts.achievement.trade_version),
    ),
    Lint(
        "occupation_invalid",
        "achievement.occupation",
        _matches(_OCCUPATION, lambda d: d.facts.achievement.occupation),
    ),
    Lint("out_of_range", "achievement.level", _within(1, MAX_LEVEL, lambda d: d.facts.achievement.level)),
    Lint("units_invalid", "achievement.units", _holds(_units_in_order)),
    Lint(
        "units_missing",
        "achievement.units",
        _holds(lambda d: d.facts.achievement.kind is not Kind.UNITS or bool(d.facts.achievement.units)),
    ),
    Lint("out_of_range", "achievement.standard.number", _within(1, MAX_NUMBER, _standard("number"))),
    Lint("out_of_range", "achievement.standard.version", _within(1, MAX_TRADE, _standard("version"))),
    Lint("text_invalid", "person.name", _text(MAX_NAME_CHARACTERS, lambda d: d.facts.person.name)),
    Lint("country_invalid", "person.document.country", _matches(_COUNTRY, _document("country"))),
    Lint("document_tail_invalid", "person.document.last4", _matches(_LAST4, _document("last4"))),
    Lint("date_out_of_range", "awarded_on", _holds(_days_in_range)),
    Lint("signed_before_award", "signed_on", _holds(lambda d: d.facts.awarded_on <= d.facts.signed_on)),
    Lint("valid_until_not_after_award", "valid_until", _holds(_valid_after_award)),
    Lint("holder_too_young", "person.birth_date", _holds(_old_enough)),
    Lint("language_invalid", "labels.language", _matches(_LANGUAGE, lambda d: d.labels.language)),
    Lint("text_invalid", "labels.trade", _text(MAX_LABEL_CHARACTERS, lambda d: d.labels.trade)),
    Lint("text_invalid", "labels.issuer", _text(MAX_LABEL_CHARACTERS, lambda d: d.labels.issuer)),
    Lint("text_invalid", "labels.centre", _text(MAX_LABEL_CHARACTERS, lambda d: d.labels.centre)),
    Lint(
        "centre_label_alone",
        "labels.centre",
        _holds(lambda d: d.labels.centre is None or d.facts.centre is not None),
    ),
    Lint("text_invalid", "labels.place", _text(MAX_LABEL_CHARACTERS, lambda d: d.labels.place)),
    Lint("text_invalid", "labels.assessment", _text(MAX_LABEL_CHARACTERS, lambda d: d.labels.assessment)),
    Lint("out_of_range", "labels.acqf_level", _within(1, _ACQF_LEVELS, lambda d: d.labels.acqf_level)),
)


def _size_fault(draft: Draft) -> tuple[Fault, ...]:
    """A card beyond version 13 at level M is refused.

    The fault names the longer text and how many bytes must go.
    """
    size = card_size(draft.facts, network=draft.network, address=draft.address)
    if _fits(draft.address, size.digits):
        return ()
    name, number = draft.facts.person.name, draft.facts.number
    field = "person.name" if len(name.encode()) >= len(number) else "number"
    params = {"limit": MAX_VERSION, "bytes": size.bytes, "over": size.bytes - _room(draft.address)}
    return (Fault("card_too_large", field, params),)


def _room(address: str) -> int:
    """How many bytes a card may have under this address."""
    longest = max((d for d in range(MAX_DIGITS) if _fits(address, d)), default=0)
    return int(longest * log(10, 256))


def _fits(address: str, digits: int) -> bool:
    version = qr_version(address, digits, Level.M)
    return version is not None and version <= MAX_VERSION
