"""What rules for recommendations see of charts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0075"
down_revision: str | None = "0071"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "chart_facts",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_chart_facts_patient_id")),
        sa.PrimaryKeyConstraint("patient_id", name=op.f("pk_chart_facts")),
    )


def downgrade() -> None:
    op.drop_table("chart_facts")
