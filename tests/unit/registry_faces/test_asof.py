"""The register as of a day and a size of its log, and decisions taken again from their evidence."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from certes.credential.errors import Malformed
from certes.trust.bundle import parse_bundle
from certes.trust.recognition import RULES_VERSION
from certes.trust.slices import Wanted, parse_slice
from registry.asof import KEPT_VIEWS, Held, Views, known_at
from registry.replay import parse_saved, replay
from tests.unit.registry_faces.front import client_of
from tests.world import NOW, World
from tests.world_data import AGREEMENT, Payload

BEFORE = NOW - timedelta(days=5)
QUESTION: Payload = {
    "facts": {
        "country": "CM",
        "issuer": "did:web:skills.example:cm:1",
        "kid": "k1",
        "awardedOn": "2026-04-10",
        "occupations": ["CM:1204", "isco08:7212"],
        "level": "CM-4",
        "validUntil": None,
    },
    "host": "GA",
    "at": "2026-11-20",
    "status": {"state": "valid", "asOf": "2026-11-20"},
}


def withdraw(payload: Payload) -> None:
    """Gabon leaves the agreement, and keeps nothing of it."""
    payload["temporal"] = {"appliesToIssuedFrom": "2024-01-01", "afterWithdrawal": "lapse"}
    next(each for each in payload["parties"] if each["country"] == "GA")["withdrawalEffectiveOn"] = (
        "2026-11-10"
    )


def steal(payload: Payload) -> None:
    """Key 1 of Cameroon's issuer 1 was stolen."""
    payload["issuers"][0]["keys"][0]["compromisedSince"] = "2026-01-05"


@pytest.fixture(scope="module")
def world() -> World:
    """A world in which both came to be known, at sizes 13 and 14."""
    return World().revised("Agreement", AGREEMENT, withdraw, at=BEFORE).revised("NationalList", "CM", steal)


def ask(world: World, **change: Any) -> dict[str, Any]:
    """A decision."""
    reply = client_of(world).post("/v1/decide", json={**QUESTION, **change})
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


@pytest.mark.parametrize(
    ("size", "verdict", "code"),
    [
        (12, "recognised", "agreement_in_force"),
        (13, "not_recognised", "agreement_ended"),
        (14, "unknown", "key_compromised_issue_time_not_proven"),
    ],
)
def test_a_decision_knows_what_the_log_held_at_its_size(
    world: World, size: int, verdict: str, code: str
) -> None:
    decision = ask(world, size=size)["decision"]
    assert decision["verdict"] == verdict
    assert decision["reasons"][0]["code"] == code
    assert decision["evidence"]["log"]["size"] == size
    assert decision["evidence"]["rules_version"] == RULES_VERSION


def test_without_a_size_everything_published_counts(world: World) -> None:
    assert ask(world)["question"]["size"] == 14


def test_an_issuer_is_shown_as_it_was_known_and_as_of_a_day(world: World) -> None:
    client = client_of(world)
    then = client.get("/v1/issuers/CM/1", params={"at": "2026-11-20", "size": "12"}).json()
    now = client.get("/v1/issuers/CM/1", params={"at": "2026-11-20"}).json()
    assert (then["on_that_day"]["keys"], now["on_that_day"]["keys"]) == (["k1", "k2"], ["k2"])
    assert (then["source"]["version"], now["source"]["version"]) == (1, 2)
    assert now["source"]["object_id"] == world.newest("NationalList", "CM").object_id
    left = client.get("/v1/issuers/CM/2", params={"at": "2025-01-01"}).json()
    assert left["on_that_day"]["standing"] == "granted"
    assert client.get("/v1/issuers/CM/2").json()["on_that_day"]["standing"] == "withdrawn"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/issuers/CM/9", 404, "issuer_not_found"),
        ("/v1/issuers/cm/1", 404, "not_found"),
        ("/v1/issuers/CM/1?size=15", 404, "log_size_unknown"),
        ("/v1/issuers/CM/1?size=0", 422, "member_invalid"),
        ("/v1/issuers/CM/1?at=today", 422, "date_invalid"),
        ("/v1/bundle/at/15", 404, "log_size_unknown"),
        ("/v1/bundle/at/12", 404, "log_size_without_checkpoint"),
        ("/v1/slices/CM/9/GA", 404, "issuer_not_found"),
        ("/v1/slices/CM/1/FR", 404, "slice_host_unknown"),
    ],
)
def test_what_is_not_there_is_said(world: World, path: str, status: int, code: str) -> None:
    reply = client_of(world).get(path)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"facts": None}, "facts"),
        ({"facts": {**QUESTION["facts"], "levle": "CM-4"}}, "facts.levle"),
        ({"hosts": "GA"}, "hosts"),
        ({"size": 0}, "size"),
        ({"status": {"state": "lost", "asOf": "2026-11-20"}}, "status.state"),
    ],
)
def test_a_question_that_is_none_names_its_member(world: World, change: Payload, field: str) -> None:
    reply = client_of(world).post("/v1/decide", json={**QUESTION, **change})
    assert (reply.status_code, reply.json()["field"]) == (422, field)


def test_few_views_are_kept(world: World) -> None:
    view = world.view()
    views = Views(lambda: Held(view, world.objects), world.charter_id)
    first = views.at(13)
    assert views.at(13) is first
    for size in range(1, KEPT_VIEWS + 1):
        views.at(size)
    assert views.at(13) is not first


def test_every_size_of_the_log_can_be_read_again(world: World) -> None:
    """As whoever followed the log would have read it then."""
    for size in range(7, len(world.entries)):
        known = known_at(size, world.entries, world.objects, world.charter_id)
        earlier = replace(world, later=world.later[: max(0, size - 12)], later_at=world.later_at[: size - 12])
        if size >= 12:
            assert known.registry.national == earlier.view().registry.national
            assert known.registry.agreements == earlier.view().registry.agreements
        assert known.size == size


def test_an_old_bundle_is_served_with_its_witnesses(world: World) -> None:
    notes = {12: World().note(now=BEFORE - timedelta(hours=1))}
    client = client_of(world, notes=notes)
    reply = client.get("/v1/bundle/at/12")
    view = parse_bundle(reply.content, charter_id=world.charter_id, floor=None, now=NOW)
    assert len(view.entries) == 12
    assert reply.content == World().bundle(now=BEFORE - timedelta(hours=1))
    held = {"If-None-Match": reply.headers["etag"]}
    assert client.get("/v1/bundle/at/12", headers=held).status_code == 304


def test_a_decision_is_taken_again_from_the_old_bundle(world: World) -> None:
    for answer in (ask(world, size=12), ask(World())):
        saved = parse_saved(json.dumps(answer).encode())
        assert replay(saved, World().view(now=NOW + timedelta(days=900)), charter_id=world.charter_id) == ()


def test_a_decision_is_taken_again_from_a_later_bundle_that_still_holds_the_objects() -> None:
    later = World().revised("Agreement", AGREEMENT, withdraw, at=BEFORE)
    saved = parse_saved(json.dumps(ask(later, size=12)).encode())
    assert replay(saved, later.view(), charter_id=later.charter_id) == ()


def test_a_bundle_that_holds_less_than_the_evidence_is_refused(world: World) -> None:
    saved = parse_saved(json.dumps(ask(world)).encode())
    with pytest.raises(Malformed, match="log_rolled_back"):
        replay(saved, World().view(), charter_id=world.charter_id)


def test_an_object_that_the_bundle_holds_no_more_is_named() -> None:
    """Of the two policies a bundle holds the newest alone."""
    world = World().revised("HostPolicy", "GA", lambda payload: payload.update(maxRegistryAgeDays=3))
    saved = parse_saved(json.dumps(ask(world, size=12)).encode())
    with pytest.raises(Malformed, match="object_missing") as raised:
        replay(saved, world.view(), charter_id=world.charter_id)
    assert raised.value.field == World().newest("HostPolicy", "GA").object_id


@pytest.mark.parametrize(
    ("alter", "member"),
    [
        (lambda answer: answer["decision"].update(verdict="not_recognised"), "verdict"),
        (lambda answer: answer["decision"]["reasons"].pop(), "reasons"),
        (lambda answer: answer["decision"]["evidence"].update(rules_version="1"), "rules_version"),
        (
            lambda answer: answer["decision"]["evidence"]["objects"][0].update(object_id="sha-256:00"),
            AGREEMENT,
        ),
        (lambda answer: answer["question"]["facts"].update(level="CM-1"), "verdict"),
    ],
)
def test_what_differs_from_the_evidence_is_named(alter: Any, member: str) -> None:
    answer = ask(World())
    alter(answer)
    found = replay(parse_saved(json.dumps(answer).encode()), World().view(), charter_id=World().charter_id)
    assert member in [each.member for each in found]


def test_the_plain_registry_names_who_may_certify_today(world: World) -> None:
    found = client_of(world).get("/registry.json").json()
    assert sorted(found["registry"]) == [
        f"did:web:skills.example:{code}:1" for code in ("cd", "cf", "cg", "cm", "ga")
    ]
    assert found["registry"]["did:web:skills.example:cm:1"]["location"] == "Cameroon"
    assert found["meta"]["updated"] == "2026-11-20T08:00:00Z"


def test_a_slice_is_served_once_for_each_checkpoint(world: World) -> None:
    client = client_of(world)
    reply = client.get("/v1/slices/CM/1/GA")
    wanted = Wanted("CM", 1, "GA")
    found = parse_slice(reply.content, wanted=wanted, charter_id=world.charter_id, floor=None, now=NOW)
    assert found.checkpoint.head.size == 14
    again = client.get("/v1/slices/CM/1/GA", headers={"If-None-Match": reply.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/v1/slices/CM/1/GA").content == reply.content
