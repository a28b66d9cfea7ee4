"""Answers that may be given again, and tickets that may not be used again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "kept_answer",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("concerned", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answer")),
    )
    # Sealed bytes cannot be made smaller; trying would only take time.
    op.execute("ALTER TABLE kept_answer ALTER COLUMN sealed SET STORAGE EXTERNAL")
    op.create_index("ix_kept_answer_kept_at", "kept_answer", ["kept_at"])
    op.create_index("ix_kept_answer_concerned", "kept_answer", ["concerned"], postgresql_using="gin")
    op.create_table(
        "spent_ticket",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spent_ticket")),
    )
    op.create_index("ix_spent_ticket_spent_at", "spent_ticket", ["spent_at"])


def downgrade() -> None:
    op.drop_table("spent_ticket")
    op.drop_table("kept_answer")
