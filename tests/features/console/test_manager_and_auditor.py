"""Two who look after the whole: the ward manager, from the numbers of the week on, and the auditor."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.conftest import token_for
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


WHY = "Unconscious in the emergency department"


@pytest.fixture(scope="module")
async def opened(ward):
    """A restricted patient, whose record two clinicians have opened."""
    body = {"name": "Maeve Byrne", "date_of_birth": "1950-03-09", "restricted": True}
    made = await ward.admin.post("/patients", json=body)
    assert made.status_code == 201
    patient = made.json()
    for role in ("clinician", "nurse"):
        answer = await ward.admin.get(
            f"/patients/{patient['id']}",
            headers={"Authorization": f"Bearer {token_for(ward.server.app, role)}", "X-Break-Glass-Reason": WHY},
        )
        assert answer.status_code == 200
    return patient


async def test_the_auditor_reviews_what_was_opened_and_follows_the_trail(console, ward, opened):
    seen = await console("audit.office")
    page = seen.page
    # Nothing but the audit is there for an auditor, and it is what opens first.
    await expect(page.get_by_role("navigation", name="Pages").get_by_role("link")).to_have_text(["Audit"])
    await expect(page.get_by_role("row").nth(1)).to_be_visible()
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    await seen.picture("audit-wide")
    await page.get_by_role("tab", name="Restricted records opened").click()
    use = page.locator("section.card").filter(has_text=WHY)
    await expect(use).to_have_count(2)
    await expect(page.get_by_text("Maeve")).to_have_count(0)  # who audits need not know whose names these are
    await seen.expect_accessible()
    await seen.picture("break-glass-wide")
    await use.first.get_by_role("button", name="Review").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("The use was").select_option("justified")
    await dialog.get_by_label("Comment").fill("Checked against the rota of the emergency department")
    await seen.expect_accessible()
    await dialog.get_by_role("button", name="Review").click()
    await expect(use).to_have_count(1)
    await page.get_by_text("Reviewed", exact=True).click()
    await expect(use).to_contain_text("Checked against the rota")
    await page.get_by_role("tab", name="Trail").click()
    await page.get_by_label("Patient’s id").fill("nobody")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("This is no id.")).to_be_visible()
    await page.get_by_label("Patient’s id").fill(opened["id"])
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("row").filter(has_text="opened (restricted)").first).to_be_visible()
    assert f"patient={opened['id']}" in page.url
    await page.get_by_label("Action").select_option("create")
    await expect(page.get_by_role("row")).to_have_count(2)
    await page.get_by_role("tab", name="Is it whole?").click()
    await page.get_by_role("button", name="Verify").click()
    await expect(page.get_by_text("whole", exact=True)).to_be_visible()
    await seen.expect_accessible()
    await seen.picture("audit-chain-wide")


async def test_the_audit_on_a_phone_in_the_dark_in_portuguese(console, ward, opened):
    seen = await console("audit.office", size=NARROW, touch=True, theme="dark", language="pt-PT")
    page = seen.page
    await expect(page.get_by_role("row").nth(1)).to_be_visible()
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    await seen.picture("audit-narrow")
    await page.get_by_label("Quem").fill("nobody.at.all")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Nada encontrado")).to_be_visible()
    await page.get_by_role("tab", name="Registos restritos abertos").tap()
    await expect(page.get_by_text(WHY).first).to_be_visible()
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    await seen.picture("break-glass-narrow")


async def test_the_ward_manager_goes_from_the_numbers_to_what_they_stand_for(console, ward):
    seen = await console("ward.manager")
    page = seen.page
    await page.get_by_role("link", name="The week").click()
    await expect(page.locator(".week-tiles > div").filter(has_text="Overdue")).to_contain_text(
        re.compile(r"Overdue[1-9]")
    )
    await page.get_by_role("link", name="Tasks").click()
    late = page.get_by_role("article").filter(has_text="wound check")
    await expect(late).to_contain_text("overdue")
    await late.get_by_role("button", name="wound check", exact=True).click()
    await page.get_by_role("dialog").get_by_role("button", name="Change").click()
    await page.get_by_role("dialog").get_by_label("Who does it").select_option(label="Sister Bernadette Quigley")
    await page.get_by_role("dialog").get_by_label("Due").fill("2099-01-01T09:00")
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(late).to_contain_text("Sister Bernadette Quigley")
    await expect(late).not_to_contain_text("overdue")
    await page.get_by_role("link", name="Appointments").click()
    await page.get_by_role("tab", name="Missed").click()
    await expect(page.get_by_role("img", name="Share missed")).to_be_visible()
    await page.get_by_role("link", name="Audit").click()
    # The manager may read patients, and so finds them by name.
    await page.get_by_role("combobox", name="Patient").fill("Pryce")
    await page.get_by_role("option", name=re.compile("Pryce-Jones")).click()
    await expect(page.get_by_role("row").filter(has_text="changed: task").first).to_contain_text("ward.manager")
    await expect(page.get_by_role("combobox", name="Patient")).to_have_value(re.compile("Pryce-Jones"))
    await seen.expect_accessible()
    await seen.picture("audit-of-a-patient-wide")


@pytest.mark.parametrize("missing", [re.compile(r"/tasks/board\?"), re.compile(r"/pages/tasks/page\.js")])
async def test_when_the_server_is_away_the_page_says_so_and_tries_again(console, ward, missing):
    seen = await console("ward.manager")
    page = seen.page
    await page.route(missing, lambda route: route.abort())
    await seen.go("/tasks")
    await expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    await seen.expect_accessible()
    await page.unroute(missing)
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("article").first).to_be_visible()
