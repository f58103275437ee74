"""TRQP v2 over the register: what the four words name, what is true only without conditions, what is not
known."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient

from tests.unit.registry_faces.front import client_of
from tests.world import NOW, World
from tests.world_data import Payload

VECTORS = Path(__file__).parents[2] / "vectors" / "trqp"
ISSUER, WITHDRAWN = "did:web:skills.example:cm:1", "did:web:skills.example:cm:2"
AUTHORIZATION = {"entity_id": ISSUER, "authority_id": "CM", "action": "issue", "resource": "CM:1204/CM-4"}
RECOGNITION = {**AUTHORIZATION, "authority_id": "GA", "action": "recognize"}
ASKED = {"/authorization": AUTHORIZATION, "/recognition": RECOGNITION}
LANGUAGE = {"Accept-Language": "en"}


def schema(name: str) -> Any:
    """A schema of the specification."""
    return json.loads((VECTORS / "schema" / f"trqp_{name}.schema.json").read_bytes())


@pytest.fixture(scope="module")
def client() -> TestClient:
    """The plain world."""
    return client_of(World())


def ask(client: TestClient, path: str, query: Mapping[str, Any], status: int = 200) -> dict[str, Any]:
    """An answer, which is held against the specification's schema."""
    reply = client.post(path, json=query, headers=LANGUAGE)
    assert reply.status_code == status, reply.text
    body: dict[str, Any] = reply.json()
    if status == 200:
        assert jsonschema_rs.validator_for(schema(f"{path[1:]}_response")).is_valid(body)
        assert None not in list(every_value(body))
    else:
        assert reply.headers["content-type"] == "application/problem+json"
        assert "detail" not in body
    return body


def every_value(value: Any) -> Iterator[Any]:
    """A JSON value and all values within."""
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from every_value(each)


@pytest.mark.parametrize("path", ASKED)
def test_a_query_is_echoed_and_says_when_it_was_answered(client: TestClient, path: str) -> None:
    context = {"time": "2026-11-01T10:00:00Z", "colour": "blue"}
    found = ask(client, path, {**ASKED[path], "context": context, "unknown": [1]})
    assert {name: found[name] for name in ASKED[path]} == ASKED[path]
    assert found["context"] == context
    assert found["time_requested"] == "2026-11-01T10:00:00Z"
    assert found["time_evaluated"] == "2026-11-20T08:00:00Z"
    assert found["evidence"]["at"] == "2026-11-01"


def test_an_issuer_in_its_scope_is_authorised(client: TestClient) -> None:
    found = ask(client, "/authorization", AUTHORIZATION)
    assert (found["authorized"], found["decision"]) == (True, "authorised")
    assert found["evidence"]["objects"][1]["object_id"] == World().newest("NationalList", "CM").object_id


def test_a_permit_that_the_worker_needs_takes_nothing_from_the_issuer(client: TestClient) -> None:
    assert ask(client, "/authorization", {**AUTHORIZATION, "resource": "CM:1302/CM-4"})["authorized"] is True


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"entity_id": WITHDRAWN}, "issuer_not_authorised_at_issue"),
        ({"authority_id": "GA", "resource": "GA:1204/GA-4"}, "issuer_not_listed"),
        ({"context": {"time": "2023-06-01T00:00:00Z"}}, "key_not_valid_at_issue"),
    ],
)
def test_who_may_not_certify_is_told_why(client: TestClient, change: Payload, code: str) -> None:
    found = ask(client, "/authorization", {**AUTHORIZATION, **change})
    assert (found["authorized"], found["decision"]) == (False, "not_authorised")
    assert [reason["code"] for reason in found["reasons"]] == [code]
    assert found["message"] == found["reasons"][0]["text"]


def test_one_call_also_says_whether_it_counts_in_a_host(client: TestClient) -> None:
    found = ask(client, "/authorization", {**AUTHORIZATION, "context": {"host": "GA"}})
    assert found["recognition"]["decision"] == "recognised"
    assert found["recognition"]["evidence"]["host"] == "GA"


@pytest.mark.parametrize(
    ("change", "recognized", "decision"),
    [
        ({}, True, "recognised"),
        ({"entity_id": "CM"}, True, "recognised"),  # the withdrawn one is no reason against its country
        ({"resource": "CM:1204/CM-3"}, False, "recognised_with_conditions"),
        ({"resource": "CM:1204"}, False, "not_recognised"),  # not at every level
        ({"resource": "CM:1503/CM-4"}, False, "not_recognised"),
        ({"entity_id": WITHDRAWN}, False, "not_recognised"),
        ({"entity_id": WITHDRAWN, "context": {"awardedOn": "2025-02-01"}}, True, "recognised"),
        ({"context": {"kind": "units"}}, False, "not_recognised"),
        ({"resource": "CM:1402/CM-4", "context": {"method": "rpl"}}, False, "not_recognised"),
        ({"context": {"time": "2026-02-01T00:00:00Z"}}, False, "not_recognised"),
        ({"context": {"time": "2027-11-20T00:00:00Z"}}, False, "unknown"),
    ],
)
def test_recognized_is_true_only_without_conditions(
    client: TestClient, change: Payload, recognized: bool, decision: str
) -> None:
    found = ask(client, "/recognition", {**RECOGNITION, **change})
    assert (found["recognized"], found["decision"]) == (recognized, decision)


def test_without_a_level_the_answer_is_about_every_level(client: TestClient) -> None:
    assert ask(client, "/authorization", {**AUTHORIZATION, "resource": "CM:1204"})["authorized"] is True
    found = ask(client, "/recognition", {**RECOGNITION, "resource": "CM:1204"})
    assert "level_too_low" in [reason["code"] for reason in found["reasons"]]
    assert ask(client, "/recognition", {**RECOGNITION, "resource": "CM:1301"})["recognized"] is True


def test_conditions_are_stated(client: TestClient) -> None:
    found = ask(client, "/recognition", {**RECOGNITION, "resource": "CM:1204/CM-3"})
    assert [condition["kind"] for condition in found["conditions"]] == ["choice"]
    assert found["route"]["kind"] == "agreement"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"authority_id": "https://skills.example/ga"}, {"authority_id": "GA"}),
        ({"entity_id": "https://skills.example/cm"}, {"entity_id": "CM"}),
        ({"resource": "CM:1204", "context": {"level": "CM-4"}}, {"resource": "CM:1204/CM-4"}),
        ({"resource": "isco08:7212/CM-4"}, {"resource": "CM:1204/CM-4"}),
    ],
)
def test_two_spellings_of_one_thing_have_one_answer(
    client: TestClient, first: Payload, second: Payload
) -> None:
    found = [ask(client, "/recognition", {**RECOGNITION, **change}) for change in (first, second)]
    assert found[0]["decision"] == found[1]["decision"] == "recognised"
    assert found[0]["evidence"] == found[1]["evidence"]


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"entity_id": "did:web:skills.example:cm:9"}, "trqp_entity_unknown"),
        ({"entity_id": "did:web:elsewhere.example:cm:1"}, "trqp_entity_unknown"),
        ({"entity_id": "user-1234"}, "trqp_entity_unknown"),
        ({"authority_id": "FR"}, "trqp_authority_unknown"),
        ({"authority_id": ""}, "trqp_authority_unknown"),
        ({"action": "govern"}, "trqp_action_unknown"),
        ({"resource": "country:state:driverlicense"}, "trqp_resource_unknown"),
        ({"resource": "CM:9999"}, "trqp_resource_unknown"),
        ({"resource": "isco08:0000"}, "trqp_resource_unknown"),
        ({"resource": "CM:1204/CM-9"}, "trqp_resource_unknown"),
        ({"context": {"level": "CM-9"}, "resource": "CM:1204"}, "trqp_resource_unknown"),
        ({"context": {"logSize": "13"}}, "log_size_unknown"),
    ],
)
def test_what_the_register_does_not_hold_is_unknown(
    client: TestClient, path: str, change: Payload, code: str
) -> None:
    assert ask(client, path, {**ASKED[path], **change}, 404)["code"] == code


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"entity_id": 7}, "entity_id"),
        ({"authority_id": None}, "authority_id"),
        ({"context": None}, "context"),
        ({"context": {"colour": 7}}, "context.colour"),
        ({"context": {"time": "2026-11-20T08:00:00+01:00"}}, "context.time"),
        ({"context": {"time": "2026-11-20"}}, "context.time"),
        ({"context": {"time": "2026-13-20T08:00:00Z"}}, "context.time"),
        ({"context": {"logSize": "-1"}}, "context.logSize"),
        ({"context": {"kind": "half"}}, "context.kind"),
        ({"context": {"awardedOn": "yesterday"}}, "context.awardedOn"),
        ({"context": {"level": "CM-3"}}, "context.level"),  # the resource says CM-4
        ({"context": {"host": "FR"}}, "context.host"),
    ],
)
def test_what_is_no_query_is_a_bad_request(
    client: TestClient, path: str, change: Payload, field: str
) -> None:
    assert ask(client, path, {**ASKED[path], **change}, 400)["field"] == field


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("member", AUTHORIZATION)
def test_the_four_members_are_required(client: TestClient, path: str, member: str) -> None:
    query = {name: value for name, value in ASKED[path].items() if name != member}
    found = ask(client, path, query, 400)
    assert (found["code"], found["field"]) == ("member_missing", member)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b'{"a":1,"a":2}', b"[" * 5000, b"\xff"])
def test_bytes_that_are_no_query_are_a_bad_request(client: TestClient, body: bytes) -> None:
    reply = client.post("/authorization", content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 400
    assert reply.headers["content-type"] == "application/problem+json"


def test_another_media_type_is_a_bad_request(client: TestClient) -> None:
    reply = client.post("/recognition", content=json.dumps(RECOGNITION))
    assert (reply.status_code, reply.json()["code"]) == (400, "media_type_not_supported")


def test_a_trace_id_comes_back(client: TestClient) -> None:
    headers = {"X-Request-ID": "bfe9eb29-ab87-4ca3-be83-a1d5d8305716"}
    for query in (RECOGNITION, {}):
        assert (
            client.post("/recognition", json=query, headers=headers).headers["x-request-id"]
            == (headers["X-Request-ID"])
        )


@pytest.mark.parametrize("number", range(8))
def test_the_specifications_own_messages(client: TestClient, number: int) -> None:
    """Its requests are read and name nothing of ours; its answers are such as its schemas describe."""
    message = json.loads((VECTORS / "spec-messages.json").read_bytes())[number]
    body, is_request = message["body"], message["head"][0].startswith("POST")
    kind = "authorization" if body.get("action") == "issue" else "recognition"
    name = f"{kind}_{'request' if is_request else 'response'}"
    assert jsonschema_rs.validator_for(schema(name)).is_valid(body)
    if is_request:
        found = ask(client, f"/{kind}", body, 404)
        assert found["code"] in {"trqp_authority_unknown", "trqp_entity_unknown"}


def test_the_sentences_are_in_the_language_asked_for(client: TestClient) -> None:
    said = {
        language: ask(client, "/recognition", {**RECOGNITION, "context": {"language": language}})["message"]
        for language in ("fr", "en", "pt", "es", "ar")
    }
    assert len(set(said.values())) == 5


def test_a_query_about_an_earlier_log_is_answered_from_it() -> None:
    def suspend(payload: Payload) -> None:
        payload["issuers"][0]["history"].append({"status": "suspended", "from": "2026-11-01"})

    client = client_of(World().revised("NationalList", "CM", suspend, at=NOW - timedelta(days=2)))
    now = ask(client, "/authorization", AUTHORIZATION)
    before = ask(client, "/authorization", {**AUTHORIZATION, "context": {"logSize": "12"}})
    assert (now["authorized"], before["authorized"]) == (False, True)
    assert before["evidence"]["log"] == {"origin": "skills.example/log", "size": 12}
    assert before["evidence"]["as_of"] == "2026-11-18T08:00:00Z"  # when the next entry came
