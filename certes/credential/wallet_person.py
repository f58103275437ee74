"""The person of a wallet credential: Open Badges `identifier` entries, in plain text for a person to compare.

Source: Open Badges 3.0, section B.1.14 (IdentityObject): `identityHash` holds the plain value when `hashed`
is false.
"""

from typing import Any

from certes.credential.achievement import DocumentKind, IdentityDocument, Person, parse_birth_date
from certes.credential.icao import icao_name
from certes.credential.reading import Members, invalid

NAME, BIRTH_DATE, DOCUMENT, ICAO_NAME = "name", "ext:birthDate", "ext:documentTail", "ext:icaoName"


def person_identifiers(person: Person) -> list[dict[str, Any]]:
    """Name, birth date, and where known the document's tail `CM national_id 4821` and the ICAO letters."""
    values = [(NAME, person.name), (BIRTH_DATE, str(person.birth))]
    if person.document is not None:
        document = person.document
        values.append((DOCUMENT, f"{document.country} {document.kind.value} {document.last4}"))
    letters = icao_name(person.name)
    if letters is not None:
        values.append((ICAO_NAME, letters))
    return [
        {"type": "IdentityObject", "identityType": kind, "identityHash": value, "hashed": False}
        for kind, value in values
    ]


def read_person(subject: Members) -> Person:
    """The inverse. Raises Malformed naming the member."""
    values = {
        entry.text("identityType"): entry.text("identityHash") for entry in subject.objects("identifier")
    }
    if NAME not in values or BIRTH_DATE not in values:
        raise invalid(subject.at("identifier"))
    tail = values.get(DOCUMENT)
    document = None if tail is None else _document(tail, subject.at("identifier"))
    return Person(values[NAME], parse_birth_date(values[BIRTH_DATE]), document)


def _document(tail: str, path: str) -> IdentityDocument:
    parts = tail.split(" ")
    if len(parts) != 3:
        raise invalid(path)
    try:
        return IdentityDocument(parts[0], DocumentKind(parts[1]), parts[2])
    except ValueError:
        raise invalid(path) from None
