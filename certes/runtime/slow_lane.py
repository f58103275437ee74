"""The second way to canonical statements, for honest documents outside the strict profile: PyLD, kept in a
process that is killed after a second.

Nothing uses it unless the operator made a SlowLane and passed it on. It refuses what the strict profile
refuses for the signature's sake (undefined terms, relative identifiers, members that would not be signed); it
accepts more ways to write the same statements, so two spellings of one member may share a signature. Whoever
decides on the members of a document should therefore look at the lane in the answer.
"""

import json
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from certes.credential.canon import datasets
from certes.credential.contexts import BUNDLED, ContextRegistry
from certes.credential.errors import Misuse, Unsupported
from certes.credential.proof import ProofFacts, Suite, canonical, verify_proofs
from certes.runtime.logs import warn
from certes.runtime.slow_worker import read_refusal
from certes.runtime.workers import MAX_FRAME_BYTES, WorkerPool

DEADLINE_S = 1.0  # wall time for one document; a full Open Badges credential takes 0.03
START_S = 10.0  # for a new process to be ready, on a machine that is busy
MAX_DOCUMENT_BYTES = 1024 * 1024  # written out as JSON; what strangers send is held to 256 kB before this
COMMAND = (sys.executable, "-B", "-m", "certes.runtime.slow_worker")
HASHES = ("sha256", "sha384")


class Lane(Enum):
    """Which way a document's statements were found."""

    STRICT = "strict"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Canonical:
    """Canonical N-Quads, and the lane that gave them."""

    text: str
    lane: Lane


class SlowLane:
    """A few processes that canonicalize documents outside the strict profile."""

    def __init__(
        self,
        *,
        size: int = 1,
        inline_contexts: bool = False,
        deadline_s: float = DEADLINE_S,
        command: tuple[str, ...] = COMMAND,
    ) -> None:
        """`inline_contexts` accepts context objects inside documents: their writer then says what a term
        means, so nothing may be decided on the names of members."""
        self._inline = inline_contexts
        self._suites: dict[Suite, Suite] = {}
        self._workers = WorkerPool(
            command, size=size, deadline_s=deadline_s, start_s=START_S, busy_code="slow_lane_busy"
        )

    def canonicalize(
        self, document: Mapping[str, Any], *, contexts: ContextRegistry = BUNDLED, hash_name: str = "sha256"
    ) -> str:
        """Canonical N-Quads (RDFC-1.0) of a document, with the contexts of a registry alone.

        Raises Unsupported and Malformed as the worker does (certes/runtime/slow_worker.py), Unsupported
        `slow_lane_exhausted` when the process had to be killed, Busy `slow_lane_busy`, Misuse `hash_unknown`.
        """
        if hash_name not in HASHES:
            raise Misuse("hash_unknown", name=hash_name)
        raw = self._workers.ask(self._question(document, contexts, hash_name))
        if raw is None:
            warn("slow_lane_killed", code="slow_lane_exhausted")
            raise Unsupported("slow_lane_exhausted")
        found = json.loads(raw)
        if "refused" in found:
            raise read_refusal(found)
        text: str = found["text"]
        return text

    def _question(self, document: Mapping[str, Any], contexts: ContextRegistry, hash_name: str) -> bytes:
        try:
            written = json.dumps(document, allow_nan=False)
        except RecursionError:
            raise Unsupported("slow_lane_exhausted") from None
        except (TypeError, ValueError):  # no JSON: a caller's bug, or a number that is none
            raise Unsupported("value_unsupported") from None
        if len(written) > MAX_DOCUMENT_BYTES:
            raise Unsupported("slow_lane_exhausted")
        known = {url: context.document for url, context in contexts.items()}
        how = json.dumps({"contexts": known, "inline": self._inline, "hash": hash_name})
        question = f'{{"document": {written}, {how[1:]}'.encode()
        if len(question) > MAX_FRAME_BYTES:
            raise Misuse("contexts_too_large")
        return question

    def suites(self, suites: Collection[Suite]) -> frozenset[Suite]:
        """The same suites, with this lane in place of the strict profile where they sign statements."""
        for suite in suites:
            if suite not in self._suites:
                is_rdf = suite.canonicalize is canonical.rdfc
                self._suites[suite] = replace(suite, canonicalize=self._canonical_bytes) if is_rdf else suite
        return frozenset(self._suites[suite] for suite in suites)

    def _canonical_bytes(
        self, document: Mapping[str, Any], contexts: ContextRegistry, hash_name: str
    ) -> bytes:
        return self.canonicalize(document, contexts=contexts, hash_name=hash_name).encode("utf-8")

    def close(self) -> None:
        """End every idle process."""
        self._workers.close()


def canonicalize(
    document: Mapping[str, Any],
    *,
    slow_lane: SlowLane | None,
    contexts: ContextRegistry = BUNDLED,
    hash_name: str = "sha256",
) -> Canonical:
    """Canonical N-Quads by the strict profile, else by the slow lane where there is one.

    Raises what the strict profile raised where there is no slow lane or the slow lane cannot change it, and
    otherwise as SlowLane.canonicalize. Documents that are Malformed get no second try.
    """
    try:
        return Canonical(
            datasets.to_canonical_nquads(document, contexts=contexts, hash_name=hash_name), Lane.STRICT
        )
    except Unsupported as refusal:
        if slow_lane is None or refusal.code in FINAL:
            raise
    return Canonical(slow_lane.canonicalize(document, contexts=contexts, hash_name=hash_name), Lane.SLOW)


@dataclass(frozen=True, slots=True)
class Verified:
    """The facts of proofs that hold, and the lane that read the document."""

    facts: tuple[ProofFacts, ...]
    lane: Lane


def verify_proofs_in_lanes(
    document: Mapping[str, Any], *, slow_lane: SlowLane | None, suites: Collection[Suite], **options: Any
) -> Verified:
    """verify_proofs with its `options`, by the strict profile, else by the slow lane where there is one.

    Raises as verify_proofs and SlowLane.canonicalize. A signature that does not hold gets no second try.
    """
    try:
        return Verified(verify_proofs(document, suites=suites, **options), Lane.STRICT)
    except Unsupported as refusal:
        if slow_lane is None or refusal.code in FINAL:
            raise
    return Verified(verify_proofs(document, suites=slow_lane.suites(suites), **options), Lane.SLOW)


# What the slow lane would refuse as well: no process is troubled for it.
FINAL: Collection[str] = frozenset({"context_unknown", "statement_repeated", "id_described_twice"})
