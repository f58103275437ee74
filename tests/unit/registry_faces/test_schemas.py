"""The addresses for programs keep to their own OpenAPI description, and TRQP to its published schemas."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.unit.registry_faces.front import app_of, client_of
from tests.unit.registry_faces.test_trqp import ASKED
from tests.unit.registry_faces.test_trqp import schema as trqp_schema
from tests.world import NOW, World

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
]
WORLD = World()
APP = app_of(WORLD, notes={12: WORLD.note(now=NOW)})
CLIENT = client_of(WORLD)
described = schemathesis.openapi.from_asgi("/openapi.json", APP)
QUIET = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
THOROUGH = settings(QUIET, max_examples=400, derandomize=False)


@described.parametrize()
@QUIET
def test_every_address_keeps_to_its_description(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(checks=CHECKS)


@pytest.mark.full
@described.parametrize()
@THOROUGH
def test_every_address_keeps_to_its_description_for_long(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(checks=CHECKS)


OURS = {
    "entity_id": [
        "did:web:skills.example:cm:1",
        "did:web:skills.example:cm:2",
        "CM",
        "https://skills.example/cm",
    ],
    "authority_id": ["CM", "GA", "https://skills.example/ga"],
    "action": ["issue", "recognize"],
    "resource": ["CM:1204/CM-4", "CM:1302", "isco08:7212/CM-3", "GA:1204/GA-4"],
}
CONTEXT: dict[str, Any] = {
    "time": st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat() + "Z"),
    "logSize": st.integers(0, 20).map(str),
    "host": st.sampled_from(["GA", "CM", "FR"]),
    "level": st.sampled_from(["CM-4", "CM-9"]),
    "kind": st.sampled_from(["full", "units", "half"]),
    "method": st.sampled_from(["training", "rpl", "mixed"]),
    "awardedOn": st.dates().map(str),
    "language": st.sampled_from(["fr", "en", "xx"]),
    "colour": st.text(max_size=9),
}
QUERIES = st.fixed_dictionaries(
    {name: st.sampled_from(values) | st.text(max_size=20) for name, values in OURS.items()},
    optional={"context": st.fixed_dictionaries({}, optional=CONTEXT)},
)


@pytest.mark.parametrize("path", ASKED)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(query=QUERIES)
def test_a_request_of_the_specification_has_an_answer_of_the_specification(
    path: str, query: dict[str, Any]
) -> None:
    assert jsonschema_rs.validator_for(trqp_schema(f"{path[1:]}_request")).is_valid(query)
    reply = CLIENT.post(path, json=query)
    assert reply.status_code in {200, 400, 404}
    if reply.status_code == 200:
        assert jsonschema_rs.validator_for(trqp_schema(f"{path[1:]}_response")).is_valid(reply.json())
    else:
        assert reply.json()["status"] == reply.status_code
        assert "detail" not in reply.json()


def test_the_description_holds_what_the_specification_requires() -> None:
    paths = APP.openapi()["paths"]
    for path in ASKED:
        ours = paths[path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        theirs = trqp_schema(f"{path[1:]}_request")
        assert sorted(ours["required"]) == sorted(theirs["required"])
        assert theirs["properties"].keys() <= ours["properties"].keys()
        assert "422" not in paths[path]["post"]["responses"]


def test_every_example_of_the_description_is_what_it_says() -> None:
    seen = 0
    for path in APP.openapi()["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert operation["description"]
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for content in (found for body in bodies for found in body.get("content", {}).values()):
                for example in content.get("examples", {}).values():
                    seen += 1
                    json.dumps(example["value"])
                    assert jsonschema_rs.validator_for(content["schema"]).is_valid(example["value"])
    assert seen >= 8


def test_every_query_of_the_description_is_answered() -> None:
    for path in ASKED:
        content = APP.openapi()["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        reply = CLIENT.post(path, json=content["examples"]["example"]["value"])
        assert reply.status_code == 200


def test_the_vectors_are_the_published_ones() -> None:
    folder = Path(__file__).parents[2] / "vectors" / "trqp" / "schema"
    assert len(list(folder.iterdir())) == 4
