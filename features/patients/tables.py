"""The tables of patients and their identifiers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Computed, Float, Index, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import Column
from sqlmodel import Field, SQLModel

from rounds.data import Timestamped, new_id, timestamp
from rounds.data.erasure import keeps

# Deleted patients stay as rows for the audit trail; every index but the primary key leaves them out, so their numbers
# are free again and no read meets them.
_LIVE = text("deleted_at IS NULL")
# Patients without an MRN sort behind all that have one: DEL comes after every printable ASCII character.
MRN_ORDER = "coalesce(mrn, chr(127))"


class Patient(Timestamped, table=True):
    """A person in care."""

    __tablename__ = "patient"
    __table_args__ = (
        CheckConstraint("sex IN ('female', 'male', 'other', 'unknown')", name="sex"),
        CheckConstraint("nhs_number ~ '^[0-9]{10}$'", name="nhs_number"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("height_cm BETWEEN 20 AND 280", name="height_cm"),
        CheckConstraint("weight_kg BETWEEN 0.2 AND 700", name="weight_kg"),
        Index("uq_patient_mrn", "mrn", unique=True, postgresql_where=_LIVE),
        Index("uq_patient_nhs_number", "nhs_number", unique=True, postgresql_where=_LIVE),
        Index("ix_patient_search_name_id", "search_name", "id", postgresql_where=_LIVE),
        Index("ix_patient_date_of_birth_id", "date_of_birth", "id", postgresql_where=_LIVE),
        Index("ix_patient_created_at_id", "created_at", "id", postgresql_where=_LIVE),
        # The few that not everybody may see: every other list looks its patients up in here.
        Index("ix_patient_restricted", "id", postgresql_where=text("restricted")),
        Index("ix_patient_mrn_order_id", text(MRN_ORDER), "id", postgresql_where=_LIVE),
        Index(
            "ix_patient_search_key_trigrams",
            "search_key",
            postgresql_using="gin",
            postgresql_ops={"search_key": "gin_trgm_ops"},
            postgresql_where=_LIVE,
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    mrn: str | None = Field(default=None, sa_type=Text(collation="C"))
    nhs_number: str | None = Field(default=None, sa_type=Text(collation="C"))
    name: str = Field(sa_type=Text)
    # Lower-cased and without accents; what lists sort by.
    search_name: str | None = Field(
        default=None,
        sa_column=Column(Text(collation="C"), Computed("rounds_fold(name)", persisted=True), nullable=False),
    )
    # What searches compare: besides that, every script's marks are letters or left out, and "oe" is "ö" is "o".
    search_key: str | None = Field(
        default=None,
        sa_column=Column(Text(collation="C"), Computed("rounds_search_key(name)", persisted=True), nullable=False),
    )
    date_of_birth: date
    sex: str = Field(default="unknown", sa_type=Text)
    email: str | None = Field(default=None, sa_type=Text)
    phone: str | None = Field(default=None, sa_type=Text)
    height_cm: float | None = Field(default=None, sa_type=Float(53))
    weight_kg: float | None = Field(default=None, sa_type=Float(53))
    conditions: list[str] = Field(sa_type=ARRAY(Text), default_factory=list)
    # Not for everybody who may read patients: see `features.patients.visibility`.
    restricted: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    deleted_at: datetime | None = timestamp(nullable=True)


class PatientIdentifier(SQLModel, table=True):
    """A number a patient goes by elsewhere."""

    __tablename__ = "patient_identifier"
    __table_args__ = (
        Index("uq_patient_identifier_system_value", "system", "value", unique=True, postgresql_where=_LIVE),
        Index("ix_patient_identifier_patient_id", "patient_id", postgresql_where=_LIVE),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID = Field(foreign_key="patient.id")
    system: str = Field(sa_type=Text(collation="C"))
    value: str = Field(sa_type=Text)
    deleted_at: datetime | None = timestamp(nullable=True)


class Erasure(SQLModel, table=True):
    """That a patient was erased. It tells who it was only to whoever has the patient's id, as a backup does."""

    __tablename__ = "erasure"

    pseudonym: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    erased_at: datetime = timestamp()
    reason: str = Field(sa_type=Text)
    rows: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))  # how many of each table


keeps("audit_event", because="the trail stays; it has the id of the patient, who has no name any more")
keeps("audit_value", because="what the trail's changes held is erased by the slice that keeps the trail")


def folded(expression: object) -> object:
    """`expression` as `search_name` has it: lower-cased, without accents."""
    return func.rounds_fold(expression)


def search_key(expression: object) -> object:
    """`expression` as the column `search_key` has it."""
    return func.rounds_search_key(expression)
