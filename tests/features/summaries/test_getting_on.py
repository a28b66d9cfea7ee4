"""What relatives and colleagues have to know beside names: how it goes, for how long, how much at most, who does it."""

from datetime import timedelta

import pytest

from tests.features.summaries.test_extractive import NOW as SUMMARISED
from tests.features.summaries.test_extractive import note, of, told

CORNERS = [(audience, length) for audience in ("clinician", "family") for length in ("brief", "detailed")]


def days(*texts):
    """Notes by how many days before the summary they were taken."""
    return [note(text, SUMMARISED.date() - timedelta(days=ago)) for ago, text in texts]


def lines(draft, *titles):
    return " ".join(line for title in titles for line in told(draft, title))


def everything(draft):
    return " ".join([draft.summary, *(one.text for part in draft.sections for one in part.statements)])


@pytest.mark.parametrize(("audience", "length"), CORNERS)
def test_how_much_at_most_is_told_with_a_medicine(audience, length):
    text = "P: Start rizatriptan 10 mg at the first sign of a headache, no more than eight days a month."
    draft = of(*days((3, f"Migraine.\n{text}")), audience=audience, length=length)
    assert "no more than eight days a month" in lines(draft, "Medications", "Medicines")


def test_what_lasts_for_life_and_what_ends_is_told_so():
    letter = "Discharge summary\nDischarge medications:\n- Aspirin 75 mg OD (started, lifelong)\n"
    letter += "- Prasugrel 10 mg OD (started, for twelve months)\n"
    letter += "Procedure: drug-eluting stent to the right coronary artery today."
    for audience, words in (("clinician", "aspirin lifelong"), ("family", "Ask the team before a dose is left out")):
        for length in ("brief", "detailed"):
            draft = of(*days((30, letter), (2, "P: Continue aspirin 75 mg OD and prasugrel 10 mg OD.")),
                       audience=audience, length=length)  # fmt: skip
            assert words in lines(draft, "Alerts", "Important now")
    medicines = lines(draft, "Medicines")
    assert "It is meant for life." in medicines
    assert "It is given for 12 months from" in medicines


def test_months_are_told_as_such_and_not_to_a_day():
    draft = of(*days((10, "P: Start ferrous sulfate 200 mg OD for three months.")), length="detailed")
    assert "for 3 months" in lines(draft, "Medications")
    assert "until" not in lines(draft, "Medications")


def test_a_least_time_is_no_end():
    draft = of(
        *days((3, "P: Start citalopram 20 mg OD for at least six months.")), audience="family", length="detailed"
    )
    assert "citalopram" in lines(draft, "Medicines").lower()
    assert "until" not in lines(draft, "Medicines")


def test_a_dose_before_is_told_with_how_often():
    letter = "Discharge summary\nDischarge medications:\nLisinopril 5 mg OD (reduced from 10 mg BD)\nAmlodipine 5 mg OD"
    notes = days((20, "Medications: lisinopril 10 mg BD."), (10, "P: Hold lisinopril."),
                 (6, "P: Restart lisinopril at 5 mg OD."), (3, letter))  # fmt: skip
    assert "was 10 mg twice daily" in lines(of(*notes, length="detailed"), "Medications")
    for length in ("brief", "detailed"):
        told_to_family = lines(of(*notes, audience="family", length=length), "Medicines")
        assert "Before, it was 10 mg twice a day." in told_to_family
        lowered = SUMMARISED.date() - timedelta(days=6)
        assert f"The dose was lowered on {lowered.day} {lowered:%B %Y}." in told_to_family


def test_what_did_harm_is_not_told_as_forbidden_and_says_why():
    draft = of(*days((3, "P: Stop montelukast because of nightmares. Avoid all NSAIDs.")), audience="family",
               length="detailed")  # fmt: skip
    alerts = told(draft, "Important now")
    assert any("Montelukast caused nightmares. Ask the team before" in one for one in alerts)
    assert any("must not have anti-inflammatory painkillers" in one for one in alerts)


def test_a_planned_end_is_not_told_as_the_real_one():
    notes = days((20, "P: Start codeine 30 mg QDS for three days."), (2, "S: Better."))
    assert "planned until" in lines(of(*notes, length="detailed"), "Medications")
    assert "was planned until" in lines(of(*notes, audience="family", length="detailed"), "Medicines")


def test_an_order_for_one_dose_is_not_told_as_given():
    text = (
        "ADMISSION FOR PLANNED SURGERY\nReason for admission: right hip replacement.\nPlan: Teicoplanin 400 mg IV once."
    )
    clinician, family = (
        of(*days((9, text)), audience=audience, length="detailed") for audience in ("clinician", "family")
    )
    assert "given once" not in (everything(clinician) + everything(family)).lower()


def test_nobody_took_what_another_drug_stands_in_for():
    for audience in ("clinician", "family"):
        draft = of(*days((9, "Allergies: penicillin (rash).\nPlan: vancomycin 1 g IV BD instead of a penicillin.")),
                   audience=audience, length="detailed")  # fmt: skip
        medicines = lines(draft, "Medications", "Medicines").lower()
        assert "penicillin" not in medicines


def test_a_question_forbids_nothing():
    text = "Question: which other nuts must she avoid, and is she a candidate for pollen immunotherapy?"
    for audience in ("clinician", "family"):
        assert "immunotherapy" not in lines(of(*days((3, text)), audience=audience), "Alerts", "Important now")


def test_a_break_before_a_test_is_no_plan_to_give_the_drug():
    text = "Please note that loratadine will need a break of seven days before skin tests."
    steps = [
        line for line in told(of(*days((3, text)), length="detailed"), "Plan and follow-up") if "oratadine" in line
    ]
    assert [line for line in steps if "break of seven days" not in line] == []
    assert steps


@pytest.mark.parametrize(("audience", "length"), CORNERS)
def test_how_it_goes_is_told(audience, length):
    text = "S: Walks well.\nO: Flexion 120 degrees.\nA: Doing very well, ahead of schedule.\nP: Review in three weeks."
    draft = of(*days((3, text)), audience=audience, length=length)
    assert "oing very well, ahead of schedule" in everything(draft)


def test_how_far_an_illness_is_controlled_is_not_cut_short():
    draft = of(
        *days((3, "S: Coughs at night.\nA: Asthma, partly controlled. Low mood.\nP: Review.")), length="detailed"
    )
    assert any(line.startswith("Asthma, partly controlled") for line in told(draft, "Problems"))
    draft = of(*days((3, "A: Asthma, partly controlled.")), audience="family", length="detailed")
    assert "only partly under control" in lines(draft, "Health problems")


def test_what_an_illness_was_like_gives_way_to_how_it_goes():
    notes = days((90, "Impression: hypertension, stage 2; seropositive rheumatoid arthritis, active."),
                 (5, "A: Hypertension, controlled. Rheumatoid arthritis, good response."))  # fmt: skip
    problems = lines(of(*notes, length="detailed"), "Problems")
    assert "stage 2" not in problems
    assert "active" not in problems
    assert "good response" in problems


def test_what_turned_out_to_be_something_is_no_second_event():
    notes = days((9, "ED\nImpression: acute coronary syndrome."), (8, "A: NSTEMI.\nP: Angiogram."),
                 (3, "A: Recovering after NSTEMI."))  # fmt: skip
    for audience in ("clinician", "family"):
        draft = of(*notes, audience=audience, length="detailed")
        assert not told(draft, "History")
        assert not told(draft, "In the past")
    first = SUMMARISED.date() - timedelta(days=9)
    assert f"heart attack ({first.day} {first:%B %Y})" in lines(draft, "Health problems", "Important now")


def test_what_is_unlikely_is_not_told_as_excluded():
    notes = days((3, "A: Chest pain. Dissection unlikely: equal pulses. Pulmonary embolism excluded by CT."))
    history = told(of(*notes, length="detailed"), "History")
    assert any(line.startswith("Unlikely: aortic dissection") for line in history)
    assert any(line.startswith("Ruled out: pulmonary embolism") for line in history)


def test_whom_a_plan_asks_is_told():
    text = "Discharge summary\nDiagnosis: hip fracture.\nGP: please check haemoglobin in four weeks."
    draft = of(*days((9, text), (2, "S: Walks well.")))
    assert "by the GP" in lines(draft, "Plan and follow-up")
    assert "(planned " in draft.summary
    assert "family doctor (GP) is asked" in lines(of(*days((9, text)), audience="family"), "What comes next")


def test_results_have_the_day_that_heads_or_closes_them():
    draft = of(
        *days((3, "O: Chest clear. Bloods 2 March 2026: ALT 38 U/L, creatinine 92 umol/L. A: Well.")), length="detailed"
    )
    found = lines(draft, "Latest vitals and results")
    assert "ALT 38 U/L (2 Mar 2026)" in found
    assert "Creatinine 92 umol/L (2 Mar 2026)" in found
    draft = of(*days((3, "O: Creatinine 68 umol/L, sodium 139 mmol/L, all from 1 March 2026.")), length="detailed")
    assert "Creatinine 68 umol/L (1 Mar 2026)" in lines(draft, "Latest vitals and results")


def test_a_dose_that_goes_down_does_not_end_with_its_first_step():
    notes = days((60, "P: Prednisolone 20 mg OD for two weeks, then down by 5 mg every two weeks."))
    medicines = lines(of(*notes, length="detailed"), "Medications")
    ends = SUMMARISED.date() - timedelta(days=60) + timedelta(weeks=8)
    assert f"until {ends.day} {ends:%b %Y}" in medicines


def test_a_night_is_told_in_the_words_of_the_nurse():
    text = "Night nursing record\nAwake from two to four, looking for his wife; calmed by music. No fall. Left eye red."
    for audience in ("clinician", "family"):
        for length in ("brief", "detailed"):
            draft = of(note(text, SUMMARISED.date()), audience=audience, length=length)
            assert "calmed by music" in everything(draft)
            assert "eft eye red" in everything(draft)


def test_a_heart_scan_is_told_to_relatives():
    notes = days((200, "Echo: ejection fraction 45%."), (3, "Echo: ejection fraction 35%."))
    for length in ("brief", "detailed"):
        found = lines(of(*notes, audience="family", length=length), "Latest measurements")
        assert "pumps out 35% of its blood" in found
        assert "Before, it was 45%." in found


def test_the_unit_of_a_flow_is_no_flag():
    found = lines(of(*days((3, "O: Peak flow 440 L/min.")), length="detailed"), "Latest vitals and results")
    assert "Peak flow 440 L/min (" in found
    assert "(low)" not in found


def test_to_whom_somebody_was_referred_is_told_as_ahead():
    text = "Referral to rheumatology, hand clinic\nThank you for seeing this woman with painful hands."
    for audience, title in (("clinician", "Plan and follow-up"), ("family", "What comes next")):
        for length in ("brief", "detailed"):
            assert "Referral to rheumatology, hand clinic" in lines(
                of(*days((9, text)), audience=audience, length=length), title
            )


def test_what_was_begun_is_told_with_its_end():
    text = "ED\nReason for admission: swollen leg.\nPlan: Start enoxaparin 40 mg SC OD until 3 June 2026."
    later = "Discharge summary\nDiagnosis: swollen leg."
    event = lines(of(*days((30, text), (25, later)), length="detailed"), "Course of events")
    assert "enoxaparin 40 mg" in event


def test_which_bone_is_broken_and_where_a_pain_comes_from_is_told_plainly():
    text = "Assessment and plan:\n1. Closed fracture of the left wrist.\n2. Chronic pain, right L5 radicular. Rest."
    problems = lines(of(*days((3, text)), audience="family", length="detailed"), "Health problems")
    assert "a broken bone (left wrist)" in problems
    assert "from a nerve of the lower back" in problems
    assert "l5" not in problems.lower()


def test_what_it_takes_to_speak_with_a_patient_is_an_alert():
    notes = days((200, "Pain clinic, with a Somali interpreter\nA: Chronic pain."), (3, "A: Chronic pain, improving."))
    for length in ("brief", "detailed"):
        draft = of(*notes, length=length)
        assert "ommunication: with a Somali interpreter" in lines(draft, "Alerts")
        assert "interpreter" not in lines(draft, "Plan and follow-up")


def test_relatives_are_told_how_it_goes_without_the_values():
    text = "Anaemia: haemoglobin 121 g/L, almost normal again; ferritin 34 ug/L."
    told_to_family = lines(of(*days((3, text)), audience="family", length="detailed"), "How it goes")
    assert "almost normal again" in told_to_family
    assert "121" not in told_to_family
    assert "ferritin" not in told_to_family


def test_a_call_for_help_of_an_older_plan_still_holds():
    notes = days((60, "A: Gout.\nP: Start allopurinol 100 mg OD. To call at once if a rash appears."),
                 (3, "A: Gout.\nP: Continue allopurinol 100 mg OD. Review in three months."))  # fmt: skip
    for audience, title in (("clinician", "Plan and follow-up"), ("family", "What comes next")):
        for length in ("brief", "detailed"):
            assert "call at once if a rash appears" in lines(of(*notes, audience=audience, length=length), title)


def test_what_is_to_be_stopped_is_named():
    text = (
        "S: Well.\nA: Diabetes.\nP: Start liraglutide 0.6 mg SC OD. Shown how. To stop and call in case of belly pain."
    )
    assert "Liraglutide: to stop and call" in lines(of(*days((3, text))), "Plan and follow-up")


def test_what_goes_on_is_not_told_as_coming():
    text = "S: Uses CPAP six hours a night.\nA: Sleep apnoea.\nP: Continue CPAP."
    assert "Continue CPAP" in lines(of(*days((3, text)), length="detailed"), "Plan and follow-up")


def test_an_old_suspicion_is_told_no_more():
    notes = days((120, "Impression: possible hypertension, white coat effect possible."), (3, "A: Gout."))
    for audience, title in (("clinician", "Problems"), ("family", "Health problems")):
        assert "possible" not in lines(of(*notes, audience=audience, length="detailed"), title)
        assert "may have" not in lines(of(*notes, audience=audience, length="detailed"), title)
