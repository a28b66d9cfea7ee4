"""The board of tasks, moved by drag and by keyboard; and what happens, shown at once: on the board, too."""

import re

import anyio
import pytest
from playwright.async_api import expect

from features.notifications.hub import Hub
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


NEW = re.compile(r"Live: [1-9]\d* new event")  # others may be among them: tasks of the sample ward become overdue


@pytest.fixture(scope="module")
async def patient(ward):
    return (await ward.admin.post("/patients", json={"name": "Maeve Byrne", "date_of_birth": "1950-03-09"})).json()


async def order(ward, patient, what):
    answer = await ward.admin.post("/tasks", json={"patient_id": patient["id"], "task_type": what})
    assert answer.status_code == 201
    return answer.json()


async def test_what_happens_is_counted_and_listed_and_read(console, ward, patient):
    seen = await console("grace.okafor")
    page = seen.page
    await seen.go("/live")
    await expect(page.get_by_text("What happens appears here at once.")).to_be_visible()
    await expect(page.get_by_text("Nothing has happened yet")).to_be_visible()
    await seen.expect_accessible()
    await seen.go("/tasks")
    task = await order(ward, patient, "blood test before lunch")
    await expect(page.get_by_role("link", name=NEW)).to_be_visible()
    # The board has it, too, without being asked.
    await expect(page.get_by_role("article").filter(has_text="blood test before lunch")).to_be_visible()
    move = {"new_status": "IN_PROGRESS", "reason": "Sample taken"}
    assert (await ward.admin.post(f"/tasks/{task['id']}/transition", json=move)).status_code == 200
    await page.get_by_role("link", name=NEW).click()
    await expect(page.get_by_role("listitem").filter(has_text="Task moved: In progress")).to_contain_text("Maeve Byrne")
    await expect(page.get_by_role("link", name="Live: 0 new events")).to_be_visible()
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    await seen.picture("live-wide")


async def test_a_stream_that_breaks_is_taken_up_where_it_broke(console, ward, patient):
    seen = await console("tomas.reyes", size=NARROW, touch=True, theme="dark", language="pt-PT")
    page = seen.page
    await seen.go("/live")
    await expect(page.get_by_text("aparece aqui de imediato")).to_be_visible()
    await order(ward, patient, "first")
    await expect(page.get_by_role("listitem").filter(has_text="Tarefa pedida")).to_have_count(1)
    hub = ward.server.app.state.long_lived[Hub]
    hub.closing = closing = anyio.Event()  # as at a stop of the server: streams end with what comes next
    closing.set()
    await order(ward, patient, "second")
    await expect(page.get_by_text("A ligação perdeu-se")).to_be_visible()
    await order(ward, patient, "while nobody listens")
    hub.closing = anyio.Event()
    await expect(page.get_by_role("listitem").filter(has_text="Tarefa pedida")).to_have_count(3)
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    await seen.picture("live-narrow")


async def test_those_who_may_not_listen_have_no_bell(console, ward):
    seen = await console("audit.office")
    await expect(seen.page.locator(".account")).to_be_visible()
    await expect(seen.page.locator(".live-bell")).to_have_count(0)
