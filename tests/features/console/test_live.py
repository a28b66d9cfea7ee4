"""What happens shows at once: counted in the bar, listed on its page, and on the board of tasks."""

import re

import anyio
import pytest
from playwright.async_api import expect

from features.notifications.hub import Hub
from tests.features.console.conftest import NARROW

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
