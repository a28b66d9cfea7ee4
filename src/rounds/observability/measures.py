"""Measures that slices take of the database, each a gauge that is renewed every few seconds."""

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Gauge

from rounds.data import Query, Read


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured, and how."""

    description: str
    query: Query


_measures: dict[str, Measure] = {}


def measure(name: str, description: str, query: Query) -> None:
    """Show the number that `query` answers as the gauge `name`; a query that answers null leaves it as it is."""
    known = _measures.setdefault(name, Measure(description, query))
    if known.query is not query:
        raise TypeError(f"two measures share the name {name!r}")


class MeasureGauges:
    """The gauges of one registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._made: dict[str, Gauge] = {}

    async def renew(self, reads: Read, measures: Mapping[str, Measure] | None = None) -> None:
        """Take every measure."""
        for name, each in (measures or _measures).items():
            found = await reads.value(each.query)
            if found is None:
                continue
            if name not in self._made:
                self._made[name] = Gauge(
                    name, each.description, registry=self._registry, multiprocess_mode="livemostrecent"
                )
            self._made[name].set(float(found))
