"""The skill card's positions: what stands where, which values may stand there, and the facts they carry.

One row a position, in the order of docs/spec/skill-card.md, section 2. The rows can never be changed, only
followed by another format version: paper lasts longer than software.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from certes.credential.achievement import (
    FIRST_DAY,
    LAST_DAY,
    MAX_LEVEL,
    MAX_NAME_CHARACTERS,
    MAX_NUMBER,
    MAX_TRADE,
    MAX_UNIT,
    Achievement,
    BirthDate,
    Certification,
    DocumentKind,
    IdentityDocument,
    Kind,
    Person,
    Route,
    StandardRef,
    StatusSlot,
)
from certes.credential.card_cbor import Item
from certes.credential.errors import Malformed
from certes.credential.identifiers import NUMBER_PATTERN, Network, own_number, own_serial
from certes.credential.text import text_fault

FORMAT_VERSION = 1
SIGNATURE_BYTES = 64  # Ed25519
EPOCH = date(2000, 1, 1)
KINDS = (Kind.FULL, Kind.UNITS)
ROUTES = (Route.TRAINING, Route.PRIOR_LEARNING, Route.MIXED)
DOCUMENT_KINDS = (
    DocumentKind.OTHER,
    DocumentKind.PASSPORT,
    DocumentKind.NATIONAL_ID,
    DocumentKind.RESIDENCE_PERMIT,
    DocumentKind.CONSULAR_CARD,
    DocumentKind.REFUGEE_CARD,
    DocumentKind.BIRTH_CERTIFICATE,
)
_MONTHS, _DAYS = 13, 32  # month 0 and day 0 stand for unknown
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_MAX_SPAN_DAYS = (LAST_DAY - FIRST_DAY).days
_NUMBER = re.compile(NUMBER_PATTERN, re.ASCII)
_LAST4 = re.compile(r"[0-9A-Z]{1,4}", re.ASCII)

MAX_ROOMY = 1_024  # skills at an issuer remembered; nothing about a person

Rule = Callable[[Item], bool]
Fact = Callable[[Certification, Network], Item]


@dataclass(frozen=True, slots=True)
class Position:
    """One place of the array: its name in refusals, the values it takes, and the value of a certification."""

    name: str
    accepts: Rule
    fact: Fact


def pack(certification: Certification, *, network: Network, signature: bytes) -> list[Item]:
    """The array of a certification.

    Raises Malformed `card_position_invalid` where a fact has no place on a card.
    """
    items = [position.fact(certification, network) for position in _SIGNED] + [signature]
    require_positions(items)
    return items


def require_room(certification: Certification, *, network: Network) -> None:
    """Return if every fact has a place on a card. Raises as `pack` does; writes nothing. What many share is
    looked at once for all of them."""
    shared = (
        network,
        certification.issuer,
        certification.key,
        certification.centre,
        certification.achievement,
        certification.status.list,
    )
    known = shared in _ROOMY
    for position in _OWN if known else _SIGNED:
        if not position.accepts(position.fact(certification, network)):
            raise Malformed("card_position_invalid", field=position.name)
    if not known:
        if len(_ROOMY) >= MAX_ROOMY:
            _ROOMY.clear()
        _ROOMY.add(shared)


def require_positions(items: Sequence[Item]) -> None:
    """Raises Malformed `card_positions_wrong` or `card_position_invalid`, which names the position."""
    if len(items) != len(POSITIONS):
        raise Malformed("card_positions_wrong", field="card", found=len(items), expected=len(POSITIONS))
    for position, item in zip(POSITIONS, items, strict=True):
        if not position.accepts(item):
            raise Malformed("card_position_invalid", field=position.name)


def unpack(items: Sequence[Item]) -> tuple[Certification, bytes]:
    """The facts and the signature of an array whose positions were checked by `require_positions`."""
    at = {position.name: item for position, item in zip(POSITIONS, items, strict=True)}
    number, text = _integers(at), _texts(at)
    country = country_letters(number["country"])
    awarded_on = EPOCH + timedelta(days=number["awarded"])
    valid_days, serial = number.get("valid"), number.get("number")
    signature = next(item for item in items if isinstance(item, bytes))
    certification = Certification(
        issuer=number["issuer"],
        key=number["key"],
        number=text["number"]
        if serial is None
        else own_number(country, number["issuer"], awarded_on.year, serial),
        centre=number.get("centre"),
        achievement=_achievement(country, number, at["standard"]),
        person=Person(
            text["name"], birth_date(number["birth"]), _identity_document(at["identity_document"], country)
        ),
        awarded_on=awarded_on,
        signed_on=awarded_on + timedelta(days=number["signed"]),
        valid_until=None if valid_days is None else awarded_on + timedelta(days=valid_days),
        status=StatusSlot(number["status_list"], number["status_index"]),
    )
    return certification, signature


def country_code(letters: str) -> int:
    """`CM` as 26 × 2 + 12 = 64. Text that is not two capital letters gives a value no position accepts."""
    if re.fullmatch(r"[A-Z]{2}", letters, re.ASCII) is None:
        return -1
    return 26 * (ord(letters[0]) - ord("A")) + ord(letters[1]) - ord("A")


def country_letters(code: int) -> str:
    """The inverse of `country_code`."""
    first, second = divmod(code, 26)
    return chr(ord("A") + first) + chr(ord("A") + second)


def birth_code(birth: BirthDate) -> int:
    """(year − 1900) × 416 + month × 32 + day, zero for what is unknown; −1 − that where it is approximate."""
    code = ((birth.year - _FIRST_YEAR) * _MONTHS + (birth.month or 0)) * _DAYS + (birth.day or 0)
    return -1 - code if birth.approximate else code


def birth_date(code: int) -> BirthDate:
    """The inverse of `birth_code`. Raises Malformed `birth_date_invalid`."""
    months, day = divmod(-1 - code if code < 0 else code, _DAYS)
    year, month = divmod(months, _MONTHS)
    return BirthDate(_FIRST_YEAR + year, month or None, day or None, code < 0)


def _achievement(country: str, number: dict[str, int], standard: Item) -> Achievement:
    kind, route = divmod(number["kind_and_route"], len(ROUTES))
    return Achievement(
        country=country,
        trade=number["trade"],
        trade_version=number["trade_version"],
        occupation=f"{number['occupation']:04d}",
        level=number["level"] or None,
        kind=KINDS[kind],
        units=tuple(unit for unit in range(1, MAX_UNIT + 1) if number["units"] >> unit - 1 & 1),
        route=ROUTES[route],
        standard=StandardRef(*_only_integers(standard)) if isinstance(standard, list) else None,
    )


def _identity_document(item: Item, country: str) -> IdentityDocument | None:
    if not isinstance(item, list):
        return None
    kind, last4 = _only_integers(item)[0], next(part for part in item if isinstance(part, str))
    abroad = _only_integers(item)[1:]
    return IdentityDocument(country_letters(abroad[0]) if abroad else country, DOCUMENT_KINDS[kind], last4)


def _integers(at: dict[str, Item]) -> dict[str, int]:
    return {name: item for name, item in at.items() if isinstance(item, int)}


def _texts(at: dict[str, Item]) -> dict[str, str]:
    return {name: item for name, item in at.items() if isinstance(item, str)}


def _only_integers(items: Sequence[Item]) -> list[int]:
    return [item for item in items if isinstance(item, int)]


# What a certification writes at each position.


def _number(certification: Certification, _: Network) -> Item:
    serial = own_serial(
        certification.number,
        country=certification.achievement.country,
        issuer=certification.issuer,
        award_year=certification.awarded_on.year,
    )
    return certification.number if serial is None else serial


def _units(certification: Certification, _: Network) -> Item:
    units = certification.achievement.units
    in_order = all(low < high for low, high in pairwise(units))
    if not in_order or not all(1 <= unit <= MAX_UNIT for unit in units):
        return None
    return sum(1 << unit - 1 for unit in units)


def _kind_and_route(certification: Certification, _: Network) -> Item:
    achievement = certification.achievement
    return len(ROUTES) * KINDS.index(achievement.kind) + ROUTES.index(achievement.route)


def _standard(certification: Certification, _: Network) -> Item:
    standard = certification.achievement.standard
    return None if standard is None else [standard.number, standard.version]


def _level(certification: Certification, _: Network) -> Item:
    level = certification.achievement.level
    if level is None:
        return 0
    return level if level > 0 else None


def _occupation(certification: Certification, _: Network) -> Item:
    digits = certification.achievement.occupation
    return int(digits) if re.fullmatch(r"[0-9]{4}", digits, re.ASCII) else None


def _valid(certification: Certification, _: Network) -> Item:
    until = certification.valid_until
    return None if until is None else (until - certification.awarded_on).days


def _identity(certification: Certification, _: Network) -> Item:
    document = certification.person.document
    if document is None:
        return None
    item: list[Item] = [DOCUMENT_KINDS.index(document.kind), document.last4]
    if document.country != certification.achievement.country:
        item.append(country_code(document.country))
    return item


# Which values a position takes.


def _integer(first: int, last: int) -> Rule:
    return lambda item: isinstance(item, int) and first <= item <= last


def _or_null(rule: Rule) -> Rule:
    return lambda item: item is None or rule(item)


def _is_number(item: Item) -> bool:
    if isinstance(item, str):
        return _NUMBER.fullmatch(item) is not None
    return isinstance(item, int) and 1 <= item <= MAX_NUMBER


def _is_standard(item: Item) -> bool:
    if not isinstance(item, list) or len(item) != 2:
        return False
    return _integer(1, MAX_NUMBER)(item[0]) and _integer(1, MAX_TRADE)(item[1])


def _is_birth(item: Item) -> bool:
    if not isinstance(item, int):
        return False
    try:
        birth_date(item)
    except Malformed:
        return False
    return True


def _is_identity(item: Item) -> bool:
    if not isinstance(item, list) or not 2 <= len(item) <= 3:
        return False
    kind, last4, *abroad = item
    if not isinstance(last4, str) or _LAST4.fullmatch(last4) is None:
        return False
    return _integer(0, len(DOCUMENT_KINDS) - 1)(kind) and all(_IS_COUNTRY(country) for country in abroad)


def _is_name(item: Item) -> bool:
    return isinstance(item, str) and text_fault(item, max_characters=MAX_NAME_CHARACTERS) is None


def _is_signature(item: Item) -> bool:
    return isinstance(item, bytes) and len(item) == SIGNATURE_BYTES


_IS_COUNTRY = _integer(0, 26 * 26 - 1)

_SIGNED = (
    Position("format_version", _integer(FORMAT_VERSION, FORMAT_VERSION), lambda c, n: FORMAT_VERSION),
    Position("network", _integer(0, MAX_NUMBER), lambda c, n: n.number),
    Position("country", _IS_COUNTRY, lambda c, n: country_code(c.achievement.country)),
    Position("issuer", _integer(1, MAX_NUMBER), lambda c, n: c.issuer),
    Position("key", _integer(1, MAX_NUMBER), lambda c, n: c.key),
    Position("number", _is_number, _number),
    Position("centre", _or_null(_integer(1, MAX_NUMBER)), lambda c, n: c.centre),
    Position("trade", _integer(1, MAX_TRADE), lambda c, n: c.achievement.trade),
    Position("trade_version", _integer(1, MAX_TRADE), lambda c, n: c.achievement.trade_version),
    Position("occupation", _integer(0, 9_999), _occupation),
    Position("level", _integer(0, MAX_LEVEL), _level),
    Position("kind_and_route", _integer(0, len(KINDS) * len(ROUTES) - 1), _kind_and_route),
    Position("units", _integer(0, (1 << MAX_UNIT) - 1), _units),
    Position("standard", _or_null(_is_standard), _standard),
    Position(
        "awarded",
        _integer((FIRST_DAY - EPOCH).days, (LAST_DAY - EPOCH).days),
        lambda c, n: (c.awarded_on - EPOCH).days,
    ),
    Position("signed", _integer(0, _MAX_SPAN_DAYS), lambda c, n: (c.signed_on - c.awarded_on).days),
    Position("valid", _or_null(_integer(1, _MAX_SPAN_DAYS)), _valid),
    Position("status_list", _integer(1, MAX_NUMBER), lambda c, n: c.status.list),
    Position("status_index", _integer(0, MAX_NUMBER), lambda c, n: c.status.index),
    Position("birth", _is_birth, lambda c, n: birth_code(c.person.birth)),
    Position("identity_document", _or_null(_is_identity), _identity),
    Position("name", _is_name, lambda c, n: c.person.name),
)
_OWN_NAMES = frozenset(
    ("number", "awarded", "signed", "valid", "status_index", "birth", "identity_document", "name")
)  # what differs between people certified in one skill by one issuer
_OWN = tuple(position for position in _SIGNED if position.name in _OWN_NAMES)
_ROOMY: set[tuple[Network, int, int, int | None, Achievement, int]] = set()  # what has a place on a card
POSITIONS = (*_SIGNED, Position("signature", _is_signature, lambda c, n: None))
