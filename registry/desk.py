"""What a request works with: the parts that app.py puts together once."""

from dataclasses import dataclass, field
from datetime import datetime

from certes.runtime.clock import Clock
from registry.admission import Accepted, Gate, Outcome, accept
from registry.publication import Publication, Published
from registry.status_lists import ListLimits, Mirror
from registry.store import Store


@dataclass(frozen=True)
class Desk:
    """The registry of one process."""

    store: Store
    gate: Gate
    publication: Publication
    clock: Clock
    list_limits: ListLimits = field(default_factory=ListLimits)

    def now(self) -> datetime:
        """The moment of this request."""
        return self.clock()

    def published(self) -> Published:
        """What is published now. Raises NotFound `registry_empty`."""
        return self.publication.current(now=self.clock())

    def take_in(self, raw: bytes) -> Accepted:
        """Accept an object, then publish it. Raises Refusal when it is not accepted."""
        accepted = accept(raw, gate=self.gate, now=self.clock())
        if accepted.outcome is Outcome.ADDED:
            self.publication.current(now=self.clock())
        return accepted

    def mirror(self) -> Mirror:
        """What status lists are judged by now."""
        registry = self.published().view.registry
        return Mirror(self.store, self.gate.network, registry, self.list_limits)
