"""What the pages on standards show: every text chosen in the reader's language, not in a template."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from certes.runtime.languages import country_name
from certes.runtime.recognition_words import occupation_words
from certes.trust.bundle import TrustView
from certes.trust.comparison import Accreditation, Comparison, Linked
from certes.trust.host_texts import pick
from certes.trust.records import RegistryView
from certes.trust.standards import RegionalStandard, StandardUnit, StandardVersion
from registry.queries.naming import code_label, trade_label
from registry.standards.queries import Centres, all_standards, find_side, following, shared_centres

ISCO = "isco08:"


@dataclass(frozen=True, slots=True)
class StandardLine:
    """A standard in a list."""

    number: int
    title: str
    version: int
    status: str
    body: str
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit; `own` holds the labels of the national units that reach it, by side."""

    number: int
    title: str
    weight: int
    own: tuple[tuple[str, ...], ...] = ()
    is_revised: bool = False


@dataclass(frozen=True, slots=True)
class UnitPart:
    """A unit in full."""

    line: UnitLine
    outcomes: tuple[str, ...]
    criteria: tuple[str, ...]
    occupation: str | None
    acqf: int | None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version, and the numbers of units it added, took out or changed."""

    version: int
    valid_from: date
    added: str
    removed: str
    revised: str
    note: str
    reference: str | None


@dataclass(frozen=True, slots=True)
class FollowerLine:
    """A country's trade against the standard."""

    code: str
    country: str
    trade: str
    percent: int
    missing: tuple[UnitLine, ...]
    own: tuple[str, ...]
    revised: str
    outdated: str


@dataclass(frozen=True, slots=True)
class CentreLine:
    """A centre, and each country's word on it."""

    id: str
    name: str
    place: str | None
    words: tuple[tuple[str, tuple[str, ...]], ...]  # (country, trades; none: it does not say what for)


@dataclass(frozen=True, slots=True)
class ListPage:
    """All standards, and the centres that several countries accredit."""

    standards: tuple[StandardLine, ...]
    centres: tuple[CentreLine, ...]


@dataclass(frozen=True, slots=True)
class StandardPage:
    """One standard."""

    line: StandardLine
    id: str
    object_id: str
    occupations: tuple[str, ...]
    acqf: int | None
    measure: str
    weight: int
    units: tuple[UnitPart, ...]
    versions: tuple[VersionLine, ...]  # the newest first
    followers: tuple[FollowerLine, ...]
    centres: tuple[CentreLine, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """A trade to choose."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Two trades side by side; without `found`, only the choice of them."""

    line: StandardLine
    measure: str
    options: tuple[Option, ...]
    chosen: tuple[str, str]
    sides: tuple[FollowerLine, ...] = ()
    groups: tuple[tuple[str, tuple[UnitLine, ...]], ...] = ()  # (common | first | second | neither, units)
    common: int | None = None
    first_in_second: int | None = None
    second_in_first: int | None = None


def list_page(view: TrustView, language: str) -> ListPage:
    """Everything at `/standards`."""
    lines = tuple(_line(view, standard, language) for standard in all_standards(view.registry))
    return ListPage(lines, _centre_lines(view.registry, shared_centres(view), language))


def standard_page(view: TrustView, standard: RegionalStandard, language: str) -> StandardPage:
    """One standard with its units, versions and followers."""
    registry = view.registry
    links = following(registry, standard)
    return StandardPage(
        line=_line(view, standard, language),
        id=standard.id,
        object_id=registry.object_ids["RegionalStandard", standard.id],
        occupations=tuple(occupation_words(ISCO + code, language) for code in standard.occupations),
        acqf=standard.acqf,
        measure=standard.measure,
        weight=standard.weight_of(standard.unit_numbers),
        units=tuple(_unit(unit, language) for unit in standard.units),
        versions=tuple(_version(each, language) for each in reversed(standard.versions)),
        followers=tuple(_follower(link, language) for link in links),
        centres=_centre_lines(registry, _concerned(view, links), language),
    )


def compare_page(
    view: TrustView,
    standard: RegionalStandard,
    found: Comparison | None,
    asked: tuple[str, str],
    language: str,
) -> ComparePage:
    """Two trades, or the choice of them. `asked`: a country or a trade's code on either side, or ""."""
    links = following(view.registry, standard)
    first, second = (find_side(links, name) for name in asked)
    page = ComparePage(
        line=_line(view, standard, language),
        measure=standard.measure,
        options=_options(links, language),
        chosen=("" if first is None else first.code, "" if second is None else second.code),
    )
    if found is None:
        return page
    groups = (
        ("common", found.common),
        ("first", found.only_first),
        ("second", found.only_second),
        ("neither", found.neither),
    )
    return replace(
        page,
        sides=(_follower(found.first, language), _follower(found.second, language)),
        groups=tuple((name, _compared(found, numbers, language)) for name, numbers in groups if numbers),
        common=found.common_percent,
        first_in_second=found.first_in_second,
        second_in_first=found.second_in_first,
    )


def _line(view: TrustView, standard: RegionalStandard, language: str) -> StandardLine:
    body = view.charter.bodies.get(standard.body)
    countries = {link.country for link in following(view.registry, standard)}
    return StandardLine(
        number=standard.number,
        title=pick(standard.title, language),
        version=standard.version,
        status=standard.status,
        body=standard.body if body is None else pick(body.name, language),
        countries=tuple(sorted(countries, key=lambda code: country_name(code, language))),
    )


def _unit_line(unit: StandardUnit, language: str) -> UnitLine:
    return UnitLine(unit.number, pick(unit.title, language), unit.weight)


def _unit(unit: StandardUnit, language: str) -> UnitPart:
    return UnitPart(
        line=_unit_line(unit, language),
        outcomes=tuple(pick(text, language) for text in unit.outcomes),
        criteria=tuple(pick(text, language) for text in unit.criteria),
        occupation=None if unit.occupation is None else occupation_words(ISCO + unit.occupation, language),
        acqf=unit.acqf,
    )


def _version(version: StandardVersion, language: str) -> VersionLine:
    return VersionLine(
        version=version.version,
        valid_from=version.valid_from,
        added=_numbers(version.added),
        removed=_numbers(version.removed),
        revised=_numbers(version.revised),
        note=pick(version.note or {}, language),
        reference=version.reference,
    )


def _numbers(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number in sorted(numbers))


def _follower(link: Linked, language: str) -> FollowerLine:
    labels = _labels(link, language)
    return FollowerLine(
        code=link.code,
        country=link.country,
        trade=trade_label(link.trade, language),
        percent=link.percent,
        missing=tuple(
            _unit_line(unit, language) for unit in link.standard.units if unit.number in link.missing
        ),
        own=tuple(labels[number] for number in link.own),
        revised=_numbers(link.revised),
        outdated=_numbers(link.outdated),
    )


def _labels(link: Linked, language: str) -> dict[int, str]:
    """A country's own units as it calls them."""
    return {number: f"U{number} {pick(words, language)}".rstrip() for number, words in link.trade.units}


def _compared(found: Comparison, numbers: frozenset[int], language: str) -> tuple[UnitLine, ...]:
    labels = [(link, _labels(link, language)) for link in (found.first, found.second)]
    return tuple(
        UnitLine(
            unit.number,
            pick(unit.title, language),
            unit.weight,
            own=tuple(
                tuple(names[number] for number in link.by_unit.get(unit.number, ())) for link, names in labels
            ),
            is_revised=unit.number in found.first.revised | found.second.revised,
        )
        for unit in found.first.standard.units
        if unit.number in numbers
    )


def _options(links: Iterable[Linked], language: str) -> tuple[Option, ...]:
    """A country with one trade of the standard by its name alone: a small phone cuts longer ones off."""
    followed = tuple(links)
    countries = Counter(link.country for link in followed)
    return tuple(
        Option(link.code, _option_label(link, language, alone=countries[link.country] == 1))
        for link in followed
    )


def _option_label(link: Linked, language: str, *, alone: bool) -> str:
    country = country_name(link.country, language)
    return country if alone else f"{country} – {trade_label(link.trade, language)}"


def _concerned(view: TrustView, links: Iterable[Linked]) -> Centres:
    """Centres of several countries that at least one of them accredits for a trade of this standard."""
    codes = {link.code for link in links}
    return {
        name: found
        for name, found in shared_centres(view).items()
        if any(codes & set(each.centre.trades) for each in found)
    }


def _centre_lines(registry: RegistryView, centres: Centres, language: str) -> tuple[CentreLine, ...]:
    return tuple(_centre(registry, name, found, language) for name, found in centres.items())


def _centre(registry: RegistryView, name: str, found: tuple[Accreditation, ...], language: str) -> CentreLine:
    first = found[0].centre
    return CentreLine(
        id=name,
        name=first.name,
        place=next((each.centre.place for each in found if each.centre.place), None),
        words=tuple(
            (each.country, tuple(code_label(code, registry, language) for code in each.centre.trades))
            for each in found
        ),
    )
