"""Both clients are made from the API as it is, and walk through it on a server that runs."""

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from rounds import __version__
from tests.clients.conftest import ROOT, TYPESCRIPT
from tests.journeys.conftest import PATIENCE

PYTHON = ROOT / "clients" / "python"


@pytest.fixture(scope="module")
def wheel(make) -> Path:
    (wheel,) = make("client-python").glob("rounds_client-*.whl")
    return wheel


def ran(*words: str, cwd: Path, environment: dict[str, str] | None = None) -> str:
    """What a program prints that ends well."""
    done = subprocess.run(
        words, cwd=cwd, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_clients_have_the_version_of_the_api(wheel):
    assert wheel.name == f"rounds_client-{__version__}-py3-none-any.whl"
    assert json.loads((TYPESCRIPT / "package.json").read_text())["version"] == __version__
    locked = json.loads((TYPESCRIPT / "package-lock.json").read_text())
    assert locked["version"] == __version__
    addresses = [name for name, package in locked["packages"].items() if "resolved" in package]
    assert addresses == [], "the lock file names no registry"
    assert all("integrity" in package for name, package in locked["packages"].items() if name)


def test_the_python_client_is_strictly_typed(wheel):
    folders = {**os.environ, "MYPYPATH": f"{PYTHON / 'src'}{os.pathsep}{PYTHON / 'tests'}"}
    mypy = (sys.executable, "-m", "mypy", "--strict", "--config-file=", "--python-version=3.11")
    ran(*mypy, "-p", "rounds_client", "-m", "journey", cwd=PYTHON, environment=folders)


def test_the_python_client_walks_its_journey(wheel, mock):
    # The wheel itself, so that what is published is what is tried.
    environment = mock.environment | {"PYTHONPATH": str(wheel)}
    assert "requests" in ran(sys.executable, "tests/journey.py", cwd=PYTHON, environment=environment)


def test_the_typescript_client_compiles_strictly_and_walks_its_journey(typescript_package, mock):
    with tarfile.open(typescript_package) as package:
        names = set(package.getnames())
    assert {"package/dist/index.js", "package/dist/index.d.ts", "package/dist/generated/schema.d.ts"} <= names
    assert not [name for name in names if name.startswith(("package/src", "package/test"))]
    compiler = str(TYPESCRIPT / "node_modules" / ".bin" / "tsc")
    assert json.loads(ran(compiler, "--project", "test", "--showConfig", cwd=TYPESCRIPT))["compilerOptions"]["strict"]
    ran(compiler, "--project", "test", cwd=TYPESCRIPT)
    assert "requests" in ran("node", "build/journey.js", cwd=TYPESCRIPT, environment=mock.environment)
