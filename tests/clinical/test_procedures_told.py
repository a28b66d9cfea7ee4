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


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Tdap due - given.", "done"),
        ("Tdap due, not given as febrile.", "declined"),
        ("Flu vaccine ✓ Oct.", "done"),
        ("Barium swallow never.", "declined"),
        ("Plan\n- Flu vaccine up to date", "done"),
        ("Plan\n- MRI pelvis w/wo done 3/2: nil new", "done"),
        ("Gastroscopy: he wouldn't have it again, colonoscopy awaited.", "planned"),
        ("Bone scan set for 4 June.", "planned"),
        ("Bladder ultrasound today.", "planned"),
        ("Bladder ultrasound today: empty.", "done"),
        ("Skin biopsy not to be done.", "declined"),
        ("She won't have the shingles vaccine.", "declined"),
        ("He declined physio, a walking aid, and cataract surgery.", "declined"),
        ("Echo before discharge.", "planned"),
        ("Spinal MRI (contrast) to be arranged.", "planned"),
        ("Dialysis since Tuesday.", "done"),
        ("An ECG last Friday gave a QTc of 430.", "done"),
        ("Date: 3 Nov 2026\nCT chest in January.", "planned"),
    ],
)
def test_the_last_answer_behind_a_name_counts(text, status):
    assert status in {one for _, one in procedures(text)} or (status is None and not procedures(text))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("MMR given. Rabies not indicated.", "declined"),
        ("Typhoid #2 today.", "done"),
        ("Influenza, COVID - had both 3/10.", "done"),
        ("Inactivated flu given today.", "done"),
        ("RSV given 14/2.", "done"),
        ("Shingles - please give.", "planned"),
    ],
)
def test_a_disease_that_people_are_vaccinated_against(text, status):
    found = procedures(text)
    assert status in {one for _, one in found}
    assert not understand(text).stored()["diagnoses"]


@pytest.mark.parametrize("text", ["He has flu, given Tamiflu.", "COVID in March, treated at home.", "Flu due to H1N1."])
def test_a_disease_that_somebody_had(text):
    assert procedures(text) == set()


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("PICC to come out once the course is complete.", "planned"),
        ("Remove chest drain today.", "planned"),
        ("2u PRBC for Hb <7 only.", "planned"),
        ("Covid booster: not yet had, can go ahead in May.", "planned"),
        ("CT chest outpt", "planned"),
        ("Pneumovax - mum undecided.", "declined"),
        ("Chest x-ray dispensable.", "declined"),
        ("Chest drain removed yesterday.", "done"),
    ],
)
def test_what_is_to_be_removed_waits_or_is_left_undecided_was_not_done(text, status):
    assert {fact["status"] for fact in understand(text).stored()["procedures"]} == {status}


@pytest.mark.parametrize("text", ["MRI contraindicated.", "MRI contraindicated - her cochlear implant."])
def test_what_must_not_be_done_is_not_planned(text):
    assert ("mri", "declined") in procedures(text)


def test_what_is_not_contraindicated_may_be_planned():
    assert procedures("MRI not contraindicated, booked for May.") == {("mri", "planned")}
