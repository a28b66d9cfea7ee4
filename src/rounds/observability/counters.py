"""Counters that slices name themselves, in the registry of the process that counts."""

from prometheus_client import CollectorRegistry, Counter


class Counters:
    """The counters of one registry, each made when it is first needed."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._made: dict[str, Counter] = {}

    def count(self, name: str, description: str, **labels: str) -> None:
        """Count one more. A name always comes with the same labels; no label holds clinical content."""
        if name not in self._made:
            self._made[name] = Counter(name, description, tuple(labels), registry=self.registry)
        self._made[name].labels(**labels).inc()
