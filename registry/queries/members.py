"""A member's page: whom to ask, who certifies, its trades and levels, and its rules as a host."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale

from certes.runtime.recognition_words import country_inside
from certes.trust.bundle import TrustView
from certes.trust.host_texts import pick
from certes.trust.records import Centre, History, HostPolicy, Issuer, NationalList, RegistryView
from registry.queries.naming import (
    code_label,
    group_title,
    level_label,
    newest_trades,
    sector_of,
    trade_label,
)
from registry.queries.notices import NoticeLine, notice_lines
from registry.queries.overview import AgreementLine, agreement_lines


@dataclass(frozen=True, slots=True)
class IssuerLine:
    """An issuer in a list. `standing` is that of the checkpoint's day, "none" where nothing is said of it."""

    number: int
    name: str
    short_code: str
    standing: str


@dataclass(frozen=True, slots=True)
class TradeLine:
    """A national trade and its ISCO-08 group, "" where the group is not in the table."""

    label: str
    group: str
    sector: str
    regulated: bool


@dataclass(frozen=True, slots=True)
class RungLine:
    """A level of a ladder."""

    label: str
    acqf: int | None


@dataclass(frozen=True, slots=True)
class AuthorityLine:
    """An authority or a contact: its role, its name, how to reach it ("" where that was not published)."""

    role: str
    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A help point: `kind` is consular or union, `country` where it is."""

    kind: str
    country: str
    name: str
    place: str
    contact: str


@dataclass(frozen=True, slots=True)
class LicenceLine:
    """A permit, and the occupation that needs it by its name."""

    occupation: str
    name: str
    body: str


@dataclass(frozen=True, slots=True)
class HostRules:
    """A country's rules as a host."""

    max_age_days: int
    hard_age_days: int
    licences: tuple[LicenceLine, ...]
    contacts: tuple[AuthorityLine, ...]
    appeal_body: str
    appeal_deadline_days: int
    appeal_decision_days: int


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A member."""

    country: str
    version: int
    object_id: str
    languages: tuple[str, ...]
    authorities: tuple[AuthorityLine, ...]
    help_points: tuple[HelpLine, ...]
    issuers: tuple[IssuerLine, ...]
    trades: tuple[tuple[str, tuple[TradeLine, ...]], ...]  # by sector
    centres: tuple[Centre, ...]
    framework: str | None
    framework_status: str | None
    rungs: tuple[RungLine, ...]
    host: HostRules | None
    agreements: tuple[AgreementLine, ...]
    notices: tuple[NoticeLine, ...]


def find_member(view: TrustView, country: str, *, language: str) -> MemberPage | None:
    """A country's page; None where it has no list."""
    registry = view.registry
    national = registry.national.get(country)
    if national is None:
        return None
    ladder = national.ladder
    rungs = () if ladder is None else ladder.rungs
    concerned = [each for each in registry.agreements if country in each.parties]
    policy = registry.hosts.get(country)
    return MemberPage(
        country=country,
        version=national.version,
        object_id=registry.object_ids["NationalList", country],
        languages=tuple(language_name(code, language) for code in national.languages),
        authorities=tuple(_authority(entry, language) for entry in national.authorities),
        help_points=help_lines(national, language),
        issuers=tuple(_issuer_line(each, registry.as_of, language) for each in _by_number(national)),
        trades=trades_by_sector(national, language),
        centres=national.centres,
        framework=None if ladder is None else ladder.framework,
        framework_status=None if ladder is None else ladder.status,
        rungs=tuple(RungLine(level_label(country, rung, language), rung.acqf) for rung in rungs),
        host=None if policy is None else _host_rules(policy, registry, language),
        agreements=agreement_lines(view, concerned, language),
        notices=notice_lines(view, national, language),
    )


def language_name(code: str, language: str) -> str:
    """A language by its name in the reader's, else by its code."""
    return str(Locale.parse(language).languages.get(code, code))


def help_lines(national: NationalList, language: str, *, where: str | None = None) -> tuple[HelpLine, ...]:
    """A country's help points, or those of them that are in the country `where`."""
    return tuple(
        HelpLine(
            point.kind,
            country_inside(point.country, language),
            pick(point.name, language),
            point.place or "",
            point.contact or "",
        )
        for point in national.help_points
        if where in (None, point.country)
    )


def trades_by_sector(national: NationalList, language: str) -> tuple[tuple[str, tuple[TradeLine, ...]], ...]:
    """A country's trades by title, in the sectors of their groups."""
    found: dict[str, list[TradeLine]] = {}
    for trade in newest_trades(national).values():
        sector = sector_of(trade)
        line = TradeLine(trade_label(trade, language), group_title(trade, language), sector, trade.regulated)
        found.setdefault(sector, []).append(line)
    return tuple(
        (sector, tuple(sorted(found[sector], key=lambda line: line.label))) for sector in sorted(found)
    )


def _authority(entry: Mapping[str, Any], language: str) -> AuthorityLine:
    return AuthorityLine(entry["role"], pick(entry["name"], language), entry.get("contact", ""))


def _by_number(national: NationalList) -> list[Issuer]:
    return sorted(national.issuers.values(), key=lambda issuer: issuer.number or 0)


def standing(history: History, day: date) -> str:
    """What holds on a day: granted, suspended, withdrawn, or "none"."""
    entry = history.on(day)
    return "none" if entry is None else entry.standing.value


def _issuer_line(issuer: Issuer, day: date, language: str) -> IssuerLine:
    return IssuerLine(
        issuer.number or 0,
        pick(issuer.name, language),
        issuer.short_code or "",
        standing(issuer.history, day),
    )


def _host_rules(policy: HostPolicy, registry: RegistryView, language: str) -> HostRules:
    appeal = policy.appeal or {}
    return HostRules(
        max_age_days=policy.max_registry_age_days,
        hard_age_days=policy.hard_registry_age_days,
        licences=tuple(
            LicenceLine(code_label(each.occupation, registry, language), each.name, each.body)
            for each in policy.licences
        ),
        contacts=tuple(_authority(entry, language) for entry in policy.contacts),
        appeal_body=pick(appeal.get("body", {}), language),
        appeal_deadline_days=appeal.get("deadlineDays", 0),
        appeal_decision_days=appeal.get("decisionDays", 0),
    )
