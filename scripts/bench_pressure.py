"""`make bench-pressure`: how long honest callers wait while others do their worst.

It starts Rounds with its defaults, puts it under pressure in one way after the other, and prints how long the honest
request took beside how long it takes when nobody else asks. Seconds on the wall, so it needs a quiet machine; tests
bound the processor time instead (tests/journeys/test_nastiness.py).
"""

import asyncio
import itertools
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, Self

import httpx
from bench.notes_report import Sheet, show
from bench.programs import PASSWORD, Programs
from rich.console import Console

PATIENTS = 200_000
PATIENCE = 300.0
TAKEN_AT = "2026-03-01T09:00:00Z"
HONEST = (
    "S: Cough for 3 days.\nO: BP 128/82 mmHg.\nA: Acute bronchitis.\nP: Start amoxicillin 500 mg three times daily.\n"
)
LONG = HONEST * 2500  # about 280,000 characters
NASTY = ("." * 1_000_000, "a-" * 500_000, " " * 999_999 + "x", "x\n" * 500_000, "'\"" * 500_000, "1" * 1_000_000)

Ask = Callable[[], Awaitable[httpx.Response]]


class Waited(NamedTuple):
    """What an honest caller saw."""

    worst: float
    times: int
    refused: int


class Pressure:
    """One running Rounds, and those who press it."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def __aenter__(self) -> Self:
        limits = httpx.Limits(max_connections=400, max_keepalive_connections=0)
        self.honest = httpx.AsyncClient(base_url=self._url, timeout=PATIENCE)
        self.others = httpx.AsyncClient(base_url=self._url, timeout=PATIENCE, limits=limits)
        answer = await self.sign_in(self.honest)
        for client in (self.honest, self.others):
            client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.honest.aclose()
        await self.others.aclose()

    async def sign_in(
        self, client: httpx.AsyncClient, password: str = PASSWORD, address: str = "192.0.2.1", name: str = "admin"
    ) -> httpx.Response:
        """From an address that only the trusted proxy, which is this program, can tell."""
        form = {"username": name, "password": password}
        return await client.post("/security/token", data=form, headers={"X-Forwarded-For": address})

    async def patient(self) -> str:
        """Somebody new; answers the id."""
        answer = await self.honest.post("/patients", json={"name": "Maeve Byrne", "date_of_birth": "1957-03-09"})
        return str(answer.json()["id"])

    async def note(self, client: httpx.AsyncClient, patient: str, text: str) -> httpx.Response:
        """Write a note."""
        return await client.post(f"/patients/{patient}/notes", json={"content": text, "taken_at": TAKEN_AT})

    async def beside(self, pressing: list[Awaitable[httpx.Response]], ask: Ask) -> Waited:
        """Ask again and again, for as long as any of the others is under way."""
        tasks = [asyncio.ensure_future(each) for each in pressing]
        await asyncio.wait(tasks, timeout=0.2, return_when=asyncio.FIRST_COMPLETED)
        worst, times, refused = 0.0, 0, 0
        while times == 0 or not all(task.done() for task in tasks):
            began = time.perf_counter()
            answer = await ask()
            worst, times = max(worst, time.perf_counter() - began), times + 1
            refused += answer.status_code >= 400
            await asyncio.sleep(0.01)
        with suppress(httpx.HTTPError):
            await asyncio.gather(*tasks)
        return Waited(worst, times, refused)

    async def alone(self, ask: Ask) -> Waited:
        """Ask for a second while nobody else does."""
        return await self.beside([asyncio.sleep(1.0, httpx.Response(200))], ask)


async def _measured(url: str) -> Sheet:
    rows = []
    async with Pressure(url) as pressure:
        honest, others = pressure.honest, pressure.others

        async def row(what: str, goal: str, ask: Ask, pressing: list[Awaitable[httpx.Response]]) -> None:
            alone = await pressure.alone(ask)
            pressed = await pressure.beside(pressing, ask)
            rows.append((what, str(pressed.times), str(pressed.refused), *_ms(alone.worst, pressed.worst), goal))

        patient = await pressure.patient()
        victims = [await pressure.patient() for _ in range(len(NASTY) + 1)]

        async def health() -> httpx.Response:
            return await honest.get("/health")

        async def short() -> httpx.Response:
            return await pressure.note(honest, patient, HONEST)

        async def signing_in() -> httpx.Response:
            return await pressure.sign_in(honest)

        def nasty() -> list[Awaitable[httpx.Response]]:
            return [pressure.note(others, to, text) for to, text in zip(victims, NASTY, strict=False)]

        def large() -> list[Awaitable[httpx.Response]]:
            return [others.get(f"/patients/{one}/summary?refresh=true") for one in victims]

        await row("/health beside six nasty notes of 1 MB", "100", health, nasty())
        await row("an honest note beside them", "2000", short, nasty())
        await row(
            "a short note beside 28 long ones", "", short, [pressure.note(others, patient, LONG) for _ in range(28)]
        )
        for one in victims:
            await pressure.note(others, one, LONG)
        await row("a sign-in beside seven summaries of large notes", "", signing_in, large())
        await row("/health beside them", "100", health, large())

        searches = [f"/patients?q={letter}&total=true" for letter in "aeiourstlnmd"]
        await row(
            "a read of a patient beside twelve dear searches",
            "",
            lambda: honest.get(f"/patients/{patient}"),
            [others.get(path) for path in searches for _ in range(3)],
        )

        def guesses(name: str) -> list[Awaitable[httpx.Response]]:
            """Of one name, or of many, each from an address of its own."""
            return [
                pressure.sign_in(others, "wrong", f"198.51.{n // 100}.{n % 100}", name.format(n)) for n in range(200)
            ]

        addresses = (f"203.0.113.{number}" for number in itertools.count(1))

        async def newcomer() -> httpx.Response:
            return await pressure.sign_in(honest, address=next(addresses))

        await row("a sign-in from a new address beside 200 guesses", "", newcomer, guesses("somebody{}"))
        await row("a sign-in from a known address beside 200 of its name", "", signing_in, guesses("admin"))
    head = ("honest request", "asked", "refused", "alone, worst ms", "pressed, worst ms", "goal")
    return Sheet("How long the honest wait", head, rows)


def _ms(*seconds: float) -> tuple[str, ...]:
    return tuple(f"{each * 1000:.0f}" for each in seconds)


def main() -> int:
    """Measure, and print a table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PATIENTS
    with (
        TemporaryDirectory(prefix="rounds-pressure-") as home,
        Programs(Path(home), compared=False, ROUNDS_TRUSTED_PROXIES="127.0.0.1") as programs,
    ):
        programs.seed(count)
        show([asyncio.run(_measured(f"http://127.0.0.1:{programs.rounds.port}"))], Console(width=120))
    return 0


if __name__ == "__main__":
    sys.exit(main())
