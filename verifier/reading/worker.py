"""The process that opens strangers' images: limited in memory and time, and expected to be killed.

It knows nothing of the service: bytes in on standard input, texts or a code out on standard output, one after
the other. A crash of a decoder (a 27 kB PDF has aborted one) takes this process and nothing else.
Protocol, both ways: four bytes of length, big-endian, then that many bytes. In: a file. Out: JSON, either
{"texts": [...]} or {"code": "..."}.
"""

import json
import resource
import struct
import sys
from typing import BinaryIO

from verifier.reading.decoding import Unreadable, read_codes

MAX_FILE_BYTES = 12 * 1024 * 1024
MEMORY_BYTES = (
    1536 * 1024 * 1024
)  # address space; libraries alone map about 400 MiB, 64 million pixels the rest
CPU_S = 8  # per file; the parent's deadline of wall time is the shorter one in practice
MAX_OPEN_FILES = 16

_LENGTH = struct.Struct(">I")


def main() -> None:
    """Serve until standard input ends."""
    _limit()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while (data := read_frame(source)) is not None:
        _allow_cpu()
        write_frame(sink, json.dumps(_answer(data)).encode())


def _answer(data: bytes) -> dict[str, object]:
    try:
        return {"texts": read_codes(data)}
    except Unreadable as error:
        return {"code": error.code}
    except MemoryError:
        return {"code": "image_too_large"}


def _limit() -> None:
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
    }
    for kind, value in limits.items():
        resource.setrlimit(kind, (value, value))


def _allow_cpu() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def read_frame(source: BinaryIO) -> bytes | None:
    """The next frame, or None at the end, after a broken one or before one that is too long."""
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (size,) = _LENGTH.unpack(head)
    if size > MAX_FILE_BYTES:
        return None
    data = source.read(size)
    return data if len(data) == size else None


def write_frame(sink: BinaryIO, data: bytes) -> None:
    """Send one frame."""
    sink.write(_LENGTH.pack(len(data)) + data)
    sink.flush()


if __name__ == "__main__":
    main()
