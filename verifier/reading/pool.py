"""Files are opened in worker processes that may die without harm; this is the service's side of it."""

import json
import sys
from collections.abc import Sequence

from certes.credential.errors import Malformed
from certes.runtime.logs import warn
from certes.runtime.refusals import TooLarge
from certes.runtime.workers import WAIT_S, WAITING_PER_WORKER, WorkerPool
from verifier.reading.worker import MAX_FILE_BYTES

__all__ = ["COMMAND", "DEADLINE_S", "WAITING_PER_WORKER", "ReaderPool"]

DEADLINE_S = 6.0  # for one file, wall time
COMMAND = (sys.executable, "-B", "-m", "verifier.reading.worker")


class ReaderPool:
    """At most `size` files are opened at a time; each in a process of its own."""

    def __init__(
        self,
        *,
        size: int,
        deadline_s: float = DEADLINE_S,
        wait_s: float = WAIT_S,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._workers = WorkerPool(
            command, size=size, deadline_s=deadline_s, wait_s=wait_s, busy_code="readers_busy"
        )

    def warm_up(self) -> None:
        """Start every process now, so that the first photograph does not wait for one."""
        self._workers.warm_up()

    def read(self, data: bytes) -> list[str]:
        """The texts of the QR codes in a file.

        Raises TooLarge file_too_large; Malformed image_not_readable, image_too_large, pdf_not_readable,
        pdf_locked; Busy readers_busy.
        """
        if len(data) > MAX_FILE_BYTES:
            raise TooLarge("file_too_large", limit=MAX_FILE_BYTES)
        if not data:
            raise Malformed("image_not_readable", field="file")
        return _texts(self._workers.ask(data))

    def close(self) -> None:
        """End every idle process."""
        self._workers.close()


def _texts(raw: bytes | None) -> list[str]:
    if raw is None:
        warn("reader_died", code="image_not_readable")
        raise Malformed("image_not_readable", field="file")
    try:
        answer = json.loads(raw)
    except ValueError:
        raise Malformed("image_not_readable", field="file") from None
    if "code" in answer:
        raise Malformed(str(answer["code"]), field="file")
    return [str(text) for text in answer["texts"]]
