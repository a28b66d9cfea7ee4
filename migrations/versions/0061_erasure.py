"""Erasure: who was erased, and a history of appointments that goes with the patient and in no other way."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0061"
down_revision: str | None = "0060"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_STAYS = """
CREATE OR REPLACE FUNCTION rounds_appointment_change_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {exception}
    RAISE EXCEPTION 'what happened to appointments is never changed' USING ERRCODE = 'restrict_violation';
END $$
"""
# `rounds patients erase` sets this within its transaction; see `rounds.data.erasure`.
_ERASED = "IF TG_OP = 'DELETE' AND current_setting('rounds.erasing', true) = 'on' THEN RETURN OLD; END IF;"


# Replacing a function forgets where it looks for names.
_SEARCH_PATH = """
DO $$
BEGIN
    EXECUTE format(
        'ALTER FUNCTION rounds_appointment_change_stays() SET search_path = pg_catalog, %I', current_schema()
    );
END $$
"""


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("pseudonym", name=op.f("pk_erasure")),
    )
    op.execute(_STAYS.replace("{exception}", _ERASED))
    op.execute(_SEARCH_PATH)


def downgrade() -> None:
    op.execute(_STAYS.replace("{exception}", ""))
    op.execute(_SEARCH_PATH)
    op.drop_table("erasure")
