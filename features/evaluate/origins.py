"""Where recommendations come from, for those who hear of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, cast, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.evaluate.tables import Recommendation


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a recommendation comes from, for those who hear of it.

    Attributes:
        rule: The code of the rule that made it; None where no rule did.
        patient_id: The stored patient it is for, if there is one.
        person: Tells people apart, stored or not: the patient's id, or one made of what a caller calls them. None when
            it is not known who it is.
    """

    rule: str | None
    patient_id: UUID | None
    person: UUID | None


_ORIGINS = select(
    col(Recommendation.id),
    col(Recommendation.rule),
    col(Recommendation.patient_id),
    col(Recommendation.stated_by),
    cast(col(Recommendation.external_id), Text).label("external_id"),
).where(col(Recommendation.id) == any_(bindparam("ids", type_=ARRAY(Uuid))))


async def origins_of_recommendations(ids: Sequence[UUID], db: AsyncSession) -> dict[UUID, Origin]:
    """Where these recommendations come from, also deleted ones."""
    return {row.id: _origin(row) for row in await db.execute(_ORIGINS, {"ids": list(ids)})}


def _origin(row: Any) -> Origin:
    person = row.patient_id
    if row.external_id is not None:
        person = uuid5(row.stated_by, row.external_id)
    return Origin(row.rule, row.patient_id, person)
