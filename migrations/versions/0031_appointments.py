"""Appointments that do not overlap, their history, and counts of them by day."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LIVE = "deleted_at IS NULL"
OPEN = f"cancelled_at IS NULL AND attended_at IS NULL AND {LIVE}"
EXCLUSIVE = f"cancelled_at IS NULL AND NOT allow_overlap AND {LIVE}"
# Each index by its name: its columns, and the rows it has.
INDEXES: dict[str, tuple[list[str], str]] = {
    "ix_appointment_start_at_id": (["start_at", "id"], LIVE),
    "ix_appointment_created_at_id": (["created_at", "id"], LIVE),
    "ix_appointment_clinician_id_start_at_id": (["clinician_id", "start_at", "id"], LIVE),
    "ix_appointment_patient_id_start_at_id": (["patient_id", "start_at", "id"], LIVE),
    "ix_appointment_department_id_start_at_id": (["department_id", "start_at", "id"], LIVE),
    "ix_appointment_open_start_at_id": (["start_at", "id"], OPEN),
    "ix_appointment_attended_start_at_id": (["start_at", "id"], f"attended_at IS NOT NULL AND {LIVE}"),
    "ix_appointment_cancelled_start_at_id": (["start_at", "id"], f"cancelled_at IS NOT NULL AND {LIVE}"),
    "ix_appointment_overriding_start_at": (["start_at"], f"allow_overlap AND cancelled_at IS NULL AND {LIVE}"),
    "ix_appointment_to_remind": (["start_at"], f"reminded_at IS NULL AND {OPEN}"),
    "ix_appointment_missed_untold": (["end_at"], f"missed_told_at IS NULL AND {OPEN}"),
}

# An overriding booking may stand beside what is there, and yet what comes later must keep off it. A constraint knows no
# earlier and later, so this looks for overriding ones and refuses in the constraint's name. No lock is needed: of two
# that do not see each other the plain one counts as the earlier, beside which the overriding one may stand.
KEEP_OFF = """
CREATE FUNCTION rounds_appointment_keep_off() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_clinician boolean;
BEGIN
    IF NEW.allow_overlap OR NEW.cancelled_at IS NOT NULL OR NEW.deleted_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.clinician_id = OLD.clinician_id AND NEW.patient_id = OLD.patient_id
            AND NEW.start_at = OLD.start_at AND NEW.end_at = OLD.end_at AND NOT OLD.allow_overlap THEN
        RETURN NEW;
    END IF;
    SELECT other.clinician_id = NEW.clinician_id INTO of_clinician
    FROM appointment other
    WHERE other.allow_overlap AND other.cancelled_at IS NULL AND other.deleted_at IS NULL AND other.id <> NEW.id
      AND (other.clinician_id = NEW.clinician_id OR other.patient_id = NEW.patient_id)
      AND other.start_at < NEW.end_at AND other.start_at > NEW.start_at - interval '24 hours'
      AND other.end_at > NEW.start_at
    ORDER BY 1 DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'an overriding appointment is there' USING ERRCODE = 'exclusion_violation',
            TABLE = 'appointment',
            CONSTRAINT = CASE WHEN of_clinician THEN 'ex_appointment_clinician' ELSE 'ex_appointment_patient' END;
    END IF;
    RETURN NEW;
END $$
"""
KEEPS_OFF = """
CREATE TRIGGER appointment_keep_off
BEFORE INSERT OR UPDATE OF clinician_id, patient_id, start_at, end_at, allow_overlap ON appointment
FOR EACH ROW EXECUTE FUNCTION rounds_appointment_keep_off()
"""

STAYS = """
CREATE FUNCTION rounds_appointment_change_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what happened to appointments is never changed' USING ERRCODE = 'restrict_violation';
END $$
"""

COUNTED = """
SELECT CAST(start_at AT TIME ZONE 'UTC' AS date) AS day, clinician_id, department_id, {sign} AS scheduled,
       CASE WHEN attended_at IS NULL THEN 0 ELSE {sign} END AS attended,
       CASE WHEN cancelled_at IS NULL THEN 0 ELSE {sign} END AS cancelled,
       CASE WHEN attended_at IS NULL AND cancelled_at IS NULL THEN {sign} ELSE 0 END AS open,
       CASE WHEN attended_at IS NULL AND cancelled_at IS NULL THEN {sign} * duration_minutes ELSE 0 END AS open_minutes
FROM {rows} WHERE deleted_at IS NULL
"""
# In one order, so that two transactions do not wait for each other's rows.
TALLY = """
CREATE FUNCTION rounds_appointment_tally_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointment_tally AS tally
        (day, clinician_id, department_id, scheduled, attended, cancelled, open, open_minutes)
    SELECT day, clinician_id, department_id, sum(scheduled), sum(attended), sum(cancelled), sum(open), sum(open_minutes)
    FROM ({counted}) AS counted
    GROUP BY day, clinician_id, department_id
    HAVING sum(scheduled) <> 0 OR sum(attended) <> 0 OR sum(cancelled) <> 0 OR sum(open) <> 0 OR sum(open_minutes) <> 0
    ORDER BY day, clinician_id, department_id
    ON CONFLICT (day, clinician_id, department_id) DO UPDATE
    SET scheduled = tally.scheduled + excluded.scheduled, attended = tally.attended + excluded.attended,
        cancelled = tally.cancelled + excluded.cancelled, open = tally.open + excluded.open,
        open_minutes = tally.open_minutes + excluded.open_minutes;
    RETURN NULL;
END $$
"""
ADDED = COUNTED.format(sign="1", rows="added")
REMOVED = COUNTED.format(sign="-1", rows="removed")
TALLIED = {
    "insert": (ADDED, "NEW TABLE AS added"),
    "update": (f"{ADDED} UNION ALL {REMOVED}", "OLD TABLE AS removed NEW TABLE AS added"),
    "delete": (REMOVED, "OLD TABLE AS removed"),
}


def _apart(column: str, name: str) -> postgresql.ExcludeConstraint:
    return postgresql.ExcludeConstraint(
        (sa.text(column), "="),
        (sa.text("tstzrange(start_at, end_at)"), "&&"),
        name=name,
        using="gist",
        where=sa.text(EXCLUSIVE),
    )


# A restore runs under an empty search path, so functions bring their own along.
BRING_SEARCH_PATH = """
DO $do$
DECLARE
    own record;
BEGIN
    FOR own IN
        SELECT p.oid::regprocedure AS function, n.nspname AS schema
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE starts_with(p.proname, 'rounds_appointment_')
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I', own.function, own.schema);
    END LOOP;
END
$do$
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_table(
        "appointment",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "duration_minutes",
            sa.Integer(),
            sa.Computed("(extract(epoch FROM end_at - start_at) / 60)::integer", persisted=True),
            nullable=False,
        ),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("allow_overlap", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("attended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rebooked_from", sa.Uuid(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "end_at - start_at BETWEEN interval '5 minutes' AND interval '24 hours'"
            " AND extract(second FROM end_at - start_at) = 0",
            name=op.f("ck_appointment_length"),
        ),
        sa.CheckConstraint("cancelled_at IS NULL OR attended_at IS NULL", name=op.f("ck_appointment_one_outcome")),
        sa.CheckConstraint(
            "cancelled_at IS NOT NULL OR cancel_reason IS NULL", name=op.f("ck_appointment_cancel_reason")
        ),
        sa.CheckConstraint(
            "attended_at BETWEEN start_at - interval '60 minutes' AND end_at", name=op.f("ck_appointment_attended_at")
        ),
        _apart("clinician_id", "ex_appointment_clinician"),
        _apart("patient_id", "ex_appointment_patient"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_appointment_patient_id")),
        sa.ForeignKeyConstraint(["clinician_id"], ["clinician.id"], name=op.f("fk_appointment_clinician_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_appointment_department_id")),
        sa.ForeignKeyConstraint(["rebooked_from"], ["appointment.id"], name=op.f("fk_appointment_rebooked_from")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    for name, (columns, where) in INDEXES.items():
        op.create_index(name, "appointment", columns, unique=False, postgresql_where=sa.text(where))
    op.create_index(
        "uq_appointment_rebooked_from",
        "appointment",
        ["rebooked_from"],
        unique=True,
        postgresql_where=sa.text(f"cancelled_at IS NULL AND {LIVE}"),
    )
    op.create_table(
        "appointment_change",
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("allow_overlap", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_appointment_change_appointment_id")
        ),
        sa.PrimaryKeyConstraint("appointment_id", "version", name=op.f("pk_appointment_change")),
    )
    op.execute(STAYS)
    op.execute(
        "CREATE TRIGGER appointment_change_stays BEFORE UPDATE OR DELETE ON appointment_change "
        "FOR EACH ROW EXECUTE FUNCTION rounds_appointment_change_stays()"
    )
    op.create_table(
        "appointment_tally",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("scheduled", sa.Integer(), nullable=False),
        sa.Column("attended", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("open_minutes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "clinician_id", "department_id", name=op.f("pk_appointment_tally")),
    )
    op.execute(KEEP_OFF)
    op.execute(KEEPS_OFF)
    for event, (counted, tables) in TALLIED.items():
        op.execute(TALLY.format(event=event, counted=counted))
        op.execute(
            f"CREATE TRIGGER appointment_tally_{event} AFTER {event.upper()} ON appointment"
            f" REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION rounds_appointment_tally_{event}()"
        )
    op.execute(BRING_SEARCH_PATH)


def downgrade() -> None:
    # Their indexes and triggers go with them.
    op.drop_table("appointment_tally")
    op.drop_table("appointment_change")
    op.drop_table("appointment")
    for event in TALLIED:
        op.execute(f"DROP FUNCTION rounds_appointment_tally_{event}()")
    op.execute("DROP FUNCTION rounds_appointment_keep_off()")
    op.execute("DROP FUNCTION rounds_appointment_change_stays()")
    # The extension stays: it may have been there before, and others may use it.
