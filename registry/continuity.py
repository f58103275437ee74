"""Does an object follow on what the log holds of its kind? Asked before it is logged, each in its own words.

Verifiers ask the same where they hold what it takes: agreements and their parties' acts travel whole, lists
and standards they hold against what they have seen.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from certes.credential.errors import Malformed, Refusal
from certes.credential.identifiers import Network
from certes.trust.chains import require_chains
from certes.trust.charters import place
from certes.trust.events import AgreementEvent
from certes.trust.national_list import parse_national_list
from certes.trust.notices import Notice, NoticeAnswer
from certes.trust.reading import Record, read_records
from certes.trust.records import Charter, NationalList
from certes.trust.signing import SignedObject
from certes.trust.standards import RegionalStandard, parse_standard, require_standard_successor
from certes.trust.succession import remember, require_successor
from registry.log_reader import Log, subject_of
from registry.notices import require_known

_OF_AN_AGREEMENT = frozenset({"Agreement", "AgreementEvent"})


def require_following(
    record: Record,
    found: SignedObject,
    log: Log,
    *,
    charters: Sequence[Charter],
    network: Network,
    time: datetime,
) -> None:
    """Return if `found`, which holds `record`, may be logged at `time` after all that is in the log.

    Raises what `require_chains` raises for an agreement, `AgreementBook.add_event` for an act,
    `require_successor` for a list, `require_standard_successor` for a standard, `require_known` for a warning
    or its answer.
    """
    if found.type in _OF_AN_AGREEMENT:
        _require_agreed(record, found, log, charters, time)
    elif isinstance(record, NationalList):
        _require_kept(record, log, network)
    elif isinstance(record, RegionalStandard):
        _require_standard(record, log, network, charters[-1])
    elif isinstance(record, Notice | NoticeAnswer):
        require_known(record, log, network=network)


@contextmanager
def as_itself() -> Iterator[None]:
    """Raise the refusal of one object as itself, not as that of a bundle."""
    try:
        yield
    except Malformed as refusal:
        cause = refusal.__cause__
        raise cause if isinstance(cause, Refusal) else refusal from None


def _require_agreed(
    record: Record, found: SignedObject, log: Log, charters: Sequence[Charter], time: datetime
) -> None:
    """A text by the parties of the version before as well; an act as its text and the acts before allow."""
    named = record.agreement if isinstance(record, AgreementEvent) else subject_of(found)
    after = log.followed_by(found, time=time)
    with as_itself():
        placed = [each for each in place(after.objects, charters) if _agreement_of(each.found) == named]
        require_chains(each for each in placed if each.found.type == "Agreement")
        read_records(placed, {entry.object_id: entry.time for entry in after.entries})


def _agreement_of(found: SignedObject) -> object:
    """The id of the agreement that a text or an act is about."""
    if found.type not in _OF_AN_AGREEMENT:
        return None
    return found.payload.get("id" if found.type == "Agreement" else "agreement")


def _require_kept(record: NationalList, log: Log, network: Network) -> None:
    """Does the list keep what the country's list before it said of its issuers?"""
    before = log.newest("NationalList", record.country)
    if before is not None:
        held = parse_national_list(before.payload, network=network, version=before.version)
        require_successor(remember([held]), remember([record]))


def _require_standard(record: RegionalStandard, log: Log, network: Network, charter: Charter) -> None:
    """Does the standard tell its own history as before?"""
    before = log.newest("RegionalStandard", record.id)
    if before is not None:
        held = parse_standard(before.payload, network=network, version=before.version)
        require_standard_successor(held, record, bodies=charter.bodies)
