"""Events, their deliveries, and the generations of caches."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import UserDefinedType

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


class Xid8(UserDefinedType[Any]):
    """PostgreSQL's 64-bit transaction number."""

    def get_col_spec(self, **_: Any) -> str:
        """Its name in SQL."""
        return "xid8"


def upgrade() -> None:
    op.create_table(
        "generation",
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("stamp", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_generation")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("transaction", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_subject",
        "outbox",
        ["subject"],
        unique=False,
        postgresql_where=sa.text("subject IS NOT NULL AND NOT withdrawn"),
    )
    op.create_index(
        "ix_outbox_transaction_position",
        "outbox",
        ["transaction", "position"],
        unique=False,
        postgresql_where=sa.text("public"),
    )
    op.create_index(
        "ix_outbox_unannounced",
        "outbox",
        ["position"],
        unique=False,
        postgresql_where=sa.text("announced_at IS NULL"),
    )
    op.create_table(
        "delivery",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("subscriber", sa.Text(collation="C"), nullable=False),
        sa.Column("status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("holder", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("status IN ('pending', 'delivered', 'dead')", name=op.f("ck_delivery_status")),
        sa.ForeignKeyConstraint(["event_id"], ["outbox.id"], name=op.f("fk_delivery_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "subscriber", name=op.f("pk_delivery")),
    )
    op.create_index(
        "ix_delivery_dead",
        "delivery",
        ["subscriber", "event_id"],
        unique=False,
        postgresql_where=sa.text("status = 'dead'"),
    )
    op.create_index(
        "ix_delivery_held",
        "delivery",
        ["holder"],
        unique=False,
        postgresql_where=sa.text("holder IS NOT NULL AND status = 'pending'"),
    )
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["subscriber", "due_at", "event_id"],
        unique=False,
        postgresql_where=sa.text("status = 'pending'"),
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_due", table_name="delivery", postgresql_where=sa.text("status = 'pending'"))
    op.drop_index("ix_delivery_dead", table_name="delivery", postgresql_where=sa.text("status = 'dead'"))
    op.drop_table("delivery")
    op.drop_index("ix_outbox_unannounced", table_name="outbox", postgresql_where=sa.text("announced_at IS NULL"))
    op.drop_index("ix_outbox_transaction_position", table_name="outbox", postgresql_where=sa.text("public"))
    op.drop_index(
        "ix_outbox_subject", table_name="outbox", postgresql_where=sa.text("subject IS NOT NULL AND NOT withdrawn")
    )
    op.drop_table("outbox")
    op.drop_table("generation")
