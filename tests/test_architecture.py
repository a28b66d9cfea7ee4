"""Who may import whom: the contracts hold, and each of them notices a planted violation."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
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


CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
TOP = "loading"  # on the top floor: it may import any slice, by its front door


def _where(slice_name: str, module: str) -> str:
    """The file of a slice's module, which may be a package."""
    file = ROOT / "features" / slice_name / f"{module}.py"
    return str((file if file.exists() else file.with_suffix("") / "__init__.py").relative_to(ROOT))


def _has(slice_name: str, module: str) -> bool:
    return (ROOT / _where(slice_name, module)).exists()


def _climbing() -> Iterator[tuple[str, str, str]]:
    """From each layer of slices an import of the layer above it, in a slice that has modules in both."""
    (hops,) = (contract for contract in CONTRACTS if contract["id"] == "hops")
    layers = [re.findall(r"[a-z_]+", layer) for layer in hops["layers"]]
    for above, below in pairwise(layers):
        found = (
            (_where(name, low), f"from features.{name} import {high}", hops["name"])
            for name in slices.names()
            for low in below
            if _has(name, low)
            for high in above
            if _has(name, high)
        )
        yield next(found)


def _around_the_front_doors() -> Iterator[tuple[str, str, str]]:
    """Into each slice an import by another way than its front door."""
    for contract in CONTRACTS:
        if contract["type"] == "protected":
            name = contract["id"].removeprefix("front-")
            importer = "summaries" if name == TOP else TOP
            module = next(each for each in ("schema", "outcome", "files") if _has(name, each))
            yield (
                _where(importer, "startup" if importer == TOP else "lifespan"),
                f"from features.{name} import {module}",
                contract["name"],
            )


def _speaking_http() -> Iterator[tuple[str, str, str]]:
    """In each slice's handler, and in what it is made of, a word of HTTP."""
    for name in slices.names():
        for module, line in (
            ("handler", "from rounds.http import answer"),
            ("persistence", "import starlette.responses"),
            ("schema", "from fastapi import Request"),
        ):
            if _has(name, module):
                yield _where(name, module), line, "knows HTTP"


PLANTED = [
    ("features/patients/handler.py", "from features.addresses import create_address", "lower floors"),
    ("features/staff/handler.py", "from features.patients import require_patient", "lower floors"),
    ("features/addresses/handler.py", "from features.patients import persistence", "front door"),
    ("features/addresses/handler.py", "from features.patients.handler import create_patient", "front door"),
    ("features/patients/persistence.py", "from features.patients import handler", "one way"),
    ("features/patients/numbers.py", "from features.patients import persistence", "one way"),
    ("features/notes/adding.py", "from fastapi import Request", "knows HTTP"),
    ("src/rounds/app.py", "import features.patients", "knows no feature"),
    ("src/clinical/__init__.py", "from rounds import clock", "language of medicine"),
    ("src/clinical/__init__.py", "import features.patients", "language of medicine"),
    ("src/clinical/__init__.py", "import sqlalchemy", "language of medicine"),
    *_climbing(),
    *_around_the_front_doors(),
    *_speaking_http(),
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
    importer = module.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    number = (copy / module).read_text().splitlines().index(line) + 1
    told = "".join(text for name, text in broken.items() if contract in name)
    assert re.search(rf"^- +{importer} -> [\w.]+ \(l\.{number}\)$", told, re.MULTILINE), told


def test_no_contract_is_without_a_violation_that_it_finds(broken):
    assert set(broken) == {contract["name"] for contract in CONTRACTS}


def test_a_module_without_a_place_is_found(broken):
    (told,) = (text for name, text in broken.items() if "one way" in name)
    assert "- features.staff.oddments" in told


def test_the_contracts_hold_and_watch_every_slice():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout
    fronts = {contract["id"].removeprefix("front-") for contract in CONTRACTS if contract["type"] == "protected"}
    assert fronts == set(slices.names())


def test_the_keeper_needs_nothing_but_the_standard_library_and_its_neighbours():
    look = "import sys; sys.path.append(sys.argv[1]); import rounds.keeper.serving; print(*sys.modules)"
    command = [sys.executable, "-I", "-S", "-c", look, str(ROOT / "src")]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    ours = {name for name in loaded if name.partition(".")[0] not in {*sys.stdlib_module_names, "__main__"}}
    assert {name for name in ours if name != "rounds" and not name.startswith("rounds.keeper")} == set()
    assert "rounds.keeper.keeper" in ours


def test_every_slice_has_tests_of_its_own():
    tested = {folder.name for folder in (ROOT / "tests" / "features").iterdir() if any(folder.glob("test_*.py"))}
    assert tested == set(slices.names())


# What a newcomer sees first, as CONTRIBUTING.md tells it; a note left lying there would be shipped with the rest.
TOP_LEVEL = {
    *("src", "features", "tests", "migrations", "scripts", "clients", "docs", "deploy"),
    *("Makefile", "Dockerfile", "pyproject.toml", "mkdocs.yml", "bootstrap.in"),
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "ProjectHistory.md", "SECURITY.md"),
}


def test_nothing_else_lies_at_the_top():
    told = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = {line.partition("/")[0] for line in told.splitlines()}
    others = {name for name in names - TOP_LEVEL if not name.startswith(".")}
    assert {name for name in others if not name.endswith((".lock", ".yaml"))} == set()
