"""The browser that tests drive: whichever Chromium the machine has; nothing is downloaded."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

# The one that cannot open windows comes first: it draws the same pages in half of the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")


def installed_browser() -> str:
    """Where it is; without one, the test is skipped and says so."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no browser is installed (Debian: apt install chromium), so no page is looked at")
    return found


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """A browser that is gone after the block."""
    path = installed_browser()
    # Within a container the browser cannot make a sandbox of its own, and root may not.
    async with (
        async_playwright() as playwright,
        await playwright.chromium.launch(executable_path=path, chromium_sandbox=os.getuid() != 0) as browser,
    ):
        yield browser
