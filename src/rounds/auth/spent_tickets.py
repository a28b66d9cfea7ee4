"""The table of tickets that have been used; see `rounds.auth.tickets`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from rounds.data import timestamp


class SpentTicket(SQLModel, table=True):
    """A ticket that has let somebody in, for as long as it might be tried again."""

    __tablename__ = "spent_ticket"
    __table_args__ = (Index("ix_spent_ticket_spent_at", "spent_at"),)

    id: UUID = Field(primary_key=True)
    spent_at: datetime = timestamp()
