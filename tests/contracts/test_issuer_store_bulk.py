"""What the bulk verbs of an issuer store must do, over SQLite and over PostgreSQL: as the single verbs, at
once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from certes.runtime.database import Database
from certes.runtime.refusals import Busy, Conflict
from issuer.store import Issued, Plan, Signed
from issuer.store_sql import SqlStore
from tests.contracts.databases import databases_of

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
SIGNED = Signed(b'{"wallet":1}', b"\x97card", 1, date(2026, 11, 25))


database = databases_of("issuer")


@pytest.fixture
def store(database: Database) -> SqlStore:
    """The store under test."""
    return SqlStore(database)


def plans(store: SqlStore, *numbers: str, body: str = "CFM", content: bytes = b"{}") -> list[Plan]:
    """Plans that are not issued yet."""
    planned = store.plan_many(dict.fromkeys(numbers, content), body=body, now=NOW)
    assert list(planned) == list(numbers)
    found = [plan for plan in planned.values() if isinstance(plan, Plan)]
    assert len(found) == len(numbers)
    return found


def test_many_plans_are_those_that_single_calls_find(store: SqlStore) -> None:
    made = plans(store, *(f"A-{number}" for number in range(300)))
    assert len({(plan.slot.list, plan.slot.index) for plan in made}) == 300
    for plan in (made[0], made[299]):
        assert store.plan(number=plan.number, body="CFM", content=b"{}", now=NOW) == plan
    assert plans(store, *(plan.number for plan in made)) == made


def test_many_completions_come_back_byte_for_byte(store: SqlStore) -> None:
    made = plans(store, "A-1", "A-2")
    done = store.complete_many([(plan, SIGNED) for plan in made], now=NOW)
    assert done == [(Issued(plan, SIGNED, NOW), True) for plan in made]
    assert [store.find(plan.number, body="CFM") for plan in made] == [
        Issued(plan, SIGNED, NOW) for plan in made
    ]
    other = Signed(b"other", b"other", 2, date(2027, 1, 1))
    again = store.complete_many([(made[1], other), (made[0], other)], now=NOW)
    assert again == [(Issued(plan, SIGNED, NOW), False) for plan in (made[1], made[0])]


def test_a_conflict_is_the_answer_of_its_number_alone(store: SqlStore) -> None:
    store.plan(number="A-1", body="CFA", content=b"{}", now=NOW)
    (changed,) = plans(store, "A-2")
    store.complete(plans(store, "A-3")[0], SIGNED, now=NOW)
    wanted = {"A-1": b"{}", "A-2": b'{"corrected":1}', "A-3": b"{}", "A-4": b"{}"}
    answer = store.plan_many(wanted, body="CFM", now=NOW)
    first, second, third, fourth = answer.values()
    assert isinstance(first, Conflict)
    assert first.code == "certificate_number_taken"
    assert isinstance(second, Plan)
    assert (second.slot, second.content) == (changed.slot, b'{"corrected":1}')
    assert isinstance(third, Issued)
    assert isinstance(fourth, Plan)
    old, new = store.complete_many([(changed, SIGNED), (fourth, SIGNED)], now=NOW)
    assert isinstance(old, Conflict)
    assert new == (Issued(fourth, SIGNED, NOW), True)


def test_an_abandoned_plan_may_be_planned_again_with_its_slot(store: SqlStore) -> None:
    (first,) = plans(store, "A-1")
    store.abandon(first, code="card_too_large")
    (again,) = plans(store, "A-1", content=b'{"shorter":1}')
    assert again.slot == first.slot
    assert store.complete_many([(again, SIGNED)], now=NOW) == [(Issued(again, SIGNED, NOW), True)]


def test_blocks_and_single_slots_taken_in_parallel_never_meet(store: SqlStore) -> None:
    def take(turn: int) -> list[tuple[int, int]]:
        if turn % 3 == 0:
            one = store.plan(number=f"S-{turn}", body="CFM", content=b"{}", now=NOW)
            assert isinstance(one, Plan)
            return [(one.slot.list, one.slot.index)]
        made = plans(store, *(f"B-{turn}-{number}" for number in range(20)))
        return [(plan.slot.list, plan.slot.index) for plan in made]

    with ThreadPoolExecutor(6) as pool:
        slots = [slot for taken in pool.map(take, range(18)) for slot in taken]
    assert len(slots) == len(set(slots)) == 6 + 12 * 20


def test_parallel_blocks_of_the_same_numbers_are_one(store: SqlStore) -> None:
    numbers = [f"A-{number}" for number in range(20)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: plans(store, *numbers), range(4)))
    assert all(each == made[0] for each in made)


def test_a_block_runs_on_into_the_next_list(database: Database) -> None:
    store = SqlStore(database, entries=40, full_at=34)
    made = plans(store, *(f"A-{number}" for number in range(70)))
    assert [plan.slot.list for plan in made] == [1] * 34 + [2] * 34 + [3] * 2
    assert len({(plan.slot.list, plan.slot.index) for plan in made}) == 70


def test_without_enough_free_slots_nothing_of_the_block_is_planned(database: Database) -> None:
    store = SqlStore(database, entries=4, full_at=100)
    with pytest.raises(Busy) as refusal:
        plans(store, *(f"A-{number}" for number in range(5)))
    assert refusal.value.code == "status_slot_unavailable"
    assert len(plans(store, *(f"B-{number}" for number in range(4)))) == 4
