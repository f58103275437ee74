"""Does what a witness vouched for contradict our log? Only our own signature proves it.

A witness that merely claims a larger size could stop every log. One that shows a checkpoint under the log's
key, for a tree that this log does not have, proves that entries were lost or that two logs run under one key.
"""

from dataclasses import dataclass

from certes.credential.errors import Refusal
from certes.trust.translog.checkpoints import is_signed_by_log, parse_checkpoint
from certes.trust.translog.merkle import tree_root
from certes.trust.translog.notes import NoteKey
from registry.log.store import LogStore

BEHIND = "log_behind_witnesses"
FORKED = "log_forked_from_witnesses"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Why the log must stop: `code` is BEHIND or FORKED. `proven`: under our own signature."""

    code: str
    size: int
    proven: bool


def examine(
    raw: bytes, *, store: LogStore, origin: str, log_keys: tuple[NoteKey, ...]
) -> Contradiction | None:
    """Hold a witness's newest checkpoint against the log. None for one that fits, or proves nothing."""
    try:
        checkpoint = parse_checkpoint(raw)
        if checkpoint.head.origin != origin or not is_signed_by_log(checkpoint, log_keys):
            return None
    except Refusal:
        return None
    size, root = checkpoint.head.size, checkpoint.head.root
    if size > store.state().size:
        return Contradiction(BEHIND, size, proven=True)
    return None if tree_root(size, store.read) == root else Contradiction(FORKED, size, proven=True)
