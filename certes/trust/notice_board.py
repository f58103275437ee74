"""From notices, their answers and the countries' lists to what stands, and what a confirmed one changes.

A confirmed notice counts as if the country's list said the same; it is therefore written into the records
that verdicts read, marked as the notice's, until a list says it itself. Source: docs/spec/notices.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from certes.trust.notices import Act, Answer, Notice, NoticeAnswer, NoticeBoard, Posted, State, board_of
from certes.trust.records import HistoryEntry, Issuer, KeyPeriod, NationalList, Standing


@dataclass(frozen=True, slots=True)
class GivenNotice:
    """A notice as it was found. `place` orders it among the lists; `by_threshold`: so many keys signed it
    that it needs no confirmation."""

    notice: Notice
    object_id: str
    place: int
    posted_at: datetime | None
    by_threshold: bool


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer as it was found."""

    answer: NoticeAnswer
    object_id: str


@dataclass(frozen=True, slots=True)
class PlacedList:
    """A country's newest list and its place among the notices."""

    listed: NationalList
    place: int


def post(
    notices: Iterable[GivenNotice], answers: Iterable[GivenAnswer], lists: Mapping[str, PlacedList]
) -> NoticeBoard:
    """How every notice stands. An answer counts for the notice that it names by both its ids, of its own
    country alone; the order of answers is irrelevant, as is whether they came before their notice."""
    by_notice = {(each.answer.country, each.answer.id, each.answer.notice): each for each in answers}
    return board_of(_posted(given, by_notice, lists.get(given.notice.country)) for given in notices)


def _posted(
    given: GivenNotice,
    answers: Mapping[tuple[str, str, str], GivenAnswer],
    newest: PlacedList | None,
) -> Posted:
    notice = given.notice
    found = answers.get((notice.country, notice.id, given.object_id))
    answer = None if found is None else found.answer.answer
    in_list = newest is not None and _in_list(given, newest)
    return Posted(
        notice=notice,
        object_id=given.object_id,
        posted_at=given.posted_at,
        state=_state(given, answer, in_list=in_list),
        answer_id=None if found is None else found.object_id,
        in_list=in_list,
    )


def _state(given: GivenNotice, answer: Answer | None, *, in_list: bool) -> State:
    """What is not logged is never more than undetermined: it may be gone tomorrow. A theft that was confirmed
    once stays so: nobody can give the key back."""
    agreed = given.posted_at is not None and (given.by_threshold or answer is Answer.CONFIRMED)
    if in_list or (agreed and given.notice.act is Act.KEY_COMPROMISED):
        return State.CONFIRMED
    if answer is Answer.LIFTED:
        return State.LIFTED
    return State.CONFIRMED if agreed else State.UNDETERMINED


def _in_list(given: GivenNotice, newest: PlacedList) -> bool:
    """Does the country's list say the same, or more? Of a suspension only a list that was logged after it:
    an older one knew nothing of it, and may have ended an earlier suspension."""
    notice = given.notice
    issuer = newest.listed.issuers.get(notice.did)
    if issuer is None:
        return False
    if notice.act is Act.KEY_COMPROMISED:
        key = issuer.find_key(notice.kid or "")
        since = None if key is None else key.compromised_since
        return since is not None and since <= notice.since
    return newest.place > given.place and any(
        entry.standing is not Standing.GRANTED and entry.holds_on(notice.since)
        for entry in issuer.history.entries
    )


def with_confirmed(national: Mapping[str, NationalList], board: NoticeBoard) -> dict[str, NationalList]:
    """The lists as verdicts read them: with what confirmed notices say and the lists do not yet."""
    found = dict(national)
    for posted in board.posted:
        listed = found.get(posted.notice.country)
        issuer = None if listed is None else listed.issuers.get(posted.notice.did)
        if listed is None or issuer is None or posted.in_list or posted.state is not State.CONFIRMED:
            continue
        issuers = {**listed.issuers, issuer.did: _restricted(issuer, posted)}
        found[listed.country] = replace(listed, issuers=issuers)
    return found


def _restricted(issuer: Issuer, posted: Posted) -> Issuer:
    notice = posted.notice
    if notice.act is Act.KEY_COMPROMISED:
        keys = tuple(_stolen(key, notice) if key.kid == notice.kid else key for key in issuer.keys)
        return replace(issuer, keys=keys)
    entry = HistoryEntry(
        Standing.SUSPENDED, notice.since, reference=notice.reference, notice=posted.object_id
    )
    return replace(issuer, history=replace(issuer.history, entries=(*issuer.history.entries, entry)))


def _stolen(key: KeyPeriod, notice: Notice) -> KeyPeriod:
    return replace(key, compromised_since=min(notice.since, key.compromised_since or notice.since))
