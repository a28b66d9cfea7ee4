"""Recommendations, and evaluations of many patients."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LIVE = sa.text("deleted_at IS NULL")
ACTIVE = sa.text("status = 'active' AND deleted_at IS NULL AND rule_id IS NOT NULL")
STANDING = sa.text("status <> 'superseded' AND deleted_at IS NULL AND fingerprint IS NOT NULL")
LISTED = (
    ["created_at", "id"],
    ["patient_id", "created_at", "id"],
    ["status", "created_at", "id"],
    ["rule", "created_at", "id"],
    ["rule_id", "created_at", "id"],
)


def upgrade() -> None:
    op.create_table(
        "recommendation",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=True),
        sa.Column("rule", sa.Text(collation="C"), nullable=True),
        sa.Column("rule_version", sa.Integer(), nullable=True),
        sa.Column("recommendation", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(collation="C"), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("trace", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fingerprint", sa.Text(collation="C"), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('active', 'accepted', 'declined', 'superseded')", name=op.f("ck_recommendation_status")
        ),
        sa.CheckConstraint("recommendation <> ''", name=op.f("ck_recommendation_recommendation")),
        sa.CheckConstraint(
            "(rule_id IS NULL) = (rule IS NULL) AND (rule_id IS NULL) = (rule_version IS NULL)",
            name=op.f("ck_recommendation_rule"),
        ),
        sa.CheckConstraint(
            "(status IN ('accepted', 'declined')) = (answered_at IS NOT NULL)",
            name=op.f("ck_recommendation_answered"),
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_recommendation_patient_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_recommendation_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation")),
    )
    op.create_index(
        "uq_recommendation_active", "recommendation", ["patient_id", "rule_id"], unique=True, postgresql_where=ACTIVE
    )
    op.create_index(
        "uq_recommendation_fired_on",
        "recommendation",
        ["patient_id", "rule_id", "rule_version", "fingerprint"],
        unique=True,
        postgresql_where=STANDING,
    )
    for columns in LISTED:
        name = f"ix_recommendation_{'_'.join(columns)}"
        op.create_index(name, "recommendation", columns, unique=False, postgresql_where=LIVE)
    op.create_table(
        "evaluation_batch",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(collation="C"), nullable=False),
        sa.Column("patient_ids", sa.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("until", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Uuid(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("recommended", sa.Integer(), nullable=False),
        sa.Column("not_found", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=True),
        sa.Column("degraded", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_evaluation_batch_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_batch")),
    )
    op.create_index("ix_evaluation_batch_created_at_id", "evaluation_batch", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_evaluation_batch_status_created_at_id", "evaluation_batch", ["status", "created_at", "id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("evaluation_batch")  # with its indexes
    op.drop_table("recommendation")
