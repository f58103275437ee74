"""Checkpoints are the log's own; the log counts the cosignatures that it has kept.

Objects that were stored before there was a log are logged at the next start (registry.log.catching_up): their
entries need the network's name, which no migration knows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The checkpoints of old covered what was published, not what was logged: nobody can use them."""
    op.drop_table("registry_checkpoint")
    op.add_column(
        "registry_log_state", sa.Column("cosigned", sa.BigInteger(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    """Entries are never deleted; neither are their tables."""
    raise NotImplementedError("a log forgets nothing: restore a backup instead")
