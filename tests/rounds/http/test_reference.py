"""The pages of the API reference as a browser shows them: folded, with a filter, and without the internet."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, Page

from rounds.app import create_app
from tests.conftest import settings_for
from tests.features.console.conftest import browser as browser  # noqa: PLC0414 - pytest finds it by its name
from tests.served import served


@dataclass
class Looked:
    """A page, and what it asked for and complained of."""

    page: Page
    url: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def elsewhere(self) -> list[str]:
        """What it asked others than the server for."""
        return [url for url in self.asked if not url.startswith((self.url, "data:", "blob:"))]


@pytest.fixture(scope="module")
async def url(browser: Browser, module_url: str, engines) -> AsyncIterator[str]:
    with served(create_app(settings_for(module_url, engines.redis_url))) as server:
        yield server.url


@pytest.fixture
async def look(browser: Browser, url: str) -> AsyncIterator[Looked]:
    context = await browser.new_context()
    looked = Looked(await context.new_page(), url)
    looked.page.on("request", lambda request: looked.asked.append(request.url))
    looked.page.on("console", lambda said: looked.complaints.append(said.text) if said.type == "error" else None)
    looked.page.on("pageerror", lambda error: looked.complaints.append(str(error)))
    yield looked
    await context.close()


async def test_docs_are_folded_and_can_be_filtered(look, app):
    await look.page.goto(f"{look.url}/docs")
    groups = look.page.locator(".opblock-tag")
    await groups.first.wait_for()
    assert await groups.count() == len(app.openapi()["tags"])
    assert await look.page.locator(".opblock").count() == 0
    await look.page.get_by_placeholder("Filter by tag").fill("tasks")
    await look.page.wait_for_function("document.querySelectorAll('.opblock-tag').length === 1")
    await groups.first.click()
    await look.page.locator("#operations-tasks-transitionTask").wait_for()
    assert (look.elsewhere(), look.complaints) == ([], [])


async def test_redoc_shows_everything_and_asks_nobody(look):
    await look.page.goto(f"{look.url}/redoc")
    await look.page.get_by_role("heading", name="transition", exact=False).first.wait_for(state="attached")
    await look.page.wait_for_load_state("networkidle")
    assert (look.elsewhere(), look.complaints) == ([], [])


async def test_no_asset_names_a_picture_on_the_internet(anonymous):
    for name in ("redoc.standalone.js", "swagger-ui-bundle.js"):
        answer = await anonymous.get(f"/docs/assets/{name}")
        assert answer.status_code == 200
        assert "javascript" in answer.headers["content-type"]
        assert 'src:"http' not in answer.text
