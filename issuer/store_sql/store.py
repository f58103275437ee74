"""`SqlStore`: the verbs of issuer.store as transactions.

Locks are taken in one order, so that nothing deadlocks: allocation, certificate, status_list.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from certes.credential.achievement import StatusSlot
from certes.credential.errors import Misuse
from certes.credential.identifiers import PURPOSES, Purpose
from certes.runtime.database import Database
from certes.runtime.refusals import Conflict, NotFound
from issuer.store import (
    Action,
    ApiKey,
    DecideEvent,
    History,
    Issued,
    MakeList,
    Plan,
    PublishedList,
    ReasonClass,
    Signed,
    StatusEvent,
)
from issuer.store_sql.bulk import complete_planned, plan_new, standing
from issuer.store_sql.slots import FULL_AT, LIST_ENTRIES, take_slot, used_lists
from issuer.store_sql.tables import ApiKeyRow, CertificateRow, StatusEventRow, StatusListRow

OTHER_CONTENT = "certificate_number_taken_with_other_content"


class SqlStore:
    """The store of one issuer over one database.

    `entries` and `full_at` differ from the format's only in tests.
    """

    def __init__(self, database: Database, *, entries: int = LIST_ENTRIES, full_at: int = FULL_AT) -> None:
        self._database = database
        self._entries = entries
        self._full_at = full_at

    def plan(self, *, number: str, body: str, content: bytes, now: datetime) -> Plan | Issued:
        """See issuer.store.Store."""
        with self._database.writing() as session:
            row = session.get(CertificateRow, number)
            if row is None:
                slot = take_slot(session, entries=self._entries, full_at=self._full_at)
                # The allocation is ours now, so nobody else can be planning this number; somebody may just
                # have.
                row = session.get(CertificateRow, number, populate_existing=True)
                if row is None:
                    row = _new_row(number, body, content, slot, now)
                    session.add(row)
                    return _plan(row)
            return _again(session, number, body, content)

    def plan_many(
        self, wanted: Mapping[str, bytes], *, body: str, now: datetime
    ) -> dict[str, Plan | Issued | Conflict]:
        """See issuer.store.Store."""
        with self._database.writing() as session:
            taken = standing(session, sorted(wanted), lock=False)  # the allocation is locked first
            new = {
                number: (content, _digest(content))
                for number, content in wanted.items()
                if number not in taken
            }
            plans = plan_new(session, new, body=body, now=now, entries=self._entries, full_at=self._full_at)
            return {
                number: plans.get(number) or _again_or_conflict(session, number, body, content)
                for number, content in wanted.items()
            }

    def complete_many(
        self, pairs: Sequence[tuple[Plan, Signed]], *, now: datetime
    ) -> list[tuple[Issued, bool] | Conflict]:
        """See issuer.store.Store."""
        with self._database.writing() as session:
            found = standing(session, sorted(plan.number for plan, _ in pairs), lock=True)
            ready = [
                pair for pair in pairs if found.get(pair[0].number) == ("planned", _digest(pair[0].content))
            ]
            complete_planned(session, ready, now=now)
            done = {plan.number for plan, _ in ready}
            return [
                (Issued(plan, signed, now), True)
                if plan.number in done
                else _complete_or_conflict(session, plan, signed, now)
                for plan, signed in pairs
            ]

    def complete(self, plan: Plan, signed: Signed, *, now: datetime) -> tuple[Issued, bool]:
        """See issuer.store.Store."""
        with self._database.writing() as session:
            return _complete(session, plan, signed, now)

    def abandon(self, plan: Plan, *, code: str) -> None:
        """See issuer.store.Store."""
        with self._database.writing() as session:
            row = _locked(session, plan.number)
            if row is not None and row.state == "planned" and row.content_digest == _digest(plan.content):
                row.state, row.content, row.abandoned_for = "abandoned", None, code
                session.add(row)

    def unfinished(self, *, planned_before: datetime, limit: int) -> tuple[Plan, ...]:
        """See issuer.store.Store."""
        query = (
            select(CertificateRow)
            .where(CertificateRow.state == "planned", col(CertificateRow.planned_at) < planned_before)
            .order_by(col(CertificateRow.planned_at), col(CertificateRow.number))
            .limit(limit)
        )
        with self._database.reading() as session:
            return tuple(_plan(row) for row in session.exec(query))

    def find(self, number: str, *, body: str) -> Issued | None:
        """See issuer.store.Store."""
        with self._database.reading() as session:
            row = session.get(CertificateRow, number)
            if row is None or row.body != body or row.state != "issued":
                return None
            return _issued(session, row)

    def change_status(self, number: str, *, body: str, decide: DecideEvent) -> tuple[Issued, bool]:
        """See issuer.store.Store."""
        with self._database.writing() as session:
            row = _locked(session, number)
            if row is None or row.body != body or row.state != "issued":
                raise NotFound("certificate_unknown")
            event = decide(_history(session, number))
            if event is not None:
                session.add(
                    StatusEventRow(
                        number=number, action=event.action, reason=event.reason, by=event.by, at=event.at
                    )
                )
                session.flush()
            return _issued(session, row), event is not None

    def lists(self) -> tuple[int, ...]:
        """See issuer.store.Store."""
        with self._database.reading() as session:
            return used_lists(session)

    def publish(self, number: int, purpose: Purpose, make: MakeList) -> PublishedList | None:
        """See issuer.store.Store."""
        self._ensure_list(number, purpose)
        with self._database.writing() as session:
            query = select(StatusListRow).where(
                StatusListRow.list == number, StatusListRow.purpose == purpose
            )
            row = session.exec(query.with_for_update()).one()
            # Read after the lock was had: every event committed before us is seen, and ours is the newest
            # list.
            made = make(_published(row), _histories(session, number))
            if made is not None:
                row.document, row.valid_from = made.document, made.valid_from
                session.add(row)
            return made

    def published(self, number: int, purpose: Purpose) -> PublishedList | None:
        """See issuer.store.Store."""
        with self._database.reading() as session:
            row = session.get(StatusListRow, (number, purpose))
            return None if row is None else _published(row)

    def unpushed(self) -> tuple[PublishedList, ...]:
        """See issuer.store.Store."""
        pushed, newest = col(StatusListRow.pushed_valid_from), col(StatusListRow.valid_from)
        query = (
            select(StatusListRow)
            .where(newest.is_not(None), sa.or_(pushed.is_(None), pushed != newest))
            .order_by(col(StatusListRow.list), col(StatusListRow.purpose))
        )
        with self._database.reading() as session:
            published = [_published(row) for row in session.exec(query)]
        return tuple(each for each in published if each is not None and not each.pushed)

    def mark_pushed(self, published: PublishedList) -> None:
        """See issuer.store.Store."""
        statement = (
            sa.update(StatusListRow)
            .where(
                col(StatusListRow.list) == published.list,
                col(StatusListRow.purpose) == published.purpose,
                col(StatusListRow.valid_from) == published.valid_from,
            )
            .values(pushed_valid_from=published.valid_from)
        )
        with self._database.writing() as session:
            session.execute(statement)

    def add_api_key(self, key: ApiKey) -> None:
        """See issuer.store.Store."""
        row = ApiKeyRow(
            prefix=key.prefix, digest=key.digest, body=key.body, label=key.label, created_at=key.created_at,
            expires_at=key.expires_at, revoked_at=key.revoked_at,
        )  # fmt: skip
        try:
            with self._database.writing() as session:
                session.add(row)
        except IntegrityError:
            raise Conflict("api_key_exists") from None

    def find_api_key(self, prefix: str) -> ApiKey | None:
        """See issuer.store.Store."""
        with self._database.reading() as session:
            row = session.get(ApiKeyRow, prefix)
            return None if row is None else _api_key(row)

    def api_keys(self) -> tuple[ApiKey, ...]:
        """See issuer.store.Store."""
        query = select(ApiKeyRow).order_by(col(ApiKeyRow.created_at), col(ApiKeyRow.prefix))
        with self._database.reading() as session:
            return tuple(_api_key(row) for row in session.exec(query))

    def revoke_api_key(self, prefix: str, *, now: datetime) -> ApiKey:
        """See issuer.store.Store."""
        with self._database.writing() as session:
            row = session.get(ApiKeyRow, prefix)
            if row is None:
                raise NotFound("api_key_unknown")
            row.revoked_at = row.revoked_at or now
            session.add(row)
            return _api_key(row)

    def _ensure_list(self, number: int, purpose: Purpose) -> None:
        with self._database.reading() as session:
            if session.get(StatusListRow, (number, purpose)) is not None:
                return
        try:
            with self._database.writing() as session:
                session.add(StatusListRow(list=number, purpose=purpose))
        except IntegrityError:
            return  # another worker was first


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _new_row(number: str, body: str, content: bytes, slot: StatusSlot, now: datetime) -> CertificateRow:
    return CertificateRow(
        number=number,
        body=body,
        state="planned",
        content_digest=_digest(content),
        content=content,
        status_list=slot.list,
        status_index=slot.index,
        planned_at=now,
    )


def _locked(session: Session, number: str) -> CertificateRow | None:
    query = select(CertificateRow).where(CertificateRow.number == number).with_for_update()
    return session.exec(query).one_or_none()


def _complete(session: Session, plan: Plan, signed: Signed, now: datetime) -> tuple[Issued, bool]:
    row = _locked(session, plan.number)
    if row is None:
        raise Misuse("plan_unknown")
    if row.content_digest != _digest(plan.content):
        raise Conflict(OTHER_CONTENT, field="number")
    if row.state == "issued":
        return _issued(session, row), False
    row.state = "issued"
    row.wallet, row.card = signed.wallet, signed.card
    row.signing_key, row.signed_on = signed.key, signed.signed_on
    row.content, row.abandoned_for, row.issued_at = plan.content, None, now
    session.add(row)
    return Issued(plan, signed, now), True


def _complete_or_conflict(
    session: Session, plan: Plan, signed: Signed, now: datetime
) -> tuple[Issued, bool] | Conflict:
    try:
        return _complete(session, plan, signed, now)
    except Conflict as conflict:
        return conflict


def _again_or_conflict(session: Session, number: str, body: str, content: bytes) -> Plan | Issued | Conflict:
    try:
        return _again(session, number, body, content)
    except Conflict as conflict:
        return conflict


def _again(session: Session, number: str, body: str, content: bytes) -> Plan | Issued:
    """A number that stands already: the same certificate, a plan to finish, or a conflict."""
    row = _locked(session, number)
    if row is None:
        raise Misuse("plan_unknown")
    if row.body != body:
        raise Conflict("certificate_number_taken", field="number")
    same = row.content_digest == _digest(content)
    if row.state == "issued":
        if not same:
            raise Conflict(OTHER_CONTENT, field="number")
        return _issued(session, row)
    if row.state == "abandoned" or not same:
        row.state, row.content, row.content_digest, row.abandoned_for = (
            "planned",
            content,
            _digest(content),
            None,
        )
        session.add(row)
    return _plan(row)


def _plan(row: CertificateRow) -> Plan:
    if row.content is None:
        raise Misuse("plan_has_no_content")
    slot = StatusSlot(row.status_list, row.status_index)
    return Plan(row.number, row.body, row.content, slot, row.planned_at)


def _issued(session: Session, row: CertificateRow) -> Issued:
    if row.wallet is None or row.card is None or row.signing_key is None:
        raise Misuse("issued_without_documents")
    if row.signed_on is None or row.issued_at is None:
        raise Misuse("issued_without_dates")
    signed = Signed(row.wallet, row.card, row.signing_key, row.signed_on)
    return Issued(_plan(row), signed, row.issued_at, _history(session, row.number))


def _history(session: Session, number: str) -> History:
    query = select(StatusEventRow).where(StatusEventRow.number == number).order_by(col(StatusEventRow.id))
    return tuple(_event(row) for row in session.exec(query))


def _histories(session: Session, number: int) -> dict[int, History]:
    """Index -> history, for every certificate of a list to which anything happened."""
    query = (
        select(CertificateRow.status_index, StatusEventRow)
        .where(CertificateRow.number == StatusEventRow.number, CertificateRow.status_list == number)
        .order_by(col(CertificateRow.status_index), col(StatusEventRow.id))
    )
    rows = groupby(session.exec(query), key=lambda pair: pair[0])
    return {index: tuple(_event(event) for _, event in pairs) for index, pairs in rows}


def _event(row: StatusEventRow) -> StatusEvent:
    return StatusEvent(Action(row.action), ReasonClass(row.reason), row.by, row.at)


def _published(row: StatusListRow) -> PublishedList | None:
    if row.document is None or row.valid_from is None:
        return None
    purpose = next(purpose for purpose in PURPOSES if purpose == row.purpose)
    return PublishedList(
        row.list, purpose, row.document, row.valid_from, row.pushed_valid_from == row.valid_from
    )


def _api_key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(row.prefix, row.digest, row.body, row.label, row.created_at, row.expires_at, row.revoked_at)
