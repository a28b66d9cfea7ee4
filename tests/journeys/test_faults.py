"""Everything dies while thousands of deliveries are under way; in the end each has been delivered, and once.

Real processes: two API servers, two consumers, PostgreSQL and Valkey, each killed or restarted in the middle of it.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import httpx
import psutil
import pytest
import redis

from rounds import embedded
from rounds.data import new_id
from rounds.events import CHANNEL
from tests.journeys.conftest import PASSWORD, PATIENCE, ROOT, Gate, answers, clean_environment, unused_port, wait_until

EACH = 3  # how many of the shipped rules apply to every patient here
PATIENTS = 401
EVENTS = EACH * PATIENTS  # 1,203, each delivered to three subscribers and more
SECRET = "a secret for journeys that is long enough"


class House:
    """Engines that can be taken away, and processes of Rounds around them."""

    def __init__(self, stack: ExitStack) -> None:
        self.postgres_dir, self.valkey_dir, self.data_dir = (
            Path(stack.enter_context(TemporaryDirectory(prefix="rounds-"))) for _ in range(3)
        )
        self.postgres = self.valkey = None
        self.processes: list[subprocess.Popen] = []

    def start_postgres(self) -> None:
        self.postgres = ExitStack()
        self.database_url = self.postgres.enter_context(
            embedded.start(self.postgres_dir, purpose="faults", valkey=False)
        ).database_url

    def start_valkey(self) -> None:
        self.valkey = ExitStack()
        self.redis_url = self.valkey.enter_context(
            embedded.start(self.valkey_dir, purpose="faults", postgres=False)
        ).redis_url

    def kill_valkey(self) -> None:
        for process in psutil.process_iter():
            try:
                if "valkey-server" in process.name() and str(self.valkey_dir) in process.cwd() + str(process.cmdline()):
                    process.kill()
            except psutil.Error:
                continue
        self.valkey.close()

    def rounds(self, command: str, **environment: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", "rounds", command],
            cwd=ROOT,
            env=clean_environment(
                self.data_dir,
                ROUNDS_DATABASE_URL=self.database_url,
                ROUNDS_REDIS_URL=self.redis_url,
                ROUNDS_JWT_SECRET=SECRET,
                ROUNDS_SAMPLE_DATA="false",
                ROUNDS_CONSUMER_IN_SERVER="false",
                ROUNDS_LOG_LEVEL="ERROR",
                ROUNDS_POLL_SECONDS="0.3",
                ROUNDS_RETRY_SECONDS="0.1",
                **environment,
            ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process

    def rows(self, statement: str, *values: object) -> list[tuple]:
        async def ask() -> list[tuple]:
            connection = await asyncpg.connect(self.database_url)
            try:
                return [tuple(row) for row in await connection.fetch(statement, *values)]
            finally:
                await connection.close()

        return asyncio.run(ask())

    def value(self, statement: str) -> int:
        return self.rows(statement)[0][0]

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        for engine in (self.valkey, self.postgres):
            if engine is not None:
                engine.close()


@pytest.fixture
def house():
    with ExitStack() as stack:
        house = House(stack)
        stack.callback(house.close)
        house.start_postgres()
        house.start_valkey()
        yield house


def admit(house: House, count: int) -> list[str]:
    """Patients to whom every shipped rule applies, straight into the tables; one in ten has no address."""
    ids, surgery = [new_id() for _ in range(count)], new_id()
    house.rows(
        """
        WITH surgery AS (
            INSERT INTO procedure (id, code, name, department, surgical, version, created_at, updated_at)
            VALUES ($2, left(md5($2::uuid::text), 8), 'Hip replacement', 'orthopaedics', true, 1, now(), now())
        ), patients AS (
            INSERT INTO patient (id, name, date_of_birth, sex, height_cm, weight_kg, conditions, email, version,
                                 created_at, updated_at)
            SELECT id, 'Patient', '1940-01-01', 'female', 170, 100, ARRAY['chronic pain'],
                   CASE WHEN number % 10 > 0 THEN 'patient@example.org' END, 1, now(), now()
            FROM unnest($1::uuid[]) WITH ORDINALITY AS new (id, number)
        )
        INSERT INTO patient_procedure (id, patient_id, procedure_id, performed_at, version, created_at, updated_at)
        SELECT gen_random_uuid(), id, $2, now() - interval '10 days', 1, now(), now()
        FROM unnest($1::uuid[]) AS new (id)
        """,
        ids,
        surgery,
    )
    return [str(each) for each in ids]


class Listener(threading.Thread):
    """An outside program that simply subscribes, and comes back when Redis does."""

    def __init__(self, house: House) -> None:
        super().__init__(daemon=True)
        self.house, self.heard, self.enough = house, set(), threading.Event()

    def run(self) -> None:
        while not self.enough.is_set():
            try:
                channel = redis.from_url(self.house.redis_url).pubsub(ignore_subscribe_messages=True)
                channel.subscribe(CHANNEL)
                while not self.enough.is_set():
                    message = channel.get_message(timeout=0.2)
                    if message is not None:
                        self.heard.add(message["data"])
            except (redis.RedisError, OSError):
                self.enough.wait(0.05)


_thread = threading.local()


def evaluate(urls: list[str], token: str, patient_id: str, enough: threading.Event) -> None:
    """Ask until it is answered; whatever fell over may have done the work before."""
    chance = random.Random(patient_id)
    if not hasattr(_thread, "client"):
        _thread.client = httpx.Client(headers={"Authorization": token}, timeout=10)
    while not enough.is_set():
        try:
            answer = _thread.client.post(f"{chance.choice(urls)}/evaluate/{patient_id}")
        except httpx.TransportError:
            enough.wait(0.05)
            continue
        if answer.status_code == 200:
            assert len(answer.json()["recommendations"]) == EACH, answer.text
            return
        assert answer.status_code == 503, answer.text
        enough.wait(0.05)


# When so much of the work is done, wherever the processes happen to be just then, this is what falls over.
BLOWS = (
    (0.08, "consumer"),
    (0.18, "redis"),
    (0.30, "consumer"),
    (0.42, "postgres"),
    (0.55, "consumer"),
    (0.70, "consumer"),
    (0.85, "consumer"),
)


def strike(house: House, consumers: list[subprocess.Popen], enough: threading.Event) -> None:
    """Let everything fall over, one after the other, while the work goes on."""
    chance = random.Random(20261121)
    for share, blow in BLOWS:
        made = partial(house.value, "SELECT count(*) FROM recommendation")
        wait_until(lambda share=share, made=made: made() >= share * EVENTS, while_moving=made)
        enough.wait(chance.random() * 0.2)
        if blow == "consumer":
            victim = chance.randrange(2)
            os.kill(consumers[victim].pid, signal.SIGKILL)
            consumers[victim] = house.rounds("consume")
        elif blow == "redis":
            house.kill_valkey()
            enough.wait(chance.random())
            house.start_valkey()
        else:
            house.postgres.close()
            house.start_postgres()


def wait_for_deliveries(house: House) -> None:
    """Wait as long as they get on."""
    count = "SELECT count(*) FROM delivery WHERE status"
    wait_until(
        lambda: house.value(f"{count} <> 'delivered'") == 0,
        while_moving=lambda: house.value(f"{count} = 'delivered'"),
    )
    wait_until(lambda: not house.rows("SELECT 1 FROM outbox WHERE announced_at IS NULL"))


def test_nothing_is_lost_and_nothing_repeated_while_everything_dies(house):
    ports = [unused_port(), unused_port()]
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    house.rounds("serve", ROUNDS_PORT=str(ports[0]))
    wait_until(lambda: answers(urls[0]))
    house.rounds("serve", ROUNDS_PORT=str(ports[1]))
    consumers = [house.rounds("consume"), house.rounds("consume")]
    wait_until(lambda: answers(urls[1]))
    form = {"username": "admin", "password": PASSWORD}
    token = f"Bearer {httpx.post(f'{urls[0]}/security/token', data=form).json()['access_token']}"
    listener = Listener(house)
    listener.start()
    ids = admit(house, PATIENTS)
    enough = threading.Event()
    with ThreadPoolExecutor(8) as clients:
        asked = [clients.submit(evaluate, urls, token, patient_id, enough) for patient_id in ids]
        try:
            strike(house, consumers, enough)
            for each in asked:
                each.result()
        finally:
            enough.set()
    wait_for_deliveries(house)

    generated = "type = 'rounds.recommendation.generated'"
    assert house.rows("SELECT count(*), count(DISTINCT (patient_id, rule)) FROM recommendation") == [(EVENTS, EVENTS)]
    assert house.rows(f"SELECT count(*), count(DISTINCT data->>'recommendation_id') FROM outbox WHERE {generated}") == [
        (EVENTS, EVENTS)
    ]
    told = f"SELECT subscriber, count(*) FROM delivery JOIN outbox ON id = event_id WHERE {generated} GROUP BY 1"
    assert {count for _, count in house.rows(told)} == {EVENTS}
    assert len(house.rows(told)) >= 3
    # The effects, counted: one notification and one tally for each recommendation, nine in ten of them sent.
    assert house.rows("SELECT count(*), count(DISTINCT recommendation_id) FROM notification") == [(EVENTS, EVENTS)]
    assert dict(house.rows("SELECT status, count(*) FROM notification GROUP BY 1")) == {
        "sent": EACH * (PATIENTS - PATIENTS // 10),
        "undeliverable": EACH * (PATIENTS // 10),
    }
    assert house.rows("SELECT count(*), count(DISTINCT event_id) FROM recommendation_tally") == [(EVENTS, EVENTS)]

    # And it all still works: one more patient goes the whole way, and the outside hears of it.
    (last,) = admit(house, 1)
    evaluate(urls, token, last, threading.Event())
    wait_until(lambda: sum(last.encode() in each for each in list(listener.heard)) == EACH)
    listener.enough.set()
    for consumer in consumers:
        consumer.send_signal(signal.SIGTERM)
        assert consumer.wait(PATIENCE) == 0


STOP_AT = """
CREATE TABLE gate (at int); INSERT INTO gate VALUES (0);
CREATE FUNCTION wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.done >= (SELECT at FROM gate) THEN PERFORM pg_advisory_xact_lock_shared(4711); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER gate BEFORE UPDATE ON evaluation_batch FOR EACH ROW EXECUTE FUNCTION wait_at_the_gate();
"""


def test_a_batch_goes_on_where_a_killed_consumer_was_and_recommends_nothing_twice(house):
    port = unused_port()
    url = f"http://127.0.0.1:{port}"
    house.rounds("serve", ROUNDS_PORT=str(port))
    wait_until(lambda: answers(url))
    client = httpx.Client(base_url=url, timeout=PATIENCE)
    form = {"username": "admin", "password": PASSWORD}
    token = client.post("/security/token", data=form).json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    admit(house, 300)
    house.rows(
        """
        INSERT INTO patient (id, name, date_of_birth, sex, height_cm, weight_kg, conditions, version, created_at,
                             updated_at)
        SELECT uuidv7(), 'Nothing to recommend', '1999-01-01', 'male', 180, 70, '{}', 1, now(), now()
        FROM generate_series(1, 1700)
        """
    )
    job = client.post("/evaluate/batch", json={"all": True}).headers["Location"]
    with closing(Gate(house.database_url)) as gate:
        gate.run(STOP_AT)
        killed_at: list[int] = [0]
        for stop_at in (400, 1_200):
            # Whoever has done so many waits at the gate with its step not committed, and there it is killed.
            gate.run(f"UPDATE gate SET at = {stop_at}")
            gate.run("SELECT pg_advisory_lock(4711)")
            consumer = house.rounds("consume")
            wait_until(gate.holds_up, while_moving=lambda: client.get(job).json()["done"])
            consumer.kill()
            consumer.wait()
            killed_at.append(client.get(job).json()["done"])
            gate.run("SELECT pg_advisory_unlock(4711)")
        assert killed_at == sorted(set(killed_at)), "each got on"
        assert killed_at[-1] < 2_000, "it was killed in the middle"
    house.rounds("consume")
    wait_until(lambda: client.get(job).json()["status"] == "done", while_moving=lambda: client.get(job).json()["done"])
    found = client.get(job).json()
    assert (found["total"], found["done"], found["matched"], found["failed"]) == (2_000, 2_000, 300, 0)
    assert found["recommended"] == 300 * EACH
    counted = "SELECT count(*), count(DISTINCT (patient_id, rule)) FROM recommendation"
    assert house.rows(counted) == [(300 * EACH, 300 * EACH)]
    generated = "SELECT count(*) FROM outbox WHERE type = 'rounds.recommendation.generated'"
    assert house.value(generated) == 300 * EACH
