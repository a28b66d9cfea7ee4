"""The tables of staff."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Index, Text, UniqueConstraint, text
from sqlalchemy.schema import Column
from sqlmodel import Field

from rounds.data import Timestamped, new_id


class Department(Timestamped, table=True):
    """A part of the hospital."""

    __tablename__ = "department"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        UniqueConstraint("name_key", name="uq_department_name_key"),
        Index("ix_department_name_key_id", "name_key", "id"),
        Index("ix_department_created_at_id", "created_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(sa_type=Text)
    name_key: str | None = Field(
        default=None,
        sa_column=Column(Text(collation="C"), Computed("rounds_fold(name)", persisted=True), nullable=False),
    )
    active: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})


class Clinician(Timestamped, table=True):
    """Somebody who sees patients."""

    __tablename__ = "clinician"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        Index("ix_clinician_name_key_id", "name_key", "id"),
        Index("ix_clinician_created_at_id", "created_at", "id"),
        Index("ix_clinician_department_id_name_key_id", "department_id", "name_key", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(sa_type=Text)
    name_key: str | None = Field(
        default=None,
        sa_column=Column(Text(collation="C"), Computed("rounds_fold(name)", persisted=True), nullable=False),
    )
    department_id: UUID = Field(foreign_key="department.id")
    email: str | None = Field(default=None, sa_type=Text)
    organisation: str | None = Field(default=None, sa_type=Text)
    active: bool = True
