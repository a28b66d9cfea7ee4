"""An upgrade with data and without a pause: the version before the newest migration goes on serving beside the new one.

The old version is the real one, as the repository's history has it.
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from rounds.data import migrations
from tests.journeys.conftest import ROOT, run_rounds, wait_until
from tests.journeys.test_backup import Clerk, answers_about, clerks
from tests.servers import Server, servers

SECRET = "what both versions sign their tokens with, long enough"


def git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


@pytest.fixture
def old_version() -> Iterator[Path]:
    """The program as it was before the newest migration came."""
    (newest,) = migrations.FOLDER.glob(f"versions/{migrations.head()}_*.py")
    brought_by = git("log", "--diff-filter=A", "--format=%H", "--", str(newest)).splitlines()
    before = git("rev-parse", "--verify", "--quiet", f"{brought_by[-1]}^") if brought_by and shutil.which("git") else ""
    if not before:
        pytest.skip("needs the history of the repository: this is no clone, or a shallow one")
    with TemporaryDirectory(prefix="rounds-") as folder:
        archive = subprocess.Popen(["git", "-C", str(ROOT), "archive", before], stdout=subprocess.PIPE)
        subprocess.run(["tar", "-x", "-C", folder], stdin=archive.stdout, check=True)
        assert archive.wait() == 0
        yield Path(folder)


@pytest.fixture
def database() -> Iterator[Server]:
    with servers() as folder:
        server = Server(folder / "server").initialise()
        try:
            yield server.start()
        finally:
            server.kill()


def test_the_old_version_serves_while_the_new_one_migrates_and_takes_over(start, old_version, database, data_dir):
    shared = {"ROUNDS_DATABASE_URL": database.url, "ROUNDS_JWT_SECRET": SECRET}
    old = start(cwd=old_version, PYTHONPATH=f"{old_version}/src:{old_version}", **shared)
    began_at = str(database.ask("SELECT version_num FROM alembic_version"))
    assert began_at < migrations.head(), "or it is not the old version that runs"
    expected = answers_about(old.client())["patient"]

    with TemporaryDirectory(prefix="rounds-") as other, clerks(old):
        migrated = run_rounds(Path(other), "migrate", **shared)
        assert migrated.returncode == 0, migrated.stderr
        assert database.ask("SELECT version_num FROM alembic_version") == migrations.head()
        assert old.client().get("/health/ready").status_code == 200
        new = start(folder=Path(other) / "new", **shared)
        here, there = old.client(), new.client()
        assert there.get(f"/patients/{expected['id']}").json()["name"] == expected["name"]
        body = {"name": "Ada Byron", "date_of_birth": "1990-01-01"}
        by_old, by_new = (client.post("/patients", json=body).json()["id"] for client in (here, there))
        assert there.get(f"/patients/{by_old}").status_code == here.get(f"/patients/{by_new}").status_code == 200
        # A client that is sent to the other version stays signed in.
        assert there.get("/security/me", headers=here.headers).status_code == 200
        assert here.get("/security/me", headers=there.headers).status_code == 200

    # The clerks have each written something more by the old version on the new schema, without trouble.
    old.stop()
    Clerk(new).write()
    wait_until(lambda: there.get("/health/ready").json()["consumer"]["backlog"] == 0)
    assert there.get("/audit/verify").json()["valid"]
    new.stop()
