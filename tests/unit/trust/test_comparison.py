"""Two countries' trades side by side, and each against the regional standard."""

from dataclasses import replace

import pytest

from certes.demo.standards import MASONRY, SHARED_CENTRE, masonry
from certes.trust.comparison import Linked, accreditations, compare, followers, link, percent
from certes.trust.records import Centre, NationalList, Trade, TradeLabel
from certes.trust.standards import parse_standard
from tests.standards_world import standards_world
from tests.world import NETWORK, NOW

units = frozenset[int]
STANDARD = parse_standard(masonry(), network=NETWORK, version=2)


def trade(covers: dict[int, set[int]], **more: object) -> Trade:
    """A mason's trade with these links."""
    plain = Trade(
        code=5101,
        version=1,
        occupation="7112",
        labels={"fr": TradeLabel("Maçon", "Maçonne")},
        standard=MASONRY,
        units=tuple((number, {"fr": f"Unité {number}"}) for number in covers),
        covers={own: frozenset(numbers) for own, numbers in covers.items() if numbers},
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def linked(country: str, covers: dict[int, set[int]], **more: object) -> Linked:
    """The trade against the standard."""
    return link(country, trade(covers, **more), STANDARD)


def test_units_that_name_one_number_reach_it_together() -> None:
    found = linked("CM", {1: {1}, 2: {1, 2}, 3: set()})
    assert found.by_unit == {1: (1, 2), 2: (2,)}
    assert (found.covered, found.own) == (units([1, 2]), (3,))
    assert found.missing == units([3, 4, 5, 6, 8])
    assert found.percent == 17  # 100 of 580 hours


def test_what_the_standard_no_longer_has_is_said_and_not_counted() -> None:
    found = linked("CG", {1: {7}, 2: {99}})
    assert (found.covered, found.outdated, found.percent) == (units(), units([7, 99]), 0)


def test_a_link_made_before_a_unit_was_changed_is_said() -> None:
    covers: dict[int, set[int]] = {1: {4}, 2: {5}}
    assert linked("CG", covers, standard_version=1).revised == units([4])
    assert linked("CG", covers, standard_version=2).revised == units()
    assert linked("CG", covers).revised == units()  # the country does not say to which version


def test_two_trades_unit_by_unit() -> None:
    found = compare(linked("CM", {1: {1, 2}, 2: {3}}), linked("GA", {1: {3}, 2: {8}}))
    assert (found.common, found.only_first, found.only_second) == (units([3]), units([1, 2]), units([8]))
    assert found.neither == units([4, 5, 6])
    assert found.common_percent == 53  # 160 of 300 hours
    assert (found.first_in_second, found.second_in_first) == (80, 61)  # 160 of 200, of 260


def test_nothing_linked_is_nothing_to_compare() -> None:
    nothing = linked("CM", {1: set()})
    found = compare(nothing, nothing)
    assert (found.common_percent, found.first_in_second, found.second_in_first) == (None, None, None)
    one_sided = compare(nothing, linked("GA", {1: {1}}))
    assert (one_sided.common_percent, one_sided.first_in_second, one_sided.second_in_first) == (0, 0, None)


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(0, 7, 0), (7, 7, 100), (1, 1000, 1), (999, 1000, 99), (1, 3, 33)]
)
def test_percent_is_full_only_for_all_and_empty_only_for_nothing(
    part: int, whole: int, expected: int
) -> None:
    assert percent(part, whole) == expected


def test_the_newest_version_of_each_trade_that_follows_the_standard() -> None:
    old, new = trade({1: {1}}), trade({1: {1, 2}}, version=2)
    split = trade({1: {3}}, code=5102)
    other = trade({1: {1}}, code=5103, standard="https://skills.example/standards/2")
    national = NationalList("CM", "urn:nat:CM", 1, {}, trades=(new, split, old, other))
    found = followers([national], STANDARD)
    assert [(each.code, each.covered) for each in found] == [
        ("CM:5101", units([1, 2])),
        ("CM:5102", units([3])),
    ]


def test_a_newest_version_that_left_the_standard_does_not_follow_it() -> None:
    left = trade({}, version=2, standard=None)
    national = NationalList("CM", "urn:nat:CM", 1, {}, trades=(trade({1: {1}}), left))
    assert followers([national], STANDARD) == ()


def test_the_illustrative_countries() -> None:
    registry = standards_world().view(now=NOW).registry
    links = followers(registry.national.values(), registry.standards[MASONRY])
    assert [(each.country, each.percent) for each in links] == [("CG", 93), ("CM", 89), ("GA", 79)]
    congo = links[0]
    assert (congo.outdated, congo.revised, congo.own) == (units([7]), units([4]), (7,))


def test_a_centre_is_one_by_its_id_and_each_country_speaks_for_itself() -> None:
    found = accreditations(standards_world().view(now=NOW).registry.national.values(), NETWORK)
    shared = found[SHARED_CENTRE]
    assert [(each.country, each.centre.number) for each in shared] == [("CG", 90), ("CM", 1), ("GA", 90)]
    assert shared[0].centre.trades == ("CG:5101",)
    assert "CM:5101" in shared[1].centre.trades
    assert len(found["https://skills.example/cm/centres/2"]) == 1


def test_a_foreign_centre_may_have_an_id_that_no_list_gives_as_its_own() -> None:
    abroad = Centre(1, "Centre", id="https://centre.example/id")
    lists = [NationalList(code, code, 1, {}, centres=(abroad,)) for code in ("GA", "CM")]
    found = accreditations(lists, NETWORK)
    assert [each.country for each in found["https://centre.example/id"]] == ["CM", "GA"]
