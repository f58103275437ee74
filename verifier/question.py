"""The question: where, for which work, on which day. The holder's document never has a say in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from certes.credential.errors import Malformed

FIRST_YEAR, LAST_YEAR = (
    1950,
    2100,
)  # no certification system of the network is older; no certificate lasts longer

# Officially assigned ISO 3166-1 alpha-2 codes: a mistyped country is refused, never answered.
_ASSIGNED = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
    BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
    ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
    HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
    LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
    NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
    SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
    UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES = frozenset(_ASSIGNED.split())
_COUNTRY = re.compile(r"[A-Z]{2}")
_TRADE = re.compile(r"(?:isco08:)?(?P<code>[0-9]{4})", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Question:
    """Does it count in `host` (alpha-2), for the ISCO-08 unit group `trade` if one was named, on the day
    `at`?"""

    host: str
    trade: str | None
    at: date


def parse_question(members: Mapping[str, object], *, default_country: str, today: date) -> Question:
    """Read `country`, `trade` and `date` as a caller wrote them; empty text counts as absent.

    Raises Malformed country_invalid, country_unknown, trade_invalid or date_invalid with `field`.
    """
    return Question(
        host=_country(members.get("country"), default_country),
        trade=_trade(members.get("trade")),
        at=_day(members.get("date"), today),
    )


def _country(value: object, default: str) -> str:
    if value is None or value == "":
        return default
    if not isinstance(value, str) or _COUNTRY.fullmatch(value) is None:
        raise Malformed("country_invalid", field="country")
    if value not in COUNTRIES:
        raise Malformed("country_unknown", field="country")
    return value


def _trade(value: object) -> str | None:
    if value is None or value == "":
        return None
    match = _TRADE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Malformed("trade_invalid", field="trade")
    return match["code"]


def _day(value: object, today: date) -> date:
    if value is None or value == "":
        return today
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        raise Malformed("date_invalid", field="date")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Malformed("date_invalid", field="date") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Malformed("date_invalid", field="date")
    return day
