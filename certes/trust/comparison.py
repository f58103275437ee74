"""How near are two countries' trades to one another, and each to the regional standard: unit by unit.

Countries link their own units to the numbers of a regional standard; only these links are compared, never
titles. A comparison helps people to harmonise: nothing is recognised by it, and it says nothing of levels.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from certes.credential.identifiers import Network, centre_iri, trade_code
from certes.trust.records import Centre, NationalList, Trade
from certes.trust.standards import RegionalStandard


@dataclass(frozen=True, slots=True)
class Linked:
    """A national trade against a standard: by which of its own units each unit of the standard is reached."""

    country: str
    trade: Trade
    standard: RegionalStandard
    by_unit: Mapping[int, tuple[int, ...]]  # regional unit -> the country's own units, together
    own: tuple[int, ...]  # own units that take part in no unit of the standard
    outdated: frozenset[int]  # numbers linked to that the standard does not have, or no longer has
    revised: frozenset[int]  # units that the standard changed after the country had linked its own to them

    @property
    def code(self) -> str:
        """`TG:7112`."""
        return trade_code(self.country, self.trade.code)

    @property
    def covered(self) -> frozenset[int]:
        """The units of the standard that the trade has."""
        return frozenset(self.by_unit)

    @property
    def missing(self) -> frozenset[int]:
        """The units of the standard that the trade does not have."""
        return self.standard.unit_numbers - self.covered

    @property
    def percent(self) -> int:
        """How much of the standard, by weight, the trade has."""
        return percent(
            self.standard.weight_of(self.covered), self.standard.weight_of(self.standard.unit_numbers)
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two trades of one standard. Every set holds numbers of the standard's units."""

    first: Linked
    second: Linked
    common: frozenset[int]
    only_first: frozenset[int]
    only_second: frozenset[int]
    neither: frozenset[int]
    common_percent: int | None  # of all that either has, by weight; None where neither has anything
    first_in_second: int | None  # how much of the second trade somebody with the first one has
    second_in_first: int | None


def percent(part: int, whole: int) -> int:
    """A whole number of percent: 100 only for all of it, 0 only for nothing; else rounded down, 1 at least.
    `part` is not above `whole`, and `whole` not 0."""
    return max(part * 100 // whole, 1) if part else 0


def link(country: str, trade: Trade, standard: RegionalStandard) -> Linked:
    """The trade of a country against the standard. A unit of the standard counts as reached by all the own
    units together that name it."""
    by_unit: dict[int, tuple[int, ...]] = {}
    for own, numbers in sorted(trade.covers.items()):
        for number in numbers & standard.unit_numbers:
            by_unit[number] = (*by_unit.get(number, ()), own)
    named = frozenset[int]().union(*trade.covers.values())
    version = trade.standard_version
    return Linked(
        country=country,
        trade=trade,
        standard=standard,
        by_unit=by_unit,
        own=tuple(number for number, _ in trade.units if not trade.covers.get(number)),
        outdated=named - standard.unit_numbers,
        revised=frozenset() if version is None else standard.revised_since(version) & frozenset(by_unit),
    )


def compare(first: Linked, second: Linked) -> Comparison:
    """The two, unit by unit; both of one standard. `compare(b, a)` says the same with the sides exchanged."""
    standard = first.standard
    common, union = first.covered & second.covered, first.covered | second.covered
    weight = standard.weight_of(common)

    def share(of: frozenset[int]) -> int | None:
        return percent(weight, standard.weight_of(of)) if of else None

    return Comparison(
        first=first,
        second=second,
        common=common,
        only_first=first.covered - second.covered,
        only_second=second.covered - first.covered,
        neither=standard.unit_numbers - union,
        common_percent=share(union),
        first_in_second=share(second.covered),
        second_in_first=share(first.covered),
    )


def followers(lists: Iterable[NationalList], standard: RegionalStandard) -> tuple[Linked, ...]:
    """Every national trade, in its newest version, that follows the standard; by country and number."""
    return tuple(
        link(national.country, trade, standard)
        for national in sorted(lists, key=lambda each: each.country)
        for trade in _newest(national)
        if trade.standard == standard.id
    )


def _newest(national: NationalList) -> tuple[Trade, ...]:
    newest: dict[int, Trade] = {}
    for trade in national.trades:
        held = newest.get(trade.code)
        if held is None or held.version < trade.version:
            newest[trade.code] = trade
    return tuple(newest[code] for code in sorted(newest))


@dataclass(frozen=True, slots=True)
class Accreditation:
    """One country's word on a centre: under which number it lists it, and for which of its trades."""

    country: str
    centre: Centre


def accreditations(
    lists: Iterable[NationalList], network: Network
) -> Mapping[str, tuple[Accreditation, ...]]:
    """Every assessing centre by its id, with the countries that accredit it, each by its own list.

    A centre without an id of its own has the one that certificates name it by, `https://<domain>/<cc>/centres/
    <number>`; so the country where it stands need say nothing for another to accredit it too.
    """
    found: dict[str, list[Accreditation]] = {}
    for national in sorted(lists, key=lambda each: each.country):
        for centre in sorted(national.centres, key=lambda each: each.number):
            identifier = centre.id or centre_iri(network, national.country, centre.number)
            found.setdefault(identifier, []).append(Accreditation(national.country, centre))
    return {identifier: tuple(found[identifier]) for identifier in sorted(found)}
