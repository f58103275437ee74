"""What one cryptosuite is: a handful of facts. Everything they share is in the other modules of this
package."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from certes.credential.contexts import ContextRegistry
from certes.credential.keys import KeyType

Canonicalize = Callable[[Mapping[str, Any], ContextRegistry, str], bytes]


@dataclass(frozen=True, slots=True, eq=False)  # a suite is equal to itself alone: quick to look up
class Suite:
    """The facts of a cryptosuite of Data Integrity."""

    name: str
    hashes: tuple[tuple[KeyType, str], ...]  # the kinds of key, each with its hash by hashlib's name
    canonicalize: Canonicalize  # (document, contexts, hash name), for document and proof options alike
    proof_has_context: bool  # the proof repeats the document's @context, and its own is what is hashed
    signature_lengths: frozenset[int] = field(init=False)  # in bytes

    def __post_init__(self) -> None:
        lengths = frozenset(kind.signature_bytes for kind, _ in self.hashes)
        object.__setattr__(self, "signature_lengths", lengths)

    def hash_for(self, kind: KeyType) -> str | None:
        """The hash that goes with this kind of key; None if the suite does not take it."""
        for row, name in self.hashes:
            if row is kind:
                return name
        return None

    @property
    def key_names(self) -> str:
        """The kinds of key it takes, for a refusal."""
        return ", ".join(kind.name for kind, _ in self.hashes)
