"""Certificates, their status events, status lists and the callers' keys."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)
STATES = "state IN ('planned', 'issued', 'abandoned')"
ACTIONS = "action IN ('revoke', 'suspend', 'reinstate')"
REASONS = "reason IN ('awarded_in_error', 'fraud', 'identity_error', 'holder_request', 'replaced', 'other')"
PURPOSES = "purpose IN ('revocation', 'suspension', 'refresh')"
SIGNED = "state <> 'issued' OR (wallet IS NOT NULL AND card IS NOT NULL AND issued_at IS NOT NULL)"

# The database itself refuses to rewrite the past of a certificate, whoever asks.
SQLITE_APPEND_ONLY = """
CREATE TRIGGER status_event_no_{verb} BEFORE {verb} ON status_event
BEGIN SELECT RAISE(ABORT, 'status_event is append-only'); END
"""
POSTGRES_APPEND_ONLY = (
    """
    CREATE FUNCTION status_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'status_event is append-only'; END $$
    """,
    """
    CREATE TRIGGER status_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON status_event
    FOR EACH STATEMENT EXECUTE FUNCTION status_event_append_only()
    """,
)


def upgrade() -> None:
    """Create everything; list 1 is the first."""
    _certificates()
    _status()
    _api_keys()
    op.execute("INSERT INTO allocation (id, list, used) VALUES (1, 1, 0)")
    for statement in _append_only(op.get_bind().dialect.name):
        op.execute(statement)


def _certificates() -> None:
    op.create_table(
        "certificate",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("body", sa.String(40), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("content_digest", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.Column("status_list", sa.Integer, nullable=False),
        sa.Column("status_index", sa.Integer, nullable=False),
        sa.Column("planned_at", MOMENT, nullable=False),
        sa.Column("abandoned_for", sa.String(80)),
        sa.Column("wallet", sa.LargeBinary),
        sa.Column("card", sa.LargeBinary),
        sa.Column("signing_key", sa.Integer),
        sa.Column("signed_on", sa.Date),
        sa.Column("issued_at", MOMENT),
        sa.UniqueConstraint("status_list", "status_index", name="certificate_status_slot"),
        sa.CheckConstraint(STATES, name="certificate_state"),
        sa.CheckConstraint(SIGNED, name="certificate_issued_is_signed"),
    )
    op.create_index("certificate_unfinished", "certificate", ["state", "planned_at"])
    op.create_table(
        "allocation",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("list", sa.Integer, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
        sa.CheckConstraint("id = 1", name="allocation_is_one_row"),
    )


def _status() -> None:
    op.create_table(
        "status_event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.String(40), sa.ForeignKey("certificate.number"), nullable=False, index=True),
        sa.Column("action", sa.String(9), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(ACTIONS, name="status_event_action"),
        sa.CheckConstraint(REASONS, name="status_event_reason"),
    )
    op.create_table(
        "status_list",
        sa.Column("list", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("purpose", sa.String(10), primary_key=True),
        sa.Column("document", sa.LargeBinary),
        sa.Column("valid_from", MOMENT),
        sa.Column("pushed_valid_from", MOMENT),
        sa.CheckConstraint(PURPOSES, name="status_list_purpose"),
    )


def _api_keys() -> None:
    op.create_table(
        "api_key",
        sa.Column("prefix", sa.String(8), primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.String(40), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
    )


def _append_only(dialect: str) -> tuple[str, ...]:
    if dialect == "sqlite":
        return tuple(SQLITE_APPEND_ONLY.format(verb=verb) for verb in ("UPDATE", "DELETE"))
    return POSTGRES_APPEND_ONLY
