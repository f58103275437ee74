"""Status lists: right, rising, read back, pushed, and nothing lost while the registry is away."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from certes.credential.errors import BadSignature
from certes.credential.identifiers import PURPOSES, Purpose, status_list_url
from certes.credential.keys import Ed25519Signer
from certes.credential.parsing import parse_json
from certes.credential.proof import EDDSA_JCS_2022, verify_proof
from certes.credential.status import StatusList, read_list
from certes.runtime.database import migrate, open_database
from issuer.callers import Caller
from issuer.issuance import issue
from issuer.revocation import reinstate, revoke, suspend
from issuer.status_publication import Announced, Press
from issuer.store import ReasonClass
from issuer.store_sql import SqlStore
from tests.unit.issuer.office import NETWORK, NOW, OFFICE, SIGNER, Registry, desk, order

CALLER = Caller("CFM", "abcdefgh")
PATH = "/cm/1/status/{}/1"


@dataclass
class Room:
    """A store, a press and the registry it pushes to."""

    store: SqlStore
    registry: Registry = field(default_factory=lambda: Registry(None))
    signer: Ed25519Signer = SIGNER

    @property
    def press(self) -> Press:
        """Signs anew after four minutes."""
        return Press(
            OFFICE,
            self.signer,
            self.store,
            self.registry.push,
            valid_for=timedelta(days=35),
            renew_after=timedelta(minutes=4),
        )

    def certify(self, number: str) -> int:
        """A certificate's index."""
        made, _ = issue(order(number=number), body="CFM", desk=desk(self.store), now=NOW)
        return made.plan.slot.index

    def pushed(self, purpose: Purpose) -> StatusList:
        """The list as the registry has it, its signature checked."""
        document = parse_json(self.registry.lists[PATH.format(purpose)])
        verify_proof(document, key_for=lambda _: SIGNER.public_key, suites=(EDDSA_JCS_2022,))
        url = status_list_url(NETWORK, "CM", 1, purpose, 1)
        return read_list(document, url=url, issuer=OFFICE.did, purpose=purpose)

    def bits(self, index: int) -> set[Purpose]:
        """Purposes in which the entry is set, as the registry has them."""
        return {purpose for purpose in PURPOSES if self.pushed(purpose).is_set(index)}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """An empty one."""
    database = open_database(f"sqlite:///{tmp_path}/issuer.sqlite")
    migrate(database, "issuer")
    yield Room(SqlStore(database))
    database.close()


def test_the_first_turn_publishes_three_empty_lists(room: Room) -> None:
    assert room.press.publish_all(now=NOW) == 0
    assert sorted(room.registry.lists) == [PATH.format(purpose) for purpose in sorted(PURPOSES)]
    for purpose in PURPOSES:
        found = room.pushed(purpose)
        assert not any(found.bits)
        assert (found.valid_from, found.valid_until) == (NOW - timedelta(minutes=1), NOW + timedelta(days=35))


def test_each_change_sets_its_own_certificates_bits(room: Room) -> None:
    revoked, suspended, replaced, back, untouched = (room.certify(f"B-{n}") for n in range(5))
    revoke("B-0", ReasonClass.FRAUD, caller=CALLER, store=room.store, now=NOW)
    suspend("B-1", ReasonClass.OTHER, caller=CALLER, store=room.store, now=NOW)
    revoke("B-2", ReasonClass.REPLACED, caller=CALLER, store=room.store, now=NOW)
    suspend("B-3", ReasonClass.OTHER, caller=CALLER, store=room.store, now=NOW)
    reinstate("B-3", ReasonClass.OTHER, caller=CALLER, store=room.store, now=NOW)
    assert room.press.announce(1, now=NOW) is Announced.PUBLISHED
    assert room.bits(revoked) == {"revocation"}
    assert room.bits(suspended) == {"suspension"}
    assert room.bits(replaced) == {"revocation", "refresh"}
    assert room.bits(back) == room.bits(untouched) == set()


def test_valid_from_rises_within_one_second_and_never_lies_ahead(room: Room) -> None:
    seen: list[datetime] = []
    for number in range(5):
        room.certify(f"B-{number}")
        revoke(f"B-{number}", ReasonClass.OTHER, caller=CALLER, store=room.store, now=NOW)
        assert room.press.announce(1, now=NOW) is Announced.PUBLISHED
        seen.append(room.pushed("revocation").valid_from)
    assert seen == sorted(set(seen))
    assert seen[-1] <= NOW


def test_too_many_changes_in_a_minute_wait_and_are_published_together(room: Room) -> None:
    indexes = [room.certify(f"B-{number}") for number in range(64)]
    said = []
    for number in range(64):
        revoke(f"B-{number}", ReasonClass.OTHER, caller=CALLER, store=room.store, now=NOW)
        said.append(room.press.announce(1, now=NOW))
    assert said[0] is Announced.PUBLISHED
    assert said[-1] is Announced.PENDING
    room.press.publish_all(now=NOW + timedelta(minutes=2))
    assert all("revocation" in room.bits(index) for index in indexes)


def test_the_lists_of_the_first_minute_of_a_day_do_not_speak_for_yesterday(room: Room) -> None:
    midnight = NOW.replace(hour=0, minute=0, second=20)
    room.press.publish_all(now=midnight)
    assert room.pushed("revocation").valid_from == midnight.replace(second=0)


def test_an_old_list_is_signed_anew_and_a_young_one_is_left(room: Room) -> None:
    room.press.publish_all(now=NOW)
    first = dict(room.registry.lists)
    room.press.publish_all(now=NOW + timedelta(minutes=3))
    assert room.registry.lists == first
    room.press.publish_all(now=NOW + timedelta(minutes=5))
    assert room.pushed("revocation").valid_from == NOW + timedelta(minutes=4)


def test_while_the_registry_is_away_nothing_is_lost(room: Room) -> None:
    index = room.certify("B-1")
    room.registry.cut = True
    revoke("B-1", ReasonClass.FRAUD, caller=CALLER, store=room.store, now=NOW)
    assert room.press.announce(1, now=NOW) is Announced.PENDING
    assert room.press.publish_all(now=NOW) == 3
    kept = room.store.published(1, "revocation")
    assert kept is not None
    room.registry.cut = False
    assert room.press.publish_all(now=NOW) == 0
    assert room.registry.lists[PATH.format("revocation")] == kept.document
    assert room.bits(index) == {"revocation"}


def test_a_list_the_registry_refuses_is_offered_again(room: Room) -> None:
    room.registry.refuse_with = 403
    assert room.press.publish_all(now=NOW) == 3
    room.registry.refuse_with = None
    assert room.press.publish_all(now=NOW) == 0


def test_a_list_that_does_not_verify_is_not_published(room: Room) -> None:
    class Broken(Ed25519Signer):
        def sign(self, data: bytes) -> bytes:
            return super().sign(data + b"!")

    room.signer = Broken(bytes(range(32)), SIGNER.verification_method)
    with pytest.raises(BadSignature) as refusal:
        room.press.publish_all(now=NOW)
    assert refusal.value.code == "signature_invalid"
    assert room.registry.lists == {}
    assert room.store.published(1, "revocation") is None


def test_a_list_that_another_worker_pushed_newer_counts_as_published(room: Room) -> None:
    room.certify("B-1")
    revoke("B-1", ReasonClass.FRAUD, caller=CALLER, store=room.store, now=NOW)
    other = Room(room.store, room.registry)

    def push_after_the_other(url: str, document: bytes) -> int:
        other.press.announce(1, now=NOW + timedelta(minutes=10))
        return 409

    slow = replace(room.press, push=push_after_the_other)
    assert slow.announce(1, now=NOW) is Announced.PUBLISHED
