"""Witnesses at the network's edge: the real ones, asked through the registry's own HTTP client, in memory."""

from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import urlsplit

import httpx

from certes.credential.errors import Refusal
from certes.runtime.clock import Clock
from certes.runtime.fetch import Fetcher, Hosts
from certes.runtime.problems import status_of
from certes.trust.translog.cosignatures import cosign
from certes.trust.translog.notes import KeyUse, NoteKey, NoteSigner, parse_note
from certes.trust.translog.submission import parse_add_checkpoint
from registry.log.witnesses import HttpWitnesses
from tests.world import World, signer
from witness.desk import Stale, Witness, logs_of
from witness.store import Fork, Held

HOST = "witnesses.example"


@dataclass
class Memory:
    """A witness's store, in memory."""

    held: dict[tuple[str, str], Held] = field(default_factory=dict)
    lies: list[Fork] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def latest(self, witness: str, origin: str) -> Held | None:
        """See witness.store.Store."""
        return self.held.get((witness, origin))

    def advance(self, new: Held, *, past: Held | None) -> bool:
        """See witness.store.Store."""
        with self.lock:
            if self.latest(new.witness, new.origin) != past:
                return False
            self.held[new.witness, new.origin] = new
            return True

    def keep_fork(self, fork: Fork) -> None:
        """See witness.store.Store."""
        self.lies.append(fork)

    def forks(self, witness: str, origin: str) -> tuple[Fork, ...]:
        """See witness.store.Store."""
        return tuple(self.lies)


@dataclass
class Jury:
    """The world's witnesses, each at /<number>. Those `away` do not answer, those in `says` say so, those in
    `dates` sign whatever they are shown under that time."""

    clock: Clock
    signers: dict[str, NoteSigner] = field(default_factory=lambda: dict(World().witness_signers))
    away: set[str] = field(default_factory=set)
    says: dict[str, httpx.Response] = field(default_factory=dict)
    dates: dict[str, int] = field(default_factory=dict)  # seconds since 1970 that a liar writes instead
    asked: list[str] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    log_keys: tuple[NoteKey, ...] = (
        NoteKey("skills.example/log", KeyUse.NOTE, World().log_signer.public_key),
    )

    @property
    def names(self) -> list[str]:
        """In the charter's order."""
        return list(self.signers)

    @property
    def addresses(self) -> dict[str, str]:
        """Where each is."""
        return {name: f"https://{HOST}/{at}" for at, name in enumerate(self.signers)}

    def port(self) -> HttpWitnesses:
        """As a registry reaches them."""
        fetcher = Fetcher(Hosts(frozenset({HOST})), transport=httpx.MockTransport(self._answer))
        return HttpWitnesses(self.addresses, fetcher=fetcher)

    def admit(self, name: str) -> None:
        """One more witness."""
        self.signers[name] = NoteSigner(name, KeyUse.COSIGNATURE, signer(f"witness {name}"))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        number, _, action = urlsplit(str(request.url)).path.strip("/").partition("/")
        name = self.names[int(number)]
        self.asked.append(name)
        if name in self.away:
            raise httpx.ConnectError("away")
        if name in self.says:
            answer = self.says[name]
            return httpx.Response(answer.status_code, stream=httpx.ByteStream(answer.content))
        if name in self.dates and action == "add-checkpoint":
            text = parse_note(parse_add_checkpoint(request.content).checkpoint).text
            return _plain(200, cosign(text, signer=self.signers[name], time=self.dates[name]).line.encode())
        witness = Witness(self.signers[name], logs_of(self.log_keys), self.memory, self.clock)
        try:
            if action == "add-checkpoint":
                body = witness.add_checkpoint(request.content).line.encode()
            else:
                body = witness.newest(action.removesuffix("/checkpoint"))
        except Stale as stale:
            return _plain(409, f"{stale.size}\n".encode())
        except Refusal as refusal:
            return _plain(status_of(refusal), b'{"code":"%s"}' % refusal.code.encode())
        return _plain(200, body)


def _plain(status: int, body: bytes) -> httpx.Response:
    return httpx.Response(status, stream=httpx.ByteStream(body))
