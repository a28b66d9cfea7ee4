"""How procedures are named without a name of their own, and whether they are done, planned or declined."""

import pytest

from clinical import understand


def procedures(text):
    return {(fact["text"].lower(), fact["status"]) for fact in understand(text).stored()["procedures"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Imms: MMR, PCV and Hib/MenC were due today - deferred as unwell.",
         {("mmr", "planned"), ("pcv", "planned"), ("hib/menc", "planned")}),
        ("Covid + flu jabs in October.", {("covid", "done"), ("flu jabs", "done")}),
        ("Hep B 2nd dose given today.", {("hep b 2nd dose", "done")}),
        ("BCG declined.", {("bcg", "declined")}),
        ("She had covid in March and was tired for weeks.", set()),
    ],
)  # fmt: skip
def test_vaccinations_are_told_by_what_they_are_against(text, expected):
    assert procedures(text) == expected


def test_what_one_is_vaccinated_against_is_no_diagnosis():
    assert understand("HPV course complete; meningitis ACWY had in 2018.").stored()["diagnoses"] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We injected her left shoulder with triamcinolone.", "injected her left shoulder"),
        ("Skin cancer cauterised in 2020.", "skin cancer cauterised"),
    ],
)
def test_what_was_done_to_a_part_of_the_body_is_a_procedure(text, expected):
    assert (expected, "done") in procedures(text)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Plan: CXR today, bloods.", "planned"),
        ("Proposed operation: left knee replacement.", "planned"),
        ("Chest X-ray daily until the drain is out.", "planned"),
        ("Subject to a normal echo she may start trastuzumab.", "planned"),
        ("Rheumatology to decide after the DEXA.", "planned"),
        ("He would rather have a colonoscopy.", "planned"),
        ("Flu jab each winter, please.", "planned"),
        ("USS at 6 wks.", "planned"),
        ("Urea breath test 8 weeks after treatment.", "planned"),
        ("Surveillance colonoscopy depends on the histology.", "planned"),
        ("Date: 30/09/2026\nPlan: DEXA on 14/10.", "planned"),
        ("Chest US by consultant Thurs.", "planned"),
        ("She had her flu jab on Monday.", "done"),
        ("NG tube 03/12-06/12.", "done"),
        ("No clot on CT angiogram.", "done"),
        ("Paracentesis offered last week, Mary said no.", "declined"),
        ("Colonoscopy offered, refused.", "declined"),
        ("Fibroscan refused x2, will rebook.", "declined"),
        ("ECG showed AF, declined admission.", "done"),
    ],
)
def test_when_a_procedure_is(text, status):
    assert {one for _, one in procedures(text)} == {status}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Her CT adrenals will not be repeated.", "declined"),
        ("Lumbar puncture is no longer thought necessary.", "declined"),
        ("She would prefer total thyroidectomy.", "planned"),
        ("He may have the flu vaccine.", "planned"),
        ("CTPA in the morning if no better.", "planned"),
        ("She had her flu vaccine in October and will be seen again.", "done"),
    ],
)
def test_what_is_wanted_or_left_out(text, status):
    assert {one for _, one in procedures(text)} == {status}
