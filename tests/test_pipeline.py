"""The pipeline: its files are valid, what it runs are targets that people can run, and it leaves nothing out."""

import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))
# What a step may do besides running a target: install what Debian has, and name things for the steps after it.
BESIDES = (r"sudo apt-get update -qq && sudo apt-get install ", r"echo \"\w+=\$\(.*\)\" >> \"\$GITHUB_OUTPUT\"$")


def workflow() -> dict[str, Any]:
    return yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))


def steps() -> Iterator[dict[str, Any]]:
    for job in workflow()["jobs"].values():
        yield from job["steps"]


def parts() -> list[str]:
    ran = subprocess.run(
        ["make", "--silent", "test-parts", f"PYTHON={sys.executable}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ran.stdout)


def test_its_files_are_what_their_readers_take() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    checked = [
        subprocess.run([*command, f"vendor.{schema}", *files], cwd=ROOT, capture_output=True, text=True, check=False)
        for schema, files in (("github-workflows", map(str, WORKFLOWS)), ("dependabot", [".github/dependabot.yml"]))
    ]
    assert [each.returncode for each in checked] == [0, 0], [each.stdout for each in checked]


def test_a_workflow_that_is_wrong_is_found(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text(WORKFLOWS[0].read_text().replace("runs-on:", "run-on:", 1))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(broken)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit_and_say_their_version(path: Path) -> None:
    used = re.findall(r"uses: *(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", re.sub(r" # (v\S+).*", r" # \1", action))
    # One commit for each: a second one would be forgotten.
    assert len({action.partition("@")[0] for action in used}) == len({action.split()[0] for action in used})


def test_every_step_is_a_target_that_people_can_run() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, re.MULTILINE))
    run = [step["run"] for step in steps() if "run" in step]
    assert len(run) > 10
    for command in run:
        named = re.findall(r"(?:^|timeout \d+ |\$\()make (?:--silent )?([a-z-]+)", command)
        assert set(named) <= targets
        assert named or any(re.match(each, command) for each in BESIDES), command
    made = set(re.findall(r"make (?:--silent )?([a-z-]+)", " ".join(run)))
    assert made >= {"check", "test", "audit", "api-diff", "alerts", "sbom", "smoke", "smoke-servers"}


def test_nothing_of_a_stranger_is_put_into_a_command() -> None:
    # What `${{ }}` puts into a script is run by the shell; through the environment it is only text.
    assert not [step["run"] for step in steps() if "${{" in step.get("run", "")]
    assert workflow()["permissions"] == {"contents": "read"}
    checkouts = [step for step in steps() if "checkout@" in step.get("uses", "")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
    assert all(job["timeout-minutes"] <= 20 for job in workflow()["jobs"].values())


def test_every_python_that_is_supported_is_tried() -> None:
    matrix = workflow()["jobs"]["tests"]["strategy"]["matrix"]
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")
    assert matrix["python"] == [oldest, "3.12", "3.13", "3.14"]
    assert matrix["part"] == "${{ fromJSON(needs.parts.outputs.parts) }}"


def test_the_oldest_servers_are_those_that_are_promised() -> None:
    images = {each["image"] for each in workflow()["jobs"]["oldest-servers"]["services"].values()}
    assert images == {"postgres:15", "redis:7"}
    assert "PostgreSQL 15 or newer and Redis 7" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_the_parts_have_every_test_once() -> None:
    found = Counter(
        path
        for part in parts()
        for path in ((ROOT / "tests").glob("test_*.py") if part == "." else (ROOT / "tests" / part).rglob("test_*.py"))
    )
    assert set(found) == set((ROOT / "tests").rglob("test_*.py"))
    assert set(found.values()) == {1}


def test_every_slice_is_a_part_of_its_own() -> None:
    slices = {
        f"features/{path.name}" for path in (ROOT / "tests" / "features").iterdir() if any(path.glob("**/test_*.py"))
    }
    assert slices <= set(parts())
    assert len(parts()) == len(set(parts()))


@pytest.mark.parametrize(("part", "folder"), [("features/rota", "tests/features/rota"), (".", "tests/test_")])
def test_a_part_is_tested_alone(part: str, folder: str) -> None:
    # The environment of the tests is there; whether it is up to date is not for a test to mend.
    command = ["make", "--just-print", "--old-file=.venv/.dev", "test", f"PART={part}"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f" {folder}" in shown
    assert "tests/features/tasks" not in shown
