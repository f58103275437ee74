"""Comparing trades of one standard: what must hold whatever countries link to what."""

from hypothesis import given, settings
from hypothesis import strategies as st

from certes.trust.comparison import Linked, compare, link
from certes.trust.records import Trade
from certes.trust.standards import RegionalStandard, StandardUnit

NUMBERS = st.integers(min_value=1, max_value=12)
COVERS = st.dictionaries(st.integers(min_value=1, max_value=8), st.frozensets(NUMBERS, min_size=1))


@st.composite
def standards(draw: st.DrawFn) -> RegionalStandard:
    """A standard with some of the numbers as units, of any weight."""
    weights = draw(st.dictionaries(NUMBERS, st.integers(min_value=1, max_value=100_000), min_size=1))
    units = tuple(StandardUnit(number, {}, (), (), weight) for number, weight in sorted(weights.items()))
    return RegionalStandard(
        id="https://skills.example/standards/1", number=1, version=1, body="b", title={}, status="official",
        occupations=(), measure="hours", units=units, versions=(),
    )  # fmt: skip


def linked(standard: RegionalStandard, covers: dict[int, frozenset[int]]) -> Linked:
    """A trade of these links."""
    units = tuple((number, {"fr": "U"}) for number in sorted(covers))
    return link("CM", Trade(1, 1, "7112", {}, standard=standard.id, units=units, covers=covers), standard)


@settings(max_examples=150)
@given(standards(), COVERS, COVERS)
def test_sides_exchanged_say_the_same(
    standard: RegionalStandard, some: dict[int, frozenset[int]], others: dict[int, frozenset[int]]
) -> None:
    there = compare(linked(standard, some), linked(standard, others))
    back = compare(linked(standard, others), linked(standard, some))
    assert (there.common, there.neither, there.common_percent) == (
        back.common,
        back.neither,
        back.common_percent,
    )
    assert (there.only_first, there.first_in_second) == (back.only_second, back.second_in_first)
    assert (there.only_second, there.second_in_first) == (back.only_first, back.first_in_second)


@settings(max_examples=150)
@given(standards(), COVERS, COVERS)
def test_every_unit_stands_in_exactly_one_group(
    standard: RegionalStandard, some: dict[int, frozenset[int]], others: dict[int, frozenset[int]]
) -> None:
    found = compare(linked(standard, some), linked(standard, others))
    groups = (found.common, found.only_first, found.only_second, found.neither)
    assert frozenset().union(*groups) == standard.unit_numbers
    assert sum(len(group) for group in groups) == len(standard.unit_numbers)


@settings(max_examples=150)
@given(standards(), COVERS)
def test_a_trade_is_wholly_in_itself(standard: RegionalStandard, covers: dict[int, frozenset[int]]) -> None:
    one = linked(standard, covers)
    found = compare(one, one)
    assert found.common_percent == (100 if one.covered else None)
    assert not found.only_first
    assert not found.only_second


@settings(max_examples=150)
@given(standards(), COVERS, COVERS)
def test_percentages_are_true_at_both_ends(
    standard: RegionalStandard, some: dict[int, frozenset[int]], others: dict[int, frozenset[int]]
) -> None:
    found = compare(linked(standard, some), linked(standard, others))
    for link_ in (found.first, found.second):
        assert (link_.percent == 100) == (not link_.missing)
        assert (link_.percent == 0) == (not link_.covered)
    if found.common_percent is not None:
        assert (found.common_percent == 100) == (not found.only_first and not found.only_second)
        assert (found.common_percent == 0) == (not found.common)
        held = [share for share in (found.first_in_second, found.second_in_first) if share is not None]
        assert all(found.common_percent <= share <= 100 for share in held)


@settings(max_examples=100)
@given(standards(), COVERS, NUMBERS)
def test_one_more_link_never_takes_anything_away(
    standard: RegionalStandard, covers: dict[int, frozenset[int]], number: int
) -> None:
    before, after = linked(standard, covers), linked(standard, covers | {9: frozenset({number})})
    assert before.covered <= after.covered
    assert before.percent <= after.percent
