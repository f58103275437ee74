"""The store in a relational database. Table models end here: what leaves are the values of store.py."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, select

from certes.runtime.database import Database
from witness.store import Fork, Held

metadata = sa.MetaData()


class _Table(SQLModel):
    metadata = metadata


class HeldRow(_Table, table=True):
    """The newest tree of one log for one witness. Its size never falls."""

    __tablename__ = "witness_held"

    witness: str = Field(primary_key=True, max_length=255)
    origin: str = Field(primary_key=True, max_length=255)
    size: int = Field(sa_type=sa.BigInteger)
    root: bytes
    note: bytes
    signed_at: int = Field(sa_type=sa.BigInteger)  # seconds since 1970, UTC


class ForkRow(_Table, table=True):
    """One lie of a log. Rows are never changed and never deleted."""

    __tablename__ = "witness_fork"

    witness: str = Field(primary_key=True, max_length=255)
    origin: str = Field(primary_key=True, max_length=255)
    size: int = Field(primary_key=True, sa_type=sa.BigInteger)
    root: bytes = Field(primary_key=True)
    note: bytes
    held_note: bytes
    seen_at: int = Field(sa_type=sa.BigInteger)


class SqlStore:
    """A witness's memory in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self, witness: str, origin: str) -> Held | None:
        """See Store."""
        with self._database.reading() as session:
            row = session.get(HeldRow, (witness, origin))
            return None if row is None else _held(row)

    def advance(self, new: Held, *, past: Held | None) -> bool:
        """See Store. Two first checkpoints of one log at once meet at the primary key: one of them loses."""
        try:
            with self._database.writing() as session:
                row = session.get(HeldRow, (new.witness, new.origin), with_for_update=True)
                if (None if row is None else _held(row)) != past:
                    return False
                if row is None:  # insert, never merge: that would find and overwrite what came meanwhile
                    session.add(_held_row(new))
                else:
                    row.size, row.root, row.note = new.size, new.root, new.note
                    row.signed_at = _seconds(new.signed_at)
        except IntegrityError:
            return False
        return True

    def keep_fork(self, fork: Fork) -> None:
        """See Store."""
        try:
            with self._database.writing() as session:
                key = (fork.witness, fork.origin, fork.size, fork.root)
                if session.get(ForkRow, key) is None:
                    session.add(_fork_row(fork))
        except IntegrityError:  # another worker kept the same proof just now
            return

    def forks(self, witness: str, origin: str) -> tuple[Fork, ...]:
        """See Store."""
        wanted = select(ForkRow).where(ForkRow.witness == witness, ForkRow.origin == origin)
        with self._database.reading() as session:
            rows = session.exec(wanted.order_by(col(ForkRow.seen_at), col(ForkRow.size)))
            return tuple(_fork(row) for row in rows)


def _held(row: HeldRow) -> Held:
    return Held(row.witness, row.origin, row.size, row.root, row.note, _instant(row.signed_at))


def _held_row(held: Held) -> HeldRow:
    return HeldRow(
        witness=held.witness,
        origin=held.origin,
        size=held.size,
        root=held.root,
        note=held.note,
        signed_at=_seconds(held.signed_at),
    )


def _fork(row: ForkRow) -> Fork:
    return Fork(row.witness, row.origin, row.size, row.root, row.note, row.held_note, _instant(row.seen_at))


def _fork_row(fork: Fork) -> ForkRow:
    return ForkRow(
        witness=fork.witness,
        origin=fork.origin,
        size=fork.size,
        root=fork.root,
        note=fork.note,
        held_note=fork.held_note,
        seen_at=_seconds(fork.seen_at),
    )


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
