"""A corrected claim says at which later moment"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claim_correction",
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_claim_correction_claim_id_claim"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["episode.id"],
            name=op.f("fk_claim_correction_episode_id_episode"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_claim_correction")),
    )
    with op.batch_alter_table("claim_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_correction_episode_id"), ["episode_id"], unique=False)


def downgrade() -> None:
    op.drop_table("claim_correction")
