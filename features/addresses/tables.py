"""The table of addresses."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.schema import Column
from sqlmodel import Field

from rounds.data import Timestamped, new_id


def _owner(table: str) -> Any:
    # An address goes with its department or clinician; patients are never removed as rows.
    reference = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Field(default=None, sa_column=Column(Uuid, reference, nullable=True))


class Address(Timestamped, table=True):
    """Where a patient lives, or a department or clinician is found. Exactly one of the owners is set."""

    __tablename__ = "address"
    __table_args__ = (
        CheckConstraint("num_nonnulls(patient_id, department_id, clinician_id) = 1", name="one_owner"),
        UniqueConstraint("patient_id", name="uq_address_patient_id"),
        UniqueConstraint("department_id", name="uq_address_department_id"),
        UniqueConstraint("clinician_id", name="uq_address_clinician_id"),
        Index("ix_address_created_at_id", "created_at", "id"),
        Index("ix_address_postcode_order_id", text("coalesce(postcode, '')"), "id"),
        Index("ix_address_postcode", "postcode"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID | None = _owner("patient")
    department_id: UUID | None = _owner("department")
    clinician_id: UUID | None = _owner("clinician")
    line1: str | None = Field(default=None, sa_type=Text)
    line2: str | None = Field(default=None, sa_type=Text)
    city: str | None = Field(default=None, sa_type=Text)
    region: str | None = Field(default=None, sa_type=Text)
    postcode: str | None = Field(default=None, sa_type=Text(collation="C"))
    country: str = Field(default="GB", sa_type=Text)
