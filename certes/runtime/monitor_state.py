"""What a monitor remembers between two starts.

    state.json              how far it has followed the log, and what it has seen beside it
    alarms/EVENT-....json   each alarm, until somebody has looked and takes the file away
    alarms/EVENT-....txt    checkpoints that prove it

A state that cannot be read stops the monitor: one that forgot would find nothing wrong with another history.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from certes.credential.errors import Malformed, Refusal
from certes.credential.keys import parse_multikey
from certes.credential.parsing import format_instant, parse_instant
from certes.runtime.files import read_if_there, write_whole
from certes.trust.auditing import Audited
from certes.trust.checkpoint import Floor
from certes.trust.members import Members
from certes.trust.translog.checkpoints import TreeHead, parse_head
from certes.trust.translog.notes import KeyUse, NoteKey, parse_note
from certes.trust.watching import Event, Severity
from certes.trust.watching_state import ListSeen

HELD, OFFERED = "held", "offered"  # the two checkpoints of a fork
MAX_ALARMS = 200  # the first ones: a registry cannot fill a disk
_MEMBERS = {"charter", "floor", "logKeys", "witnesses", "lists", "notices"}


@dataclass(frozen=True, slots=True)
class State:
    """What was seen and verified."""

    charter_id: str
    floor: Floor | None = None  # None: nothing yet
    log_keys: tuple[str, ...] = ()  # Multikey texts, of the newest charter
    witnesses: Mapping[str, datetime] = field(default_factory=dict)  # name -> when it signed last
    lists: Mapping[str, ListSeen] = field(default_factory=dict)  # by address
    notices: frozenset[str] = frozenset()  # ids of those that were told before they were logged

    @property
    def size(self) -> int:
        """How many entries were seen."""
        return 0 if self.floor is None else self.floor.tree.size

    @property
    def head(self) -> TreeHead | None:
        """Of the last checkpoint."""
        return None if self.floor is None else parse_head(parse_note(self.floor.note.encode()).text)

    def note_keys(self, origin: str) -> tuple[NoteKey, ...]:
        """The log's keys as far as they are known."""
        return tuple(NoteKey(origin, KeyUse.NOTE, parse_multikey(key)) for key in self.log_keys)

    def to_json(self) -> dict[str, Any]:
        """The inverse of `read_state`."""
        return {
            "charter": self.charter_id,
            "floor": None if self.floor is None else self.floor.to_json(),
            "logKeys": list(self.log_keys),
            "witnesses": {name: format_instant(time) for name, time in sorted(self.witnesses.items())},
            "lists": {
                url: [seen.country, seen.digest, format_instant(seen.valid_from)]
                for url, seen in sorted(self.lists.items())
            },
            "notices": sorted(self.notices),
        }


def after(state: State, log: Audited) -> State:
    """The state once this log was followed; witnesses and lists are the caller's to add."""
    keys = tuple(sorted(log.charter.log_keys))
    return State(state.charter_id, log.floor(), keys, state.witnesses, state.lists, state.notices)


def read_state(path: Path, *, charter_id: str) -> State:
    """Raises Malformed `monitor_state_invalid`, `monitor_state_of_another_network`."""
    raw = read_if_there(path)
    if raw is None:
        return State(charter_id)
    try:
        state = _read(json.loads(raw))
    except (ValueError, TypeError, RecursionError, Refusal):
        raise Malformed("monitor_state_invalid", field=path.name) from None
    if state.charter_id != charter_id:
        raise Malformed("monitor_state_of_another_network", field=path.name, charter=state.charter_id)
    return state


def _read(document: dict[str, Any]) -> State:
    if document.keys() != _MEMBERS:
        raise Malformed("monitor_state_invalid")
    top = Members(document)
    floor = None if document["floor"] is None else Floor.from_json(document["floor"])
    witnesses, lists = top.members("witnesses"), top.members("lists").value
    state = State(
        top.text("charter"),
        floor,
        top.texts("logKeys"),
        {name: parse_instant(witnesses.text(name)) for name in witnesses.value},
        {url: ListSeen(country, told, parse_instant(time)) for url, (country, told, time) in lists.items()},
        frozenset(top.texts("notices")),
    )
    if state.head is not None:
        state.note_keys(state.head.origin)
    return state


def write_state(path: Path, state: State) -> None:
    """Keep it."""
    write_whole(path, json.dumps(state.to_json(), indent=1, ensure_ascii=False).encode())


@dataclass(frozen=True, slots=True)
class AlarmFolder:
    """Alarms stay alarms until somebody has looked: a registry that shows the right history again did lie."""

    folder: Path

    def keep(self, event: Event, proofs: Mapping[str, bytes]) -> bool:
        """One file for each alarm, the first time it was found. `proofs`: by a word for the file name.
        Is it on file? Not where there are too many."""
        name = f"{event.code}-{self._mark(event, proofs)}"
        path = self.folder / f"{name}.json"
        if path.exists():
            return True
        if len(list(self.folder.glob("*.json"))) >= MAX_ALARMS:
            return False
        for word, proof in proofs.items():
            write_whole(self.folder / f"{name}-{word}.txt", proof)
        document = event.to_json() | {"proofs": [f"{name}-{word}.txt" for word in proofs]}
        write_whole(path, json.dumps(document, indent=1, ensure_ascii=False).encode())
        return True

    def kept(self) -> Iterator[Event]:
        """All that are on file, the time when each was found with them."""
        for path in sorted(self.folder.glob("*.json")):
            try:
                yield _event(json.loads(path.read_bytes()), path.name)
            except (ValueError, TypeError, RecursionError, AttributeError, Refusal):
                found = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
                yield Event("alarm_unreadable", Severity.ALARM, found, params={"file": path.name})

    @staticmethod
    def _mark(event: Event, proofs: Mapping[str, bytes]) -> str:
        told = event.to_json()
        told.pop("time")
        if OFFERED in proofs:  # the text alone: fresh cosignatures under it make no other fork
            told = {"event": event.code, "offered": proofs[OFFERED].partition(b"\n\n")[0].hex()}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def _event(document: dict[str, Any], name: str) -> Event:
    top = Members(document)
    fixed = {"event", "severity", "country", "object", "time", "proofs"}
    params = {key: value for key, value in document.items() if key not in fixed}
    return Event(
        top.text("event"),
        Severity.ALARM,
        parse_instant(top.text("time")),
        top.text_or_none("country"),
        top.text_or_none("object"),
        params | {"file": name},
    )
