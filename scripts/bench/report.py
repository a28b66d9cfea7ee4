"""What was measured, and what was to be reached: for the screen, and as Markdown for the page that keeps it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Literal

from rich.console import Console

from bench.load import Run, middle
from bench.notes_report import BEGIN, END, Sheet
from bench.scenarios import SCENARIOS, Scenario
from bench.searches import Searched

Who = Literal["reference", "rounds"]


@dataclass
class Results:
    """All runs, by number of patients, scenario and program."""

    load: float  # of the machine, when it began: what else it did
    runs: dict[tuple[int, str, Who], list[Run]] = field(default_factory=dict)
    wrote: dict[tuple[int, str, Who], list[float]] = field(default_factory=dict)
    searches: list[Searched] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)

    def add(self, size: int, scenario: Scenario, who: Who, run: Run, wrote: float) -> None:
        """Note one run, and which share of its requests made recommendations."""
        self.runs.setdefault((size, scenario.name, who), []).append(run)
        self.wrote.setdefault((size, scenario.name, who), []).append(wrote)

    def of(self, size: int, scenario: str, who: Who) -> Run | None:
        """The medians, or None when it was not measured."""
        runs = self.runs.get((size, scenario, who))
        return middle(runs) if runs else None

    def shares_that_wrote(self, size: int, scenario: str) -> tuple[float, float] | None:
        """Of the requests to the reference and to Rounds, the shares that made recommendations."""
        bare, ours = (self.wrote.get((size, scenario, who)) for who in ("reference", "rounds"))
        return (median(bare), median(ours)) if bare and ours else None

    @property
    def sizes(self) -> list[int]:
        """Numbers of patients, ascending."""
        return sorted({size for size, _, _ in self.runs} | {one.size for one in self.searches})


def show(results: Results, console: Console) -> None:
    """Print everything."""
    for sheet in sheets(results):
        console.print(sheet.on_screen())
    console.print(_circumstances(results), style="dim")


def write(results: Results, page: Path) -> None:
    """Put the figures into the page, between its marks."""
    head, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, _, tail = rest.partition(END)
    told = "\n\n".join(f"### {sheet.title}\n\n{sheet.on_paper()}" for sheet in sheets(results))
    page.write_text(f"{head}{BEGIN}\n\n{_circumstances(results)}\n\n{told}\n\n{END}{tail}", "utf-8")


def sheets(results: Results) -> list[Sheet]:
    """Every table that there is something for."""
    found = (_requests(results), _searches(results), targets(results))
    return [sheet for sheet in found if sheet.rows]


def _circumstances(results: Results) -> str:
    return f"Measured on {datetime.now(UTC):%-d %B %Y}; the machine's load when it began was {results.load:.1f}."


def _requests(results: Results) -> Sheet:
    rows = []
    for scenario in SCENARIOS:
        for size in results.sizes:
            bare, ours = (results.of(size, scenario.name, who) for who in ("reference", "rounds"))
            if ours is not None:
                rows.append((f"{scenario.title}, of {size:,}", *_numbers(bare, ours)))
    columns = ("Reference / Rounds", "a second", "share", "p50 ms", "p99 ms", "CPU ms")
    return Sheet("Requests", columns, rows)


def _numbers(bare: Run | None, ours: Run) -> tuple[str, ...]:
    if bare is None:
        return (f"{ours.per_second:,.0f}", "", f"{ours.p50:.1f}", f"{ours.p99:.1f}", f"{ours.processor:.2f}")
    return (
        f"{bare.per_second:,.0f} / {ours.per_second:,.0f}",
        f"{ours.per_second / bare.per_second:.2f}",
        f"{bare.p50:.1f} / {ours.p50:.1f}",
        f"{bare.p99:.1f} / {ours.p99:.1f}",
        f"{bare.processor:.2f} / {ours.processor:.2f}",
    )


def _searches(results: Results) -> Sheet:
    kinds = list(dict.fromkeys(one.kind for one in results.searches))
    sizes = sorted({one.size for one in results.searches})
    rows = []
    for kind in kinds:
        by_size = {one.size: one for one in results.searches if one.kind == kind}
        rows.append((kind, *(f"{by_size[size].p50:.1f} / {by_size[size].p99:.1f}" for size in sizes)))
    return Sheet("Searches, one at a time", ("p50 / p99 ms", *(f"of {size:,}" for size in sizes)), rows)


# At the larger size: how much of the reference's throughput Rounds keeps.
SHARES = {
    "read": 0.45, "page": 0.80, "deep": 0.80, "search": 0.70, "evaluate": 0.60, "recommend": 0.40, "create": 0.40
}  # fmt: skip
WORST = {"read": 35.0, "page": 90.0}  # p99 in milliseconds
DEEP_TO_FIRST = 1.15
LARGE_TO_SMALL = 1.30
CROWDED = 5  # how many times as long as half of them the slowest in a hundred may take
STARVED = 15  # and the very slowest
START_SECONDS = 1.3
ALIKE = 0.04  # how far apart the shares of evaluations that write may be


def targets(results: Results) -> Sheet:
    """What was to be reached, and whether it was."""
    rows: list[tuple[str, ...]] = []

    def judge(wanted: str, found: float | None, *, at_most: float | None = None, at_least: float = 0.0) -> None:
        if found is not None:
            met = found >= at_least if at_most is None else found <= at_most
            rows.append((wanted, f"{found:.2f}" if found < 10 else f"{found:.0f}", "yes" if met else "no"))

    if results.runs:
        _judge_requests(results, judge)
    for one in results.searches:
        if one.bound is not None and one.size == results.sizes[-1]:
            judge(f"Search by {one.kind}: at most {one.bound:g} ms", one.p50, at_most=one.bound)
    if results.starts:
        judge(f"Second start: at most {START_SECONDS} s", median(results.starts), at_most=START_SECONDS)
    return Sheet("Targets", ("", "measured", "met"), rows)


def _judge_requests(results: Results, judge: Any) -> None:
    small, large = results.sizes[0], results.sizes[-1]
    ours = {scenario.name: results.of(large, scenario.name, "rounds") for scenario in SCENARIOS}
    for name, share in SHARES.items():
        bare, run = results.of(large, name, "reference"), ours[name]
        wrote = results.shares_that_wrote(large, name)
        if bare is None or run is None or (wrote is not None and abs(wrote[0] - wrote[1]) > ALIKE):
            continue
        title = next(one.title for one in SCENARIOS if one.name == name)
        judge(f"{title}: at least {share:.2f} of the reference", run.per_second / bare.per_second, at_least=share)
    for name, worst in WORST.items():
        if (run := ours[name]) is not None:
            judge(f"{name}: p99 at most {worst:g} ms", run.p99, at_most=worst)
    judge("304: of the full read's time less than 1", _ratio(ours["unchanged"], ours["read"]), at_most=0.995)
    judge(
        f"Deep page: at most {DEEP_TO_FIRST} times the first page's time",
        _ratio(ours["deep"], ours["page"]),
        at_most=DEEP_TO_FIRST,
    )
    if small < large:
        ratio = _ratio(ours["read"], results.of(small, "read", "rounds"))
        judge(f"Read of {large:,}: at most {LARGE_TO_SMALL} times that of {small:,}", ratio, at_most=LARGE_TO_SMALL)
    if (crowd := ours["crowd"]) is not None:
        judge(f"Crowd: p99 at most {CROWDED} times p50", crowd.p99 / crowd.p50, at_most=CROWDED)
        judge(f"Crowd: the longest at most {STARVED} times p50", crowd.longest / crowd.p50, at_most=STARVED)


def _ratio(one: Run | None, other: Run | None) -> float | None:
    return None if one is None or other is None else one.p50 / other.p50
