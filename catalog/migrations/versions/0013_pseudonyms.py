"""Somebody appears under another name"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("appearance", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("pseudonymous", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("appearance", schema=None) as batch_op:
        batch_op.drop_column("pseudonymous")
