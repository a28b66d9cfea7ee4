"""Notes: found, added by text and by file, read beside what they came as, and said to be wrong."""

import asyncio
import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.features.console.conftest import NARROW, WIDE
from tests.paper import red_pdf, red_scan

DOCUMENTS = Path(__file__).parents[3] / "features" / "loading" / "documents"
MARGARET = "108"


def _notes(ward, mrn=MARGARET):
    return f"/patients/{ward.patients[mrn]}/notes"


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (NARROW, "dark")])
async def test_the_notes_of_a_patient_and_where_they_match(console, ward, size, theme):
    seen = await console("grace.okafor", size=size, theme=theme)
    page = seen.page
    await seen.go(_notes(ward))
    every = (await ward.admin.get(_notes(ward))).json()["data"]
    await expect(page.locator(".notes-item")).to_have_count(len(every))
    await page.get_by_label("Find in the notes").fill("codeine")
    await expect(page.locator("mark").first).to_have_text("codeine", ignore_case=True)
    await seen.picture(f"notes-{theme}-{size[0]}")
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    assert "codeine" not in page.url


async def test_the_list_reads_on_as_its_end_comes_near_and_draws_only_what_is_seen(console, ward):
    seen = await console("grace.okafor")
    page = seen.page
    every = (await ward.admin.get(_notes(ward))).json()["data"]
    limits = []

    async def few(route):
        limits.append(route.request.url)
        await route.continue_(url=route.request.url.replace("limit=50", "limit=2"))

    await page.route("**/notes?*limit=50*", few)
    await seen.go(_notes(ward))
    await expect(page.locator(".notes-item")).to_have_count(len(every))
    assert len(limits) == (len(every) + 1) // 2
    drawn = await page.locator(".notes-item").first.evaluate("item => getComputedStyle(item).contentVisibility")
    assert drawn == "auto"


async def test_a_note_is_written_and_what_is_wrong_with_it_told_at_the_field(console, ward):
    seen = await console("tomas.reyes")
    page = seen.page
    await seen.go(_notes(ward, "113"))
    await page.get_by_role("button", name="Add a note").click()
    await page.get_by_role("button", name="Add the note").click()
    await expect(page.locator(".field-error:visible")).to_have_text("Write the note, or choose a file.")
    text = page.get_by_label("What you have to note")
    await text.fill("HR 72. <b>Allergic</b> to latex (hives).")
    await page.get_by_label("Taken on").fill("2099-01-01T10:00")
    await page.get_by_role("button", name="Add the note").click()
    await expect(page.get_by_label("Taken on")).to_have_attribute("aria-invalid", "true")
    await seen.expect_accessible()
    await page.get_by_label("Taken on").fill("2026-03-09T10:00")
    await page.get_by_role("button", name="Add the note").click()
    await expect(page.get_by_text("The note has been added")).to_be_visible()  # and read, or being read
    await expect(page.locator(".notes-excerpt")).to_have_text("HR 72. <b>Allergic</b> to latex (hives).")


async def test_facts_are_underlined_and_one_said_to_be_wrong_changes_nothing(console, ward):
    patient = ward.patients["117"]
    body = {"taken_at": "2026-03-09T09:00:00Z", "content": "📋 HR 72. Start amoxicillin 500 mg PO three times daily."}
    note = (await ward.admin.post(f"/patients/{patient}/notes", json=body)).json()
    seen = await console("grace.okafor")
    page = seen.page
    await seen.go(f"/patients/{patient}/notes/{note['id']}")
    await expect(page.locator(".note-text .fact-vitals").first).to_contain_text("72")
    await page.locator(".note-text .fact-medications").first.click()
    await expect(page.locator(".note-fact.chosen")).to_contain_text("amoxicillin")
    await page.get_by_role("button", name="This fact is wrong: amoxicillin").click()
    await page.get_by_label("What is wrong?").fill("She takes 250 mg.")
    await page.get_by_role("button", name="Say so").click()
    await expect(page.get_by_text("said to be wrong")).to_be_visible()
    await expect(page.get_by_text("She takes 250 mg.")).to_be_visible()
    await seen.picture("note")
    await seen.expect_accessible()
    assert (await ward.admin.get(f"/patients/{patient}/notes/{note['id']}")).json()["facts"] == note["facts"]
    await page.get_by_role("button", name="Take back").click()
    await expect(page.get_by_text("said to be wrong")).to_have_count(0)


@pytest.mark.parametrize(("name", "mrn"), [("clinic_note.png", "109"), ("discharge_letter.pdf", "123")])
async def test_a_file_is_uploaded_and_read_beside_its_text(console, ward, name, mrn):
    seen = await console("grace.okafor")
    page = seen.page
    await seen.go(_notes(ward, mrn))
    await page.get_by_role("button", name="Add a note").click()
    await page.get_by_label("File").set_input_files(DOCUMENTS / name)
    await expect(page.get_by_label("What you have to note")).to_be_hidden()
    await page.get_by_role("button", name="Add the note").click()
    await expect(page.locator(".toast")).to_be_visible()
    await page.locator(".notes-card").first.click()
    await expect(page.locator(".page-picture img")).to_be_visible()
    # A scan is read by the consumer meanwhile, and the page shows its text once it is there.
    await expect(page.locator(".note-text .fact").first).to_be_visible(timeout=90_000)
    await seen.picture(f"note-{Path(name).suffix[1:]}")
    await seen.expect_accessible()


async def test_a_file_that_is_dropped_is_taken(console, ward):
    seen = await console("grace.okafor")
    page = seen.page
    await seen.go(_notes(ward, "110"))
    await page.get_by_role("button", name="Add a note").wait_for()
    files = await page.evaluate_handle(
        """() => {
            const files = new DataTransfer();
            files.items.add(new File(["HR 81"], "a.txt"));
            return files;
        }"""
    )
    await page.locator(".notes-drop").dispatch_event("drop", {"dataTransfer": files})
    await expect(page.get_by_text("a.txt")).to_be_visible()
    await page.get_by_label("Taken on").fill("2026-03-09T10:00")
    await page.get_by_role("button", name="Add the note").click()
    await expect(page.locator(".notes-excerpt")).to_have_text("HR 81")


async def test_a_file_of_another_kind_is_refused_in_plain_words(console, ward):
    seen = await console("grace.okafor")
    page = seen.page
    await seen.go(_notes(ward, "110"))
    await page.get_by_role("button", name="Add a note").click()
    zipped = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"PK\x03\x04" + bytes(100)}
    await page.get_by_label("File").set_input_files(zipped)
    await page.get_by_label("Taken on").fill("2026-03-09T10:00")
    await page.get_by_role("button", name="Add the note").click()
    await expect(page.locator(".form-error")).to_contain_text("Going by its content")


DOSE = "amoxicillin 500 mg PO three times daily"
LINES = (
    *(f"{number}. Nothing to report on the ward round." for number in range(1, 25)),
    f"Plan: start {DOSE} and review.",
    "HR 72, BP 128/82",
)


async def _read(ward, patient, data, name):
    """A note from a file, once it has been read."""
    form = {"files": {"file": (name, data)}, "data": {"taken_at": "2026-03-09T14:30:00Z"}}
    made = await ward.admin.post(f"/patients/{patient}/notes", **form)
    for _ in range(900):
        note = (await ward.admin.get(made.headers["location"])).json()
        if note["extraction"]["status"] != "pending":
            return note
        await asyncio.sleep(0.1)
    raise AssertionError("nobody has read it")


async def _expect_red_marked(seen, name):
    """The mark is in sight, and around what is red on the page as it is on the screen."""
    page = seen.page
    mark = page.locator(".page-mark")
    await expect(mark).to_be_in_viewport(ratio=0.95)
    await seen.picture(name)
    box = await mark.bounding_box()
    image = Image.open(BytesIO(await page.screenshot()))
    ratio = image.width / await page.evaluate("innerWidth")
    colours = image.convert("RGB").load()
    red = [
        (x / ratio, y / ratio)
        for x in range(image.width)
        for y in range(image.height)
        if colours[x, y][0] > 150 and max(colours[x, y][1:]) < 90
    ]
    assert len(red) > 50, "what is red is in sight"
    inside = [box["x"] <= x <= box["x"] + box["width"] and box["y"] <= y <= box["y"] + box["height"] for x, y in red]
    assert all(inside)
    across, down = [x for x, _ in red], [y for _, y in red]
    # No wider and no higher than the words, but for the line around them and a letter at their ends.
    height = max(down) - min(down)
    assert box["height"] <= 2.5 * height + 12
    assert box["width"] <= max(across) - min(across) + 3 * height + 12


@pytest.mark.parametrize(
    ("kind", "size", "theme"), [("scan", WIDE, "light"), ("pdf", NARROW, "dark"), ("scan", NARROW, "light")]
)
async def test_the_words_of_a_citation_are_marked_on_the_page_they_stand_on(console, ward, kind, size, theme):
    person = {"name": "Nora Quill", "date_of_birth": "1957-03-09"}
    patient = (await ward.admin.post("/patients", json=person)).json()["id"]
    data = red_scan(*LINES, red=DOSE) if kind == "scan" else red_pdf(["First page."], LINES, red=DOSE)
    note = await _read(ward, patient, data, f"letter.{'png' if kind == 'scan' else 'pdf'}")
    assert note["facts"]["medications"][0]["page"] == (1 if kind == "scan" else 2)
    seen = await console("grace.okafor", size=size, theme=theme)
    page = seen.page
    await seen.go(f"/patients/{patient}/chart")
    medication = page.locator(".chart-line").filter(has=page.get_by_text("amoxicillin", exact=False)).first
    await medication.locator(".citation").first.click()
    await _expect_red_marked(seen, f"citation-{kind}-{theme}-{size[0]}")
    await expect(page.locator("mark.cited").first).to_contain_text("amoxicillin")
    await seen.expect_accessible()
    await page.get_by_role("link", name="Open in notes").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    # The page has no height before its picture is there.
    await expect(page.locator(".page-mark")).to_be_visible()
    await page.get_by_role("region", name="letter").scroll_into_view_if_needed()
    await _expect_red_marked(seen, f"note-page-{kind}-{theme}-{size[0]}")
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()
    # Larger, the place stays in sight; and another fact is another place.
    await page.get_by_role("button", name="Larger").click()
    await expect(page.locator(".page-mark")).to_be_in_viewport(ratio=0.5)
    first = await page.locator(".page-mark").get_attribute("style")
    await page.get_by_role("button", name="Show on page").filter(visible=True).last.click()
    await expect(page.locator(".page-mark")).not_to_have_attribute("style", first)
    await expect(page.locator(".page-mark")).to_be_in_viewport()
    if kind == "pdf":
        await page.get_by_role("button", name="Page before").click()
        await expect(page.get_by_text("Page 1 of 2")).to_be_visible()
        await expect(page.locator(".page-mark")).to_be_hidden()


async def test_a_page_is_drawn_once_and_then_only_asked_for_again(console, ward):
    patient = ward.patients["117"]
    note = await _read(ward, patient, red_pdf(LINES, red=DOSE), "letter.pdf")
    seen = await console("grace.okafor")
    page = seen.page
    answers = []
    page.on(
        "response", lambda answer: answers.append(answer.status) if re.search("/notes/.+/pages/", answer.url) else None
    )
    for _ in range(2):
        await seen.go(f"/patients/{patient}/notes/{note['id']}")
        await expect(page.locator(".page-picture img")).to_be_visible()
        await seen.go(_notes(ward, "117"))
        await expect(page.locator(".notes-item").first).to_be_visible()
    assert answers == [200, 304]
