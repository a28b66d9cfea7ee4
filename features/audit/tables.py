"""The tables of the audit trail. Their partitions, triggers and functions are in the migration: no model has them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, JSON, BigInteger, DateTime, Index, Integer, LargeBinary, Text, Uuid, text
from sqlalchemy.schema import Column
from sqlmodel import Field, SQLModel

from rounds.events.outbox import Xid8

_NOW = text("clock_timestamp()")


def _at() -> Any:
    return Field(sa_column=Column(DateTime(timezone=True), server_default=_NOW, primary_key=True, nullable=False))


class AuditEvent(SQLModel, table=True):
    """What somebody did. Rows are only ever added.

    `at` is the database's time. (`era`, `transaction`) is the order of sealing: below the oldest running transaction
    nothing is added any more. Transaction numbers count within a cluster, so a restored database begins a new era.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_era_transaction", "era", "transaction"),
        Index(
            "ix_audit_event_patient_id_at_id", "patient_id", "at", "id", postgresql_where=text("patient_id IS NOT NULL")
        ),
        Index(
            "ix_audit_event_patient_ids",
            "patient_ids",
            postgresql_using="gin",
            postgresql_where=text("patient_ids IS NOT NULL"),
        ),
        Index("ix_audit_event_actor_at_id", "actor", "at", "id"),
        Index("ix_audit_event_action_at_id", "action", "at", "id", postgresql_where=text("action <> 'view'")),
        Index("ix_audit_event_outcome_at_id", "outcome", "at", "id", postgresql_where=text("outcome <> 'success'")),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    at: datetime = _at()
    id: UUID = Field(primary_key=True)
    era: int = Field(sa_column=Column(Integer, server_default="1", nullable=False))
    transaction: int = Field(sa_column=Column(Xid8, server_default=text("pg_current_xact_id()"), nullable=False))
    actor: str = Field(sa_type=Text)
    actor_id: UUID | None = None
    action: str = Field(sa_type=Text)
    resource: str = Field(sa_type=Text)
    resource_id: str | None = Field(default=None, sa_type=Text)
    patient_id: UUID | None = None
    patient_ids: list[UUID] | None = Field(default=None, sa_column=Column(ARRAY(Uuid)))
    request_id: str | None = Field(default=None, sa_type=Text)
    outcome: str = Field(sa_type=Text)
    fields: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text)))
    values_digest: bytes | None = Field(default=None, sa_type=LargeBinary)
    detail: str | None = Field(default=None, sa_type=Text)


class AuditValue(SQLModel, table=True):
    """What the changed fields of an event held before and hold since. The trail has only the salted digest of it.

    So it can be erased, and nobody can guess from the digest what it was: the salt goes with it.
    """

    __tablename__ = "audit_value"
    __table_args__ = (
        Index("ix_audit_value_patient_id", "patient_id", postgresql_where=text("patient_id IS NOT NULL")),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    event_id: UUID = Field(primary_key=True)
    at: datetime = _at()
    patient_id: UUID | None = None
    salt: bytes
    changes: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # not JSONB: the digest is of these letters


class AuditSeal(SQLModel, table=True):
    """A link of the chain: the events of one month whose transactions are from one number to below another."""

    __tablename__ = "audit_seal"

    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    previous: bytes
    month: date
    era: int
    from_transaction: int = Field(sa_column=Column(Xid8, nullable=False))
    to_transaction: int = Field(sa_column=Column(Xid8, nullable=False))
    newest_transaction: int = Field(sa_column=Column(Xid8, nullable=False))
    events: int = Field(sa_type=BigInteger)
    digest: bytes
    sealed_at: datetime = Field(sa_type=DateTime(timezone=True))
    seal: bytes


class AuditSealed(SQLModel, table=True):
    """The ids and digests of a seal's events, so that what is wrong can be named; goes with its month."""

    __tablename__ = "audit_sealed"
    __table_args__ = ({"postgresql_partition_by": "LIST (month)"},)

    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    month: date = Field(primary_key=True)
    members: bytes


class AuditEra(SQLModel, table=True):
    """The time in which one cluster counted the transactions."""

    __tablename__ = "audit_era"

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    cluster: str = Field(sa_type=Text)
    begun_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=_NOW, nullable=False))
