"""Objects, checkpoints and status lists."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "registry_object",
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(80), nullable=False, unique=True),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("type", "subject", "version"),
    )
    op.create_table(
        "registry_checkpoint",
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("root", sa.String(80), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "registry_status_list",
        sa.Column("country", sa.String(2), primary_key=True),
        sa.Column("issuer", sa.Integer(), primary_key=True),
        sa.Column("purpose", sa.String(20), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(80), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    """Objects are never deleted; neither are their tables."""
    raise NotImplementedError("a registry forgets nothing: restore a backup instead")
