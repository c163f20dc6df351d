"""Somebody contests a name, or asks to be taken out"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plea",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "not_me",
                "remove",
                "other",
                name="pleakind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("episode_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episode.id"], name=op.f("fk_plea_episode_id_episode"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plea")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_plea_token_hash")),
    )
    op.create_index(op.f("ix_plea_episode_id"), "plea", ["episode_id"], unique=False)
    op.create_index(op.f("ix_plea_due_at"), "plea", ["due_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_plea_due_at"), table_name="plea")
    op.drop_index(op.f("ix_plea_episode_id"), table_name="plea")
    op.drop_table("plea")
