"""The ward: who is there, what to beware of, and how somebody is found."""

import pytest
from playwright.async_api import expect

from tests.features.console.conftest import NARROW, WIDE


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (NARROW, "dark")])
async def test_the_ward_at_a_glance(console, ward, size, theme):
    seen = await console("grace.okafor", size=size, theme=theme)
    await expect(seen.page.get_by_role("row")).to_have_count(len(ward.patients) + 1)
    await expect(seen.page.get_by_text("Allergy: penicillin").first).to_be_visible()
    await seen.picture(f"ward-{theme}-{size[0]}")
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()


async def test_somebody_is_found_as_one_types_with_one_call_for_each_pause(console, ward):
    seen = await console("grace.okafor")
    page = seen.page
    names = page.locator(".ward-name")
    await expect(names).to_have_count(len(ward.patients))
    wanted = await names.nth(3).inner_text()
    calls = []
    page.on("request", lambda request: calls.append(request.url) if "/patients" in request.url else None)
    await page.get_by_label("Find a patient").press_sequentially(wanted[:-1], delay=20)
    await expect(names.first).to_have_text(wanted)
    assert len(calls) <= 3, "letters that follow each other quickly are one search"
    assert wanted.split()[0] not in page.url
    await page.get_by_label("Find a patient").fill("zzzz qqqq")
    await expect(page.get_by_text("Nobody is found")).to_be_visible()
    await seen.expect_accessible()


async def test_it_is_sorted_by_the_server_and_the_address_remembers_how(console, ward):
    seen = await console("tomas.reyes")
    page = seen.page
    names = page.locator(".ward-name")
    await expect(names).to_have_count(len(ward.patients))
    before = await names.all_inner_texts()
    await page.get_by_role("button", name="Patient").click()
    await expect(page.locator("th[aria-sort=descending]")).to_have_count(1)
    await expect(names.first).to_have_text(before[-1])
    assert "sort=-name" in page.url
    await page.get_by_label("Who have").select_option("open_tasks")
    every = (await ward.admin.get("/patients", params={"has": "open_tasks", "sort": "-name"})).json()["data"]
    await expect(names).to_have_text([patient["name"] for patient in every])
    assert "has=open_tasks" in page.url
    await page.get_by_label("Who have").select_option("")
    await page.get_by_label("Sex").select_option("female")
    await expect(page.get_by_role("status").first).not_to_contain_text(f"{len(ward.patients)} ")
