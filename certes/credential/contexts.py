"""The JSON-LD contexts this project knows: frozen, bundled, hash-pinned. No context is ever fetched.

A context decides what a signed member means, so a changed context file changes what every signature says.
Each file is therefore compared with `schemas/contexts/manifest.json` when it is loaded.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from certes.credential.errors import Misuse, Unsupported

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_V3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
SKILLS_V1 = "https://w3id.org/certes/skills/v1"


@dataclass(frozen=True, slots=True)
class Context:
    """One context document: where it is published, the SHA-256 of its bytes in hex, and its content."""

    url: str
    sha256: str
    document: Mapping[str, Any] = field(repr=False, hash=False, compare=False)


def parse_context(raw: bytes, *, url: str, sha256: str) -> Context:
    """A context from its file. Raises Misuse `context_file_changed` if the bytes are not the pinned ones."""
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise Misuse("context_file_changed", url=url)
    return Context(url, sha256, json.loads(raw))


class ContextRegistry(Mapping[str, Context]):
    """A closed set of contexts by URL. Equal only to itself, so compiled forms can be kept beside it."""

    __slots__ = ("__weakref__", "_contexts")

    def __init__(self, contexts: Iterable[Context]) -> None:
        self._contexts = {context.url: context for context in contexts}

    def __getitem__(self, url: str) -> Context:
        return self._contexts[url]

    def __iter__(self) -> Iterator[str]:
        return iter(self._contexts)

    def __len__(self) -> int:
        return len(self._contexts)

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def require(self, url: str) -> Context:
        """The context at `url`. Raises Unsupported `context_unknown`."""
        found = self._contexts.get(url)
        if found is None:
            raise Unsupported("context_unknown", field="@context", url=url)
        return found

    def extended(self, contexts: Iterable[Context]) -> "ContextRegistry":
        """A new registry with more contexts; this one stays as it is."""
        return ContextRegistry([*self._contexts.values(), *contexts])


def _load_bundled() -> ContextRegistry:
    folder = files("schemas") / "contexts"
    manifest = json.loads((folder / "manifest.json").read_bytes())
    return ContextRegistry(
        parse_context((folder / row["file"]).read_bytes(), url=row["url"], sha256=row["sha256"])
        for row in manifest["contexts"]
    )


BUNDLED: ContextRegistry = _load_bundled()


def require(url: str) -> Context:
    """The bundled context at `url`. Raises Unsupported `context_unknown`."""
    return BUNDLED.require(url)
