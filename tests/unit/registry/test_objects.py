"""What the registry takes in, and what it refuses."""

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from certes.trust.signing import countersign
from tests.unit.registry.conftest import Registry
from tests.world import World, signer
from tests.world_data import AGREEMENT, COUNTRIES, Payload


def code_of(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def nothing(_payload: Payload) -> None:
    """A next version with the same content."""


def test_a_whole_world_is_taken_in_object_by_object(registry: Registry) -> None:
    size, health = len(registry.world.objects), registry.client.get("/healthz").json()
    assert (health["status"], health["as_of"]) == ("ok", "2026-11-20T08:00:00Z")
    assert (health["position"], health["size"], health["published_size"]) == (size, size, size)


def test_an_accepted_object_gets_a_position(empty: Registry) -> None:
    charter, *others = empty.world.objects
    answer = empty.submit(charter)
    assert answer.status_code == 201
    assert answer.json() == {"id": charter.object_id, "version": 1, "position": 1, "published": True}
    assert empty.submit(others[0]).json()["position"] == 2


def test_the_same_object_again_changes_nothing(registry: Registry) -> None:
    found = registry.world.newest("NationalList", "CM")
    answer = registry.submit(found)
    assert (answer.status_code, answer.json()["position"]) == (200, 2)
    more = countersign(found, registry.world.member_signers("CM")[2])
    assert registry.submit(more).status_code == 200  # one more signature never makes another object
    assert registry.client.get("/healthz").json()["position"] == len(registry.world.objects)


def test_versions_rise_by_one(registry: Registry) -> None:
    world = registry.world.revised("NationalList", "CM", nothing)
    third = world.revised("NationalList", "CM", nothing).later[1]
    assert code_of(registry.submit(third)) == (409, "object_version_skipped")
    assert registry.submit(world.later[0]).status_code == 201
    assert registry.submit(third).status_code == 201


def test_a_published_version_never_changes(registry: Registry) -> None:
    def other(payload: Payload) -> None:
        payload["centres"] = []

    payload = deepcopy(dict(registry.world.newest("NationalList", "CM").payload))
    other(payload)
    answer = registry.submit(registry.world.sign("NationalList", "CM", payload))
    assert code_of(answer) == (409, "object_version_conflict")
    assert answer.json()["params"] == {"version": 1, "next": 2}


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"keys_each": 1}, "threshold_not_reached"),
        ({"by": ["GA"]}, "threshold_not_reached"),
        ({"by": []}, "schema_violation"),
    ],
)
def test_a_list_needs_its_own_countrys_threshold(registry: Registry, how: dict[str, Any], code: str) -> None:
    found = registry.world.next_version("NationalList", "CM", nothing, **how)
    assert code_of(registry.submit(found)) == (422, code)


def test_an_altered_object_is_refused(registry: Registry) -> None:
    found = registry.world.next_version("NationalList", "CM", nothing)
    body = found.to_json()
    body["payload"]["centres"] = []
    assert code_of(registry.post(json.dumps(body).encode())) == (422, "object_signature_invalid")


def test_a_country_that_is_no_member_has_no_list(registry: Registry) -> None:
    def as_chad(payload: Payload) -> None:
        payload |= {"country": "TD", "issuers": [], "trades": [], "centres": []}

    payload = deepcopy(dict(registry.world.newest("NationalList", "CM").payload))
    as_chad(payload)
    found = registry.world.sign("NationalList", "TD", payload, by=["TD"])
    assert code_of(registry.submit(found)) == (422, "signer_not_member")


def test_an_agreement_needs_every_party(registry: Registry) -> None:
    almost = registry.world.next_version("Agreement", AGREEMENT, nothing, by=COUNTRIES[:-1])
    assert code_of(registry.submit(almost)) == (422, "threshold_not_reached")
    whole = registry.world.next_version("Agreement", AGREEMENT, nothing)
    assert registry.submit(whole).status_code == 201


def test_an_agreement_that_leaves_something_open_is_refused(registry: Registry) -> None:
    def open_gap(payload: Payload) -> None:
        payload["articles"][0]["onLevelGap"] = []

    found = registry.world.next_version("Agreement", AGREEMENT, open_gap)
    assert code_of(registry.submit(found)) == (422, "agreement_gap")


@pytest.mark.parametrize("identifier", ["urn:x:" + "a" * 200, "urn:x:é"])
def test_an_agreements_id_suits_an_address(registry: Registry, identifier: str) -> None:
    payload = deepcopy(dict(registry.world.newest("Agreement", AGREEMENT).payload)) | {"id": identifier}
    found = registry.world.sign("Agreement", None, payload, by=COUNTRIES)
    assert code_of(registry.submit(found)) == (422, "agreement_id_invalid")


def test_before_the_charter_nothing_else_is_accepted(empty: Registry) -> None:
    answer = empty.submit(empty.world.newest("NationalList", "CM"))
    assert code_of(answer) == (409, "registry_without_charter")
    assert empty.client.get("/healthz").json()["position"] == 0


def test_another_charter_than_the_pinned_one_is_refused(empty: Registry) -> None:
    payload = dict(empty.world.objects[0].payload) | {"noticeDays": 1}
    other = empty.world.sign("Charter", None, payload, by=COUNTRIES)
    assert code_of(empty.submit(other)) == (422, "charter_not_pinned")


@pytest.mark.parametrize(("by", "status"), [(COUNTRIES[:4], 201), (COUNTRIES[:3], 422)])
def test_the_next_charter_needs_two_thirds(registry: Registry, by: tuple[str, ...], status: int) -> None:
    found = registry.world.next_version("Charter", "", nothing, by=by)
    answer = registry.submit(found)
    assert answer.status_code == status
    if status != 201:
        assert answer.json()["code"] == "charter_not_signed_by_two_thirds"


def test_a_charter_that_drops_our_log_key_is_refused(registry: Registry) -> None:
    def drop(payload: Payload) -> None:
        payload["logKeys"] = [signer("another log").public_key.multikey]

    found = registry.world.next_version("Charter", "", drop, by=COUNTRIES)
    assert code_of(registry.submit(found)) == (409, "charter_without_our_log_key")


def test_new_member_keys_speak_from_their_charter_on_and_void_nothing(registry: Registry) -> None:
    fresh = [signer(f"new member key {number}") for number in (1, 2, 3)]

    def rotate(payload: Payload) -> None:
        for member in payload["members"]:
            if member["country"] == "CM":
                member["keys"] = [key.public_key.multikey for key in fresh]

    charter = registry.world.next_version("Charter", "", rotate, by=COUNTRIES)
    for key in fresh[:2]:
        charter = countersign(charter, key)
    assert registry.submit(charter).status_code == 201
    by_old_keys = registry.world.next_version("NationalList", "CM", nothing)
    assert code_of(registry.submit(by_old_keys)) == (422, "threshold_not_reached")
    by_new_keys = replace(by_old_keys, signatures=())
    for key in fresh[:2]:
        by_new_keys = countersign(by_new_keys, key)
    assert registry.submit(by_new_keys).status_code == 201
    assert registry.client.get("/healthz").json()["published_size"] == len(registry.world.objects) + 2


@pytest.mark.parametrize(("kind", "subject"), [("NationalList", "CM"), ("Charter", "")])
def test_a_signature_that_says_nothing_is_not_bound_into_the_log(
    registry: Registry, kind: str, subject: str
) -> None:
    found = countersign(registry.world.next_version(kind, subject, nothing), signer("somebody"))
    assert code_of(registry.submit(found)) == (422, "signature_without_say")


def test_a_charter_of_another_network_is_refused(empty: Registry) -> None:
    world = World(network=replace(empty.world.network, domain="other.example"))
    assert code_of(empty.submit(world.objects[0])) == (422, "charter_not_pinned")


def test_a_checkpoint_is_no_object_to_submit(registry: Registry) -> None:
    answer = registry.submit(registry.world.sign("Checkpoint", None, {}, by=["CM"]))
    assert code_of(answer) == (422, "object_type_not_accepted")
    assert "Agreement" in answer.json()["fix"]


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 400, "json_invalid"),
        (b"[]", 422, "json_not_object"),
        (b"{}", 422, "schema_violation"),
        (b'{"type": 1, "type": 2}', 422, "json_duplicate_key"),
        (b'{"version": 1.5}', 422, "json_float"),
        (b"\xff\xfe", 422, "json_not_utf8"),
        (b'{"a":' * 5000, 422, "json_too_deep"),
        (b"[" * 900_000, 422, "json_too_deep"),
        (b'{"type": "Charter", "country": "CM"}' + b" " * 1_100_000, 413, "body_too_large"),
    ],
)
def test_what_is_no_object_is_refused_with_its_reason(
    registry: Registry, raw: bytes, status: int, code: str
) -> None:
    assert code_of(registry.post(raw)) == (status, code)


def test_an_object_under_another_media_type_is_refused(registry: Registry) -> None:
    answer = registry.client.post("/v1/objects", content=b"{}", headers={"Content-Type": "text/plain"})
    assert code_of(answer) == (415, "media_type_not_supported")
