"""What every issuer store must do, over SQLite and over PostgreSQL."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from certes.runtime.database import Database
from certes.runtime.refusals import Busy, Conflict, NotFound
from issuer.store import (
    Action,
    ApiKey,
    History,
    Issued,
    Plan,
    PublishedList,
    ReasonClass,
    Signed,
    StatusEvent,
    Store,
)
from issuer.store_sql import METADATA, SqlStore
from tests.contracts.databases import databases_of

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
SIGNED = Signed(b'{"wallet":1}', b"\x97card", 1, date(2026, 11, 25))
REVOKED = StatusEvent(Action.REVOKE, ReasonClass.FRAUD, "CFM", NOW)


database = databases_of("issuer")


@pytest.fixture
def store(database: Database) -> Store:
    """The store under test."""
    return SqlStore(database)


def plan(store: Store, number: str = "A-1", body: str = "CFM", content: bytes = b"{}") -> Plan:
    """A plan that is not issued yet."""
    planned = store.plan(number=number, body=body, content=content, now=NOW)
    assert isinstance(planned, Plan)
    return planned


def issued(store: Store, number: str = "A-1") -> Issued:
    """A certificate."""
    return store.complete(plan(store, number), SIGNED, now=NOW)[0]


def revoke_if_valid(history: History) -> StatusEvent | None:
    return None if history else REVOKED


def test_the_migrated_schema_is_the_tables_schema(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


def test_a_plan_is_found_again_with_the_same_slot(store: Store) -> None:
    first = plan(store)
    assert plan(store) == first
    assert store.unfinished(planned_before=NOW + timedelta(seconds=1), limit=10) == (first,)
    assert store.unfinished(planned_before=NOW, limit=10) == ()


def test_what_was_signed_comes_back_byte_for_byte(store: Store) -> None:
    made = issued(store)
    found = store.find("A-1", body="CFM")
    assert found == made
    assert found is not None
    assert found.signed == SIGNED
    assert store.plan(number="A-1", body="CFM", content=b"{}", now=NOW) == made
    assert store.unfinished(planned_before=NOW + timedelta(days=1), limit=10) == ()


def test_the_first_completion_wins(store: Store) -> None:
    planned = plan(store)
    first, made = store.complete(planned, SIGNED, now=NOW)
    again, made_again = store.complete(planned, Signed(b"other", b"other", 2, date(2027, 1, 1)), now=NOW)
    assert (made, made_again) == (True, False)
    assert again == first


def test_a_number_of_another_body_is_taken_whatever_its_content(store: Store) -> None:
    plan(store, "A-1", "CFM")
    issued(store, "A-2")
    for number in ("A-1", "A-2"):
        for content in (b"{}", b'{"other":1}'):
            with pytest.raises(Conflict) as refusal:
                store.plan(number=number, body="CFA", content=content, now=NOW)
            assert refusal.value.code == "certificate_number_taken"


def test_an_issued_number_refuses_other_content(store: Store) -> None:
    issued(store)
    with pytest.raises(Conflict) as refusal:
        store.plan(number="A-1", body="CFM", content=b'{"other":1}', now=NOW)
    assert refusal.value.code == "certificate_number_taken_with_other_content"


def test_a_plan_takes_other_content_and_keeps_its_slot(store: Store) -> None:
    before = plan(store)
    after = plan(store, content=b'{"corrected":1}')
    assert (after.slot, after.content) == (before.slot, b'{"corrected":1}')
    with pytest.raises(Conflict) as refusal:
        store.complete(before, SIGNED, now=NOW)
    assert refusal.value.code == "certificate_number_taken_with_other_content"
    assert store.complete(after, SIGNED, now=NOW)[1]


def test_an_abandoned_plan_keeps_number_and_slot_but_no_content(store: Store, database: Database) -> None:
    planned = plan(store, content=b'{"person":1}')
    store.abandon(planned, code="card_too_large")
    assert store.unfinished(planned_before=NOW + timedelta(days=1), limit=10) == ()
    assert store.find("A-1", body="CFM") is None
    with database.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT content FROM certificate")).scalar_one() is None
    with pytest.raises(Conflict):
        store.plan(number="A-1", body="CFA", content=b"{}", now=NOW)
    assert plan(store, content=b'{"shorter":1}').slot == planned.slot


def test_an_issued_certificate_is_not_abandoned(store: Store) -> None:
    made = issued(store)
    store.abandon(made.plan, code="late")
    assert store.find("A-1", body="CFM") == made


def test_slots_are_never_given_twice_even_in_parallel(store: Store) -> None:
    def take(number: int) -> tuple[int, int]:
        slot = plan(store, f"P-{number}").slot
        return slot.list, slot.index

    with ThreadPoolExecutor(8) as pool:
        slots = list(pool.map(take, range(200)))
    assert len(set(slots)) == 200


def test_parallel_plans_of_one_number_are_one_plan(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        plans = list(pool.map(lambda _: plan(store), range(10)))
    assert len({(each.slot.list, each.slot.index) for each in plans}) == 1


def test_the_next_list_opens_when_one_is_nearly_full(database: Database) -> None:
    store = SqlStore(database, entries=40, full_at=34)
    slots = [plan(store, f"P-{number}").slot for number in range(70)]
    assert len({(slot.list, slot.index) for slot in slots}) == 70
    assert [slot.list for slot in slots] == [1] * 34 + [2] * 34 + [3] * 2
    assert store.lists() == (1, 2, 3)


def test_without_a_free_slot_nothing_is_planned(database: Database) -> None:
    store = SqlStore(database, entries=4, full_at=100)
    for number in range(4):
        plan(store, f"P-{number}")
    with pytest.raises(Busy) as refusal:
        plan(store, "P-5")
    assert refusal.value.code == "status_slot_unavailable"


def test_a_certificate_is_its_own_bodys_to_see_and_change(store: Store) -> None:
    issued(store)
    plan(store, "A-2")
    assert store.find("A-1", body="CFA") is None
    for number, body in (("A-1", "CFA"), ("A-2", "CFM"), ("A-3", "CFM")):
        with pytest.raises(NotFound) as refusal:
            store.change_status(number, body=body, decide=revoke_if_valid)
        assert refusal.value.code == "certificate_unknown"


def test_events_are_added_in_order_and_decided_on_the_history(store: Store) -> None:
    issued(store)
    suspended = StatusEvent(Action.SUSPEND, ReasonClass.OTHER, "CFM", NOW)
    first, changed = store.change_status("A-1", body="CFM", decide=lambda history: suspended)
    assert (first.history, changed) == ((suspended,), True)
    second, changed = store.change_status("A-1", body="CFM", decide=lambda history: REVOKED)
    assert (second.history, changed) == ((suspended, REVOKED), True)
    third, changed = store.change_status("A-1", body="CFM", decide=revoke_if_valid)
    assert (third, changed) == (second, False)
    assert store.find("A-1", body="CFM") == second


def test_parallel_changes_of_one_certificate_add_one_event(store: Store) -> None:
    issued(store)
    with ThreadPoolExecutor(8) as pool:
        done = list(
            pool.map(lambda _: store.change_status("A-1", body="CFM", decide=revoke_if_valid)[1], range(10))
        )
    assert sum(done) == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE status_event SET reason = 'other'", "DELETE FROM status_event"]
)
def test_the_database_refuses_to_rewrite_the_past(store: Store, database: Database, statement: str) -> None:
    issued(store)
    store.change_status("A-1", body="CFM", decide=revoke_if_valid)
    with pytest.raises(sa.exc.DBAPIError), database.writing() as session:
        session.execute(sa.text(statement))
    found = store.find("A-1", body="CFM")
    assert found is not None
    assert found.history == (REVOKED,)


def make_list(document: bytes, valid_from: datetime = NOW) -> Any:
    """What a Press does, in short: also remembers what it saw."""
    seen: list[tuple[PublishedList | None, Mapping[int, History]]] = []

    def make(previous: PublishedList | None, histories: Mapping[int, History]) -> PublishedList | None:
        seen.append((previous, dict(histories)))
        return PublishedList(1, "revocation", document, valid_from)

    make.seen = seen  # type: ignore[attr-defined]
    return make


def test_a_list_is_made_from_the_events_and_the_published_one(store: Store) -> None:
    made = issued(store)
    issued(store, "A-2")
    store.change_status("A-1", body="CFM", decide=revoke_if_valid)
    assert store.published(1, "revocation") is None
    first, second = make_list(b"one"), make_list(b"two", NOW + timedelta(seconds=1))
    published = store.publish(1, "revocation", first)
    assert first.seen == [(None, {made.plan.slot.index: (REVOKED,)})]
    assert store.published(1, "revocation") == published
    store.publish(1, "revocation", second)
    assert second.seen[0][0] == published
    assert store.published(1, "suspension") is None
    assert store.publish(1, "revocation", lambda previous, histories: None) is None
    found = store.published(1, "revocation")
    assert found is not None
    assert found.document == b"two"


def test_parallel_publications_of_one_list_follow_one_another(store: Store) -> None:
    def turn(_: int) -> None:
        def make(previous: PublishedList | None, _: Mapping[int, History]) -> PublishedList:
            count = 0 if previous is None else int(previous.document)
            return PublishedList(1, "revocation", str(count + 1).encode(), NOW + timedelta(seconds=count))

        store.publish(1, "revocation", make)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(turn, range(20)))
    found = store.published(1, "revocation")
    assert found is not None
    assert found.document == b"20"


def test_only_the_version_that_was_accepted_counts_as_pushed(store: Store) -> None:
    old = store.publish(1, "revocation", make_list(b"one"))
    assert old is not None
    assert store.unpushed() == (old,)
    new = store.publish(1, "revocation", make_list(b"two", NOW + timedelta(seconds=1)))
    assert new is not None
    store.mark_pushed(old)
    assert store.unpushed() == (new,)
    store.mark_pushed(new)
    assert store.unpushed() == ()


def test_api_keys_are_kept_listed_and_revoked_once(store: Store) -> None:
    key = ApiKey("abcdefgh", b"digest", "CFM", "office", NOW, NOW + timedelta(days=30))
    later = ApiKey("abcdefgi", b"digest", "CFA", "", NOW + timedelta(days=1))
    store.add_api_key(later)
    store.add_api_key(key)
    assert store.api_keys() == (key, later)
    with pytest.raises(Conflict) as refusal:
        store.add_api_key(key)
    assert refusal.value.code == "api_key_exists"
    assert store.revoke_api_key("abcdefgh", now=NOW).revoked_at == NOW
    assert store.revoke_api_key("abcdefgh", now=NOW + timedelta(days=1)).revoked_at == NOW
    found = store.find_api_key("abcdefgh")
    assert found is not None
    assert found.revoked_at == NOW
    assert store.find_api_key("zzzzzzzz") is None
    with pytest.raises(NotFound) as unknown:
        store.revoke_api_key("zzzzzzzz", now=NOW)
    assert unknown.value.code == "api_key_unknown"
