"""Summaries that were made, and who is making one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "summary",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_summary_patient_id")),
        sa.PrimaryKeyConstraint("patient_id", "kind", name=op.f("pk_summary")),
    )
    # Answered as it is, and often: unpacking it would take longer than reading it.
    op.execute("ALTER TABLE summary ALTER COLUMN body SET STORAGE EXTERNAL")
    op.create_table(
        "summary_flight",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("holder", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_summary_flight")),
    )


def downgrade() -> None:
    op.drop_table("summary_flight")
    op.drop_table("summary")
