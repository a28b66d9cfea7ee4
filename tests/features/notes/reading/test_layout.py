"""Pieces of lines come in the order in which people read them, and slips of recognition are mended."""

import random

import pytest

from features.notes.reading.layout import in_order, text_of
from features.notes.reading.recognition import Line
from features.notes.reading.repairs import repaired


def piece(text, left, middle, *, width=None, height=30.0):
    return Line(left, left + (width or 15 * len(text)), middle, height, text, 0.99)


def test_pieces_of_one_line_are_joined_by_spaces():
    pieces = [piece("HR: 72", 400, 52), piece("BP: 128/82", 50, 48), piece("Temp: 37.2 °C", 50, 95)]
    assert text_of(pieces) == "BP: 128/82 HR: 72\nTemp: 37.2 °C"


def test_a_table_is_read_row_by_row():
    names, values = ["Sodium", "Potassium", "Urea", "Creatinine", "CRP"], ["138", "4.1", "5.6", "88", "12"]
    pieces = [piece(name, 50, 100 + 45 * row) for row, name in enumerate(names)]
    pieces += [piece(value, 700, 101 + 45 * row) for row, value in enumerate(values)]
    random.Random(4).shuffle(pieces)
    assert text_of(pieces) == "\n".join(map(" ".join, zip(names, values, strict=True)))


def test_columns_of_prose_are_read_one_after_the_other():
    left = [f"left column, its line number {number} of prose" for number in range(6)]
    right = [f"right column, its line number {number} of prose" for number in range(6)]
    pieces = [piece("Discharge summary from the ward, going all the way across the page", 50, 40, width=1500)]
    pieces += [piece(text, 50, 100 + 45 * row) for row, text in enumerate(left)]
    pieces += [piece(text, 850, 103 + 45 * row) for row, text in enumerate(right)]
    random.Random(4).shuffle(pieces)
    found = [line for line in text_of(pieces).split("\n") if line]
    assert found[1:] == left + right
    assert [line.text for line in in_order(pieces)] == found, "words are placed in the order of the text"


def test_a_wide_gap_is_an_empty_line():
    pieces = [piece(f"line {number}", 50, 100 + 45 * number) for number in range(5)] + [piece("apart", 50, 400)]
    assert text_of(pieces).endswith("line 4\n\napart")


def test_nothing_is_nothing():
    assert text_of([]) == ""


@pytest.mark.parametrize(
    ("recognised", "meant"),
    [
        ("0:\nVitals", "O:\nVitals"),
        ("0: Alert, well", "O: Alert, well"),
        ("0:30 h later", "0:30 h later"),
        ("pain 0: none", "pain 0: none"),
        ("Temp 98.2℉, 37.2℃", "Temp 98.2°F, 37.2°C"),
        ("Temp 98.2°℉", "Temp 98.2°F"),
        ("Wt: 192 Ibs", "Wt: 192 lbs"),
        ("IBS, 192 IBS", "IBS, 192 IBS"),
        ("500 mI saline", "500 ml saline"),
        ("type I diabetes, stage 3 I think", "type I diabetes, stage 3 I think"),
        ("88 µmol/I", "88 µmol/l"),
        ("CN Il-XIl intact", "CN II-XII intact"),
        ("factor VIl", "factor VII"),
        ("Il est malade", "Il est malade"),
        ("lisinopril 10 mg P0 daily, NP0", "lisinopril 10 mg PO daily, NPO"),
        ("G1 P0, P0+1", "G1 P0, P0+1"),
        ("Sp02 97 %", "SpO2 97 %"),
        ("BP：128／82", "BP:128/82"),
        ("血压：128", "血压：128"),
    ],
)
def test_slips_of_recognition_are_mended(recognised, meant):
    assert repaired(recognised) == meant
