"""The addresses for programs on a whole registry, with its database, its log and its witnesses."""

import json
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from certes.runtime.fetch import Fetcher, Hosts
from certes.trust.bundle import parse_bundle
from certes.trust.slices import Wanted, parse_slice
from registry.cli import app as commands
from registry.slices import export_slices
from tests.unit.registry.conftest import Registry
from tests.world import NOW
from tests.world_data import Payload

QUESTION = {
    "facts": {
        "country": "CM",
        "issuer": "did:web:skills.example:cm:1",
        "kid": "k1",
        "awardedOn": "2026-04-10",
        "occupations": ["CM:1204", "isco08:7212"],
        "level": "CM-4",
    },
    "host": "GA",
    "status": {"state": "valid", "asOf": "2026-11-20"},
}
QUERY = {
    "entity_id": "did:web:skills.example:cm:1",
    "authority_id": "CM",
    "action": "issue",
    "resource": "CM:1204/CM-4",
}


def suspend(payload: Payload) -> None:
    """Cameroon suspends its issuer 1."""
    payload["issuers"][0]["history"].append({"status": "suspended", "from": "2026-11-01"})


def revise(registry: Registry) -> None:
    """The list with the suspension is logged, and vouched for."""
    registry.clock.pass_time(minutes=5)
    assert registry.submit(registry.world.next_version("NationalList", "CM", suspend)).status_code == 201


def test_the_whole_registry_answers_both_queries(registry: Registry) -> None:
    assert registry.client.post("/authorization", json=QUERY).json()["authorized"] is True
    revise(registry)
    now = registry.client.post("/authorization", json=QUERY).json()
    assert (now["authorized"], now["evidence"]["log"]["size"]) == (False, 13)
    then = registry.client.post("/authorization", json={**QUERY, "context": {"logSize": "12"}}).json()
    assert (then["authorized"], then["evidence"]["log"]["size"]) == (True, 12)


def test_no_answer_speaks_as_the_framework_does(registry: Registry) -> None:
    bodies: tuple[Payload, ...] = ({}, {"entity_id": 1}, {**QUERY, "context": []})
    for body in bodies:
        reply = registry.client.post("/recognition", json=body)
        assert (reply.status_code, reply.headers["content-type"]) == (400, "application/problem+json")
    assert registry.client.get("/recognition").status_code == 405
    assert "422" not in registry.client.app.openapi()["paths"]["/recognition"]["post"]["responses"]  # type: ignore[attr-defined]


def test_an_empty_registry_knows_nothing(empty: Registry) -> None:
    for path in ("/authorization", "/recognition"):
        reply = empty.client.post(path, json=QUERY)
        assert (reply.status_code, reply.json()["code"]) == (404, "registry_empty")


def test_an_earlier_bundle_is_served_and_believed(registry: Registry) -> None:
    before = registry.client.get("/v1/bundle").content
    revise(registry)
    raw = registry.client.get("/v1/bundle/at/12").content
    view = parse_bundle(raw, charter_id=registry.world.charter_id, floor=None, now=registry.clock.now)
    assert len(view.entries) == 12
    assert (
        view.objects
        == parse_bundle(before, charter_id=registry.world.charter_id, floor=None, now=NOW).objects
    )


def test_a_slice_of_the_registry_is_believed(registry: Registry) -> None:
    raw = registry.client.get("/v1/slices/CM/1/GA").content
    found = parse_slice(
        raw, wanted=Wanted("CM", 1, "GA"), charter_id=registry.world.charter_id, floor=None, now=NOW
    )
    assert found.issuer.did == "did:web:skills.example:cm:1"


@pytest.mark.parametrize("altered", [False, True])
def test_the_command_takes_a_decision_again(registry: Registry, tmp_path: Path, altered: bool) -> None:
    answer = registry.client.post("/v1/decide", json=QUESTION).json()
    revise(registry)
    if altered:
        answer["decision"]["verdict"] = "not_recognised"
    saved, bundle = tmp_path / "answer.json", tmp_path / "bundle.json"
    saved.write_text(json.dumps(answer))
    bundle.write_bytes(registry.client.get("/v1/bundle/at/12").content)
    words = ["replay", str(saved), "--charter", registry.world.charter_id, "--bundle", str(bundle)]
    done = CliRunner().invoke(commands, words)
    assert (done.exit_code, "same decision: recognised" in done.output) == (int(altered), not altered)
    assert ("verdict" in done.output) == altered


def test_the_command_needs_a_source(registry: Registry, tmp_path: Path) -> None:
    saved = tmp_path / "answer.json"
    saved.write_text(json.dumps(registry.client.post("/v1/decide", json=QUESTION).json()))
    done = CliRunner().invoke(commands, ["replay", str(saved), "--charter", registry.world.charter_id])
    assert done.exit_code == 1
    assert "registry:" in done.output


def test_slices_are_written_for_any_static_host(registry: Registry, tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        found = registry.client.get(request.url.path)
        return httpx.Response(found.status_code, stream=httpx.ByteStream(found.content))

    source = Fetcher(Hosts(frozenset({"registry.example"})), transport=httpx.MockTransport(answer))
    bundle = registry.client.get("/v1/bundle").content
    count = export_slices(tmp_path, registry="https://registry.example/", bundle=bundle, fetcher=source)
    assert count == 6 * 4  # six issuers, four other countries each
    raw = (tmp_path / "v1" / "slices" / "GA" / "1" / "CD").read_bytes()
    wanted = Wanted("GA", 1, "CD")
    assert (
        parse_slice(raw, wanted=wanted, charter_id=registry.world.charter_id, floor=None, now=NOW).about
        == wanted
    )
