"""The floor: how far a device has come in the log. Nothing behind it is accepted again, and nothing that does
not continue it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from certes.credential.errors import Malformed
from certes.credential.parsing import format_instant, parse_instant
from certes.trust.members import Members
from certes.trust.succession import Remembered
from certes.trust.translog.ranges import CompactRange

_MEMBERS = {"tree", "reached", "note", "issuers"}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of the log under which an answer was given: evidence, so that it can be given again."""

    time: datetime  # reached by a quorum of the witnesses
    size: int
    root: str  # base64, as in the text of a checkpoint


@dataclass(frozen=True, slots=True)
class Floor:
    """The newest that a device has accepted. Survives a restart as JSON.

    A floor of the form before the log had witnesses is not read: `from_json` refuses it as any other text.
    """

    tree: CompactRange
    reached: datetime  # by a quorum of the witnesses
    note: str  # the last checkpoint, as text: one half of the proof, should a fork be found
    issuers: Mapping[str, Remembered] = field(default_factory=dict)  # by DID

    def to_json(self) -> dict[str, Any]:
        """The inverse of `from_json`."""
        return {
            "tree": self.tree.to_json(),
            "reached": format_instant(self.reached),
            "note": self.note,
            "issuers": {did: known.to_json() for did, known in sorted(self.issuers.items())},
        }

    @staticmethod
    def from_json(value: object) -> "Floor":
        """Raises Malformed for anything that `to_json` does not write: a floor that cannot be read is no
        floor."""
        if not isinstance(value, Mapping) or value.keys() != _MEMBERS:
            raise Malformed("floor_invalid")
        top = Members(value)
        known = top.members("issuers")
        issuers = {did: Remembered.from_json(known.members(did)) for did in known.value}
        tree = CompactRange.from_json(value["tree"])
        return Floor(tree, parse_instant(top.text("reached")), top.text("note"), issuers)

    def is_behind(self, other: "Floor") -> bool:
        """Has the other come further, in the log or in time?"""
        return (self.tree.size, self.reached) < (other.tree.size, other.reached)
