"""The transparency log: its tree, its entries, its checkpoints and cosignatures."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "registry_log_state",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("origin", sa.String(255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1"),
    )
    op.create_table(
        "registry_log_leaf",
        sa.Column("index", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("object_id", sa.String(80), nullable=False, unique=True),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "registry_log_node",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "registry_log_checkpoint",
        sa.Column("size", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "registry_log_cosignature",
        sa.Column("size", sa.BigInteger(), sa.ForeignKey("registry_log_checkpoint.size"), primary_key=True),
        sa.Column("witness", sa.String(400), primary_key=True),
        sa.Column("time", sa.BigInteger(), primary_key=True),
        sa.Column("line", sa.String(600), nullable=False),
    )


def downgrade() -> None:
    """Entries are never deleted; neither are their tables."""
    raise NotImplementedError("a log forgets nothing: restore a backup instead")
