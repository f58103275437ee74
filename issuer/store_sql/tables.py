"""The rows. Their constraints stand in migrations/; a contract test compares the two."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class UtcMoment(sa.TypeDecorator[datetime]):
    """An instant. SQLite keeps no zone, so UTC is put back on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To UTC before it is kept."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _Row(SQLModel, registry=registry()):
    """Tables of this service alone: several services may live in one process."""


METADATA = _Row.metadata


class CertificateRow(_Row, table=True):
    """A certificate's number and slot, what was asked, and what was signed."""

    __tablename__ = "certificate"
    __table_args__ = (
        sa.UniqueConstraint("status_list", "status_index", name="certificate_status_slot"),
        sa.Index("certificate_unfinished", "state", "planned_at"),
    )
    number: str = Field(primary_key=True, max_length=40)
    body: str = Field(max_length=40)
    state: str = Field(max_length=9)
    content_digest: bytes
    content: bytes | None = None
    status_list: int
    status_index: int
    planned_at: datetime = Field(sa_type=UtcMoment)
    abandoned_for: str | None = Field(default=None, max_length=80)
    wallet: bytes | None = None
    card: bytes | None = None
    signing_key: int | None = None
    signed_on: date | None = None
    issued_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class AllocationRow(_Row, table=True):
    """One row: the list that slots are taken from now, and how many are taken.

    Its lock orders all planning.
    """

    __tablename__ = "allocation"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    list: int
    used: int


class StatusEventRow(_Row, table=True):
    """What happened to a certificate. Triggers refuse to change or delete a row."""

    __tablename__ = "status_event"
    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(foreign_key="certificate.number", index=True, max_length=40)
    action: str = Field(max_length=9)
    reason: str = Field(max_length=16)
    by: str = Field(max_length=40)
    at: datetime = Field(sa_type=UtcMoment)


class StatusListRow(_Row, table=True):
    """The published list of one number and purpose."""

    __tablename__ = "status_list"
    list: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    purpose: str = Field(primary_key=True, max_length=10)
    document: bytes | None = None
    valid_from: datetime | None = Field(default=None, sa_type=UtcMoment)
    pushed_valid_from: datetime | None = Field(default=None, sa_type=UtcMoment)


class ApiKeyRow(_Row, table=True):
    """A caller's key, by its digest."""

    __tablename__ = "api_key"
    prefix: str = Field(primary_key=True, max_length=8)
    digest: bytes
    body: str = Field(max_length=40)
    label: str = Field(max_length=80)
    created_at: datetime = Field(sa_type=UtcMoment)
    expires_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcMoment)
