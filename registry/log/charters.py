"""Which charter was in force at a size of the log: the newest that was logged before."""

import threading
from dataclasses import dataclass

from certes.trust.charters import follow_charters
from certes.trust.records import Charter
from registry.log_reader import Log, LogReader


@dataclass(frozen=True, slots=True)
class PlacedCharter:
    """A charter and the index of its entry."""

    place: int
    charter: Charter


class Charters:
    """The chain of charters in the log, read once for each that is added."""

    def __init__(self, reader: LogReader, charter_id: str) -> None:
        self._reader = reader
        self._charter_id = charter_id
        self._lock = threading.Lock()
        self._kept: tuple[PlacedCharter, ...] = ()

    def all(self) -> tuple[PlacedCharter, ...]:
        """From the pinned one on. Raises Malformed `charter_*`."""
        return self._of(self._reader.read())

    def until(self, size: int) -> tuple[PlacedCharter, ...]:
        """Those within the first `size` entries."""
        return tuple(each for each in self.all() if each.place < size)

    def _of(self, log: Log) -> tuple[PlacedCharter, ...]:
        places = [at for at, entry in enumerate(log.entries) if entry.type == "Charter"]
        with self._lock:
            if len(places) > len(self._kept):
                chain = follow_charters(log.charters, self._charter_id)
                self._kept = tuple(
                    PlacedCharter(place, charter) for place, (_, charter) in zip(places, chain, strict=True)
                )
            return self._kept[: len(places)]
