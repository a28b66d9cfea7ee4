"""What a subscriber reaches beyond its event: what is open in the process that delivers it."""

from dataclasses import dataclass

from rounds.data import Database
from rounds.lifespan import LongLived
from rounds.observability.counters import Counters
from rounds.processes import ChildProcesses
from rounds.settings import Settings


@dataclass(frozen=True, slots=True)
class SubscriberContext:
    """What is open in a process while it delivers."""

    database: Database
    settings: Settings
    child_processes: ChildProcesses
    counters: Counters
    long_lived: LongLived
