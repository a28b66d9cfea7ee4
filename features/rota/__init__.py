"""Rota: when clinicians work, and when they are away."""

from features.rota.persistence import ABSENCE_ROWS, WORKING_HOURS_ROWS
from features.rota.weekly import DEFAULT_WEEK, working_periods

__all__ = ["ABSENCE_ROWS", "DEFAULT_WEEK", "WORKING_HOURS_ROWS", "working_periods"]
