"""The authority file: names that hold for short, namesakes, doubts, what people said of them"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mention_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=True),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("authority", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(episode_id IS NULL) <> (article_id IS NULL)", name=op.f("ck_mention_reading_is_in_one_place")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_mention_reading_article_id_article"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["episode.id"],
            name=op.f("fk_mention_reading_episode_id_episode"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention_reading")),
        sa.UniqueConstraint("article_id", name=op.f("uq_mention_reading_article_id")),
        sa.UniqueConstraint("episode_id", name=op.f("uq_mention_reading_episode_id")),
    )
    with op.batch_alter_table("mention_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mention_reading_authority"), ["authority"], unique=False)

    op.create_table(
        "entity_distinction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"],
            ["entity.id"],
            name=op.f("fk_entity_distinction_entity_id_entity"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["entity.id"],
            name=op.f("fk_entity_distinction_other_id_entity"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity_distinction")),
        sa.UniqueConstraint("entity_id", "other_id", name=op.f("uq_entity_distinction_entity_id_other_id")),
    )
    with op.batch_alter_table("entity_distinction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entity_distinction_entity_id"), ["entity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entity_distinction_other_id"), ["other_id"], unique=False)

    op.create_table(
        "mention_verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=True),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(episode_id IS NULL) <> (article_id IS NULL)", name=op.f("ck_mention_verdict_is_in_one_place")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_mention_verdict_article_id_article"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_mention_verdict_entity_id_entity"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["episode.id"],
            name=op.f("fk_mention_verdict_episode_id_episode"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention_verdict")),
    )
    with op.batch_alter_table("mention_verdict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mention_verdict_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_verdict_entity_id"), ["entity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_verdict_episode_id"), ["episode_id"], unique=False)

    op.create_table(
        "mention_doubt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("utterance_id", sa.Integer(), nullable=True),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(utterance_id IS NULL) <> (article_id IS NULL)", name=op.f("ck_mention_doubt_is_in_one_place")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_mention_doubt_article_id_article"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_mention_doubt_entity_id_entity"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["utterance_id"],
            ["utterance.id"],
            name=op.f("fk_mention_doubt_utterance_id_utterance"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention_doubt")),
    )
    with op.batch_alter_table("mention_doubt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mention_doubt_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_doubt_entity_id"), ["entity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_doubt_utterance_id"), ["utterance_id"], unique=False)

    with op.batch_alter_table("entity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("authority", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column(
                "state",
                sa.Enum(
                    "listed",
                    "unlisted",
                    "retired",
                    name="entitystate",
                    native_enum=False,
                    create_constraint=True,
                    length=20,
                ),
                nullable=False,
                server_default="listed",
            )
        )
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index(batch_op.f("ix_entity_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entity_revision"), ["revision"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_entity_merged_into_id_entity"),
            "entity",
            ["merged_into_id"],
            ["id"],
            ondelete="SET NULL",
        )

    with op.batch_alter_table("entity_alias", schema=None) as batch_op:
        batch_op.add_column(sa.Column("short", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("entity_alias", schema=None) as batch_op:
        batch_op.drop_column("short")

    with op.batch_alter_table("entity", schema=None) as batch_op:
        batch_op.drop_constraint("entitystate", type_="check")
        batch_op.drop_constraint(batch_op.f("fk_entity_merged_into_id_entity"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_entity_revision"))
        batch_op.drop_index(batch_op.f("ix_entity_merged_into_id"))
        batch_op.drop_column("revision")
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("state")
        batch_op.drop_column("authority")

    with op.batch_alter_table("mention_doubt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mention_doubt_utterance_id"))
        batch_op.drop_index(batch_op.f("ix_mention_doubt_entity_id"))
        batch_op.drop_index(batch_op.f("ix_mention_doubt_article_id"))

    op.drop_table("mention_doubt")
    with op.batch_alter_table("mention_verdict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mention_verdict_episode_id"))
        batch_op.drop_index(batch_op.f("ix_mention_verdict_entity_id"))
        batch_op.drop_index(batch_op.f("ix_mention_verdict_article_id"))

    op.drop_table("mention_verdict")
    with op.batch_alter_table("entity_distinction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entity_distinction_other_id"))
        batch_op.drop_index(batch_op.f("ix_entity_distinction_entity_id"))

    op.drop_table("entity_distinction")
    with op.batch_alter_table("mention_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mention_reading_authority"))

    op.drop_table("mention_reading")
