"""`make bench-summaries`: what summaries hold, what the check catches, what leaks, and how fast they are.

It measures and prints. `--write` keeps the figures in docs/summaries-benchmarks.md, which says what they mean.
"""

import argparse
import asyncio
import gc
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import redirect_stdout
from http import HTTPStatus
from io import StringIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
import structlog
from bench import grounding, identity, notes_gold, summaries
from bench.notes_report import Sheet, show, write
from fastapi import FastAPI
from pydantic import SecretStr
from rich.console import Console
from starlette.types import Message, Scope

from rounds import embedded
from rounds.app import create_app
from rounds.data import migrations, new_id
from rounds.settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "summaries-benchmarks.md"
SIZES = (10, 100, 1_000)
TIMES = 200
_console = Console(width=None if sys.stdout.isatty() else 120)


def main() -> int:
    """Run what the command line asks for; answers the exit code."""
    parser = argparse.ArgumentParser(description="Measure summaries.")
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {PAGE.name}")
    wanted = parser.parse_args()
    if not notes_gold.DATA.is_dir():
        print(f"bench-summaries: no notes in {notes_gold.DATA}", file=sys.stderr)
        return 1
    tables = [_recall(), *_checked(), asyncio.run(_speed())]
    show(tables, _console)
    if wanted.write:
        write(tables, PAGE)
    return 0


def _recall() -> Sheet:
    rows = []
    for length in ("brief", "standard", "detailed"):
        for source, found in summaries.recall(length).items():
            goal = f"≥ {summaries.TO_REACH[source]:.2f}" if length != "brief" else ""
            rows.append((source, length, str(found.facts), str(found.found), f"{found.share:.3f}", goal))
    return Sheet("Summary without a model: facts found", ("notes", "length", "facts", "found", "recall", "goal"), rows)


def _checked() -> list[Sheet]:
    with redirect_stdout(StringIO()):  # what they print themselves is longer
        caught, refused = grounding.table()
        inserted, leaked, lost = identity.measure()
    return [
        Sheet(
            "Checking statements against notes",
            ("", "found", "goal"),
            [
                ("Corrupted statements caught", f"{caught:.3f}", "≥ 0.98"),
                ("Faithful statements refused", f"{refused:.3f}", "≤ 0.03"),
            ],
        ),
        Sheet(
            "Hiding who the patient is",
            ("", "found", "goal"),
            [
                ("Identifiers inserted into notes", f"{inserted:,}", ""),
                ("Leaked, per 1,000", f"{leaked / inserted * 1000:.1f}", "0"),
                ("Words hidden that need not be", f"{lost:.2%}", ""),
            ],
        ),
    ]


async def _speed() -> Sheet:
    """Over HTTP in one process, without a network: reading a patient, and the summary, cold and kept."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    rows: list[tuple[str, ...]] = []
    with (
        TemporaryDirectory(prefix="rounds-bench-") as folder,
        embedded.start(Path(folder), purpose="bench-summaries", durable=False) as engines,
    ):
        await migrations.upgrade(engines.database_url)
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it
            database_url=SecretStr(engines.database_url),
            redis_url=SecretStr(engines.redis_url),
            jwt_secret=SecretStr("a secret for measuring, long enough"),
            admin_password=SecretStr("a password for measuring"),
            log_level="ERROR",
            consumer_in_server=False,
        )
        app = create_app(settings)
        gc.collect()
        gc.freeze()  # as `rounds serve` does
        async with app.router.lifespan_context(app):
            token = app.state.tokens.issue(
                account=new_id(), username="bench", roles=["admin"], stamp=1, family=new_id()
            )
            transport = httpx.ASGITransport(app=app)
            headers = {"Authorization": f"Bearer {token}"}
            async with httpx.AsyncClient(transport=transport, base_url="http://bench", headers=headers) as client:
                rows += [await _of_size(app, client, size) for size in SIZES]
    columns = ("notes", "read the patient, ms", "summary kept, ms", "ratio", "summary made, ms")
    return Sheet("Time for an answer (median; making it: of five)", columns, rows)


async def _of_size(app: FastAPI, client: httpx.AsyncClient, size: int) -> tuple[str, ...]:
    texts = [note.text for note in summaries.read()]
    body = {"name": "Ada Byron", "date_of_birth": "1950-01-01"}
    patient = (await client.post("/patients", json=body)).json()["id"]
    for number in range(size):
        taken_at = f"20{10 + number // 360 % 14}-{number // 30 % 12 + 1:02}-{number % 28 + 1:02}T09:00:00Z"
        note = {"content": texts[number % len(texts)], "taken_at": taken_at}
        answer = await client.post(f"/patients/{patient}/notes", json=note)
        answer.raise_for_status()

    async def get(path: str) -> None:
        await _call(app, path, client.headers["authorization"])

    own = f"/patients/{patient}/summary"
    made = await _median(lambda: get(f"{own}?refresh=true"), 5)
    await get(own)
    kept = await _median(lambda: get(own), TIMES)
    read = await _median(lambda: get(f"/patients/{patient}"), TIMES)
    return f"{size:,}", f"{read:.2f}", f"{kept:.2f}", f"{kept / read:.2f}", f"{made:.0f}"


async def _call(app: FastAPI, path: str, authorization: str) -> None:
    """One request, without a client: that would take longer over a long answer than the server."""
    path, _, query = path.partition("?")
    status = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"bench"), (b"authorization", authorization.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 1),
    }
    await app(scope, receive, send)
    if status != HTTPStatus.OK:
        raise RuntimeError(f"{path} answers {status}")


async def _median(call: Callable[[], Awaitable[None]], times: int) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        await call()
        taken.append((time.perf_counter() - begun) * 1000)
    return median(taken)


if __name__ == "__main__":
    sys.exit(main())
