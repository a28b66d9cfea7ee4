"""Periodic work, departments that take no more appointments, working hours and absences."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0030"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _changing() -> "tuple[sa.Column[int], sa.Column[sa.DateTime], sa.Column[sa.DateTime]]":
    return (
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        "periodic_work",
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_periodic_work")),
    )
    # A running old version goes on making departments, which are active.
    op.add_column("department", sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.create_table(
        "working_hours",
        *_changing(),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinician_id"], ["clinician.id"], name=op.f("fk_working_hours_clinician_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("clinician_id", name=op.f("pk_working_hours")),
    )
    op.create_table(
        "absence",
        *_changing(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.CheckConstraint("start_at < end_at", name=op.f("ck_absence_forwards")),
        sa.CheckConstraint("kind IN ('leave', 'training', 'other')", name=op.f("ck_absence_kind")),
        sa.ForeignKeyConstraint(
            ["clinician_id"], ["clinician.id"], name=op.f("fk_absence_clinician_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_clinician_id_start_at_id", "absence", ["clinician_id", "start_at", "id"], unique=False)
    op.create_index("ix_absence_end_at", "absence", ["end_at"], unique=False)


def downgrade() -> None:
    op.drop_table("absence")
    op.drop_table("working_hours")
    op.drop_column("department", "active")
    op.drop_table("periodic_work")
