"""Voices have prints, labels merge, names are mended"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fixup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("utterance_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("heard", sa.String(length=500), nullable=False),
        sa.Column("proposed", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "rejected",
                name="fixupstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["utterance_id"],
            ["utterance.id"],
            name=op.f("fk_fixup_utterance_id_utterance"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fixup")),
        sa.UniqueConstraint("utterance_id", "first", name=op.f("uq_fixup_utterance_id_first")),
    )
    with op.batch_alter_table("fixup", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fixup_utterance_id"), ["utterance_id"], unique=False)

    with op.batch_alter_table("speaker_label", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_speaker_label_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_speaker_label_merged_into_id_speaker_label"),
            "speaker_label",
            ["merged_into_id"],
            ["id"],
            ondelete="SET NULL",
        )

    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.add_column(sa.Column("posterior", sa.Float(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("overlap", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("job", schema=None) as batch_op:
        begin = sa.Enum(
            "open", "separate", "name", name="begin", native_enum=False, create_constraint=True, length=20
        )
        batch_op.add_column(sa.Column("begins", begin, nullable=False, server_default="open"))

    op.execute("DELETE FROM voice_reference")  # nobody could enrol yet
    with op.batch_alter_table("voice_reference", schema=None) as batch_op:
        batch_op.add_column(sa.Column("episode_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("file_name", sa.String(length=80), nullable=False))
        batch_op.add_column(sa.Column("channel", sa.String(length=40), nullable=False))
        batch_op.add_column(sa.Column("model", sa.String(length=120), nullable=False))
        batch_op.add_column(sa.Column("made_from", sa.String(length=500), nullable=False))
        batch_op.add_column(sa.Column("spoken_ms", sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column("consent_how", sa.String(length=500), nullable=False))
        batch_op.add_column(sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False))
        batch_op.drop_index(batch_op.f("ix_voice_reference_media_file_id"))
        batch_op.create_index(batch_op.f("ix_voice_reference_episode_id"), ["episode_id"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_voice_reference_file_name"), ["file_name"])
        batch_op.drop_constraint(
            batch_op.f("fk_voice_reference_media_file_id_media_file"), type_="foreignkey"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_voice_reference_episode_id_episode"),
            "episode",
            ["episode_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.drop_column("end_ms")
        batch_op.drop_column("start_ms")
        batch_op.drop_column("media_file_id")


def downgrade() -> None:
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_job_begin"), type_="check")
        batch_op.drop_column("begins")

    op.execute("DELETE FROM voice_reference")
    with op.batch_alter_table("voice_reference", schema=None) as batch_op:
        batch_op.add_column(sa.Column("media_file_id", sa.INTEGER(), nullable=False))
        batch_op.add_column(sa.Column("start_ms", sa.INTEGER(), nullable=False))
        batch_op.add_column(sa.Column("end_ms", sa.INTEGER(), nullable=False))
        batch_op.drop_constraint(batch_op.f("fk_voice_reference_episode_id_episode"), type_="foreignkey")
        batch_op.create_foreign_key(
            batch_op.f("fk_voice_reference_media_file_id_media_file"),
            "media_file",
            ["media_file_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.drop_constraint(batch_op.f("uq_voice_reference_file_name"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_voice_reference_episode_id"))
        batch_op.create_index(batch_op.f("ix_voice_reference_media_file_id"), ["media_file_id"], unique=False)
        batch_op.drop_column("enrolled_at")
        batch_op.drop_column("consent_how")
        batch_op.drop_column("spoken_ms")
        batch_op.drop_column("made_from")
        batch_op.drop_column("model")
        batch_op.drop_column("channel")
        batch_op.drop_column("file_name")
        batch_op.drop_column("episode_id")

    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.drop_column("overlap")
        batch_op.drop_column("posterior")

    with op.batch_alter_table("speaker_label", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_speaker_label_merged_into_id_speaker_label"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_speaker_label_merged_into_id"))
        batch_op.drop_column("merged_into_id")

    with op.batch_alter_table("fixup", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fixup_utterance_id"))

    op.drop_table("fixup")
