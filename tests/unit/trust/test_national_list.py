"""A national list is read strictly: schema first, then what no schema can say."""

from collections.abc import Callable
from typing import Any

import pytest

from certes.credential.errors import Malformed, Misuse, Refusal
from certes.trust import schema
from certes.trust.national_list import parse_national_list
from certes.trust.records import HelpPoint, NationalList
from tests.unit.trust.network import NETWORK, key, national_payload

Change = Callable[[dict[str, Any]], object]


def read(change: Change = lambda payload: None) -> NationalList:
    """The small network's list, changed first."""
    payload = national_payload()
    change(payload)
    return parse_national_list(payload, network=NETWORK, version=3)


def test_everything_of_the_payload_stands_in_the_record() -> None:
    found = read()
    issuer = found.find_issuer(1)
    assert (found.country, found.id, found.version) == ("CM", "urn:nat:CM", 3)
    assert issuer is not None
    assert issuer == found.issuers["did:web:skills.example:cm:1"]
    assert (issuer.short_code, issuer.name) == ("MIN", {"fr": "Ministère"})
    assert issuer.keys[0].multikey == key("issuer CM").public_key.multikey
    assert issuer.find_body("CFM") == issuer.bodies[0]
    assert issuer.find_body("none") is None
    assert found.find_issuer(2) is None
    trade = found.trades[0]
    assert trade.units == ((1, {"und": "Arc"}), (2, {"fr": "Gaz"}))
    assert (trade.labels["fr"].feminine, trade.title, trade.regulated) == ("Soudeuse", "CM:CQP-SOUD", False)
    assert found.ladder is not None
    assert (found.ladder.status, found.ladder.rungs[0].acqf) == ("illustrative", 4)
    assert (found.centres[0].name, found.centres[0].place) == ("Centre de Douala", "Douala")


def test_languages_and_help_points_are_read_where_a_country_gives_them() -> None:
    point = {"kind": "consular", "country": "GA", "name": {"fr": "Consulat"}, "place": "Libreville"}
    found = read(lambda payload: payload.update(languages=["fr", "en"], helpPoints=[point]))
    assert found.languages == ("fr", "en")
    assert found.help_points == (HelpPoint("consular", "GA", {"fr": "Consulat"}, "Libreville", None),)
    assert (read().languages, read().help_points) == ((), ())


@pytest.mark.parametrize(
    "point",
    [
        {"kind": "shop", "country": "GA", "name": {"fr": "x"}},
        {"kind": "union", "country": "gabon", "name": {"fr": "x"}},
        {"kind": "union", "country": "GA", "name": {}},
        {"kind": "union", "country": "GA"},
    ],
)
def test_a_help_point_of_another_shape_is_refused(point: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="schema_violation"):
        read(lambda payload: payload.update(helpPoints=[point]))


def test_a_country_may_have_no_ladder() -> None:
    assert read(lambda payload: payload.update(levels=None)).ladder is None


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (lambda p: p.update(colour=1), "schema_violation", None),
        (lambda p: p["issuers"][0].pop("keys"), "schema_violation", "issuers[0]"),
        (
            lambda p: p["issuers"][0]["keys"][0].update(notBefore="1.1.2022"),
            "schema_violation",
            "issuers[0].keys[0].notBefore",
        ),
        (
            lambda p: p["issuers"][0]["keys"][0].update(notBefore="2022-02-30"),
            "schema_violation",
            "issuers[0].keys[0].notBefore",
        ),
        (
            lambda p: p["issuers"][0].update(did="did:web:skills.example:cm:2"),
            "issuer_did_wrong",
            "issuers[0].did",
        ),
        (
            lambda p: p["issuers"][0].update(did="did:web:other.example:cm:1"),
            "issuer_did_wrong",
            "issuers[0].did",
        ),
        (lambda p: p["issuers"].append(p["issuers"][0]), "entry_repeated", "issuers"),
        (
            lambda p: p["issuers"][0]["keys"].append(p["issuers"][0]["keys"][0]),
            "entry_repeated",
            "issuers[0].keys",
        ),
        (
            lambda p: p["issuers"][0]["keys"].append({**p["issuers"][0]["keys"][0], "kid": "k2"}),
            "entry_repeated",
            "issuers.publicKeyMultibase",
        ),
        (
            lambda p: p["issuers"][0]["keys"][0].update(publicKeyMultibase="z" + "1" * 40),
            "multikey_invalid",
            None,
        ),
        (
            lambda p: p["issuers"][0]["bodies"].append(p["issuers"][0]["bodies"][0]),
            "entry_repeated",
            "issuers[0].bodies",
        ),
        (
            lambda p: p["issuers"][0]["scope"][0].update(trade="GA:1204"),
            "member_invalid",
            "issuers[0].scope[0].trade",
        ),
        (
            lambda p: p["issuers"][0]["scope"][0].update(levels=["GA-4"]),
            "member_invalid",
            "issuers[0].scope[0].levels",
        ),
        (
            lambda p: [p["issuers"][0]["scope"][0].pop(name) for name in ("trade", "occupation")],
            "schema_violation",
            "issuers[0].scope[0]",
        ),
        (lambda p: p["trades"].append(p["trades"][0]), "entry_repeated", "trades"),
        (lambda p: p["trades"][0].update(title="GA:X"), "member_invalid", "trades[0].title"),
        (
            lambda p: p["trades"][0]["units"].append({"unit": 1, "label": "x"}),
            "entry_repeated",
            "CM:1204.units",
        ),
        (
            lambda p: p["trades"][0]["units"].append({"unit": 33, "label": "x"}),
            "schema_violation",
            "trades[0].units[2].unit",
        ),
        (lambda p: p["centres"].append(p["centres"][0]), "entry_repeated", "centres"),
        (lambda p: p["levels"]["rungs"].append(p["levels"]["rungs"][0]), "entry_repeated", "levels.rungs"),
    ],
)
def test_what_cannot_stand_is_refused_by_name(change: Change, code: str, field: str | None) -> None:
    with pytest.raises(Refusal) as caught:
        read(change)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_scope_may_name_an_occupation_alone() -> None:
    def change(payload: dict[str, Any]) -> None:
        del payload["issuers"][0]["scope"][0]["trade"]

    assert read(change).issuers["did:web:skills.example:cm:1"].scope[0].code == "isco08:7212"


def test_a_schema_never_fetches() -> None:
    with pytest.raises(Misuse, match="schema_reference_outside"):
        schema._refuse("https://example.org/schema.json")
    with pytest.raises(Malformed, match="schema_violation"):
        schema.require_schema("checkpoint", {})
