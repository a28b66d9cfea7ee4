"""`make bench`: Rounds beside a bare reference, on one machine, one request kind at a time.

A number of requests per second says little by itself: it is mostly the machine's. So every run of Rounds alternates
with a run of a hand-written ASGI function that sends the same SQL to the same database and answers the same JSON, and
does nothing else. The share of its throughput that Rounds keeps is the price of everything a clinical backend adds:
routing, validation, authentication, errors, logs, metrics.

It only measures and prints. docs/benchmarks.md says what the numbers mean.
"""

import argparse
import pstats
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from bench import load
from bench.programs import BenchFailed, Program, Programs
from bench.report import Results, Who, show
from bench.scenarios import Material, Scenario, chosen
from rich.console import Console

SMALL = 10_000
ROUNDS = 3
_console = Console(width=None if sys.stdout.isatty() else 120)


def main() -> int:
    """Run what the command line asks for; answers the exit code."""
    wanted = _arguments()
    if shutil.which("wrk") is None:
        print("make bench needs wrk: apt install wrk (macOS: brew install wrk)", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, _leave)
    try:
        scenarios = chosen(wanted.only)
        with tempfile.TemporaryDirectory(prefix="rounds-bench-", ignore_cleanup_errors=True) as made:
            if wanted.profile:
                _profile(Path(made), scenarios, wanted.patients, wanted.seconds)
            else:
                show(_measure(Path(made), scenarios, wanted.patients, wanted.seconds), _console)
    except BenchFailed as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure Rounds beside a bare reference.")
    parser.add_argument("--patients", type=int, default=1_000_000, help="how many at the larger size (1000000)")
    parser.add_argument("--seconds", type=int, default=3, help=f"length of each of the {ROUNDS} runs (3)")
    parser.add_argument("--only", help="scenarios, by commas: read, unchanged, page, deep, search, create")
    parser.add_argument("--profile", action="store_true", help="show instead where Rounds spends its time")
    wanted = parser.parse_args()
    if wanted.patients < 1000 or wanted.seconds < 1:
        parser.error("it takes 1000 patients and a second at least")
    return wanted


def _leave(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _measure(home: Path, scenarios: tuple[Scenario, ...], patients: int, seconds: int) -> Results:
    results, material = Results(), Material(home)
    with Programs(home) as programs:
        there = 0
        for size in sorted({min(SMALL, patients), patients}):
            with _console.status(f"Seeding up to {size:,} patients"):
                programs.seed(size - there)
                material.gather(programs, size)
            there = size
            here = [scenario for scenario in scenarios if size == patients or scenario.at_both_sizes]
            # Creating comes last, since it changes how many there are.
            _take_turns(programs, material, [one for one in here if one.paths is not None], size, seconds, results)
            _take_turns(programs, material, [one for one in here if one.paths is None], size, seconds, results)
        _console.print(f"Rounds wrote {programs.log_lines():,} log lines meanwhile.", style="dim")
    return results


def _take_turns(
    programs: Programs, material: Material, scenarios: list[Scenario], size: int, seconds: int, results: Results
) -> None:
    """Alternate programs and scenarios, so that whatever else the machine does meets all of them alike."""
    for turn in range(ROUNDS + 1):
        for scenario in scenarios:
            servers: list[tuple[Who, Program]] = [("rounds", programs.rounds)]
            if scenario.reference:
                servers.insert(0, ("reference", programs.reference))
            for who, program in servers:
                with _console.status(f"{size:,} patients: {scenario.title}, {program.name}, {turn} of {ROUNDS}"):
                    # The first turn opens connections, prepares statements and fills caches; it does not count.
                    run = _run(programs, program, material, scenario, seconds if turn else 1)
                if turn:
                    results.add(size, scenario, who, run)


def _run(programs: Programs, program: Program, material: Material, scenario: Scenario, seconds: int) -> load.Run:
    headers = {**programs.authorization(), **dict(scenario.headers)}
    arguments = ("post", load.unique()) if scenario.paths is None else ("get", str(material.file(scenario, program)))
    return load.run(program, seconds=seconds, headers=headers, arguments=arguments)


def _profile(home: Path, scenarios: tuple[Scenario, ...], patients: int, seconds: int) -> None:
    """Show what Rounds itself spends its time on; cProfile makes all of it slower, so only the shares mean anything."""
    found, material = home / "profile", Material(home)
    with Programs(home, profile=found) as programs:
        programs.seed(min(SMALL, patients))
        material.gather(programs, min(SMALL, patients))
        for scenario in scenarios:
            _run(programs, programs.rounds, material, scenario, seconds)
    pstats.Stats(str(found)).strip_dirs().sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    sys.exit(main())
