"""The tables of rules."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field, SQLModel

from rounds.data import Timestamped, new_id, timestamp

# Deleted rules stay as rows: recommendations refer to them. Their codes are free again, and no list meets them.
_LIVE = text("deleted_at IS NULL")


class RuleRow(Timestamped, table=True):
    """The definition of a recommendation, as it is now."""

    __tablename__ = "rule"
    __table_args__ = (
        CheckConstraint("code ~ '^[a-z0-9][a-z0-9_-]{0,59}$'", name="code"),
        CheckConstraint("recommendation <> ''", name="recommendation"),
        CheckConstraint("expression <> ''", name="expression"),
        Index("uq_rule_code", "code", unique=True, postgresql_where=_LIVE),
        Index("ix_rule_code_id", "code", "id", postgresql_where=_LIVE),
        Index("ix_rule_created_at_id", "created_at", "id", postgresql_where=_LIVE),
        Index("ix_rule_active_code_id", "active", "code", "id", postgresql_where=_LIVE),
        Index("ix_rule_active_created_at_id", "active", "created_at", "id", postgresql_where=_LIVE),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    code: str = Field(sa_type=Text(collation="C"))
    recommendation: str = Field(sa_type=Text)
    description: str | None = Field(default=None, sa_type=Text)
    expression: str = Field(sa_type=Text)
    active: bool = True
    deleted_at: datetime | None = timestamp(nullable=True)


class RuleVersion(SQLModel, table=True):
    """One version of a rule, as it stood; written with the change itself and never touched again."""

    __tablename__ = "rule_version"

    rule_id: UUID = Field(foreign_key="rule.id", primary_key=True)
    version: int = Field(primary_key=True)
    code: str = Field(sa_type=Text(collation="C"))
    recommendation: str = Field(sa_type=Text)
    description: str | None = Field(default=None, sa_type=Text)
    expression: str = Field(sa_type=Text)
    active: bool
    deleted: bool = False
    at: datetime = timestamp()
    by: UUID | None = None
