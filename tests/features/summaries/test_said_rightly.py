"""What is said of a thing is what the notes say: at rest or not, done or planned, sure or weighed, forbidden or not."""

import pytest

from tests.features.summaries.test_extractive import told
from tests.features.summaries.test_open_ends import days, note, of

CORNERS = [(audience, length) for audience in ("clinician", "family") for length in ("brief", "detailed")]


def whole(draft):
    return " ".join([draft.summary, *told(draft)])


def test_a_value_under_a_strain_stands_beside_that_at_rest():
    draft = of(
        note("O: BP 150/84 lying, 118/70 standing.", days(40)),
        note("O: BP 140/80 before and 166/92 after exercise. Peak flow 300 L/min, 360 after salbutamol.", days(3)),
    )
    latest = told(draft, "Latest vitals and results")
    assert any(line.startswith("BP 140/80 mmHg, 166/92 after exercise, was 150/84 on") for line in latest)
    assert any(line.startswith("Peak flow 300 L/min, 360 after salbutamol (") for line in latest)


def test_the_pains_of_two_places_are_both_told():
    latest = told(of(note("S: Hip pain 2/10, back pain 6/10.\nO: HR 70.", days(2))), "Latest vitals and results")
    assert any(line.startswith("Pain 2/10 and 6/10") for line in latest)


@pytest.mark.parametrize(
    ("conclusion", "usual"),
    [("Moderately impaired function of the inferior wall.", False), ("Normal wall motion.", True)],
)
def test_a_share_is_not_called_normal_where_the_same_scan_found_something(conclusion, usual):
    echo = f"Echocardiogram\nIndication: chest pain.\nFindings: ejection fraction 55%.\nConclusion: {conclusion}"
    text = " ".join(told(of(note(echo, days(4), type="imaging"), audience="family"), "Latest measurements"))
    assert "pumps out 55%" in text
    assert ("That is as it should be." in text) is usual
    assert ("found something else that is not as it should be" in text) is not usual


@pytest.mark.parametrize(("audience", "length"), CORNERS)
def test_what_did_harm_is_told_as_that(audience, length):
    text = whole(
        of(
            note("S: Stopped codeine as it made him drowsy.\nP: Avoid aspirin.", days(2)),
            audience=audience,
            length=length,
        )
    )
    if audience == "clinician":
        assert "ot tolerated: codeine (drowsiness)" in text
        assert "void: codeine" not in text
        assert "void: aspirin" in text
    else:
        assert "Codeine caused drowsiness. Ask the team before it is taken again." in text
        assert "must not have aspirin" in text


@pytest.mark.parametrize(("audience", "length"), CORNERS)
def test_a_course_that_was_to_end_after_the_newest_note_is_told_until_when(audience, length):
    draft = of(
        note("P: Prednisolone 30 mg once daily for 5 days. Amlodipine 5 mg OD.", days(7)),
        audience=audience,
        length=length,
    )
    text = " ".join(told(draft, "Medications", "Medicines"))
    ends = days(2)
    if audience == "clinician":
        assert f"prednisolone 30 mg once daily until {ends.day} {ends:%b %Y}" in text
        assert "ver by now, if as planned" in text
    else:
        assert f"It was planned until {ends.day} {ends:%B %Y}." in text
        assert "That is over" not in text


def test_the_end_of_what_was_given_in_a_stay_is_not_made_up():
    notes = [
        note(
            "ADMISSION\nReason for admission: sepsis.\nPlan: Gentamicin 240 mg IV once daily.",
            days(12),
            type="admission",
        ),
        note(
            "Discharge summary\nMedications on discharge: ramipril 5 mg OD, apixaban 5 mg BD.",
            days(6),
            type="discharge",
        ),
    ]
    ended = next(line for line in told(of(*notes), "Medications") if "gentamicin" in line.lower())
    assert "in hospital; not on the list of" in ended
    assert "until" not in ended
    family = next(line for line in told(of(*notes, audience="family"), "Medicines") if "Gentamicin" in line)
    assert "It is not on the list of medicines of" in family


def test_months_are_told_as_the_note_tells_them():
    draft = of(note("P: Start clopidogrel 75 mg OD for twelve months.", days(9)), note("S: Well.", days(2)))
    assert any(
        "Clopidogrel 75 mg once daily" in line and "for 12 months" in line for line in told(draft, "Medications")
    )


def test_a_refused_dose_is_not_told_as_continued():
    record = (
        "Night nursing record\nRefused her risedronate: not given, to be offered again. Donepezil 5 mg at night given."
    )
    draft = of(note(record, days(1), type="nursing"))
    (line,) = [one for one in told(draft, "Medications") if "isedron" in one]
    assert "a dose not given" in line
    assert "continued" not in line
    family = [one for one in told(of(note(record, days(1), type="nursing"), audience="family")) if "isedron" in one]
    assert any("say that a dose was not given" in one for one in family)


def test_what_was_done_at_the_visit_is_not_planned():
    draft = of(note("S: Well.\nP: Blood pressure diary issued; review in three months.", days(2)))
    plan = told(draft, "Plan and follow-up")
    assert any(line.startswith("Blood pressure diary issued (done ") for line in plan)
    assert any(line.startswith("Review in three months") for line in plan)
    family = told(
        of(note("S: Well.\nP: Blood pressure diary issued; review in three months.", days(2)), audience="family")
    )
    assert not any("Planned" in line and "issued" in line for line in family)


def test_what_is_only_weighed_is_no_plan():
    text = (
        "S: Well.\nP: A short course of prednisolone would be an option if the rash comes back. Review in two months."
    )
    plan = told(of(note(text, days(2))), "Plan and follow-up")
    assert any("consider prednisolone for a short course" in line for line in plan)
    family = told(of(note(text, days(2)), audience="family"), "What comes next")
    assert any("prednisolone for a short course may be given" in line for line in family)


def test_what_others_are_asked_for_is_not_left_to_the_family():
    letter = "Referral to the sleep service\nThank you for seeing this man who snores.\nPlease arrange a sleep study."
    plan = told(of(note(letter, days(4), type="referral")), "Plan and follow-up")
    assert any(line.startswith("Asked of the sleep service: arrange a sleep study") for line in plan)
    family = told(of(note(letter, days(4), type="referral"), audience="family"), "What comes next")
    assert any(line.startswith("The sleep service was asked on") for line in family)
    assert not any(line.startswith("Planned on") and "sleep study" in line for line in family)


@pytest.mark.parametrize(
    ("told_so", "language"),
    [("Seen with a Polish interpreter.", "Polish"), ("Interpreter present (Farsi).", "Farsi"),
     ("With an interpreter for Tamil.", "Tamil"), ("With a telephone interpreter.", None)],
)  # fmt: skip
def test_the_language_of_the_interpreter_is_told(told_so, language):
    draft = of(note(f"S: {told_so} Sleeps well.\nP: Review in a month.", days(3)), audience="family")
    (line,) = [one for one in told(draft, "Important now") if "interpreter" in one]
    assert (f"an interpreter for {language} (noted" in line) if language else ("an interpreter (noted" in line)


def test_a_question_for_the_doctor_stays_one():
    record = "Night nursing record\nSlept well.\nFor the doctor: constipation, laxative?"
    plan = told(of(note(record, days(1), type="nursing")), "Plan and follow-up")
    assert any("constipation, laxative?" in line for line in plan)


def test_the_test_that_showed_it_is_named():
    draft = of(note("O:\nChest: clear.\nECG today: new left bundle branch block, no ischaemia.", days(2)))
    assert any(line.startswith("ECG today: new left bundle") for line in told(draft, "Findings"))


def test_kidney_failure_is_no_mere_weakness():
    draft = of(note("Family history: brother has kidney failure.\nA: Hypertension.", days(2)), audience="family")
    assert "In the family: kidney failure (the brother)." in told(draft, "In the family")


def test_an_exclusion_has_the_day_on_which_it_was_found():
    notes = [
        note("A: Possible pulmonary embolism. Pulmonary embolism excluded by CT.", days(12)),
        note("Discharge summary\nPulmonary embolism was excluded.", days(5), type="discharge"),
    ]
    first = days(12)
    assert f"Ruled out: pulmonary embolism ({first.day} {first:%b %Y})" in told(of(*notes), "History")


@pytest.mark.parametrize(
    ("told_so", "clinician", "family"),
    [
        ("Osteoarthritis of the hands, mild.", "Mild osteoarthritis of the hands", "worn joints in the hands"),
        ("Osteoarthritis of the knee.", "Osteoarthritis of the knee", "worn joints in the knee"),
        ("Osteoarthritis of hips and knees.", "Osteoarthritis of hips and knees", "worn joints in the hips and knees"),
    ],
)
def test_where_a_problem_is_stays_though_later_notes_do_not_say(told_so, clinician, family):
    notes = [note(f"S: Sore.\nA: {told_so}", days(40)), note("S: Well.\nA: Osteoarthritis.", days(2))]
    assert any(line.startswith(clinician) for line in told(of(*notes), "Problems"))
    assert any(f"has {family}." in line for line in told(of(*notes, audience="family"), "Health problems"))


def test_what_kind_it_may_be_is_told():
    letter = (
        "Thank you for seeing her. Ultrasound last week: cyst of 5 cm in the right ovary, most likely an endometrioma."
    )
    (line,) = told(of(note(letter, days(2), type="referral")), "Problems")
    assert line.startswith("Ovarian cyst (possibly endometrioma)")
    family = told(of(note(letter, days(2), type="referral"), audience="family"), "Health problems")
    assert any("It may be what the notes call “endometrioma”. Ask the team." in line for line in family)


def test_to_go_on_is_told_with_what():
    text = "Physiotherapy\nS: Better.\nA: Shoulder stretches are enough.\nP: Continue at home daily."
    plan = told(of(note(text, days(2), type="therapy")), "Plan and follow-up")
    assert any(line.startswith("Shoulder stretches are enough; continue at home daily") for line in plan)
    family = told(of(note(text, days(2), type="therapy"), audience="family"), "What comes next")
    assert any("shoulder stretches are enough; continue at home daily" in line for line in family)


def test_a_medicine_stands_with_the_problem_for_which_it_was_begun():
    notes = [
        note("PMH: hypertension, type 2 diabetes.\nA: Hypertension. Type 2 diabetes.\nP: Review.", days(90)),
        note("A: Acute myocardial infarction. PMH: hypertension.\nP: Start bisoprolol 1.25 mg OD.", days(20)),
        note("A: Hypertension. Recovering after myocardial infarction.\nP: Continue bisoprolol 1.25 mg OD.", days(2)),
    ]
    problems = told(of(*notes), "Problems")
    assert any("yocardial infarction" in line and "bisoprolol" in line for line in problems)
    assert not any("ypertension" in line and "bisoprolol" in line for line in problems)


def test_the_same_need_to_speak_is_told_once():
    notes = [
        note("S: Seen with a Polish interpreter. Well.", days(30)),
        note("S: With the interpreter. Better.", days(2)),
    ]
    (line,) = [one for one in told(of(*notes), "Alerts") if one.startswith("Communication")]
    assert line.count("interpreter") == 1
    assert "Polish" in line


@pytest.mark.parametrize(("went", "told_then"), [("controlled", True), ("improving", False)])
def test_that_it_was_under_control_is_told_with_its_day(went, told_then):
    notes = [note(f"S: Well.\nA: Hypertension, {went}.", days(30)), note("S: Well.\nA: Hypertension.", days(2))]
    first = days(30)
    (line,) = told(of(*notes), "Problems")
    assert (f"Hypertension, controlled {first.day} {first:%b %Y}" in line) is told_then
    family = " ".join(told(of(*notes, audience="family"), "Health problems"))
    assert (f"The notes of {first.day} {first:%B %Y} say: it is under control." in family) is told_then
    assert "better" not in family
