"""What a country's next list says that the one before did not: issuers, scopes, suspensions, stolen keys."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from certes.trust.records import History, Issuer, NationalList, Scope, Standing

EMPTY = History(())
CODES = {
    Standing.SUSPENDED: "issuer_suspended",
    Standing.WITHDRAWN: "issuer_withdrawn",
}


@dataclass(frozen=True, slots=True)
class ListChange:
    """One change of one issuer. `code` is `issuer_new`, `scope_wider`, `issuer_suspended`,
    `issuer_withdrawn`, `issuer_restored` or `key_compromised`."""

    code: str
    issuer: str  # DID; with `#` and a key's or a body's code where it is about one of those
    params: Mapping[str, str | date | None] = field(default_factory=dict)


def changes_of(before: NationalList | None, after: NationalList) -> Iterator[ListChange]:
    """All of them, in the order of the list. Restrictive acts of a new issuer stand beside `issuer_new`."""
    known = {} if before is None else before.issuers
    for did, issuer in after.issuers.items():
        held = known.get(did)
        if held is None:
            yield ListChange("issuer_new", did, {"trades": _codes(_scopes(issuer))})
        else:
            yield from _wider(did, held, issuer)
        yield from _acts(did, EMPTY if held is None else held.history, issuer.history)
        for body in issuer.bodies:
            old = None if held is None else held.find_body(body.code)
            yield from _acts(f"{did}#{body.code}", EMPTY if old is None else old.history, body.history)
        yield from _stolen(did, held, issuer)


def _scopes(issuer: Issuer) -> tuple[Scope, ...]:
    return (*issuer.scope, *(scope for body in issuer.bodies for scope in body.scope))


def _wider(did: str, before: Issuer, after: Issuer) -> Iterator[ListChange]:
    """Of the issuer itself, and of each of its bodies."""
    pairs = [(did, before.scope, after.scope)]
    for body in after.bodies:
        old = before.find_body(body.code)
        pairs.append((f"{did}#{body.code}", () if old is None else old.scope, body.scope))
    for name, old_scopes, new_scopes in pairs:
        wider = [new for new in new_scopes if not any(_covers(old, new) for old in old_scopes)]
        if wider:
            yield ListChange("scope_wider", name, {"trades": _codes(wider)})


def _covers(old: Scope, new: Scope) -> bool:
    """Did the old one allow all that the new one allows?"""
    return (
        old.code == new.code
        and _within(new.levels, old.levels)
        and _within(new.kinds, old.kinds)
        and (old.rpl or not new.rpl)
        and (old.valid_from or date.min) <= (new.valid_from or date.min)
        and (new.valid_until or date.max) <= (old.valid_until or date.max)
    )


def _within(new: frozenset[str] | None, old: frozenset[str] | None) -> bool:
    """None: no limit. A level scope of none is for trades without levels, which no limit covers too."""
    return old is None or (new is not None and new <= old and (bool(new) or not old))


def _codes(scopes: Iterable[Scope]) -> str:
    return ", ".join(sorted({scope.code for scope in scopes}))


def _acts(name: str, before: History, after: History) -> Iterator[ListChange]:
    """Suspensions and withdrawals that were not there, and such as were given an end."""
    known = {(entry.standing, entry.start, entry.voids_issued_from): entry.end for entry in before.entries}
    for entry in after.entries:
        code = CODES.get(entry.standing)
        if code is None:
            continue
        act = (entry.standing, entry.start, entry.voids_issued_from)
        if act not in known:
            yield ListChange(code, name, {"since": entry.start, "voids": entry.voids_issued_from})
        elif known[act] is None and entry.end is not None:
            yield ListChange("issuer_restored", name, {"since": entry.end})


def _stolen(did: str, before: Issuer | None, after: Issuer) -> Iterator[ListChange]:
    for key in after.keys:
        old = None if before is None else before.find_key(key.kid)
        held = None if old is None else old.compromised_since
        if key.compromised_since is not None and key.compromised_since != held:
            yield ListChange("key_compromised", f"{did}#{key.kid}", {"since": key.compromised_since})
