"""The store in a relational database. Table models end here: what leaves are the values of store.py."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from certes.credential.identifiers import Purpose
from certes.runtime.database import Database
from certes.runtime.refusals import Conflict
from registry.log.store import NewLeaf
from registry.log.store_sql import LeafRow, append_leaves
from registry.store import ListPlace, NewObject, StoredList, StoredObject

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
    """The registry's memory in SQLite or PostgreSQL. `origin` is that of its log."""

    def __init__(self, database: Database, *, origin: str) -> None:
        self._database = database
        self._origin = origin

    def size(self) -> int:
        """See Store."""
        with self._database.reading() as session:
            return _size(session)

    def objects(self, *, after: int = 0) -> tuple[StoredObject, ...]:
        """See Store."""
        beyond = _with_entries().where(col(ObjectRow.position) > after).order_by(col(ObjectRow.position))
        with self._database.reading() as session:
            return tuple(_stored_object(row, entry) for row, entry in session.exec(beyond))

    def find_version(self, type: str, subject: str, version: int) -> StoredObject | None:
        """See Store."""
        wanted = _with_entries().where(
            ObjectRow.type == type, ObjectRow.subject == subject, ObjectRow.version == version
        )
        with self._database.reading() as session:
            found = session.exec(wanted).one_or_none()
            return None if found is None else _stored_object(*found)

    def append(self, new: NewObject, *, after: int, now: datetime) -> StoredObject | None:
        """See Store. Two writers that both saw `after` objects meet at the primary key: one of them loses."""
        stored = StoredObject(after + 1, new.id, new.type, new.subject, new.version, new.raw, now, new.entry)
        try:
            with self._database.writing() as session:
                if _size(session) != after:
                    return None
                session.add(_object_row(stored))
                session.flush()
                leaf = NewLeaf(new.id, new.entry)
                if append_leaves(session, [leaf], origin=self._origin) != (stored.position,):
                    raise Conflict("log_store_damaged", size=after)
        except IntegrityError:
            return None
        return stored

    def log_stored(self, entry_of: Callable[[bytes, datetime], bytes]) -> int:
        """Log, in their order, the objects that were stored before there was a log. `entry_of` makes an entry
        of an object's bytes and a time; times of entries never fall. How many there were."""
        with self._database.writing() as session:
            logged = select(LeafRow.object_id).where(LeafRow.object_id == ObjectRow.id).exists()
            rows = session.exec(select(ObjectRow).where(~logged).order_by(col(ObjectRow.position))).all()
            leaves, time = [], 0
            for row in rows:
                time = max(time, row.received_at)
                leaves.append(NewLeaf(row.id, entry_of(row.raw, _instant(time))))
            if leaves:
                append_leaves(session, leaves, origin=self._origin)
            return len(leaves)

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


def _size(session: Session) -> int:
    return session.exec(select(sa.func.max(ObjectRow.position))).one() or 0


def _list_key(place: ListPlace) -> dict[str, Any]:
    return {
        "country": place.country,
        "issuer": place.issuer,
        "purpose": place.purpose,
        "number": place.number,
    }


def _with_entries() -> Any:
    return select(ObjectRow, LeafRow.entry).join(LeafRow, col(LeafRow.object_id) == col(ObjectRow.id))


def _stored_object(row: ObjectRow, entry: bytes) -> StoredObject:
    return StoredObject(
        row.position, row.id, row.type, row.subject, row.version, row.raw, _instant(row.received_at), entry
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
