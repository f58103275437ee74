"""May this body certify this, today? Asked before anything is signed, of the country's own signed list.

A body may certify what its own scope and its issuer's scope both allow, while both are authorised.
"""

from datetime import date

from certes.credential.achievement import Achievement
from certes.credential.errors import Refusal
from certes.credential.identifiers import level_code, occupation_code, trade_code
from certes.trust.records import Body, History, Issuer, NationalList, Scope, ScopeClaim, Standing, first_gap


class NotAccredited(Refusal):
    """Outside what was authorised: `code` says what, `field` where, and the parameters who and which."""


# What is missing in a scope -> the member of the request at fault.
_FIELDS = {
    "trade": "achievement.trade",
    "level": "achievement.level",
    "kind": "achievement.kind",
    "dates": "awarded_on",
    "rpl": "achievement.route",
}


def may_certify(
    national: NationalList, *, issuer: int, body: str | None, achievement: Achievement, at: date
) -> None:
    """Return if so. Raises NotAccredited:

    `issuer_unknown`, `issuer_suspended`, `issuer_withdrawn`, `issuer_not_yet_granted`; the same four with
    `body_`; `trade_not_listed`, `trade_occupation_differs`; `outside_issuer_scope_<part>` and
    `outside_body_scope_<part>`, part being trade, level, kind, dates or rpl. `body` None: the issuer
    certifies by itself.
    """
    signing = national.find_issuer(issuer)
    if signing is None or achievement.country != national.country:
        raise NotAccredited("issuer_unknown", field="issuer", issuer=issuer, country=national.country)
    _require_listed_trade(national, achievement)
    claim = _claim(achievement, at)
    _require_authorised("issuer", str(issuer), signing.history, at)
    _require_scope("issuer", str(issuer), signing.scope, claim)
    if body is not None:
        certifying = _require_body(signing, body)
        _require_authorised("body", body, certifying.history, at)
        _require_scope("body", body, certifying.scope, claim)


def _require_body(signing: Issuer, code: str) -> Body:
    found = signing.find_body(code)
    if found is None:
        raise NotAccredited("body_unknown", field="body", body=code)
    return found


def _require_listed_trade(national: NationalList, achievement: Achievement) -> None:
    wanted = (achievement.trade, achievement.trade_version)
    trade = next((trade for trade in national.trades if (trade.code, trade.version) == wanted), None)
    code = trade_code(achievement.country, achievement.trade)
    if trade is None:
        raise NotAccredited(
            "trade_not_listed", field="achievement.trade", trade=code, version=achievement.trade_version
        )
    if trade.occupation != achievement.occupation:
        raise NotAccredited(
            "trade_occupation_differs", field="achievement.occupation", trade=code, listed=trade.occupation
        )


def _claim(achievement: Achievement, at: date) -> ScopeClaim:
    country, level = achievement.country, achievement.level
    return ScopeClaim(
        occupations=(trade_code(country, achievement.trade), occupation_code(achievement.occupation)),
        level=None if level is None else level_code(country, level),
        kind=achievement.kind.value,
        method=achievement.route.value,
        day=at,
    )


def _require_authorised(who: str, name: str, history: History, at: date) -> None:
    entry = history.on(at)
    if entry is None:
        raise NotAccredited(f"{who}_not_yet_granted", field=who, **{who: name})
    if entry.standing is not Standing.GRANTED:
        since = entry.start.isoformat()
        raise NotAccredited(f"{who}_{entry.standing.value}", field=who, since=since, **{who: name})


def _require_scope(who: str, name: str, scope: tuple[Scope, ...], claim: ScopeClaim) -> None:
    gap = first_gap(scope, claim)
    if gap is not None:
        wanted = claim.level or "-" if gap == "level" else claim.occupations[0]
        raise NotAccredited(f"outside_{who}_scope_{gap}", field=_FIELDS[gap], wanted=wanted, **{who: name})
