"""A country's warnings about its issuers, as its pages show them."""

from dataclasses import dataclass
from datetime import date

from certes.trust.bundle import TrustView
from certes.trust.host_texts import pick
from certes.trust.notices import Posted, State
from certes.trust.records import NationalList


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A warning. `confirm_by` is there as long as the answer is due and the log has the warning."""

    act: str
    issuer: int
    name: str
    kid: str
    since: date
    state: str  # undetermined, confirmed
    logged: bool
    confirm_by: date | None
    reference: str


def notice_lines(
    view: TrustView, national: NationalList, language: str, *, did: str | None = None
) -> tuple[NoticeLine, ...]:
    """Those of a country, or of one of its issuers, that stand and are not in its list yet."""
    return tuple(
        _line(each, national, language)
        for each in view.registry.notices.posted
        if each.notice.country == national.country
        and each.notice.did == (did or each.notice.did)
        and each.state is not State.LIFTED
        and not each.in_list
    )


def _line(posted: Posted, national: NationalList, language: str) -> NoticeLine:
    notice, due = posted.notice, posted.confirm_by
    issuer = national.issuers.get(notice.did)
    waits = posted.state is State.UNDETERMINED
    return NoticeLine(
        act=notice.act.value,
        issuer=notice.issuer,
        name=notice.did if issuer is None else pick(issuer.name, language),
        kid=notice.kid or "",
        since=notice.since,
        state=posted.state.value,
        logged=posted.posted_at is not None,
        confirm_by=due.date() if waits and due is not None else None,
        reference=notice.reference or "",
    )
