"""How large a certification's QR will be, known before anything is signed; and a table of realistic ones.

The people are invented; the table shows what makes a card grow (docs/spec/skill-card.md, section 7).
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from certes.credential.achievement import (
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
from certes.credential.identifiers import Network
from certes.credential.qrsize import Level, printed_level, qr_version
from certes.credential.skillcard import measure

TYPICAL_ADDRESS = "https://verify.skills.example/c/#"  # 33 characters


@dataclass(frozen=True, slots=True)
class CardSize:
    """Bytes, decimal digits, and the QR versions at levels M and Q (None past 40).

    `level` is the printed one.
    """

    bytes: int
    digits: int
    version_m: int | None
    version_q: int | None
    level: Level

    @property
    def version(self) -> int | None:
        """The version at the printed level."""
        return self.version_q if self.level is Level.Q else self.version_m


@dataclass(frozen=True, slots=True)
class SizeRow:
    """One line of the report."""

    title: str
    certification: Certification
    size: CardSize


def card_size(certification: Certification, *, network: Network, address: str = TYPICAL_ADDRESS) -> CardSize:
    """The size of a card under an address that ends with `#`. Raises as `card_bytes` does."""
    size_bytes, digits = measure(certification, network=network)
    return CardSize(
        bytes=size_bytes,
        digits=digits,
        version_m=qr_version(address, digits, Level.M),
        version_q=qr_version(address, digits, Level.Q),
        level=printed_level(address, digits),
    )


def size_report(address: str = TYPICAL_ADDRESS) -> tuple[SizeRow, ...]:
    """Realistic people and trades, the typical first, and the size of each card."""
    network = Network(0, "skills.example")
    return tuple(
        SizeRow(title, certification, card_size(certification, network=network, address=address))
        for title, certification in sample_certifications()
    )


def sample_certifications() -> tuple[tuple[str, Certification], ...]:
    """Invented certifications with what makes each of them long or short."""
    return (
        ("typical", _TYPICAL),
        ("one name only", _of(name="Nguema")),
        ("birth year only", _of(birth=BirthDate(1985))),
        ("born about 1985", _of(birth=BirthDate(1985, approximate=True))),
        ("no identity document", _of(document=None)),
        ("document of another country", _of(document=_ABROAD)),
        ("long name with accents", _of(name=_LONG_NAME)),
        ("65-character name", _of(name=_NAME_OF_65)),
        ("the body's own number", replace(_TYPICAL, number="DGFOP/2026/DQP-SOUD/004271-B")),
        ("units by prior learning", replace(_TYPICAL, achievement=_UNITS)),
        ("attestation of record, 2015", _OF_RECORD),
        ("all optional facts", _FULLEST),
        ("100-character name", _of(name=_NAME_OF_100)),
    )


def _of(**members: Any) -> Certification:
    """The typical certification of another person."""
    return replace(_TYPICAL, person=replace(_TYPICAL.person, **members))


_TYPICAL = Certification(
    issuer=1,
    key=2,
    number="CM-1-2026-004271",
    centre=214,
    achievement=Achievement(
        country="CM",
        trade=1204,
        trade_version=3,
        occupation="7212",
        level=4,
        kind=Kind.FULL,
        units=(),
        route=Route.TRAINING,
        standard=StandardRef(12, 2),
    ),
    person=Person(
        "Aïssatou Ngo Bassong Éyenga",
        BirthDate(1994, 4, 12),
        IdentityDocument("CM", DocumentKind.NATIONAL_ID, "4821"),
    ),
    awarded_on=date(2026, 3, 1),
    signed_on=date(2026, 3, 9),
    valid_until=None,
    status=StatusSlot(3, 104_729),
)
_ABROAD = IdentityDocument("TD", DocumentKind.REFUGEE_CARD, "77K2")
_LONG_NAME = "Élodie-Joséphine MBÉLÉ épouse NKOLO ZÔA Céline-Andrée"
_NAME_OF_65 = "Jean-Baptiste Emmanuel NGUÉMA OBIANG ONDO épouse MVÉ NZÉ Françoise"[:65]
_NAME_OF_100 = (_LONG_NAME + " " + _NAME_OF_65)[:100].strip()
_UNITS = replace(_TYPICAL.achievement, kind=Kind.UNITS, units=(1, 2, 5, 8), route=Route.PRIOR_LEARNING)
_FULLEST = replace(
    _TYPICAL,
    issuer=12,
    key=31,
    centre=70_214,
    number="MINEFOP/DFOP/2026/0004271-BIS",
    achievement=replace(_UNITS, units=(1, 2, 5, 31), standard=StandardRef(1_204, 30)),
    person=Person(_LONG_NAME, BirthDate(1994, 4, 12), _ABROAD),
    valid_until=date(2031, 3, 1),
)
_OF_RECORD = replace(
    _TYPICAL, number="AR-2015-771", awarded_on=date(2015, 6, 30), signed_on=date(2026, 11, 25)
)
