"""How much of the bundle and of the database one country may take, so that none can fill them for the others.

An agreement counts for each of its parties, a regional standard for the body that signs it. The shares of all
members together are three quarters of what a bundle may hold: charters, which need two thirds of the members,
and those who have left have the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from certes.runtime.refusals import Conflict
from certes.trust.bundle import MAX_BUNDLE_BYTES, MAX_OBJECTS
from certes.trust.signing import SignedObject
from registry.log_reader import Log
from registry.rehearsal import published_of, size_of

DEFAULT_COUNTRY_LOG_BYTES = 256 * 1024 * 1024  # a list of a megabyte, anew each month for twenty years


@dataclass(frozen=True, slots=True)
class Quota:
    """What each of `members` countries may take."""

    members: int
    log_bytes: int = DEFAULT_COUNTRY_LOG_BYTES

    @property
    def bundle_bytes(self) -> int:
        """Of every bundle."""
        return MAX_BUNDLE_BYTES * 3 // 4 // max(1, self.members)

    @property
    def bundle_objects(self) -> int:
        """In every bundle."""
        return MAX_OBJECTS * 3 // 4 // max(1, self.members)

    def require(self, country: str, *, before: Log, after: Log) -> None:
        """Return if what a country adds leaves it within its shares, or takes no more of the bundle.

        Raises Conflict `country_quota_reached` with what is full.
        """
        log_size, _ = _taken(country, after.objects)
        if log_size > self.log_bytes:
            raise _full(country, "log_bytes", self.log_bytes)
        size, count = _taken(country, published_of(after))
        size_before, count_before = _taken(country, published_of(before))
        if size > self.bundle_bytes and size > size_before:
            raise _full(country, "bundle_bytes", self.bundle_bytes)
        if count > self.bundle_objects and count > count_before:
            raise _full(country, "bundle_objects", self.bundle_objects)


def _full(country: str, what: str, limit: int) -> Conflict:
    return Conflict("country_quota_reached", country=country, what=what, limit=limit)


def _taken(country: str, objects: Iterable[SignedObject]) -> tuple[int, int]:
    sizes = [size_of(found) for found in objects if country in sharers(found)]
    return sum(sizes), len(sizes)


def sharers(found: SignedObject) -> Iterable[str]:
    """For whom it counts; asked of objects that were read before."""
    if found.type == "Agreement":
        return [party["country"] for party in found.payload["parties"]]
    if found.type == "RegionalStandard":
        return [found.payload["body"]]
    return [found.country] if found.country else []
