"""Events as the outside sees them: CloudEvents 1.0 on Redis channels."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    pass


CHANNEL = "rounds.events"
WORK_CHANNEL = "rounds.work"  # wakes consumers for what is not public; carries types only
SOURCE = "/rounds"  # CloudEvents `source`: with `id` it names an event uniquely


def cloud_event(row: Mapping[str, Any]) -> bytes:
    """A row of the outbox as CloudEvents 1.0 JSON (structured content mode)."""
    data = row["data"]
    document = {
        "specversion": "1.0",
        "id": str(row["id"]),
        "source": SOURCE,
        "type": row["type"],
        "time": moment(row["occurred_at"]),
        "datacontenttype": "application/json",
        "data": orjson.loads(data) if isinstance(data, str | bytes) else data,
    }
    if row["subject"] is not None:
        document["subject"] = str(row["subject"])
    return orjson.dumps(document)


def moment(at: datetime) -> str:
    """RFC 3339 in UTC with `Z`."""
    return at.isoformat().replace("+00:00", "Z")
