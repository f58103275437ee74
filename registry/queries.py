"""What the pages show, taken from the verified view: every text is chosen here in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from certes.credential.identifiers import IssuerRef, level_code, trade_code
from certes.runtime.languages import DEFAULT_LANGUAGE
from certes.trust.agreements import Agreement, Article, Party
from certes.trust.bundle import TrustView
from certes.trust.frameworks import occupations
from certes.trust.records import (
    Body,
    Centre,
    History,
    HistoryEntry,
    HostPolicy,
    Issuer,
    KeyPeriod,
    NationalList,
    Scope,
)
from registry.did_documents import find_issuer as find_record
from registry.publication import Published

STALE_AFTER_MINUTES = 24 * 60  # the page warns; what it means for a verdict is each host's own rule


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member on the front page. `version` None: it has published no list yet."""

    country: str
    version: int | None
    issuers: int


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """An agreement in a list."""

    id: str
    title: str
    countries: tuple[str, ...]
    in_force_from: date | None  # the day on which two parties first have it in force


@dataclass(frozen=True, slots=True)
class Overview:
    """The front page."""

    domain: str
    charter_version: int
    members: tuple[MemberLine, ...]
    agreements: tuple[AgreementLine, ...]
    as_of: datetime
    age_minutes: int
    is_stale: bool
    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Named:
    """A code and what people call it."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class IssuerLine:
    """An issuer in a list. `standing` is that of the checkpoint's day, "none" where nothing is said of it."""

    number: int
    name: str
    short_code: str
    standing: str


@dataclass(frozen=True, slots=True)
class TradeLine:
    """A national trade."""

    name: Named
    occupation: str
    regulated: bool


@dataclass(frozen=True, slots=True)
class RungLine:
    """A level of a ladder."""

    name: Named
    acqf: int | None


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A member."""

    country: str
    version: int
    object_id: str
    authorities: tuple[Mapping[str, str], ...]  # role, name, contact
    issuers: tuple[IssuerLine, ...]
    trades: tuple[TradeLine, ...]
    centres: tuple[Centre, ...]
    framework: str | None
    framework_status: str | None
    rungs: tuple[RungLine, ...]
    policy: HostPolicy | None
    agreements: tuple[AgreementLine, ...]


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """What may be certified."""

    trade: Named
    scope: Scope
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BodyView:
    """A body under an issuer."""

    code: str
    name: str
    standing: str
    scope: tuple[ScopeLine, ...]
    history: tuple[HistoryEntry, ...]


@dataclass(frozen=True, slots=True)
class IssuerPage:
    """An issuer."""

    country: str
    number: int
    did: str
    name: str
    short_code: str
    standing: str
    scope: tuple[ScopeLine, ...]
    history: tuple[HistoryEntry, ...]
    keys: tuple[KeyPeriod, ...]
    bodies: tuple[BodyView, ...]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article with its trades named; the template makes the sentences."""

    article: Article
    trades: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """An agreement."""

    id: str
    version: int
    object_id: str
    title: str
    citation: str
    agreement: Agreement
    parties: tuple[Party, ...]
    articles: tuple[ArticleView, ...]
    is_illustrative: bool
    appeal_body: str | None


def in_language(words: Mapping[str, str], language: str) -> str:
    """The text in the reader's language, else in French, else in any; "" where there is none."""
    found = words.get(language) or words.get(DEFAULT_LANGUAGE)
    return found or next(iter(words.values()), "")


def overview(published: Published, *, language: str, now: datetime) -> Overview:
    """The front page's facts."""
    view = published.view
    age_minutes = max(0, int((now - view.as_of).total_seconds() // 60))
    return Overview(
        domain=view.network.domain,
        charter_version=view.charter.version,
        members=tuple(_member_line(view, country) for country in sorted(view.charter.members)),
        agreements=_agreement_lines(view, view.registry.agreements, language),
        as_of=view.as_of,
        age_minutes=age_minutes,
        is_stale=age_minutes > STALE_AFTER_MINUTES,
        size=published.position,
        root=view.checkpoint.root,
    )


def _member_line(view: TrustView, country: str) -> MemberLine:
    national = view.registry.national.get(country)
    if national is None:
        return MemberLine(country, None, 0)
    return MemberLine(country, national.version, len(national.issuers))


def _agreement_lines(
    view: TrustView, agreements: Iterable[Agreement], language: str
) -> tuple[AgreementLine, ...]:
    return tuple(
        AgreementLine(
            agreement.id,
            in_language(_agreement(view, agreement.id)["title"], language),
            tuple(sorted(agreement.parties)),
            _in_force_from(agreement),
        )
        for agreement in agreements
    )


def _in_force_from(agreement: Agreement) -> date | None:
    days = sorted(party.in_force_from for party in agreement.parties.values() if party.in_force_from)
    return days[1] if len(days) > 1 else None


def _agreement(view: TrustView, agreement_id: str) -> Mapping[str, Any]:
    return view.objects[view.registry.object_ids["Agreement", agreement_id]].payload


def find_member(view: TrustView, country: str, *, language: str) -> MemberPage | None:
    """A country's page; None where it has no list."""
    national = view.registry.national.get(country)
    if national is None:
        return None
    ladder = national.ladder
    rungs = () if ladder is None else ladder.rungs
    concerned = [each for each in view.registry.agreements if country in each.parties]
    return MemberPage(
        country=country,
        version=national.version,
        object_id=view.registry.object_ids["NationalList", country],
        authorities=tuple(_authority(entry, language) for entry in national.authorities),
        issuers=tuple(_issuer_line(each, view.registry.as_of, language) for each in _by_number(national)),
        trades=_trade_lines(national, language),
        centres=national.centres,
        framework=None if ladder is None else ladder.framework,
        framework_status=None if ladder is None else ladder.status,
        rungs=tuple(
            RungLine(Named(level_code(country, rung.level), in_language(rung.label, language)), rung.acqf)
            for rung in rungs
        ),
        policy=view.registry.hosts.get(country),
        agreements=_agreement_lines(view, concerned, language),
    )


def _authority(entry: Mapping[str, Any], language: str) -> Mapping[str, str]:
    return {
        "role": entry["role"],
        "name": in_language(entry["name"], language),
        "contact": entry.get("contact", ""),
    }


def _by_number(national: NationalList) -> list[Issuer]:
    return sorted(national.issuers.values(), key=lambda issuer: issuer.number or 0)


def _standing(history: History, day: date) -> str:
    entry = history.on(day)
    return "none" if entry is None else entry.standing.value


def _issuer_line(issuer: Issuer, day: date, language: str) -> IssuerLine:
    return IssuerLine(
        issuer.number or 0,
        in_language(issuer.name, language),
        issuer.short_code or "",
        _standing(issuer.history, day),
    )


def _trade_lines(national: NationalList, language: str) -> tuple[TradeLine, ...]:
    names = _trade_names(national, language)
    newest = {trade.code: trade for trade in sorted(national.trades, key=lambda trade: trade.version)}
    return tuple(
        TradeLine(names[code], _occupation(f"isco08:{trade.occupation}", language).label, trade.regulated)
        for code, trade in (
            (trade_code(national.country, number), newest[number]) for number in sorted(newest)
        )
    )


def _trade_names(national: NationalList, language: str) -> dict[str, Named]:
    """Each national trade by its code, as men and women bear it."""
    names: dict[str, Named] = {}
    for trade in sorted(national.trades, key=lambda trade: trade.version):
        code = trade_code(national.country, trade.code)
        labels = {spoken: label.both for spoken, label in trade.labels.items()}
        names[code] = Named(code, in_language(labels, language))
    return names


def _occupation(code: str, language: str) -> Named:
    """An occupation by its code; ISCO-08 titles exist in English and French only."""
    known = occupations().get(code.removeprefix("isco08:"))
    return Named(code, code if known is None else in_language(known.titles, language))


def find_issuer(view: TrustView, ref: IssuerRef, *, language: str) -> IssuerPage | None:
    """An issuer's page."""
    issuer = find_record(view, ref)
    if issuer is None:
        return None
    names = _trade_names(view.registry.national[ref.country], language)
    day = view.registry.as_of
    return IssuerPage(
        country=ref.country,
        number=ref.number,
        did=issuer.did,
        name=in_language(issuer.name, language),
        short_code=issuer.short_code or "",
        standing=_standing(issuer.history, day),
        scope=_scope_lines(issuer.scope, names, language),
        history=_in_order(issuer.history),
        keys=issuer.keys,
        bodies=tuple(_body(body, names, day, language) for body in issuer.bodies),
    )


def _body(body: Body, names: Mapping[str, Named], day: date, language: str) -> BodyView:
    return BodyView(
        body.code,
        in_language(body.name, language),
        _standing(body.history, day),
        _scope_lines(body.scope, names, language),
        _in_order(body.history),
    )


def _in_order(history: History) -> tuple[HistoryEntry, ...]:
    return tuple(sorted(history.entries, key=lambda entry: entry.start))


def _scope_lines(scopes: Iterable[Scope], names: Mapping[str, Named], language: str) -> tuple[ScopeLine, ...]:
    return tuple(
        ScopeLine(_name_of(scope, names, language), scope, tuple(sorted(scope.levels or ())))
        for scope in scopes
    )


def _name_of(scope: Scope, names: Mapping[str, Named], language: str) -> Named:
    return names.get(scope.code) or _occupation(scope.code, language)


def find_agreement(view: TrustView, agreement_id: str, *, language: str) -> AgreementPage | None:
    """An agreement's page."""
    found = next((each for each in view.registry.agreements if each.id == agreement_id), None)
    if found is None:
        return None
    payload = _agreement(view, agreement_id)
    appeal = payload.get("appeal", {}).get("body", {})
    return AgreementPage(
        id=found.id,
        version=found.version,
        object_id=view.registry.object_ids["Agreement", found.id],
        title=in_language(payload["title"], language),
        citation=_citation(payload["legalReference"]),
        agreement=found,
        parties=tuple(found.parties[country] for country in sorted(found.parties)),
        articles=tuple(
            ArticleView(each, tuple(_occupation(code, language) for code in sorted(each.occupations)))
            for each in found.articles
        ),
        is_illustrative=any(level.status == "illustrative" for level in found.levels),
        appeal_body=in_language(appeal, language) or None,
    )


def _citation(reference: Mapping[str, Any]) -> str:
    """The instrument and where it is printed; a dash stands for "nowhere"."""
    return ", ".join(part for part in (reference["instrument"], reference["citation"]) if part.strip("—–- "))
