"""The certification as SD-JWT VC: the same facts, of which the holder shows only what is asked.

Trade, level, kind and units always show, as they are what is recognised; the person, the number, the centre,
the route and the day of the award can be withheld. A pure function of the facts, the words and the network,
and its strict inverse. Source: SD-JWT-based Verifiable Digital Credentials (draft-ietf-oauth-sd-jwt-vc),
section 2.2.2; docs/spec/wallet-credential.md.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from certes.credential.achievement import (
    Achievement,
    Certification,
    DocumentKind,
    IdentityDocument,
    Kind,
    Labels,
    Person,
    Route,
    StandardRef,
    StatusSlot,
    parse_birth_date,
)
from certes.credential.card_layout import SIGNATURE_BYTES, pack
from certes.credential.envelope import sd_jwt, times
from certes.credential.envelope.opened import Opened, Path
from certes.credential.errors import Malformed
from certes.credential.identifiers import (
    NUMBER_PATTERN,
    Network,
    centre_iri,
    issuer_base,
    issuer_did,
    key_id,
    level_code,
    occupation_code,
    parse_issuer_did,
    parse_key_id,
    standard_iri,
    trade_code,
    unit_code,
)
from certes.credential.keys import PublicKey, Signer
from certes.credential.reading import Members, invalid, last_number, require_same
from certes.credential.status.token import Reference, parse_reference
from certes.credential.text import MAX_LABEL_CHARACTERS, text_fault

E = TypeVar("E", bound=StrEnum)

_OWN = ("name", "birth_date", "identity_document", "certificate_number", "replaces")
_ROUTE = ("centre", "centre_name", "route", "awarded_on")
DISCLOSABLE: Final[tuple[Path, ...]] = tuple((name,) for name in (*_OWN, *_ROUTE))
_NEEDED: Final[tuple[str, ...]] = ("name", "birth_date", "certificate_number", "route", "awarded_on")
_NUMBER = re.compile(NUMBER_PATTERN, re.ASCII)
_EPOCH = date(1970, 1, 1)
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Shown:
    """What always shows, whatever the holder withholds."""

    country: str
    issuer: int
    key: int
    trade: int
    trade_version: int
    occupation: str
    level: int | None
    kind: Kind
    units: tuple[int, ...]
    standard: StandardRef | None
    signed_on: date
    valid_until: date | None
    status: StatusSlot


def vct(network: Network) -> str:
    """The type of these credentials in a network. It names, and need not be fetched."""
    return f"https://{network.domain}/vct/skill-certificate"


def status_url(network: Network, country: str, issuer: int, list_number: int) -> str:
    """Where the Token Status List that goes with the bitstring lists of one number is published."""
    return f"{issuer_base(network, country, issuer)}/status/token/{list_number}"


def claims(certification: Certification, labels: Labels, *, network: Network) -> dict[str, Any]:
    """All claims, before any is concealed."""
    achievement, country = certification.achievement, certification.achievement.country
    slot = certification.status
    url = status_url(network, country, certification.issuer, slot.list)
    signed_at = _midnight(certification.signed_on)
    until = certification.valid_until
    facts: dict[str, Any] = {
        "vct": vct(network),
        "iss": issuer_did(network, country, certification.issuer),
        "iat": signed_at,
        "nbf": signed_at,
        "exp": None if until is None else _midnight(until + timedelta(days=1)),
        "status": Reference(slot.index, url).claim(),
        "language": labels.language,
        "issuer_name": labels.issuer,
        "trade_name": labels.trade,
        **_skill(achievement, network),
        **_person(certification.person),
        "certificate_number": certification.number,
        "replaces": certification.replaces,
        "centre": None
        if certification.centre is None
        else centre_iri(network, country, certification.centre),
        "centre_name": labels.centre,
        "route": achievement.route.value,
        "awarded_on": certification.awarded_on.isoformat(),
    }
    return {name: value for name, value in facts.items() if value is not None}


def issue(
    certification: Certification,
    labels: Labels,
    *,
    network: Network,
    signer: Signer,
    random: Callable[[int], bytes],
    holder_key: PublicKey | None = None,
) -> str:
    """The certification as SD-JWT VC, signed with the key that it names; `holder_key` binds it to a wallet.

    Raises Malformed `key_id_wrong` for another key, and as `sd_jwt.issue`.
    """
    country = certification.achievement.country
    if key_id(network, country, certification.issuer, certification.key) != signer.verification_method:
        raise Malformed("key_id_wrong", field="kid")
    complete = claims(certification, labels, network=network)
    disclosable = [path for path in DISCLOSABLE if path[0] in complete]
    return sd_jwt.issue(
        complete, signer=signer, disclosable=disclosable, random=random, holder_key=holder_key
    )


def read_shown(opened: Opened, *, network: Network) -> Shown:
    """The facts that always show. Raises Malformed `vct_wrong`, or naming the claim."""
    members = Members(opened.document)
    if members.text("vct") != vct(network):
        raise Malformed("vct_wrong", field="vct")
    issuer = parse_issuer_did(network, members.text("iss"))
    owner, key = parse_key_id(network, opened.verification_method)
    if owner != issuer:
        raise Malformed("key_id_wrong", field="kid")
    reference = parse_reference(opened.document)
    if reference is None:
        raise invalid("status")
    level, standard = members.values.get("level"), None
    if members.has("standard"):
        standard = StandardRef(members.number_of("standard"), members.integer("standard_version"))
    return Shown(
        country=issuer.country,
        issuer=issuer.number,
        key=key,
        trade=members.number_of("trade"),
        trade_version=members.integer("trade_version"),
        occupation=members.text("occupation").removeprefix("isco08:"),
        level=None if level is None else members.number_of("level"),
        kind=_one_of(Kind, members, "kind"),
        units=tuple(last_number(unit, "units") for unit in members.texts("units")),
        standard=standard,
        signed_on=_day(members, "iat"),
        valid_until=_day(members, "exp", later=-1) if members.has("exp") else None,
        status=StatusSlot(last_number(reference.uri, "status.status_list.uri"), reference.index),
    )


def read(opened: Opened, *, network: Network) -> Certification:
    """The whole certification, from a presentation that withholds nothing of it.

    Raises Malformed `claim_withheld` naming the claim that is needed and not shown, `vct_wrong`,
    `member_invalid` and `member_unexpected`.
    """
    shown, members = read_shown(opened, network=network), Members(opened.document)
    missing = [name for name in _NEEDED if not members.has(name)]
    if missing or opened.withheld:  # an optional one could be among those
        raise Malformed("claim_withheld", field=missing[0] if missing else None)
    found = Certification(
        issuer=shown.issuer,
        key=shown.key,
        number=members.text("certificate_number"),
        centre=members.number_of("centre") if members.has("centre") else None,
        achievement=Achievement(
            country=shown.country,
            trade=shown.trade,
            trade_version=shown.trade_version,
            occupation=shown.occupation,
            level=shown.level,
            kind=shown.kind,
            units=shown.units,
            route=_one_of(Route, members, "route"),
            standard=shown.standard,
        ),
        person=_read_person(members),
        awarded_on=members.day("awarded_on"),
        signed_on=shown.signed_on,
        valid_until=shown.valid_until,
        status=shown.status,
        replaces=members.text("replaces") if members.has("replaces") else None,
    )
    _require_exact(opened.document, found, network)
    return found


def _skill(achievement: Achievement, network: Network) -> dict[str, Any]:
    country, standard = achievement.country, achievement.standard
    return {
        "trade": trade_code(country, achievement.trade),
        "trade_version": achievement.trade_version,
        "occupation": occupation_code(achievement.occupation),
        "level": None if achievement.level is None else level_code(country, achievement.level),
        "kind": achievement.kind.value,
        "units": [unit_code(unit) for unit in achievement.units],
        "standard": None if standard is None else standard_iri(network, standard.number),
        "standard_version": None if standard is None else standard.version,
    }


def _person(person: Person) -> dict[str, Any]:
    document = person.document
    tail = document and {"country": document.country, "kind": document.kind.value, "last4": document.last4}
    return {"name": person.name, "birth_date": str(person.birth), "identity_document": tail}


def _read_person(members: Members) -> Person:
    document = None
    if members.has("identity_document"):
        tail = members.object("identity_document")
        kind = _one_of(DocumentKind, tail, "kind")
        document = IdentityDocument(tail.text("country"), kind, tail.text("last4"))
    return Person(members.text("name"), parse_birth_date(members.text("birth_date")), document)


def _require_exact(document: Mapping[str, Any], found: Certification, network: Network) -> None:
    """The claims are exactly what these facts give; the words beside them are taken as they stand."""
    members = Members(document)
    labels = Labels(
        language=members.text("language"),
        trade=members.text("trade_name"),
        issuer=members.text("issuer_name"),
        centre=members.text("centre_name") if members.has("centre_name") else None,
    )
    _require_signable(found, labels, network)
    stated = {name: value for name, value in document.items() if name != "cnf"}
    require_same(stated, claims(found, labels, network=network))


def _require_signable(found: Certification, labels: Labels, network: Network) -> None:
    """The facts keep the bounds they have on a card, and the words are text that may be signed."""
    try:
        pack(found, network=network, signature=bytes(SIGNATURE_BYTES))
    except Malformed as refusal:
        raise invalid(refusal.field or "certification") from None
    if found.replaces is not None and _NUMBER.fullmatch(found.replaces) is None:
        raise invalid("replaces")
    words = {"trade_name": labels.trade, "issuer_name": labels.issuer, "centre_name": labels.centre}
    for name, word in words.items():
        if word is not None and text_fault(word, max_characters=MAX_LABEL_CHARACTERS) is not None:
            raise invalid(name)


def _midnight(day: date) -> int:
    return times.seconds(datetime.combine(day, time.min, UTC))


def _day(members: Members, name: str, *, later: int = 0) -> date:
    """The day that begins at a NumericDate, or as many days `later`."""
    days, rest = divmod(members.integer(name), _SECONDS_A_DAY)
    if rest:
        raise invalid(name)
    try:
        return _EPOCH + timedelta(days=days + later)
    except OverflowError:
        raise invalid(name) from None


def _one_of(kind: type[E], members: Members, name: str) -> E:
    try:
        return kind(members.text(name))
    except ValueError:
        raise invalid(members.at(name)) from None
