"""What a thief of keys, or a country among others, can try: to speak for whom it does not speak, to take the
root of trust over. Each beside the honest thing that it looks like.
"""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from certes.trust.bundle import build_bundle
from certes.trust.signing import countersign, parse_signed_object
from certes.trust.translog.entries import entry_of
from tests.hostile.devices import (
    HOUR,
    LATER,
    WITNESSES,
    WORLD,
    A,
    change,
    code,
    device,
    load,
    logged_too,
    next_charter,
    offered,
    reason,
)
from tests.world import NOW, signer
from tests.world_data import AGREEMENT, COUNTRIES, Payload

# who signs


def test_one_countrys_list_signed_by_another() -> None:
    payload = dict(A.later[0].payload)
    forged = WORLD.sign("NationalList", "GA", payload, version=2, by=["CM"])
    assert reason(logged_too(forged)) == ("bundle_object_refused", "threshold_not_reached")
    load(logged_too(WORLD.sign("NationalList", "GA", payload, version=2, by=["GA"])))


def test_one_stolen_key_of_three() -> None:
    payload = dict(A.later[0].payload)
    stolen = WORLD.sign("NationalList", "GA", payload, version=2, keys_each=1)
    assert reason(logged_too(stolen)) == ("bundle_object_refused", "threshold_not_reached")
    load(logged_too(WORLD.sign("NationalList", "GA", payload, version=2, keys_each=2)))


def test_one_key_counted_twice() -> None:
    payload = dict(A.later[0].payload)
    stolen = WORLD.sign("NationalList", "GA", payload, version=2, keys_each=1)
    twice = replace(stolen, signatures=stolen.signatures * 2)
    assert reason(logged_too(twice)) == ("bundle_object_refused", "signature_repeated")
    load(logged_too(countersign(stolen, signer("member GA 3"))))


def test_one_witness_counted_twice() -> None:
    note = WORLD.note(NOW, by=WITNESSES[:3])
    again = WORLD.note(NOW + HOUR, by=WITNESSES[:1]).splitlines(keepends=True)[-1]
    raw = json.loads(WORLD.bundle())
    raw["checkpoint"] = (note + again).decode()
    assert reason(json.dumps(raw).encode())[0] == "quorum_not_reached"
    raw["checkpoint"] = WORLD.note(NOW, by=WITNESSES[:4]).decode()
    load(json.dumps(raw).encode())


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda payload: payload["members"][0].update(threshold=0), "schema_violation"),
        (lambda payload: payload.update(quorum=0), "schema_violation"),
        (lambda payload: payload.update(quorum=3), "quorum_impossible"),
        (lambda payload: payload.update(quorum=6), "quorum_impossible"),
        (lambda payload: payload.update(witnesses=payload["witnesses"][:3]), "quorum_impossible"),
        (
            lambda payload: payload["witnesses"][0].update(key=payload["witnesses"][1]["key"]),
            "key_repeated",
        ),
        (lambda payload: payload["witnesses"][0].update(key=payload["logKeys"][0]), "key_repeated"),
        (
            lambda payload: payload["witnesses"][0].update(name=payload["witnesses"][1]["name"]),
            "witness_repeated",
        ),
        (lambda payload: payload["witnesses"][5].update(country="CM"), "witnesses_of_one_country"),
        (
            lambda payload: payload.update(network={"number": 1, "domain": "x.example"}),
            "charter_network_changed",
        ),
    ],
)
def test_a_charter_under_which_nobody_need_sign(edit: Callable[[Payload], object], why: str) -> None:
    assert reason(logged_too(next_charter(edit))) == ("bundle_object_refused", why)
    assert load(logged_too(next_charter(change(noticeDays=7)))).charter.version == 2


def test_a_one_sided_agreement() -> None:
    def with_new_id(payload: Payload) -> None:
        payload["id"] = "urn:agreement:one-sided"

    for others, accepted in ((COUNTRIES[:4], False), (COUNTRIES, True)):
        payload = deepcopy(dict(WORLD.newest("Agreement", AGREEMENT).payload))
        with_new_id(payload)
        raw = logged_too(WORLD.sign("Agreement", None, payload, by=others))
        if accepted:
            assert len(load(raw).registry.agreements) == 2
        else:
            assert reason(raw) == ("bundle_object_refused", "threshold_not_reached")


def test_a_root_replaced_after_a_failed_check(tmp_path: Path) -> None:
    """The thief's charter comes with a bundle that fails later: nothing of it may stay."""
    thief = signer("thief").public_key.multikey

    def takeover(payload: Payload) -> None:
        payload["members"][0]["keys"] = [thief, signer("thief 2").public_key.multikey]

    source = device(tmp_path)
    source.accept(WORLD.bundle())
    before = {path: path.read_bytes() for path in tmp_path.glob("*.json")}
    signed = next_charter(takeover, by=COUNTRIES[:2])
    assert code(source, logged_too(signed)) == "bundle_object_refused"
    honest = next_charter(takeover)  # even a good one, beside an object that is not
    world = WORLD.followed_by(honest, at=NOW)
    bad = world.followed_by(WORLD.sign("NationalList", "GA", {}, version=2), at=NOW)
    assert code(source, offered(bad)) == "bundle_object_refused"
    assert {path: path.read_bytes() for path in tmp_path.glob("*.json")} == before
    source.accept(A.bundle(now=LATER))
    assert source.view is not None
    assert source.view.charter.version == 1


def test_new_witnesses_need_the_old_ones(tmp_path: Path) -> None:
    """Of a device that knows the old charter; the new ones alone could show it a history of theirs."""
    new = [f"new{number}.example" for number in range(6)]

    def replaced(payload: Payload) -> None:
        for item, name in zip(payload["witnesses"], new, strict=True):
            item.update(name=name, key=signer(f"witness {name}").public_key.multikey, country=None)

    world = WORLD.followed_by(next_charter(replaced), at=NOW)
    signers = {name: replace(WORLD.witness_signers[WITNESSES[0]], name=name) for name in new}
    world.witness_signers.update(
        {name: replace(each, signer=signer(f"witness {name}")) for name, each in signers.items()}
    )
    source = device(tmp_path)
    source.accept(WORLD.bundle())
    assert code(source, offered(world, by=new)) == "charter_without_old_witnesses"
    assert code(source, offered(world, by=[*new, *WITNESSES[:3]])) == "charter_without_old_witnesses"
    both = offered(world, by=[*new, *WITNESSES[:4]])
    # Later the old witnesses are gone. Whoever was away shows that they were asked once.
    more = world.revised("HostPolicy", "GA", change(maxRegistryAgeDays=3), at=LATER)
    crossed = build_bundle(
        objects=more.published(),
        entries=more.entries,
        checkpoint=world.note(LATER, by=new, entries=more.entries),
        crossings=[world.note(LATER, by=[*new, *WITNESSES[:4]])],
    )
    late = device(tmp_path / "late")
    late.accept(WORLD.bundle())
    source.accept(both)
    for one in (source, late):
        one.accept(crossed)
        assert one.view is not None
        assert one.view.charter.version == 2


def test_a_signature_that_is_named_and_does_not_hold_refuses() -> None:
    found = WORLD.newest("NationalList", "GA")
    forged = found.to_json()
    forged["signatures"][0]["value"] = "A" * 86
    bad = parse_signed_object(forged)
    objects = [bad if each == found else each for each in WORLD.first]
    entries = [
        entry_of(each, subject=entry.subject, time=entry.time)
        for each, entry in zip(objects, WORLD.entries, strict=True)
    ]
    raw = offered(WORLD, objects=objects, entries=entries)
    assert reason(raw) == ("bundle_object_refused", "object_signature_invalid")
