"""Chart and summary: what is true now, and for each of it the note, open at the words that say so."""

import pypdfium2
import pytest
from playwright.async_api import expect

from tests.features.console.conftest import NARROW, SCREENSHOTS, WIDE

MARGARET = "108"


async def _open(seen, ward, mrn=MARGARET):
    await seen.go(f"/patients/{ward.patients[mrn]}/chart")
    await expect(seen.page.get_by_role("heading", name="Medicines")).to_be_visible()
    await expect(seen.page.locator(".statements").first).to_be_visible()


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (NARROW, "dark")])
async def test_a_chart_is_seen_whole(console, ward, size, theme):
    seen = await console("grace.okafor", size=size, theme=theme)
    await _open(seen, ward)
    await expect(seen.page.locator(".chart-beware")).to_contain_text("penicillin")
    await seen.picture(f"chart-{theme}-{size[0]}")
    await seen.expect_accessible()
    await seen.expect_nothing_sideways()


async def test_every_statement_opens_its_note_at_the_quoted_words(console, ward):
    seen = await console("grace.okafor")
    page = seen.page
    await _open(seen, ward)
    summary = (await ward.admin.get(f"/patients/{ward.patients[MARGARET]}/summary")).json()
    cited = [each for section in summary["sections"] for one in section["statements"] for each in one["citations"]]
    buttons = page.locator(".statements .citation")
    await expect(buttons).to_have_count(len(cited))
    # Where each of them stands is found by the same function for all, so three are opened and the others looked up.
    for place in (0, len(cited) // 2, len(cited) - 1):
        await buttons.nth(place).click()
        marked = page.locator("dialog .cited")
        await expect(marked.first).to_be_in_viewport()
        assert "".join(await marked.all_inner_texts()).split() == cited[place]["quote"].split()
        if not place:
            await seen.picture("citation")
            await seen.expect_accessible()
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog")).to_have_count(0)
        await expect(buttons.nth(place)).to_be_focused()
    notes = (await ward.admin.get(f"/patients/{ward.patients[MARGARET]}/notes", params={"limit": 200})).json()["data"]
    found = await page.evaluate(
        """async ([cited, contents]) => {
            const { placeOf } = await import(`${document.documentElement.dataset.base}/components/note_text.js`);
            const shown = (content, [start, end]) => [...content].slice(start, end).join("");
            return cited.map((each) => shown(contents[each.note_id], placeOf(contents[each.note_id], each)));
        }""",
        [cited, {note["id"]: note["content"] for note in notes}],
    )
    assert [each.split() for each in found] == [each["quote"].split() for each in cited]


async def test_among_portuguese_the_summary_is_marked_as_english_and_says_so(console, ward):
    seen = await console("grace.okafor", language="pt-PT")
    page = seen.page
    await seen.go(f"/patients/{ward.patients[MARGARET]}/chart")
    await expect(page.get_by_text("O resumo está escrito em inglês.")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "pt"
    summary = (await ward.admin.get(f"/patients/{ward.patients[MARGARET]}/summary")).json()
    told = [summary["summary"], *summary["warnings"]]
    told += [
        text for one in summary["sections"] for text in (one["title"], *(each["text"] for each in one["statements"]))
    ]
    marked = await page.locator('.summary-text [lang="en"]').all_text_contents()
    assert sorted(marked) == sorted(told)
    await seen.expect_accessible()


async def test_a_summary_for_the_family_is_a_click_away_and_stays_in_the_address(console, ward):
    seen = await console("tomas.reyes")
    page = seen.page
    await _open(seen, ward)
    with_clinicians = await page.locator(".summary-text").inner_text()
    await page.get_by_text("Family", exact=True).click()
    await expect(page.locator(".summary-text")).not_to_have_text(with_clinicians)
    assert "audience=family" in page.url
    await page.get_by_text("Brief", exact=True).click()
    await expect(page.get_by_role("radio", name="Brief")).to_be_checked()
    assert "length=brief" in page.url


async def test_a_summary_prints_on_one_page(console, ward):
    seen = await console("grace.okafor")
    await _open(seen, ward)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    pdf = pypdfium2.PdfDocument(await seen.page.pdf(path=SCREENSHOTS / "summary.pdf", format="A4"))
    text = pdf[0].get_textpage().get_text_range()
    assert "Margaret" in text
    assert "Ward" not in text
    assert len(pdf) == 1


async def test_a_patient_without_notes_is_told_to_have_none(console, ward):
    seen = await console("grace.okafor")
    await seen.go(f"/patients/{ward.patients['124']}/chart")
    await expect(seen.page.get_by_text("There are no notes yet")).to_be_visible()
    await expect(seen.page.get_by_text("None is recorded. That is no denial.")).to_be_visible()
    await seen.expect_accessible()


async def test_a_restricted_record_opens_with_a_reason_which_is_reviewed(console, ward):
    path = f"/patients/{ward.patients['120']}"
    assert (await ward.admin.patch(path, json={"restricted": True})).status_code == 200
    seen = await console("grace.okafor")
    page = seen.page
    await seen.go(f"{path}/chart")
    await page.get_by_label("Why do you have to open it?").fill("short")
    await page.get_by_role("button", name="Open the record").click()
    await expect(page.locator("dialog .field-error")).to_be_visible()
    await seen.expect_accessible()
    await page.get_by_label("Why do you have to open it?").fill("Unconscious in the emergency department")
    await page.get_by_role("button", name="Open the record").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Restricted")
    (use,) = (await ward.admin.get("/audit/break-glass")).json()["data"]
    assert use["reason"] == "Unconscious in the emergency department"
