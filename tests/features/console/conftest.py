"""A real browser on a real server: one browser for all tests, a server for each module, and a page for each test.

The ward is filled, and everybody told of it, once; each module's server has a copy of that database to itself.

The browser is whichever Chromium the machine has (`tests.browser`). Where there is none, these tests say so and skip.
What a test looks at goes into `.rounds/screenshots`, for people to look at, too.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, ConsoleMessage, Page, expect
from redis.asyncio import Redis

from features.loading import handler as loading
from features.rules.shipped import ship_rules
from rounds import embedded
from rounds.app import create_app
from rounds.data import Database
from rounds.events.consumer import Consumer
from rounds.processes import ChildProcesses
from tests.browser import launched
from tests.conftest import cloned, connected, name_of, running, settings_for, token_for
from tests.served import Served, served

SCREENSHOTS = Path(__file__).parents[3] / ".rounds" / "screenshots"
PASSWORD = "a lamp in every window 7"
WIDE, NARROW = (1440, 900), (360, 740)
PATIENCE_MS = 30_000
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# What was found well is thousands of elements, which stay in the browser.
VIOLATIONS = """async (options) => (await axe.run(options)).violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 160)).join(" ")}`,
)"""
PEOPLE = {
    "grace.okafor": ("Dr Grace Okafor", "clinician"),
    "tomas.reyes": ("Tomás Reyes", "nurse"),
    "ward.manager": ("Ines Duarte", "admin"),
    "audit.office": ("Ruth Adeyemi", "auditor"),
    "front.desk": ("Sam Porter", "scheduler"),
}
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as browser:
        yield browser


@dataclass
class Ward:
    """The server that the browser looks at, with the sample ward and accounts for PEOPLE."""

    server: Served
    admin: httpx.AsyncClient
    patients: dict[str, str]  # ids by MRN

    @property
    def url(self) -> str:
        return self.server.url


@pytest.fixture(scope="session")
async def filled(engines: embedded.Engines, template: str, child_processes: ChildProcesses) -> AsyncIterator[str]:
    """The name of a database with the sample ward and PEOPLE, where nothing is left to be delivered."""
    async with cloned(engines.database_url, template) as url:
        settings = settings_for(url, engines.redis_url)
        async with running(settings, child_processes=child_processes) as app, connected(app, "admin") as admin:
            database: Database = app.state.database
            async with database.transaction() as db:
                await ship_rules(db=db)
            await loading.load_sample_ward(database, child_processes=child_processes)
            for username, (full_name, role) in PEOPLE.items():
                body = {"username": username, "password": PASSWORD, "full_name": full_name, "roles": [role]}
                assert (await admin.post("/security/register", json=body)).status_code == 201
            long_lived = app.state.long_lived
            await Consumer(database, settings=settings, child_processes=child_processes, long_lived=long_lived).drain()
        yield name_of(url)


@pytest.fixture(scope="session")
async def child_of_wards() -> AsyncIterator[ChildProcesses]:
    """The child of every ward's server: there is one at a time, in a thread and a loop of its own.

    It is started here, since a child ends with the thread that has started it.
    """
    async with ChildProcesses() as child_processes:
        await child_processes.run(abs, 0, seconds=PATIENCE_MS / 1000)
        yield child_processes


@pytest.fixture(scope="module")
async def ward(
    browser: Browser, filled: str, engines: embedded.Engines, child_of_wards: ChildProcesses
) -> AsyncIterator[Ward]:
    async with cloned(engines.database_url, filled) as url, Redis.from_url(engines.redis_url) as redis:
        await redis.flushall()  # what is kept there of one copy is not true of another
        settings = settings_for(url, engines.redis_url, consumer_in_server=True)
        with served(create_app(settings, child_processes=child_of_wards)) as server:
            async with httpx.AsyncClient(base_url=server.url, timeout=60) as admin:
                admin.headers["Authorization"] = f"Bearer {token_for(server.app, 'admin')}"
                found = (await admin.get("/patients", params={"limit": 200})).json()["data"]
                yield Ward(server, admin, {patient["mrn"]: patient["id"] for patient in found})


@dataclass
class Seen:
    """A page of somebody who is signed in, and what went wrong in it."""

    page: Page
    troubles: list[str] = field(default_factory=list)

    async def go(self, path: str) -> None:
        """Open a page of the console without loading it anew, which would end the session."""
        await self.page.evaluate("path => { window.location.hash = path }", path)

    async def picture(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    async def expect_accessible(self) -> None:
        """WCAG 2.2 A and AA, as axe-core checks them."""
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE_SCRIPT)
        told = await self.page.evaluate(VIOLATIONS, AXE_OPTIONS)
        assert told == []

    async def expect_nothing_sideways(self) -> None:
        """Nothing is wider than the screen."""
        wider = await self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0


@pytest.fixture
async def console(browser: Browser, ward: Ward) -> AsyncIterator[Callable[..., Any]]:
    """`await console("grace.okafor", size=NARROW)`: a page where she is signed in. Without a name, nobody is."""
    opened: list[Seen] = []

    async def open_console(
        who: str | None = None,
        *,
        size: tuple[int, int] = WIDE,
        theme: str = "light",
        language: str = "en-GB",
        touch: bool = False,
    ) -> Seen:
        context = await stack.enter_async_context(
            await browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme=theme,
                locale=language,
                timezone_id="Europe/London",
                has_touch=touch,
                base_url=ward.url,
            )
        )
        context.set_default_timeout(PATIENCE_MS)
        seen = Seen(await context.new_page())
        opened.append(seen)
        _listen(seen)
        await seen.page.goto("/console")
        if who is not None:
            fields = seen.page.locator("form input")
            await fields.nth(0).fill(who)
            await fields.nth(1).fill(PASSWORD)
            await seen.page.keyboard.press("Enter")
            await seen.page.locator("#view").wait_for()
        return seen

    async with AsyncExitStack() as stack:
        yield open_console
        assert [trouble for seen in opened for trouble in seen.troubles] == []


def _listen(seen: Seen) -> None:
    """Note what the browser complains of: scripts that fail, and what the policy forbids."""

    def said(message: ConsoleMessage) -> None:
        # A call that the API refuses is told there too, and is no fault of the page.
        if message.type == "error" and "Failed to load resource" not in message.text:
            seen.troubles.append(message.text)

    seen.page.on("console", said)
    seen.page.on("pageerror", lambda error: seen.troubles.append(str(error)))
