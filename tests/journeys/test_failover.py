"""The primary is lost, its standby takes over, and the service goes on as it is, with all that it has acknowledged.

Replication is synchronous here: a commit is acknowledged once the standby has it. So none may be lost, and they are
counted. The program is the real one, with several clients that write all the time.
"""

import threading
from collections.abc import Iterator
from types import SimpleNamespace

import httpx
import pytest

from tests.journeys.conftest import PATIENCE, Program, wait_until
from tests.servers import Server, servers

ENOUGH = 25  # how many writes each client has acknowledged before and after


@pytest.fixture
def pair() -> Iterator[SimpleNamespace]:
    """A primary that waits for its standby."""
    with servers() as folder:
        primary = Server(folder / "primary", synchronous_standby_names="standby").initialise()
        standby = Server(folder / "standby")
        try:
            primary.start()
            standby.copy(primary, "standby").start()
            wait_until(lambda: primary.ask("SELECT bool_or(sync_state = 'sync') FROM pg_stat_replication"))
            yield SimpleNamespace(primary=primary, standby=standby)
        finally:
            standby.kill()
            primary.kill()


class Client(threading.Thread):
    """Somebody who writes all the time, and remembers what was acknowledged."""

    def __init__(self, program: Program) -> None:
        super().__init__(daemon=True)
        self.client, self.enough = program.client(), threading.Event()
        self.acknowledged: list[str] = []
        self.refused: list[int] = []
        self.trouble: list[str] = []

    def run(self) -> None:
        while not self.enough.is_set():
            try:
                answer = self.client.post("/patients", json={"name": "Ada Byron", "date_of_birth": "1990-01-01"})
            except httpx.TransportError as error:
                self.trouble.append(repr(error))
                return
            if answer.status_code == 201:
                self.acknowledged.append(answer.json()["id"])
            elif answer.status_code == 503:
                self.refused.append(answer.status_code)
                self.enough.wait(0.05)
            else:
                self.trouble.append(answer.text)
                return


def test_a_lost_primary_costs_no_acknowledged_write_and_no_restart(start, pair):
    hosts = f"postgresql://rounds@/rounds?host={pair.primary.socket},{pair.standby.socket}"
    program = start(
        ROUNDS_DATABASE_URL=f"{hosts}&target_session_attrs=read-write",
        ROUNDS_DATABASE_REPLICA_URL=f"{hosts}&target_session_attrs=prefer-standby",
        ROUNDS_SAMPLE_DATA="false",
    )
    clients = [Client(program) for _ in range(4)]
    for client in clients:
        client.start()
    wait_until(lambda: all(len(client.acknowledged) >= ENOUGH or client.trouble for client in clients))

    pair.primary.kill()
    before = [len(client.acknowledged) for client in clients]
    pair.standby.promote()
    wait_until(
        lambda: all(
            len(client.acknowledged) >= then + ENOUGH or client.trouble
            for client, then in zip(clients, before, strict=True)
        )
    )
    for client in clients:
        client.enough.set()
        client.join(PATIENCE)

    assert [client.trouble for client in clients] == [[]] * 4
    acknowledged = [each for client in clients for each in client.acknowledged]
    assert len(acknowledged) == len(set(acknowledged)) >= 4 * 2 * ENOUGH
    listed = ",".join(acknowledged)
    kept = pair.standby.ask(f"SELECT count(*) FROM patient WHERE id = ANY (string_to_array('{listed}', ',')::uuid[])")
    assert kept == len(acknowledged), "an acknowledged write is lost"
    assert any(client.refused for client in clients), "or nobody noticed that the primary was gone"
    assert program.process.poll() is None

    client = program.client()
    wait_until(lambda: client.get("/health/ready").json()["status"] == "ok")
    wait_until(lambda: client.get("/health/ready").json()["consumer"]["backlog"] == 0)
    assert client.get(f"/patients/{acknowledged[-1]}").status_code == 200
    assert client.get("/audit/verify").json()["valid"]
