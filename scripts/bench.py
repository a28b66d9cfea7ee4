"""`make bench`: Rounds beside a bare reference, on one machine, one request kind at a time; and how fast events arrive.

A number of requests per second says little by itself: it is mostly the machine's. So every run of Rounds alternates
with a run of a hand-written ASGI function that sends the same SQL to the same database and answers the same JSON, and
does nothing else. The share of its throughput that Rounds keeps is the price of everything a clinical backend adds:
routing, validation, authentication, errors, logs, metrics.

It only measures and prints. docs/benchmarks.md says what the numbers mean.
"""

import argparse
import asyncio
import pstats
import shutil
import signal
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import caching, delivering, diaries, load, worklists
from bench.material import Material
from bench.outbox import settled
from bench.programs import BenchFailed, Program, Programs
from bench.report import Results, Who, show
from bench.scenarios import NAMES, TURNS, Chosen, Scenario, chosen
from rich.console import Console

SMALL = 10_000
_console = Console(width=None if sys.stdout.isatty() else 120)


def main() -> int:
    """Run what the command line asks for; answers the exit code."""
    wanted = _arguments()
    signal.signal(signal.SIGTERM, _leave)
    try:
        choice = chosen(wanted.only)
        _need_wrk(choice)
        with tempfile.TemporaryDirectory(prefix="rounds-bench-", ignore_cleanup_errors=True) as made:
            if wanted.profile:
                _profile(Path(made), choice.scenarios, wanted.patients, wanted.seconds)
            else:
                _measure(Path(made), choice, wanted.patients, wanted.seconds)
    except BenchFailed as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _need_wrk(choice: Chosen) -> None:
    if (choice.scenarios or choice.appointments or choice.tasks) and shutil.which("wrk") is None:
        raise BenchFailed("make bench needs wrk: apt install wrk (macOS: brew install wrk)")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure Rounds beside a bare reference.")
    parser.add_argument("--patients", type=int, default=1_000_000, help="how many at the larger size (1000000)")
    parser.add_argument(
        "--seconds", type=int, default=3, help=f"length of each of the {TURNS - 1} runs (3); events take in proportion"
    )
    parser.add_argument("--only", help=f"scenarios, by commas: {', '.join(NAMES)}")
    parser.add_argument("--profile", action="store_true", help="show instead where Rounds spends its time")
    wanted = parser.parse_args()
    if wanted.patients < 1000 or wanted.seconds < 1:
        parser.error("it takes 1000 patients and a second at least")
    return wanted


def _leave(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _measure(home: Path, choice: Chosen, patients: int, seconds: int) -> None:
    small = min(SMALL, patients)
    # Events and the cache do not depend on how many patients there are.
    sizes = sorted({small, patients}) if choice.scenarios else [small]
    material = Material(home, choice.scenarios)
    with Programs(home) as programs:
        results, there = Results(), 0
        for size in sizes:
            with _console.status(f"Seeding up to {size:,} patients"):
                programs.seed(size - there)
                material.gather(programs, size)
            there = size
            here = [scenario for scenario in choice.scenarios if size == patients or scenario.at_both_sizes]
            # Writing comes last, since it changes how many there are.
            _take_turns(programs, material, [one for one in here if not one.writes], size, seconds, results)
            _take_turns(programs, material, [one for one in here if one.writes], size, seconds, results)
        if choice.scenarios:
            show(results, _console)
        if choice.events:
            delivering.show(delivering.measure(programs, seconds, _console), _console)
        if choice.cache:
            caching.show(caching.measure(programs, _console), _console)
        if choice.appointments:
            diaries.show(diaries.measure(programs, home, seconds, _console), _console)
        if choice.tasks:
            worklists.show(worklists.measure(programs, home, patients, seconds, _console), _console)
        _console.print(f"Rounds wrote {programs.log_lines():,} log lines meanwhile.", style="dim")


def _take_turns(
    programs: Programs, material: Material, scenarios: list[Scenario], size: int, seconds: int, results: Results
) -> None:
    """Alternate programs and scenarios, so that whatever else the machine does meets all of them alike."""
    for turn in range(TURNS):
        for scenario in scenarios:
            servers: list[tuple[Who, Program]] = [("rounds", programs.rounds)]
            if scenario.reference:
                servers.insert(0, ("reference", programs.reference))
            for who, program in servers:
                with _console.status(f"{size:,} patients: {scenario.title}, {program.name}, {turn} of {TURNS - 1}"):
                    run, wrote = _run(programs, program, material, scenario, seconds if turn else 1, turn)
                if turn:
                    results.add(size, scenario, who, run, wrote)


def _run(
    programs: Programs, program: Program, material: Material, scenario: Scenario, seconds: int, turn: int
) -> tuple[load.Run, float]:
    """One run, and how many of its requests, as a share, made recommendations."""
    headers = {**programs.authorization(), **dict(scenario.headers)}
    arguments: tuple[str, ...] = ("create", load.unique())
    if scenario.paths is not None:
        arguments = (scenario.method, str(material.file(scenario, program, turn)))
    began = datetime.now(UTC)
    if program is programs.rounds:
        run = load.run(program, seconds=seconds, headers=headers, arguments=arguments)
        wrote = asyncio.run(settled(programs.database_url, since=began, announced=True))
    else:
        # Otherwise Rounds would announce meanwhile what the reference publishes.
        with programs.rounds.paused():
            run = load.run(program, seconds=seconds, headers=headers, arguments=arguments)
            wrote = asyncio.run(settled(programs.database_url, since=began, announced=False))
    return run, wrote / run.requests


def _profile(home: Path, scenarios: tuple[Scenario, ...], patients: int, seconds: int) -> None:
    """Show what Rounds itself spends its time on; cProfile makes all of it slower, so only the shares mean anything."""
    found, material = home / "profile", Material(home, scenarios)
    with Programs(home, profile=found) as programs:
        programs.seed(min(SMALL, patients))
        material.gather(programs, min(SMALL, patients))
        for scenario in scenarios:
            _run(programs, programs.rounds, material, scenario, seconds, 0)
    pstats.Stats(str(found)).strip_dirs().sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    sys.exit(main())
