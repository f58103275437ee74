"""What may follow what in a certificate's life."""

import itertools
from datetime import UTC, datetime

import pytest

from certes.runtime.refusals import Conflict
from issuer.standing import BITS, Standing, next_event, standing_of
from issuer.store import Action, History, ReasonClass, StatusEvent

AT = datetime(2026, 11, 25, tzinfo=UTC)


def event(action: Action, reason: ReasonClass = ReasonClass.OTHER) -> StatusEvent:
    return StatusEvent(action, reason, "CFM", AT)


def after(*wanted: StatusEvent) -> History:
    """The history once each was asked for; what is refused changes nothing."""
    history: History = ()
    for each in wanted:
        try:
            added = next_event(history, each)
        except Conflict:
            continue
        history = history if added is None else (*history, added)
    return history


def test_suspension_ends_and_revocation_does_not() -> None:
    suspend, reinstate, revoke = event(Action.SUSPEND), event(Action.REINSTATE), event(Action.REVOKE)
    assert standing_of(after(suspend)) is Standing.SUSPENDED
    assert standing_of(after(suspend, reinstate)) is Standing.VALID
    assert standing_of(after(suspend, revoke)) is Standing.REVOKED
    for action in (suspend, reinstate):
        with pytest.raises(Conflict) as refusal:
            next_event(after(revoke), action)
        assert refusal.value.code == "certificate_revoked_finally"


def test_replaced_sets_revocation_and_refresh() -> None:
    history = after(event(Action.REVOKE, ReasonClass.REPLACED))
    assert standing_of(history) is Standing.REPLACED
    assert BITS[Standing.REPLACED] == {"revocation", "refresh"}
    assert next_event(history, event(Action.REVOKE, ReasonClass.FRAUD)) is None


def test_every_sequence_of_four_stays_revoked_once_it_was_and_repeats_nothing() -> None:
    for actions in itertools.product(Action, repeat=4):
        history = after(*(event(action) for action in actions))
        if Action.REVOKE in actions:
            assert standing_of(history) is Standing.REVOKED
        assert all(one.action is not other.action for one, other in itertools.pairwise(history))
        assert history[:1] != (event(Action.REINSTATE),)
