"""What people say is wrong with what was understood of notes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0071"
down_revision: str | None = "0070"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "fact_feedback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_fact_feedback_note_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_fact_feedback_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_feedback")),
    )
    op.create_index("ix_fact_feedback_note_id_created_at_id", "fact_feedback", ["note_id", "created_at", "id"])
    op.create_index(
        "uq_fact_feedback_fact", "fact_feedback", ["note_id", "kind", "start", "end", "created_by"], unique=True
    )


def downgrade() -> None:
    op.drop_table("fact_feedback")
