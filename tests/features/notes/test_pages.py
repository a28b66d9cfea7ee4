"""Where on their pages facts stand, and the pages as pictures: what is red on them is what the fact rests on."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import text

from features.notes import reprocessing
from tests.paper import covers, pdf, red_of, red_pdf, red_scan

DOSE = "amoxicillin 500 mg PO three times daily"
LINES = ("Seen in clinic, chest clear.", f"Plan: start {DOSE} and review.", "HR 72, BP 128/82")


async def shown(client, own, page) -> Image.Image:
    answer = await client.get(f"{own}/pages/{page}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    return Image.open(BytesIO(answer.content))


def medication(note):
    (fact,) = note["facts"]["medications"]
    return fact


@pytest.mark.parametrize("name", ["letter.pdf", "turned.png", "scan.tiff"])
async def test_a_fact_says_where_on_its_page_it_stands(client, patient, upload, consume, name):
    given = {
        "letter.pdf": lambda: red_pdf(["Page one."], LINES, red=DOSE),
        "turned.png": lambda: red_scan(*LINES, red=DOSE, turned=90),
        "scan.tiff": lambda: red_scan(*LINES, red=DOSE, kind="TIFF"),
    }[name]()
    made = (await upload(given, name)).json()
    own = f"/patients/{patient}/notes/{made['id']}"
    await consume()
    note = (await client.get(own)).json()
    fact = medication(note)
    assert note["content"][fact["start"] : fact["end"]] == fact["original"] == DOSE
    pages = 2 if name == "letter.pdf" else 1
    assert (note["file"]["pages"], fact["page"]) == (pages, pages)
    picture = await shown(client, own, fact["page"])
    assert max(picture.size) == 1600
    assert covers(fact["box"], red_of(picture))
    listed = (await client.get(f"/patients/{patient}/notes")).json()["data"][0]
    assert medication(listed) == fact


async def test_what_came_as_text_is_on_no_page(client, patient, note):
    made = await note()
    assert {(fact["page"], fact["box"]) for kind in made["facts"].values() for fact in kind} == {(None, None)}
    answer = await client.get(f"/patients/{patient}/notes/{made['id']}/pages/1")
    assert (answer.status_code, answer.json()["code"]) == (404, "note_has_no_file")


async def test_a_page_is_not_sent_twice_to_who_has_it(client, patient, upload, note):
    own = (await upload(pdf("One", "Two"), "a.pdf")).headers["location"]
    first, second = [await client.get(f"{own}/pages/{number}") for number in (1, 2)]
    assert first.headers["etag"] != second.headers["etag"]
    assert "sandbox" in first.headers["content-security-policy"]
    again = await client.get(f"{own}/pages/1", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for page, tag in (("3", None), ("3", "*"), ("9999", None)):
        answer = await client.get(f"{own}/pages/{page}", headers={"If-None-Match": tag} if tag else {})
        assert answer.status_code == (422 if page == "9999" else 404), (page, tag)
    typed = (await upload(b"HR 72", "a.txt")).headers["location"]
    assert (await client.get(f"{typed}/pages/1")).json()["code"] == "note_page_not_found"
    await client.delete(own)
    gone = await client.get(f"{own}/pages/1", headers={"If-None-Match": first.headers["etag"]})
    assert gone.json()["code"] == "note_not_found"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
async def test_pictures_of_every_kind_are_shown(client, upload, mode):
    image = Image.new("L", (300, 200), 255)
    image.paste(0, (0, 0, 150, 200))
    buffer = BytesIO()
    if mode == "I;16":
        Image.frombytes("I;16", (300, 200), (b"\x00\x00" * 150 + b"\xff\xff" * 150) * 200).save(buffer, "TIFF")
    else:
        image.convert("RGB").convert(mode).save(buffer, "TIFF" if mode in {"CMYK", "LA"} else "PNG")
    own = (await upload(buffer.getvalue(), "a.tiff")).headers["location"]
    picture = await shown(client, own, 1)
    assert picture.size == (300, 200)
    assert picture.convert("L").getpixel((10, 10)) < 20
    assert picture.convert("L").getpixel((290, 10)) > 235


async def test_what_is_transparent_is_paper_and_colours_stay(client, upload):
    image = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (100, 50, 200, 150))
    buffer = BytesIO()
    image.save(buffer, "PNG")
    picture = await shown(client, (await upload(buffer.getvalue(), "a.png")).headers["location"], 1)
    assert min(picture.getpixel((10, 10))) > 245
    left, top, right, bottom = red_of(picture)
    assert (left, top, right, bottom) == pytest.approx((1 / 3, 1 / 4, 2 / 3, 3 / 4), abs=0.01)


async def count(app, table: str) -> int:
    async with app.state.database.sessions() as db:
        return await db.scalar(text(f"SELECT count(*) FROM {table}"))


async def test_the_layout_goes_with_the_note(app, client, patient, upload):
    for whole in (False, True):
        made = (await upload(pdf("HR 72"), "a.pdf")).json()
        assert await count(app, "note_layout") == 1
        await client.delete(f"/patients/{patient}" + ("" if whole else f"/notes/{made['id']}"))
        assert await count(app, "note_layout") == 0


@pytest.fixture
async def older(app, client, patient, upload):
    """A note that was read before anybody kept where its words stand."""
    made = (await upload(red_pdf(LINES, red=DOSE), "letter.pdf")).json()
    async with app.state.database.transaction() as db:
        await db.execute(text("DELETE FROM note_layout"))
        stripped = (
            "SELECT jsonb_object_agg(kind, (SELECT coalesce(jsonb_agg(fact - 'page' - 'box' ORDER BY n), '[]') "
            "FROM jsonb_array_elements(facts_of) WITH ORDINALITY AS each(fact, n))) "
            "FROM jsonb_each(facts) AS kinds(kind, facts_of)"
        )
        await db.execute(text(f"UPDATE note SET file_pages = NULL, facts = ({stripped})"))
    own = f"/patients/{patient}/notes/{made['id']}"
    found = (await client.get(own)).json()
    assert (medication(found)["page"], found["file"]["pages"]) == (None, None)
    assert (await client.get(f"{own}/pages/1")).status_code == 200
    return made, own


async def lay_out(app) -> list[tuple[int, int]]:
    told = reprocessing.lay_out(database=app.state.database, child_processes=app.state.child_processes)
    return [(progress.laid_out, progress.failed) async for progress in told]


async def test_older_notes_are_laid_out_once(app, client, older):
    made, own = older
    assert await lay_out(app) == [(1, 0)]
    note = (await client.get(own)).json()
    assert (note["facts"], note["file"], note["content"]) == (made["facts"], made["file"], made["content"])
    assert note["version"] == made["version"] + 1
    assert await lay_out(app) == []
    # What is understood anew keeps its places.
    pages = reprocessing.reprocess(
        database=app.state.database, child_processes=app.state.child_processes, everything=True, parallel=1
    )
    assert [progress.changed async for progress in pages] == [1]
    assert (await client.get(own)).json()["facts"] == made["facts"]


async def test_what_cannot_be_laid_out_stays_as_it_is(app, client, older):
    made, own = older
    async with app.state.database.transaction() as db:
        await db.execute(text("UPDATE note_file SET content = '%PDF-1.7 damaged'"))
    assert await lay_out(app) == [(0, 1)]
    assert (await client.get(own)).json()["version"] == made["version"]
    assert await lay_out(app) == [], "it would be no better the next time"
