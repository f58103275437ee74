"""The store in a relational database. Table models end here: what leaves are the values of store.py."""

from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from certes.credential.identifiers import Purpose
from certes.runtime.database import Database
from registry.store import ListPlace, NewObject, StoredCheckpoint, StoredList, StoredObject

metadata = sa.MetaData()


class _Table(SQLModel):
    metadata = metadata


class ObjectRow(_Table, table=True):
    """One accepted object. Rows are never changed and never deleted."""

    __tablename__ = "registry_object"
    __table_args__ = (sa.UniqueConstraint("type", "subject", "version"),)

    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    id: str = Field(max_length=80, unique=True)
    type: str = Field(max_length=40)
    subject: str = Field(max_length=200)
    version: int
    received_at: int = Field(sa_type=sa.BigInteger)  # seconds since 1970, UTC
    raw: bytes


class CheckpointRow(_Table, table=True):
    """One state: signed again in place, with a later time, as long as nothing is added."""

    __tablename__ = "registry_checkpoint"

    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    root: str = Field(max_length=80)
    time: int = Field(sa_type=sa.BigInteger)
    raw: bytes


class ListRow(_Table, table=True):
    """The newest status list of one place."""

    __tablename__ = "registry_status_list"

    country: str = Field(primary_key=True, max_length=2)
    issuer: int = Field(primary_key=True)
    purpose: str = Field(primary_key=True, max_length=20)
    number: int = Field(primary_key=True)
    valid_from: int = Field(sa_type=sa.BigInteger)
    digest: str = Field(max_length=80)
    received_at: int = Field(sa_type=sa.BigInteger)
    raw: bytes


class SqlStore:
    """The registry's memory in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def size(self) -> int:
        """See Store."""
        with self._database.reading() as session:
            return _size(session)

    def objects(self, *, after: int = 0) -> tuple[StoredObject, ...]:
        """See Store."""
        beyond = select(ObjectRow).where(col(ObjectRow.position) > after).order_by(col(ObjectRow.position))
        with self._database.reading() as session:
            rows = session.exec(beyond)
            return tuple(_stored_object(row) for row in rows)

    def find_version(self, type: str, subject: str, version: int) -> StoredObject | None:
        """See Store."""
        wanted = select(ObjectRow).where(
            ObjectRow.type == type, ObjectRow.subject == subject, ObjectRow.version == version
        )
        with self._database.reading() as session:
            row = session.exec(wanted).one_or_none()
            return None if row is None else _stored_object(row)

    def append(self, new: NewObject, *, after: int, now: datetime) -> StoredObject | None:
        """See Store. Two writers that both saw `after` objects meet at the primary key: one of them loses."""
        stored = StoredObject(after + 1, new.id, new.type, new.subject, new.version, new.raw, now)
        try:
            with self._database.writing() as session:
                if _size(session) != after:
                    return None
                session.add(_object_row(stored))
        except IntegrityError:
            return None
        return stored

    def newest_checkpoint(self) -> StoredCheckpoint | None:
        """See Store."""
        with self._database.reading() as session:
            return _newest_checkpoint(session)

    def keep_checkpoint(self, checkpoint: StoredCheckpoint) -> StoredCheckpoint:
        """See Store."""
        try:
            with self._database.writing() as session:
                newest = _newest_checkpoint(session)
                if newest is not None and not _supersedes(checkpoint, newest):
                    return newest
                if newest is None or newest.position < checkpoint.position:
                    session.add(_checkpoint_row(checkpoint))
                else:
                    session.merge(_checkpoint_row(checkpoint))
        except IntegrityError:  # another worker kept the first one of this state just now
            with self._database.reading() as session:
                return cast(StoredCheckpoint, _newest_checkpoint(session))
        return checkpoint

    def find_list(self, place: ListPlace) -> StoredList | None:
        """See Store."""
        with self._database.reading() as session:
            row = session.get(ListRow, _list_key(place))
            return None if row is None else _stored_list(row)

    def lists(self) -> tuple[StoredList, ...]:
        """See Store."""
        order = (ListRow.country, ListRow.issuer, ListRow.purpose, ListRow.number)
        with self._database.reading() as session:
            rows = session.exec(select(ListRow).order_by(*(col(part) for part in order)))
            return tuple(_stored_list(row) for row in rows)

    def keep_list(self, new: StoredList) -> bool:
        """See Store."""
        try:
            with self._database.writing() as session:
                row = session.get(ListRow, _list_key(new.place), with_for_update=True)
                if row is not None and row.valid_from >= _seconds(new.valid_from):
                    return False
                if row is None:  # insert, never merge: that would find and overwrite what came meanwhile
                    session.add(_list_row(new))
                else:
                    session.merge(_list_row(new))
        except IntegrityError:  # two first lists of one place at once: the other one stands
            return False
        return True


def _supersedes(new: StoredCheckpoint, newest: StoredCheckpoint) -> bool:
    return (new.position, new.time) > (newest.position, newest.time)


def _size(session: Session) -> int:
    return session.exec(select(sa.func.max(ObjectRow.position))).one() or 0


def _newest_checkpoint(session: Session) -> StoredCheckpoint | None:
    newest = select(CheckpointRow).order_by(col(CheckpointRow.position).desc()).limit(1)
    row = session.exec(newest).one_or_none()
    return None if row is None else StoredCheckpoint(row.position, row.root, _instant(row.time), row.raw)


def _list_key(place: ListPlace) -> dict[str, Any]:
    return {
        "country": place.country,
        "issuer": place.issuer,
        "purpose": place.purpose,
        "number": place.number,
    }


def _stored_object(row: ObjectRow) -> StoredObject:
    return StoredObject(
        row.position, row.id, row.type, row.subject, row.version, row.raw, _instant(row.received_at)
    )


def _object_row(stored: StoredObject) -> ObjectRow:
    return ObjectRow(
        position=stored.position,
        id=stored.id,
        type=stored.type,
        subject=stored.subject,
        version=stored.version,
        received_at=_seconds(stored.received_at),
        raw=stored.raw,
    )


def _checkpoint_row(checkpoint: StoredCheckpoint) -> CheckpointRow:
    return CheckpointRow(
        position=checkpoint.position, root=checkpoint.root, time=_seconds(checkpoint.time), raw=checkpoint.raw
    )


def _stored_list(row: ListRow) -> StoredList:
    place = ListPlace(row.country, row.issuer, cast(Purpose, row.purpose), row.number)
    return StoredList(place, _instant(row.valid_from), row.digest, row.raw, _instant(row.received_at))


def _list_row(stored: StoredList) -> ListRow:
    return ListRow(
        **_list_key(stored.place),
        valid_from=_seconds(stored.valid_from),
        digest=stored.digest,
        received_at=_seconds(stored.received_at),
        raw=stored.raw,
    )


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
