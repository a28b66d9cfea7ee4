"""Finds the features by walking the `features` package; nothing on the platform names one."""

import pkgutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import features

if TYPE_CHECKING:  # which needs the database's tables, and `rounds --help` does not
    from rounds.lifespan import LongLived, Platform


@cache
def names() -> tuple[str, ...]:
    """Every slice, in alphabetical order."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(features.__path__) if module.ispkg))


def modules(part: str) -> Iterator[ModuleType]:
    """The module `part` (`endpoint`, `persistence`, `command`, …) of each slice that has one."""
    for name in names():
        import_module(f"features.{name}")  # what a slice offers to others is registered by its front door
        if _is_there(f"features.{name}.{part}"):
            yield import_module(f"features.{name}.{part}")


@cache
def _is_there(module: str) -> bool:
    return find_spec(module) is not None


def commands() -> Iterator[ModuleType]:
    """The module `command` of each slice that has one, without the slice behind it.

    Importing it by its name would import the slice's front door first, and that of others below: `rounds --help` would
    wait for the whole house. So such a module imports what its commands need when they run.
    """
    for name in names():
        full = f"features.{name}.command"
        spec = PathFinder.find_spec(full, [str(Path(folder, name)) for folder in features.__path__])
        if full not in sys.modules and spec is not None and spec.loader is not None:
            module = sys.modules[full] = module_from_spec(spec)
            spec.loader.exec_module(module)
        if full in sys.modules:
            yield sys.modules[full]


def load_tables() -> None:
    """Import every table, the platform's own included, for migrations and their checks."""
    for own in (
        "rounds.events.outbox",
        "rounds.events.periodic",
        "rounds.http.kept_answers",
        "rounds.auth.spent_tickets",
    ):
        import_module(own)
    for _ in modules("tables"):
        pass


def load_scopes() -> None:
    """Declare every scope; whoever issues or reads tokens has to know them."""
    for _ in modules("scopes"):
        pass


def load_events() -> None:
    """Register every type of events, for whoever describes them."""
    for _ in modules("events"):
        pass


def load_subscribers() -> None:
    """Register every subscriber and all periodic work; whoever publishes or delivers events has to know them."""
    for _ in modules("subscribers"):
        pass


@asynccontextmanager
async def opened(platform: "Platform") -> AsyncIterator["LongLived"]:
    """What every slice keeps open in a process (`rounds.lifespan`); it is closed at the end of the block."""
    from rounds.lifespan import LongLived  # noqa: PLC0415 - see above

    found = LongLived()
    async with AsyncExitStack() as stack:
        for part in modules("lifespan"):
            found.hold(*await stack.enter_async_context(part.opened(platform)))
        yield found
