"""An injury told in two ways is one; what was done in a year that is over is not planned."""

import pytest

from clinical import understand


def told(text):
    return [(fact["text"], fact["detail"]) for fact in understand(text).stored()["diagnoses"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Right fracture after a fall. Scaphoid fracture seen.", [("Scaphoid fracture", "right, scaphoid")]),
        ("Scaphoid fracture. Left fracture in cast.", [("Scaphoid fracture", "left, scaphoid")]),
    ],
)
def test_a_fracture_told_by_its_side_is_the_one_that_has_a_place(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Scaphoid fracture right. Left fracture.",
        "Left fracture. Scaphoid fracture. Rib fracture.",
        "Right fracture. No scaphoid fracture.",
        "Left ulcer. Gastric ulcer.",
    ],
)
def test_what_may_be_two_things_stays_two(text):
    assert text.split(".")[0].removesuffix(" right").lower() in {name.lower() for name, _ in told(text)}
    assert len(told(text)) >= 2


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Plan:\nRefer for gastroscopy.\nKnee replacement 2017.", "done"),
        ("Plan: book MRI. Cholecystectomy (2012).", "done"),
        ("Plan:\nCataract surgery 2039", "planned"),
        ("Date of visit: 12 March 2018\nPlan: hip replacement 2019.", "planned"),
        ("Plan: book hip replacement in 2019.", "planned"),
    ],
)
def test_a_year_that_is_over_tells_that_it_was_done(text, status):
    assert understand(text).stored()["procedures"][-1]["status"] == status
