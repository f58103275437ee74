"""What one cryptosuite is: a handful of facts. Everything they share is in `data_integrity`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from certes.credential.contexts import ContextRegistry
from certes.credential.keys import KeyType


@dataclass(frozen=True, slots=True)
class Suite:
    """The facts of a cryptosuite of Data Integrity."""

    name: str
    key_type: KeyType
    hash_name: str  # of hashlib, for document and proof options alike
    canonicalize: Callable[[Mapping[str, Any], ContextRegistry], bytes]
    proof_has_context: bool  # the proof repeats the document's @context, and its own is what is hashed
