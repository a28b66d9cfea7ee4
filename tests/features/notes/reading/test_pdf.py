"""Text of PDF files, and what becomes of those that are not what they seem."""

import io
from contextlib import closing

import pypdfium2 as pdfium
import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from features.notes.places import Layout
from features.notes.reading import Unreadable, picture_of, read_pdf
from features.notes.reading.pdf import drawn_or_written
from features.notes.reading.pieces import laid_out
from tests.paper import covers, red_of, red_pdf

NOTE = "S: Pt reports cough, denies fever.\nO:\nBP: 128/82\nTemp: 37.2 °C – oral\nA: Bronchitis\nP: fluids “ad lib”"


def code_of(data):
    with pytest.raises(Unreadable) as refused:
        read_pdf(data)
    return refused.value.code


def test_lines_stay_lines(pdf):
    found = read_pdf(pdf(NOTE))
    assert (found.text, found.method, found.confidence) == (NOTE, "pdf", 1.0)
    assert (found.pages, found.pages_without_text) == (1, 0)


def test_pages_are_joined_by_an_empty_line_and_empty_pages_need_no_recognition(pdf):
    found = read_pdf(pdf("Page one", None, "Page three"))
    assert found.text == "Page one\n\nPage three"
    assert (found.pages, found.pages_without_text) == (3, 0)


def test_a_picture_of_a_page_has_no_text(pdf, page):
    found = read_pdf(pdf("Page one", page("BP: 128/82 mmHg")))
    assert found.text == "Page one"
    assert (found.pages, found.pages_without_text) == (2, 1)


def test_a_stamp_on_a_scan_is_no_text(page):
    document = FPDF()
    document.add_page()
    document.image(page("BP: 128/82", height=1800), 0, 0, 210)
    document.set_font("helvetica", size=8)
    document.text(10, 290, "Scanned by Reception on 12/03/2024 at 10:15, page 1 of 1")
    assert read_pdf(bytes(document.output())).pages_without_text == 1


def test_a_logo_beside_much_text_is_no_scan(page):
    document = FPDF()
    document.add_page()
    document.image(page("Hospital"), 150, 5, 40)
    document.set_font("helvetica", size=11)
    document.set_y(40)
    document.multi_cell(0, 6, "The patient was reviewed in clinic today and is doing well. " * 3)
    assert read_pdf(bytes(document.output())).pages_without_text == 0


def test_ligatures_are_letters(pdf):
    assert read_pdf(pdf("Diﬃcult aﬀect, ﬁbrosis, ½ tablet")).text == "Difficult affect, fibrosis, ½ tablet"


FORM = b"""%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/DR<</Font<</F1 6 0 R>>>>/DA(/F1 12 Tf 0 g)>>>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 400 400]/Annots[4 0 R]/Contents 5 0 R
/Resources<</Font<</F1 6 0 R>>>>>> endobj
4 0 obj <</Type/Annot/Subtype/Widget/FT/Tx/T(bp)/V(BP 128/82)/Rect[50 250 300 270]/F 4/P 3 0 R/AP<</N 7 0 R>>>> endobj
5 0 obj <</Length 48>> stream
BT /F1 12 Tf 50 300 Td (Observations form) Tj ET
endstream endobj
6 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
7 0 obj <</Type/XObject/Subtype/Form/BBox[0 0 250 20]/Resources<</Font<</F1 6 0 R>>>>/Length 53>> stream
/Tx BMC q BT /F1 12 Tf 2 4 Td (BP 128/82) Tj ET Q EMC
endstream endobj
trailer <</Root 1 0 R>>
%%EOF"""


def test_what_was_filled_into_a_form_is_read():
    assert read_pdf(FORM).text == "Observations form\nBP 128/82"


def with_free_text(*annotations: bytes) -> bytes:
    """A page that says "Seen in clinic today." with annotations that say "Allergic to penicillin"."""
    numbers = b" ".join(b"%d 0 R" % number for number in range(10, 10 + len(annotations)))
    objects = b"".join(b"%d 0 obj <<%s>> endobj\n" % (10 + n, one) for n, one in enumerate(annotations))
    return (
        b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n"
        b"2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"
        b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 400 400]/Annots[" + numbers + b"]/Contents 5 0 R"
        b"/Resources<</Font<</F1 6 0 R>>>>>> endobj\n"
        b"5 0 obj <</Length 51>> stream\nBT /F1 12 Tf 50 300 Td (Seen in clinic today.) Tj ET\nendstream endobj\n"
        b"6 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj\n"
        b"7 0 obj <</Type/XObject/Subtype/Form/BBox[0 0 250 20]/Resources<</Font<</F1 6 0 R>>>>/Length 57>> stream\n"
        b"q BT /F1 12 Tf 2 4 Td (Allergic to penicillin) Tj ET Q  \nendstream endobj\n"
        + objects
        + b"trailer <</Root 1 0 R>>\n%%EOF"
    )


FREE = b"/Type/Annot/Subtype/FreeText/Contents(Allergic to penicillin)/DA(/F1 12 Tf)/Rect[50 250 300 270]"
STICKY = b"/Type/Annot/Subtype/Text/Contents(ask somebody)/F 4/Rect[50 200 60 210]"
SEEN = "Seen in clinic today."


def test_what_was_typed_onto_a_page_is_read_where_it_is_drawn():
    assert read_pdf(with_free_text(FREE + b"/F 4/AP<</N 7 0 R>>")).text == f"{SEEN}\nAllergic to penicillin"


def test_what_was_typed_onto_a_page_is_read_without_a_look_as_well():
    assert read_pdf(with_free_text(FREE + b"/F 4", STICKY)).text == f"{SEEN}\n\nAllergic to penicillin"


@pytest.mark.parametrize("flags", [2, 32])
def test_what_is_hidden_is_not_read(flags):
    assert read_pdf(with_free_text(FREE + b"/F %d" % flags)).text == SEEN


def test_comments_beside_the_page_are_no_text_of_the_note():
    assert read_pdf(with_free_text(STICKY)).text == SEEN


def test_what_was_typed_onto_a_page_as_programs_write_it():
    document = FPDF()
    document.add_page()
    document.set_font("helvetica", size=11)
    document.text(20, 20, SEEN)
    document.free_text_annotation("Naïve to “opioids”\nTwo lines", x=20, y=40, w=60, h=10)
    assert read_pdf(bytes(document.output())).text == f"{SEEN}\n\nNaïve to “opioids”\nTwo lines"


def broken(*lines: str) -> str:
    document = FPDF()
    document.add_page()
    document.set_font("helvetica", size=11)
    for number, line in enumerate(lines):
        document.text(20, 20 + 6 * number, line)
    return read_pdf(bytes(document.output())).text


def test_a_word_that_the_end_of_a_line_broke_is_one_word_and_the_line_still_ends():
    assert broken("The patient has pneu-", "monia on the right,", "and a follow-", "up is due.") == (
        "The patient has pneumonia\non the right,\nand a follow-up\nis due."
    )


def test_a_broken_word_at_the_end_of_the_text():
    assert broken("Known bronchi-", "ectasis") == "Known bronchiectasis"


def test_a_dash_at_the_end_of_a_line_is_no_broken_word():
    assert broken("Allergies -", "none known") == "Allergies -\nnone known"


def test_empty_pages_have_no_text(pdf):
    assert code_of(pdf(None, None)) == "no_text"


def test_an_encrypted_file_says_so():
    document = FPDF()
    document.set_encryption(owner_password="owner", user_password="user")
    document.add_page()
    assert code_of(bytes(document.output())) == "encrypted"


def test_a_file_that_anyone_may_open_is_read_although_it_is_encrypted():
    document = FPDF()
    document.set_encryption(owner_password="owner")
    document.add_page()
    document.set_font("helvetica", size=11)
    document.cell(text="Open to all readers of this file")
    assert read_pdf(bytes(document.output())).text == "Open to all readers of this file"


@pytest.mark.parametrize("data", [b"%PDF-", b"%PDF-1.7\nnothing", b"%PDF-1.7\n" + bytes(2000)], ids=len)
def test_rubbish_is_broken(data):
    assert code_of(data) == "broken"


def test_too_many_pages_are_refused_by_their_number():
    document = FPDF()
    for _ in range(501):
        document.add_page()
    assert code_of(bytes(document.output())) == "too_many_pages"


def lying(count: int) -> bytes:
    """A file whose one page is listed under a number of pages of its choice."""
    return (
        b"%%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n"
        b"2 0 obj <</Type/Pages/Kids[3 0 R]/Count %d>> endobj\n"
        b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 9000000 9000000]>> endobj\n"
        b"trailer <</Root 1 0 R>>\n%%%%EOF" % count
    )


@pytest.mark.parametrize("count", [1, 2, 10_000, 2_000_000_000, -5])
def test_a_file_that_lies_about_its_pages_is_read_or_refused(count):
    try:
        assert not read_pdf(lying(count)).text
    except Unreadable as refused:
        assert refused.code in {"broken", "too_many_pages", "no_text"}  # noqa: PT017 - it may also succeed


def test_too_many_scanned_pages_are_refused_before_any_is_recognised(pdf):
    dot = Image.new("L", (20, 20))
    assert code_of(pdf(*[dot] * 51)) == "too_many_pages"


def test_pages_of_any_claimed_size_are_drawn_within_bounds(page):
    document = FPDF(format=(100_000, 60_000))
    document.add_page()
    document.image(page("BP: 128/82"), 0, 0, 100_000)
    (drawn,) = drawn_or_written(bytes(document.output()))
    assert isinstance(drawn, Image.Image)
    assert max(drawn.size) <= 2600


def test_too_much_text_is_refused(pdf, monkeypatch):
    monkeypatch.setattr("features.notes.reading.unreadable._MOST_CHARACTERS", 20)
    assert code_of(pdf("A line of a good many characters")) == "too_large"


@pytest.fixture(scope="module")
def two_pages(pdf):
    return pdf("Page one", "Page two")


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_file_cut_off_or_damaged_anywhere_is_read_or_refused(two_pages, data):
    whole = bytearray(two_pages)
    for _ in range(data.draw(st.integers(0, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    damaged = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        read_pdf(damaged)
    except Unreadable as refused:
        assert refused.code in {"broken", "encrypted", "too_many_pages", "no_text"}  # noqa: PT017 - it may also succeed


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(data):
    with pytest.raises(Unreadable):
        read_pdf(b"%PDF-1.7\n" + data)


@pytest.mark.parametrize(("turned", "cut"), [(0, False), (90, False), (180, True), (270, True)])
def test_words_stand_where_they_are_seen_however_the_page_is_turned_and_cut(turned, cut):
    said = "40 mg twice daily"
    with closing(pdfium.PdfDocument(red_pdf([f"Furosemide {said} from today on."], red=said))) as document:
        changed = document[0]
        changed.set_rotation(turned)
        if cut:
            changed.set_cropbox(20, 400, 500, 830)
        out = io.BytesIO()
        document.save(out)
    found = read_pdf(out.getvalue())
    start = found.text.index(said)
    page, box = Layout(laid_out(found.pieces, found.text)).place(start, start + len(said))
    assert page == 1
    assert covers(box, red_of(Image.open(io.BytesIO(picture_of(out.getvalue(), 1)))))
