"""Writes the trail: changes in the transaction of the change, views many at once."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.audit import AuditEvent, record
from rounds.data import AnyTransaction, Query, send

_SALT_BYTES = 16
_COLUMNS = (
    "id",
    "actor",
    "actor_id",
    "action",
    "resource",
    "resource_id",
    "patient_id",
    "patient_ids",
    "request_id",
    "outcome",
    "fields",
    "detail",
)
# One statement for the event and what its fields held, at one moment, so that both are in the same month's partition.
_ADD = Query(
    text("""
WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS at),
kept AS (
    INSERT INTO audit_value (event_id, at, patient_id, salt, changes)
    SELECT CAST(:id AS uuid), at, CAST(:patient_id AS uuid), CAST(:salt AS bytea), CAST(:changes AS json) FROM moment
    WHERE CAST(:changes AS text) IS NOT NULL
)
INSERT INTO audit_event (
    id, at, actor, actor_id, action, resource, resource_id, patient_id, patient_ids, request_id, outcome, fields,
    detail, values_digest
)
SELECT CAST(:id AS uuid), at, :actor, CAST(:actor_id AS uuid), :action, :resource, :resource_id,
    CAST(:patient_id AS uuid), CAST(:patient_ids AS uuid[]), :request_id, :outcome, CAST(:fields AS text[]), :detail,
    CAST(:values_digest AS bytea)
FROM moment
""")
)


def _row(event: AuditEvent) -> tuple[Any, ...]:
    whose = event.patients
    one = len(whose) == 1
    return (
        event.id,
        event.actor,
        event.actor_id,
        event.action,
        event.resource,
        event.resource_id,
        whose[0] if one else None,
        list(whose) if whose and not one else None,
        event.request_id,
        event.outcome.value,
        list(event.fields) or None,
        event.detail,
    )


class PostgresStore:
    """The trail in PostgreSQL."""

    async def add(self, events: Sequence[AuditEvent], db: AnyTransaction) -> None:
        """Store events in a transaction."""
        for event in events:
            values: dict[str, Any] = dict(zip(_COLUMNS, _row(event), strict=True))
            values |= {"salt": None, "changes": None, "values_digest": None}
            if event.values is not None:
                changes = orjson.dumps(event.values, default=str, option=orjson.OPT_UTC_Z)
                values["salt"] = secrets.token_bytes(_SALT_BYTES)
                values["changes"] = changes.decode()
                values["values_digest"] = hashlib.sha256(values["salt"] + changes).digest()
            await send(_ADD, db, values)

    async def add_views(self, events: Sequence[AuditEvent], connection: "asyncpg.Connection[Any]") -> None:
        """Store events that changed nothing, with one COPY; all of them or none."""
        await connection.copy_records_to_table(
            "audit_event", records=[_row(event) for event in events], columns=_COLUMNS
        )


_ERASE = text("SELECT audit_erase_values(CAST(:patient_id AS uuid))")


async def erase_values(patient_id: UUID, db: AsyncSession) -> int:
    """Delete for good what the fields of this patient's events held; answers of how many events.

    The events stay, with the patient's id and the digests of what is gone. That it was erased is recorded with them:
    without that, verification would report the values as missing.
    """
    erased: int = await db.scalar(_ERASE, {"patient_id": patient_id})
    await record("erase", "patient", db, resource_id=patient_id, patient_id=patient_id, detail=f"values of {erased}")
    return erased
