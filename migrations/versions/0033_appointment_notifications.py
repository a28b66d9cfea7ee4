"""Notifications of appointments, with an entry for the calendar."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LIVE = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    # An old version that is still running writes notifications of recommendations, of which these are the defaults.
    op.add_column(
        "notification", sa.Column("kind", sa.Text(collation="C"), server_default="recommendation", nullable=False)
    )
    op.add_column("notification", sa.Column("appointment_id", sa.Uuid(), nullable=True))
    op.add_column("notification", sa.Column("calendar", sa.Text(), nullable=True))
    op.alter_column("notification", "recommendation_id", existing_type=sa.Uuid(), nullable=True)
    op.create_foreign_key(
        op.f("fk_notification_appointment_id"), "notification", "appointment", ["appointment_id"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_notification_about"), "notification", "num_nonnulls(recommendation_id, appointment_id) = 1"
    )
    for column in ("appointment_id", "kind"):
        op.create_index(
            f"ix_notification_{column}_created_at_id",
            "notification",
            [column, "created_at", "id"],
            unique=False,
            postgresql_where=LIVE,
        )


def downgrade() -> None:
    # What patients were told about appointments has no place in the table as it was.
    op.execute("DELETE FROM notification WHERE appointment_id IS NOT NULL")
    op.drop_index("ix_notification_kind_created_at_id", table_name="notification")
    op.drop_index("ix_notification_appointment_id_created_at_id", table_name="notification")
    op.drop_constraint(op.f("ck_notification_about"), "notification")
    op.drop_constraint(op.f("fk_notification_appointment_id"), "notification")
    op.alter_column("notification", "recommendation_id", existing_type=sa.Uuid(), nullable=False)
    op.drop_column("notification", "calendar")
    op.drop_column("notification", "appointment_id")
    op.drop_column("notification", "kind")
