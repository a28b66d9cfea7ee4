"""What Prometheus is shown of the trail: how far sealing is behind, and when the chain was last found whole."""

from sqlalchemy import text

from rounds.data import Query
from rounds.observability.measures import measure

# Of the oldest event that no link covers; they come after the head in the order of transactions.
_LAG = Query(
    text("""
WITH head AS (SELECT era, to_transaction FROM audit_seal ORDER BY number DESC LIMIT 1)
SELECT coalesce((
    SELECT extract(epoch FROM clock_timestamp() - e.at) FROM audit_event e
    WHERE e.era = coalesce((SELECT era FROM head), 1)
      AND e.transaction >= coalesce((SELECT to_transaction FROM head), '0'::xid8)
    ORDER BY e.era, e.transaction LIMIT 1
), 0)
""").columns()
)


def _last_verified(outcome: str) -> Query:
    return Query(
        text(f"""
SELECT extract(epoch FROM at) FROM audit_event
WHERE action = 'verify' AND action <> 'view' AND outcome = '{outcome}' ORDER BY at DESC LIMIT 1
""").columns()  # noqa: S608 - the part spliced in is a constant
    )


measure("rounds_audit_seal_lag_seconds", "Age of the oldest event of the audit trail that is not sealed.", _LAG)
measure(
    "rounds_audit_verified_timestamp_seconds",
    "When the audit trail was last verified and found whole.",
    _last_verified("success"),
)
measure(
    "rounds_audit_broken_timestamp_seconds",
    "When the audit trail was last verified and found broken.",
    _last_verified("failed"),
)
