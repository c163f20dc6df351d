"""Links of talks and articles are pinned and put in order; quotations are known by their moment"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

REVIEW = sa.Enum(
    "suggested", "confirmed", "rejected", name="review", native_enum=False, create_constraint=True, length=20
)


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.add_column(sa.Column("related_at", moment, nullable=True))
        batch_op.add_column(sa.Column("links", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("article_source", schema=None) as batch_op:
        batch_op.add_column(sa.Column("modified_at", moment, nullable=True))
    with op.batch_alter_table("episode_article", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("place", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("decided_by", sa.String(200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("decided_at", moment, nullable=True))
    op.create_table(
        "article_quotation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=False),
        sa.Column("utterance_id", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("paragraph", "start_ms", "end_ms")),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("stamp", sa.String(64), nullable=False),
        sa.Column("likeness", sa.Float(), nullable=False),
        sa.Column("quoted", sa.Boolean(), nullable=False),
        sa.Column("review", REVIEW, nullable=False),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("decided_at", moment, nullable=True),
        *(_points_at(name, deleted) for name, deleted in POINTS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_quotation")),
    )
    for name in POINTS:
        op.create_index(f"ix_article_quotation_{name}_id", "article_quotation", [f"{name}_id"])
    op.create_table(
        "episode_related",
        sa.Column("episode_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["episode.id"],
            name=op.f("fk_episode_related_episode_id_episode"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("episode_id", name=op.f("pk_episode_related")),
    )


POINTS = {"article": "CASCADE", "episode": "CASCADE", "utterance": "SET NULL"}


def _points_at(name: str, deleted: str) -> sa.ForeignKeyConstraint:
    full = f"fk_article_quotation_{name}_id_{name}"
    return sa.ForeignKeyConstraint([f"{name}_id"], [f"{name}.id"], name=op.f(full), ondelete=deleted)


def downgrade() -> None:
    op.drop_table("episode_related")
    op.drop_table("article_quotation")
    with op.batch_alter_table("episode_article", schema=None) as batch_op:
        for name in ("decided_at", "decided_by", "place", "pinned"):
            batch_op.drop_column(name)
    with op.batch_alter_table("article_source", schema=None) as batch_op:
        batch_op.drop_column("modified_at")
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.drop_column("links")
        batch_op.drop_column("related_at")
