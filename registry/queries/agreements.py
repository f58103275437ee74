"""An agreement's page: its parties and their dates, its articles with trades by their names, its appeal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from certes.trust.agreements import Agreement, Article, Condition, Party
from certes.trust.bundle import TrustView
from certes.trust.host_texts import pick
from certes.trust.records import RegistryView
from registry.queries.members import AuthorityLine, language_name
from registry.queries.naming import code_label, title_label
from registry.queries.overview import agreement_payload


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party; what it does not apply, by articles and by names of occupations."""

    party: Party
    reserved_articles: tuple[str, ...]
    reserved_trades: tuple[str, ...]


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
        articles=tuple(_article(each, registry, language) for each in found.articles),
        authorities=_authorities(payload.get("authorities", ()), language),
        languages=tuple(language_name(code, language) for code in reference.get("authenticLanguages", ())),
        is_illustrative=any(level.status == "illustrative" for level in found.levels),
        appeal_body=pick(payload.get("appeal", {}).get("body", {}), language),
    )


def _party(party: Party, registry: RegistryView, language: str) -> PartyView:
    trades = {code for code in party.reservations if ":" in code}
    return PartyView(
        party,
        tuple(sorted(party.reservations - trades)),
        tuple(sorted(code_label(code, registry, language) for code in trades)),
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
