"""The tables of appointments: what is booked, how it came to be so, and counts of it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Text,
    Uuid,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import Column
from sqlmodel import Field, SQLModel

from rounds.data import Timestamped, new_id, timestamp

_LIVE = "deleted_at IS NULL"
_OPEN = f"cancelled_at IS NULL AND attended_at IS NULL AND {_LIVE}"
# What takes up its time against all that come later. An overriding one is excluded here, since it may stand beside
# others; the trigger `appointment_keep_off` keeps later ones off it.
_EXCLUSIVE = f"cancelled_at IS NULL AND NOT allow_overlap AND {_LIVE}"

CLINICIAN_FREE = "ex_appointment_clinician"
PATIENT_FREE = "ex_appointment_patient"
REBOOKED_ONCE = "uq_appointment_rebooked_from"


def _live(name: str, *columns: str, where: str = _LIVE) -> Index:
    return Index(name, *columns, postgresql_where=text(where))


def _apart(column: str, name: str) -> ExcludeConstraint:
    return ExcludeConstraint(
        (text(column), "="),
        (func.tstzrange(text("start_at"), text("end_at")), "&&"),
        name=name,
        using="gist",
        where=text(_EXCLUSIVE),
    )


class Appointment(Timestamped, table=True):
    """A time that a clinician and a patient have for each other. Its status is derived; see `status.py`."""

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint(
            "end_at - start_at BETWEEN interval '5 minutes' AND interval '24 hours'"
            " AND extract(second FROM end_at - start_at) = 0",
            name="length",
        ),
        CheckConstraint("cancelled_at IS NULL OR attended_at IS NULL", name="one_outcome"),
        CheckConstraint("cancelled_at IS NOT NULL OR cancel_reason IS NULL", name="cancel_reason"),
        CheckConstraint("attended_at BETWEEN start_at - interval '60 minutes' AND end_at", name="attended_at"),
        _apart("clinician_id", CLINICIAN_FREE),
        _apart("patient_id", PATIENT_FREE),
        Index(
            REBOOKED_ONCE,
            "rebooked_from",
            unique=True,
            postgresql_where=text(f"cancelled_at IS NULL AND {_LIVE}"),
        ),
        _live("ix_appointment_start_at_id", "start_at", "id"),
        _live("ix_appointment_created_at_id", "created_at", "id"),
        _live("ix_appointment_clinician_id_start_at_id", "clinician_id", "start_at", "id"),
        _live("ix_appointment_patient_id_start_at_id", "patient_id", "start_at", "id"),
        _live("ix_appointment_department_id_start_at_id", "department_id", "start_at", "id"),
        _live("ix_appointment_open_start_at_id", "start_at", "id", where=_OPEN),
        _live("ix_appointment_attended_start_at_id", "start_at", "id", where=f"attended_at IS NOT NULL AND {_LIVE}"),
        _live("ix_appointment_cancelled_start_at_id", "start_at", "id", where=f"cancelled_at IS NOT NULL AND {_LIVE}"),
        # What the trigger looks for; there are few of them.
        _live(
            "ix_appointment_overriding_start_at",
            "start_at",
            where=f"allow_overlap AND cancelled_at IS NULL AND {_LIVE}",
        ),
        _live("ix_appointment_to_remind", "start_at", where=f"reminded_at IS NULL AND {_OPEN}"),
        _live("ix_appointment_missed_untold", "end_at", where=f"missed_told_at IS NULL AND {_OPEN}"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID = Field(foreign_key="patient.id")
    clinician_id: UUID = Field(foreign_key="clinician.id")
    department_id: UUID = Field(foreign_key="department.id")
    start_at: datetime = timestamp(default=False)
    end_at: datetime = timestamp(default=False)
    duration_minutes: int | None = Field(
        default=None,
        sa_column=Column(
            Integer,
            Computed("(extract(epoch FROM end_at - start_at) / 60)::integer", persisted=True),
            nullable=False,
        ),
    )
    time_zone: str = Field(sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    location: str | None = Field(default=None, sa_type=Text)
    allow_overlap: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    cancelled_at: datetime | None = timestamp(nullable=True)
    cancel_reason: str | None = Field(default=None, sa_type=Text)
    attended_at: datetime | None = timestamp(nullable=True)
    rebooked_from: UUID | None = Field(default=None, foreign_key="appointment.id")
    reminded_at: datetime | None = timestamp(nullable=True)
    missed_told_at: datetime | None = timestamp(nullable=True)
    deleted_at: datetime | None = timestamp(nullable=True)


class AppointmentChange(SQLModel, table=True):
    """A step in the life of an appointment, as it stood after it: who did what, and when."""

    __tablename__ = "appointment_change"
    __table_args__ = (PrimaryKeyConstraint("appointment_id", "version", name="pk_appointment_change"),)

    appointment_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("appointment.id"), nullable=False))
    version: int
    at: datetime = timestamp(default=False)
    actor_id: UUID | None = None
    action: str = Field(sa_type=Text)
    start_at: datetime = timestamp(default=False)
    end_at: datetime = timestamp(default=False)
    clinician_id: UUID
    department_id: UUID
    location: str | None = Field(default=None, sa_type=Text)
    allow_overlap: bool


def _count() -> Any:
    return Field(sa_column=Column(Integer, nullable=False))


class AppointmentTally(SQLModel, table=True):
    """How many appointments a clinician has on a day (UTC, by their start) in a department.

    Kept by the trigger `appointment_tally_*` in the transaction of each change, and read by `statistics.py`. What is
    neither attended nor cancelled is `open`: whether it is missed depends on the moment that asks.
    """

    __tablename__ = "appointment_tally"
    __table_args__ = (PrimaryKeyConstraint("day", "clinician_id", "department_id", name="pk_appointment_tally"),)

    day: date
    clinician_id: UUID
    department_id: UUID
    scheduled: int = _count()
    attended: int = _count()
    cancelled: int = _count()
    open: int = _count()
    open_minutes: int = Field(sa_column=Column(BigInteger, nullable=False))
