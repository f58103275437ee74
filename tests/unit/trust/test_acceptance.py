"""The rules of docs/spec/log.md, section 6: the checkpoint, the entries, and the floor of a device."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from certes.credential.errors import BadSignature, Malformed
from certes.trust.bundle import build_bundle
from certes.trust.checkpoint import Floor
from certes.trust.signing import SignedObject, countersign, sign_object
from certes.trust.translog.entries import LogEntry
from tests.unit.trust.network import (
    FIRST,
    NOW,
    WITNESSES,
    agreement,
    bundle,
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
    refused,
)


def sealed(objects: list[SignedObject], checkpoint: bytes, entries: list[LogEntry] | None = None) -> bytes:
    """A file with a checkpoint and entries of one's own."""
    return build_bundle(objects=objects, entries=entries or logged(objects), checkpoint=checkpoint)


def entries_refused(*entries: LogEntry) -> tuple[str, str | None]:
    """Why a log of these entries is refused, though its witnesses signed it."""
    refusal = refused(sealed(everything(), note(entries), list(entries)))
    return refusal.code, refusal.field


def test_a_checkpoint_by_anybody_else_is_refused() -> None:
    raw = sealed(everything(), note(logged(everything()), signer=key("CM1")))
    assert refused(raw).code == "checkpoint_not_signed_by_log"


def test_a_checkpoint_over_other_entries_is_refused() -> None:
    for others in (everything()[:-1], [*everything()[:-1], agreement(version=2)]):
        raw = sealed(everything(), note(logged(others)))
        assert refused(raw).code == "log_entries_differ"


def test_what_is_no_note_is_no_checkpoint() -> None:
    assert refused(sealed(everything(), b"skills.example/log\n5\n")).code == "note_invalid"


def test_a_quorum_of_the_charters_witnesses_is_needed() -> None:
    entries = logged(everything())
    load(sealed(everything(), note(entries, by=WITNESSES[:3])))
    assert refused(sealed(everything(), note(entries, by=WITNESSES[:2]))).code == "quorum_not_reached"
    strangers = (*WITNESSES[:2], "w5.example", "w6.example")
    assert refused(sealed(everything(), note(entries, by=strangers))).code == "quorum_not_reached"


def test_the_time_of_a_view_is_the_one_that_a_quorum_has_reached() -> None:
    entries = logged(everything())
    lines = [
        note(entries, time=NOW - timedelta(hours=late), by=[name]).splitlines(keepends=True)[-1]
        for name, late in zip(WITNESSES, (0, 2, 3, 9), strict=True)
    ]
    assert load(sealed(everything(), b"".join([note(entries, by=()), *lines]))).as_of == NOW - timedelta(
        hours=3
    )


def test_a_checkpoint_after_the_charters_last_day_is_refused() -> None:
    payload = {**charter_payload("CM", "GA"), "expiresOn": "2026-11-25"}
    signers = keys("CM")[:2] + keys("GA")[:2]
    last = sign_object("Charter", country=None, version=2, payload=payload, signers=signers)
    objects, later = [*everything(), last], NOW + timedelta(days=6)
    load(bundle(objects, time=NOW + timedelta(days=5)), now=later)
    assert refused(bundle(objects, time=later), now=later).code == "charter_expired"


def test_an_altered_checkpoint_is_refused() -> None:
    raw = json.loads(bundle(everything()))
    raw["checkpoint"] = raw["checkpoint"].replace("\n5\n", "\n6\n", 1)
    with pytest.raises(BadSignature):
        load(json.dumps(raw).encode())


def test_entries_are_orderly() -> None:
    first, second, *others = logged(everything())
    late = others[-1].time + timedelta(hours=2)
    assert entries_refused(first, replace(second, version=2), *others)[0] == "log_version_not_next"
    assert entries_refused(first, second, *others, second) == ("log_object_repeated", "entries[5]")
    backwards = replace(second, time=first.time - timedelta(seconds=1))
    assert entries_refused(first, backwards, *others) == ("log_time_falls", "entries[1]")
    ahead = entries_refused(first, second, *others[:-1], replace(others[-1], time=late))
    assert ahead == ("log_time_after_witnesses", "entries[4]")


def test_nothing_can_be_kept_back_and_nothing_added() -> None:
    entries = logged(everything())
    for found in everything()[1:]:
        rest = [each for each in everything() if each != found]
        refusal = refused(sealed(rest, note(entries), entries))
        assert (refusal.code, refusal.field) == ("object_missing", found.object_id)
    refusal = refused(sealed([*everything(), policy("CM")], note(entries), entries))
    assert (refusal.code, refusal.params["reason"]) == ("bundle_object_refused", "object_not_in_log")


def test_an_object_bears_the_signatures_that_were_logged() -> None:
    entries = logged(everything())
    found = national("CM")
    for other in (countersign(found, keys("CM")[2]), national("CM", signers=keys("CM")[1:])):
        objects = [other if each == found else each for each in everything()]
        refusal = refused(sealed(objects, note(entries), entries))
        assert refusal.params["reason"] == "object_not_as_logged"
    renamed = [replace(each, subject="GA" if each.subject == "CM" else each.subject) for each in entries[:2]]
    refusal = refused(sealed(everything()[:2], note(renamed), renamed))
    assert refusal.params["reason"] == "object_not_as_logged"


def test_an_entry_has_one_spelling_in_a_bundle_too() -> None:
    for change in (
        {"time": "2026-11-20T11:30:00+00:00"},
        {"more": 1},
        {"object": "sha-256:0"},
        {"subject": 1},
        {"time": 1},
    ):
        raw = json.loads(bundle(everything()))
        raw["entries"][0] |= change
        refusal = refused(json.dumps(raw).encode())
        assert (refusal.code, refusal.field) == ("log_entry_invalid", "entries[0]")


def test_a_list_is_judged_by_the_charter_at_its_place() -> None:
    new = [key(f"new {number}") for number in (1, 2, 3)]
    payload = charter_payload("CM", "GA")
    payload["members"][0]["keys"] = [each.public_key.multikey for each in new]
    signers = new[:2] + keys("CM")[:2] + keys("GA")[:2]
    second = sign_object("Charter", country=None, version=2, payload=payload, signers=signers)
    old, newer = national("CM"), national("CM", version=2, signers=new[:2])
    assert load(bundle([FIRST, old, second])).registry.national["CM"].version == 1
    assert load(bundle([FIRST, old, second, newer])).registry.national["CM"].version == 2
    for objects, at in (([FIRST, second, old], old), ([FIRST, old, newer, second], newer)):
        refusal = refused(bundle(objects))
        assert (refusal.field, refusal.params["reason"]) == (at.object_id, "threshold_not_reached")


def test_the_floor_of_a_view_admits_the_same_and_the_newer() -> None:
    floor = load(bundle(everything())).floor()
    load(bundle(everything()), floor=floor)
    load(bundle([*everything(), national("CM", version=2)], time=NOW + timedelta(minutes=1)), floor=floor)


def test_the_floor_survives_a_restart() -> None:
    floor = load(bundle(everything())).floor()
    assert Floor.from_json(json.loads(json.dumps(floor.to_json()))) == floor


def test_nothing_goes_back() -> None:
    newer = [*everything(), national("CM", version=2)]
    floor = load(bundle(newer)).floor()
    earlier = refused(bundle(newer, time=NOW - timedelta(seconds=1)), floor=floor)
    assert earlier.code == "bundle_rolled_back"
    assert refused(bundle(everything()), floor=floor).code == "log_rolled_back"


def test_history_is_not_rewritten() -> None:
    floor = load(bundle(everything())).floor()
    payload = {**national_payload(), "centres": []}
    other = sign_object("NationalList", country="CM", version=1, payload=payload, signers=keys("CM"))
    objects = [other if found == national("CM") else found for found in everything()]
    for more in ([], [national("CM", version=2)]):
        assert refused(bundle([*objects, *more]), floor=floor).code == "log_forked"


def test_a_new_entry_is_not_dated_back_before_what_a_device_has_seen() -> None:
    floor = load(bundle(everything())).floor()
    objects = [*everything(), national("CM", version=2)]
    for minutes, accepted in ((59, True), (61, False)):
        entries = logged(everything())
        entries += logged(objects[-1:], start=NOW - timedelta(minutes=minutes))
        entries[-1] = replace(entries[-1], time=max(entries[-1].time, entries[-2].time))
        if minutes == 61:
            entries = [replace(each, time=NOW - timedelta(minutes=61)) for each in entries]
            floor = load(sealed(everything(), note(entries[:-1]), entries[:-1])).floor()
        raw = sealed(objects, note(entries), entries)
        if accepted:
            load(raw, floor=floor)
        else:
            refusal = refused(raw, floor=floor)
            assert (refusal.code, refusal.field) == ("log_entry_backdated", "entries[5]")
        load(raw)  # without a floor nobody can see it


def test_a_compromise_is_not_taken_back() -> None:
    payload = national_payload()
    payload["issuers"][0]["keys"][0]["compromisedSince"] = "2026-01-01"
    marked = sign_object("NationalList", country="CM", version=2, payload=payload, signers=keys("CM")[:2])
    floor = load(bundle([*everything(), marked])).floor()
    lying = [*everything(), marked, national("CM", version=3)]
    assert refused(bundle(lying), floor=floor).code == "list_drops_compromise"


@pytest.mark.parametrize(
    "change",
    [
        {"tree": None},
        {"tree": {"size": -1, "peaks": []}},
        {"tree": {"size": 3, "peaks": ["AA=="]}},
        {"reached": "yesterday"},
        {"note": 1},
        {"issuers": {"did:web:x": {"keys": {"k1": 1}}}},
        {"more": 1},
    ],
)
def test_a_floor_that_cannot_be_read_is_refused(change: dict[str, Any]) -> None:
    whole = load(bundle(everything())).floor().to_json()
    with pytest.raises(Malformed):
        Floor.from_json({**whole, **change})


@pytest.mark.parametrize(
    "value", [None, [], {}, {"time": "2026-11-20T12:00:00Z", "size": 1, "objects": {}, "issuers": {}}]
)
def test_a_floor_of_another_form_is_refused(value: object) -> None:
    with pytest.raises(Malformed, match="floor_invalid"):
        Floor.from_json(value)
