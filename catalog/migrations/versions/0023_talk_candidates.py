"""Talks that stand among articles are kept until somebody adds them"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

REVIEW = sa.Enum(
    "suggested", "confirmed", "rejected", name="review", native_enum=False, create_constraint=True, length=20
)


def upgrade() -> None:
    op.create_table(
        "talk_candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=False),
        sa.Column("source", sa.String(length=2000), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("review", REVIEW, nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_candidate")),
        sa.UniqueConstraint("mark", name=op.f("uq_talk_candidate_mark")),
    )


def downgrade() -> None:
    op.drop_table("talk_candidate")
