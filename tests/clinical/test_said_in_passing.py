"""What notes say in passing, and what they leave out: known before, given by a nurse, how often, what is gone."""

import pytest

from clinical import understand


def facts(text, kind):
    return understand(text).stored()[kind]


def test_what_is_told_as_past_was_known_before_though_it_is_bad_today():
    text = "Presenting complaint: swollen knee.\nPast: pseudogout, eczema.\nImpression: acute pseudogout."
    told = {fact["concept"]: fact for fact in facts(text, "diagnoses")}
    other = facts("Presenting complaint: swollen knee.\nImpression: acute pseudogout.", "diagnoses")
    assert next(fact for name, fact in told.items() if "gout" in name)["known"]
    assert not other[0].get("known")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Lansoprazole was stopped for hypokalaemia and symptoms may come back.", "hypokalaemia"),
        ("Confusion and a fall due to zopiclone.", "Confusion and a fall"),
        ("Stopped ramipril because of cough and dizziness.", "cough and dizziness"),
    ],
)
def test_a_harm_ends_where_another_clause_begins(text, reason):
    assert [fact["reason"] for fact in facts(text, "avoid")] == [reason]


def test_since_when_it_is_better_is_no_new_warning():
    assert facts("S: No giddiness since pregabalin was stopped, no more falls.", "avoid") == []


def test_one_form_of_a_drug_is_stopped_and_another_begun():
    text = "Plan: Immediate-release tramadol stopped because of nausea. Start prolonged-release tramadol 50 mg BD."
    assert [(one["status"], one.get("dose")) for one in facts(text, "medications")] == [
        ("stopped", None),
        ("started", "50 mg"),
    ]


def test_times_a_day_are_no_duration():
    (drug,) = facts("Plan: Start ibuprofen 400 mg up to three times a day as needed.", "medications")
    assert (drug["frequency"], drug.get("duration")) == ("up to three times daily as needed", None)


def test_what_a_nurse_gives_is_taken_though_no_dose_is_told():
    given = facts("Day nursing record\nFolic acid given with lunch, senna 15 mg given. Slept.", "medications")
    told = facts("Clinic\nFolic acid given in pregnancy. Slept.", "medications")
    assert [one["status"] for one in given] == ["started", "started"]
    assert [one["status"] for one in told] == ["mentioned"]


def test_what_goes_on_is_a_step_and_what_stands_before_it_is_told_as_well():
    text = "P:\nDischarge from heart clinic; cardiac rehabilitation to go on.\nReview if chest pain comes back."
    assert "cardiac rehabilitation to go on" in [
        one["text"] for one in facts(f"S: Well.\nO: Well.\nA: Well.\n{text}", "plans")
    ]


def test_a_bare_repeat_says_what_is_to_be_repeated():
    (step,) = facts("Plan: Sando-K two tablets twice daily for three days, then repeat.", "plans")
    assert step["text"] == "Sando-K two tablets twice daily for three days, then repeat"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("O: No wheeze. Pulse 80.\nA: Asthma.", [("No wheeze", True)]),
        ("O: Fine crackles at both bases.\nA: Asthma.", [("Fine crackles at both bases", False)]),
        ("O: Slow. X-rays: erosions of two knuckles.\nA: Arthritis.", [("X-rays: erosions of two knuckles", False)]),
    ],
)
def test_what_an_examination_does_not_find_is_told_as_absent(text, told):
    found = [(one["text"], bool(one.get("absent"))) for one in facts(text, "findings")]
    assert [one for one in found if one[0] in dict(told)] == told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Dear colleague,\n\nRe: epilepsy\n\nNo seizures for six months. She feels much better.",
            "No seizures for six months",
        ),
        ("S: Brighter. Denies suicidal thoughts.\nO: PHQ-9 8.\nA: Depression, responding.", "Denies suicidal thoughts"),
        ("S: Fine.\nO: No swelling.\nA: Cirrhosis, euvolaemic.\nP: Review.", "Cirrhosis, euvolaemic"),
    ],
)
def test_how_it_goes_is_judged_in_passing(text, expected):
    assert expected in [one["text"] for one in facts(text, "findings") if one["origin"] == "assessment"]


def test_what_looks_safe_is_no_advice_and_how_to_come_back_is():
    seen = facts("Night nursing record\nSwallow seems safe with thickened fluids.", "advice")
    back = facts("A: Better.\nP: Discharge from the group; may come back without a referral for six months.", "advice")
    apart = facts("Plan: Start doxycycline 100 mg OD. Not to be taken together with antacids.", "advice")
    assert seen == []
    assert [one["text"] for one in back] == [
        "Discharge from the group; may come back without a referral for six months"
    ]
    assert back[0]["safety_net"]
    assert [one["text"] for one in apart] == ["Doxycycline: not to be taken together with antacids"]


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("Continue citalopram 20 mg OD for at least nine months after recovery.", "at least 9 months after recovery"),
        ("Continue citalopram 20 mg OD for at least nine months.", "at least 9 months"),
    ],
)
def test_from_when_a_least_time_counts_is_part_of_it(text, duration):
    assert facts(f"Plan: {text}", "medications")[0]["duration"] == duration


def test_what_is_to_be_measured_again_is_named_where_only_its_salt_is():
    (step,) = facts("Plan: Potassium chloride two tablets twice daily for three days, then repeat.", "plans")
    assert (step["text"], step["due"]) == ("repeat potassium after three days", "after three days")


def test_which_episode_of_an_illness_it_is():
    found = facts("A: Depression, severe, third episode.", "diagnoses")
    assert ["third episode" in f"{one['text']} {one.get('detail')}" for one in found] == [True]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Physiotherapy session\nS: Sore.\nO: Walks 30 metres with a rollator frame.\nA: Better.",
            "Walks 30 metres with a rollator frame",
        ),
        ("Fracture clinic, two weeks after a broken wrist. Wrist still swollen.", "Wrist still swollen"),
    ],
)
def test_how_somebody_walks_and_what_is_sore_still(text, told):
    assert told in [one["text"] for one in facts(text, "findings") if one["origin"] == "assessment"]


def test_what_hangs_on_something_is_no_judgement():
    told = facts("Fracture clinic, two weeks after a broken wrist. MRI if still tender.", "findings")
    assert [one["text"] for one in told if one["origin"] == "assessment"] == []
