"""A slice of the register, verified: enough to decide on one issuer's certificates in one host, and no more.

It believes what a bundle would make believed, with two differences. Each object carries its inclusion proof,
since the other entries are not there; and that none newer was kept back is the word of the log alone, under
its key. A carrier can therefore change, age or mix nothing; a log that lies has signed the proof of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from certes.credential.errors import Malformed, Refusal
from certes.credential.identifiers import Network
from certes.trust.acceptance import believe, require_not_behind
from certes.trust.chains import require_chains
from certes.trust.charters import Placed, departures, follow_charters, place, refused_object
from certes.trust.checkpoint import Floor
from certes.trust.reading import read_records, read_spoken, subject_name
from certes.trust.recognition.facts import Facts
from certes.trust.records import Charter, Issuer, RegistryView
from certes.trust.signing import SignedObject
from certes.trust.slice_file import (
    OfferedSlice,
    Part,
    Wanted,
    agreements_between,
    belongs,
    build_slice,
    open_slice,
    statement_text,
)
from certes.trust.translog.entries import require_logged
from certes.trust.translog.merkle import require_inclusion
from certes.trust.translog.notes import is_signed_by, parse_note
from certes.trust.translog.quorum import VerifiedCheckpoint
from certes.trust.vouching import log_note_keys, log_origin

__all__ = ["TrustSlice", "Wanted", "build_slice", "parse_slice"]


@dataclass(frozen=True, slots=True)
class TrustSlice:
    """A verified slice."""

    about: Wanted
    part: RegistryView  # one issuing country, one host: ask `registry_for`, which refuses all other questions
    charter: Charter
    issuer: Issuer
    as_of: datetime  # the time that a quorum of the witnesses has reached
    checkpoint: VerifiedCheckpoint
    objects: Mapping[str, SignedObject]  # by object id
    logged: Mapping[str, datetime]  # object id -> when it was logged

    @property
    def network(self) -> Network:
        """The network's number and domain."""
        return self.charter.network

    def registry_for(self, facts: Facts, *, host: str) -> RegistryView:
        """The view for `decide`, on a certificate of this issuer in this host only.

        Of anything else the slice knows nothing, and nothing would look like a no. Raises Malformed
        `slice_of_another`, and `slice_without_third_country` for a certificate that brings the decision of a
        third country.
        """
        if (facts.issuer, host) != (self.issuer.did, self.about.host):
            raise Malformed("slice_of_another", field="issuer")
        third = {each.country for each in facts.recognition_decisions} - {facts.country, host}
        if third:
            raise Malformed("slice_without_third_country", field="recognitionDecisions")
        return self.part


def parse_slice(
    raw: bytes, *, wanted: Wanted, charter_id: str, floor: Floor | None, now: datetime
) -> TrustSlice:
    """Verify a slice from any carrier. `charter_id` is the object id of the first charter; `floor` what the
    device has accepted last, of bundles or slices.

    Raises Malformed: what `open_slice`, `believe` and `require_not_behind` raise, `slice_of_another`,
    `charter_*`, `slice_not_stated_by_log`, `slice_without_issuer`, `bundle_object_refused` with the object
    and the reason; BadSignature.
    """
    offered = open_slice(raw)
    if offered.about != wanted:
        raise Malformed("slice_of_another", field="issuer")
    found = [part.found for part in offered.parts]
    charters = [charter for _, charter in follow_charters(found, charter_id)]
    charter = charters[-1]
    checkpoint = believe(offered.checkpoint, charter=charter, now=now)
    if floor is not None:
        require_not_behind(checkpoint, floor)
    _require_stated(offered, charter, checkpoint)
    _require_parts(offered.parts, wanted, checkpoint)
    placed = place(found, charters)
    require_chains(each for each in placed if each.found.type == "Agreement")
    logged = {part.entry.object_id: part.entry.time for part in offered.parts}
    unlogged = _unlogged(offered.notices, wanted, charter, logged)
    left = departures(found, charters, logged)
    records = read_records((*placed, *unlogged), logged, notice_days=charter.notice_days, left=left)
    view = records.view(checkpoint.reached)
    return TrustSlice(
        about=wanted,
        part=view,
        charter=charter,
        issuer=_issuer(view, wanted),
        as_of=checkpoint.reached,
        checkpoint=checkpoint,
        objects={each.object_id: each for each in found},
        logged=logged,
    )


def _require_stated(offered: OfferedSlice, charter: Charter, checkpoint: VerifiedCheckpoint) -> None:
    """Does the log itself say that this is what it holds about it at this size?"""
    note = parse_note(offered.statement)
    origin = log_origin(charter.network)
    text = statement_text(origin, size=checkpoint.head.size, content=offered.digest)
    if note.text != text or not any(is_signed_by(note, key) for key in log_note_keys(charter)):
        raise Malformed("slice_not_stated_by_log", field="statement")


def _require_parts(parts: Iterable[Part], wanted: Wanted, checkpoint: VerifiedCheckpoint) -> None:
    parts = tuple(parts)
    agreements = agreements_between((part.found for part in parts), wanted)
    before = -1
    newest: dict[tuple[str, str], int] = {}
    for part in parts:
        try:
            if not belongs(part.found, wanted, agreements):
                raise Malformed("slice_object_out_of_place", field="type")
            _require_next(part, before, newest)
            _require_entry(part, checkpoint)
        except Refusal as refusal:
            raise refused_object(part.found.object_id, refusal) from refusal
        before = part.index


def _require_next(part: Part, before: int, newest: dict[tuple[str, str], int]) -> None:
    """In the order of the log, and no version left out between two that are there."""
    key = (part.entry.type, part.entry.subject)
    if part.index <= before or newest.get(key, part.entry.version - 1) + 1 != part.entry.version:
        raise Malformed("slice_object_out_of_place", field="index")
    newest[key] = part.entry.version


def _require_entry(part: Part, checkpoint: VerifiedCheckpoint) -> None:
    require_logged(part.found, part.entry)
    if part.entry.subject_name != subject_name(part.found):
        raise Malformed("object_not_as_logged", field=part.found.object_id)
    head = checkpoint.head
    require_inclusion(part.entry.leaf, index=part.index, size=head.size, proof=part.proof, root=head.root)


def _unlogged(
    notices: Iterable[SignedObject], wanted: Wanted, charter: Charter, logged: Mapping[str, datetime]
) -> list[Placed]:
    """Notices that count on receipt; one that does not hold is passed over."""
    held = []
    for found in notices:
        if found.type != "Notice" or found.country != wanted.country or found.object_id in logged:
            continue
        placed = Placed(found, charter)
        try:
            read_spoken(placed)
        except Refusal:
            continue
        held.append(placed)
    return held


def _issuer(view: RegistryView, wanted: Wanted) -> Issuer:
    national = view.national.get(wanted.country)
    found = None if national is None else national.find_issuer(wanted.issuer)
    if found is None:
        raise Malformed("slice_without_issuer", field="objects", country=wanted.country, issuer=wanted.issuer)
    return found
