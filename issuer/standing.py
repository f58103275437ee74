"""What a certificate's history makes of it, and what may happen next: one small table. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from certes.credential.identifiers import Purpose
from certes.runtime.refusals import Conflict
from issuer.store import Action, History, ReasonClass, StatusEvent


class Standing(StrEnum):
    """The state of an issued certificate."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"  # revoked, because a newer certificate stands in its place


# Which bits are set. An outside verifier refuses a replaced certificate; ours say that a newer one exists.
BITS: Mapping[Standing, frozenset[Purpose]] = {
    Standing.VALID: frozenset(),
    Standing.SUSPENDED: frozenset({"suspension"}),
    Standing.REVOKED: frozenset({"revocation"}),
    Standing.REPLACED: frozenset({"revocation", "refresh"}),
}

_AFTER = {
    Action.REVOKE: Standing.REVOKED,
    Action.SUSPEND: Standing.SUSPENDED,
    Action.REINSTATE: Standing.VALID,
}
_FINAL = frozenset({Standing.REVOKED, Standing.REPLACED})


def standing_of(history: History) -> Standing:
    """The last event decides; there can be none after a revocation."""
    if not history:
        return Standing.VALID
    last = history[-1]
    if last.action is Action.REVOKE and last.reason is ReasonClass.REPLACED:
        return Standing.REPLACED
    return _AFTER[last.action]


def next_event(history: History, wanted: StatusEvent) -> StatusEvent | None:
    """The event to add, or None where the certificate is already so: asking twice changes nothing.

    Revocation is final: raises Conflict `certificate_revoked_finally` for anything but revoking again. That a
    certificate, once revoked, could be good again next day is what nobody could explain to an inspector.
    """
    now = standing_of(history)
    if now in _FINAL:
        if wanted.action is Action.REVOKE:
            return None
        raise Conflict("certificate_revoked_finally")
    return None if _AFTER[wanted.action] is now else wanted
