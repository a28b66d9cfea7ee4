"""What the documents say about the code is what the code is: floors, folders, names, slices, problems."""

import importlib
import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

from rounds import __version__, slices

ROOT = Path(__file__).parents[1]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


@cache
def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_drawn_floors_are_those_that_are_enforced() -> None:
    contracts = tomllib.loads(text_of("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (floors,) = [contract["layers"] for contract in contracts if contract["id"] == "floors"]
    (drawn,) = re.findall(r"^features/\n(.*?)^src/clinical/", text_of("docs/architecture.md"), re.MULTILINE | re.DOTALL)
    lines = [line.strip().partition("   ")[0].split(", ") for line in drawn.splitlines()]
    assert [sorted(line) for line in lines] == [sorted(re.findall(r"[a-z_]+", floor)) for floor in floors]
    assert sorted(name for line in lines for name in line) == list(slices.names())


def test_the_ground_floor_is_told_whole() -> None:
    told = re.findall(r"^\| (`[a-z_0-9`, ]+`) \| .+ \|$", text_of("docs/architecture.md"), re.MULTILINE)
    folders = {path.parent.name for path in (ROOT / "src" / "rounds").glob("*/__init__.py")}
    assert {name for cell in told for name in re.findall(r"[a-z_0-9]+", cell)} == folders


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(rounds(?:\.\w+)+)`", text_of("docs/architecture.md")))))
def test_what_the_architecture_names_is_there(name: str) -> None:
    module, _, thing = name.rpartition(".")
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        assert hasattr(importlib.import_module(module), thing), name


def test_files_that_the_architecture_names_are_there() -> None:
    named = set(re.findall(r"`((?:src|features|migrations|scripts|docs)/[\w./]+)`", text_of("docs/architecture.md")))
    assert named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_the_readme_says_of_every_slice_what_it_takes_the_place_of() -> None:
    (table,) = re.findall(r"^\| They had .*?\n\n", text_of("README.md"), re.MULTILINE | re.DOTALL)
    rows = [row.split("|")[2] for row in table.strip().splitlines()[2:]]
    assert len(rows) == 6, "five systems, and what none of them had"
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(slices.names())


def test_every_problem_has_its_place_and_its_explanation() -> None:
    # In a process of its own: other tests know problems that no call answers.
    code = (
        "import json; from rounds import slices; from rounds.problems import Problem; "
        "list(slices.modules('endpoint')); "
        "print(json.dumps({code: ' '.join((one.__doc__ or '').split()) for code, one in Problem.known.items()}))"
    )
    known = json.loads(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)
    page = text_of("docs/problems.md")
    told = dict(re.findall(r"^### (\w+)\n\n\*\*.+?\*\* ?(.*)$", page, re.MULTILINE))
    assert told == known, "run make openapi"
    # Places are only those codes and headings that no code has the name of.
    others = re.findall(r"^##? (.+)$", page, re.MULTILINE)
    assert not {other.lower().replace(" ", "-") for other in others} & set(told)


def test_the_page_of_problems_is_made_from_the_code() -> None:
    made = subprocess.run(
        [sys.executable, "scripts/problem_page.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert made == text_of("docs/problems.md"), "run make openapi"


def test_every_part_of_the_api_is_spoken_of() -> None:
    texts = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("docs/*.md") if path.name != "problems.md")
    paths = json.loads(text_of("docs/openapi.json"))["paths"]
    parts = {"/" + path.split("/")[1] for path in paths}
    assert len(parts) > 15
    assert [part for part in sorted(parts) if not re.search(rf"{re.escape(part)}\b", texts)] == []


def test_decisions_are_listed_under_their_own_titles() -> None:
    listed = dict(re.findall(r"^\* \[(.+)\]\((\d{4}-[^)]+)\)$", text_of("docs/decisions/index.md"), re.MULTILINE))
    titles = {path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# "): path.name for path in DECISIONS}
    assert listed == titles


def test_the_changelog_has_the_present_version_or_what_comes_after_it() -> None:
    heads = re.findall(r"^## (.+)$", text_of("CHANGELOG.md"), re.MULTILINE)
    assert heads[0] == "Unreleased"
    assert __version__ in heads
