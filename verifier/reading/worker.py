"""The process that opens strangers' images: limited in memory and time, and expected to be killed.

It knows nothing of the service: bytes in on standard input, texts or a code out on standard output, one after
the other. A crash of a decoder (a 27 kB PDF has aborted one) takes this process and nothing else.
In: a file. Out: JSON, either {"texts": [...]} or {"code": "..."}. Frames: certes/runtime/workers.py.
"""

import json

from certes.runtime.workers import MAX_FRAME_BYTES, limit, read_frame, serve, write_frame
from verifier.reading.decoding import Unreadable, read_codes

__all__ = ["MAX_FILE_BYTES", "main", "read_frame", "write_frame"]

MAX_FILE_BYTES = MAX_FRAME_BYTES
MEMORY_BYTES = (
    1536 * 1024 * 1024
)  # address space; libraries alone map about 400 MiB, 64 million pixels the rest
CPU_S = 8  # per file; the parent's deadline of wall time is the shorter one in practice


def main() -> None:
    """Serve until standard input ends."""
    _limit()
    serve(_answer, cpu_s=CPU_S)


def _answer(data: bytes) -> bytes:
    return json.dumps(_found(data)).encode()


def _found(data: bytes) -> dict[str, object]:
    try:
        return {"texts": read_codes(data)}
    except Unreadable as error:
        return {"code": error.code}
    except MemoryError:
        return {"code": "image_too_large"}


def _limit() -> None:
    limit(memory_bytes=MEMORY_BYTES)


if __name__ == "__main__":
    main()
