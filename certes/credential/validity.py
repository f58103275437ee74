"""From when a certificate holds, until when, and where its withdrawal would be published.

The members that the wallet credential and the skill card share, written and read.
"""

from datetime import date
from typing import Any

from certes.credential.achievement import Certification, StatusSlot
from certes.credential.identifiers import Network, status_list_urls
from certes.credential.reading import Members, invalid

STATUS_TYPE = "BitstringStatusListEntry"


def first_second(day: date) -> str:
    """Midnight UTC at the start of a day, as VCDM 2.0 writes it."""
    return f"{day.isoformat()}T00:00:00Z"


def last_second(day: date) -> str:
    """The last second of a day, UTC: a certificate valid until a day is valid on it."""
    return f"{day.isoformat()}T23:59:59Z"


def validity_members(certification: Certification) -> dict[str, Any]:
    """`validFrom`, the day of signing, and `validUntil` where the skill lapses."""
    members = {"validFrom": first_second(certification.signed_on)}
    if certification.valid_until is not None:
        members["validUntil"] = last_second(certification.valid_until)
    return members


def status_members(certification: Certification, network: Network) -> list[dict[str, Any]]:
    """One entry per purpose, revocation first: some wallets read only the first."""
    slot, country = certification.status, certification.achievement.country
    return [
        {
            "type": STATUS_TYPE,
            "statusPurpose": purpose,
            "statusListIndex": str(slot.index),
            "statusListCredential": url,
        }
        for purpose, url in status_list_urls(network, country, certification.issuer, slot.list)
    ]


def read_validity(document: Members) -> tuple[date, date | None]:
    """The day of signing and the last day, if there is one."""
    until = document.day("validUntil") if document.has("validUntil") else None
    return document.day("validFrom"), until


def read_status(document: Members) -> StatusSlot:
    """The slot the entries share, read from the first."""
    entries = document.objects("credentialStatus")
    if not entries:
        raise invalid("credentialStatus")
    first = entries[0]
    zero = first.text("statusListIndex") == "0"
    return StatusSlot(
        list=first.number_of("statusListCredential"),
        index=0 if zero else first.number_of("statusListIndex"),
    )
