"""What `?include=` shows of many patients' recommendations at a glance: those that wait for an answer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select
from sqlalchemy import literal_column as sql
from sqlmodel import col

from features.evaluate.persistence import LIVE
from features.evaluate.tables import Recommendation
from features.patients import visible
from rounds.data import Query, Read

_SHOWN = ("id", "recommendation", "rule", "created_at")
_ACTIVE = Query(
    select(col(Recommendation.patient_id), *(getattr(Recommendation, name) for name in _SHOWN))
    .where(
        LIVE,
        visible(col(Recommendation.patient_id)),
        col(Recommendation.status) == "active",
        col(Recommendation.patient_id) == any_(bindparam("ids", type_=ARRAY(Uuid))),
    )
    .order_by(col(Recommendation.created_at).desc(), col(Recommendation.id).desc())
)


# Whose recommendations wait for an answer.
OWNERS = select(col(Recommendation.patient_id)).where(
    LIVE, visible(col(Recommendation.patient_id)), col(Recommendation.status) == sql("'active'")
)


async def load_active_recommendations(ids: Sequence[UUID], reads: Read) -> dict[UUID, Any]:
    """The active recommendations of many patients, newest first, by patient id."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in await reads.all(_ACTIVE, ids=list(ids)):
        found.setdefault(row["patient_id"], []).append({name: row[name] for name in _SHOWN})
    return found
