"""Engines that die are started again while the program lives, and a full disk is an answer and not a crash."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil
import pytest

from tests.journeys.conftest import PATIENCE, Program, processes_of, wait_until
from tests.paper import scan

NAMES = {"postgres": "postmaster.pid", "valkey": "valkey.pid"}


def pid_of(data_dir: Path, engine: str) -> int:
    return int((data_dir / engine / NAMES[engine]).read_text().split("\n")[0])


def kill(data_dir: Path, victim: str) -> None:
    if victim == "keeper":
        os.kill(json.loads((data_dir / "engines.json").read_text())["keeper"], signal.SIGKILL)
    elif victim == "backend":
        (*_, backend) = psutil.Process(pid_of(data_dir, "postgres")).children()
        backend.kill()
    else:
        os.kill(pid_of(data_dir, victim), signal.SIGKILL)


class Writer(threading.Thread):
    """Admits patients all the time, and remembers every answer and who was admitted."""

    def __init__(self, program: Program) -> None:
        super().__init__(daemon=True)
        self.program, self.client, self.enough = program, program.client(), threading.Event()
        self.admitted: list[str] = []
        self.answers: set[int] = set()
        self.broken: list[str] = []  # a thread that fails would only be missed

    def run(self) -> None:
        while not self.enough.is_set():
            body = {"name": "Ada Byron", "date_of_birth": "1990-01-01"}
            began = time.monotonic()
            try:
                answer = self.client.post("/patients", json=body)
            except httpx.TransportError as error:
                workers = sorted(child.pid for child in psutil.Process(self.program.process.pid).children())
                self.broken.append(f"{error!r} after {time.monotonic() - began:.2f} s; processes {workers}")
                continue
            self.answers.add(answer.status_code)
            if answer.status_code == 201:
                self.admitted.append(answer.json()["id"])
            self.enough.wait(0.02)

    def gets_on(self) -> None:
        before = len(self.admitted)
        wait_until(lambda: len(self.admitted) > before + 5)
        assert self.broken == [], self.program.said_since()


@contextlib.contextmanager
def writing(program: Program) -> Iterator[Writer]:
    writer = Writer(program)
    writer.start()
    try:
        writer.gets_on()
        yield writer
    finally:
        writer.enough.set()
        writer.join()


class Watcher(threading.Thread):
    """A monitor that asks all the time and keeps each different answer."""

    def __init__(self, url: str, path: str) -> None:
        super().__init__(daemon=True)
        self.url, self.enough, self.seen = url + path, threading.Event(), []
        self.polite = True  # says when to come back
        self.start()

    def run(self) -> None:
        with httpx.Client(timeout=PATIENCE) as client:
            while not self.enough.is_set():
                try:
                    answer = client.get(self.url)
                except httpx.TransportError as error:
                    self.seen.append((0, repr(error)))
                    continue
                told = answer.json()
                found = (answer.status_code, told.get("code") or told.get("reason"))
                if self.seen[-1:] != [found]:
                    self.seen.append(found)
                    self.polite &= answer.status_code == 200 or "retry-after" in answer.headers
                self.enough.wait(0.02)

    def saw(self) -> list[tuple[int, str | None]]:
        self.enough.set()
        self.join()
        assert self.polite
        assert not [reason for status, reason in self.seen if status == 0]
        return self.seen


@pytest.mark.parametrize("workers", ["1", "2"])
def test_engines_that_are_killed_come_back_and_nothing_acknowledged_is_lost(start, data_dir, workers):
    program = start(ROUNDS_SAMPLE_DATA="false", ROUNDS_WORKERS=workers)
    with writing(program) as writer:
        for victim in ("postgres", "valkey", "keeper", "postgres"):
            before = {engine: pid_of(data_dir, engine) for engine in NAMES}
            health, ready = Watcher(program.url, "/health"), Watcher(program.url, "/health/ready")
            wait_until(lambda h=health, r=ready: h.seen and r.seen and h.seen[-1][0] == r.seen[-1][0] == 200)
            kill(data_dir, victim)
            wait_until(lambda h=health: (503, "engine_down") in h.seen)
            wait_until(lambda h=health, r=ready: h.seen[-1] == (200, None) and r.seen[-1][0] == 200)
            assert (503, "engine_down") in health.saw()
            assert (503, "engine_down") in ready.saw()
            after = {engine: pid_of(data_dir, engine) for engine in NAMES}
            changed = {engine for engine in NAMES if before[engine] != after[engine]}
            assert changed == (set(NAMES) if victim == "keeper" else {victim})
            writer.gets_on()
        kill(data_dir, "backend")
        writer.gets_on()
    assert writer.answers <= {201, 503}
    client = program.client()
    for patient in writer.admitted:
        assert client.get(f"/patients/{patient}").status_code == 200
    # One of each, and all of them go with the program.
    names = [process.name() for process in processes_of(data_dir)]
    assert names.count("valkey-server") == 1
    program.interrupt()
    assert program.process.wait(PATIENCE) == 0
    assert not processes_of(data_dir)


def test_a_worker_that_dies_is_replaced_and_told_of(start, data_dir):
    program = start(ROUNDS_SAMPLE_DATA="false", ROUNDS_WORKERS="2")
    workers = [
        child for child in psutil.Process(program.process.pid).children() if "spawn_main" in " ".join(child.cmdline())
    ]
    assert len(workers) == 2
    workers[0].kill()
    told = program.wait_for_any("worker.replaced")
    assert f"pid={workers[0].pid}" in told
    assert "exit_code=-9" in told
    wait_until(lambda: all(program.client().get("/health/ready").status_code == 200 for _ in range(5)))


def test_a_server_that_is_still_busy_does_not_keep_a_new_one_from_starting(start, data_dir):
    """Its children live on for as long as they compute, and hold the memory that the next one would attach to."""
    program = start(ROUNDS_SAMPLE_DATA="false")
    url = json.loads((data_dir / "engines.json").read_text())["database_url"]
    busy = subprocess.Popen(
        [sys.executable, "-c", BUSY, url],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert busy.stdout.readline() == b"busy\n"
    postmaster = pid_of(data_dir, "postgres")
    kill(data_dir, "postgres")
    wait_until(lambda: httpx.get(f"{program.url}/health").status_code == 503)
    wait_until(lambda: httpx.get(f"{program.url}/health").status_code == 200)
    assert pid_of(data_dir, "postgres") != postmaster
    assert program.client().get("/patients").status_code == 200
    busy.kill()
    busy.wait()


BUSY = """
import asyncio, sys, asyncpg
async def main():
    connection = await asyncpg.connect(sys.argv[1])
    work = asyncio.create_task(connection.execute("SELECT count(*) FROM generate_series(1, 100000000000) AS n"))
    other = await asyncpg.connect(sys.argv[1])
    others = "pid <> pg_backend_pid() AND query LIKE '%100000000000%'"
    while not await other.fetchval(f"SELECT count(*) FROM pg_stat_activity WHERE {others}"):
        pass
    print("busy", flush=True)
    await work
asyncio.run(main())
"""


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system with little room, which only root can make."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root can mount a small disk")
    with TemporaryDirectory(prefix="rounds-") as folder:
        Path(folder).chmod(0o755)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=192m,mode=755", "tmpfs", folder], check=False)
        if mounted.returncode:
            pytest.skip("this machine mounts no small disk")
        try:
            yield Path(folder) / "data"
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk: Path, *, leaving: int) -> Path:
    """Take all the room that is left, but for so many bytes."""
    ballast = disk.parent / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    os.truncate(ballast, ballast.stat().st_size - leaving)
    return ballast


def test_a_full_disk_is_told_and_passes(start, small_disk):
    program = start(folder=small_disk, ROUNDS_SAMPLE_DATA="false", ROUNDS_CONSUMER_IN_SERVER="false")
    client = program.client()
    # Kept as it came, and read by nobody, as there is no consumer.
    file = {"file": ("note.png", scan("Weight 80 kg") + os.urandom(200_000))}
    kept = []

    def write() -> httpx.Response:
        answer = client.post("/patients", json={"name": "Ada Byron", "date_of_birth": "1990-01-01"})
        if answer.status_code == 201:
            kept.append(answer.json()["id"])
            taken = {"taken_at": "2024-03-15T00:00:00Z"}
            answer = client.post(f"/patients/{kept[-1]}/notes", data=taken, files=file)
        return answer

    assert write().status_code == 201
    # Without any room a table cannot grow. With some, the log of writes cannot: then PostgreSQL itself stops.
    for leaving in (0, 14_000_000):
        ballast = fill(small_disk, leaving=leaving)
        codes = set()

        def refused(codes: set = codes) -> bool:
            answer = write()
            assert answer.status_code in {201, 503}, answer.text
            codes.add(answer.json().get("code"))
            return "storage_full" in codes

        assert any(refused() for _ in range(1_000)), "so much does not fit"
        ready = httpx.get(f"{program.url}/health/ready", timeout=PATIENCE)
        assert (ready.status_code, ready.json()["reason"]) == (503, "storage_full")
        assert int(ready.headers["retry-after"]) > 0
        ballast.unlink()
        wait_until(lambda: httpx.get(f"{program.url}/health/ready", timeout=PATIENCE).status_code == 200)
        assert write().status_code == 201
    for patient in kept:
        assert client.get(f"/patients/{patient}").status_code == 200
