"""Notifications, and the tally of recommendations."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LIVE = sa.text("deleted_at IS NULL")
LISTED = (
    ["created_at", "id"],
    ["patient_id", "created_at", "id"],
    ["status", "created_at", "id"],
    ["channel", "created_at", "id"],
)


def upgrade() -> None:
    op.create_table(
        "notification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("recommendation_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(collation="C"), nullable=False),
        sa.Column("status", sa.Text(collation="C"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('email', 'sms', 'none')", name=op.f("ck_notification_channel")),
        sa.CheckConstraint(
            "status IN ('pending', 'sent', 'failed', 'undeliverable', 'cancelled')",
            name=op.f("ck_notification_status"),
        ),
        sa.CheckConstraint("(channel = 'none') = (recipient IS NULL)", name=op.f("ck_notification_recipient")),
        sa.CheckConstraint(
            "(channel = 'none') = (status = 'undeliverable')", name=op.f("ck_notification_undeliverable")
        ),
        sa.CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_notification_sent")),
        sa.CheckConstraint(
            "(status IN ('failed', 'undeliverable')) = (reason IS NOT NULL)", name=op.f("ck_notification_reason")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_notification_patient_id")),
        sa.ForeignKeyConstraint(
            ["recommendation_id"], ["recommendation.id"], name=op.f("fk_notification_recommendation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index("uq_notification_recommendation_id", "notification", ["recommendation_id"], unique=True)
    for columns in LISTED:
        name = f"ix_notification_{'_'.join(columns)}"
        op.create_index(name, "notification", columns, unique=False, postgresql_where=LIVE)
    op.create_table(
        "recommendation_tally",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(collation="C"), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_recommendation_tally")),
    )
    op.create_index(
        "ix_recommendation_tally_occurred_on_rule_patient_id",
        "recommendation_tally",
        ["occurred_on", "rule", "patient_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("recommendation_tally")  # with its indexes
    op.drop_table("notification")
