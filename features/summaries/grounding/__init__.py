"""Checks that what is said about a patient stands in the notes. Pure functions: the same statement, the same verdict.

The check is made of rules, not of a model. It prefers to refuse what it cannot follow.
"""

from features.summaries.grounding.instructions import planted, without_planted
from features.summaries.grounding.items import ChartItem, in_short, items_of
from features.summaries.grounding.verdict import Reason, Verdict
from features.summaries.grounding.verifying import Checked, verify, verify_text

__all__ = [
    "ChartItem",
    "Checked",
    "Reason",
    "Verdict",
    "in_short",
    "items_of",
    "planted",
    "verify",
    "verify_text",
    "without_planted",
]
