"""Finds the features by walking the `features` package; nothing on the platform names one."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import features


def names() -> list[str]:
    """Every slice, in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(features.__path__) if module.ispkg)


def modules(part: str) -> Iterator[ModuleType]:
    """The module `part` (`endpoint`, `persistence`, `command`, …) of each slice that has one."""
    for name in names():
        front = f"features.{name}"
        import_module(front)  # what a slice offers to others is registered by its front door
        if find_spec(f"{front}.{part}") is not None:
            yield import_module(f"{front}.{part}")


def load_tables() -> None:
    """Import every table, the platform's own included, for migrations and their checks."""
    for own in ("rounds.events.outbox", "rounds.http.kept_answers", "rounds.auth.spent_tickets"):
        import_module(own)
    for _ in modules("tables"):
        pass


def load_subscribers() -> None:
    """Register every subscriber; whoever publishes or delivers events has to know them."""
    for _ in modules("subscribers"):
        pass
