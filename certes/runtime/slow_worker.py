"""The process of the slow lane: one document in, its canonical statements or a refusal out.

Limited in memory and processor time, without network, files to write or other programs, and expected to be
killed. In: JSON {"document", "contexts", "inline", "hash"}. Out: {"text"} or {"refused", "code", "field",
"params"}. Frames: certes/runtime/workers.py.
"""

import json
import os
import sys
from typing import Any

from certes.credential.canon import rdfc
from certes.credential.errors import Malformed, Refusal, Unsupported
from certes.runtime.slow_expansion import expand
from certes.runtime.slow_statements import statements
from certes.runtime.workers import limit, serve

MEMORY_BYTES = 512 * 1024 * 1024  # address space; the interpreter and PyLD map about 150 MiB
CPU_S = 2  # whole seconds only; the parent's deadline of wall time is the shorter one in practice
MAX_HASHES = 8_000  # work budget against poison graphs: at most half a second here

_CLOSED = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "ctypes.", "http.")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_KINDS = {"Malformed": Malformed, "Unsupported": Unsupported}


def main() -> None:
    """Serve until standard input ends."""
    limit(memory_bytes=MEMORY_BYTES)
    sys.addaudithook(_refuse_the_outside)
    serve(answer, cpu_s=CPU_S)


def _refuse_the_outside(event: str, arguments: Any) -> None:
    writes = event == "open" and type(arguments[2]) is int and arguments[2] & _WRITES
    if writes or event.startswith(_CLOSED):
        raise PermissionError(event)


def answer(data: bytes) -> bytes:
    """The answer to one question."""
    asked = json.loads(data)
    try:
        text = canonical(
            asked["document"], contexts=asked["contexts"], inline=asked["inline"], hash_name=asked["hash"]
        )
        found: dict[str, Any] = {"text": text}
    except (Malformed, Unsupported) as refusal:
        found = _written(refusal)
    except MemoryError:
        found = _written(Unsupported("slow_lane_exhausted"))
    return json.dumps(found).encode()


def canonical(
    document: dict[str, Any],
    *,
    contexts: dict[str, Any],
    inline: bool,
    hash_name: str,
    base: str | None = None,
) -> str:
    """The canonical N-Quads of a document. Raises as slow_expansion.expand, slow_statements.statements and
    rdfc.canonicalize."""
    quads = statements(expand(document, contexts=contexts, inline=inline, base=base))
    return rdfc.canonicalize(quads, hash_name=hash_name, max_hashes=MAX_HASHES).text


def _written(refusal: Refusal) -> dict[str, Any]:
    return {
        "refused": type(refusal).__name__,
        "code": refusal.code,
        "field": refusal.field,
        "params": dict(refusal.params),
    }


def read_refusal(found: dict[str, Any]) -> Refusal:
    """The refusal that a worker wrote down."""
    return _KINDS[found["refused"]](found["code"], field=found["field"], **found["params"])


if __name__ == "__main__":
    main()
