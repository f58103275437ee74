"""What is certified, of whom, by whom: the one facts record behind every face of a certificate.

The wallet credential, the skill card, the printed page and the facts that `certes.trust.recognition.decide`
takes are projections of one `Certification`. It holds codes, numbers and dates, and the person's names as
they stand on the identity document; it never holds a label that a table could change (those are in `Labels`).
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from certes.credential.errors import Malformed

MAX_UNIT = 32  # units are a 32-bit map on the skill card (docs/spec/skill-card.md, section 2)
MAX_NAME_CHARACTERS = 100  # longer than any name of ICAO 9303 part 3, section 4.6, bounds the QR code
MAX_LEVEL = 23  # the longest ladder known has ten rungs; one byte of CBOR
MAX_TRADE = 65_535  # also the greatest version number
MAX_NUMBER = 999_999_999  # issuers, keys, centres, standards, serials, status lists and indexes: nine digits
FIRST_DAY, LAST_DAY = (
    date(1900, 1, 1),
    date(2199, 12, 31),
)  # awards, signatures and expiries lie between these


class Kind(StrEnum):
    """A whole trade, or some of its units (« attestation d'unités »)."""

    FULL = "full"
    UNITS = "units"


class Route(StrEnum):
    """How the skill was acquired; `rpl` is prior learning (VAE)."""

    TRAINING = "training"
    PRIOR_LEARNING = "rpl"
    MIXED = "mixed"


class DocumentKind(StrEnum):
    """The identity document that was seen."""

    PASSPORT = "passport"
    NATIONAL_ID = "national_id"
    RESIDENCE_PERMIT = "residence_permit"
    CONSULAR_CARD = "consular_card"
    REFUGEE_CARD = "refugee_card"
    BIRTH_CERTIFICATE = "birth_certificate"
    OTHER = "other"


_EDTF = re.compile(r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2}))?)?(?P<about>~)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A birth date at the precision the document gives: year, month or day, exact or approximate.

    Text form is EDTF level 1 (ISO 8601-2:2019): `1985`, `1985-04`, `1985-04-12`, `1985~` (« né vers 1985 »).
    """

    year: int
    month: int | None = None
    day: int | None = None
    approximate: bool = False

    def __post_init__(self) -> None:
        if not 1900 <= self.year <= 2100:
            raise Malformed("birth_date_invalid", field="person.birth_date")
        if self.day is not None and self.month is None:
            raise Malformed("birth_date_invalid", field="person.birth_date")
        try:
            date(self.year, self.month or 1, self.day or 1)
        except ValueError:
            raise Malformed("birth_date_invalid", field="person.birth_date") from None

    def __str__(self) -> str:
        text = f"{self.year:04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
        if self.day is not None:
            text += f"-{self.day:02d}"
        return text + ("~" if self.approximate else "")


def parse_birth_date(text: str) -> BirthDate:
    """Read EDTF level 1. Raises Malformed `birth_date_invalid` for anything else."""
    match = _EDTF.fullmatch(text)
    if match is None:
        raise Malformed("birth_date_invalid", field="person.birth_date")
    month, day = match["month"], match["day"]
    return BirthDate(
        int(match["year"]),
        None if month is None else int(month),
        None if day is None else int(day),
        match["about"] is not None,
    )


@dataclass(frozen=True, slots=True)
class IdentityDocument:
    """Enough of an identity document to compare by eye, never enough to look it up.

    The last four characters.
    """

    country: str  # ISO 3166-1 alpha-2
    kind: DocumentKind
    last4: str  # 1 to 4 of A-Z 0-9


@dataclass(frozen=True, slots=True)
class Person:
    """The holder, as the identity document writes the name (text in NFC)."""

    name: str
    birth: BirthDate
    document: IdentityDocument | None = None


@dataclass(frozen=True, slots=True)
class StandardRef:
    """A regional trade standard of the network and the version that was assessed."""

    number: int
    version: int


@dataclass(frozen=True, slots=True)
class Achievement:
    """The certified skill, in codes."""

    country: str  # ISO 3166-1 alpha-2 of the certifying State
    trade: int  # the country's own trade code
    trade_version: int
    occupation: str  # ISCO-08 unit group, four digits
    level: int | None  # on the country's own ladder; None where it has none
    kind: Kind
    units: tuple[int, ...]  # ascending, empty for a full trade unless its units are listed
    route: Route
    standard: StandardRef | None = None


@dataclass(frozen=True, slots=True)
class StatusSlot:
    """One position shared by the issuer's revocation, suspension and refresh lists of the same number."""

    list: int
    index: int


@dataclass(frozen=True, slots=True)
class Certification:
    """One certificate's facts: everything that is signed on the skill card."""

    issuer: int  # number n of the issuer in its country, see identifiers.py
    key: int  # number of the issuer's signing key
    number: str  # the certificate number
    centre: int | None  # the assessing centre's number
    achievement: Achievement
    person: Person
    awarded_on: date
    signed_on: date
    valid_until: date | None
    status: StatusSlot
    replaces: str | None = None  # wallet credential only: the number of the certificate this one corrects


@dataclass(frozen=True, slots=True)
class Labels:
    """Words beside the codes, in the issuing country's official language.

    Display only: they decide nothing.
    """

    language: str  # BCP 47
    trade: str
    issuer: str
    centre: str | None = None
    acqf_level: int | None = None  # only where the national ladder is officially referenced to the ACQF
    place: str | None = None  # where the assessment was held
    assessment: str | None = None  # how it was held
    assessed_on: date | None = None  # when, if that is not the day of the award
