"""What a subscriber reaches beyond its event: database, settings, counters, and a child process for risky work."""

from dataclasses import dataclass

from rounds.data import Database
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
