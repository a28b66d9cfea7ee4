"""What a process has open for as long as it runs: the platform's own, and what each slice builds on it.

A slice that keeps something open (a client, a table of engines, a task) has a module `lifespan` with one function,
`opened(platform)`, an asynchronous context manager that yields the objects and closes them at the end. The API process
and the consumer enter them all alike (`rounds.slices.opened`); whoever needs an object asks for it by its class.
"""

from dataclasses import dataclass
from typing import TypeVar, cast

from rounds.data import Database
from rounds.llm import LanguageModel
from rounds.processes import ChildProcesses
from rounds.settings import Settings

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Platform:
    """What the slices may build on. It outlives whatever they open.

    Attributes:
        settings: What this process goes by.
        database: Its pools.
        child_processes: Where it has risky work done.
        model: The one language model of the process, with its breaker and its metrics; not always one that is
            configured (`LanguageModel.configured`).
    """

    settings: Settings
    database: Database
    child_processes: ChildProcesses
    model: LanguageModel


class LongLived:
    """What the slices have open in one process, each object under its class."""

    def __init__(self, *objects: object) -> None:
        self._by_class: dict[type[object], object] = {}
        self.hold(*objects)

    def hold(self, *objects: object) -> None:
        """Keep these, each in the place of the one of its class."""
        self._by_class |= {type(each): each for each in objects}

    def __getitem__(self, kind: type[Kind]) -> Kind:
        try:
            return cast("Kind", self._by_class[kind])
        except KeyError:
            raise LookupError(f"no slice has opened a {kind.__name__} in this process") from None
