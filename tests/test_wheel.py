"""The wheel holds the program whole: what it reads at run time beside its modules, too."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHIPPED = {
    "src/rounds": "rounds",
    "src/clinical": "clinical",
    "features": "features",
    "migrations": "rounds/_migrations",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


@pytest.mark.parametrize("folder", SHIPPED)
def test_every_module_and_every_file_of_data_is_in_the_wheel(wheel, folder):
    own = {path.relative_to(ROOT / folder).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
    own = {name for name in own if "__pycache__" not in name}
    assert {Path(name).suffix for name in own} >= {".py"}
    inside = set(wheel.namelist())
    assert sorted(name for name in own if f"{SHIPPED[folder]}/{name}" not in inside) == []


def test_what_is_data_is_read_from_the_wheel_as_it_is(wheel):
    for name in ("features/loading/cultures.toml", "features/loading/sample_ward.toml"):
        assert wheel.read(name) == (ROOT / name).read_bytes()


def test_nothing_else_is_in_the_wheel(wheel):
    (about,) = {name.partition("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
    assert {name.partition("/")[0] for name in wheel.namelist()} == {"rounds", "clinical", "features", about}
