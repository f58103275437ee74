"""The trust bundle: what is believed, and every way in which it is not."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from certes.trust.bundle import build_bundle
from certes.trust.signing import parse_signed_object, sign_object
from tests.unit.trust.network import (
    FIRST,
    LOGGED,
    NETWORK,
    NOW,
    agreement,
    agreement_payload,
    bundle,
    charter,
    charter_payload,
    everything,
    key,
    keys,
    load,
    logged,
    national,
    national_payload,
    note,
    policy,
    policy_payload,
    refused,
)


def reason_of(*objects: Any) -> object:
    """Why one of the objects refuses the whole, given the first charter beside them."""
    refusal = refused(bundle([FIRST, *objects]))
    assert refusal.code == "bundle_object_refused"
    assert refusal.field in {found.object_id for found in objects}
    return refusal.params["reason"]


def test_a_whole_bundle_becomes_a_view() -> None:
    view = load(bundle(everything()))
    assert view.network == NETWORK
    assert view.as_of == NOW
    assert view.registry.as_of == date(2026, 11, 20)
    assert set(view.registry.national) == {"CM", "GA"}
    assert [text.id for text in view.registry.agreements] == ["urn:agreement:cm-ga"]
    assert view.registry.object_ids["NationalList", "CM"] == national("CM").object_id
    assert set(view.objects) == {found.object_id for found in everything()}


def test_a_view_says_when_each_object_was_logged_and_how_far_the_log_came() -> None:
    view = load(bundle(everything()))
    assert view.logged[policy("GA").object_id] == LOGGED + timedelta(seconds=3)
    assert (view.log_state.time, view.log_state.size) == (NOW, 5)
    assert view.checkpoint.head.size == view.tree.size == len(view.entries) == 5


def test_the_order_of_objects_is_irrelevant() -> None:
    entries = logged(everything())
    one, other = (
        build_bundle(objects=objects, entries=entries, checkpoint=note(entries))
        for objects in (everything(), everything()[::-1])
    )
    assert one == other


def test_the_highest_version_counts() -> None:
    view = load(bundle([*everything(), national("CM", version=2)]))
    assert view.registry.national["CM"].version == 2
    assert view.subjects["NationalList/CM"][0] == 2


def test_two_objects_of_one_version_are_refused() -> None:
    other = sign_object(
        "NationalList",
        country="CM",
        version=1,
        payload={**national_payload(), "trades": []},
        signers=keys("CM"),
    )
    refusal = refused(bundle([*everything(), other]))
    assert (refusal.code, refusal.field) == ("log_version_not_next", "entries[5]")


def test_age_never_blocks_loading() -> None:
    assert load(bundle(everything()), now=datetime(2036, 1, 1, tzinfo=UTC)).as_of == NOW


def test_ten_minutes_of_future_are_a_clock_and_more_is_refused() -> None:
    raw = bundle(everything())
    load(raw, now=NOW - timedelta(minutes=10))
    assert refused(raw, now=NOW - timedelta(minutes=11)).code == "checkpoint_from_the_future"


def test_another_first_charter_is_refused() -> None:
    assert refused(bundle([charter("CM"), national("CM")])).code == "charter_not_in_bundle"
    assert reason_of(charter("CM")) == "charter_version_not_next"


def test_a_log_begins_with_its_charter() -> None:
    assert refused(bundle([national("CM"), FIRST])).code == "log_begins_without_charter"


def test_one_key_of_two_is_not_enough() -> None:
    assert reason_of(national("CM", signers=keys("CM")[:1])) == "threshold_not_reached"


def test_another_countrys_keys_do_not_count() -> None:
    assert reason_of(national("CM", signers=keys("GA"))) == "threshold_not_reached"


def test_a_country_outside_the_charter_cannot_speak() -> None:
    assert reason_of(national("TD")) == "signer_not_member"


def test_an_agreement_needs_every_party() -> None:
    assert reason_of(agreement(signers=keys("CM"))) == "threshold_not_reached"


def test_a_listed_key_whose_signature_does_not_hold_refuses_the_bundle() -> None:
    found = national("CM")
    forged = json.loads(json.dumps(found.to_json()))
    forged["signatures"][0]["value"] = agreement().to_json()["signatures"][0]["value"]
    assert reason_of(parse_signed_object(forged)) == "object_signature_invalid"


def test_an_envelope_that_contradicts_its_payload_is_refused() -> None:
    payload = national_payload("GA")
    assert reason_of(
        sign_object("NationalList", country="CM", version=1, payload=payload, signers=keys("CM"))
    ) == ("envelope_differs")
    signers = keys("CM") + keys("GA")
    text = agreement_payload()
    found = sign_object("Agreement", country="CM", version=1, payload=text, signers=signers)
    assert reason_of(found) == "envelope_differs"
    found = sign_object("Agreement", country=None, version=2, payload=text, signers=signers)
    assert reason_of(agreement(), found) == "envelope_differs"


def test_an_agreement_in_reduced_form_is_refused() -> None:
    text = agreement_payload()
    del text["appeal"]
    found = sign_object("Agreement", country=None, version=1, payload=text, signers=keys("CM") + keys("GA"))
    assert reason_of(found) == "schema_violation"


def test_a_policy_with_unknown_members_is_refused() -> None:
    payload = {**policy_payload(), "colour": "green"}
    found = sign_object("HostPolicy", country="GA", version=1, payload=payload, signers=keys("GA"))
    assert reason_of(found) == "schema_violation"


# charters


def test_a_second_charter_signed_by_both_memberships_is_followed() -> None:
    second = charter("CM", "GA", "CG", version=2)
    view = load(bundle([FIRST, second, national("CG")]))
    assert set(view.charter.members) == {"CM", "GA", "CG"}
    assert set(view.objects) >= {FIRST.object_id, second.object_id}


def test_two_thirds_of_three_are_two() -> None:
    signers = keys("CM")[:2] + keys("GA")[:2]
    assert load(bundle([FIRST, charter("CM", "GA", "CG", version=2, signers=signers)])).charter.version == 2


def test_a_charter_without_the_members_before_it_is_refused() -> None:
    signers = keys("CM")[:2] + keys("CG")[:2]
    found = charter("CM", "CG", version=2, signers=signers)
    assert reason_of(found) == "charter_not_signed_by_two_thirds"


def test_a_charter_that_skips_a_version_is_refused() -> None:
    assert reason_of(charter("CM", "GA", version=3)) == "charter_version_not_next"


def test_the_network_of_a_charter_never_changes() -> None:
    payload = {**charter_payload("CM", "GA"), "network": {"number": 0, "domain": "other.example"}}
    signers = keys("CM") + keys("GA")
    found = sign_object("Charter", country=None, version=2, payload=payload, signers=signers)
    assert reason_of(found) == "charter_network_changed"


def test_the_list_of_a_country_that_has_left_still_stands() -> None:
    signers = keys("CM")[:2] + keys("GA")[:2]
    second = charter("CM", version=2, signers=signers)
    assert set(load(bundle([FIRST, national("GA"), second])).registry.national) == {"GA"}
    refusal = refused(bundle([FIRST, national("GA"), second, national("GA", version=2)]))
    assert refusal.params["reason"] == "signer_not_member"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            {"members": [{"country": "CM", "keys": [key("a").public_key.multikey], "threshold": 2}]},
            "member_invalid",
        ),
        (
            {"members": [{"country": "CM", "keys": [key("a").public_key.multikey], "threshold": 0}]},
            "schema_violation",
        ),
        ({"members": charter_payload("CM", "CM")["members"]}, "entry_repeated"),
        ({"logKeys": [key("CM1").public_key.multikey]}, "key_repeated"),
        ({"logKeys": ["z" + "1" * 40]}, "multikey_invalid"),
    ],
)
def test_a_charter_that_cannot_work_is_refused(change: dict[str, Any], code: str) -> None:
    payload = {**charter_payload("CM", "GA"), **change}
    signers = keys("CM") + keys("GA")
    assert (
        reason_of(sign_object("Charter", country=None, version=2, payload=payload, signers=signers)) == code
    )


# the file


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "Other"}, "type"),
        ({"more": 1}, "type"),
        ({"objects": {}}, "objects"),
        ({"checkpoint": None}, "checkpoint"),
        ({"entries": None}, "entries"),
        ({"notices": {}}, "notices"),
        ({"crossings": [1]}, "crossings"),
    ],
)
def test_a_file_of_another_shape_is_refused(change: dict[str, Any], field: str) -> None:
    raw = {**json.loads(bundle(everything())), **change}
    refusal = refused(json.dumps(raw).encode())
    assert (refusal.code, refusal.field) == ("bundle_not_one", field)


@pytest.mark.parametrize(
    ("item", "reason"), [(1, "member_invalid"), ({"type": "Charter"}, "schema_violation")]
)
def test_an_object_that_is_none_is_named_by_its_place(item: object, reason: str) -> None:
    raw = json.loads(bundle(everything()))
    raw["objects"][2] = item
    refusal = refused(json.dumps(raw).encode())
    assert (refusal.code, refusal.field, refusal.params["reason"]) == (
        "bundle_object_refused",
        "objects[2]",
        reason,
    )


def test_the_same_object_twice_is_refused() -> None:
    raw = json.loads(bundle(everything()))
    raw["objects"].append(FIRST.to_json())
    assert refused(json.dumps(raw).encode()).code == "bundle_object_repeated"


def test_hostile_files_are_refused() -> None:
    deep = b'{"type":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    for raw in (b"", b"null", b"\xff", deep, b'{"a":1,"a":2}', b'{"a":1.5}'):
        refused(raw)
    assert refused(b" " * (16 * 1024 * 1024 + 1)).code == "json_too_large"
