"""Medicines of which somebody has no more, or that lie ready unused; and what is done with somebody's own."""

import pytest

from clinical import understand


def told(text):
    return {one["concept"]: one["status"] for one in understand(text).stored()["medications"]}


@pytest.mark.parametrize(
    ("text", "drug"),
    [
        ("Ran out of her salbutamol inhaler last week and never got another.", "albuterol"),
        ("Has run out of her thyroxine, none for ten days.", "levothyroxine"),
        ("Out of her beclometasone since Sunday.", "beclomethasone"),
        ("Never collected her last tiotropium script so has been without it for a month.", "tiotropium"),
        ("Let her sertraline run out and never renewed the prescription.", "sertraline"),
        ("Has been without his apixaban for a week.", "apixaban"),
    ],
)
def test_who_has_run_out_takes_nothing(text, drug):
    assert told(text) == {drug: "stopped"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ran out of ramipril, new script given today.", {"ramipril": "started"}),
        ("About to run out of his ramipril.", {"ramipril": "continued"}),
        ("Has a salbutamol inhaler, not used this month.", {"albuterol": "continued"}),
        ("Has GTN spray, not used", {"nitroglycerin": "continued"}),
        ("Has lorazepam at home, hasn't needed it.", {"lorazepam": "continued"}),
        ("Has buccal midazolam at school, never used.", {"midazolam": "continued"}),
    ],
)
def test_what_is_there_still_is_not_declined(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Valproate levels run low in pregnancy, so I have increased hers.", {"valproate": "changed"}),
        ("Levothyroxine needs go up in pregnancy, so I have raised hers to 125 mcg.", {"levothyroxine": "changed"}),
        ("Gabapentin accumulates in renal failure, therefore his has been reduced.", {"gabapentin": "changed"}),
        ("Metformin is unsafe at that eGFR, hers was stopped today.", {"metformin": "stopped"}),
        ("On ramipril, his has been fine.", {"ramipril": "mentioned"}),
    ],
)
def test_what_is_done_with_somebody_s_own(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Haloperidol must not be given; tramadol made her delirious in 2023.", {"haloperidol", "tramadol"}),
        ("Oxybutynin made her paranoid.", {"oxybutynin"}),
        ("Pt lethargic, started on amoxicillin.", set()),
    ],
)
def test_harm_beside_a_ban(text, expected):
    assert {one["substance"] for one in understand(text).stored()["avoid"]} == expected


@pytest.mark.parametrize("text", ["MRI: contraindicated (pacemaker).", "Thrombolysis: contraindicated."])
def test_what_must_not_be_done_was_not(text):
    facts = understand(text).stored()["procedures"]
    assert facts[0]["status"] == "declined"


@pytest.mark.parametrize(
    ("text", "substance"),
    [
        ("Keep her away from anticholinergics.", "anticholinergics"),
        ("Trimethoprim would be unwise with methotrexate on board.", "trimethoprim"),
    ],
)
def test_more_that_forbids(text, substance):
    assert [one["substance"] for one in understand(text).stored()["avoid"]] == [substance]


@pytest.mark.parametrize(
    "text", ["Childhood asthma, long since outgrown.", "Eczema, which she has grown out of.", "Asthma, outgrown."]
)
def test_what_was_outgrown_is_over(text):
    assert [one["certainty"] for one in understand(text).stored()["diagnoses"]] == ["historical"]


def test_the_last_of_a_course_ends_it():
    assert told("Had the last of her co-amoxiclav yesterday.") == {"amoxicillin/clavulanate": "stopped"}


def test_a_word_that_only_tells_how_stands_between_a_name_and_its_values():
    labs = understand("HbA1c has come down nicely from 71 to 54.").stored()["labs"]
    assert [(one["value"], one["earlier"]) for one in labs] == [(71, True), (54, False)]


@pytest.mark.parametrize(
    ("text", "reaction"),
    [
        ("Reaction to clopidogrel last spring, rash over the trunk.", "rash"),
        ("Husband says she swells up with clopidogrel.", "swells up"),
    ],
)
def test_a_reaction_told_further_on(text, reaction):
    facts = understand(text).stored()["allergies"]
    assert [(one["substance"], one["reaction"]) for one in facts] == [("clopidogrel", reaction)]


@pytest.mark.parametrize(
    ("text", "dose"),
    [
        ("Down to 5 mg prednisolone from 10 mg.", "5 mg"),
        ("Up to 50 mg sertraline from 25 mg.", "50 mg"),
        ("Reduced from 10 mg prednisolone to 5 mg.", "5 mg"),
    ],
)
def test_the_dose_before_the_name_holds_where_the_one_behind_it_is_from_before(text, dose):
    facts = understand(text).stored()["medications"]
    assert [(one["dose"], one["status"]) for one in facts] == [(dose, "changed")]


@pytest.mark.parametrize(
    ("text", "substance", "reaction"),
    [
        ("Broke out in welts the one time she had erythromycin.", "erythromycin", "welts"),
        ("Sensitive skin; reacts to most plasters.", "plasters", None),
    ],
)
def test_further_ways_to_tell_of_an_allergy(text, substance, reaction):
    facts = understand(text).stored()["allergies"]
    assert [(one["substance"], one["reaction"]) for one in facts] == [(substance, reaction)]


@pytest.mark.parametrize("text", ["Suture removal in ten days.", "Colonoscopy in about five years."])
def test_what_is_done_in_so_many_days_is_planned(text):
    assert [one["status"] for one in understand(text).stored()["procedures"]] == ["planned"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Levetiracetam 500 mg am, 750 mg pm.", "continued"),
        ("Warfarin 3 mg Mon-Fri, 4 mg at weekends.", "continued"),
        ("Levetiracetam 500 mg am, 750 mg pm?", "mentioned"),
        ("Consider levetiracetam 500 mg am, 750 mg pm.", "mentioned"),
    ],
)
def test_how_a_dose_is_divided_tells_that_it_is_taken(text, status):
    assert [one["status"] for one in understand(text).stored()["medications"]] == [status]


def test_what_a_relative_s_medicine_is_borrowed_from_is_not_hers():
    assert "galantamine" not in told(
        "Her husband has started galantamine. She was borrowing his senna 7.5 mg at night."
    )


@pytest.mark.parametrize(
    "line",
    ["Selegiline 5 mg came off Nov '22 (hallucinations)", "Risperidone depot finished in May", "Digoxin 2004 only"],
)
def test_what_a_line_of_a_list_says_of_a_drug_counts_more_than_the_list(line):
    text = f"Meds (from dosette)\nBisoprolol 2.5 mg om no change\n{line}\nRamipril 5 mg om no change"
    found = told(text)
    assert (found["bisoprolol"], found["ramipril"]) == ("continued", "continued")
    assert "continued" not in [status for name, status in found.items() if name not in {"bisoprolol", "ramipril"}]
