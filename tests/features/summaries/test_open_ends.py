"""What was planned and not heard of again, and what became of medicines and illnesses between the notes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from features.summaries.extractive import summarise
from features.summaries.shape import Options
from tests.features.summaries.test_extractive import NOW, chart, told
from tests.features.summaries.test_extractive import note as plain_note

AGO = NOW.date()


def of(*notes, audience="clinician", length="detailed"):
    return summarise(chart(*notes), Options(audience=audience, length=length), now=NOW)


def note(text, day, **more):
    return replace(plain_note(text, day), **more)


def days(number):
    return AGO - timedelta(days=number)


@pytest.mark.parametrize(
    ("plan", "later", "open_end"),
    [
        ("Repeat ferritin in two weeks.", "O: Well.", "repeat ferritin in two weeks"),
        ("Repeat ferritin in two weeks.", "O: Ferritin 48 ug/L.", None),
        ("Stitches out at seven days.", "O: Well.", "stitches out at seven days"),
        ("Stitches out at seven days.", "O: Wound healed.", None),
        ("Bloods in one week.", "O: Creatinine 80 umol/L.", None),
        ("Review in two weeks.", "O: Well.", None),
    ],
)
def test_what_no_note_tells_to_have_been_done_is_asked_for(plan, later, open_end):
    notes = [
        note(f"S: Tired.\nO: Pale.\nA: Anaemia.\nP: {plan}", days(60)),
        note(f"S: Well.\n{later}\nA: Better.", days(3)),
    ]
    asked = [line for line in told(of(*notes), "Plan and follow-up") if line.startswith("Not noted as done")]
    relatives = " ".join(told(of(*notes, audience="family"), "What comes next"))
    assert bool(asked) == bool(open_end) == ("do not say if it was done" in relatives)
    assert all(open_end in line for line in asked)


def test_the_last_plan_is_told_though_its_time_has_gone_by():
    draft = of(note("S: Well.\nO: Well.\nA: Good progress.\nP: Next session in two weeks.", days(60), type="therapy"))
    assert told(draft, "Plan and follow-up") == [f"Next session in two weeks (planned {days(60).day} {days(60):%b %Y})"]


def test_what_is_done_before_a_step_is_told_with_it():
    draft = of(note("S: Sore.\nO: Tender.\nA: Fracture of the left wrist.\n"
                    "P: New splint for another three weeks, then X-ray if still tender.", days(2)))  # fmt: skip
    assert [line for line in told(draft, "Plan and follow-up") if "splint" in line] == [
        f"New splint for another three weeks, then X-ray if still tender ({days(2).day} {days(2):%b %Y})"
    ]


def test_what_was_withheld_first_was_stopped_when_that_was_said():
    draft = of(
        note("Medications: warfarin 4 mg OD.", days(60)),
        note("A: Bleed excluded.\nP: Omit warfarin tonight.", days(30)),
        note("A: Labile INR.\nP: Warfarin stopped because of labile INR.", days(20)),
    )
    alerts = " ".join(told(draft, "Alerts"))
    assert f"warfarin since {days(20).day} {days(20):%b %Y} (on hold since {days(30).day} {days(30):%b %Y})" in alerts


def test_why_a_medicine_was_interrupted_is_told_where_it_is_taken():
    draft = of(
        note("Medications: bisoprolol 5 mg OD.", days(40)),
        note("A: Slow pulse.\nP: Stop bisoprolol because of dizziness.", days(30)),
        note("A: Paced.\nP: Restart bisoprolol 2.5 mg OD.", days(20)),
        note("A: Well.\nP: Continue bisoprolol 2.5 mg OD.", days(5)),
    )
    (line,) = [one for one in told(draft, "Medications") if one.startswith("Bisoprolol")]
    assert f"stopped {days(30).day} {days(30):%b %Y} (dizziness), restarted" in line


def test_what_was_for_a_wound_ends_with_it():
    notes = [
        note(
            "Discharge medication: ibuprofen 400 mg as needed for the wound; metformin 500 mg BD.",
            days(40),
            type="discharge",
        ),
        note("S: Well.\nO: Wound healed.\nA: Good.\nP: Continue metformin 500 mg BD.", days(5)),
    ]
    lines = told(of(*notes), "Medications")
    assert [one.split(" ")[0] for one in lines] == ["Metformin", "Course"]
    assert lines[1].endswith("wound healed)")


def test_a_kind_of_drug_that_is_forbidden_is_told_with_the_one_that_did_harm():
    notes = [
        note("Medications: diclofenac 50 mg TDS.\nP: Stop diclofenac because of the kidneys.", days(60)),
        note("A: Kidneys recovered.\nP: He should have no NSAID again.", days(5)),
    ]
    assert "among them diclofenac (kidneys)" in " ".join(told(of(*notes), "Alerts"))
    assert "such as diclofenac" in " ".join(told(of(*notes, audience="family"), "Important now"))


def test_a_response_is_that_to_the_drug_which_was_taken():
    draft = of(
        note("A: Rheumatoid arthritis.\nP: Start methotrexate 15 mg once weekly.", days(90)),
        note("A: Rheumatoid arthritis, good response. Raised ALT due to methotrexate.\n"
             "P: Stop methotrexate. Start hydroxychloroquine 200 mg BD.", days(10)),
    )  # fmt: skip
    (line,) = [one for one in told(draft, "Problems") if one.startswith("Rheumatoid")]
    assert "good response to methotrexate (since stopped)" in line


def test_what_got_worse_is_the_diagnosis_of_the_visit():
    notes = [
        note("Diagnoses: heart failure; gout.", days(60), type="correspondence"),
        note("Presenting complaint: breathless.\nA: Acute decompensated heart failure, brought on by diltiazem.",
             days(20), type="emergency"),
    ]  # fmt: skip
    course = told(of(*notes), "Course of events")
    assert "Diagnosis: acute decompensated heart failure" in course[0]
    assert "weak heart had suddenly got worse" in " ".join(told(of(*notes, audience="family"), "What happened"))


def test_what_is_just_over_is_told_with_the_problems():
    notes = [
        note("S: Better.\nO: Well.\nA: Community-acquired pneumonia, resolved. Asthma, stable.\nP: Home.", days(3))
    ]
    assert "pneumonia, resolved" in " ".join(told(of(*notes, length="brief"), "Problems"))
    family = told(of(*notes, audience="family", length="brief"), "Health problems")
    assert "had a lung infection (pneumonia). That is over." in " ".join(family)


def test_relatives_read_whether_a_value_is_good():
    notes = [
        note("A: Type 2 diabetes.\nHbA1c 70 mmol/mol.", days(90)),
        note("A: Type 2 diabetes.\nHbA1c 55 mmol/mol. Echo: ejection fraction 62%.", days(3)),
    ]
    told_them = " ".join(told(of(*notes, audience="family"), "Latest measurements"))
    assert "HbA1c) was 55" in told_them
    assert "Before, it was 70. That is better." in told_them
    assert "62% of its blood with each beat" in told_them
    assert "That is as it should be." in told_them


def test_whether_somebody_thinks_of_death_is_told_to_colleagues_alone():
    notes = [
        note("S: Brighter. Denies suicidal thoughts.\nO: PHQ-9 8.\nA: Depression, responding.\nP: Review.", days(3))
    ]
    assert "Denies suicidal thoughts" in " ".join(told(of(*notes), "Assessment"))
    assert "suicid" not in " ".join(one for part in of(*notes, audience="family").sections for one in
                                    (each.text for each in part.statements))  # fmt: skip


def test_what_a_patient_refuses_for_once_is_still_a_medicine():
    record = "Night nursing record\nRefused risedronate, to be offered again tomorrow. Donepezil 5 mg at night given."
    draft = of(note(record, days(1), type="nursing"))
    assert [line.split(" ")[0] for line in told(draft, "Medications")] == ["Donepezil", "Risedronate"]


def test_what_was_forbidden_was_stopped_by_then():
    draft = of(
        note(
            "Presenting complaint: breathless.\nHistory: had taken ibuprofen for a week.\nA: Heart failure.", days(30)
        ),
        note("A: Heart failure.\nP: No ibuprofen or other NSAID again.", days(28)),
        note("S: Has thrown the ibuprofen away.\nA: Heart failure.", days(5)),
    )
    banned = f"{days(28).day} {days(28):%b %Y}"
    stops = [line for line in told(draft, "Medications") if line.startswith("Stopped: ibuprofen")]
    assert all(banned in line for line in stops)
    assert not any("Stopped by then: ibuprofen" in line for line in told(draft, "Course of events"))


def test_what_may_have_passed_is_told_with_its_day():
    notes = [
        note("A: Abnormal liver function tests.\nP: Review.", days(80)),
        note("Physiotherapy\nS: Better.\nA: Improving.", days(3), type="therapy"),
    ]
    family = told(of(*notes, audience="family"), "Health problems")
    assert any("The notes since do not say if it is over." in line for line in family)
    assert told(of(*notes, length="brief"), "Problems")[0].startswith("Abnormal liver function tests")


def test_what_was_excluded_and_given_stands_in_the_course():
    draft = of(
        note(
            "Presenting complaint: collapse.\nHistory: Ambulance gave adrenaline 500 micrograms IM at 16:31, better.\n"
            "A: Anaphylaxis to wasp. Pulmonary embolism was excluded.",
            days(5),
            type="emergency",
        ),
    )
    (line,) = told(draft, "Course of events")
    assert "Given: adrenaline 500 micrograms IM" in line
    assert "Excluded: pulmonary embolism" in line
