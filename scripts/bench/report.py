"""The tables at the end: what was measured, and what was to be reached."""

from dataclasses import dataclass, field
from statistics import median
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table

from bench.load import Run, middle
from bench.scenarios import SCENARIOS, Scenario

Who = Literal["reference", "rounds"]

# How much of the reference's throughput Rounds keeps, at the larger size.
SHARES = {"read": 0.30, "page": 0.40, "deep": 0.40, "create": 0.25, "search": 0.70, "evaluate": 0.30}
DEEP_TO_FIRST = 1.15
LARGE_TO_SMALL = 1.30
ALIKE = 0.04  # how far apart the shares of evaluations that write may be


@dataclass
class Results:
    """All runs, by number of patients, scenario and program."""

    runs: dict[tuple[int, str, Who], list[Run]] = field(default_factory=dict)
    wrote: dict[tuple[int, Who], list[float]] = field(default_factory=dict)

    def add(self, size: int, scenario: Scenario, who: Who, run: Run, wrote: float) -> None:
        """Note one run, and which share of its requests made recommendations."""
        self.runs.setdefault((size, scenario.name, who), []).append(run)
        if scenario.name == "evaluate":
            self.wrote.setdefault((size, who), []).append(wrote)

    def of(self, size: int, scenario: str, who: Who) -> Run | None:
        """The medians, or None when it was not measured."""
        runs = self.runs.get((size, scenario, who))
        return middle(runs) if runs else None

    def shares_that_wrote(self, size: int) -> tuple[float, float] | None:
        """Of the evaluations by the reference and by Rounds, the shares that made recommendations."""
        bare, ours = (self.wrote.get((size, who)) for who in ("reference", "rounds"))
        return (median(bare), median(ours)) if bare and ours else None

    @property
    def sizes(self) -> list[int]:
        """Numbers of patients, ascending."""
        return sorted({size for size, _, _ in self.runs})


def show(results: Results, console: Console) -> None:
    """Print everything."""
    for size in results.sizes:
        console.print(_measured(results, size))
    targets = _targets(results)
    if targets:
        console.print(_judged(targets))


def _measured(results: Results, size: int) -> Table:
    table = Table(title=f"{size:,} patients", box=box.SIMPLE_HEAD, title_justify="left")
    table.add_column("")
    for column in ("reference/s", "Rounds/s", "share", "p50 ms", "p99 ms", "CPU ms"):
        table.add_column(column, justify="right")
    for scenario in SCENARIOS:
        bare, ours = (results.of(size, scenario.name, who) for who in ("reference", "rounds"))
        if ours is not None:
            table.add_row(scenario.title, *_numbers(bare, ours))
    table.caption = "p50, p99 and the server's processor time per request: reference / Rounds"
    if wrote := results.shares_that_wrote(size):
        shares = " / ".join(f"{share:.0%}" for share in wrote)
        table.caption += f"\nMade recommendations and published them: {shares} of the evaluations, the others only read"
        if not _alike(wrote):
            table.caption += "\nWith so few patients many were evaluated twice, so evaluations cannot be compared"
    table.caption_justify = "left"
    return table


def _alike(wrote: tuple[float, float] | None) -> bool:
    """Whether reference and Rounds had the same to write."""
    return wrote is not None and abs(wrote[0] - wrote[1]) <= ALIKE


def _numbers(bare: Run | None, ours: Run) -> tuple[str, ...]:
    if bare is None:
        alone = (f"{ours.p50:.1f}", f"{ours.p99:.1f}", f"{ours.processor:.2f}")
        return ("", f"{ours.per_second:,.0f}", "", *alone)
    return (
        f"{bare.per_second:,.0f}",
        f"{ours.per_second:,.0f}",
        f"{ours.per_second / bare.per_second:.2f}",
        f"{bare.p50:.1f} / {ours.p50:.1f}",
        f"{bare.p99:.1f} / {ours.p99:.1f}",
        f"{bare.processor:.2f} / {ours.processor:.2f}",
    )


@dataclass(frozen=True, slots=True)
class _Target:
    wanted: str
    found: str
    met: bool


def _targets(results: Results) -> list[_Target]:
    small, large = results.sizes[0], results.sizes[-1]
    targets = []
    for name, share in SHARES.items():
        bare, ours = results.of(large, name, "reference"), results.of(large, name, "rounds")
        if name == "evaluate" and not _alike(results.shares_that_wrote(large)):
            continue
        if bare is not None and ours is not None:
            kept = ours.per_second / bare.per_second
            targets.append(_Target(f"{name}: at least {share:.2f} of the reference", f"{kept:.2f}", kept >= share))
    read, unchanged, page, deep = (results.of(large, name, "rounds") for name in ("read", "unchanged", "page", "deep"))
    if page is not None and deep is not None:
        ratio = deep.p50 / page.p50
        wanted = f"deep page: at most {DEEP_TO_FIRST:.2f} times the first page's time"
        targets.append(_Target(wanted, f"{ratio:.2f}", ratio <= DEEP_TO_FIRST))
    if read is not None and unchanged is not None:
        ratio = unchanged.p50 / read.p50
        targets.append(_Target("304: faster than the full read", f"{ratio:.2f} of its time", ratio < 1))
    before = results.of(small, "read", "rounds")
    if read is not None and before is not None and small < large:
        ratio = read.p50 / before.p50
        wanted = f"read at {large:,}: at most {LARGE_TO_SMALL:.2f} times that at {small:,}"
        targets.append(_Target(wanted, f"{ratio:.2f}", ratio <= LARGE_TO_SMALL))
    return targets


def _judged(targets: list[_Target]) -> Table:
    table = Table(title="Targets", box=box.SIMPLE_HEAD, title_justify="left")
    table.add_column("")
    table.add_column("measured", justify="right")
    table.add_column("")
    for target in targets:
        table.add_row(target.wanted, target.found, "[green]met[/]" if target.met else "[red]not met[/]")
    return table
