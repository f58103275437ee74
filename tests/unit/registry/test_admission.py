"""What one country, or one issuer, may not do to the others through the registry."""

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from certes.trust.bundle import parse_bundle
from certes.trust.signing import SignedObject
from registry import log_reader
from registry.admission import Outcome, accept
from registry.quota import Quota
from registry.status_lists import ListLimits
from tests import world_data
from tests.unit.registry.conftest import Registry, restarted
from tests.world import NOW
from tests.world_data import AGREEMENT, Payload

MEMBERS_BUT_CF = ("CM", "CG", "CD", "GA")


def code_of(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def between(*countries: str, **change: Any) -> Payload:
    """An agreement of these countries alone, on titles."""
    payload = deepcopy(world_data.agreement()) | {"kind": "bilateral", "levelMap": []} | change
    payload["parties"] = [party for party in payload["parties"] if party["country"] in countries]
    for article in payload["articles"]:
        for name in ("hostLevelAcqf", "maxLevelGap", "onLevelGap"):
            article.pop(name, None)
    return payload


def test_one_country_does_not_replace_the_agreement_of_five(registry: Registry) -> None:
    alone = between("CF", version=2, kind="unilateral")
    found = registry.world.sign("Agreement", None, alone, version=2, by=["CF"])
    assert code_of(registry.submit(found)) == (422, "agreement_unilateral")
    two = registry.world.sign("Agreement", None, between("CF", "CD", version=2), version=2, by=["CF", "CD"])
    assert code_of(registry.submit(two)) == (422, "threshold_not_reached")


def test_the_bundle_holds_every_version_of_an_agreement(registry: Registry) -> None:
    world = registry.world.revised("Agreement", AGREEMENT, lambda payload: payload.update(fees={}))
    assert registry.submit(world.later[0]).status_code == 201
    served = registry.client.get("/v1/bundle").content
    view = parse_bundle(served, charter_id=world.charter_id, floor=registry.world.view().floor(), now=NOW)
    versions = [found.version for found in view.objects.values() if found.type == "Agreement"]
    assert sorted(versions) == [1, 2]
    assert served == replace(world, later_at=(NOW,)).bundle(now=NOW)


def test_what_would_be_too_deep_in_the_bundle_is_not_taken_in(registry: Registry) -> None:
    for depth in range(22, 30):
        deep: Payload = {"x": 1}
        for _ in range(depth):
            deep = {"x": deep}
        payload = between("CF", "CD", id=f"urn:agr:deep{depth}", fees=deep)
        answer = registry.submit(registry.world.sign("Agreement", None, payload, by=["CF", "CD"]))
        assert answer.status_code == 201 or answer.json()["code"] == "json_too_deep"
        assert registry.client.get("/v1/bundle").status_code == 200
    assert answer.status_code == 422


def test_a_country_cannot_fill_the_bundle_for_the_others(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.quota.MAX_BUNDLE_BYTES", 1_000_000)
    answers = []
    for number in range(6):
        padding = {f"x{each}": "a" * 900 for each in range(50)}
        payload = between("CF", "CD", id=f"urn:agr:pad{number}", fees=padding)
        answers.append(registry.submit(registry.world.sign("Agreement", None, payload, by=["CF", "CD"])))
    assert code_of(answers[-1]) == (409, "country_quota_reached")
    assert registry.client.get("/v1/bundle").status_code == 200
    smaller = registry.world.next_version("HostPolicy", "GA", lambda payload: payload.pop("licences"))
    assert registry.submit(smaller).status_code == 201


def test_the_shares_of_all_members_leave_room_in_a_bundle() -> None:
    for members in (1, 6, 54):
        assert Quota(members).bundle_bytes * members <= 12 * 1024 * 1024
        assert Quota(members).bundle_objects * members <= 15_000


def test_a_country_cannot_fill_the_database_with_versions(registry: Registry) -> None:
    small = restarted(registry, country_log_bytes=20_000)
    with small.client:
        world, answers = registry.world, []
        for _ in range(6):
            world = world.revised("NationalList", "GA", lambda payload: payload.update(centres=[]))
            answers.append(small.submit(world.later[-1]))
        refused = next(answer for answer in answers if answer.status_code != 201)
        assert code_of(refused) == (409, "country_quota_reached")
        assert refused.json()["params"]["what"] == "log_bytes"


def test_what_verifiers_would_refuse_is_not_taken_in(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.rehearsal.MAX_OBJECTS", 12)
    payload = between("CF", "CD", id="urn:agr:13th")
    answer = registry.submit(registry.world.sign("Agreement", None, payload, by=["CF", "CD"]))
    assert code_of(answer) == (409, "object_would_break_bundle")
    assert registry.client.get("/v1/bundle").status_code == 200


def test_a_registry_whose_log_cannot_be_published_is_not_ready(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert registry.client.get("/healthz").status_code == 200
    monkeypatch.setattr("certes.trust.bundle_file.MAX_OBJECTS", 3)
    with restarted(registry).client as client:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not_publishable")
    assert answer.json()["code"] == "bundle_not_one"


def test_an_expelled_country_adds_nothing_and_keeps_what_it_said(registry: Registry) -> None:
    def expel(payload: Payload) -> None:
        payload["members"] = [member for member in payload["members"] if member["country"] != "CF"]

    world = registry.world
    assert registry.submit(world.next_version("Charter", "", expel, by=MEMBERS_BUT_CF)).status_code == 201
    for kind in ("NationalList", "HostPolicy"):
        answer = registry.submit(world.next_version(kind, "CF", lambda payload: None))
        assert code_of(answer) == (422, "signer_not_member")
    assert registry.client.get("/cf/1/did.json").status_code == 200


def test_the_others_go_on_with_an_agreement_once_a_party_is_expelled(registry: Registry) -> None:
    def expel(payload: Payload) -> None:
        payload["members"] = [member for member in payload["members"] if member["country"] != "CF"]

    world = registry.world
    registry.submit(world.next_version("Charter", "", expel, by=MEMBERS_BUT_CF))
    without = between(*MEMBERS_BUT_CF, version=2)
    found = world.sign("Agreement", None, without, version=2, by=MEMBERS_BUT_CF)
    assert registry.submit(found).status_code == 201
    assert registry.client.get("/v1/bundle").status_code == 200


def unmark(payload: Payload) -> None:
    for key in payload["issuers"][0]["keys"]:
        key.pop("compromisedSince", None)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (unmark, "list_drops_compromise"),
        (lambda payload: payload["issuers"].pop(1), "list_drops_issuer"),
        (lambda payload: payload["issuers"][0]["keys"].pop(), "list_drops_key"),
        (lambda payload: payload["issuers"][1]["history"].pop(), "list_drops_history"),
    ],
)
def test_the_registry_takes_no_list_that_takes_back_what_was_said(
    registry: Registry, change: Any, code: str
) -> None:
    answer = registry.submit(registry.world.next_version("NationalList", "CM", change))
    assert code_of(answer) == (422, code)


def test_an_agreement_cannot_take_the_name_of_a_countrys_list(registry: Registry) -> None:
    payload = between("CF", "CD", id="urn:nat:CM")
    answer = registry.submit(registry.world.sign("Agreement", None, payload, by=["CF", "CD"]))
    assert code_of(answer) == (422, "agreement_id_reserved")


@pytest.mark.parametrize(
    "condition", [{"kind": "language_proof", "of": 5}, {"kind": "adaptation_period", "months": {"a": [1]}}]
)
def test_a_condition_that_no_page_can_show_is_not_taken_in(registry: Registry, condition: Any) -> None:
    found = registry.world.next_version(
        "HostPolicy", "GA", lambda payload: payload.update(defaultConditions=[condition])
    )
    assert registry.submit(found).status_code == 422
    assert registry.client.get("/members/GA").status_code == 200


def test_lists_are_numbered_without_gaps_up_to_a_limit(registry: Registry) -> None:
    def put(number: int, client: Registry = registry) -> Any:
        document = registry.world.status_list("CF", 1, "revocation", number)
        return client.put_list(document, f"/cf/1/status/revocation/{number}")

    assert code_of(put(2)) == (409, "status_list_skipped")
    assert (put(1).status_code, put(2).status_code) == (201, 201)
    assert code_of(put(900_000_001)) == (409, "status_lists_too_many")
    few = restarted(registry, status_lists=2)
    with few.client:
        assert code_of(put(3, few)) == (409, "status_lists_too_many")


def test_a_list_that_unpacks_to_more_than_an_issuers_list_is_refused(registry: Registry) -> None:
    document = registry.world.status_list("CF", 1, "revocation", 1, entries=131_072 * 2)
    answer = registry.put_list(document, "/cf/1/status/revocation/1")
    assert code_of(answer) == (422, "status_list_too_long")
    assert answer.json()["field"] == "credentialSubject.encodedList"
    padded = registry.world.status_list("CF", 1, "revocation", 1) | {"name": "a" * 40_000}
    assert code_of(registry.put_list(padded, "/cf/1/status/revocation/1")) == (422, "json_too_large")


def test_a_list_that_does_not_pack_has_room() -> None:
    assert ListLimits().document_bytes > 16 * 1024 * 4 / 3 + 2000


@pytest.mark.parametrize(
    ("header", "packed"),
    [
        ("gzip", True),
        ("GZIP;q=0.5, identity", True),
        ("br, *", True),
        ("gzip;q=0, identity", False),
        ("gzip; q=0.000", False),
        ("*;q=0", False),
        ("identity", False),
        ("gzipped", False),
        ("", False),
    ],
)
def test_packed_bytes_go_only_to_who_takes_them(registry: Registry, header: str, packed: bool) -> None:
    answer = registry.client.get("/v1/bundle", headers={"Accept-Encoding": header})
    assert (answer.headers.get("content-encoding") == "gzip") is packed


def test_after_its_expiry_a_charter_seals_nothing_new_and_the_next_one_does(registry: Registry) -> None:
    late = NOW.replace(year=2037)
    registry.clock.now = late
    served = registry.client.get("/v1/bundle")
    held = parse_bundle(served.content, charter_id=registry.world.charter_id, floor=None, now=late)
    assert held.as_of == NOW
    refused = registry.submit(registry.world.next_version("NationalList", "GA", lambda payload: None))
    assert code_of(refused) == (409, "object_would_break_bundle")
    renewed = registry.world.next_version(
        "Charter", "", lambda payload: payload.update(expiresOn="2046-01-01"), by=world_data.COUNTRIES
    )
    assert registry.submit(renewed).status_code == 201
    assert registry.client.get("/healthz").json()["as_of"] == "2037-11-20T08:00:00Z"


def test_a_known_object_is_found_without_reading_the_log(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = restarted(registry)
    with fresh.client:
        monkeypatch.setattr("registry.store_sql.SqlStore.objects", None)  # would raise
        known = json.dumps(registry.world.newest("NationalList", "CM").to_json()).encode()
        found = accept(known, gate=fresh.desk.gate, now=registry.clock.now)
        assert (found.outcome, found.stored.position) == (Outcome.ALREADY_THERE, 2)


def test_the_log_is_parsed_once(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    registry.submit(registry.world.next_version("HostPolicy", "GA", lambda payload: None))
    parsed: list[SignedObject] = []
    original = log_reader._envelope

    def counted(raw: bytes) -> SignedObject:
        parsed.append(original(raw))
        return parsed[-1]

    monkeypatch.setattr("registry.log_reader._envelope", counted)
    for _ in range(3):
        registry.submit(registry.world.next_version("HostPolicy", "GA", lambda payload: payload.clear()))
    assert len(parsed) == 3  # the three that were brought
