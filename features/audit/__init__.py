"""The audit trail: who looked at whose record and who changed it, kept so that nobody can quietly edit it."""

from features.audit import measures as _measures  # noqa: F401 - it registers what is measured
from features.audit.store import PostgresStore, erase_values
from rounds.audit import kept_by

kept_by(PostgresStore())

__all__ = ["erase_values"]
