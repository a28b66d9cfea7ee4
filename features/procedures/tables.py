"""The tables of procedures: what can be done, and what was done to whom."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Index, Text, text
from sqlalchemy.schema import Column
from sqlmodel import Field

from rounds.data import Timestamped, new_id, timestamp

# What was deleted stays as a row, for the records that point at it; no index but the primary keys has it.
_LIVE = text("deleted_at IS NULL")


class Procedure(Timestamped, table=True):
    """Something a department can do for a patient."""

    __tablename__ = "procedure"
    __table_args__ = (
        CheckConstraint("code ~ '^[ -~]{1,40}$'", name="code"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("department <> ''", name="department"),
        Index("uq_procedure_code_key", "code_key", unique=True, postgresql_where=_LIVE),
        Index("ix_procedure_code_key_id", "code_key", "id", postgresql_where=_LIVE),
        Index("ix_procedure_name_key_id", "name_key", "id", postgresql_where=_LIVE),
        Index("ix_procedure_created_at_id", "created_at", "id", postgresql_where=_LIVE),
        Index("ix_procedure_department_key_code_key_id", "department_key", "code_key", "id", postgresql_where=_LIVE),
        Index("ix_procedure_surgical_code_key_id", "surgical", "code_key", "id", postgresql_where=_LIVE),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    code: str = Field(sa_type=Text(collation="C"))
    # Codes that differ in case alone are one code.
    code_key: str | None = Field(
        default=None, sa_column=Column(Text(collation="C"), Computed("lower(code)", persisted=True), nullable=False)
    )
    name: str = Field(sa_type=Text)
    name_key: str | None = Field(
        default=None,
        sa_column=Column(Text(collation="C"), Computed("rounds_fold(name)", persisted=True), nullable=False),
    )
    department: str = Field(sa_type=Text)
    # Compared the way the names of departments are.
    department_key: str | None = Field(
        default=None,
        sa_column=Column(Text(collation="C"), Computed("rounds_fold(department)", persisted=True), nullable=False),
    )
    surgical: bool = False
    deleted_at: datetime | None = timestamp(nullable=True)


class PatientProcedure(Timestamped, table=True):
    """A procedure that a patient underwent."""

    __tablename__ = "patient_procedure"
    __table_args__ = (
        Index(
            "ix_patient_procedure_patient_id_performed_at_id",
            "patient_id",
            "performed_at",
            "id",
            postgresql_where=_LIVE,
        ),
        Index(
            "ix_patient_procedure_procedure_id_performed_at_id",
            "procedure_id",
            "performed_at",
            "id",
            postgresql_where=_LIVE,
        ),
        Index("ix_patient_procedure_performed_at_id", "performed_at", "id", postgresql_where=_LIVE),
        Index("ix_patient_procedure_created_at_id", "created_at", "id", postgresql_where=_LIVE),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID = Field(foreign_key="patient.id")
    procedure_id: UUID = Field(foreign_key="procedure.id")
    performed_at: datetime = timestamp(default=False)
    report: str | None = Field(default=None, sa_type=Text)
    deleted_at: datetime | None = timestamp(nullable=True)
