"""A job may be to translate what was heard"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BEFORE = ("open", "separate", "name")
AFTER = (*BEFORE, "translate")


def _allow(values: tuple[str, ...]) -> None:
    begins = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_job_begin"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_job_begin"), f"begins IN ({begins})")


def upgrade() -> None:
    _allow(AFTER)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM job WHERE begins = 'translate'"))
    _allow(BEFORE)
