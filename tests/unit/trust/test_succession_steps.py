"""What lists took up step by step, a device that was away for a step takes up at once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certes.credential.errors import Malformed
from certes.trust.records import Standing
from certes.trust.succession import ISSUER, Entry, Remembered, require_successor

DAYS = [date(2026, month, 1) for month in range(1, 7)]
ENTRIES = st.tuples(
    st.sampled_from([standing.value for standing in Standing]),
    st.sampled_from(DAYS),
    st.none() | st.sampled_from(DAYS),
    st.none(),
)
HISTORIES = st.lists(ENTRIES, max_size=4).map(tuple)


def follows(before: tuple[Entry, ...], after: tuple[Entry, ...]) -> bool:
    """May the second history come after the first?"""
    held, offered = ({"did:web:a": Remembered({}, {ISSUER: history})} for history in (before, after))
    try:
        require_successor(held, offered)
    except Malformed as refusal:
        return refusal.code != "list_drops_history"
    return True


@st.composite
def next_history(draw: st.DrawFn, before: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Open entries closed or not, and new ones after them."""
    closed = [
        (each[0], each[1], draw(st.none() | st.sampled_from(DAYS)) if each[2] is None else each[2], each[3])
        for each in before
    ]
    return (*closed, *draw(st.lists(ENTRIES, max_size=2)))


@given(st.data())
def test_two_steps_are_one(data: st.DataObject) -> None:
    first = data.draw(HISTORIES)
    second = data.draw(next_history(first))
    third = data.draw(next_history(second))
    assert follows(first, second)
    assert follows(second, third)
    assert follows(first, third)


@pytest.mark.parametrize("turn", [lambda held: held[::-1], lambda held: held[1:], lambda held: held[:1]])
def test_entries_stay_where_they_stood(turn: object) -> None:
    held: tuple[Entry, ...] = (
        ("granted", DAYS[0], None, None),
        ("suspended", DAYS[1], DAYS[2], None),
    )
    assert follows(held, held)
    assert callable(turn)
    assert not follows(held, turn(held))
