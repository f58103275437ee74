"""A delta: what a device that holds a bundle still needs, to the byte."""

import json
from datetime import timedelta
from typing import Any

import pytest

from certes.credential.errors import Malformed
from certes.trust.bundle import parse_bundle
from certes.trust.deltas import apply_delta, build_delta
from tests.world import NOW, World

WORLD = World()
LATER = NOW + timedelta(days=20)


def lengthened(payload: dict[str, Any]) -> None:
    payload["noticeDays"] = 40


def grown() -> World:
    """Lists and policies of later days, one within the notice period, and a charter that lengthens it."""
    found = WORLD
    for ago, country in ((45, "CM"), (30, "CM"), (10, "GA"), (5, "CM")):
        at = LATER - timedelta(days=ago)
        found = found.revised("NationalList", country, lambda payload: payload.update(authorities=[]), at=at)
        found = found.revised("HostPolicy", country, lambda payload: payload.update(maxRegistryAgeDays=3))
    return found.revised("Charter", "", lengthened)


def at_size(world: World, size: int) -> World:
    """The world when its log had this size."""
    later = size - len(world.first)
    return World(later=world.later[:later], later_at=world.later_at[:later])


def delta_of(world: World, *, since: int) -> bytes:
    """As a registry makes it."""
    return build_delta(
        since=since, objects=world.published(), entries=world.entries, checkpoint=world.note(LATER)
    )


@pytest.mark.parametrize("since", range(12, 22))
def test_a_bundle_and_a_delta_are_the_newer_bundle_to_the_byte(since: int) -> None:
    world = grown()
    assert len(world.entries) == 21
    held = at_size(world, since).bundle(now=LATER - timedelta(days=1))
    made = apply_delta(held, delta_of(world, since=since))
    assert made == world.bundle(now=LATER)
    parse_bundle(made, charter_id=WORLD.charter_id, floor=None, now=LATER)


def test_a_delta_holds_nothing_that_is_held() -> None:
    world = WORLD.revised("HostPolicy", "GA", lambda payload: payload.update(maxRegistryAgeDays=3), at=NOW)
    delta = json.loads(delta_of(world, since=12))
    assert (delta["from"], len(delta["entries"]), len(delta["objects"])) == (12, 1, 1)
    again = json.loads(delta_of(world, since=13))
    assert (again["entries"], again["objects"]) == ([], [])
    assert len(json.dumps(again)) < 1_500


@pytest.mark.parametrize("since", [0, 14])
def test_there_is_no_delta_from_a_size_that_no_bundle_has(since: int) -> None:
    with pytest.raises(Malformed, match="delta_not_possible"):
        delta_of(WORLD, since=since)


def test_a_delta_on_another_size_is_refused() -> None:
    world = grown()
    with pytest.raises(Malformed, match="delta_of_another_size"):
        apply_delta(WORLD.bundle(), delta_of(world, since=13))


@pytest.mark.parametrize(
    "change", [{"type": "TrustBundle"}, {"from": None}, {"more": 1}, {"from": True}, {"entries": 1}]
)
def test_what_is_no_delta_is_refused(change: dict[str, Any]) -> None:
    delta = json.loads(delta_of(WORLD, since=12)) | change
    with pytest.raises(Malformed, match=r"delta_not_one|delta_of_another_size|bundle_not_one"):
        apply_delta(WORLD.bundle(), json.dumps(delta).encode())


def test_a_delta_of_another_history_does_not_verify() -> None:
    world = WORLD.revised("NationalList", "GA", lambda payload: payload.update(authorities=[]), at=NOW)
    other = WORLD.revised("NationalList", "GA", lambda payload: payload.update(centres=[]), at=NOW)
    more = other.revised("HostPolicy", "GA", lambda payload: payload.update(maxRegistryAgeDays=3))
    made = apply_delta(world.bundle(), delta_of(more, since=13))
    with pytest.raises(Malformed, match="log_entries_differ"):
        parse_bundle(made, charter_id=WORLD.charter_id, floor=None, now=LATER)
