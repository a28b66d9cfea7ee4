"""Warnings against giving it again, set against what is allowed, or out of a belief; and procedures beside them."""

import pytest

from clinical import understand


def avoided(text: str) -> set[str]:
    return {fact["substance"] for fact in understand(text).stored()["avoid"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Never re-challenge with lamotrigine.", {"lamotrigine"}),
        ("Do not rechallenge with trimethoprim or sulfonamides.", {"trimethoprim", "sulfonamides"}),
        ("Not to be treated with heparin again.", {"heparin"}),
        ("Diclofenac gel is fine but no oral diclofenac or naproxen.", {"diclofenac", "naproxen"}),
        ("Can have codeine but no tramadol.", {"tramadol"}),
        ("Jehovah's Witness - no blood products.", {"blood products"}),
        ("Told to stay away from star fruit and salt substitutes.", {"star fruit", "salt substitutes"}),
        ("No blood products given in theatre.", set()),
        ("Rechallenged with lamotrigine, no problems.", set()),
        ("Codeine is fine.", set()),
        ("There was pain but no codeine given.", set()),
        ("Avoid nephrotoxins (NSAIDs, gentamicin).", {"nephrotoxins", "nsaids", "gentamicin"}),
        ("Avoid sedatives (benzodiazepines/opioids).", {"sedatives", "benzodiazepines", "opioids"}),
        ("Avoid NSAIDs (GI bleed).", {"nsaids"}),
        ("Avoid naproxen, paracetamol ok.", {"naproxen"}),
        ("Avoid NSAIDs but codeine is fine now.", {"nsaids"}),
        ("Was told to avoid NSAIDs but the renal team says fine now.", set()),
        ("Metformin was contraindicated but eGFR recovered, ok now.", set()),
        ("Avoid dairy.", set()),
        ("CT brain without contrast showed no bleed.", set()),
    ],
)
def test_what_is_not_to_be_given(text, expected):
    assert avoided(text) == expected


def test_the_one_that_takes_its_place_did_no_harm():
    assert "diltiazem" not in avoided("Atenolol replaced by diltiazem because of wheeze.")


def procedures(text: str) -> dict[str, str]:
    return {fact["text"]: fact["status"] for fact in understand(text).stored()["procedures"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MRI whole spine tomorrow.", {"MRI whole spine": "planned"}),
        ("Whole spine MRI requested.", {"Whole spine MRI": "planned"}),
        ("CT abdo today.", {"CT abdo": "planned"}),
        ("AV fistula creation booked for June.", {"AV fistula creation": "planned"}),
        ("Awaiting a deceased donor liver transplant.", {"liver transplant": "planned"}),
        ("CT chest with contrast done.", {"CT chest": "done"}),
        ("CT head without contrast ordered.", {"CT head": "planned"}),
        ("Gastroscopy tomorrow, leaflet given.", {"Gastroscopy": "planned"}),
        ("Knee replacement next week, bloods taken.", {"Knee replacement": "planned"}),
        ("Tdap due, now given.", {"Tdap": "done"}),
        ("PICC placement today.", {"PICC placement": "done"}),
        ("Her mother had a kidney transplant.", {}),
        ("The donor had a kidney biopsy.", {}),
    ],
)
def test_procedures_with_all_their_words(text, expected):
    assert procedures(text) == expected
