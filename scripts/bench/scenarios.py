"""What is measured, with which requests."""

from dataclasses import dataclass
from typing import Literal

from bench.load import CONNECTIONS
from bench.programs import BenchFailed
from bench.statements import PAGE

# Turns of each scenario on each program. The first opens connections, prepares statements and fills caches, uncounted.
TURNS = 4
CROWD = 512


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of request. `paths` names the file of its paths; without one it creates patients."""

    name: str
    title: str
    paths: str | None
    headers: tuple[tuple[str, str], ...] = ()
    method: Literal["GET", "POST"] = "GET"
    reference: bool = True  # whether the reference has something to compare with
    own_paths: bool = False  # whether the reference has paths of its own
    connections: int = CONNECTIONS
    at_both_sizes: bool = True

    @property
    def writes(self) -> bool:
        """Whether it changes anything."""
        return self.paths is None or self.method == "POST"


SCENARIOS = (
    Scenario("read", "Read one patient", "read"),
    Scenario(
        "unchanged",
        "Read one, If-None-Match: 304",
        "read",
        (("If-None-Match", '"1"'),),
        reference=False,
    ),
    Scenario("page", f"First page of {PAGE}", "page"),
    Scenario("deep", f"Deep page of {PAGE}, by cursor", "deep", own_paths=True),
    Scenario("search", "Fuzzy search by two words", "search"),
    Scenario(
        "crowd", f"First page, {CROWD} connections", "page", reference=False, connections=CROWD, at_both_sizes=False
    ),
    Scenario("evaluate", "Evaluate, nothing new", "evaluate", method="POST"),
    # Of patients of one's own, so that neither finds done what the other did.
    Scenario("recommend", "Evaluate, something new", "recommend", method="POST", own_paths=True, at_both_sizes=False),
    Scenario("create", "Create a patient", None, at_both_sizes=False),
)
# Measured in a way of their own.
SEARCHES, START = "searches", "start"
EVENTS, CACHE, APPOINTMENTS, TASKS, AUDIT = "events", "cache", "appointments", "tasks", "audit"
USUAL = (*(scenario.name for scenario in SCENARIOS), SEARCHES, START)
NAMES = (*USUAL, EVENTS, CACHE, APPOINTMENTS, TASKS, AUDIT)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be measured."""

    scenarios: tuple[Scenario, ...]
    names: frozenset[str]

    @property
    def needs_patients(self) -> bool:
        """Whether it depends on how many patients there are."""
        return bool(self.scenarios) or SEARCHES in self.names

    @property
    def needs_programs(self) -> bool:
        """Whether a server has to run for it, with how many patients whatever."""
        return not self.names.isdisjoint({EVENTS, CACHE, APPOINTMENTS, TASKS, AUDIT})


def chosen(only: str | None) -> Chosen:
    """What is named in `only`, separated by commas; `all` is everything, and without it what is usual.

    Raises:
        BenchFailed: when there is no scenario of such a name.
    """
    if only == "all":
        only = ",".join(NAMES)
    names = USUAL if only is None else tuple(name.strip() for name in only.split(","))
    if unknown := [name for name in names if name not in NAMES]:
        raise BenchFailed(f"there is no scenario {', '.join(unknown)}; there are {', '.join(NAMES)}, or all")
    return Chosen(tuple(one for one in SCENARIOS if one.name in names), frozenset(names))
