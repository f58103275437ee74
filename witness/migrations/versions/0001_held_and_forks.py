"""The trees held, and the proofs that a log lied."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "witness_held",
        sa.Column("witness", sa.String(255), primary_key=True),
        sa.Column("origin", sa.String(255), primary_key=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "witness_fork",
        sa.Column("witness", sa.String(255), primary_key=True),
        sa.Column("origin", sa.String(255), primary_key=True),
        sa.Column("size", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("root", sa.LargeBinary(), primary_key=True),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("held_note", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    """What a witness has signed is never forgotten; neither are its tables."""
    raise NotImplementedError("a witness forgets nothing: make a new key instead")
