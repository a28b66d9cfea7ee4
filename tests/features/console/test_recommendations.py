"""Recommendations and their rules: why they are made, who answers them, and how doctors write and try rules."""

import re

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


async def test_a_new_one_appears_and_leaves_open_what_is_being_read(console, ward):
    body = {"name": "Nora Quill", "date_of_birth": "1950-03-09"}
    whose = {"patient_id": (await ward.admin.post("/patients", json=body)).json()["id"]}
    made = {**whose, "recommendation": "Walk daily"}
    assert (await ward.admin.post("/recommendations", json=made)).status_code == 201
    seen = await console("grace.okafor")
    page = seen.page
    await seen.go(f"/recommendations?patient={whose['patient_id']}")
    entry = page.get_by_role("article").filter(has_text="Walk daily")
    await entry.locator("summary").click()
    await entry.get_by_role("button", name="Accept").focus()
    assert (await ward.admin.post("/recommendations", json={**whose, "recommendation": "Sleep"})).status_code == 201
    await expect(page.get_by_role("article")).to_have_count(2)
    await expect(entry.locator("details")).to_have_attribute("open", "")
    await expect(entry.get_by_role("button", name="Accept")).to_be_focused()


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


async def test_a_doctor_writes_a_rule_tries_it_and_sees_what_is_wrong_with_it(console, ward):
    seen = await console("grace.okafor")
    page = seen.page
    await seen.go("/rules")
    await expect(page.get_by_role("row")).to_have_count(4)
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    await seen.picture("rules-wide")
    await page.get_by_role("link", name="New rule").click()
    await page.get_by_label("Recommends").fill("Falls assessment")
    await page.get_by_label("Code").fill("falls")
    await page.get_by_label("Applies when").fill("age > ")
    await page.get_by_role("button", name="Try it").click()
    await expect(page.get_by_label("Applies when")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Applies when").fill("")
    await page.get_by_text("Facts it may ask about").click()
    await page.get_by_role("button", name="Insert age").click()
    await expect(page.get_by_label("Applies when")).to_have_value("age > 65")
    await page.get_by_role("button", name="Try it").click()
    answer = await ward.admin.post("/rules/try", json={"expression": "age > 65"})
    matched, evaluated = answer.json()["matched"], answer.json()["evaluated"]
    assert matched > 0
    await expect(page.get_by_text(re.compile(rf"{matched} of {evaluated} patients"))).to_be_visible()
    await expect(page.get_by_role("heading", name="Some of them")).to_be_visible()
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    await seen.picture("rule-wide")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", name="Falls assessment")).to_be_visible()
    await page.get_by_label("In force").uncheck()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Version 2")).to_be_visible()
    await page.get_by_role("button", name="Delete the rule").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete the rule").click()
    await expect(page.get_by_role("heading", name="Rules")).to_be_visible()
    await expect(page.get_by_role("row")).to_have_count(4)


async def test_a_nurse_reads_a_rule_and_cannot_change_it(console, ward):
    seen = await console("tomas.reyes", size=NARROW, touch=True, theme="dark", language="pt-PT")
    page = seen.page
    await seen.go("/rules")
    await page.get_by_role("link", name="Physical Therapy").tap()
    await expect(page.get_by_role("heading", name="Versões")).to_be_visible()
    await expect(page.get_by_text("age > 65 && chronic_pain").first).to_be_visible()
    await expect(page.get_by_role("button", name="Guardar")).to_have_count(0)
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    await seen.picture("rule-narrow")
