"""What a national list says of regional standards and of centres that others accredit too."""

from collections.abc import Callable
from typing import Any

import pytest

from certes.credential.errors import Refusal
from certes.trust.national_list import parse_national_list
from certes.trust.records import NationalList
from tests.unit.trust.network import NETWORK, national_payload

Change = Callable[[dict[str, Any]], object]
STANDARD = "https://skills.example/standards/1"


def read(change: Change) -> NationalList:
    """The small network's list with a linked trade, changed further."""
    payload = national_payload()
    trade = payload["trades"][0]
    trade |= {"standard": STANDARD, "standardVersion": 2}
    trade["units"][0]["covers"] = [3, 1]
    payload["centres"][0] |= {"id": "https://centre.example/1", "trades": ["CM:1204"]}
    change(payload)
    return parse_national_list(payload, network=NETWORK, version=1)


def test_links_and_centres_stand_in_the_record() -> None:
    found = read(lambda payload: None)
    trade, centre = found.trades[0], found.centres[0]
    assert (trade.standard, trade.standard_version, trade.covers) == (STANDARD, 2, {1: frozenset([1, 3])})
    assert trade.units == ((1, {"und": "Arc"}), (2, {"fr": "Gaz"}))
    assert (centre.id, centre.trades) == ("https://centre.example/1", ("CM:1204",))


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (lambda p: p["trades"][0].pop("standard"), "member_invalid", "trades[0].standard"),
        (lambda p: p["trades"][0].update(standardVersion=0), "schema_violation", "trades[0].standardVersion"),
        (
            lambda p: p["trades"][0]["units"][0].update(covers=[0]),
            "schema_violation",
            "trades[0].units[0].covers[0]",
        ),
        (
            lambda p: p["trades"][0]["units"][0].update(covers=[1, 1]),
            "schema_violation",
            "trades[0].units[0].covers",
        ),
        (lambda p: p["centres"][0].update(trades=["CM:9999"]), "member_invalid", "centres[0].trades"),
        (lambda p: p["centres"][0].update(trades=["GA:1204"]), "member_invalid", "centres[0].trades"),
        (
            lambda p: p["centres"].append({"number": 2, "name": "x", "id": "https://centre.example/1"}),
            "entry_repeated",
            "centres.id",
        ),
        (
            lambda p: p["centres"].extend(
                [
                    {"number": 2, "name": "x"},
                    {"number": 3, "name": "x", "id": "https://skills.example/cm/centres/2"},
                ]
            ),
            "entry_repeated",
            "centres.id",
        ),
    ],
)
def test_what_cannot_stand_is_refused_by_name(change: Change, code: str, field: str) -> None:
    with pytest.raises(Refusal) as caught:
        read(change)
    assert (caught.value.code, caught.value.field) == (code, field)
