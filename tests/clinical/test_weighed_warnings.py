"""Warnings and allergies that no rule words, weighed by the clues around them; and how the weights are learned."""

import pytest

from clinical import understand
from scripts.learning.logistic import Example, learn
from scripts.learning.sentences import made


def warnings(text):
    return {fact["substance"]: fact["reason"] for fact in understand(text).stored()["avoid"]}


@pytest.mark.parametrize(
    ("text", "substance", "reason"),
    [
        ("Past drugs: lamotrigine - double vision; sertraline - tremor.", "sertraline", "tremor"),
        ("Amitriptyline (2014-16, weight gain).", "amitriptyline", "weight gain"),
        ("Prednisolone turns him wild.", "prednisolone", "wild"),
        ("Buys diclofenac at the market and I have told her not to.", "diclofenac", None),
        ("Heart block, so verapamil is off the table.", "verapamil", None),
        ("No NSAIDs with his eGFR.", "nsaids", None),
        ("Cyclizine has never agreed with him (hallucinations).", "cyclizine", "hallucinations"),
        ("Bumetanide - stopped, low sodium.", "bumetanide", "low sodium"),
    ],
)
def test_what_no_rule_words_is_weighed(text, substance, reason):
    found = warnings(text)
    assert substance in found
    if reason is not None:
        assert found[substance] == reason


@pytest.mark.parametrize(
    "text",
    [
        "Sertraline for low mood.",
        "Cyclizine 50 mg for nausea.",
        "Nausea settled with cyclizine.",
        "Bumetanide stopped, oedema gone.",
        "Tolerating lamotrigine well, no rash.",
        "Do not stop prednisolone suddenly.",
        "Never misses his warfarin.",
        "His sister had hallucinations on cyclizine.",
        "If dizzy, stop doxazosin.",
        "Penicillin allergy: rash.",
    ],
)
def test_what_is_for_a_harm_or_only_ended_is_no_warning(text):
    assert warnings(text) == {}


def test_an_intolerance_in_the_list_is_told_once():
    assert warnings("Allergies: tramadol - made her sick only, not an allergy.") == {"tramadol": "sick"}


def allergies(text):
    return {fact["substance"]: fact["status"] for fact in understand(text).stored()["allergies"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kiwi: lips swell.", {"kiwi": "present"}),
        ("Wasp stings -> hives.", {"wasp stings": "present"}),
        ("Tetracycline = itchy rash in 1999.", {"tetracycline": "present"}),
        ('Old entry "nickel allergy" taken down.', {"nickel": "denied"}),
        ('The "cefalexin allergy" on the chart belongs to the man in bed 4.', {"cefalexin": "denied"}),
        (
            "Allergies: latex. Not allergic to cefalexin, though the list says so.",
            {"latex": "present", "cefalexin": "denied"},
        ),
        ("Allergies: latex (rash), cefalexin no reaction.", {"latex": "present", "cefalexin": "denied"}),
        ("Hydrocortisone cream for the rash.", {}),
        ("Rash settled with cetirizine.", {}),
        ("His mother is allergic to kiwi.", {}),
    ],
)
def test_allergies_are_weighed_wherever_they_stand(text, expected):
    assert allergies(text) == expected


def test_made_sentences_that_were_not_learned_from_are_judged():
    right = wrong = missed = 0
    for one in made(seed=20):
        found = understand(one.text).stored()["avoid"]
        for start, end, kind in one.drugs:
            warns = kind == "warning"
            told = any(fact["start"] < end and start < fact["end"] for fact in found)
            right, wrong, missed = right + (told and warns), wrong + (told and not warns), missed + (warns and not told)
    assert right / (right + missed) > 0.8
    assert right / (right + wrong) > 0.85


def test_weights_are_learned_for_what_several_sources_tell():
    def seen(source, features, *, right):
        return Example(source, frozenset(features), right, 1.0)

    examples = [seen(f"{number}", {"harm", "common"}, right=True) for number in range(20)]
    examples += [seen(f"{number}", {"good", "common"}, right=False) for number in range(20)]
    examples += [seen("1", {"rare"}, right=True)]
    weights = learn(examples, 1.0)
    assert weights.weigh({"harm", "common"}) > 1
    assert weights.weigh({"good", "common"}) < -1
    assert "rare" not in weights.of
