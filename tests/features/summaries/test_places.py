"""Citations say where their quotes stand: in the text, and on the page of what came as a PDF."""

from datetime import UTC, datetime
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from features.summaries.places import span_of
from features.summaries.shape import Citation
from tests.features.summaries.conftest import citations
from tests.paper import covers, red_of, red_pdf

STARTED = "Start amlodipine 5 mg once daily."
LINES = ("A: Hypertension.", f"P: {STARTED} Review in two weeks.")
AT = "2026-03-09T14:30:00Z"


@pytest.fixture
async def letter(client, patient):
    form = {"file": ("letter.pdf", red_pdf(["First page."], LINES, red=STARTED), "application/pdf")}
    answer = await client.post(f"/patients/{patient}/notes", files=form, data={"taken_at": AT})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def red_on_page(client, patient, letter):
    picture = await client.get(f"/patients/{patient}/notes/{letter['id']}/pages/2")
    return red_of(Image.open(BytesIO(picture.content)))


async def test_a_summary_and_the_chart_say_where_on_its_page_a_quote_stands(client, patient, note, letter):
    typed = await note("Allergic to penicillin (rash).", day=1)
    summary = (await client.get(f"/patients/{patient}/summary")).json()
    chart = (await client.get(f"/patients/{patient}/chart")).json()
    notes = {each["id"]: each["content"] for each in (typed, letter)}
    every = citations(summary) + [each for kind in ("medications", "allergies") for each in cited(chart[kind])]
    assert {each["note_id"] for each in every} == set(notes)
    for each in every:
        assert notes[each["note_id"]][each["start"] : each["end"]] == each["quote"]
        assert (each["page"], each["box"] is None) == ((2, False) if each["note_id"] == letter["id"] else (None, True))
    red = await red_on_page(client, patient, letter)
    (line,) = chart["medications"]
    for each in (*line["citations"], *line["history"]):
        within(each["box"], red)
    (fact,) = summary["key_facts"]["medications"]
    assert (fact["page"], fact["box"]) == (2, line["citations"][0]["box"])
    quoted, *_ = [each for each in citations(summary) if each["quote"].startswith("P: Start")]
    assert quoted["box"]["left"] < red[0]
    assert quoted["box"]["left"] + quoted["box"]["width"] >= red[2]


def cited(lines):
    return [citation for line in lines for citation in line["citations"]]


def within(box, red):
    """The drug is a part of the sentence that is red."""
    assert red[0] <= box["left"]
    assert box["left"] + box["width"] <= red[2] + 0.01
    assert covers({**box, "left": red[0], "width": red[2] - red[0]}, red)


@pytest.mark.parametrize(
    ("content", "quote", "start", "span"),
    [
        ("HR 72. HR 72.", "HR 72", 7, (7, 12)),
        ("HR 72. HR 72.", "HR 72", None, (0, 5)),
        ("Weight\n  80 kg", "Weight 80 kg", None, (0, 14)),
        ("150 mg, then 50 mg", "50 mg", None, (13, 18)),
        ("a150 mg", "50 mg", None, (2, 7)),
        ("BP (128/82)", "(128/82)", None, (3, 11)),
        ("BP", "HR", None, None),
        ("BP", " ", None, None),
    ],
)
def test_a_quote_is_found_where_it_was_taken_from_or_first_stands(content, quote, start, span):
    assert span_of(content, Citation(uuid4(), datetime.now(UTC), quote, start)) == span
