"""Who may import whom: the contracts hold, and each of them notices a planted violation."""

import os
import re
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


PLANTED = [
    ("features/patients/handler.py", "from features.addresses import create_address", "lower floors"),
    ("features/staff/handler.py", "from features.patients import require_patient", "lower floors"),
    ("features/addresses/handler.py", "from features.patients import persistence", "front door"),
    ("features/addresses/handler.py", "from features.patients.handler import create_patient", "front door"),
    ("features/patients/persistence.py", "from features.patients import handler", "one way"),
    ("features/patients/numbers.py", "from features.patients import persistence", "one way"),
    ("features/patients/handler.py", "from rounds.http import etag", "knows HTTP"),
    ("features/notes/adding.py", "from fastapi import Request", "knows HTTP"),
    ("src/rounds/app.py", "import features.patients", "knows no feature"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The modules with every violation planted at once, and one module without a place."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("src", "features"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for module, line, _ in PLANTED:
        with (folder / module).open("a") as file:
            file.write(f"\n{line}\n")
    (folder / "features" / "staff" / "oddments.py").write_text('"""Whatever."""\n')
    return folder


@pytest.fixture(scope="module")
def broken(copy) -> dict[str, str]:
    """What is told of each contract that does not hold in the copy, by the contract's name."""
    result = lint(copy)
    assert result.returncode == 1, result.stdout + result.stderr
    _, _, told = result.stdout.partition("Broken contracts\n")
    found = re.split(r"^(.+)\n-+$", told, flags=re.MULTILINE)[1:]
    return dict(zip(found[::2], found[1::2], strict=True))


@pytest.mark.parametrize(("module", "line", "contract"), PLANTED)
def test_a_planted_violation_is_found(copy, broken, module, line, contract):
    importer = module.removeprefix("src/").removesuffix(".py").replace("/", ".")
    number = (copy / module).read_text().splitlines().index(line) + 1
    told = "".join(text for name, text in broken.items() if contract in name)
    assert re.search(rf"^- +{importer} -> [\w.]+ \(l\.{number}\)$", told, re.MULTILINE), told


def test_a_module_without_a_place_is_found(broken):
    (told,) = (text for name, text in broken.items() if "one way" in name)
    assert "- features.staff.oddments" in told


def test_the_contracts_hold_and_watch_every_slice():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    fronts = {contract["id"].removeprefix("front-") for contract in contracts if contract["type"] == "protected"}
    assert fronts == set(slices.names())


def test_every_slice_has_tests_of_its_own():
    tested = {folder.name for folder in (ROOT / "tests" / "features").iterdir() if any(folder.glob("test_*.py"))}
    assert tested == set(slices.names())
