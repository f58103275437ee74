"""The front page: who is in it, which agreements there are, how fresh it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from certes.trust.agreements import Agreement
from certes.trust.bundle import TrustView
from certes.trust.host_texts import pick
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


def overview(published: Published, *, language: str, now: datetime) -> Overview:
    """The front page's facts."""
    view = published.view
    age_minutes = max(0, int((now - view.as_of).total_seconds() // 60))
    return Overview(
        domain=view.network.domain,
        charter_version=view.charter.version,
        members=tuple(_member_line(view, country) for country in sorted(view.charter.members)),
        agreements=agreement_lines(view, view.registry.agreements, language),
        as_of=view.as_of,
        age_minutes=age_minutes,
        is_stale=age_minutes > STALE_AFTER_MINUTES,
        size=published.position,
        root=view.log_state.root,
    )


def _member_line(view: TrustView, country: str) -> MemberLine:
    national = view.registry.national.get(country)
    if national is None:
        return MemberLine(country, None, 0)
    return MemberLine(country, national.version, len(national.issuers))


def agreement_lines(
    view: TrustView, agreements: Iterable[Agreement], language: str
) -> tuple[AgreementLine, ...]:
    """Agreements as a list shows them."""
    return tuple(
        AgreementLine(
            agreement.id,
            pick(agreement_payload(view, agreement.id)["title"], language),
            tuple(sorted(agreement.parties)),
            _in_force_from(agreement),
        )
        for agreement in agreements
    )


def _in_force_from(agreement: Agreement) -> date | None:
    days = sorted(party.in_force_from for party in agreement.parties.values() if party.in_force_from)
    return days[1] if len(days) > 1 else None


def agreement_payload(view: TrustView, agreement_id: str) -> Mapping[str, Any]:
    """The agreement as it was signed."""
    return view.objects[view.registry.object_ids["Agreement", agreement_id]].payload
