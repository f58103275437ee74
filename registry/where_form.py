"""The form of "Where does my certificate count?" in one language, and the question once it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from certes.credential.achievement import Kind
from certes.runtime.languages import country_name, long_date, say
from certes.runtime.recognition_words import country_inside
from certes.trust.host_texts import pick
from certes.trust.records import Issuer, RegistryView, Trade
from registry.queries.naming import group_title, level_label, newest_trades, sector_of, trade_label
from registry.where import NO_LEVEL, Asked, Choice

AREA = "where"


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a list to choose from."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Form:
    """What there is to choose from, once the country is chosen; before that only `countries`."""

    countries: tuple[Option, ...]
    country: str
    country_name: str
    issuers: tuple[Option, ...] = ()
    trades: tuple[tuple[str, tuple[Option, ...]], ...] = ()  # by sector
    levels: tuple[Option, ...] = ()
    units: tuple[Option, ...] = ()
    route: str = ""
    kind: str = ""
    awarded: str = ""


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """What was asked, as rows (name, value), and the address that asks it again."""

    rows: tuple[tuple[str, str], ...]
    query: str


def form_of(asked: Asked, registry: RegistryView, language: str) -> Form:
    """The form with what was given kept in it."""
    given, national = asked.given, asked.national
    named = sorted((country_name(code, language), code) for code in registry.national)
    chosen = given.get("country", "")
    countries = tuple(Option(code, name, code == chosen) for name, code in named)
    if national is None:
        return Form(countries, "", "")
    country = national.country
    issuers = sorted(national.issuers.values(), key=lambda issuer: issuer.number or 0)
    ladder = national.ladder
    levels = [
        (str(rung.level), level_label(country, rung, language)) for rung in (ladder.rungs if ladder else ())
    ]
    return Form(
        countries,
        country,
        country_name(country, language),
        issuers=_options(_issuers(issuers, language), given.get("issuer")),
        trades=_trades(newest_trades(national), given.get("trade"), language),
        levels=_options([*levels, (NO_LEVEL, say(AREA, "level.none", language))], given.get("level")),
        units=_units(asked, language),
        route=given["route"],
        kind=given["kind"],
        awarded=given["awarded"],
    )


def _issuers(issuers: Sequence[Issuer], language: str) -> list[tuple[str, str]]:
    """By name; where two bear the same, with the short code."""
    names = [pick(issuer.name, language) for issuer in issuers]
    return [
        (str(issuer.number), name if names.count(name) == 1 else f"{name} ({issuer.short_code})")
        for issuer, name in zip(issuers, names, strict=True)
    ]


def _options(entries: list[tuple[str, str]], chosen: str | None) -> tuple[Option, ...]:
    return tuple(Option(value, label, value == chosen) for value, label in entries)


def _trades(
    trades: Mapping[int, Trade], chosen: str | None, language: str
) -> tuple[tuple[str, tuple[Option, ...]], ...]:
    """By sector, in each by title: « Soudeur / Soudeuse (Soudeurs et oxycoupeurs) »."""
    found: dict[str, list[tuple[str, str]]] = {}
    for number, trade in trades.items():
        label, group = trade_label(trade, language), group_title(trade, language)
        text = label if group in ("", label) else f"{label} ({group})"
        found.setdefault(sector_of(trade), []).append((str(number), text))
    return tuple(
        (sector, _options(sorted(found[sector], key=lambda entry: entry[1]), chosen))
        for sector in sorted(found)
    )


def _units(asked: Asked, language: str) -> tuple[Option, ...]:
    """The units of the chosen trade, to tick; none until units are what the certificate is for."""
    national = asked.national
    if national is None or asked.given["kind"] != Kind.UNITS.value:
        return ()
    trade = next(
        (each for number, each in newest_trades(national).items() if str(number) == asked.given.get("trade")),
        None,
    )
    units = () if trade is None else trade.units
    return tuple(
        Option(str(number), _unit_label(number, pick(label, language), language), str(number) in asked.units)
        for number, label in units
    )


def _unit_label(number: int, label: str, language: str) -> str:
    name = say(AREA, "unit", language, number=number)
    return name if label in ("", f"U{number}", name) else f"{name}: {label}"


def question_of(choice: Choice, asked: Asked, registry: RegistryView, language: str) -> ShownQuestion:
    """What was asked. The address names every field, so that it asks the same on another day."""
    form = form_of(asked, registry, language)
    trades = tuple(option for _, options in form.trades for option in options)
    units = ", ".join(option.label for option in form.units if option.chosen)
    rows = [
        (
            "row.issued",
            f"{_chosen(form.issuers)} ({country_inside(choice.national.country, language)})",
        ),
        ("row.trade", _chosen(trades)),
        ("row.level", _chosen(form.levels)),
        ("row.route", say(AREA, f"route.{choice.route.value}", language)),
        ("row.kind", units or say(AREA, f"kind.{choice.kind.value}", language)),
        ("row.awarded", long_date(choice.awarded_on, language)),
    ]
    said = tuple((say(AREA, name, language), value) for name, value in rows if value)
    return ShownQuestion(said, query_of(choice))


def _chosen(options: tuple[Option, ...]) -> str:
    return next((option.label for option in options if option.chosen), "")


def query_of(choice: Choice) -> str:
    """The parameters of a choice, without a language."""
    members: list[tuple[str, object]] = [
        ("country", choice.national.country),
        ("issuer", choice.issuer.number),
        ("trade", choice.trade.code),
        ("level", NO_LEVEL if choice.level is None else choice.level),
        ("route", choice.route.value),
        ("kind", choice.kind.value),
        *(("unit", unit) for unit in choice.units),
        ("awarded", choice.awarded_on.isoformat()),
    ]
    return urlencode(members)
