"""May this body certify this, today? Exactly what fails is named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from certes.credential.achievement import Achievement, Kind, Route
from certes.trust.accreditation import NotAccredited, may_certify
from certes.trust.national_list import parse_national_list
from tests.unit.trust.network import NETWORK, SCOPE, national_payload

AT = date(2026, 11, 20)
WELDER = Achievement("CM", 1204, 1, "7212", 4, Kind.FULL, (), Route.TRAINING)

Change = Callable[[dict[str, Any]], object]


def ask(
    achievement: Achievement = WELDER,
    *,
    change: Change = lambda payload: None,
    issuer: int = 1,
    body: str | None = "CFM",
    at: date = AT,
) -> None:
    """Ask of the small network's list, changed first."""
    payload = national_payload()
    change(payload)
    national = parse_national_list(payload, network=NETWORK, version=1)
    may_certify(national, issuer=issuer, body=body, achievement=achievement, at=at)


def body_of(payload: dict[str, Any]) -> dict[str, Any]:
    """The only body of a payload."""
    found: dict[str, Any] = payload["issuers"][0]["bodies"][0]
    return found


def test_a_body_certifies_what_both_scopes_allow() -> None:
    ask()
    ask(body=None)
    ask(replace(WELDER, kind=Kind.UNITS, units=(1,)))


@pytest.mark.parametrize(
    ("options", "code", "field"),
    [
        ({"issuer": 2}, "issuer_unknown", "issuer"),
        ({"achievement": replace(WELDER, country="GA")}, "issuer_unknown", "issuer"),
        ({"body": "XYZ"}, "body_unknown", "body"),
        ({"achievement": replace(WELDER, trade=9)}, "trade_not_listed", "achievement.trade"),
        ({"achievement": replace(WELDER, trade_version=2)}, "trade_not_listed", "achievement.trade"),
        (
            {"achievement": replace(WELDER, occupation="7112")},
            "trade_occupation_differs",
            "achievement.occupation",
        ),
        ({"achievement": replace(WELDER, level=5)}, "outside_issuer_scope_level", "achievement.level"),
        ({"achievement": replace(WELDER, level=None)}, "outside_issuer_scope_level", "achievement.level"),
        (
            {"achievement": replace(WELDER, route=Route.PRIOR_LEARNING)},
            "outside_issuer_scope_rpl",
            "achievement.route",
        ),
        (
            {"achievement": replace(WELDER, route=Route.MIXED)},
            "outside_issuer_scope_rpl",
            "achievement.route",
        ),
        ({"at": date(2021, 12, 31)}, "issuer_not_yet_granted", "issuer"),
        (
            {"change": lambda payload: payload["issuers"][0].update(scope=[])},
            "outside_issuer_scope_trade",
            "achievement.trade",
        ),
        (
            {"change": lambda payload: body_of(payload).update(scope=[{**SCOPE, "kinds": ["units"]}])},
            "outside_body_scope_kind",
            "achievement.kind",
        ),
        (
            {
                "change": lambda payload: body_of(payload).update(
                    scope=[{**SCOPE, "validUntil": "2026-01-01"}]
                )
            },
            "outside_body_scope_dates",
            "awarded_on",
        ),
        (
            {
                "change": lambda payload: body_of(payload)["history"].append(
                    {"status": "suspended", "from": "2026-11-01"}
                )
            },
            "body_suspended",
            "body",
        ),
        (
            {
                "change": lambda payload: payload["issuers"][0]["history"].append(
                    {"status": "withdrawn", "from": "2026-11-20"}
                )
            },
            "issuer_withdrawn",
            "issuer",
        ),
    ],
)
def test_what_fails_is_named(options: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(NotAccredited) as caught:
        ask(**options)
    assert (caught.value.code, caught.value.field) == (code, field)
