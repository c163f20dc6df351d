"""A redaction says how far it is and what stands in place of the sound"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    with op.batch_alter_table("redaction", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "stage",
                _choice("redactionstage", "ordered", "words", "sound", "done"),
                nullable=False,
                server_default="done",
            )
        )
        batch_op.add_column(
            sa.Column("cover", _choice("cover", "silence", "tone"), nullable=False, server_default="silence")
        )
        batch_op.add_column(
            sa.Column("blank_picture", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("was_public", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("redaction", schema=None) as batch_op:
        batch_op.drop_constraint("cover", type_="check")
        batch_op.drop_constraint("redactionstage", type_="check")
        for name in ("finished_at", "was_public", "blank_picture", "cover", "stage"):
            batch_op.drop_column(name)
