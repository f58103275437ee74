"""Long lists of small work, over warm processes: signing and verifying by the thousand.

Each process prepares itself once (keys are read and parsed, contexts compiled) and then takes the list in
chunks. Answers come in the order of the items. A refusal is the answer of its item alone; a process that is
killed costs time, never an item: what it had not answered is done again.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Generic, TypeVar

from certes.credential.errors import Misuse, Refusal, Unsupported
from certes.credential.keys import PublicKey, Signer
from certes.credential.parsing import parse_json
from certes.credential.proof import ALL_SUITES, ProofFacts, sign, verify_proof
from certes.runtime.logs import warn
from certes.runtime.refusals import Busy

CHUNK = (
    64  # items that go to a process at once: a few milliseconds of work, against a tenth for the way there
)
MAX_DEATHS = 3  # in one batch; an item that kills every process it meets must not do so for ever

Tools = TypeVar("Tools")
Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Batches(Generic[Tools]):
    """Processes that have run `prepare` and keep what it returned. `prepare` and all work must be functions
    of modules, since they are sent by name."""

    def __init__(self, prepare: Callable[[], Tools], *, workers: int, chunk: int = CHUNK) -> None:
        if workers < 1 or chunk < 1:
            raise Misuse("batch_size_wrong")
        self._prepare, self._workers, self._chunk = prepare, workers, chunk
        self._pool = self._start()

    def __enter__(self) -> "Batches[Tools]":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def warm_up(self) -> None:
        """Start and prepare every process now."""
        for waiting in [self._pool.submit(_do, _nothing, [None]) for _ in range(self._workers)]:
            waiting.result()

    def map(
        self, work: Callable[[Tools, Item], Answer], items: Sequence[Item]
    ) -> Iterator["Answer | Refusal"]:
        """`work` of each item, in order; an item that `work` refuses is answered by the refusal. The work
        begins with this call, so that the caller may do other things before it takes the answers.

        Raises Busy `batch_workers_died` after MAX_DEATHS, and whatever else `work` raises, which is a bug.
        """
        chunks = [items[at : at + self._chunk] for at in range(0, len(items), self._chunk)]
        waiting = [self._pool.submit(_do, work, chunk) for chunk in chunks]
        return self._answers(work, chunks, waiting)

    def _answers(
        self,
        work: Callable[[Tools, Item], Answer],
        chunks: Sequence[Sequence[Item]],
        waiting: list["Future[list[Answer | Refusal]]"],
    ) -> Iterator["Answer | Refusal"]:
        deaths = at = 0
        while at < len(chunks):
            try:
                answers = waiting[at].result()
            except BrokenProcessPool:
                deaths += 1
                warn("batch_worker_died", count=deaths)
                self._restart()
                if deaths == MAX_DEATHS:
                    raise Busy("batch_workers_died") from None
                waiting[at:] = [
                    done if _is_answered(done) else self._pool.submit(_do, work, chunk)
                    for done, chunk in zip(waiting[at:], chunks[at:], strict=True)
                ]
                continue
            yield from answers
            at += 1

    def close(self) -> None:
        """End the processes; work that has not begun is dropped."""
        self._pool.shutdown(cancel_futures=True)

    def _start(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")  # a fork would copy the locks of our threads
        return ProcessPoolExecutor(
            self._workers, mp_context=context, initializer=_begin, initargs=(self._prepare,)
        )

    def _restart(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._pool = self._start()


def _is_answered(future: "Future[Any]") -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


# ---- inside a process

_TOOLS: list[Any] = []  # what `prepare` returned: one, once the process has begun


def _begin(prepare: Callable[[], Any]) -> None:
    _TOOLS[:] = [prepare()]


def _nothing(tools: Any, item: None) -> None:
    """Work that is none: whoever answers is awake."""


def _do(work: Callable[[Any, Any], Any], chunk: Sequence[Any]) -> list[Any]:
    tools = _TOOLS[0]
    return [_one(work, tools, item) for item in chunk]


def _one(work: Callable[[Any, Any], Any], tools: Any, item: Any) -> Any:
    try:
        return work(tools, item)
    except Refusal as refusal:
        return refusal


# ---- the two kinds of work


@dataclass(frozen=True, slots=True)
class ToSign:
    """An unsigned document, the suite's name and when the proof is made."""

    document: Mapping[str, Any]
    cryptosuite: str
    created: datetime


_SUITES = {suite.name: suite for suite in ALL_SUITES}


def sign_one(signer: Signer, item: ToSign) -> dict[str, Any]:
    """The signed document; for `Batches` whose `prepare` opens a signer. Raises as `proof.sign`."""
    suite = _SUITES.get(item.cryptosuite)
    if suite is None:
        raise Misuse("cryptosuite_unknown", name=item.cryptosuite)
    return sign(item.document, signer=signer, suite=suite, created=item.created)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys that count and the names of the suites that are accepted."""

    keys: Mapping[str, PublicKey]
    cryptosuites: tuple[str, ...]


def verify_one(keyring: Keyring, raw: bytes) -> ProofFacts:
    """The facts of the proof of one document; for `Batches` whose `prepare` gives a keyring.

    Raises as `parse_json` and `proof.verify_proof`, and Unsupported `key_not_known`.
    """
    return verify_proof(
        parse_json(raw),
        key_for=lambda method: _key(keyring, method),
        suites=[_SUITES[name] for name in keyring.cryptosuites],
    )


def _key(keyring: Keyring, method: str) -> PublicKey:
    found = keyring.keys.get(method)
    if found is None:
        raise Unsupported("key_not_known", field="proof.verificationMethod")
    return found
