"""The parts that a pipeline tests side by side, as JSON: each slice, each part of the ground floor, and the rest.

They are what the folders say, so a new slice is tested without being listed anywhere. `make test PART=…` runs one.
"""

import json
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
# A folder that is big enough to be divided once more.
DIVIDED = {"features"}


def parts() -> list[str]:
    """Names of the parts; together they have every test once. `.` are the files beside the folders."""
    found = ["."]
    for folder in sorted(path for path in TESTS.iterdir() if path.is_dir()):
        if folder.name in DIVIDED:
            found += [f"{folder.name}/{path.name}" for path in sorted(folder.iterdir()) if has_tests(path)]
        elif has_tests(folder):
            found.append(folder.name)
    return found


def has_tests(folder: Path) -> bool:
    """Whether there are tests in it or below."""
    return folder.is_dir() and any(folder.rglob("test_*.py"))


if __name__ == "__main__":
    print(json.dumps(parts()))
