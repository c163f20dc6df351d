"""Workers have lives that can be fenced; jobs know who waits for them and who asked"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WORKER = (
    sa.Column("token", sa.String(32), nullable=False, server_default=""),
    sa.Column("machine", sa.String(32), nullable=False, server_default=""),
    sa.Column("rules", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("queues", sa.String(40), nullable=False, server_default=""),
    sa.Column("beat", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("fenced", sa.Boolean(), nullable=False, server_default=sa.false()),
)
JOB = (
    sa.Column("waited_for", sa.Boolean(), nullable=False, server_default=sa.true()),
    sa.Column("source", sa.String(40), nullable=False, server_default=""),
    sa.Column("handed", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("given_turns", sa.String(64), nullable=False, server_default=""),
)


def upgrade() -> None:
    for table, columns in (("worker", WORKER), ("job", JOB)):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.add_column(column.copy())


def downgrade() -> None:
    for table, columns in (("job", JOB), ("worker", WORKER)):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in reversed(columns):
                batch_op.drop_column(column.name)
