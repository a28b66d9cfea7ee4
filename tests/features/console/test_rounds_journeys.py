"""Whole stories: a doctor on a ward round, who has no hand for the mouse, and a nurse with a phone."""

import asyncio

from playwright.async_api import Page, expect

from tests.features.console.conftest import NARROW, PASSWORD, PATIENCE_MS


async def _tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until what is called so has the focus, as somebody without a mouse would."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(
            """() => {
                const { ariaLabel, labels, innerText, placeholder } = document.activeElement;
                return [ariaLabel, labels?.[0]?.innerText, innerText, placeholder].filter(Boolean).join(" | ");
            }"""
        )
        if name in focused:
            return
    raise AssertionError(f"Tab does not reach {name!r}")


async def test_a_doctor_goes_round_by_keyboard_alone(console, ward):
    seen = await console()
    page = seen.page
    await expect(page.get_by_label("Username")).to_be_focused()
    await page.keyboard.type("grace.okafor")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator(".ward-name")).to_have_count(len(ward.patients))
    await _tab_to(page, "Find a patient")
    await page.keyboard.type("pryce jones")
    await expect(page.locator(".ward-name").first).to_contain_text("Pryce-Jones")
    await _tab_to(page, "Pryce-Jones")
    await page.keyboard.press("Enter")
    # A new page has the focus at its beginning, so that Tab goes on within it.
    await expect(page.locator(".statements .citation").first).to_be_visible()
    await _tab_to(page, "Open the note of")
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog .cited").first).to_be_in_viewport()
    await _tab_to(page, "Open in notes")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="What was understood")).to_be_visible()
    await expect(page.locator("dialog")).to_have_count(0)
    await _tab_to(page, "This fact is wrong")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("What is wrong?")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)
    assert "This fact is wrong" in await page.evaluate("document.activeElement.ariaLabel")


async def test_a_nurse_with_a_phone_notes_what_was_measured(console, ward):
    seen = await console("tomas.reyes", size=NARROW, touch=True)
    page = seen.page
    await page.get_by_label("Find a patient").fill("Lan Nguyen")
    await expect(page.locator(".ward-name")).to_have_count(1)  # until then the first name is another's
    await page.locator(".ward-name").first.tap()
    await page.get_by_role("link", name="Notes").tap()
    await page.get_by_role("button", name="Add a note").tap()
    await page.get_by_label("What you have to note").fill("BP 118/74, HR 66, SpO2 97 %. Slept well.")
    await page.get_by_label("Taken on").fill("2026-03-09T06:10")
    await seen.expect_nothing_sideways()
    await seen.picture("nurse-adds-a-note")
    await page.get_by_role("button", name="Add the note").tap()
    await expect(page.locator(".notes-card").first).to_contain_text("BP 118/74")
    await _until_understood(ward, ward.patients["110"])
    await page.get_by_role("link", name="Plots").tap()
    await expect(page.get_by_role("region", name="Blood pressure")).to_contain_text("118/74")
    await page.get_by_role("button", name="Menu").tap()
    await page.get_by_role("link", name="Ward").tap()
    await page.get_by_label("Find a patient").fill("Lan Nguyen")
    await expect(page.locator(".ward-vitals").first).to_contain_text("118/74")


async def _until_understood(ward, patient):
    """A machine that is out of breath understands a note after it was answered, and pages show it when next opened."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while True:
            notes = (await ward.admin.get(f"/patients/{patient}/notes")).json()["data"]
            if {note["extraction"]["status"] for note in notes} == {"done"}:
                return
            await asyncio.sleep(0.1)
