"""`make bench`: Rounds beside a bare reference, on one machine, one request kind at a time; and how fast events arrive.

A number of requests per second says little by itself: it is mostly the machine's. So every run of Rounds alternates
with a run of a hand-written ASGI function that sends the same SQL to the same database and answers the same JSON, and
does nothing else. The share of its throughput that Rounds keeps is the price of everything a clinical backend adds:
routing, validation, authentication, errors, logs, metrics.

It measures and prints; `--write` keeps the figures in docs/benchmarks.md, which says what they mean.
"""

import argparse
import asyncio
import os
import pstats
import shutil
import signal
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import auditing, caching, delivering, diaries, load, searches, worklists
from bench.material import Material, patients_in
from bench.outbox import settled
from bench.programs import BenchFailed, Program, Programs
from bench.report import Results, Who, show, write
from bench.scenarios import (
    APPOINTMENTS,
    AUDIT,
    CACHE,
    EVENTS,
    NAMES,
    SEARCHES,
    START,
    TASKS,
    TURNS,
    Chosen,
    Scenario,
    chosen,
)
from rich.console import Console

SMALL = 10_000
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
_console = Console(width=None if sys.stdout.isatty() else 120)


def main() -> int:
    """Run what the command line asks for; answers the exit code."""
    wanted = _arguments()
    signal.signal(signal.SIGTERM, _leave)
    try:
        choice = chosen(wanted.only)
        _need_wrk(choice)
        with tempfile.TemporaryDirectory(prefix="rounds-bench-", ignore_cleanup_errors=True) as made:
            home = wanted.keep.absolute() if wanted.keep else Path(made)
            home.mkdir(parents=True, exist_ok=True)
            if wanted.profile:
                _profile(home, choice.scenarios, wanted.patients, wanted.seconds)
                return 0
            results = _measure(home, choice, wanted.patients, wanted.seconds)
            if wanted.write:
                write(results, PAGE)
    except BenchFailed as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _need_wrk(choice: Chosen) -> None:
    if (choice.scenarios or not choice.names.isdisjoint({APPOINTMENTS, TASKS, AUDIT})) and shutil.which("wrk") is None:
        raise BenchFailed("make bench needs wrk: apt install wrk (macOS: brew install wrk)")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure Rounds beside a bare reference.")
    parser.add_argument("--patients", type=int, default=1_000_000, help="how many at the larger size (1000000)")
    parser.add_argument(
        "--seconds", type=int, default=2, help=f"length of each of the {TURNS - 1} runs (2); events take in proportion"
    )
    parser.add_argument("--only", help=f"what to measure, by commas: {', '.join(NAMES)}; or all")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the databases, to be used again by the next run")
    parser.add_argument("--write", action="store_true", help=f"keep the figures in docs/{PAGE.name}")
    parser.add_argument("--profile", action="store_true", help="show instead where Rounds spends its time")
    wanted = parser.parse_args()
    if wanted.patients < 1000 or wanted.seconds < 1:
        parser.error("it takes 1000 patients and a second at least")
    return wanted


def _leave(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _measure(home: Path, choice: Chosen, patients: int, seconds: int) -> Results:
    small = min(SMALL, patients)
    results = Results(load=os.getloadavg()[0])
    try:
        for size in sorted({small, patients}) if choice.needs_patients else ():
            _measure_at(home / str(size), choice, size, seconds, results, is_largest=size == patients)
        if START in choice.names:
            with _console.status("Starting Rounds"):
                results.starts = starting(home / "start")
        if choice.needs_programs:
            _measure_beside(home / "beside", choice, patients, seconds)
    finally:  # what was measured is not lost when something fails after it
        show(results, _console)
    return results


def _measure_at(home: Path, choice: Chosen, size: int, seconds: int, results: Results, *, is_largest: bool) -> None:
    home.mkdir(exist_ok=True)
    material = Material(home, choice.scenarios)
    with Programs(home) as programs:
        with _console.status(f"Seeding up to {size:,} patients"):
            programs.seed(max(0, size - asyncio.run(patients_in(programs.database_url))))
            material.gather(programs, size)
            typed = asyncio.run(searches.examples(programs.database_url)) if SEARCHES in choice.names else {}
        here = [scenario for scenario in choice.scenarios if is_largest or scenario.at_both_sizes]
        # Writing comes last, since it changes how many there are.
        _take_turns(programs, material, [one for one in here if not one.writes], size, seconds, results)
        if typed:
            with _console.status(f"{size:,} patients: searching"):
                results.searches += searches.measure(programs, size, typed)
        _take_turns(programs, material, [one for one in here if one.writes], size, seconds, results)


def _measure_beside(home: Path, choice: Chosen, patients: int, seconds: int) -> None:
    """What does not depend on how many patients there are."""
    home.mkdir(exist_ok=True)
    with Programs(home) as programs:
        with _console.status("Seeding"):
            programs.seed(max(0, SMALL - asyncio.run(patients_in(programs.database_url))))
        if EVENTS in choice.names:
            delivering.show(delivering.measure(programs, seconds, _console), _console)
        if CACHE in choice.names:
            caching.show(caching.measure(programs, _console), _console)
        if AUDIT in choice.names:
            auditing.show(auditing.measure(programs, home, seconds, _console), _console)
        if APPOINTMENTS in choice.names:
            diaries.show(diaries.measure(programs, home, seconds, _console), _console)
        if TASKS in choice.names:
            worklists.show(worklists.measure(programs, home, patients, seconds, _console), _console)


def starting(home: Path) -> list[float]:
    """How many seconds Rounds takes to its first answer, once its database is there."""
    home.mkdir(exist_ok=True)
    programs = Programs(home)
    programs.seconds_to_serve()
    return [programs.seconds_to_serve() for _ in range(3)]


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
    given: dict[str, Any] = {
        "seconds": seconds,
        "headers": headers,
        "arguments": arguments,
        "connections": scenario.connections,
    }
    began = datetime.now(UTC)
    if program is programs.rounds:
        run = load.run(program, **given)
        # What wrk gave up at its end still stands before the next run's requests; whoever comes now comes behind it.
        program.ask("GET", "/patients?limit=1", headers=programs.authorization())
        wrote = asyncio.run(settled(programs.database_url, since=began, announced=True))
    else:
        # Otherwise Rounds would announce meanwhile what the reference publishes.
        with programs.rounds.paused():
            run = load.run(program, **given)
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
