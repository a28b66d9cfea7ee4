"""The password of the database is changed as docs/operations.md tells, while somebody writes."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest

from rounds import embedded
from tests.journeys.conftest import clean_environment
from tests.journeys.test_backup import clerks, recipes
from tests.servers import Server, servers

OWNER, NEXT, OLD, NEW = "clinic", "clinic_2", "the old password", "a new: pass@word"


@pytest.fixture
def database() -> Iterator[Server]:
    """A server on which only its superuser needs no password."""
    with servers() as folder:
        rules = folder / "hba"
        rules.write_text("local all rounds trust\nlocal all all scram-sha-256\n")
        server = Server(folder / "server", hba_file=str(rules)).initialise()
        try:
            server.start()
            server.ask(f"CREATE ROLE {OWNER} LOGIN PASSWORD '{OLD}'")
            server.ask(f"CREATE DATABASE clinic OWNER {OWNER}")
            yield server
        finally:
            server.kill()


def test_servers_take_the_new_password_one_after_the_other(start, database, data_dir):
    make, end = recipes("The password of the database")
    environment = {"ADMIN_DATABASE_URL": database.url, "OWNER": OWNER, "NEXT": NEXT, "NEW_PASSWORD": NEW}
    path = os.pathsep.join([str(embedded.postgres_tools()), os.environ["PATH"]])

    def typed(script: str) -> None:
        known = clean_environment(data_dir, PATH=path, **environment)
        done = subprocess.run(["sh", "-eu", "-c", script], env=known, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    where = f"/clinic?host={database.socket}"
    old = start(ROUNDS_DATABASE_URL=f"postgresql://{OWNER}:the%20old%20password@{where}", ROUNDS_SAMPLE_DATA="false")
    with TemporaryDirectory(prefix="rounds-") as folder:
        url = f"postgresql://{NEXT}:a%20new%3A%20pass%40word@{where}"
        with clerks(old):
            typed(make)
            new = start(folder=Path(folder), ROUNDS_DATABASE_URL=url)
        with clerks(new):
            typed(end)
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
            database.ask_as(f"postgresql://{OWNER}:the%20old%20password@{where}", "SELECT 1")
        # The connections that the old server has go on, and the new one may do all that the owner may.
        assert database.ask_as(url, "SELECT current_user::text") == OWNER
        made = new.client().post("/patients", json={"name": "Ada Byron", "date_of_birth": "1990-01-01"})
        assert made.status_code == 201
        assert old.client().get(f"/patients/{made.json()['id']}").status_code == 200
        new.stop()
