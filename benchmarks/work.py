"""The pieces of work by name, for the clock and for the counter of instructions alike.

python -m benchmarks.work NAME TURNS     does it so many times; run under valgrind
"""

import gc
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.subjects import Office

WORK: dict[str, Callable[[Office], Callable[[], object]]] = {
    "floor_verify": lambda office: office.floor.verify,
    "floor_sign": lambda office: office.floor.sign,
    "floor_sign_checked": lambda office: office.floor.sign_checked,
    "verify_proof": lambda office: office.verify_proof,
    "verify": lambda office: office.verify_wallet,
    "verify_undecided": lambda office: office.verify_undecided,
    "verify_card": lambda office: office.verify_card,
    "issue": lambda office: office.issuance.issue,
    "issue_checked": lambda office: office.issuance.issue_checked,
}
WARM_TURNS = 16  # every one of the people once


def main() -> None:
    """Warm, then work."""
    name, turns = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        work = WORK[name](Office(Path(folder)))
        for _ in range(WARM_TURNS):
            work()
        gc.collect()
        gc.disable()  # a collection in one run and not in the other would be counted as work
        for _ in range(turns):
            work()


if __name__ == "__main__":
    main()
