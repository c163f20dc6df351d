"""A paragraph says who checked it, and when"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("utterance", schema=None) as batch_op:
        batch_op.add_column(sa.Column("checked_by", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("utterance", schema=None) as batch_op:
        batch_op.drop_column("checked_at")
        batch_op.drop_column("checked_by")
