"""A few warm worker processes for work that may hang, crash or grow: replaced when old, slow or dead.

Both halves stand here: the pool in the service, and the loop that a worker's module runs. No shell, no
arguments from outside, an environment of two variables: a worker gets bytes and returns bytes.
Protocol, both ways: four bytes of length, big-endian, then that many bytes. An empty frame asks "are you
there?" and is answered by one.
"""

import queue
import resource
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import certes
from certes.runtime.refusals import Busy

WAIT_S = 10.0  # for a free worker; the caller is told to come back after that
WAITING_PER_WORKER = 4  # more are turned away at once: other questions need the service's threads
ASKED_PER_WORKER = 200  # memory that libraries leak is given back
MAX_FRAME_BYTES = 12 * 1024 * 1024
MAX_OPEN_FILES = 16

_ROOT = Path(certes.__file__).resolve().parent.parent
_LENGTH = struct.Struct(">I")


# ---- both halves


def read_frame(source: BinaryIO) -> bytes | None:
    """The next frame, or None at the end, after a broken one or before one that is too long."""
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (size,) = _LENGTH.unpack(head)
    if size > MAX_FRAME_BYTES:
        return None
    data = source.read(size)
    return data if len(data) == size else None


def write_frame(sink: BinaryIO, data: bytes) -> None:
    """Send one frame."""
    sink.write(_LENGTH.pack(len(data)) + data)
    sink.flush()


# ---- the worker's half


def limit(*, memory_bytes: int) -> None:
    """Bound this process for good: address space, files it may hold open, nothing written, no core dump."""
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
    }
    for kind, value in limits.items():
        resource.setrlimit(kind, (value, value))


def allow_cpu(seconds: int) -> None:
    """Let this process use `seconds` of processor time from now on; the system kills it after that."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def serve(answer: Callable[[bytes], bytes], *, cpu_s: int) -> None:
    """Answer frames of standard input until it ends; `cpu_s` seconds of processor time for each."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while (data := read_frame(source)) is not None:
        allow_cpu(cpu_s)
        write_frame(sink, answer(data) if data else b"")


# ---- the service's half


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
        self.asked = 0

    def ask(self, data: bytes, deadline_s: float) -> bytes | None:
        """The answer, or None when the process died or had to be killed."""
        process = self._process
        if process.stdin is None or process.stdout is None:
            return None
        self.asked += 1
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


class WorkerPool:
    """At most `size` questions are worked on at a time; each in a process of its own."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: int,
        deadline_s: float,
        busy_code: str,
        start_s: float | None = None,
        wait_s: float = WAIT_S,
    ) -> None:
        """`deadline_s` is wall time for one question. With `start_s`, a new process first shows within so
        many seconds that it has started, so that its imports do not count against the question."""
        self._command = tuple(command)
        self._size = size
        self._deadline_s = deadline_s
        self._busy_code = busy_code
        self._start_s = start_s
        self._wait_s = wait_s
        self._places = threading.BoundedSemaphore(size * (1 + WAITING_PER_WORKER) or 1)
        self._free: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(size):
            self._free.put(None)  # None: a place without a process yet

    def warm_up(self) -> None:
        """Start every process now, so that the first question does not wait for one."""
        for _ in range(self._size):
            with suppress(queue.Empty):
                self._free.get_nowait()
        for _ in range(self._size):
            self._free.put(_Worker(self._command))

    def ask(self, data: bytes) -> bytes | None:
        """The answer of a worker; None when it died or had to be killed. `data` is not empty.

        Raises Busy with the pool's code when every worker is taken or none can be started.
        """
        if not self._places.acquire(blocking=False):
            raise Busy(self._busy_code)
        try:
            return self._ask_a_worker(data)
        finally:
            self._places.release()

    def _ask_a_worker(self, data: bytes) -> bytes | None:
        try:
            worker = self._free.get(timeout=self._wait_s)
        except queue.Empty:
            raise Busy(self._busy_code) from None
        next_worker: _Worker | None = None
        try:
            worker = worker or _Worker(self._command)
            self._require_started(worker)
            raw = worker.ask(data, self._deadline_s)
            if raw is not None and worker.asked < ASKED_PER_WORKER:
                next_worker = worker
        except OSError:  # no process could be started
            raise Busy(self._busy_code) from None
        finally:
            self._free.put(next_worker)
            if next_worker is None and worker is not None:
                worker.close()
        return raw

    def _require_started(self, worker: _Worker) -> None:
        if self._start_s is not None and worker.asked == 0 and worker.ask(b"", self._start_s) is None:
            raise Busy(self._busy_code)

    def close(self) -> None:
        """End every idle process."""
        for _ in range(self._size):
            with suppress(queue.Empty):
                worker = self._free.get_nowait()
                if worker is not None:
                    worker.close()
