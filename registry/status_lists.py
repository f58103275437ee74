"""The mirror of the issuers' status lists: taken from whoever brings them, believed for the signature alone.

The registry never changes a list and never answers about one certificate: lists are served whole.
"""

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from certes.credential.errors import Malformed
from certes.credential.identifiers import (
    PURPOSES,
    IssuerRef,
    Network,
    Purpose,
    issuer_did,
    parse_key_id,
    status_list_url,
)
from certes.credential.keys import PublicKey, parse_multikey
from certes.credential.parsing import format_instant, parse_json
from certes.credential.proof import PRODUCTION_STATUS_LIST, verify_proof
from certes.credential.status import read_list
from certes.runtime.refusals import Conflict, Forbidden, NotFound
from certes.trust.notices import NoticeBoard
from certes.trust.records import Issuer, RegistryView
from registry.store import ListPlace, Store, StoredList

DEFAULT_LISTS = 64  # of an issuer for each purpose: eight million certificates
DEFAULT_LIST_BYTES = 16 * 1024  # unpacked: the 131,072 places that an issuer's list has
DOCUMENT_BYTES = 8 * 1024  # what stands around the places, with room
MAX_CLOCK_SKEW = timedelta(minutes=5)  # between an issuer's clock and ours

_COUNTRY = re.compile(r"[a-z]{2}", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


class Kept(Enum):
    """What became of a list that was brought."""

    NEW = "new"
    ALREADY_THERE = "already_there"


@dataclass(frozen=True, slots=True)
class ListLimits:
    """How much one issuer may have every verifier fetch and hold."""

    lists: int = DEFAULT_LISTS  # for each purpose
    list_bytes: int = DEFAULT_LIST_BYTES  # of one list, unpacked

    @property
    def document_bytes(self) -> int:
        """Of one list as it is sent: places that do not pack grow by a third in base64url."""
        return DOCUMENT_BYTES + self.list_bytes * 3 // 2


@dataclass(frozen=True, slots=True)
class Mirror:
    """What is needed to judge a list: where it is kept, the trust data of this moment, and the limits."""

    store: Store
    network: Network
    registry: RegistryView
    limits: ListLimits = field(default_factory=ListLimits)


def parse_issuer_place(country: str, issuer: str) -> IssuerRef:
    """`cm` and `1` of a path. Raises NotFound for every other spelling: a document has one address."""
    if _COUNTRY.fullmatch(country) is None or _NUMBER.fullmatch(issuer) is None:
        raise NotFound("not_found")
    return IssuerRef(country.upper(), int(issuer))


def parse_place(country: str, issuer: str, purpose: str, number: str) -> ListPlace:
    """The place that a path names. Raises NotFound."""
    ref = parse_issuer_place(country, issuer)
    found: Purpose | None = next((known for known in PURPOSES if known == purpose), None)
    if found is None or _NUMBER.fullmatch(number) is None:
        raise NotFound("not_found")
    return ListPlace(ref.country, ref.number, found, int(number))


def url_of(place: ListPlace, network: Network) -> str:
    """The list's own address, which is its id."""
    return status_list_url(network, place.country, place.issuer, place.purpose, place.number)


def keep(raw: bytes, place: ListPlace, *, mirror: Mirror, now: datetime) -> Kept:
    """Take a signed list.

    Raises Malformed or BadSignature for one that is not what its place asks for, Forbidden
    `status_list_issuer_not_listed` or `status_list_key_not_accepted`, Conflict `status_list_older`,
    `status_lists_too_many` and `status_list_skipped`.
    """
    known = mirror.store.find_list(place)
    if known is not None and known.raw == raw:
        return Kept.ALREADY_THERE
    valid_from = _verify(raw, place, mirror=mirror, now=now)
    if known is None:
        _require_next(place, mirror)
    digest = "sha-256:" + hashlib.sha256(raw).hexdigest()
    if not mirror.store.keep_list(StoredList(place, valid_from, digest, raw, now)):
        raise Conflict("status_list_older", field="validFrom")
    return Kept.NEW


def _require_next(place: ListPlace, mirror: Mirror) -> None:
    """Lists are numbered from 1 without gaps, up to a limit: a reader knows how many there can be."""
    if place.number > mirror.limits.lists:
        raise Conflict("status_lists_too_many", limit=mirror.limits.lists)
    if place.number > 1 and mirror.store.find_list(replace(place, number=place.number - 1)) is None:
        raise Conflict("status_list_skipped", number=place.number, before=place.number - 1)


def _verify(raw: bytes, place: ListPlace, *, mirror: Mirror, now: datetime) -> datetime:
    """The time a list speaks for, once it is known to be its issuer's."""
    issuer = _issuer(place, mirror)
    document = parse_json(raw, max_bytes=mirror.limits.document_bytes)
    signer = _Signer(issuer, place, mirror.network, now, mirror.registry.notices)
    verify_proof(document, key_for=signer.key, suites=PRODUCTION_STATUS_LIST)
    did = issuer_did(mirror.network, place.country, place.issuer)
    url = url_of(place, mirror.network)
    found = read_list(document, url=url, issuer=did, purpose=place.purpose)
    if len(found.bits) > mirror.limits.list_bytes:
        raise Malformed(
            "status_list_too_long", field="credentialSubject.encodedList", limit=mirror.limits.list_bytes
        )
    valid_from = found.valid_from
    if valid_from > now + MAX_CLOCK_SKEW:
        raise Malformed("status_list_in_future", field="validFrom", now=format_instant(now))
    return valid_from


def _issuer(place: ListPlace, mirror: Mirror) -> Issuer:
    """Listed is enough: one whose authorisation was withdrawn must still be able to revoke."""
    national = mirror.registry.national.get(place.country)
    issuer = None if national is None else national.find_issuer(place.issuer)
    if issuer is None:
        raise Forbidden("status_list_issuer_not_listed", country=place.country, issuer=place.issuer)
    return issuer


@dataclass(frozen=True, slots=True)
class _Signer:
    """The keys that may sign a place's list today."""

    issuer: Issuer
    place: ListPlace
    network: Network
    now: datetime
    notices: NoticeBoard

    def key(self, method: str) -> PublicKey:
        """The key of a verification method. Raises Forbidden `status_list_key_not_accepted`."""
        ref, number = parse_key_id(self.network, method)
        period = self.issuer.find_key(f"k{number}")
        refused = Forbidden("status_list_key_not_accepted", field="proof.verificationMethod")
        if ref != IssuerRef(self.place.country, self.place.issuer) or period is None:
            raise refused
        if period.compromised_since is not None or not period.valid_on(self.now.date()):
            raise refused
        if period.multikey is None or self.notices.key_in_doubt(self.issuer.did, period.kid) is not None:
            raise refused
        return parse_multikey(period.multikey)


def index(store: Store, network: Network) -> dict[str, Any]:
    """`{lists: [{url, digest, valid_from}]}`: what a follower compares with what it holds."""
    return {
        "lists": [
            {
                "url": url_of(stored.place, network),
                "digest": stored.digest,
                "valid_from": format_instant(stored.valid_from),
            }
            for stored in store.lists()
        ]
    }
