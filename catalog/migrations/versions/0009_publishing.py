"""A talk is published at a time, by two people, checked by its guest, and withdrawn with a word or silently"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("episode", schema=None) as batch_op:
        batch_op.add_column(sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("publish_problem", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("approved_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("approved_revision", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("withdrawn_note", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("withdrawn_silently", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("consent", sa.Text(), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_episode_publish_at"), ["publish_at"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_episode_approved_by_id_account"),
            "account",
            ["approved_by_id"],
            ["id"],
            ondelete="SET NULL",
        )

    op.create_table(
        "guest_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("meant_for", sa.String(length=200), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "answer",
            sa.Enum(
                "waiting",
                "agreed",
                "objected",
                name="guestanswer",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episode.id"], name=op.f("fk_guest_link_episode_id_episode"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_guest_link_made_by_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_guest_link_token_hash")),
    )
    op.create_index(op.f("ix_guest_link_episode_id"), "guest_link", ["episode_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_guest_link_episode_id"), table_name="guest_link")
    op.drop_table("guest_link")
    with op.batch_alter_table("episode", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_episode_approved_by_id_account"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_episode_publish_at"))
        for name in (
            "consent",
            "withdrawn_silently",
            "withdrawn_note",
            "approved_revision",
            "approved_by_id",
        ):
            batch_op.drop_column(name)
        for name in ("publish_problem", "publish_at"):
            batch_op.drop_column(name)
