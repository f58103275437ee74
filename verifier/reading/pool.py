"""A few warm worker processes, replaced when they are old, slow or dead.

No shell, no arguments from outside, an environment of two variables: a worker gets bytes and returns texts.
"""

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import verifier
from certes.credential.errors import Malformed
from certes.runtime.logs import warn
from certes.runtime.refusals import Busy, TooLarge
from verifier.reading.worker import MAX_FILE_BYTES, read_frame, write_frame

DEADLINE_S = 6.0  # for one file, wall time
WAIT_S = 10.0  # for a free worker; the caller is told to come back after that
WAITING_PER_WORKER = 4  # more are turned away at once: other questions need the service's threads
FILES_PER_WORKER = 200  # memory that decoders leak is given back
COMMAND = (sys.executable, "-B", "-m", "verifier.reading.worker")
_ROOT = Path(verifier.__file__).resolve().parent.parent


class _Worker:
    """One process. After any failure it is closed and never used again."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(_ROOT), "LANG": "C.UTF-8"},
            close_fds=True,
        )
        self.files = 0

    def ask(self, data: bytes, deadline_s: float) -> bytes | None:
        """The answer, or None when the process died or had to be killed."""
        process = self._process
        if process.stdin is None or process.stdout is None:
            return None
        self.files += 1
        timer = threading.Timer(deadline_s, process.kill)
        timer.start()
        try:
            write_frame(process.stdin, data)  # type: ignore[arg-type]
            return read_frame(process.stdout)  # type: ignore[arg-type]
        except OSError:  # the pipe broke: the process is gone
            return None
        finally:
            timer.cancel()

    def close(self) -> None:
        """End the process and forget its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


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
        self._deadline_s = deadline_s
        self._wait_s = wait_s
        self._command = tuple(command)
        self._size = size
        self._places = threading.BoundedSemaphore(size * (1 + WAITING_PER_WORKER) or 1)
        self._free: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(size):
            self._free.put(None)  # None: a place without a process yet

    def warm_up(self) -> None:
        """Start every process now, so that the first photograph does not wait for one."""
        for _ in range(self._size):
            with suppress(queue.Empty):
                self._free.get_nowait()
        for _ in range(self._size):
            self._free.put(_Worker(self._command))

    def read(self, data: bytes) -> list[str]:
        """The texts of the QR codes in a file.

        Raises TooLarge file_too_large; Malformed image_not_readable, image_too_large, pdf_not_readable,
        pdf_locked; Busy readers_busy.
        """
        if len(data) > MAX_FILE_BYTES:
            raise TooLarge("file_too_large", limit=MAX_FILE_BYTES)
        if not self._places.acquire(blocking=False):
            raise Busy("readers_busy")
        try:
            return _texts(self._ask_a_worker(data))
        finally:
            self._places.release()

    def _ask_a_worker(self, data: bytes) -> bytes | None:
        try:
            worker = self._free.get(timeout=self._wait_s)
        except queue.Empty:
            raise Busy("readers_busy") from None
        next_worker: _Worker | None = None
        try:
            worker = worker or _Worker(self._command)
            raw = worker.ask(data, self._deadline_s)
            if raw is not None and worker.files < FILES_PER_WORKER:
                next_worker = worker
        except OSError:  # no process could be started
            raise Busy("readers_busy") from None
        finally:
            self._free.put(next_worker)
            if next_worker is None and worker is not None:
                worker.close()
        return raw

    def close(self) -> None:
        """End every idle process."""
        for _ in range(self._size):
            with suppress(queue.Empty):
                worker = self._free.get_nowait()
                if worker is not None:
                    worker.close()


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
