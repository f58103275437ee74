"""An issuer's page: what it may certify and when, its keys, the bodies under it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from certes.credential.identifiers import IssuerRef
from certes.trust.bundle import TrustView
from certes.trust.host_texts import pick
from certes.trust.records import Body, History, HistoryEntry, KeyPeriod, RegistryView, Scope
from registry.did_documents import find_issuer as find_record
from registry.queries.members import standing
from registry.queries.naming import code_label
from registry.queries.notices import NoticeLine, notice_lines


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """What may be certified, the trade by its name."""

    trade: str
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
    notices: tuple[NoticeLine, ...]


def find_issuer(view: TrustView, ref: IssuerRef, *, language: str) -> IssuerPage | None:
    """An issuer's page; None where the country lists no such number."""
    issuer = find_record(view, ref)
    if issuer is None:
        return None
    registry = view.registry
    return IssuerPage(
        country=ref.country,
        number=ref.number,
        did=issuer.did,
        name=pick(issuer.name, language),
        short_code=issuer.short_code or "",
        standing=standing(issuer.history, registry.as_of),
        scope=_scope_lines(issuer.scope, registry, language),
        history=_in_order(issuer.history),
        keys=issuer.keys,
        bodies=tuple(_body(body, registry, registry.as_of, language) for body in issuer.bodies),
        notices=notice_lines(view, registry.national[ref.country], language, did=issuer.did),
    )


def _body(body: Body, registry: RegistryView, day: date, language: str) -> BodyView:
    return BodyView(
        body.code,
        pick(body.name, language),
        standing(body.history, day),
        _scope_lines(body.scope, registry, language),
        _in_order(body.history),
    )


def _in_order(history: History) -> tuple[HistoryEntry, ...]:
    return tuple(sorted(history.entries, key=lambda entry: entry.start))


def _scope_lines(scopes: Iterable[Scope], registry: RegistryView, language: str) -> tuple[ScopeLine, ...]:
    return tuple(
        ScopeLine(code_label(scope.code, registry, language), scope, tuple(sorted(scope.levels or ())))
        for scope in scopes
    )
