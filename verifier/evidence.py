"""What we know about a document when it is shown: read from memory, never fetched.

A verifier that asked the issuer, or anybody, on a scan would tell them where a worker shows a certificate. So
the sources here answer from what a timer brought earlier, and say how old that is by the signed data's own
date.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

from certes.credential.errors import Refusal
from certes.credential.identifiers import PURPOSES, Purpose, key_fragment, status_list_urls
from certes.credential.keys import PublicKey, parse_multikey
from certes.credential.presented import Presented
from certes.trust.bundle import TrustView

Value = TypeVar("Value")

MAX_KEYS_KEPT = 2_048  # a network of 180 issuers has about 540


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """Something that is known, and the date of the signed data it was read from."""

    value: Value
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is not known, and why. Missing says nothing about the document."""

    reason: str


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """One bit of one signed status list."""

    is_set: bool
    expires_at: datetime | None  # the list's own validUntil: after it the list says nothing any more


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known about one document at one moment."""

    trust: Found[TrustView] | Missing
    key: Found[PublicKey] | Missing
    status: Mapping[Purpose, Found[StatusEntry] | Missing]
    gathered_at: datetime


class TrustHeld(Protocol):
    """Where the verified trust view stands (certes.runtime.trust_source)."""

    @property
    def view(self) -> TrustView | None:
        """What is known now."""


class StatusHeld(Protocol):
    """Where the verified status lists stand (verifier.status_cache)."""

    def find(self, url: str, index: int) -> Found[StatusEntry] | Missing:
        """One bit of the list that is published under `url`."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What `gather` reads; all of it in memory."""

    trust: TrustHeld
    status: StatusHeld


def gather(presented: Presented, sources: Sources, now: datetime) -> Evidence:
    """Everything known about this document. Never raises for what is not known, and never reaches the
    network."""
    view = sources.trust.view
    if view is None:
        nothing = Missing("trust_data_missing")
        return Evidence(
            nothing, nothing, {purpose: Missing("status_not_checked") for purpose in PURPOSES}, now
        )
    return Evidence(Found(view, view.as_of), _key(presented, view), _status(presented, sources.status), now)


def _key(presented: Presented, view: TrustView) -> Found[PublicKey] | Missing:
    """The key from the country's dated list, whatever its dates: a key that was valid once still verifies."""
    national = view.registry.national.get(presented.certification.achievement.country)
    issuer = None if national is None else national.issuers.get(presented.issuer)
    period = None if issuer is None else issuer.find_key(key_fragment(presented.certification.key))
    if period is None or period.multikey is None:
        return Missing("key_not_known")
    key = _parsed(period.multikey)
    return Missing("key_not_known") if key is None else Found(key, view.as_of)


@lru_cache(maxsize=MAX_KEYS_KEPT)
def _parsed(multikey: str) -> PublicKey | None:
    try:
        return parse_multikey(multikey)
    except Refusal:  # a kind of key this version cannot use: not known, and so not called false
        return None


def _status(presented: Presented, held: StatusHeld) -> dict[Purpose, Found[StatusEntry] | Missing]:
    facts = presented.certification
    country, slot = facts.achievement.country, facts.status
    return {
        purpose: held.find(url, slot.index)
        for purpose, url in status_list_urls(presented.network, country, facts.issuer, slot.list)
    }
