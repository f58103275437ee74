"""What a country's next list may not take back: issuers, keys and history only grow, a compromise stays.

One rule for the registry, which holds every list, and for a verifier, whose floor remembers this much of the
lists it has accepted: a list that drops the mark of a stolen key is refused, whoever signed it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

from certes.credential.errors import Malformed
from certes.trust.members import Members
from certes.trust.records import History, Issuer, NationalList

ISSUER = ""  # whose history it is: the issuer's own, beside those of its bodies by their codes

# (status, from, until, voidsIssuedFrom): what of an entry has effects. An open end may be closed later.
Entry = tuple[str, date, date | None, date | None]


@dataclass(frozen=True, slots=True)
class Remembered:
    """What must never go away of one issuer."""

    keys: Mapping[str, tuple[str, date | None]]  # kid -> (Multikey text, compromised since)
    histories: Mapping[str, tuple[Entry, ...]]  # ISSUER or the body's code -> its entries

    def to_json(self) -> dict[str, Any]:
        """The inverse of `from_json`."""
        return {
            "keys": {kid: [text, _text(since)] for kid, (text, since) in sorted(self.keys.items())},
            "histories": {
                holder: [[entry[0], *(_text(day) for day in entry[1:])] for entry in entries]
                for holder, entries in sorted(self.histories.items())
            },
        }

    @staticmethod
    def from_json(item: Members) -> "Remembered":
        """Raises Malformed."""
        keys, histories = item.members("keys"), item.members("histories")
        return Remembered(
            {kid: _key(keys, kid) for kid in keys.value},
            {holder: tuple(_entries(histories, holder)) for holder in histories.value},
        )


def remember(lists: Iterable[NationalList]) -> dict[str, Remembered]:
    """By the issuers' DIDs, which never change hands: country and number are in them."""
    return {did: _remembered(issuer) for found in lists for did, issuer in found.issuers.items()}


def _remembered(issuer: Issuer) -> Remembered:
    histories = {ISSUER: issuer.history} | {body.code: body.history for body in issuer.bodies}
    return Remembered(
        {key.kid: (key.multikey or "", key.compromised_since) for key in issuer.keys},
        {holder: _of(history) for holder, history in histories.items()},
    )


def _of(history: History) -> tuple[Entry, ...]:
    """As the list itself states it: what a confirmed notice adds goes once a list says it in its own words.
    (A theft stays: the log keeps the notice, and no list may state a later one.)"""
    return tuple(
        (entry.standing.value, entry.start, entry.end, entry.voids_issued_from)
        for entry in history.entries
        if entry.notice is None
    )


def require_successor(before: Mapping[str, Remembered], after: Mapping[str, Remembered]) -> None:
    """Return if everything of `before` still stands in `after`.

    Raises Malformed `list_drops_issuer`, `list_drops_key`, `list_changes_key`, `list_drops_compromise`,
    `list_drops_history`; `field` is the issuer's DID, with the key's fragment where it is a key.
    """
    for did, held in before.items():
        offered = after.get(did)
        if offered is None:
            raise Malformed("list_drops_issuer", field=did)
        for kid, (text, since) in held.keys.items():
            _require_key(f"{did}#{kid}", text, since, offered.keys.get(kid))
        for holder, entries in held.histories.items():
            _require_history(did, entries, offered.histories.get(holder, ()))


def _require_key(name: str, text: str, since: date | None, offered: tuple[str, date | None] | None) -> None:
    if offered is None:
        raise Malformed("list_drops_key", field=name)
    if offered[0] != text:
        raise Malformed("list_changes_key", field=name)
    if since is not None and (offered[1] is None or offered[1] > since):
        raise Malformed("list_drops_compromise", field=name, since=since.isoformat())


def _require_history(did: str, held: Sequence[Entry], offered: Sequence[Entry]) -> None:
    """Entry by entry, each where it stood, new ones after them; one without an end may have been given one.

    By place, so that what may follow in two steps may follow in one: a device that was away for a version
    never refuses what the others took up, and the work is that of one look at each entry.
    """
    for entry, successor in zip_longest(held, offered[: len(held)]):
        if successor is None or not _succeeds(successor, entry):
            raise Malformed("list_drops_history", field=did, status=entry[0], start=entry[1].isoformat())


def _succeeds(new: Entry, old: Entry) -> bool:
    same = (new[0], new[1], new[3]) == (old[0], old[1], old[3])
    return same and (old[2] is None or new[2] == old[2])


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _key(keys: Members, kid: str) -> tuple[str, date | None]:
    pair = keys.value[kid]
    if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):
        raise keys.wrong(kid, "[key, day or null]")
    return pair[0], Members({"day": pair[1]}, keys.path(kid)).day_or_none("day")


def _entries(histories: Members, holder: str) -> Iterable[Entry]:
    found = histories.value[holder]
    for entry in found if isinstance(found, list) else [None]:
        if not isinstance(entry, list) or len(entry) != 4 or not isinstance(entry[0], str):
            raise histories.wrong(holder, "array of [status, from, until, voidsIssuedFrom]")
        days = Members({"from": entry[1], "until": entry[2], "voids": entry[3]}, histories.path(holder))
        yield entry[0], days.day("from"), days.day_or_none("until"), days.day_or_none("voids")
