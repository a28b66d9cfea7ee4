"""Break-glass: restricted records opened for a reason, and the review of that."""

from features.break_glass.events import BreakGlassUsed
from features.break_glass.handler import close_record, may_open, open_record
from features.break_glass.persistence import opened_by_viewer

__all__ = [
    "BreakGlassUsed",
    "close_record",
    "may_open",
    "open_record",
    "opened_by_viewer",
]
