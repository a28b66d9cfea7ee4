"""Signing in and out, finding one's way, and what every page shares."""

import re

from playwright.async_api import expect

from tests.features.console.conftest import NARROW


async def test_a_wrong_password_is_told_in_plain_words_and_the_right_one_opens_the_ward(console, ward):
    seen = await console()
    page = seen.page
    await expect(page.get_by_label("Username")).to_be_focused()
    await seen.expect_accessible()
    await page.get_by_label("Username").fill("grace.okafor")
    await page.get_by_label("Password").fill("not this one at all")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_have_text(re.compile("the password is wrong"))
    await seen.picture("sign-in")
    await page.get_by_label("Password").fill("a lamp in every window 7")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Ward")).to_be_visible()
    await expect(page.get_by_role("link", name="Ward")).to_have_attribute("aria-current", "page")


async def test_signing_out_leaves_nothing_behind(console, ward):
    seen = await console("grace.okafor")
    page = seen.page
    await expect(page.get_by_role("table")).to_be_visible()
    await page.locator(".account summary").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("Password")).to_be_visible()
    kept = await page.evaluate("[...Object.values(localStorage), ...Object.values(sessionStorage), document.cookie]")
    assert not [each for each in kept if each not in {"", "en", "pt", "light", "dark", "system"}]
    await page.go_back()
    await expect(page.get_by_role("table")).to_have_count(0)


async def test_an_expired_token_is_exchanged_once_for_all_who_ask(console, ward):
    seen = await console("grace.okafor")
    exchanges = []
    seen.page.on("request", lambda request: exchanges.append(request) if "/security/refresh" in request.url else None)
    answers = await seen.page.evaluate(
        """async () => {
            const base = document.documentElement.dataset.base;
            const { accessToken } = await import(`${base}/shell/session.js`);
            const asked = [1, 2, 3].map(() => accessToken({ exchange: true }));
            return [...new Set(await Promise.all(asked))].length;
        }"""
    )
    assert answers == 1
    assert len(exchanges) == 1


async def test_it_speaks_portuguese_and_turns_dark(console, ward):
    seen = await console("grace.okafor", language="pt-PT")
    page = seen.page
    await expect(page.get_by_role("heading", name="Enfermaria")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "pt"
    await page.locator(".account summary").click()
    await page.get_by_label("Aspeto").select_option("dark")
    await seen.expect_accessible()
    ground = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == "rgb(17, 24, 28)"
    await page.get_by_label("Língua").select_option("en")
    await expect(page.get_by_role("heading", name="Ward")).to_be_visible()


async def test_on_a_phone_the_navigation_opens_at_a_touch(console, ward):
    seen = await console("grace.okafor", size=NARROW, touch=True)
    page = seen.page
    await expect(page.get_by_role("link", name="Ward")).to_be_hidden()
    await page.get_by_role("button", name="Menu").tap()
    await expect(page.get_by_role("link", name="Ward")).to_be_visible()
    await seen.expect_accessible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("link", name="Ward")).to_be_hidden()
    await seen.expect_nothing_sideways()


async def test_pages_are_there_for_those_who_may_open_them(console, ward):
    seen = await console("audit.office")
    await expect(seen.page.get_by_role("link", name="Ward")).to_have_count(0)
    await seen.go("/ward")
    await expect(seen.page.get_by_role("alert")).to_contain_text("There is no such page")
    await seen.expect_accessible()
