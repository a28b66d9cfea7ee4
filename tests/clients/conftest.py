"""What those who build clients have: `rounds mock`, and the clients as `make` makes them from the API."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import PASSWORD, PATIENCE, Program

ROOT = Path(__file__).parents[2]
TYPESCRIPT = ROOT / "clients" / "typescript"
_NO_REGISTRY = re.compile(
    r"npm (?:error|ERR!) code (?:E(?:NOTFOUND|AI_AGAIN|CONN\w+|TIMEDOUT|HOSTUNREACH|NETUNREACH)|ERR_SOCKET\w*)"
)


class Mock(Program):
    """`rounds mock`, on a machine where everything else is configured, so that it shows if it touches any of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            folder / "configured",
            command="mock",
            ROUNDS_PORT="0",
            ROUNDS_ENVIRONMENT="production",
            ROUNDS_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing",
            ROUNDS_REDIS_URL="redis://127.0.0.1:1/0",
            ROUNDS_SAMPLE_DATA="false",
            ROUNDS_WORKERS="2",
            TMPDIR=str(folder),
        )
        self.folder = folder

    @property
    def environment(self) -> dict[str, str]:
        """What a journey is told."""
        return os.environ | {"ROUNDS_URL": self.url, "ROUNDS_USERNAME": "admin", "ROUNDS_PASSWORD": PASSWORD}


@pytest.fixture(scope="session")
def mock() -> Iterator[Mock]:
    """One for all: what a test does in it stays in it."""
    with tempfile.TemporaryDirectory(prefix="rounds-") as folder:
        Path(folder).chmod(0o711)  # engines that root starts have another account
        program = Mock(Path(folder))
        try:
            yield program.ready()
        finally:
            program.stop()


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Runs a target that makes something to take away; answers the folder with it."""
    folder = tmp_path_factory.mktemp("dist")
    # The environment that runs the tests is there; whether it is up to date is not for a test to mend.
    there = [".venv/.run", ".venv/.dev"]

    def run(target: str) -> Path:
        words = ["make", *(f"--old-file={file}" for file in there), target, f"DIST={folder}"]
        made = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert made.returncode == 0, made.stdout + made.stderr
        there.append(".venv/openapi.json")  # the API stays as it is meanwhile
        return folder

    return run


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The locked packages that the TypeScript client is made with; where they cannot be had, that is said."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Node and npm are not installed (Debian: apt install npm), so the TypeScript client is not made")
    target = "clients/typescript/node_modules/.package-lock.json"
    made = subprocess.run(["make", target], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if made.returncode and _NO_REGISTRY.search(made.stderr):
        pytest.skip("the npm registry cannot be reached, so the TypeScript client is not made")
    assert made.returncode == 0, made.stderr
    return TYPESCRIPT / "node_modules"


@pytest.fixture(scope="session")
def typescript_package(node_modules: Path, make: Callable[[str], Path]) -> Path:
    """The package as it is published."""
    (package,) = make("client-typescript").glob("rounds-client-*.tgz")
    return package
