"""One turn of a monitor: fetch, verify everything, compare with what others were shown, say what there is.

Nothing that is wrong stops a turn: it is told, and what can still be looked at is looked at. The state moves
on only with what was verified, and only once the caller has told it (`Monitor.remember`).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from certes.credential.errors import Malformed, Refusal, Unreachable
from certes.runtime.clock import Clock
from certes.runtime.fetch import Fetcher
from certes.runtime.log_mirror import LogMirror
from certes.runtime.monitor_lists import RevocationLists
from certes.runtime.monitor_state import HELD, OFFERED, AlarmFolder, State, after, read_state, write_state
from certes.trust.auditing import Audited, audit, backdated, is_fork, signed_by_any
from certes.trust.bundle import TrustView, parse_bundle
from certes.trust.bundle_file import open_bundle
from certes.trust.signing import SignedObject
from certes.trust.translog.checkpoints import Checkpoint, parse_checkpoint
from certes.trust.translog.cosignatures import latest_cosignature
from certes.trust.translog.entries import parse_entry
from certes.trust.translog.merkle import leaf_hash
from certes.trust.translog.notes import NoteKey
from certes.trust.vouching import log_note_keys, witness_policy
from certes.trust.watching import (
    Event,
    Severity,
    Value,
    Watch,
    happened,
    late,
    lists_of,
    not_signed_by_us,
    still_new,
)
from certes.trust.watching_state import (
    Limits,
    gone_back,
    heard_of,
    missing,
    not_logged_yet,
    silent,
    unconfirmed,
)

# What a slow mirror, a wrong clock, a page of some proxy or a mistyped name does as well as a liar: it proves
# nothing by itself, and where it lasts the log falls silent for this monitor, which is told.
_PROVES_NOTHING = frozenset(
    {
        "log_rolled_back",
        "bundle_rolled_back",
        "checkpoint_from_the_future",
        "quorum_not_reached",
        "note_invalid",
        "json_invalid",
        "bundle_not_one",
        "status_index_invalid",
        "witness_not_in_charter",
        "log_too_large",
    }
)


@dataclass(frozen=True, slots=True)
class Task:
    """What to watch."""

    charter_id: str
    watch: Watch = field(default_factory=Watch)
    limits: Limits = field(default_factory=Limits)
    witnesses: Mapping[str, str] = field(default_factory=dict)  # name -> address of its monitoring prefix


@dataclass(slots=True)
class _Found:
    """Grows during a turn."""

    now: datetime
    alarms: AlarmFolder
    events: list[Event] = field(default_factory=list)

    def tell(self, events: Iterable[Event]) -> None:
        """Alarms of what was shown are kept: they are told from their folder."""
        for event in events:
            if event.severity is Severity.ALARM:
                self.keep(event, {})
            else:
                self.events.append(event)

    def keep(self, event: Event, proofs: Mapping[str, bytes]) -> None:
        """An alarm for its folder; told from here where that is full."""
        if not self.alarms.keep(event, proofs):
            self.events.append(event)

    def unchecked(self, what: str, refusal: Refusal) -> None:
        """Something could not be looked at."""
        params: dict[str, Value] = {**refusal.params, "what": what, "code": refusal.code}
        self.events.append(Event("not_checked", Severity.UNCHECKED, self.now, params=params))

    def refused(self, what: str, refusal: Refusal, proofs: Mapping[str, bytes] | None = None) -> None:
        """What was shown is not what it claims to be; or it could not be looked at."""
        if isinstance(refusal, Unreachable) or refusal.code in _PROVES_NOTHING:
            self.unchecked(what, refusal)
            return
        about: dict[str, Value] = {"what": what, "code": refusal.code, "at": refusal.field}
        about |= {name: value for name, value in refusal.params.items() if name not in about}
        self.keep(Event("refused", Severity.ALARM, self.now, params=about), proofs or {})

    def forked(self, who: str, held: bytes, offered: bytes) -> None:
        """The alarm of two histories, with both checkpoints."""
        sizes = [parse_checkpoint(note).head.size for note in (held, offered)]
        params: dict[str, Value] = {"who": who, "held": sizes[0], "offered": sizes[1]}
        event = Event("fork", Severity.ALARM, self.now, params=params)
        self.keep(event, {HELD: held, OFFERED: offered})


@dataclass(frozen=True, slots=True)
class Turn:
    """What to tell, and what to remember once it was told."""

    events: tuple[Event, ...]
    state: State

    @property
    def exit_code(self) -> int:
        """Of the gravest event: 0 nothing, 1 unchecked, 2 of concern, 3 alarm."""
        return max((event.severity.exit_code for event in self.events), default=0)


@dataclass(frozen=True, slots=True)
class _History:
    """The longest history that is believed: the one just followed, else the one that was kept."""

    note: bytes
    leaves: Sequence[bytes]
    origin: str
    log_keys: tuple[NoteKey, ...]


class Monitor:
    """Follows one registry for one country."""

    def __init__(
        self, task: Task, *, mirror: LogMirror, fetcher: Fetcher, folder: Path, clock: Clock
    ) -> None:
        self._task = task
        self._mirror = mirror
        self._fetcher = fetcher  # for the witnesses' own addresses
        self._folder = folder
        self._state_path = folder / "state.json"
        self._alarms = AlarmFolder(folder / "alarms")
        self._clock = clock

    def turn(self) -> Turn:
        """Look at everything once. Raises Malformed `monitor_state_*`, `charter_not_in_bundle`."""
        task = self._task
        state = read_state(self._state_path, charter_id=task.charter_id)
        found = _Found(self._clock(), self._alarms)
        log = self._follow(state, found)
        told: list[Event] = []
        if log is not None:
            state = self._look(log, state, found, told)
        state = self._witnesses(log, state, found)
        state = self._lists(log, state, found)
        if state.floor is not None:
            found.tell(silent(state.floor.reached, task.limits, found.now))
        return Turn((*found.events, *told, *self._alarms.kept()), state)

    def remember(self, turn: Turn) -> None:
        """Once it was told."""
        write_state(self._state_path, turn.state)

    def _follow(self, state: State, found: _Found) -> Audited | None:
        """The log as it is served, if all of it verifies and continues what was seen."""
        note = b""
        try:
            note = self._mirror.get("/log/checkpoint")
            checkpoint = parse_checkpoint(note)
            # Of a size that is known the notes alone are proof, whatever else is handed out or not.
            if self._tell_fork(note, (), state, found, who="log"):
                return None
            raw = self._mirror.entries(checkpoint.head.size, root=checkpoint.head.root)
            if self._tell_fork(note, [leaf_hash(each) for each in raw], state, found, who="log"):
                return None
            entries = [parse_entry(each) for each in raw]
            objects = self._mirror.objects(entries)
            log = audit(entries, objects, note, charter_id=state.charter_id, floor=state.floor, now=found.now)
        except Refusal as refusal:
            if refusal.code == "charter_not_in_bundle" and state.floor is None:
                raise  # nobody has lied: another network's address, or a charter's id that was mistyped
            if refusal.code == "log_forked" and state.floor is not None:
                found.forked("log", state.floor.note.encode(), note)
            else:
                found.refused("log", refusal)
            return None
        self._mirror.keep(raw)
        return log

    def _tell_fork(
        self, note: bytes, leaves: Sequence[bytes], state: State, found: _Found, *, who: str
    ) -> bool:
        """Was another history told than the one that was seen? The log's signature alone is proof."""
        held, checkpoint = state.head, parse_checkpoint(note)
        if state.floor is None or held is None or checkpoint.head.origin != held.origin:
            return False
        known = [leaf_hash(each) for each in self._mirror.kept_entries(held.size)]
        if not is_fork(checkpoint.head, held, offered_leaves=leaves, held_leaves=known):
            return False
        if not signed_by_any(checkpoint, state.note_keys(held.origin)):
            return False
        found.forked(who, state.floor.note.encode(), note)
        return True

    def _look(self, log: Audited, state: State, found: _Found, told: list[Event]) -> State:
        """What follows from a log that was verified. `told` takes what is an alarm as long as it stands."""
        task, now = self._task, found.now
        if state.floor is None:
            about = {"size": len(log.entries), "charter": log.charter.version}
            found.tell([Event("watch_began", Severity.INFO, now, task.watch.country, params=about)])
            found.tell(happened(log, since=still_new(log), watch=task.watch))
        else:
            reached = state.floor.reached
            found.tell(late(log, backdated(log.entries, state.floor), reached=reached))
            found.tell(happened(log, since=state.size, watch=task.watch))
        try:
            self._mirror.require_hash_tiles(log.leaves)
        except Refusal as refusal:
            found.refused("tiles", refusal)
        notices = self._bundle(log, state, found)
        fresh = [each for each in notices if each.object_id not in state.notices]
        found.tell(not_logged_yet(fresh, log, task.watch, now))
        found.tell(unconfirmed(log, task.watch, task.limits, now))
        told += not_signed_by_us(log, notices, task.watch, now)
        seen = heard_of(log, state.witnesses, now)
        ids = state.notices | {each.object_id for each in notices}
        return replace(after(state, log), witnesses=seen, notices=ids)

    def _bundle(self, log: Audited, state: State, found: _Found) -> tuple[SignedObject, ...]:
        """Is what devices are served what the log holds? The notices that are not logged yet."""
        raw = b""
        try:
            raw = self._mirror.get("/v1/bundle")
            view = self._parse(raw, state, now=found.now)
        except Refusal as refusal:
            if refusal.code == "log_forked" and state.floor is not None:
                found.forked("bundle", state.floor.note.encode(), open_bundle(raw).checkpoint)
            else:
                found.refused("bundle", refusal)
            return ()
        note, own = view.checkpoint.note.encode(), log.checkpoint
        common = min(len(view.entries), len(log.entries))
        if view.entries[:common] != log.entries[:common]:
            found.forked("bundle", own.note.encode(), note)
        elif len(view.entries) < len(log.entries) and view.as_of < own.reached:
            found.unchecked("bundle", Malformed("bundle_rolled_back"))
        return view.notices

    def _parse(self, raw: bytes, state: State, *, now: datetime) -> TrustView:
        """As a device would that holds what was seen; entries that are dated back are told elsewhere."""
        try:
            return parse_bundle(raw, charter_id=state.charter_id, floor=state.floor, now=now)
        except Malformed as refusal:
            if refusal.code != "log_entry_backdated":
                raise
        return parse_bundle(raw, charter_id=state.charter_id, floor=None, now=now)

    def _witnesses(self, log: Audited | None, state: State, found: _Found) -> State:
        """What each witness was shown, at its own address; and which of them were not heard of."""
        history = self._history(log, state)
        seen = dict(state.witnesses)
        if history is not None:
            for name, prefix in self._task.witnesses.items():
                signed = self._witness(name, prefix, history, log, found)
                if signed is not None:
                    seen[name] = max(signed, seen.get(name, signed))
        if log is not None:
            found.tell(missing(log.charter, seen, self._task.limits, found.now))
        return replace(state, witnesses=seen)

    def _history(self, log: Audited | None, state: State) -> _History | None:
        if log is not None:
            head = log.checkpoint.head
            return _History(log.checkpoint.note.encode(), log.leaves, head.origin, log_note_keys(log.charter))
        if state.floor is None or state.head is None:
            return None
        leaves = [leaf_hash(each) for each in self._mirror.kept_entries(state.size)]
        origin = state.head.origin
        return _History(state.floor.note.encode(), leaves, origin, state.note_keys(origin))

    def _witness(
        self, name: str, prefix: str, history: _History, log: Audited | None, found: _Found
    ) -> datetime | None:
        """When it signed last, if that is known. Its checkpoint is held against what we were shown."""
        what, place = f"witness {name}", hashlib.sha256(history.origin.encode()).hexdigest()
        raw = b""
        try:
            raw = self._fetcher.get(f"{prefix.rstrip('/')}/{place}/checkpoint").body or b""
            checkpoint = parse_checkpoint(raw)
            if checkpoint.head.origin != history.origin:
                raise Malformed("checkpoint_of_another_log", field="origin")
            if not signed_by_any(checkpoint, history.log_keys):
                raise Malformed("checkpoint_not_signed_by_log", field="signatures")
            signed = _signed_at(name, checkpoint, log)
            leaves = self._leaves_for(checkpoint, history)
            held = parse_checkpoint(history.note).head
            if is_fork(checkpoint.head, held, offered_leaves=leaves, held_leaves=history.leaves):
                found.forked(what, history.note, raw)
        except Refusal as refusal:
            found.refused(what, refusal, {OFFERED: raw} if raw else {})
            return None
        return signed

    def _leaves_for(self, checkpoint: Checkpoint, history: _History) -> Sequence[bytes]:
        """Of a witness that is ahead of what is published, from the log: it has them. Raises Refusal."""
        head = checkpoint.head
        if head.size <= len(history.leaves):
            return history.leaves
        return [leaf_hash(each) for each in self._mirror.entries(head.size, root=head.root)]

    def _lists(self, log: Audited | None, state: State, found: _Found) -> State:
        try:
            lists = self._mirror.status_lists()
        except Refusal as refusal:
            found.refused("status lists", refusal)
            return state
        found.tell(gone_back(state.lists, lists, found.now))
        if log is not None:
            held = RevocationLists(self._mirror, self._folder / "status", log.charter.network, lists_of(log))
            for each in held.look(lists, found.now):
                if isinstance(each, Event):
                    found.tell([each])
                else:
                    found.refused("status lists", each)
        newest = {
            url: state.lists[url]
            for url, seen in lists.items()
            if url in state.lists and seen.valid_from < state.lists[url].valid_from
        }
        return replace(state, lists={**state.lists, **lists, **newest})


def _signed_at(name: str, checkpoint: Checkpoint, log: Audited | None) -> datetime | None:
    """By the witness's own line; None as long as no charter says which key is its own.

    Raises Malformed `witness_not_in_charter`, `witness_did_not_sign`; BadSignature.
    """
    if log is None:
        return None
    key = next((each for each in witness_policy(log.charter).witnesses if each.name == name), None)
    if key is None:
        raise Malformed("witness_not_in_charter", field=name)
    line = latest_cosignature(checkpoint.note, key)
    if line is None:
        raise Malformed("witness_did_not_sign", field=name)
    return datetime.fromtimestamp(line[0], UTC)
