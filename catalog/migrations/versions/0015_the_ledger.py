"""The ledger: claims are anchored as quotes are, and have evidence and subjects"""

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
STATUSES = ("candidate", "rejected", "recorded", "supported", "disputed", "corrected", "withdrawn")
KEPT = sa.text(
    "SELECT claim.id, track.episode_id, claim.text AS exact, claim.start_ms, claim.end_ms, claim.status, claim.note "
    "FROM claim JOIN utterance ON claim.utterance_id = utterance.id JOIN track ON utterance.track_id = track.id"
)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    bind = op.get_bind()
    kept = [dict(row) for row in bind.execute(KEPT).mappings()]
    op.drop_table("claim")
    op.add_column("episode", sa.Column("claims_sought", sa.Integer(), nullable=False, server_default="0"))
    _create_claims()
    _create_around()
    if kept:
        rows = [_row(one) for one in kept]
        moment = sa.DateTime(timezone=True)
        columns = (sa.column(name, moment if name == "made_at" else None) for name in rows[0])
        op.bulk_insert(sa.table("claim", *columns), rows)
        if bind.dialect.name == "postgresql":
            op.execute("SELECT setval(pg_get_serial_sequence('claim', 'id'), max(id)) FROM claim")


def _row(kept: dict[str, object]) -> dict[str, object]:
    """One that was kept, as the new table holds it; where its words stand is looked up when its talk next changes."""
    new = {"short_id": "".join(secrets.choice(SIGNS) for _ in range(10)), "made_at": datetime.now(UTC)}
    return kept | new


def _create_claims() -> None:
    def text(name: str) -> sa.Column[str]:
        return sa.Column(name, sa.Text(), nullable=False, server_default="")

    def string(name: str, length: int) -> sa.Column[str]:
        return sa.Column(name, sa.String(length), nullable=False, server_default="")

    def number(name: str) -> sa.Column[int]:
        return sa.Column(name, sa.Integer(), nullable=False, server_default="0")

    def moment(name: str) -> sa.Column[object]:
        return sa.Column(name, sa.DateTime(timezone=True), nullable=name != "made_at")

    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("short_id", sa.String(16), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=False),
        sa.Column("exact", sa.Text(), nullable=False),
        *(string(name, 200) for name in ("prefix", "suffix")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("start_ms", "end_ms")),
        number("revision"),
        sa.Column("status", _choice("claimstatus", *STATUSES), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False, server_default=sa.false()),
        number("checked"),
        sa.Column("speaker_label_id", sa.Integer(), nullable=True),
        *(number(name) for name in ("position", "last_position")),
        string("language", 20),
        sa.Column("reasons", sa.JSON(), nullable=False, server_default="[]"),
        *(text(name) for name in ("note", "reply", "review")),
        string("rating", 80),
        string("reviewed_by", 200),
        moment("reviewed_at"),
        string("decided_by", 200),
        *(moment(name) for name in ("decided_at", "made_at")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episode.id"], name=op.f("fk_claim_episode_id_episode"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["speaker_label_id"],
            ["speaker_label.id"],
            name=op.f("fk_claim_speaker_label_id_speaker_label"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("short_id", name=op.f("uq_claim_short_id")),
    )
    for column in ("episode_id", "status", "speaker_label_id", "decided_at"):
        op.create_index(op.f(f"ix_claim_{column}"), "claim", [column])


def _create_around() -> None:
    def to(table: str, other: str, gone: str) -> sa.ForeignKeyConstraint:
        name = op.f(f"fk_{table}_{other}_id_{other}")
        return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name, ondelete=gone)

    op.create_table(
        "claim_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("stance", _choice("stance", "supports", "disputes", "context"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("added_by", sa.String(200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        to("claim_evidence", "claim", "CASCADE"),
        to("claim_evidence", "article", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_evidence")),
        sa.UniqueConstraint("claim_id", "url", name=op.f("uq_claim_evidence_claim_id_url")),
    )
    op.create_table(
        "claim_entity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        to("claim_entity", "claim", "CASCADE"),
        to("claim_entity", "entity", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_entity")),
        sa.UniqueConstraint("claim_id", "entity_id", name=op.f("uq_claim_entity_claim_id_entity_id")),
    )
    for table, column in (
        ("claim_evidence", "claim_id"),
        ("claim_evidence", "article_id"),
        ("claim_entity", "claim_id"),
        ("claim_entity", "entity_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    """Anchors do not lead back to paragraphs: the ledger goes."""
    for table in ("claim_entity", "claim_evidence", "claim"):
        op.drop_table(table)
    with op.batch_alter_table("episode", schema=None) as batch_op:
        batch_op.drop_column("claims_sought")
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("utterance_id", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "status", _choice("claimstatus", *(one for one in STATUSES if one != "rejected")), nullable=False
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["utterance_id"],
            ["utterance.id"],
            name=op.f("fk_claim_utterance_id_utterance"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index(op.f("ix_claim_utterance_id"), "claim", ["utterance_id"])
