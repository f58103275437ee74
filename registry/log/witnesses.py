"""Asking witnesses: the port, and the one that speaks HTTP.

Source: C2SP tlog-witness v1.0.0. Nothing is believed here: lines are verified by who asked.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from certes.credential.errors import Malformed
from certes.runtime.fetch import Answered, Fetcher, Hosts
from certes.trust.translog.notes import MAX_NOTE_BYTES, NoteSignature
from certes.trust.translog.submission import AddCheckpoint, parse_cosignatures, parse_size

DEFAULT_TIMEOUT_S = 10  # a country's line may be slow; nobody waits longer than this for all of them
REQUEST_TYPE = "text/plain; charset=utf-8"
OK, CONFLICT = 200, 409


@dataclass(frozen=True, slots=True)
class Vouched:
    """Status 200: lines that are not verified yet."""

    lines: tuple[NoteSignature, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """Status 409: the witness holds this size and wants to go on from there."""

    size: int


@dataclass(frozen=True, slots=True)
class Declined:
    """Any other answer. `code` is the witness's own where it gave one."""

    code: str


Answer = Vouched | Stale | Declined


class Witnesses(Protocol):
    """Whoever can be asked, by the names that the charter gives them. Any method raises Unreachable."""

    def names(self) -> frozenset[str]:
        """Of whom an address is known."""

    def add_checkpoint(self, name: str, request: AddCheckpoint) -> Answer:
        """Ask for a cosignature."""

    def newest(self, name: str, origin: str) -> bytes:
        """The newest checkpoint of a log that the witness vouched for."""


class HttpWitnesses:
    """Witnesses by their submission prefixes: {name: https://...}."""

    def __init__(self, addresses: Mapping[str, str], *, fetcher: Fetcher) -> None:
        self._addresses = {name: url.rstrip("/") for name, url in addresses.items()}
        self._fetcher = fetcher

    def names(self) -> frozenset[str]:
        """See Witnesses."""
        return frozenset(self._addresses)

    def add_checkpoint(self, name: str, request: AddCheckpoint) -> Answer:
        """See Witnesses."""
        url = f"{self._addresses[name]}/add-checkpoint"
        return read_answer(self._fetcher.exchange("POST", url, request.encode(), content_type=REQUEST_TYPE))

    def newest(self, name: str, origin: str) -> bytes:
        """See Witnesses."""
        digest = hashlib.sha256(origin.encode()).hexdigest()
        return self._fetcher.get(f"{self._addresses[name]}/{digest}/checkpoint").body or b""

    def close(self) -> None:
        """Give the connections back."""
        self._fetcher.close()


def fetcher_for(addresses: Mapping[str, str], *, timeout_s: int = DEFAULT_TIMEOUT_S) -> Fetcher:
    """One that reaches these addresses and no others."""
    hosts = frozenset(urlsplit(url).netloc for url in addresses.values())
    return Fetcher(Hosts(hosts), max_bytes=MAX_NOTE_BYTES, deadline_s=float(timeout_s))


def read_answer(answered: Answered) -> Answer:
    """What a witness says. One that cannot be read is Declined, never an exception: another may do better."""
    try:
        if answered.status == OK:
            return Vouched(parse_cosignatures(answered.body))
        if answered.status == CONFLICT and not answered.body.startswith(b"{"):
            return Stale(parse_size(answered.body))
    except Malformed as refusal:
        return Declined(refusal.code)
    return Declined(_code_of(answered.body) or f"status_{answered.status}")


def _code_of(body: bytes) -> str | None:
    try:
        code = json.loads(body).get("code")
    except (ValueError, AttributeError, RecursionError):
        return None
    return code[:80] if isinstance(code, str) else None
