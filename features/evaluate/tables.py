"""The tables of evaluation: what was recommended to whom, and the evaluations of many patients at once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import Column
from sqlmodel import Field

from rounds.data import Timestamped, new_id, timestamp
from rounds.data.erasure import erases

_LIVE = text("deleted_at IS NULL")
EXTERNAL_TEXT = "(external_id #>> '{}')"


class Recommendation(Timestamped, table=True):
    """Something recommended for a patient, by a rule or by hand.

    Whose it is: a stored patient's; or, where facts were stated, of whoever an account calls by `external_id`; or
    nobody's that is known.

    Two indexes decide what evaluations that race must not do twice: a rule has at most one active recommendation per
    patient, and the same version of a rule that fired on the same facts has at most one that is not superseded, so
    what clinicians have answered is not raised again. Two more decide the same for those with an `external_id`.
    """

    __tablename__ = "recommendation"
    __table_args__ = (
        CheckConstraint("status IN ('active', 'accepted', 'declined', 'superseded')", name="status"),
        CheckConstraint("recommendation <> ''", name="recommendation"),
        CheckConstraint(
            "(rule_id IS NULL) = (rule IS NULL) AND (rule_id IS NULL) = (rule_version IS NULL)", name="rule"
        ),
        CheckConstraint("(status IN ('accepted', 'declined')) = (answered_at IS NOT NULL)", name="answered"),
        CheckConstraint("(patient_id IS NULL) = (stated_by IS NOT NULL)", name="whose"),
        CheckConstraint("external_id IS NULL OR patient_id IS NULL", name="external_id"),
        Index(
            "uq_recommendation_external_active",
            "stated_by",
            "external_id",
            "rule_id",
            unique=True,
            postgresql_where=text("status = 'active' AND deleted_at IS NULL AND external_id IS NOT NULL"),
        ),
        Index(
            "uq_recommendation_external_fired_on",
            "stated_by",
            "external_id",
            "rule_id",
            "rule_version",
            "fingerprint",
            unique=True,
            postgresql_where=text(
                "status <> 'superseded' AND deleted_at IS NULL AND external_id IS NOT NULL AND fingerprint IS NOT NULL"
            ),
        ),
        Index(
            "ix_recommendation_external_id_created_at_id",
            text(EXTERNAL_TEXT),
            "created_at",
            "id",
            postgresql_where=text("deleted_at IS NULL AND external_id IS NOT NULL"),
        ),
        Index(
            "uq_recommendation_active",
            "patient_id",
            "rule_id",
            unique=True,
            postgresql_where=text("status = 'active' AND deleted_at IS NULL AND rule_id IS NOT NULL"),
        ),
        Index(
            "uq_recommendation_fired_on",
            "patient_id",
            "rule_id",
            "rule_version",
            "fingerprint",
            unique=True,
            postgresql_where=text("status <> 'superseded' AND deleted_at IS NULL AND fingerprint IS NOT NULL"),
        ),
        Index("ix_recommendation_created_at_id", "created_at", "id", postgresql_where=_LIVE),
        Index("ix_recommendation_patient_id_created_at_id", "patient_id", "created_at", "id", postgresql_where=_LIVE),
        Index("ix_recommendation_status_created_at_id", "status", "created_at", "id", postgresql_where=_LIVE),
        Index("ix_recommendation_rule_created_at_id", "rule", "created_at", "id", postgresql_where=_LIVE),
        Index("ix_recommendation_rule_id_created_at_id", "rule_id", "created_at", "id", postgresql_where=_LIVE),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID | None = Field(default=None, foreign_key="patient.id")
    # What a caller calls a patient whom we do not know: a text or a whole number, kept as it was given. It means
    # something only to the account that said so.
    external_id: str | int | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    stated_by: UUID | None = None
    rule_id: UUID | None = Field(default=None, foreign_key="rule.id")
    # The rule's code and version as they were: a rule may be renamed, changed or deleted later.
    rule: str | None = Field(default=None, sa_type=Text(collation="C"))
    rule_version: int | None = None
    recommendation: str = Field(sa_type=Text)
    status: str = Field(default="active", sa_type=Text(collation="C"))
    engine: str = Field(sa_type=Text)
    trace: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    # A digest of the facts it fired on; empty for what was written by hand.
    fingerprint: str | None = Field(default=None, sa_type=Text(collation="C"))
    reason: str | None = Field(default=None, sa_type=Text)
    answered_at: datetime | None = timestamp(nullable=True)
    answered_by: UUID | None = None
    deleted_at: datetime | None = timestamp(nullable=True)


class EvaluationBatch(Timestamped, table=True):
    """An evaluation of many patients, in order of their ids, and how far it has come."""

    __tablename__ = "evaluation_batch"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'running', 'done', 'failed')", name="status"),
        Index("ix_evaluation_batch_created_at_id", "created_at", "id"),
        Index("ix_evaluation_batch_status_created_at_id", "status", "created_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    status: str = Field(default="queued", sa_type=Text(collation="C"))
    # Whom to evaluate; empty: every patient up to `until`, the newest one when this was asked for.
    patient_ids: list[UUID] | None = Field(default=None, sa_type=ARRAY(Uuid))
    until: UUID | None = None
    # The last patient that is done; everybody has a higher id than the first value.
    position: UUID = Field(default=UUID(int=0))
    total: int
    done: int = 0
    matched: int = 0
    recommended: int = 0
    not_found: int = 0
    failed: int = 0
    engine: str | None = Field(default=None, sa_type=Text)
    degraded: int = 0
    requested_by: UUID
    started_at: datetime | None = timestamp(nullable=True)
    finished_at: datetime | None = timestamp(nullable=True)


erases(
    "evaluation_batch",
    where=":patient_id = ANY(patient_ids)",
    change="patient_ids = array_remove(patient_ids, :patient_id)",
)
