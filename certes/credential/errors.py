"""The refusals of the pure packages, by whose fault it is.

    Refusal
    ├── Malformed      the presenter: the bytes are not what they claim to be
    │   └── BadSignature   the presenter: well formed, but the signature does not hold
    ├── Unsupported    our limit: well formed, but outside what this version can check
    ├── Unreachable    the network: what is needed to answer was not there
    └── Misuse         our own bug: a caller broke the contract of a function

Each carries a stable `code`, which is also its translation key, and parameters for the sentence.
None knows an HTTP status: that table is certes/runtime/problems.py alone.
"""

from collections.abc import Mapping

Parameter = str | int


class Refusal(Exception):
    """Something was not accepted. `code` is stable; `field` names the member at fault, if one is."""

    def __init__(self, code: str, *, field: str | None = None, **params: Parameter) -> None:
        self.code = code
        self.field = field
        self.params: Mapping[str, Parameter] = params
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        parts = [self.code]
        if self.field is not None:
            parts.append(f"at {self.field}")
        parts += [f"{name}={value!r}" for name, value in self.params.items()]
        return " ".join(parts)


class Malformed(Refusal):
    """The presented bytes or values are not what they claim to be."""


class BadSignature(Malformed):
    """Well formed, but the signature does not hold over these bytes under this key."""


class Unsupported(Refusal):
    """Well formed, but outside what this version can check: no statement about genuineness."""


class Unreachable(Refusal):
    """What is needed to answer could not be reached: no statement about genuineness."""


class Misuse(Refusal):
    """A caller broke a function's contract: a bug of ours, never the presenter's fault."""
