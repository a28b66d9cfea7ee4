"""Recommendations that rest on stated facts, of people who are no stored patients."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ACTIVE = sa.text("status = 'active' AND deleted_at IS NULL AND external_id IS NOT NULL")
STANDING = sa.text(
    "status <> 'superseded' AND deleted_at IS NULL AND external_id IS NOT NULL AND fingerprint IS NOT NULL"
)
LISTED = sa.text("deleted_at IS NULL AND external_id IS NOT NULL")


def upgrade() -> None:
    op.alter_column("recommendation", "patient_id", nullable=True)
    op.add_column("recommendation", sa.Column("external_id", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("recommendation", sa.Column("stated_by", sa.Uuid(), nullable=True))
    op.create_check_constraint(
        op.f("ck_recommendation_whose"), "recommendation", "(patient_id IS NULL) = (stated_by IS NOT NULL)"
    )
    op.create_check_constraint(
        op.f("ck_recommendation_external_id"), "recommendation", "external_id IS NULL OR patient_id IS NULL"
    )
    op.create_index(
        "uq_recommendation_external_active",
        "recommendation",
        ["stated_by", "external_id", "rule_id"],
        unique=True,
        postgresql_where=ACTIVE,
    )
    op.create_index(
        "uq_recommendation_external_fired_on",
        "recommendation",
        ["stated_by", "external_id", "rule_id", "rule_version", "fingerprint"],
        unique=True,
        postgresql_where=STANDING,
    )
    op.create_index(
        "ix_recommendation_external_id_created_at_id",
        "recommendation",
        [sa.literal_column("(external_id #>> '{}')"), "created_at", "id"],
        unique=False,
        postgresql_where=LISTED,
    )
    op.alter_column("recommendation_tally", "patient_id", nullable=True)


def downgrade() -> None:
    # What is nobody's has no place in the tables of before, nor among the events that their program can read.
    op.execute("DELETE FROM outbox WHERE type = 'rounds.recommendation.generated' AND subject IS NULL")
    op.execute("DELETE FROM recommendation WHERE patient_id IS NULL")
    op.execute("DELETE FROM recommendation_tally WHERE patient_id IS NULL")
    op.alter_column("recommendation_tally", "patient_id", nullable=False)
    op.drop_column("recommendation", "stated_by")  # with its indexes and constraints
    op.drop_column("recommendation", "external_id")
    op.alter_column("recommendation", "patient_id", nullable=False)
