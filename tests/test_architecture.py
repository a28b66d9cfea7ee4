"""Who may import whom: the contracts hold, and each of them notices a planted violation."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from rounds import slices

ROOT = Path(__file__).parents[1]


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copy")
    for name in ("src", "features"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture
def plant(copy):
    """`plant(module, line)`: one more line at the end of a module of the copy, until the test is over."""
    before: dict[Path, str] = {}

    def plant(module: str, line: str) -> Path:
        file = copy / module
        before[file] = file.read_text()
        file.write_text(f"{before[file]}\n{line}\n")
        return copy

    yield plant
    for file, text in before.items():
        file.write_text(text)


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("features/patients/handler.py", "from features.addresses import create_address", "lower floors"),
        ("features/staff/handler.py", "from features.patients import require_patient", "lower floors"),
        ("features/addresses/handler.py", "from features.patients import persistence", "front door"),
        ("features/addresses/handler.py", "from features.patients.handler import create_patient", "front door"),
        ("features/patients/persistence.py", "from features.patients import handler", "one way"),
        ("features/patients/numbers.py", "from features.patients import persistence", "one way"),
        ("features/patients/handler.py", "from rounds.http import etag", "knows HTTP"),
        ("features/notes/adding.py", "from fastapi import Request", "knows HTTP"),
        ("src/rounds/app.py", "import features.patients", "knows no feature"),
    ],
)
def test_a_planted_violation_is_found(plant, module, line, contract):
    result = lint(plant(module, line))
    assert result.returncode == 1
    broken = [row for row in result.stdout.splitlines() if "BROKEN" in row]
    assert any(contract in row for row in broken), result.stdout


def test_a_module_without_a_place_is_found(copy):
    odd = copy / "features" / "staff" / "oddments.py"
    odd.write_text('"""Whatever."""\n')
    result = lint(copy)
    odd.unlink()
    assert result.returncode == 1
    assert "- features.staff.oddments" in result.stdout


def test_the_contracts_hold_and_watch_every_slice():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    fronts = {contract["id"].removeprefix("front-") for contract in contracts if contract["type"] == "protected"}
    assert fronts == set(slices.names())


def test_every_slice_has_tests_of_its_own():
    tested = {folder.name for folder in (ROOT / "tests" / "features").iterdir() if any(folder.glob("test_*.py"))}
    assert tested == set(slices.names())
