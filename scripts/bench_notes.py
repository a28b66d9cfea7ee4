"""`make bench-notes`: how well notes are understood, beside annotations made by hand; and how fast.

It measures and prints. `--write` keeps the figures in docs/notes-benchmarks.md, which says what they mean.
"""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from bench.notes import measure
from bench.notes_gold import DATA, GoldFailed
from bench.notes_report import Sheet, explain, scanned, sheets, show, write
from rich.console import Console

PAGE = Path(__file__).parents[1] / "docs" / "notes-benchmarks.md"
_console = Console(width=None if sys.stdout.isatty() else 120)


def main() -> int:
    """Run what the command line asks for; answers the exit code."""
    wanted = _arguments()
    if not wanted.data.is_dir():
        print(f"bench-notes: no notes in {wanted.data}", file=sys.stderr)
        return 1
    try:
        results = measure(wanted.data)
    except GoldFailed as failure:
        print(f"bench-notes: {failure}", file=sys.stderr)
        return 1
    tables = sheets(results)
    if wanted.explain:
        explain(results, _console)
    if wanted.scans:
        tables += _scans()
    show(tables, _console)
    if wanted.write:
        write(tables, PAGE)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure how notes are understood.")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with aci-bench, mts-dialog and soap")
    parser.add_argument("--explain", action="store_true", help="list every miss and everything made up")
    parser.add_argument(
        "--no-scans", dest="scans", action="store_false", help="leave out the scans, which take minutes"
    )
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {PAGE.name}")
    wanted = parser.parse_args()
    if wanted.write and not wanted.scans:
        parser.error("the page keeps the scans too: --write goes without --no-scans")
    return wanted


def _scans() -> list[Sheet]:
    """The table of recognised pages; its engine and fonts are loaded only when they are wanted."""
    try:
        scans = import_module("bench.scans")
    except ModuleNotFoundError as missing:
        print(f"bench-notes: scans are left out: {missing}", file=sys.stderr)
        return []
    with _console.status("Reading scans"):
        return [scanned(scans.measure(), goal=scans.TO_REACH)]


if __name__ == "__main__":
    sys.exit(main())
