"""The rules that Rounds comes with, and how they get into an empty database."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from features.rules import persistence
from features.rules.schema import RuleWrite
from rounds import clock
from rounds.data import new_id

SHIPPED: Sequence[Mapping[str, str]] = (
    {
        "code": "physical_therapy",
        "recommendation": "Physical Therapy",
        "description": "Older than 65, with chronic pain among the conditions.",
        "expression": "age > 65 && chronic_pain",
    },
    {
        "code": "weight_management",
        "recommendation": "Weight Management Program",
        "description": "A body mass index above 30.",
        "expression": "bmi > 30",
    },
    {
        "code": "post_op_rehabilitation",
        "recommendation": "Post-Op Rehabilitation Plan",
        "description": "Recent surgery in a department that leads to rehabilitation; both are settings.",
        "expression": (
            "procedures.exists(p, p.surgical && p.department in rehab_departments && p.days_ago <= recent_surgery_days)"
        ),
    },
)


async def ship_rules(*, db: AsyncSession) -> int:
    """Make the shipped rules where there never was any rule; answers how many were made.

    Programs that start side by side may all try: the database lets each code be taken once.
    """
    if await persistence.any_rule(db):
        return 0
    at = clock.now()
    rows: list[dict[str, Any]] = [
        {"id": new_id(), **RuleWrite(**each).model_dump(), "version": 1, "created_at": at, "updated_at": at}
        for each in SHIPPED
    ]
    made = await persistence.ship(rows, db)
    kept = ("version", "code", "recommendation", "description", "expression", "active")
    versions = [
        {"rule_id": row["id"], **{name: row[name] for name in kept}, "deleted": False, "at": at, "by": None}
        for row in rows
        if row["id"] in made
    ]
    if versions:
        await persistence.add_versions(versions, db)
    return len(versions)
