"""A day of appointments: booked, moved, cancelled, attended; and what was missed, as a chart."""

import asyncio
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
    await dialog.get_by_role("combobox", name="Patient").fill(patient_name[:8])
    await dialog.get_by_role("option", name=re.compile(patient_name)).click()
    await dialog.get_by_role("combobox", name="Clinician").select_option(label="Dr Anjali Menon")
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


async def test_who_books_before_the_day_has_come_can_choose_whom_with(console, ward, patient):
    seen = await console("tomas.reyes")
    page = seen.page
    days, come = "**/appointments?*", asyncio.Event()

    async def late(route):
        await come.wait()
        await route.continue_()

    await seen.go("/ward")
    await page.route(days, late)
    await page.get_by_role("link", name="Appointments").click()
    await page.get_by_role("button", name="Book an appointment").click()
    dialog = page.get_by_role("dialog", name="Book an appointment")
    await dialog.get_by_role("combobox", name="Clinician").select_option(label="Dr Anjali Menon")
    come.set()
    await page.unroute_all(behavior="wait")


async def booked(ward, page, day, start, *, whom, who="Dr Anjali Menon", minutes=30):
    """An appointment that somebody else books, at a time of the browser's zone; answers where it is."""
    staff = (await ward.admin.get("/clinicians", params={"limit": 200})).json()["data"]
    body = {
        "patient_id": whom,
        "clinician_id": next(each["id"] for each in staff if each["name"] == who),
        "start_at": await page.evaluate("text => new Date(text).toISOString()", f"{day}T{start}"),
        "duration": f"{minutes}m",
        "reason": "Review of wound",
    }
    answer = await ward.admin.post("/appointments", json=body)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def column(page, who):
    return page.get_by_role("region", name=who)


async def drag(page, slot, rows, hours):
    """Take hold of a slot, and hold it over a column, so many hours after eight."""
    held = there = None
    while not (held and there):  # either may be drawn anew at this moment
        held, there = await slot.bounding_box(), await rows.bounding_box()
    x, y = held["x"] + 20, held["y"] + 4
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 3, y + 20)
    await page.mouse.move(there["x"] + 30, there["y"] + hours * 12 * 6 + 4, steps=4)


async def test_an_appointment_is_dragged_to_another_time_and_clinician(console, ward, patient):
    seen = await console("front.desk")
    page = seen.page
    day = SOME_DAY + timedelta(days=7)
    own = await booked(ward, page, day, "10:30", whom=patient["id"])
    await booked(ward, page, day, "14:00", whom=ward.patients["101"], who="Dr Naomi Feldman")
    await seen.go(f"/appointments?day={day}")
    slot = page.get_by_role("button", name="10:30–11:00 booked Maeve Byrne")
    await expect(slot).to_be_visible()
    menon, feldman = (column(page, who).locator("ul") for who in ("Dr Anjali Menon", "Dr Naomi Feldman"))
    # Let go of with Escape, nothing has happened; and a click is still a click.
    await drag(page, slot, menon, 5)
    await expect(page.locator(".appointments-ghost")).to_have_text("13:00–13:30")
    await seen.picture("appointment-dragged")
    await page.keyboard.press("Escape")
    await page.mouse.up()
    await expect(page.locator(".appointments-ghost")).to_have_count(0)
    await slot.click()
    await page.get_by_role("dialog").get_by_role("button", name="Close").click()
    await drag(page, slot, menon, 5)
    await page.mouse.up()
    await expect(page.locator(".toast").last).to_have_text("Moved from 10:30 to 13:00.")
    moved = page.get_by_role("button", name="13:00–13:30 booked Maeve Byrne")
    # What is in the way is told, and it stays where it was.
    await drag(page, moved, feldman, 6)
    await page.mouse.up()
    await expect(page.locator(".toast.failed").last).to_contain_text("clinician")
    await expect(column(page, "Dr Anjali Menon").get_by_text("Maeve Byrne")).to_be_visible()
    await drag(page, moved, feldman, 7)
    await page.mouse.up()
    there = column(page, "Dr Naomi Feldman")
    await expect(there.get_by_role("button", name="15:00–15:30 booked Maeve Byrne")).to_be_visible()
    await seen.expect_accessible()
    found = (await ward.admin.get(own)).json()
    assert found["reason"] == "Review of wound", "who does not see the reason does not lose it"
    assert found["version"] == 3


async def test_what_others_book_appears_and_takes_nothing_out_of_a_hand(console, ward, patient):
    seen = await console("tomas.reyes")
    page = seen.page
    day = SOME_DAY + timedelta(days=8)
    await seen.go(f"/appointments?day={day}")
    await expect(page.get_by_text("Nothing is booked on this day.")).to_be_visible()
    await booked(ward, page, day, "09:00", whom=patient["id"])
    first = page.get_by_role("button", name="09:00–09:30 booked Maeve Byrne")
    await expect(first).to_be_visible()
    await first.focus()
    await booked(ward, page, day, "10:00", whom=ward.patients["101"])
    await expect(page.get_by_role("button", name=re.compile("10:00–10:30 booked"))).to_be_visible()
    await expect(first).to_be_focused()
    # While somebody is typing nothing is redrawn; afterwards it is.
    await page.get_by_role("button", name="Book an appointment").click()
    why = page.get_by_role("dialog").get_by_label("Why")
    await why.fill("Half a sentence")
    await booked(ward, page, day, "11:00", whom=ward.patients["103"])
    await expect(page.get_by_role("link", name=re.compile(r"Live: ([3-9]|\d{2,}) new"))).to_be_visible()
    await expect(why).to_have_value("Half a sentence")
    await expect(why).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name=re.compile("11:00–11:30 booked"))).to_be_visible()


async def test_who_may_not_listen_to_events_sees_after_a_minute_what_others_book(console, ward, patient):
    seen = await console("front.desk")
    page = seen.page
    day = SOME_DAY + timedelta(days=10)
    await page.clock.install()
    await seen.go(f"/appointments?day={day}")
    await expect(page.get_by_text("Nothing is booked on this day.")).to_be_visible()
    await booked(ward, page, day, "09:00", whom=patient["id"])
    await page.clock.fast_forward(61_000)
    await expect(page.get_by_role("button", name="09:00–09:30 booked Maeve Byrne")).to_be_visible()


async def test_a_scheduler_books_moves_and_overbooks_and_sees_nothing_clinical(console, ward, patient):
    seen = await console("front.desk", theme="dark")
    page = seen.page
    day = SOME_DAY + timedelta(days=9)
    navigation = page.get_by_role("navigation").first
    await expect(navigation.get_by_role("link")).to_have_text(["Ward", "Appointments"])
    await expect(page.locator(".live-bell")).to_have_count(0)
    await page.get_by_label("Find a patient").fill("Maeve Byrne")
    await expect(page.locator(".ward-name").first).to_contain_text("Maeve Byrne")
    await seen.expect_accessible()
    await seen.picture("scheduler-ward")
    await booked(ward, page, day, "09:00", whom=ward.patients["101"])
    await seen.go(f"/appointments?day={day}")
    await page.get_by_role("button", name="09:00–09:30").click()
    one = page.get_by_role("dialog")
    await expect(one.get_by_role("listitem").first).to_be_visible()
    await expect(one).not_to_contain_text("Review of wound")
    await seen.expect_accessible()
    await page.keyboard.press("Escape")
    dialog = await book(page, day, "Maeve Byrne", "10:00")
    await dialog.get_by_label("Start").fill(f"{day}T09:15")
    await dialog.get_by_role("button", name="Book", exact=True).click()
    await expect(dialog.get_by_role("alert")).to_contain_text("clinician")
    await dialog.get_by_label("Book although clinician or patient are booked already").check()
    await seen.expect_accessible()
    await dialog.get_by_role("button", name="Book", exact=True).click()
    both = page.get_by_role("button", name="09:15–09:45 booked Maeve Byrne")
    await both.click()
    await page.get_by_role("dialog").get_by_role("button", name="Move").click()
    moving = page.get_by_role("dialog", name="Move the appointment")
    await moving.get_by_label("Start").fill(f"{day}T16:00")
    await moving.get_by_role("button", name="Move").click()
    await expect(page.get_by_role("button", name="16:00–16:30 booked Maeve Byrne")).to_be_visible()
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    await seen.picture("scheduler-day")
    narrow = await console("front.desk", size=NARROW, touch=True)
    await narrow.go(f"/appointments?day={day}")
    await expect(narrow.page.get_by_role("button", name="16:00–16:30 booked Maeve Byrne")).to_be_visible()
    await narrow.expect_accessible()
    await narrow.expect_nothing_sideways()
    await narrow.picture("scheduler-day-narrow")


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
