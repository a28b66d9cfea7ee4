"""Recommendations: why they are made, accepted and declined with a reason, and who answered."""

import pytest
from playwright.async_api import expect

from tests.features.console.conftest import NARROW


@pytest.fixture(scope="module")
async def recommended(ward):
    """A patient of whom two rules say something."""
    body = {
        "name": "Maeve Byrne",
        "date_of_birth": "1950-03-09",
        "height_cm": 160,
        "weight_kg": 90,
        "conditions": ["chronic pain"],
    }
    patient = (await ward.admin.post("/patients", json=body)).json()
    found = (await ward.admin.post(f"/evaluate/{patient['id']}")).json()["recommendations"]
    assert {each["recommendation"] for each in found} == {"Physical Therapy", "Weight Management Program"}
    return patient


async def test_a_doctor_declines_one_with_a_reason_and_everybody_sees_who_it_was(console, ward, recommended):
    seen = await console("grace.okafor")
    page = seen.page
    await seen.go(f"/recommendations?patient={recommended['id']}")
    entry = page.get_by_role("article").filter(has_text="Weight Management Program")
    await expect(entry).to_contain_text("A body mass index above 30.")
    await expect(entry).to_contain_text("BMI: 35.2")
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    await seen.picture("recommendations-wide")
    await entry.get_by_role("button", name="Decline").click()
    dialog = page.get_by_role("dialog", name="Decline: Weight Management Program")
    await dialog.get_by_role("button", name="Decline").click()
    await expect(dialog.get_by_text("Fill this in.")).to_be_visible()
    await dialog.get_by_label("Why").fill("Losing weight unmeant; first find out why")
    await seen.expect_accessible()
    await dialog.get_by_role("button", name="Decline").click()
    await expect(entry).to_have_count(0)
    other = await console("tomas.reyes", size=NARROW, touch=True, theme="dark")
    await other.go(f"/recommendations?status=declined&patient={recommended['id']}")
    declined = other.page.get_by_role("article")
    await expect(declined).to_contain_text("Declined by Dr Grace Okafor")
    await expect(declined).to_contain_text("first find out why")
    await other.expect_accessible()
    await other.expect_nothing_sideways()
    await other.picture("recommendations-narrow")


async def test_accepting_needs_no_reason_and_an_empty_inbox_says_so(console, ward, recommended):
    seen = await console("tomas.reyes", language="pt-PT")
    page = seen.page
    await seen.go(f"/recommendations?patient={recommended['id']}")
    entry = page.get_by_role("article").filter(has_text="Physical Therapy")
    await entry.get_by_role("button", name="Aceitar").press("Enter")
    await page.get_by_role("dialog").get_by_role("button", name="Aceitar").click()
    await expect(entry).to_have_count(0)
    # What had the focus is gone with the entry; it stays in the list, and does not go back to the top of the page.
    assert await page.evaluate("document.querySelector('#view').contains(document.activeElement)")
    await page.get_by_text("Substituída", exact=True).click()
    await expect(page.get_by_text("Não há nenhuma")).to_be_visible()
    await seen.expect_accessible()
