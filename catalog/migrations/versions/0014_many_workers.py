"""Workers have lives that can be fenced; jobs know who waits for them and who asked"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _worker() -> list[sa.Column[Any]]:
    return [
        sa.Column("token", sa.String(32), nullable=False, server_default=""),
        sa.Column("machine", sa.String(32), nullable=False, server_default=""),
        sa.Column("rules", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("queues", sa.String(40), nullable=False, server_default=""),
        sa.Column("beat", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("fenced", sa.Boolean(), nullable=False, server_default=sa.false()),
    ]


def _job() -> list[sa.Column[Any]]:
    return [
        sa.Column("waited_for", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("source", sa.String(40), nullable=False, server_default=""),
        sa.Column("handed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("given_turns", sa.String(64), nullable=False, server_default=""),
    ]


def upgrade() -> None:
    for table, columns in (("worker", _worker()), ("job", _job())):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.add_column(column)


def downgrade() -> None:
    for table, columns in (("job", _job()), ("worker", _worker())):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in reversed(columns):
                batch_op.drop_column(column.name)
