"""A checkpoint says which objects there are and when; the floor says how far a device has already come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from certes.credential.errors import Malformed
from certes.credential.parsing import format_instant, parse_instant
from certes.trust.members import Members
from certes.trust.records import Charter
from certes.trust.schema import require_schema
from certes.trust.signing import SignedObject, digest, signing_keys
from certes.trust.succession import Remembered, require_successor

CLOCK_TOLERANCE = timedelta(
    minutes=10
)  # a telephone set by hand; the register's clock is not ahead of the world's


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """When, how many objects, and the hash over their ids."""

    time: datetime
    size: int
    root: str


def root_of(object_ids: Iterable[str]) -> str:
    """The hash of the sorted ids, one a line: the same for any order of the same objects."""
    return digest("".join(f"{object_id}\n" for object_id in sorted(object_ids)).encode("ascii"))


def checkpoint_payload(objects: Iterable[SignedObject], *, time: datetime) -> dict[str, Any]:
    """The payload to sign over exactly these objects; the time is cut to whole seconds."""
    ids = [found.object_id for found in objects]
    return {"time": format_instant(time), "size": len(ids), "root": root_of(ids)}


def read_checkpoint(
    found: SignedObject, *, charter: Charter, object_ids: Iterable[str], now: datetime
) -> Checkpoint:
    """Verify a checkpoint over exactly these objects. Raises Malformed: `checkpoint_not_one`,
    `checkpoint_not_signed_by_log`, `checkpoint_covers_other_objects`, `bundle_from_the_future`,
    `charter_expired` for one dated after the charter's last day; BadSignature. Its age is no reason to refuse
    it: what was sealed in time stays."""
    if found.type != "Checkpoint" or found.country is not None:
        raise Malformed("checkpoint_not_one", field="checkpoint.type")
    require_schema("checkpoint", found.payload)
    if not signing_keys(found, among=charter.log_keys):
        raise Malformed("checkpoint_not_signed_by_log", field="checkpoint.signatures")
    ids = list(object_ids)
    checkpoint = Checkpoint(
        parse_instant(found.payload["time"]), found.payload["size"], found.payload["root"]
    )
    if checkpoint.size != len(ids) or checkpoint.root != root_of(ids):
        raise Malformed("checkpoint_covers_other_objects", field="checkpoint.root")
    if checkpoint.time > now + CLOCK_TOLERANCE:
        raise Malformed("bundle_from_the_future", field="checkpoint.time", time=found.payload["time"])
    if charter.expires_on is not None and checkpoint.time.date() > charter.expires_on:
        raise Malformed("charter_expired", field="checkpoint.time", expired=charter.expires_on.isoformat())
    return checkpoint


@dataclass(frozen=True, slots=True)
class Floor:
    """The newest that a device has accepted: nothing older may come after it. Survives a restart as JSON."""

    time: datetime
    size: int
    objects: Mapping[str, tuple[int, str]]  # subject, as certes.trust.bundle names it -> (version, object id)
    issuers: Mapping[str, Remembered] = field(default_factory=dict)  # by DID; a floor of old has none

    def to_json(self) -> dict[str, Any]:
        """The inverse of `from_json`."""
        objects = {subject: list(held) for subject, held in sorted(self.objects.items())}
        issuers = {did: known.to_json() for did, known in sorted(self.issuers.items())}
        return {
            "time": format_instant(self.time), "size": self.size, "objects": objects, "issuers": issuers,
        }  # fmt: skip

    @staticmethod
    def from_json(value: object) -> "Floor":
        """Raises Malformed for anything `to_json` does not write: a floor that cannot be read is no floor."""
        if not isinstance(value, Mapping):
            raise Malformed("floor_invalid")
        top = Members(value)
        objects = top.members("objects")
        held = {subject: _held(objects, subject) for subject in objects.value}
        known = top.members("issuers")
        issuers = {did: Remembered.from_json(known.members(did)) for did in known.value}
        return Floor(parse_instant(top.text("time")), top.integer("size"), held, issuers)

    def require_not_below(self, newer: "Floor") -> None:
        """Return if `newer` is this one or after it. Raises Malformed `bundle_rolled_back` naming what
        went back, `bundle_rewrites_history` where an object of the same version is another one, and what
        `require_successor` raises where a list takes back what it said of an issuer."""
        if newer.time < self.time:
            raise Malformed("bundle_rolled_back", field="checkpoint.time", held=format_instant(self.time))
        if newer.size < self.size:
            raise Malformed("bundle_rolled_back", field="checkpoint.size", held=self.size)
        for subject, (version, object_id) in sorted(self.objects.items()):
            new_version, new_id = newer.objects.get(subject, (0, ""))
            if new_version < version:
                raise Malformed("bundle_rolled_back", field=subject, held=version, offered=new_version)
            if new_version == version and new_id != object_id:
                raise Malformed("bundle_rewrites_history", field=subject, version=version)
        require_successor(self.issuers, newer.issuers)


def _held(objects: Members, subject: str) -> tuple[int, str]:
    pair = objects.value[subject]
    if (
        not isinstance(pair, list)
        or len(pair) != 2
        or type(pair[0]) is not int
        or not isinstance(pair[1], str)
    ):
        raise objects.wrong(subject, "[version, object id]")
    return pair[0], pair[1]
