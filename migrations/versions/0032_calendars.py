"""Secret addresses of calendars, and notifications of appointments."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinician_id"], ["clinician.id"], name=op.f("fk_calendar_feed_clinician_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
    )
    op.create_index("uq_calendar_feed_secret_hash", "calendar_feed", ["secret_hash"], unique=True)
    op.create_index(
        "ix_calendar_feed_clinician_id_created_at_id",
        "calendar_feed",
        ["clinician_id", "created_at", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("calendar_feed")
