"""Procedures, and which of them patients underwent."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LIVE = sa.text("deleted_at IS NULL")
# Each index of live rows by its name: the table and its columns.
INDEXES: dict[str, tuple[str, list[str]]] = {
    "ix_procedure_code_key_id": ("procedure", ["code_key", "id"]),
    "ix_procedure_name_key_id": ("procedure", ["name_key", "id"]),
    "ix_procedure_created_at_id": ("procedure", ["created_at", "id"]),
    "ix_procedure_department_key_code_key_id": ("procedure", ["department_key", "code_key", "id"]),
    "ix_procedure_surgical_code_key_id": ("procedure", ["surgical", "code_key", "id"]),
    "ix_patient_procedure_patient_id_performed_at_id": ("patient_procedure", ["patient_id", "performed_at", "id"]),
    "ix_patient_procedure_procedure_id_performed_at_id": ("patient_procedure", ["procedure_id", "performed_at", "id"]),
    "ix_patient_procedure_performed_at_id": ("patient_procedure", ["performed_at", "id"]),
    "ix_patient_procedure_created_at_id": ("patient_procedure", ["created_at", "id"]),
}


def _key(name: str, expression: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(collation="C"), sa.Computed(expression, persisted=True), nullable=False)


def upgrade() -> None:
    op.create_table(
        "procedure",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        _key("code_key", "lower(code)"),
        sa.Column("name", sa.Text(), nullable=False),
        _key("name_key", "rounds_fold(name)"),
        sa.Column("department", sa.Text(), nullable=False),
        _key("department_key", "rounds_fold(department)"),
        sa.Column("surgical", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("code ~ '^[ -~]{1,40}$'", name=op.f("ck_procedure_code")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_procedure_name")),
        sa.CheckConstraint("department <> ''", name=op.f("ck_procedure_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure")),
    )
    op.create_table(
        "patient_procedure",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("performed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_patient_procedure_patient_id")),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_patient_procedure_procedure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_procedure")),
    )
    op.create_index("uq_procedure_code_key", "procedure", ["code_key"], unique=True, postgresql_where=LIVE)
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns, unique=False, postgresql_where=LIVE)


def downgrade() -> None:
    # Their indexes go with them.
    op.drop_table("patient_procedure")
    op.drop_table("procedure")
