"""The tables behind events: what happened, and who still has to hear of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.schema import Column
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

from rounds.data import timestamp
from rounds.data.erasure import erases


class Xid8(UserDefinedType[Any]):
    """PostgreSQL's 64-bit transaction number."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Its name in SQL."""
        return "xid8"


ischema_names["xid8"] = Xid8  # so that comparing tables with a database knows it too


class Outbox(SQLModel, table=True):
    """An event, written in the transaction in which it happened.

    `position` alone is no order of reading: numbers are given out before the commit, so a reader could pass one that
    becomes visible later. Readers go by (`transaction`, `position`) and stop below the oldest running transaction.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_transaction_position", "transaction", "position", postgresql_where=text("public")),
        Index("ix_outbox_unannounced", "position", postgresql_where=text("announced_at IS NULL")),
        Index("ix_outbox_subject", "subject", postgresql_where=text("subject IS NOT NULL AND NOT withdrawn")),
    )

    id: UUID = Field(primary_key=True)
    position: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    transaction: int = Field(sa_column=Column(Xid8, server_default=text("pg_current_xact_id()"), nullable=False))
    type: str = Field(sa_type=Text)
    subject: UUID | None = None
    data: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    public: bool
    withdrawn: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    occurred_at: datetime = timestamp(default=False)
    announced_at: datetime | None = timestamp(nullable=True)


erases("outbox", where="subject = :patient_id")


class Delivery(SQLModel, table=True):
    """One event, one subscriber: due, delivered, or given up."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'delivered', 'dead')", name="status"),
        Index("ix_delivery_due", "subscriber", "due_at", "event_id", postgresql_where=text("status = 'pending'")),
        Index("ix_delivery_held", "holder", postgresql_where=text("holder IS NOT NULL AND status = 'pending'")),
        Index("ix_delivery_dead", "subscriber", "event_id", postgresql_where=text("status = 'dead'")),
    )

    event_id: UUID = Field(sa_column=Column(ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True))
    subscriber: str = Field(sa_column=Column(Text(collation="C"), primary_key=True))
    status: str = Field(default="pending", sa_column=Column(Text, server_default="pending", nullable=False))
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    due_at: datetime = timestamp(default=False)
    delivered_at: datetime | None = timestamp(nullable=True)
    error: str | None = Field(default=None, sa_type=Text)
    holder: int | None = Field(default=None, sa_type=BigInteger)  # who leases it; see `rounds.events.leases`


class Generation(SQLModel, table=True):
    """Which state something is in that caches are made from; see `rounds.cache`.

    The stamp is random and not a count, so that no backup put back can bring an old one into use again.
    """

    __tablename__ = "generation"

    name: str = Field(sa_column=Column(Text(collation="C"), primary_key=True))
    stamp: UUID
