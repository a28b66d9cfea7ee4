"""A day of appointments: booked, moved, cancelled, attended; and what was missed, as a chart."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.features.console.conftest import NARROW

TODAY = datetime.now(UTC).date()
# A Wednesday that no sample appointment is on, and on which everybody works.
SOME_DAY = TODAY + timedelta(days=56 + (2 - TODAY.weekday()) % 7)


@pytest.fixture(scope="module")
async def patient(ward):
    body = {"name": "Maeve Byrne", "date_of_birth": "1950-03-09", "mrn": "C-1"}
    return (await ward.admin.post("/patients", json=body)).json()


async def book(page, day, patient_name, start):
    await page.get_by_role("button", name="Book an appointment").click()
    dialog = page.get_by_role("dialog", name="Book an appointment")
    await dialog.get_by_label("Patient").fill(patient_name[:8])
    await dialog.get_by_role("option", name=re.compile(patient_name)).click()
    await dialog.get_by_label("Clinician").select_option(label="Dr Anjali Menon")
    await dialog.get_by_role("button", name=start, exact=True).click()
    await expect(dialog.get_by_label("Start")).to_have_value(f"{day}T{start}")
    return dialog


async def test_an_appointment_is_booked_at_a_free_time_moved_and_cancelled(console, ward, patient):
    seen = await console("tomas.reyes")
    page = seen.page
    await seen.go(f"/appointments?day={SOME_DAY}")
    await expect(page.get_by_text("Nothing is booked on this day.")).to_be_visible()
    dialog = await book(page, SOME_DAY, "Maeve Byrne", "10:30")
    await seen.expect_accessible()
    await seen.picture("appointment-book-wide")
    await dialog.get_by_role("button", name="Book", exact=True).click()
    slot = page.get_by_role("region").get_by_role("button", name="10:30–11:00 booked Maeve Byrne")
    await slot.click()
    await page.get_by_role("dialog").get_by_role("button", name="Move").click()
    moving = page.get_by_role("dialog", name="Move the appointment")
    await moving.get_by_label("Start").fill(f"{SOME_DAY}T14:00")
    await moving.get_by_label("For").select_option("45")
    await moving.get_by_role("button", name="Move").click()
    moved = page.get_by_role("region").get_by_role("button", name="14:00–14:45 booked Maeve Byrne")
    await moved.click()
    await expect(page.get_by_role("dialog")).to_contain_text("moved:")
    await seen.expect_accessible()
    await page.get_by_role("dialog").get_by_role("button", name="Cancel the appointment").click()
    await page.get_by_label("Why it is cancelled").fill("Asked for another day")
    await page.get_by_role("button", name="Cancel the appointment").click()
    await expect(page.get_by_role("button", name="14:00–14:45 cancelled Maeve Byrne")).to_be_visible()


async def test_what_is_in_the_way_is_told_and_nothing_that_was_typed_is_lost(console, ward, patient):
    seen = await console("tomas.reyes")
    page = seen.page
    day = SOME_DAY + timedelta(days=1)
    await seen.go(f"/appointments?day={day}")
    dialog = await book(page, day, "Maeve Byrne", "11:00")
    staff = (await ward.admin.get("/clinicians", params={"limit": 200})).json()["data"]
    other = next(each["id"] for each in staff if each["name"] == "Dr Anjali Menon")
    body = {
        "patient_id": ward.patients["101"],
        "clinician_id": other,
        "start_at": f"{day}T11:00:00Z",
        "duration": "30m",
    }
    body["start_at"] = await page.evaluate("text => new Date(text).toISOString()", f"{day}T11:00")
    assert (await ward.admin.post("/appointments", json=body)).status_code == 201
    await dialog.get_by_role("button", name="Book", exact=True).click()
    await expect(dialog.get_by_role("alert")).to_contain_text("clinician")
    await expect(dialog.get_by_label("Patient")).to_have_value("Maeve Byrne")


async def test_today_shows_what_became_of_each_and_a_missed_one_may_have_been_attended(console, ward):
    seen = await console("tomas.reyes", theme="dark")
    page = seen.page
    await seen.go("/appointments")
    staff = (await ward.admin.get("/clinicians", params={"limit": 200})).json()["data"]
    await expect(page.get_by_role("region").get_by_role("heading")).to_have_count(len(staff))
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    await seen.picture("appointments-dark")
    # Weeks ago, where nothing hinges on what time it is now.
    body = {"patient_id": ward.patients["103"], "clinician_id": staff[0]["id"], "duration": "30m"}
    day = TODAY - timedelta(days=60)
    start = await page.evaluate("text => new Date(text).toISOString()", f"{day}T09:00")
    assert (await ward.admin.post("/appointments", json={**body, "start_at": start})).status_code == 201
    await seen.go(f"/appointments?day={day}")
    await page.get_by_role("button", name=re.compile("09:00–09:30 missed")).click()
    await page.get_by_role("dialog").get_by_role("button", name="Was there").click()
    await page.get_by_role("dialog").get_by_role("button", name="Was there").click()
    await expect(page.get_by_role("button", name=re.compile("09:00–09:30 attended"))).to_be_visible()


async def test_what_was_missed_is_a_chart_and_a_table_on_a_phone_too(console, ward):
    seen = await console("tomas.reyes", size=NARROW, touch=True, language="pt-PT")
    page = seen.page
    await seen.go("/appointments?view=missed")
    await expect(page.get_by_role("img", name="Taxa de faltas")).to_be_visible()
    asked = {"group_by": "month", "to": f"{TODAY + timedelta(days=1)}T00:00:00Z"}
    found = (await ward.admin.get("/appointments/statistics", params=asked)).json()
    await page.get_by_text("Mês", exact=True).tap()
    await page.get_by_label("De", exact=True).fill("2020-01-01")
    await expect(page.get_by_role("row")).to_have_count(len(found["data"]) + 2)
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    await seen.picture("missed-narrow")
    await page.get_by_role("tab", name="Dia por profissional").tap()
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    await seen.picture("appointments-narrow")
