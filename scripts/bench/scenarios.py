"""What is measured, with which requests."""

from dataclasses import dataclass
from typing import Literal

from bench.programs import BenchFailed
from bench.statements import PAGE

# Turns of each scenario on each program. The first opens connections, prepares statements and fills caches, uncounted.
TURNS = 4


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
        at_both_sizes=False,
    ),
    Scenario("page", f"First page of {PAGE}", "page"),
    Scenario("deep", f"Deep page of {PAGE}, by cursor", "deep", own_paths=True),
    Scenario("search", "Fuzzy search by two words", "search"),
    # Of patients of one's own, so that neither finds done what the other did.
    Scenario("evaluate", "Evaluate a patient", "evaluate", method="POST", own_paths=True, at_both_sizes=False),
    Scenario("create", "Create a patient", None, at_both_sizes=False),
)
# Measured in a way of their own.
EVENTS, CACHE, APPOINTMENTS, TASKS = "events", "cache", "appointments", "tasks"
NAMES = (*(scenario.name for scenario in SCENARIOS), EVENTS, CACHE, APPOINTMENTS, TASKS)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be measured."""

    scenarios: tuple[Scenario, ...]
    events: bool
    cache: bool
    appointments: bool
    tasks: bool


def chosen(only: str | None) -> Chosen:
    """What is named in `only`, separated by commas; everything without.

    Raises:
        BenchFailed: when there is no scenario of such a name.
    """
    names = NAMES if only is None else tuple(name.strip() for name in only.split(","))
    if unknown := [name for name in names if name not in NAMES]:
        raise BenchFailed(f"there is no scenario {', '.join(unknown)}; there are {', '.join(NAMES)}")
    return Chosen(
        tuple(one for one in SCENARIOS if one.name in names),
        EVENTS in names,
        CACHE in names,
        APPOINTMENTS in names,
        TASKS in names,
    )
