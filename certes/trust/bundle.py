"""The trust bundle: the log's entries and the signed objects a verifier works with, believed only as a whole.

Only the id of the first charter is pinned; all else follows from signatures, of the countries on what they
say, of the witnesses on there being one history. One bad object refuses the bundle, and what is held stays
held. Age never blocks loading: it changes verdicts. Source: docs/spec/log.md, section 6.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from certes.credential.errors import Refusal
from certes.credential.identifiers import Network
from certes.trust.acceptance import (
    Crossing,
    believe,
    grow,
    require_complete,
    require_in_time,
    require_not_behind,
    require_orderly,
)
from certes.trust.bundle_file import MAX_BUNDLE_BYTES, MAX_OBJECTS, Offered, build_bundle, open_bundle
from certes.trust.chains import require_chains
from certes.trust.charters import Placed, departures, follow_charters, place
from certes.trust.checkpoint import Checkpoint, Floor
from certes.trust.reading import read_records, read_spoken
from certes.trust.records import Charter, RegistryView
from certes.trust.signing import SignedObject
from certes.trust.succession import remember, require_successor
from certes.trust.translog.checkpoints import TreeHead
from certes.trust.translog.entries import LogEntry
from certes.trust.translog.notes import Note
from certes.trust.translog.quorum import VerifiedCheckpoint
from certes.trust.translog.ranges import CompactRange
from certes.trust.translog.texts import to_base64
from certes.trust.vouching import log_origin, witness_policy

__all__ = [
    "MAX_BUNDLE_BYTES",
    "MAX_OBJECTS",
    "Floor",
    "TrustView",
    "build_bundle",
    "parse_bundle",
    "rehearse",
]

MAX_NOTICES_OF_A_COUNTRY = 20  # not yet logged; one country cannot crowd out the others


@dataclass(frozen=True, slots=True)
class TrustView:
    """A verified bundle: everything in it was signed by those it speaks for, and stands in a log whose
    witnesses vouch for it."""

    registry: RegistryView
    charter: Charter  # the newest
    as_of: datetime  # the time that a quorum of the witnesses has reached
    checkpoint: VerifiedCheckpoint
    entries: tuple[LogEntry, ...]  # of the whole log
    tree: CompactRange  # over them
    objects: Mapping[str, SignedObject]  # by object id: those that the bundle must hold
    logged: Mapping[str, datetime]  # object id -> when it was logged; of every entry
    notices: tuple[SignedObject, ...]  # not yet logged, each signed by a key of its country

    @property
    def network(self) -> Network:
        """The network's number and domain, the same in every charter."""
        return self.charter.network

    @property
    def log_state(self) -> Checkpoint:
        """Size, root and time of the log, as evidence names them."""
        return Checkpoint(self.as_of, self.tree.size, to_base64(self.tree.root))

    @property
    def subjects(self) -> Mapping[str, tuple[int, str]]:
        """The newest version of each subject, as `subject_name` names it, and the object's id."""
        return {entry.subject_name: (entry.version, entry.object_id) for entry in self.entries}

    def floor(self) -> Floor:
        """What to hold future bundles against."""
        issuers = remember(self.registry.national.values())
        return Floor(self.tree, self.as_of, self.checkpoint.note.encode().decode(), issuers)


def parse_bundle(
    raw: bytes,
    *,
    charter_id: str,
    floor: Floor | None,
    now: datetime,
    notices: Iterable[SignedObject] = (),
) -> TrustView:
    """Verify a bundle from any carrier.

    `charter_id` is the object id of the first charter, `notices` are unlogged ones that were received before.
    Raises Malformed: what `open_bundle` raises, `charter_*`, then what the rules of
    certes.trust.acceptance raise, `bundle_object_refused` with the object and the reason, `list_*` against
    the floor; BadSignature. `log_forked` is the alarm: both checkpoints are to be kept.
    """
    offered = open_bundle(raw)
    charters = [charter for _, charter in follow_charters(offered.objects.values(), charter_id)]
    checkpoint = believe(offered.checkpoint, charter=charters[-1], now=now)
    if floor is not None:
        require_not_behind(checkpoint, floor)
    return _view(offered, charters, checkpoint, floor=floor, now=now, notices=notices)


def rehearse(offered: Offered, *, charter_id: str, now: datetime) -> TrustView:
    """What `parse_bundle` would make of this if every witness had cosigned it at `now`: for a registry, which
    never lets into its log what would refuse the bundle everywhere. `offered.checkpoint` is not read.

    Raises what `parse_bundle` raises on everything but the signatures of the log and of its witnesses.
    """
    charters = [charter for _, charter in follow_charters(offered.objects.values(), charter_id)]
    charter, tree = charters[-1], CompactRange().extend(entry.leaf for entry in offered.entries)
    head = TreeHead(log_origin(charter.network), tree.size, tree.root)
    policy = witness_policy(charter)
    cosigned = dict.fromkeys(policy.witnesses, now)
    checkpoint = VerifiedCheckpoint(head, cosigned, policy.quorum, Note(head.text))
    require_in_time(checkpoint, charter=charter)
    return _view(offered, charters, checkpoint, floor=None, now=now, notices=())


def _view(
    offered: Offered,
    charters: Sequence[Charter],
    checkpoint: VerifiedCheckpoint,
    *,
    floor: Floor | None,
    now: datetime,
    notices: Iterable[SignedObject],
) -> TrustView:
    """All that follows once the checkpoint is believed."""
    charter = charters[-1]
    leaves = [entry.leaf for entry in offered.entries]
    tree = grow(leaves, checkpoint, floor=floor)
    require_orderly(offered.entries, checkpoint, floor=floor)
    kept = require_complete(offered.objects, offered.entries, charter=charter)
    if floor is not None:
        _crossing(offered, charters, leaves, now).require(floor=floor)
    placed = place(kept, charters)
    require_chains(each for each in placed if each.found.type == "Agreement")
    logged = {entry.object_id: entry.time for entry in offered.entries}
    unlogged = _unlogged((*notices, *offered.notices), charter, logged)
    left = departures(kept, charters, logged)
    records = read_records((*placed, *unlogged), logged, notice_days=charter.notice_days, left=left)
    view = TrustView(
        registry=records.view(checkpoint.reached),
        charter=charter,
        as_of=checkpoint.reached,
        checkpoint=checkpoint,
        entries=offered.entries,
        tree=tree,
        objects={found.object_id: found for found in kept},
        logged=logged,
        notices=tuple(each.found for each in unlogged),
    )
    if floor is not None:
        require_successor(floor.issuers, view.floor().issuers)
    return view


def _crossing(
    offered: Offered, charters: Sequence[Charter], leaves: Sequence[bytes], now: datetime
) -> Crossing:
    places = [at for at, entry in enumerate(offered.entries) if entry.type == "Charter"]
    return Crossing(charters, places, leaves, (offered.checkpoint, *offered.crossings), now)


def _unlogged(
    notices: Iterable[SignedObject], charter: Charter, logged: Mapping[str, datetime]
) -> list[Placed]:
    """Notices that count on receipt, each once. A bad one, one too many, or one that the log has by now is
    passed over: it never stops the others."""
    held: dict[str, Placed] = {}
    of_country: Counter[str | None] = Counter()
    for found in notices:
        if found.object_id in logged or found.object_id in held:
            continue
        if of_country[found.country] >= MAX_NOTICES_OF_A_COUNTRY:
            continue
        placed = Placed(found, charter)
        try:
            read_spoken(placed)
        except Refusal:
            continue
        of_country[found.country] += 1
        held[found.object_id] = placed
    return list(held.values())
