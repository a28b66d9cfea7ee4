"""The board of tasks: moved by drag and by keyboard, ordered, and told why."""

import re

from playwright.async_api import expect

from tests.features.console.conftest import NARROW


def column(page, status):
    return page.locator(f'.tasks-column[data-status="{status}"]')


async def test_a_card_is_dragged_where_it_may_go_and_the_reason_is_kept(console, ward):
    seen = await console("tomas.reyes")
    page = seen.page
    await seen.go("/tasks")
    card = column(page, "ORDERED").get_by_role("article").filter(has_text="ECG")
    await expect(card).to_be_visible()
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    await seen.picture("tasks-wide")
    await card.drag_to(column(page, "IN_PROGRESS"))
    dialog = page.get_by_role("dialog", name="Move: ECG")
    await expect(dialog.get_by_label("Where to")).to_have_value("IN_PROGRESS")
    await seen.expect_accessible()
    await dialog.get_by_role("button", name="Move").click()
    await expect(dialog.get_by_text("Fill this in.")).to_be_visible()
    await dialog.get_by_label("Why").fill("Machine is at the bedside")
    await dialog.get_by_role("button", name="Move").click()
    moved = column(page, "IN_PROGRESS").get_by_role("article").filter(has_text="ECG")
    await expect(moved.get_by_role("button", name="ECG", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="ECG")).to_contain_text("Machine is at the bedside")
    await expect(page.get_by_role("dialog", name="ECG")).to_contain_text("tomas.reyes")
    await seen.picture("task-wide")


async def test_by_keyboard_alone_one_goes_from_card_to_card_and_moves_one(console, ward):
    seen = await console("tomas.reyes", theme="dark")
    page = seen.page
    await seen.go("/tasks")
    held = column(page, "ON_HOLD").get_by_role("article").filter(has_text="falls assessment")
    await column(page, "IN_PROGRESS").locator(".tasks-title").first.focus()
    await page.keyboard.press("ArrowRight")
    await expect(held.get_by_role("button", name="falls assessment", exact=True)).to_be_focused()
    await page.keyboard.press("Alt+ArrowLeft")
    dialog = page.get_by_role("dialog", name="Move: falls assessment")
    await expect(dialog.get_by_label("Why")).to_be_focused()
    await page.keyboard.type("Rested, and willing")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(column(page, "IN_PROGRESS").get_by_text("falls assessment")).to_be_visible()
    await seen.expect_accessible()
    await seen.picture("tasks-dark")


async def test_a_nurse_with_a_phone_orders_a_task(console, ward):
    seen = await console("tomas.reyes", size=NARROW, touch=True, language="pt-PT")
    page = seen.page
    await seen.go("/tasks")
    await page.get_by_role("button", name="Pedir uma tarefa").tap()
    dialog = page.get_by_role("dialog", name="Pedir uma tarefa")
    await dialog.get_by_role("button", name="Pedir").tap()
    await expect(dialog.get_by_text("Escolha um dos doentes propostos.")).to_be_visible()
    await dialog.get_by_label("Doente").fill("Pryce")
    await expect(dialog.get_by_role("option").first).to_be_visible()
    await seen.picture("task-order-narrow")
    await page.keyboard.press("ArrowDown")
    await seen.expect_accessible()
    await page.keyboard.press("Enter")
    await dialog.get_by_label("Tipo de tarefa").fill("colheita de sangue")
    await dialog.get_by_label("Prioridade").select_option("stat")
    await dialog.get_by_role("button", name="Pedir").tap()
    card = column(page, "ORDERED").get_by_role("article").filter(has_text="colheita de sangue")
    await expect(card).to_contain_text(re.compile("imediata.*Pryce", re.DOTALL))
    await seen.expect_nothing_sideways()
    await seen.picture("tasks-narrow")
