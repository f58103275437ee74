"""Warnings of a country about its own issuers: what one says, how it is answered, which of them stand.

A Notice restricts and does nothing else: an issuer may not certify since a day, or a key of it has been in
other hands since a day. One key of the country is enough, so that two absent officers cannot hold a warning
back. Until enough keys answer, what it names is undetermined; no age ends that. Source: docs/spec/notices.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from certes.credential.identifiers import Network, issuer_did
from certes.trust.members import Members
from certes.trust.schema import require_schema

CONFIRM_WITHIN = timedelta(days=7)  # what the countries owe one another; a warning outlives it


class Act(StrEnum):
    """What a notice says."""

    ISSUER_SUSPENDED = "issuer_suspended"
    KEY_COMPROMISED = "key_compromised"


class Answer(StrEnum):
    """What its country answers, by its threshold."""

    CONFIRMED = "confirmed"
    LIFTED = "lifted"


class State(StrEnum):
    """How a notice stands."""

    UNDETERMINED = "undetermined"
    CONFIRMED = "confirmed"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning as its payload says it. `kid` is there for a key alone, `since` is its first day."""

    country: str
    id: str  # the country's own; with the country it names the notice
    act: Act
    issuer: int
    did: str
    since: date
    kid: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class NoticeAnswer:
    """The country's answer to one of its notices, which it names by both its ids."""

    country: str
    id: str
    notice: str  # object id
    answer: Answer
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A notice and how it stands. `posted_at`: when it was logged, None as long as it is not."""

    notice: Notice
    object_id: str
    posted_at: datetime | None
    state: State
    answer_id: str | None = None  # object id of the answer, where one settled it
    in_list: bool = False  # the country's own list says the same, or more

    @property
    def confirm_by(self) -> datetime | None:
        """When the answer is due. Nothing ends then: it is undetermined until it is answered."""
        return None if self.posted_at is None else self.posted_at + CONFIRM_WITHIN

    def names(self, kid: str | None) -> bool:
        """Is it about this key of its issuer, or about the issuer as a whole?"""
        return self.notice.kid is None or self.notice.kid == kid


@dataclass(frozen=True, slots=True)
class NoticeBoard:
    """Every notice of a register, lifted ones among them, by the issuer's DID."""

    of_issuer: Mapping[str, tuple[Posted, ...]] = field(default_factory=dict)

    @property
    def posted(self) -> tuple[Posted, ...]:
        """All of them, by country, issuer and id."""
        found = [each for notices in self.of_issuer.values() for each in notices]
        return tuple(sorted(found, key=_order))

    @property
    def unconfirmed(self) -> tuple[Posted, ...]:
        """Those that nobody has answered."""
        return tuple(each for each in self.posted if each.state is State.UNDETERMINED)

    def about(self, did: str, kid: str | None) -> tuple[Posted, ...]:
        """Those on an issuer and this key of it which were not lifted."""
        return tuple(
            each for each in self.of_issuer.get(did, ()) if each.state is not State.LIFTED and each.names(kid)
        )

    def key_in_doubt(self, did: str, kid: str) -> Posted | None:
        """The first unconfirmed notice that says that this key was stolen."""
        found = (each for each in self.about(did, kid) if each.notice.kid is not None)
        return next((each for each in found if each.state is State.UNDETERMINED), None)

    def doubts(self, did: str, kid: str | None, *, day: date) -> Posted | None:
        """The first unconfirmed notice that leaves it undetermined whether this key might sign on `day`: of
        the issuer from its day on, of the key whatever the day, since a thief dates as he likes."""
        found = [
            each
            for each in self.about(did, kid)
            if each.state is State.UNDETERMINED
            and (each.notice.act is Act.KEY_COMPROMISED or each.notice.since <= day)
        ]
        return min(found, key=lambda each: (each.notice.since, _order(each)), default=None)


def _order(posted: Posted) -> tuple[str, int, str, str]:
    notice = posted.notice
    return notice.country, notice.issuer, notice.id, posted.object_id


def board_of(posted: Iterable[Posted]) -> NoticeBoard:
    """A board, whatever the order they come in."""
    found: dict[str, tuple[Posted, ...]] = {}
    for each in sorted(posted, key=_order):
        found[each.notice.did] = (*found.get(each.notice.did, ()), each)
    return NoticeBoard(found)


def parse_notice_payload(payload: Mapping[str, Any], *, network: Network) -> Notice:
    """Raises Malformed `schema_violation`, `date_invalid`: an act beyond the two, or a key that is named
    beside, or missing in, the act that it belongs to."""
    require_schema("notice", payload)
    top = Members(payload)
    country, issuer = top.text("country"), top.integer("issuer", least=1)
    return Notice(
        country=country,
        id=top.text("id"),
        act=Act(top.text("act")),
        issuer=issuer,
        did=issuer_did(network, country, issuer),
        since=top.day("since"),
        kid=top.text_or_none("key"),
        reference=top.text_or_none("ref"),
    )


def parse_notice_answer(payload: Mapping[str, Any]) -> NoticeAnswer:
    """Raises Malformed `schema_violation`."""
    require_schema("notice-answer", payload)
    top = Members(payload)
    return NoticeAnswer(
        country=top.text("country"),
        id=top.text("id"),
        notice=top.text("notice"),
        answer=Answer(top.text("answer")),
        reference=top.text_or_none("ref"),
    )
