"""Processor time of one call, measured so that neither the other core nor a pause decides it."""

import gc
import time
from collections.abc import Callable

BATCHES = 5  # the fastest batch is reported: noise only ever adds
MIN_BATCH_S = 0.12
REPEATS = 3


def seconds_per_call(work: Callable[[], object], *, quick: bool = False) -> float:
    """CPU seconds of one call of `work`, the least over several batches, garbage collection held off."""
    work()
    if quick:
        return _batch(work, 1)
    calls = _calls_per_batch(work)
    gc.collect()
    gc.disable()
    try:
        return min(_batch(work, calls) for _ in range(BATCHES)) / calls
    finally:
        gc.enable()


def seconds_once(work: Callable[[], object]) -> float:
    """The same for work that takes milliseconds: the least of a few calls."""
    return min(_batch(work, 1) for _ in range(REPEATS))


def _calls_per_batch(work: Callable[[], object]) -> int:
    calls = 1
    while (taken := _batch(work, calls)) < MIN_BATCH_S:
        calls = max(calls * 2, int(calls * MIN_BATCH_S / taken) if taken else calls * 2)
    return calls


def _batch(work: Callable[[], object], calls: int) -> float:
    started = time.process_time()
    for _ in range(calls):
        work()
    return time.process_time() - started
