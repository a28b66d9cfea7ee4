"""What a statement denies and its quotes say, or the other way round; and what it adds that no quote has."""

import pytest

from clinical.propositions.reading import Reader
from features.summaries.grounding.contrast_clauses import part_differences
from features.summaries.grounding.contrast_denials import denial_differences, is_denied_otherwise
from features.summaries.grounding.contrast_words import Wording
from features.summaries.grounding.evidence import View
from features.summaries.grounding.verdict import Reason
from tests.features.summaries.test_grounding_wordings import judge

# No reader wrote these.
CONTRADICTED = [
    ("The plaster was not taken off on Monday.", "The plaster was taken off on Monday."),
    ("She never walks to the shop.", "She walks to the shop."),
    ("His potassium today was not normal.", "His potassium was normal today."),
    ("Warfarin was not stopped in May because of bleeding.", "Warfarin was stopped in May because of bleeding."),
    ("Bumetanide has not gone up from 1 mg to 2 mg.", "Bumetanide 1 mg in the morning. Bumetanide increased to 2 mg."),
    ("The stitches weren't removed by the nurse.", "The nurse removed the stitches."),
    ("The drain is not arranged for the third of May.", "The drain is arranged for the third of May."),
    ("He slept and ate on the ward.", "He did not sleep on the ward, and ate little."),
    ("He takes his spironolactone every morning.", "He does not take his spironolactone."),
]
AGREED = [
    ("Neither rest nor heat has helped.", "Rest has not helped. Heat has not helped."),
    ("He must not be given tramadol.", "Tramadol must be avoided."),
    ("She no longer takes any senna.", "Senna was stopped."),
    ("The swab was negative.", "Swab: no growth."),
    ("No known drug allergies.", "Allergies: NKDA"),
    (
        "She tried to swim but could not because of her knee.",
        "She attempted to swim but was unable to due to her knee.",
    ),
    ("He has pain in the ear but has not been dizzy.", "Reports pain in the ear. Denies dizziness."),
    ("A fracture was suspected but not found on CT.", "Fracture suspected, CT showed no fracture."),
    ("He does not bring up any phlegm.", "He denies cough, phlegm, and wheeze."),
]


def wording(text, quote):
    return Wording(Reader(text).sentences(), [View(Reader(quote).sentences(), None, 0, len(quote))])


@pytest.mark.parametrize(("text", "quote"), CONTRADICTED)
def test_what_one_side_denies_and_the_other_says_is_seen(text, quote):
    assert is_denied_otherwise(wording(text, quote))
    assert not judge(text, quote).supported


@pytest.mark.parametrize(("text", "quote"), AGREED)
def test_what_is_denied_in_other_words_is_no_contradiction(text, quote):
    assert not is_denied_otherwise(wording(text, quote))


def test_which_side_denies_is_told():
    assert denial_differences(wording("She did not fall.", "She fell and did fall."))["denied against"] == 1
    assert denial_differences(wording("She did walk.", "She did not walk."))["affirmed against"] == 1
    assert denial_differences(wording("She fell.", "She fell.")) == {}


def test_a_denial_of_what_the_rules_accept_refuses():
    verdict = judge("Next visit is not in ten days.", "Next visit is in ten days.")
    assert Reason.NEGATION in verdict.reasons


@pytest.mark.parametrize(
    ("clause", "name"),
    [
        ("because of a strike", "added cause"),
        ("so that the cat is fed", "added purpose"),
        ("while whistling loudly", "added time"),
        ("and the roof leaked", "added outcome"),
        ("under a blanket", "added place"),
    ],
)
def test_a_part_that_no_quote_has_is_counted_by_what_it_adds(clause, name):
    quote = "Ramipril 5 mg once daily was started."
    plain = part_differences(wording("Ramipril 5 mg once daily was started.", quote))
    assert not any(kind.startswith("added") and amount for kind, amount in plain.items())
    found = part_differences(wording(f"Ramipril 5 mg once daily was started {clause}.", quote))
    assert found[name] == 1
    assert found["added last"] == 1
    assert found["added beyond"] >= 1


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("She will wear the boot until Friday so that a virus is to blame.", "Boot until Friday."),
        ("The left hip was replaced in 2018 in the garden.", "Left hip replacement 2018."),
        ("The skin test was done on the advice of the nurse.", "Skin test done."),
        ("Referred to the dietitian but it did not help.", "Dietitian referral made."),
    ],
)
def test_what_is_added_to_what_is_borne_out_refuses(text, quote):
    assert not judge(text, quote).supported
