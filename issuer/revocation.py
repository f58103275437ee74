"""Revoking, suspending, reinstating: by certificate number, with a class of reason, asked as often as one
likes."""

from datetime import datetime

from issuer.callers import Caller
from issuer.standing import next_event
from issuer.store import Action, History, Issued, ReasonClass, StatusEvent, Store


def revoke(
    number: str, reason: ReasonClass, *, caller: Caller, store: Store, now: datetime
) -> tuple[Issued, bool]:
    """From now on it does not count, for ever. `replaced` also says that a newer certificate exists."""
    return _change(number, StatusEvent(Action.REVOKE, reason, caller.body, now), store)


def suspend(
    number: str, reason: ReasonClass, *, caller: Caller, store: Store, now: datetime
) -> tuple[Issued, bool]:
    """From now on it does not count, until it is reinstated or revoked.

    Raises Conflict once it is revoked.
    """
    return _change(number, StatusEvent(Action.SUSPEND, reason, caller.body, now), store)


def reinstate(
    number: str, reason: ReasonClass, *, caller: Caller, store: Store, now: datetime
) -> tuple[Issued, bool]:
    """A suspension ends. Raises Conflict `certificate_revoked_finally` after a revocation."""
    return _change(number, StatusEvent(Action.REINSTATE, reason, caller.body, now), store)


CHANGES = {Action.REVOKE: revoke, Action.SUSPEND: suspend, Action.REINSTATE: reinstate}


def _change(number: str, wanted: StatusEvent, store: Store) -> tuple[Issued, bool]:
    """The certificate afterwards, and whether anything changed. Raises NotFound `certificate_unknown`."""

    def decide(history: History) -> StatusEvent | None:
        return next_event(history, wanted)

    return store.change_status(number, body=wanted.by, decide=decide)
