"""Keys, checkpoints and cosignatures of an invented network."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from certes.credential.keys import Ed25519Signer
from certes.trust.translog.checkpoints import TreeHead, sign_checkpoint
from certes.trust.translog.cosignatures import cosign
from certes.trust.translog.notes import KeyUse, Note, NoteSigner
from certes.trust.translog.quorum import WitnessPolicy

ORIGIN = "skills.example/log"
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
ROOT = hashlib.sha256(b"root").digest()
HEAD = TreeHead(ORIGIN, 7, ROOT)


def note_signer(name: str, use: KeyUse, seed: str | None = None) -> NoteSigner:
    """A signer whose key follows from its name, or from `seed`."""
    return NoteSigner(name, use, Ed25519Signer(hashlib.sha256((seed or name).encode()).digest(), name))


LOG = note_signer(ORIGIN, KeyUse.NOTE)
WITNESSES = tuple(
    note_signer(f"witness.{country}.example", KeyUse.COSIGNATURE)
    for country in ("cm", "cg", "cd", "cf", "ga", "gq")
)
POLICY = WitnessPolicy(tuple(each.key for each in WITNESSES), 4)


def cosigned(
    head: TreeHead = HEAD, *, by: Iterable[NoteSigner] = WITNESSES, log: NoteSigner = LOG, time: int = SECONDS
) -> Note:
    """A checkpoint under the log's signature and those of witnesses."""
    note = sign_checkpoint(head, log).note
    return note.with_signatures(cosign(head.text, signer=each, time=time) for each in by)
