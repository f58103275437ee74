"""An agreement's page: its parties and their dates, its articles with trades by their names, its appeal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from certes.trust.agreements import Agreement, Article, Condition, Party
from certes.trust.bundle import TrustView
from certes.trust.events import AgreementEvent, LoggedEvent, parse_agreement_event
from certes.trust.host_texts import pick
from certes.trust.records import RegistryView
from registry.queries.members import AuthorityLine, language_name
from registry.queries.naming import code_label, title_label
from registry.queries.overview import agreement_payload


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party; what it does not apply, by articles and by names of occupations, and until when."""

    party: Party
    reserved_articles: tuple[tuple[str, date | None], ...]
    reserved_trades: tuple[tuple[str, date | None], ...]


@dataclass(frozen=True, slots=True)
class EventView:
    """What a party declared by itself; what it is about, by articles and by names of occupations."""

    event: AgreementEvent
    begins: date  # its effect; for one that was over before it was received, its own day
    has_effect: bool
    logged_on: date
    object_id: str
    articles: tuple[str, ...]
    trades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SplitView:
    """At this host the trade is several: each by its name, with the units it takes."""

    country: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class TitleView:
    """A named certificate and what it is at the host."""

    country: str
    title: str
    host: str
    host_title: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article with its trades named; the template makes the sentences."""

    article: Article
    trades: tuple[str, ...]
    hosts: tuple[tuple[str, str], ...]  # (country, what the trade is there)
    splits: tuple[SplitView, ...]
    titles: tuple[TitleView, ...]


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """An agreement."""

    id: str
    version: int
    object_id: str
    title: str
    citation: str
    agreement: Agreement
    parties: tuple[PartyView, ...]
    events: tuple[EventView, ...]  # in the order of the log, those of former parties among them
    articles: tuple[ArticleView, ...]
    authorities: tuple[tuple[str, AuthorityLine], ...]  # with the country
    languages: tuple[str, ...]
    is_illustrative: bool
    appeal_body: str


def find_agreement(view: TrustView, agreement_id: str, *, language: str) -> AgreementPage | None:
    """An agreement's page; None where no such agreement was signed."""
    registry = view.registry
    found = next((each for each in registry.agreements if each.id == agreement_id), None)
    if found is None:
        return None
    payload = agreement_payload(view, agreement_id)
    reference = payload["legalReference"]
    return AgreementPage(
        id=found.id,
        version=found.version,
        object_id=registry.object_ids["Agreement", found.id],
        title=pick(payload["title"], language),
        citation=_citation(reference),
        agreement=found,
        parties=tuple(_party(found.parties[code], registry, language) for code in sorted(found.parties)),
        events=_events(view, found.id, language),
        articles=tuple(_article(each, registry, language) for each in found.articles),
        authorities=_authorities(payload.get("authorities", ()), language),
        languages=tuple(language_name(code, language) for code in reference.get("authenticLanguages", ())),
        is_illustrative=any(level.status == "illustrative" for level in found.levels),
        appeal_body=pick(payload.get("appeal", {}).get("body", {}), language),
    )


def _party(party: Party, registry: RegistryView, language: str) -> PartyView:
    """A reservation that is lifted by the register's day is history."""
    ends = party.reservations_end
    held = {name for name in party.reservations if registry.as_of < ends.get(name, date.max)}
    trades = {code for code in held if _is_code(code)}
    return PartyView(
        party,
        tuple((name, ends.get(name)) for name in sorted(held - trades)),
        tuple(sorted((code_label(code, registry, language), ends.get(code)) for code in trades)),
    )


def _is_code(name: str) -> bool:
    """Is it an occupation's, and no article's?"""
    return ":" in name


def _events(view: TrustView, agreement_id: str, language: str) -> tuple[EventView, ...]:
    return tuple(
        _event(LoggedEvent(event, found.version, object_id, view.logged[object_id].date()), view, language)
        for object_id, found in view.objects.items()
        if found.type == "AgreementEvent"
        for event in (parse_agreement_event(found.payload),)
        if event.agreement == agreement_id
    )


def _event(act: LoggedEvent, view: TrustView, language: str) -> EventView:
    event = act.event
    codes = {name for name in event.names if _is_code(name)}
    over = event.start if event.end is not None and event.end <= act.begins else None
    return EventView(
        event,
        over or act.begins,
        over is None,
        act.logged_on,
        act.object_id,
        articles=tuple(sorted(event.names - codes)),
        trades=tuple(sorted(code_label(code, view.registry, language) for code in codes)),
    )


def _article(article: Article, registry: RegistryView, language: str) -> ArticleView:
    def label(code: str) -> str:
        return code_label(code, registry, language)

    return ArticleView(
        article,
        trades=tuple(sorted(label(code) for code in article.occupations)),
        hosts=tuple((host, label(code)) for host, code in sorted(article.host_occupation.items())),
        splits=tuple(
            SplitView(host, tuple((label(part.occupation), part.units) for part in parts))
            for host, parts in sorted(article.split.items())
        ),
        titles=tuple(
            TitleView(
                row.country,
                title_label(row.title, registry, language),
                row.host,
                title_label(row.host_title, registry, language),
                row.conditions,
            )
            for row in article.titles
        ),
    )


def _authorities(
    entries: Sequence[Mapping[str, Any]], language: str
) -> tuple[tuple[str, AuthorityLine], ...]:
    return tuple(
        (
            entry["country"],
            AuthorityLine(entry["role"], pick(entry["name"], language), entry.get("contact", "")),
        )
        for entry in entries
    )


def _citation(reference: Mapping[str, Any]) -> str:
    """The instrument and where it is printed; a dash stands for "nowhere"."""
    return ", ".join(part for part in (reference["instrument"], reference["citation"]) if part.strip("—–- "))
