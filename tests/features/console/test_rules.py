"""Rules: read by everybody who may, and changed by doctors, who try them first."""

import re

from playwright.async_api import expect

from tests.features.console.conftest import NARROW


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
    matched = answer.json()["matched"]
    assert matched > 0
    await expect(page.get_by_text(re.compile(rf"{matched} of {len(ward.patients)} patients"))).to_be_visible()
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
