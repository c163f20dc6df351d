"""Whoever has an account keeps searches, and researchers have one for that alone"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _allow_roles("researcher", "producer", "editor", "admin")
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("within", sa.String(length=200), nullable=False),
        sa.Column("expand", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name=op.f("fk_saved_search_user_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    op.create_index(op.f("ix_saved_search_user_id"), "saved_search", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_saved_search_user_id"), table_name="saved_search")
    op.drop_table("saved_search")
    # The older schema has no account that sees so little: theirs is closed, not given more rights.
    op.execute(
        "DELETE FROM account_session WHERE user_id IN (SELECT id FROM account WHERE role = 'researcher')"
    )
    op.execute(
        "UPDATE account SET disabled_at = CURRENT_TIMESTAMP, role = 'producer' WHERE role = 'researcher'"
    )
    _allow_roles("producer", "editor", "admin")


def _allow_roles(*roles: str) -> None:
    listed = ", ".join(f"'{role}'" for role in roles)
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_account_userrole"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_account_userrole"), f"role IN ({listed})")
