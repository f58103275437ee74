"""Warnings of countries as the registry takes them in and shows them.

A warning is taken in under one key, so one that was stolen may flood the log: only so many of a country may
wait for an answer, which needs the country's threshold. A warning or an answer about nothing is a typing
error, and is told at once. Source: docs/spec/notices.md.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from certes.credential.errors import Malformed
from certes.credential.identifiers import Network
from certes.credential.parsing import format_instant
from certes.runtime.refusals import Conflict
from certes.trust.bundle import MAX_NOTICES_OF_A_COUNTRY, TrustView
from certes.trust.national_list import parse_national_list
from certes.trust.notices import Act, Answer, Notice, NoticeAnswer, NoticeBoard, Posted, State
from certes.trust.signing import SignedObject
from registry.log_reader import Log

_SHOWN = (State.UNDETERMINED, State.CONFIRMED)


def require_known(record: Notice | NoticeAnswer, log: Log, *, network: Network) -> None:
    """Return if what it is about is there.

    Raises Malformed `notice_issuer_unknown`, `notice_key_unknown` for what the country does not list,
    `notice_not_logged` for an answer to none of its notices.
    """
    if isinstance(record, NoticeAnswer):
        _require_logged(record, log)
        return
    found = log.newest("NationalList", record.country)
    listed = (
        None if found is None else parse_national_list(found.payload, network=network, version=found.version)
    )
    issuer = None if listed is None else listed.issuers.get(record.did)
    if issuer is None:
        raise Malformed("notice_issuer_unknown", field="payload.issuer", issuer=record.issuer)
    if record.kid is not None and issuer.find_key(record.kid) is None:
        raise Malformed("notice_key_unknown", field="payload.key", key=record.kid)


def _require_logged(answer: NoticeAnswer, log: Log) -> None:
    found = log.newest("Notice", f"{answer.country}#{answer.id}")
    if found is None or found.object_id != answer.notice:
        raise Malformed("notice_not_logged", field="payload.notice", id=answer.id)


def require_room(found: SignedObject, view: TrustView) -> None:
    """Return if few enough warnings of its country wait for an answer, in the log with this one in it.

    Raises Conflict `notices_open_too_many`; `notice_cannot_be_lifted` for an answer that would take back a
    theft that stands already: nobody can give the key back.
    """
    board = view.registry.notices
    if found.type == "NoticeAnswer":
        _require_effect(found, board)
        return
    waiting = [each for each in board.unconfirmed if each.notice.country == found.country]
    is_waiting = any(each.object_id == found.object_id for each in waiting)
    if is_waiting and len(waiting) > MAX_NOTICES_OF_A_COUNTRY:
        limit = MAX_NOTICES_OF_A_COUNTRY
        raise Conflict("notices_open_too_many", country=found.country or "", limit=limit)


def _require_effect(found: SignedObject, board: NoticeBoard) -> None:
    for each in board.posted:
        if each.answer_id != found.object_id or found.payload["answer"] != Answer.LIFTED.value:
            continue
        if each.notice.act is Act.KEY_COMPROMISED and each.state is State.CONFIRMED:
            raise Conflict("notice_cannot_be_lifted", field="payload.answer")


def standing_notices(board: NoticeBoard, *, now: datetime) -> list[Mapping[str, Any]]:
    """Every notice that is not lifted, and not in its country's list yet, as programs read it."""
    return [_shown(each, now=now) for each in board.posted if each.state in _SHOWN and not each.in_list]


def _shown(posted: Posted, *, now: datetime) -> Mapping[str, Any]:
    notice, due = posted.notice, posted.confirm_by
    waits = posted.state is State.UNDETERMINED
    return {
        "object": posted.object_id,
        "country": notice.country,
        "id": notice.id,
        "act": notice.act.value,
        "issuer": notice.did,
        **({} if notice.kid is None else {"key": notice.kid}),
        "since": notice.since.isoformat(),
        **({} if notice.reference is None else {"ref": notice.reference}),
        "state": posted.state.value,
        "posted_at": None if posted.posted_at is None else format_instant(posted.posted_at),
        "confirm_by": None if due is None else format_instant(due),
        "overdue": waits and due is not None and due < now,
    }
