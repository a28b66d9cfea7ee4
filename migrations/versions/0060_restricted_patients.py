"""Restricted patients, and the uses of break-glass that open their records."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0060"
down_revision: str | None = "0050"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("patient", sa.Column("restricted", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index("ix_patient_restricted", "patient", ["id"], postgresql_where=sa.text("restricted"))
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "break_glass",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("reviewed_at", moment, nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(collation="C"), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(reviewed_at, reviewed_by, outcome) IN (0, 3)", name=op.f("ck_break_glass_reviewed")
        ),
        sa.CheckConstraint("outcome IN ('justified', 'unjustified', 'escalated')", name=op.f("ck_break_glass_outcome")),
        sa.CheckConstraint("reviewed_by <> actor_id", name=op.f("ck_break_glass_reviewed_by_another")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    for name, columns in {
        "patient_id_actor_id_expires_at": ["patient_id", "actor_id", "expires_at"],
        "opened_at_id": ["opened_at", "id"],
        "patient_id_opened_at_id": ["patient_id", "opened_at", "id"],
        "actor_id_opened_at_id": ["actor_id", "opened_at", "id"],
    }.items():
        op.create_index(f"ix_break_glass_{name}", "break_glass", columns)
    op.create_index(
        "ix_break_glass_unreviewed_opened_at_id",
        "break_glass",
        ["opened_at", "id"],
        postgresql_where=sa.text("reviewed_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("break_glass")
    op.drop_index("ix_patient_restricted", table_name="patient")
    op.drop_column("patient", "restricted")
