"""A summary told from the chart (`features.chart`), without a model.

Every statement is put together from a line of the chart, for clinicians or for relatives, and cites where it stands,
word for word. With `since`, only what a note from then on tells; allergies, warnings and current medications always.
"""

from features.summaries.extractive.grave import missing_from
from features.summaries.extractive.quoting import SURE
from features.summaries.extractive.selection import TITLES, VITAL_TITLES
from features.summaries.extractive.summariser import summarise
from features.summaries.versions import EXTRACTIVE_VERSION as VERSION

__all__ = ["SURE", "TITLES", "VERSION", "VITAL_TITLES", "missing_from", "summarise"]
