"""Several words that together say what becomes of a drug or an operation, otherwise than the verb nearest to it."""

import pytest

from clinical import understand


def medications(text):
    return {fact["name"]: fact for fact in understand(text).stored()["medications"]}


def statuses(text):
    return {name: fact["status"] for name, fact in medications(text).items()}


@pytest.mark.parametrize(
    "text",
    [
        "A change from olanzapine to quetiapine was contemplated and shelved for now.",
        "Changing from sertraline to venlafaxine was considered but deferred.",
        "Swapping gliclazide for dapagliflozin was raised; patient declined.",
    ],
)
def test_an_exchange_that_was_put_off_stops_and_starts_nothing(text):
    assert not {"stopped", "started", "changed"} & set(statuses(text).values())


def test_an_exchange_that_was_made_stops_the_one_and_starts_the_other():
    done = statuses("The switch from warfarin to apixaban was made last week.")
    assert done == {"warfarin": "stopped", "apixaban": "started"}


@pytest.mark.parametrize(
    ("text", "goes_on"),
    [
        ("We discontinued the noradrenaline and the vasopressin and left the propofol running.", "propofol"),
        ("Ramipril and spironolactone were stopped and bisoprolol was left in place.", "bisoprolol"),
    ],
)
def test_what_is_left_running_goes_on_though_others_are_stopped(text, goes_on):
    told = statuses(text)
    assert told.pop(goes_on) == "continued"
    assert set(told.values()) == {"stopped"}


def test_what_stands_under_a_second_heading_is_taken_again():
    told = statuses("Suspended during stay:\n- Apixaban\n- Candesartan\nRecommenced prior to discharge:\n- Apixaban")
    assert told == {"apixaban": "started", "candesartan": "stopped"}


def test_what_was_given_for_an_operation_is_not_current():
    told = medications("Anaesthetic record: fentanyl 100 mcg, propofol 200 mg, atracurium 40 mg.")
    assert {(fact["status"], fact["reality"]) for fact in told.values()} == {("mentioned", "past")}


@pytest.mark.parametrize(
    ("text", "dose", "strength"),
    [
        ("Prednisolone 5 mg tablets, six to be taken in the morning (30 mg).", "30 mg", "5 mg"),
        ("Gentamicin 5 mg/kg (350 mg) OD IV.", "350 mg", None),
    ],
)
def test_the_reckoned_dose_is_the_dose(text, dose, strength):
    (fact,) = medications(text).values()
    assert (fact["dose"], fact["strength"]) == (dose, strength)


def test_a_verb_far_before_its_drug_starts_it():
    text = "I have started her, after discussing the side effects and with her consent, on sertraline 50 mg daily."
    assert statuses(text) == {"sertraline": "started"}
    not_begun = "I would not have started her, given the risk, on sertraline 50 mg daily."
    assert statuses(not_begun).get("sertraline") != "started"


@pytest.mark.parametrize(
    "text",
    [
        "Tacrolimus 2 mg twice daily continues; only the brand has changed, from Prograf to Adoport.",
        "Etanercept 50 mg weekly, brand switched from Enbrel to Benepali, dose unchanged.",
        "Infliximab biosimilar: changed from Remicade to Inflectra, 400 mg every 8 weeks continues.",
    ],
)
def test_another_brand_is_no_other_drug(text):
    assert set(statuses(text).values()) == {"continued"}


def test_abbreviations_with_points_end_no_sentence():
    (fact,) = medications("Amoxicillin 500 mg t.d.s. p.o. for 7/7.").values()
    assert (fact["frequency"], fact["duration"]) == ("three times daily", "7 days")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Knee replacement was planned for June but he has been removed from the waiting list.", {"declined"}),
        ("Knee replacement was planned for June and he remains on the waiting list.", {"planned"}),
        ("May yet require a transmetatarsal amputation.", set()),
    ],
)
def test_what_is_planned_no_more_or_may_be_needed(text, status):
    assert {fact["status"] for fact in understand(text).stored()["procedures"]} == status
