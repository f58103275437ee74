"""The trust bundle a service works with: fetched on a timer, verified before it is believed, kept on disk.

    bundle.json    the newest bundle that was accepted: only a copy, verified again at every start
    floor.json     how far it came: an older copy of the bundle, from a backup or a stick, does not come back
    notices.json   warnings that are not logged yet: they count until the log has them
    alarm.json     pairs of checkpoints that cannot both be true, see certes.runtime.trust_alarm

A floor file that cannot be read stops nothing: the kept bundle then stands for it, since it was written
before; without one it is as on the first day. Health shows `floor_invalid` until the next bundle is accepted.
No answer to a person ever waits for, or causes, a fetch.
"""

import json
import threading
from collections.abc import Iterable
from pathlib import Path

from certes.credential.errors import Malformed, Refusal, Unreachable
from certes.runtime.clock import Clock
from certes.runtime.fetch import Fetcher
from certes.runtime.files import locked, read_if_there, write_whole
from certes.runtime.logs import log, warn
from certes.runtime.trust_alarm import Alarm, open_alarm
from certes.trust.bundle import Floor, TrustView, parse_bundle
from certes.trust.deltas import apply_delta
from certes.trust.notices_file import read_notices, write_notices
from certes.trust.signing import SignedObject
from certes.trust.standards import require_standards_kept


class TrustSource:
    """The newest verified view, or None as long as none was ever had."""

    def __init__(self, *, url: str, charter_id: str, folder: Path, fetcher: Fetcher, clock: Clock) -> None:
        self._url = url
        self._charter_id = charter_id
        self._bundle_path = folder / "bundle.json"
        self._floor_path = folder / "floor.json"
        self._notices_path = folder / "notices.json"
        self._folder_lock = folder / ".lock"  # against other processes on this folder
        self._fetcher = fetcher
        self._clock = clock
        self._lock = threading.RLock()
        self._etag: tuple[str, str | None] | None = None  # of which address
        self._held: tuple[TrustView, bytes] | None = None
        self._alarm: Alarm = open_alarm(folder / "alarm.json")
        self.last_refusal: Refusal | None = None

    @property
    def view(self) -> TrustView | None:
        """What is known now."""
        return None if self._held is None else self._held[0]

    @property
    def trust_alarm(self) -> bool:
        """Has this device been shown two histories? Until the operator has taken the proof away."""
        return self._alarm.is_raised

    def load_kept(self) -> None:
        """Take up the copy of an earlier run, if there is one and it still verifies."""
        try:
            floor = self._kept_floor()
        except Refusal as refusal:
            floor = None
            self._note(refusal, "kept_floor_refused")
        raw = read_if_there(self._bundle_path)
        if raw is None:
            return
        try:
            self._held = self._parse(raw, floor), raw
        except Refusal as refusal:
            self._note(refusal, "kept_bundle_refused")

    def _note(self, refusal: Refusal, event: str) -> None:
        self.last_refusal = refusal
        warn(event, code=refusal.code)

    def refresh(self) -> None:
        """Fetch, verify, keep. Raises Refusal and keeps the earlier view when anything is wrong."""
        with self._lock:
            try:
                if not self._refresh_by_delta():
                    self._refresh_whole()
                self.last_refusal = None
            except Refusal as refusal:
                self.last_refusal = refusal
                raise

    def _refresh_by_delta(self) -> bool:
        """Was a delta enough? Where there is none, or it does not fit, the whole bundle says why: altered
        entries and another history look alike until then."""
        held = self._held
        if held is None:
            return False
        url = f"{self._url}/since/{held[0].tree.size}"
        try:
            delta = self._fetch(url)
            if delta is not None:
                self.accept(apply_delta(held[1], delta))
        except Unreachable as refusal:
            if refusal.code != "answer_not_ok":
                raise
            return False
        except Refusal as refusal:
            self._etag = None
            warn("trust_delta_refused", code=refusal.code)
            return False
        return True

    def _refresh_whole(self) -> None:
        whole = self._fetch(self._url)
        if whole is not None:
            self.accept(whole)

    def _fetch(self, url: str) -> bytes | None:
        """The body, or None where it is the one that was accepted last."""
        known = self._etag
        etag = known[1] if known is not None and known[0] == url and self._held is not None else None
        fetched = self._fetcher.get(url, etag=etag)
        if fetched.body is not None:
            self._etag = url, fetched.etag
        return fetched.body

    def accept(self, raw: bytes) -> None:
        """Take a bundle from any carrier. The floor is written before the view changes. Raises Refusal."""
        with self._lock, locked(self._folder_lock):
            self._take(raw, ())
        view = self.view
        if view is not None:
            log("trust_bundle_accepted", as_of=view.as_of.isoformat(), count=len(view.objects))

    def accept_notice(self, notice: SignedObject) -> None:
        """Take a warning from any carrier, ahead of any bundle: it can only restrict. Raises Malformed
        `notice_not_taken` where no bundle is held, or it is not signed by a key of its country."""
        with self._lock, locked(self._folder_lock):
            held = self._held
            if held is None:
                raise Malformed("notice_not_taken", field=notice.object_id)
            view = held[0]
            if notice.object_id not in view.objects:
                self._take(read_if_there(self._bundle_path) or held[1], (notice,))
        log("trust_notice_accepted", field=notice.object_id)

    def _take(self, raw: bytes, notices: Iterable[SignedObject]) -> None:
        floor = self._furthest(self._floor_now())
        view = self._alarmed(raw, floor, tuple(notices))
        write_whole(self._bundle_path, raw)
        write_whole(self._floor_path, json.dumps(view.floor().to_json()).encode())
        write_whole(self._notices_path, write_notices(view.notices))
        self._held = view, raw
        self.last_refusal = None

    def _alarmed(self, raw: bytes, floor: Floor | None, notices: tuple[SignedObject, ...]) -> TrustView:
        """Verify; two histories are kept as proof and told."""
        try:
            view = self._parse(raw, floor, notices)
        except Refusal as refusal:
            if refusal.code == "log_forked" and floor is not None:
                self._alarm.raise_with(floor.note, raw, found_at=self._clock())
            raise
        if self._held is not None:
            require_standards_kept(self._held[0].registry.standards, view.registry.standards)
        missing = [found for found in notices if found not in view.notices]
        if missing:
            raise Malformed("notice_not_taken", field=missing[0].object_id)
        return view

    def _furthest(self, floor: Floor | None) -> Floor | None:
        """The file may be gone, or older than what this process has seen."""
        seen = None if self._held is None else self._held[0].floor()
        if floor is None or seen is None:
            return seen if floor is None else floor
        return seen if floor.is_behind(seen) else floor

    def _floor_now(self) -> Floor | None:
        """The floor on disk. Where it is gone or cannot be read, that of the kept bundle, if it verifies."""
        try:
            floor = self._kept_floor()
        except Refusal as refusal:
            floor = None
            self._note(refusal, "kept_floor_refused")
        if floor is not None:
            return floor
        raw = read_if_there(self._bundle_path)
        try:
            return None if raw is None else self._parse(raw, None).floor()
        except Refusal as refusal:
            self._note(refusal, "kept_bundle_refused")
            return None

    def _kept_floor(self) -> Floor | None:
        """Raises Malformed `floor_invalid`."""
        kept = read_if_there(self._floor_path)
        try:
            return None if kept is None else Floor.from_json(json.loads(kept))
        except (ValueError, RecursionError, Refusal):
            raise Malformed("floor_invalid", field=self._floor_path.name) from None

    def _parse(self, raw: bytes, floor: Floor | None, notices: tuple[SignedObject, ...] = ()) -> TrustView:
        kept = read_notices(read_if_there(self._notices_path) or b"")
        return parse_bundle(
            raw,
            charter_id=self._charter_id,
            floor=floor,
            now=self._clock(),
            notices=(*notices, *kept),
        )
