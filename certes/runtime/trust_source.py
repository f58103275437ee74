"""The trust bundle a service works with: fetched on a timer, verified before it is believed, kept on disk.

What is on disk is only a copy: it is verified again at every start, and the floor beside it keeps an old copy
from coming back. A floor file that cannot be read stops nothing: the kept bundle then stands for it, since it
was written before; without one it is as on the first day. Health shows `floor_invalid` until the next bundle
is accepted. No answer to a person ever waits for, or causes, a fetch.
"""

import json
import threading
from pathlib import Path

from certes.credential.errors import Malformed, Refusal
from certes.runtime.clock import Clock
from certes.runtime.fetch import Fetcher
from certes.runtime.files import locked, read_if_there, write_whole
from certes.runtime.logs import log, warn
from certes.trust.bundle import Floor, TrustView, parse_bundle


class TrustSource:
    """The newest verified view, or None as long as none was ever had."""

    def __init__(self, *, url: str, charter_id: str, folder: Path, fetcher: Fetcher, clock: Clock) -> None:
        self._url = url
        self._charter_id = charter_id
        self._bundle_path = folder / "bundle.json"
        self._floor_path = folder / "floor.json"
        self._folder_lock = folder / ".lock"  # against other processes on this folder
        self._fetcher = fetcher
        self._clock = clock
        self._lock = threading.RLock()
        self._etag: str | None = None
        self._view: TrustView | None = None
        self.last_refusal: Refusal | None = None

    @property
    def view(self) -> TrustView | None:
        """What is known now."""
        return self._view

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
            self._view = self._parse(raw, floor)
        except Refusal as refusal:
            self._note(refusal, "kept_bundle_refused")

    def _note(self, refusal: Refusal, event: str) -> None:
        self.last_refusal = refusal
        warn(event, code=refusal.code)

    def refresh(self) -> None:
        """Fetch, verify, keep. Raises Refusal and keeps the earlier view when anything is wrong."""
        with self._lock:
            try:
                fetched = self._fetcher.get(self._url, etag=self._etag if self._view else None)
                if fetched.body is None:
                    self.last_refusal = None
                    return
                self.accept(fetched.body)
                self._etag = fetched.etag
            except Refusal as refusal:
                self.last_refusal = refusal
                raise

    def accept(self, raw: bytes) -> None:
        """Take a bundle from any carrier. The floor is written before the view changes. Raises Refusal."""
        with self._lock, locked(self._folder_lock):
            view = self._parse(raw, self._floor_now())
            if self._view is not None:  # the file may be gone, or older than what this process has seen
                self._view.floor().require_not_below(view.floor())
            write_whole(self._bundle_path, raw)
            write_whole(self._floor_path, json.dumps(view.floor().to_json()).encode())
            self._view = view
            self.last_refusal = None
        log("trust_bundle_accepted", as_of=view.as_of.isoformat(), count=len(view.objects))

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

    def _parse(self, raw: bytes, floor: Floor | None) -> TrustView:
        return parse_bundle(raw, charter_id=self._charter_id, floor=floor, now=self._clock())
