"""Status lists: built from the events, signed, read back, kept, served here and pushed to the registry.

Every list is signed anew on a timer even where nothing changed: its age is what a verifier abroad has to go
by. A change is published within the request that makes it. If the registry cannot be had just then, the
request has still succeeded, its answer says `pending`, and the timer pushes: nothing is lost, because what
was not accepted is read from the database, not from a queue.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

import orjson

from certes.credential.errors import Malformed, Misuse, Refusal
from certes.credential.identifiers import PURPOSES, Purpose, status_list_url
from certes.credential.keys import PublicKey, Signer
from certes.credential.parsing import parse_json
from certes.credential.proof import EDDSA_JCS_2022, PRODUCTION_STATUS_LIST, sign, verify_proof
from certes.credential.status import list_document, read_list
from certes.credential.status.bitstring import blank, with_bits
from certes.runtime.logs import log, warn
from certes.runtime.refusals import Busy
from issuer.accreditation import Office
from issuer.standing import BITS, standing_of
from issuer.store import History, PublishedList, Store

# A list speaks for a minute before it was made. So several changes within a second can each have a later
# validFrom (credentials carry whole seconds) without any list coming from the future, and a slow clock
# abroad does no harm.
STATED_AGE = timedelta(seconds=60)
_ACCEPTED = frozenset({200, 201, 204})


class Announced(StrEnum):
    """Where a change stands when the request that made it is answered."""

    PUBLISHED = "published"  # signed, served here, accepted by the registry
    PENDING = "pending"  # recorded; the registry will have it by the next turn of the timer


@dataclass(frozen=True)
class Press:
    """Publishes one issuer's lists. `push` sends a document to the registry and returns its HTTP status."""

    office: Office
    signer: Signer
    store: Store
    push: Callable[[str, bytes], int]  # (url of the list, document); raises Unreachable
    valid_for: timedelta
    renew_after: timedelta

    def publish_all(self, *, now: datetime) -> int:
        """Sign every list that changed or has grown old; push what the registry lacks.

        Returns how many it lacks.
        """
        for number in self.store.lists():
            self._publish(number, now)
        return self._push_all()

    def announce(self, number: int, *, now: datetime) -> Announced:
        """Publish one list at once, after a change."""
        try:
            self._publish(number, now)
            all(self._push_one(each) for each in self._lacking(number))  # ends at the first: one wait at most
            # Asked again: another worker may have pushed a newer list, which holds this change as well.
            lacking = self._lacking(number)
        except Busy as busy:
            warn("status_list_not_published", code=busy.code, list=number)
            return Announced.PENDING
        return Announced.PENDING if lacking else Announced.PUBLISHED

    def url_of(self, published: PublishedList) -> str:
        """The list's own address in the network."""
        return self._url(published.list, published.purpose)

    def _url(self, number: int, purpose: Purpose) -> str:
        office = self.office
        return status_list_url(office.network, office.country, office.issuer, purpose, number)

    def _publish(self, number: int, now: datetime) -> None:
        for purpose in PURPOSES:

            def make(
                previous: PublishedList | None, histories: Mapping[int, History], purpose: Purpose = purpose
            ) -> PublishedList | None:
                return self._make(number, purpose, previous, histories, now)

            self.store.publish(number, purpose, make)

    def _make(
        self,
        number: int,
        purpose: Purpose,
        previous: PublishedList | None,
        histories: Mapping[int, History],
        now: datetime,
    ) -> PublishedList | None:
        """A newer list, or None where the published one is young and says the same."""
        set_ = [index for index, history in histories.items() if purpose in BITS[standing_of(history)]]
        bits = with_bits(blank(), set_)
        url = self._url(number, purpose)
        young = previous is not None and now - previous.valid_from < self.renew_after + STATED_AGE
        if previous is not None and young and self._read(previous.document, url, purpose) == bits:
            return None
        valid_from = _next_valid_from(previous, now)
        unsigned = list_document(
            url,
            issuer=self.office.did,
            purpose=purpose,
            bits=bits,
            valid_from=valid_from,
            valid_until=now + self.valid_for,
        )
        document = orjson.dumps(sign(unsigned, signer=self.signer, suite=EDDSA_JCS_2022, created=now))
        self._require_good(document, url, purpose, bits)
        return PublishedList(number, purpose, document, valid_from)

    def _read(self, document: bytes, url: str, purpose: Purpose) -> bytes:
        """The bits that a published document states."""
        return read_list(parse_json(document), url=url, issuer=self.office.did, purpose=purpose).bits

    def _require_good(self, document: bytes, url: str, purpose: Purpose, bits: bytes) -> None:
        """A list that could not be read, or said something else, would un-revoke everything: never publish
        one."""
        verify_proof(parse_json(document), key_for=self._own_key, suites=PRODUCTION_STATUS_LIST)
        if self._read(document, url, purpose) != bits:
            raise Misuse("own_status_list_wrong")

    def _own_key(self, method: str) -> PublicKey:
        if method != self.signer.verification_method:
            raise Malformed("verification_method_unknown", field="proof.verificationMethod")
        return self.signer.public_key

    def push_lacking(self) -> bool:
        """Push what the registry lacks, up to the first list that it still does not take. Has it all now?"""
        return all(self._push_one(published) for published in self.store.unpushed())

    def _lacking(self, number: int) -> list[PublishedList]:
        """What the registry has not accepted of one list number."""
        return [each for each in self.store.unpushed() if each.list == number]

    def _push_all(self) -> int:
        return sum(not self._push_one(published) for published in self.store.unpushed())

    def _push_one(self, published: PublishedList) -> bool:
        try:
            status = self.push(self.url_of(published), published.document)
        except Refusal as refusal:
            warn("status_list_not_pushed", code=refusal.code, list=published.list, purpose=published.purpose)
            return False
        if status not in _ACCEPTED:
            warn("status_list_refused", status=status, list=published.list, purpose=published.purpose)
            return False
        self.store.mark_pushed(published)
        log("status_list_pushed", list=published.list, purpose=published.purpose)
        return True


def _next_valid_from(previous: PublishedList | None, now: datetime) -> datetime:
    """Later than the previous one by a second at least, and never after now.

    Raises Busy `status_list_too_soon` after more than a minute's worth of changes in a minute: the timer
    publishes them together.
    """
    # Not before today: a key that is listed from today may not speak for yesterday.
    stated = max(now - STATED_AGE, datetime.combine(now.date(), time(), now.tzinfo)).replace(microsecond=0)
    if previous is None or previous.valid_from < stated:
        return stated
    following = previous.valid_from + timedelta(seconds=1)
    if following > now:
        raise Busy("status_list_too_soon")
    return following
