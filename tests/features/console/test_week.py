"""The numbers of a week, as the statistics of the API have them, beside those of the week before."""

import re
from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from tests.features.console.conftest import NARROW

TODAY = datetime.now(UTC).date()
MONDAY = TODAY - timedelta(days=TODAY.weekday())


def tile(page, name):
    return page.locator(".week-tiles > div").filter(has=page.get_by_text(name, exact=True))


async def counted(ward, seen, monday):
    """What the API counts in the local week of the browser."""
    days = [f"{monday}T00:00", f"{monday + timedelta(days=7)}T00:00"]
    moments = [await seen.page.evaluate("day => new Date(day).toISOString()", each) for each in days]
    span = {"from": moments[0], "to": moments[1]}
    appointments = (await ward.admin.get("/appointments/statistics", params=span)).json()["totals"]
    tasks = (await ward.admin.get("/tasks/statistics", params=span)).json()["totals"]
    return appointments, tasks


async def test_the_ward_manager_sees_the_week_and_the_one_before(console, ward):
    seen = await console("ward.manager")
    page = seen.page
    await seen.go("/week")
    appointments, tasks = await counted(ward, seen, MONDAY)
    before, _ = await counted(ward, seen, MONDAY - timedelta(days=7))
    assert appointments["scheduled"] > 0
    assert tasks["ordered"] > 0
    await expect(tile(page, "Booked")).to_contain_text(re.compile(rf"^Booked{appointments['scheduled']}\D"))
    await expect(tile(page, "Booked")).to_contain_text(f"week before: {before['scheduled']}")
    await expect(tile(page, "Ordered")).to_contain_text(re.compile(rf"^Ordered{tasks['ordered']}\D"))
    await expect(page.get_by_role("img", name="Missed, by clinician")).to_be_visible()
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    await seen.picture("week-wide")
    await page.get_by_role("button", name="Week before").click()
    await expect(tile(page, "Booked")).to_contain_text(re.compile(rf"^Booked{before['scheduled']}\D"))
    assert f"from={MONDAY - timedelta(days=7)}" in page.url


async def test_a_week_without_anything_says_so_on_a_phone_too(console, ward):
    seen = await console("ward.manager", size=NARROW, touch=True, theme="dark", language="pt-PT")
    page = seen.page
    await seen.go("/week")
    await expect(page.get_by_role("heading", name="A semana")).to_be_visible()
    await expect(page.get_by_role("figure").first).to_be_visible()
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    await seen.picture("week-narrow")
    await seen.go("/week?from=1999-03-10")
    await expect(page.get_by_text("8/03/1999 a 14/03/1999")).to_be_visible()
    await expect(page.get_by_text("Nada nesta semana").first).to_be_visible()
    await seen.expect_accessible()
