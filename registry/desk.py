"""What a request works with: the parts that app.py puts together once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from certes.credential.errors import Refusal
from certes.credential.parsing import format_instant
from certes.runtime.clock import Clock
from registry.admission import Accepted, Gate, Outcome, accept
from registry.log.sealing import Sealing
from registry.publication import Packed, Publication, Published
from registry.status_lists import ListLimits, Mirror
from registry.store import Store


@dataclass(frozen=True, slots=True)
class TakenIn:
    """An object that was accepted. `published`: has a quorum of the witnesses seen it yet?"""

    accepted: Accepted
    published: bool


@dataclass(frozen=True)
class Desk:
    """The registry of one process."""

    store: Store
    gate: Gate
    publication: Publication
    sealing: Sealing
    clock: Clock
    list_limits: ListLimits = field(default_factory=ListLimits)

    def now(self) -> datetime:
        """The moment of this request."""
        return self.clock()

    def published(self) -> Published:
        """What is published now. Raises NotFound `registry_empty`, Busy `registry_without_quorum`."""
        return self.publication.current(now=self.clock())

    def delta(self, since: int) -> Packed:
        """What who holds `since` entries needs. Raises NotFound `delta_not_possible`."""
        return self.publication.delta(since, now=self.clock())

    def take_in(self, raw: bytes) -> TakenIn:
        """Accept an object, log it, and ask the witnesses. Raises Refusal when it is not accepted; what
        witnesses do or do not answer changes nothing about that."""
        accepted = accept(raw, gate=self.gate, now=self.clock())
        position = accepted.stored.position
        if accepted.outcome is Outcome.ADDED or not self.sealing.has_quorum(position):
            self.sealing.seal()
            self.sealing.ask(self.sealing.due(timedelta()), until=position)
        published = self.publication.find(now=self.clock())
        return TakenIn(accepted, published is not None and published.position >= position)

    def mirror(self) -> Mirror:
        """What status lists are judged by now."""
        registry = self.published().view.registry
        return Mirror(self.store, self.gate.network, registry, self.list_limits)

    def health(self) -> tuple[bool, dict[str, Any]]:
        """Is it ready, and how is it? `position` and `size` are those of the log, `published_size` and
        `as_of` what a quorum has seen and when."""
        size = self.store.size()
        answer: dict[str, Any] = {
            "status": "empty", "position": size, "size": size, "published_size": 0, "as_of": None,
        }  # fmt: skip
        if not size:
            return True, answer
        answer["witnesses"] = self._witnesses()
        ready, answer["status"] = True, "ok"
        try:
            published = self.published()
            answer |= {"published_size": published.position, "as_of": format_instant(published.view.as_of)}
        except Refusal as refusal:
            waits = refusal.code == "registry_without_quorum"
            ready, answer["status"] = waits, "waiting_for_witnesses" if waits else "not_publishable"
            answer["code"] = refusal.code
        try:
            self.sealing.require_uncontradicted()
        except Refusal as refusal:
            return False, answer | {"status": "stopped", "code": refusal.code}
        return ready, answer

    def _witnesses(self) -> list[dict[str, Any]]:
        """For each witness of the charter: what it vouched for last, and what came of asking it last."""
        vouched = self.sealing.store.vouched()
        found = []
        for key in self.sealing.asked():
            size, time = vouched.get(key.vkey, (0, None))
            seen = self.sealing.seen.get(key)
            found.append(
                {
                    "name": key.name,
                    "size": size,
                    "vouched_at": None if time is None else format_instant(time),
                    "asked_at": None if seen is None else format_instant(seen.at),
                    "code": "not_asked" if seen is None else seen.code,
                }
            )
        return found
