"""`python -m scripts.bench.courses FILE`: how much of what others expect of courses of illness the chart says.

Counts each expectation of a list by itself (one problem, one drug, one allergy), by the checks of
`tests/features/chart/test_courses.py`, and prints those that fail. `--figures` prints no more than the counts, for
courses that nobody who works on the rules is to read.
"""

import argparse
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.features.chart.charting import chart_of
from tests.features.chart.test_courses import CHECKS

Course = dict[str, Any]
_WHOLE = frozenset({"each_problem_once", "allergies_present"})
"""What is not to be taken apart: an allergy too many is as wrong as one too few."""


def failures(course: Course) -> Iterator[tuple[str, str | None]]:
    """Each single expectation of a course, with what is wrong if it does not hold."""
    notes = [(note["taken_at"].replace("Z", "+00:00"), note["content"]) for note in course["notes"]]
    as_of = max(datetime.fromisoformat(taken_at) for taken_at, _ in notes) + timedelta(hours=1)
    chart = chart_of(notes, as_of=as_of)
    for member, wanted in course["expect"].items():
        if member not in CHECKS:
            continue
        for one in _singly(member, wanted):
            yield f"{member}: {one}", _wrong(chart, member, one)


def _singly(member: str, wanted: Any) -> list[Any]:
    if member in _WHOLE:
        return [wanted]
    if isinstance(wanted, dict):
        return [{name: value} for name, value in wanted.items()]
    return [[one] for one in wanted]


def _wrong(chart: Any, member: str, wanted: Any) -> str | None:
    try:
        CHECKS[member](chart, wanted)
    except (AssertionError, StopIteration, ValueError) as error:  # the last two: an expectation in an unknown form
        return str(error).splitlines()[0] if str(error) else repr(error)
    return None


def main() -> None:
    """Print what fails, and the counts."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("file", type=Path)
    options.add_argument("--figures", action="store_true", help="only the counts")
    options.add_argument("--every", choices=("odd", "even", "all"), default="all", help="the 1st, 3rd, … or the others")
    given = options.parse_args()
    courses = json.loads(given.file.read_text("utf-8"))
    first = {"odd": 0, "even": 1, "all": 0}[given.every]
    right = told = 0
    for course in courses[first :: 1 if given.every == "all" else 2]:
        for what, wrong in failures(course):
            told += 1
            right += wrong is None
            if wrong is not None and not given.figures:
                print(f"{course['name']} | {what}\n    {wrong[:300]}")
    print(f"{right} of {told} expectations hold")


if __name__ == "__main__":
    main()
