"""Tasks, and every step of them: a chain without gap or fork that nobody changes."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0050"
down_revision: str | None = "0041"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LIVE = "deleted_at IS NULL"
IS_OPEN = "status IN ('ORDERED', 'IN_PROGRESS', 'ON_HOLD')"
OPEN = f"{IS_OPEN} AND {LIVE}"
UNTOLD = f"due_at IS NOT NULL AND (overdue_told_for IS NULL OR due_at > overdue_told_for) AND {OPEN}"
MOVE = (
    "((previous_status IS NULL AND new_status = 'ORDERED')"
    " OR (previous_status = 'ORDERED' AND new_status IN ('IN_PROGRESS', 'CANCELLED'))"
    " OR (previous_status = 'IN_PROGRESS' AND new_status IN ('COMPLETED', 'ON_HOLD', 'CANCELLED'))"
    " OR (previous_status = 'ON_HOLD' AND new_status IN ('IN_PROGRESS', 'CANCELLED'))) IS TRUE"
)
BOARD: list[Any] = ["status", sa.text("urgency DESC"), "due_key", "id"]
# Each index by its name: its columns, and the rows it has.
INDEXES: dict[str, tuple[list[Any], str]] = {
    **{
        f"ix_task_{'_'.join((*behind, key))}_id": ([*behind, key, "id"], LIVE)
        for behind in ((), ("status",), ("assignee_id",), ("task_type",), ("urgency",))
        for key in ("due_key", "created_at", "urgency")
        if key not in behind
    },
    "ix_task_patient_id_created_at_id": (["patient_id", "created_at", "id"], LIVE),
    **{f"ix_task_open_{key}_id": ([key, "id"], OPEN) for key in ("due_key", "created_at", "urgency")},
    "ix_task_board": (BOARD, OPEN),
    "ix_task_board_of_assignee": (["assignee_id", *BOARD], OPEN),
    "ix_task_overdue_untold": (["due_at"], UNTOLD),
}

# Erasing a patient for good sets this within its transaction.
STAYS = """
CREATE FUNCTION rounds_task_step_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('rounds.erasing', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the steps of tasks are never changed' USING ERRCODE = 'restrict_violation';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "task",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("task_type", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column(
            "urgency",
            sa.SmallInteger(),
            sa.Computed("CASE priority WHEN 'routine' THEN 0 WHEN 'urgent' THEN 1 ELSE 2 END", persisted=True),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "due_key",
            sa.DateTime(timezone=True),
            sa.Computed("coalesce(due_at, CAST('9999-01-01 00:00:00+00' AS timestamptz))", persisted=True),
            nullable=False,
        ),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("ordered_for", sa.Interval(), nullable=True),
        sa.Column("in_progress_for", sa.Interval(), nullable=True),
        sa.Column("on_hold_for", sa.Interval(), nullable=True),
        sa.Column("overdue_told_for", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("task_type <> ''", name=op.f("ck_task_task_type")),
        sa.CheckConstraint("priority IN ('routine', 'urgent', 'stat')", name=op.f("ck_task_priority")),
        sa.CheckConstraint(
            "status IN ('ORDERED', 'IN_PROGRESS', 'ON_HOLD', 'COMPLETED', 'CANCELLED')", name=op.f("ck_task_status")
        ),
        sa.CheckConstraint("steps > 0", name=op.f("ck_task_steps")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_task_patient_id")),
        sa.ForeignKeyConstraint(["assignee_id"], ["clinician.id"], name=op.f("fk_task_assignee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    for name, (columns, where) in INDEXES.items():
        op.create_index(name, "task", columns, unique=False, postgresql_where=sa.text(where))
    op.create_table(
        "task_step",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("follows", sa.Integer(), sa.Computed("nullif(sequence, 1) - 1", persisted=True), nullable=True),
        sa.Column("previous_status", sa.Text(), nullable=True),
        sa.Column("new_status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(MOVE, name=op.f("ck_task_step_move")),
        sa.CheckConstraint(
            "sequence > 0 AND (sequence = 1) = (previous_status IS NULL)", name=op.f("ck_task_step_first")
        ),
        sa.CheckConstraint("sequence = 1 OR (reason IS NOT NULL AND reason <> '')", name=op.f("ck_task_step_reason")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_step_task_id")),
        sa.PrimaryKeyConstraint("task_id", "sequence", name=op.f("pk_task_step")),
        sa.UniqueConstraint("task_id", "sequence", "new_status", name=op.f("uq_task_step_new_status")),
    )
    op.create_foreign_key(
        "fk_task_step_before",
        "task_step",
        "task_step",
        ["task_id", "follows", "previous_status"],
        ["task_id", "sequence", "new_status"],
    )
    op.create_foreign_key(
        "fk_task_last_step",
        "task",
        "task_step",
        ["id", "steps", "status"],
        ["task_id", "sequence", "new_status"],
        deferrable=True,
        initially="DEFERRED",
    )
    op.execute(STAYS)
    op.execute(
        "CREATE TRIGGER task_step_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON task_step "
        "FOR EACH STATEMENT EXECUTE FUNCTION rounds_task_step_stays()"
    )


def downgrade() -> None:
    # Their indexes and triggers go with them.
    op.drop_constraint("fk_task_last_step", "task")
    op.drop_table("task_step")
    op.drop_table("task")
    op.execute("DROP FUNCTION rounds_task_step_stays()")
