"""A log that is verified whole: what no device sees is verified too, and two histories are told apart."""

import pytest

from certes.credential.errors import Malformed, Refusal
from certes.trust.auditing import audit, is_fork
from certes.trust.signing import digest
from certes.trust.translog.checkpoints import parse_checkpoint
from certes.trust.translog.entries import envelope_bytes
from tests.world import NOW, World
from tests.world_data import Payload

WORLD = World()


def test_two_heads_fork_or_not_whichever_is_larger() -> None:
    one = WORLD.revised("NationalList", "GA", lambda payload: payload.update(centres=[]))
    other = WORLD.revised("NationalList", "GA", lambda payload: payload.update(authorities=[]))
    longer = other.revised("HostPolicy", "CM", lambda payload: None)
    heads = {
        name: parse_checkpoint(world.note()).head
        for name, world in {"w": WORLD, "1": one, "2": other, "3": longer}.items()
    }
    leaves = {"w": WORLD, "1": one, "2": other, "3": longer}

    def forked(offered: str, held: str) -> bool:
        both = [[entry.leaf for entry in leaves[name].entries] for name in (offered, held)]
        return is_fork(heads[offered], heads[held], offered_leaves=both[0], held_leaves=both[1])

    assert forked("1", "2")
    assert forked("3", "1")
    assert forked("1", "3")
    assert not forked("3", "2")
    assert not forked("w", "3")
    assert not is_fork(heads["3"], heads["1"], offered_leaves=[], held_leaves=[])


def refusal_of(world: World, **changes: bytes) -> Refusal:
    """Why a log is not believed."""
    objects = {digest(envelope_bytes(found)): found for found in world.objects}
    with pytest.raises(Refusal) as raised:
        audit(
            world.entries,
            {key: found for key, found in objects.items() if key not in changes.get("without", b"").decode()},
            changes.get("note", world.note()),
            charter_id=world.charter_id,
            floor=None,
            now=NOW,
        )
    return raised.value


def test_an_old_version_that_no_bundle_holds_is_verified_too() -> None:
    """A policy of one key alone, superseded since: no device ever sees it."""
    bad = WORLD.next_version("HostPolicy", "GA", lambda payload: None, keys_each=1)
    world = WORLD.followed_by(bad).revised("HostPolicy", "GA", lambda payload: None)
    assert world.view().charter.version == 1
    refusal = refusal_of(world)
    assert (refusal.code, refusal.params["reason"]) == ("bundle_object_refused", "threshold_not_reached")


def test_a_list_that_drops_a_stolen_keys_mark_is_refused_for_everybody() -> None:
    def drop(payload: Payload) -> None:
        del payload["issuers"][0]["keys"][2]["compromisedSince"]

    refusal = refusal_of(WORLD.revised("NationalList", "CM", drop))
    assert refusal.params["reason"] == "list_drops_compromise"


def test_an_object_that_is_withheld_and_a_quorum_that_is_not_one_are_refused() -> None:
    assert refusal_of(WORLD, without=WORLD.entries[3].envelope.encode()).code == "object_missing"
    few = WORLD.note(by=list(WORLD.witness_signers)[:3])
    assert refusal_of(WORLD, note=few).code == "quorum_not_reached"


def test_an_altered_object_is_not_what_was_logged() -> None:
    swapped = {entry.envelope: WORLD.objects[1] for entry in WORLD.entries}
    with pytest.raises(Malformed, match="object_not_as_logged"):
        audit(WORLD.entries, swapped, WORLD.note(), charter_id=WORLD.charter_id, floor=None, now=NOW)
