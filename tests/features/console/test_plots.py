"""Plots: a chart for each series, and a note behind each point."""

import pypdfium2
import pytest
from playwright.async_api import expect

from tests.features.console.conftest import NARROW, SCREENSHOTS, WIDE

MARGARET = "108"


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (NARROW, "dark")])
async def test_every_series_has_its_chart_in_few_calls(console, ward, size, theme):
    patient = ward.patients[MARGARET]
    catalogue = (await ward.admin.get(f"/patients/{patient}/observations/catalogue")).json()["data"]
    seen = await console("grace.okafor", size=size, theme=theme)
    calls = []
    seen.page.on("request", lambda request: calls.append(request.url) if "/observations" in request.url else None)
    await seen.go(f"/patients/{patient}/plots")
    # The two of blood pressure share a chart.
    await expect(seen.page.locator("svg.chart")).to_have_count(len(catalogue) - 1)
    await expect(seen.page.locator("svg.chart .point")).to_have_count(sum(each["count"] for each in catalogue))
    assert len(calls) == 2
    await seen.picture(f"plots-{theme}-{size[0]}")
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()


async def test_a_point_opens_the_note_it_is_from_by_mouse_and_by_keyboard(console, ward):
    seen = await console("tomas.reyes")
    page = seen.page
    await seen.go(f"/patients/{ward.patients[MARGARET]}/plots")
    point = page.get_by_role("region", name="Heart rate").get_by_role("link").first
    await point.click()
    await expect(page.locator("dialog .cited").first).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)
    await point.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog .cited").first).to_be_visible()


async def test_values_outside_of_the_range_are_marked_and_a_period_can_be_chosen(console, ward):
    patient = ward.patients["124"]
    for day, rate in (("2026-03-08", 72), ("2026-03-09", 134)):
        note = {"taken_at": f"{day}T09:00:00Z", "content": f"HR {rate}"}
        assert (await ward.admin.post(f"/patients/{patient}/notes", json=note)).status_code == 201
    seen = await console("grace.okafor")
    page = seen.page
    await seen.go(f"/patients/{patient}/plots")
    await expect(page.locator(".point.outside")).to_have_count(1)
    await expect(page.get_by_role("region", name="Heart rate")).to_contain_text("high")
    await page.get_by_text("Month", exact=True).click()
    await expect(page.get_by_text("Nothing was measured in that time")).to_be_visible()
    assert "period=month" in page.url


async def test_plots_can_be_read_on_paper(console, ward):
    seen = await console("grace.okafor")
    await seen.go(f"/patients/{ward.patients[MARGARET]}/plots")
    await seen.page.locator("svg.chart").first.wait_for()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    pdf = pypdfium2.PdfDocument(await seen.page.pdf(path=SCREENSHOTS / "plots.pdf", format="A4"))
    text = pdf[0].get_textpage().get_text_range()
    assert "Blood pressure" in text
    assert "mmHg" in text
    assert "Sign out" not in text
