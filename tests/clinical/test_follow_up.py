"""That nobody sees the patient again."""

import pytest

from clinical import understand
from clinical.advice import forbids
from clinical.assessments import is_judgement, is_wish
from clinical.communication import language_of
from clinical.follow_up import ends_follow_up, is_of_the_writer
from clinical.safeguards import is_of_swallowing


@pytest.mark.parametrize(
    "text",
    [
        "Discharged from the eye clinic",
        "I have discharged him back to your care",
        "Discharge from the balance group",
        "No further appointments",
        "No routine follow-up is needed",
        "We have not arranged another visit",
        "He does not need to be seen again",
    ],
)
def test_the_end_of_the_follow_up(text):
    assert ends_follow_up(text)
    (said,) = understand(f"A: Well.\nP: {text}.").stored()["advice"] or understand(f"{text}.").stored()["advice"]
    assert said["text"] == text


@pytest.mark.parametrize(
    "text",
    [
        "Discharge from clinic if the scan is clear",
        "No follow-up appointment received yet",
        "Discharged home from hospital",
        "Discharge from the wound has stopped",
        "Review and then discharge from the class",
        "No review of the medicines was possible",
    ],
)
def test_what_does_not_end_it(text):
    assert not ends_follow_up(text)


def test_what_the_writer_did_is_known_as_that():
    assert is_of_the_writer("I have not booked a further review")
    assert not is_of_the_writer("Discharged from clinic")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("interpreter present (Tamil)", "Tamil"),
        ("with a telephone interpreter for Polish", "Polish"),
        ("through an Urdu interpreter", "Urdu"),
        ("Interpreter needed", None),
        ("hearing loss, two aids", None),
    ],
)
def test_for_which_language_somebody_interprets(text, language):
    assert language_of(text) == language


def test_what_a_plan_forbids_and_how_somebody_may_drink():
    assert forbids("No lifting for six weeks")
    assert forbids("not to kneel on it")
    assert not forbids("Notes to be sent for")
    assert is_of_swallowing("Swallows well with thickened juice")
    assert not is_of_swallowing("Swollen knee")


def test_a_judgement_is_told_from_what_is_wished():
    assert is_judgement("Pain much better")
    assert not is_judgement("Sits in the chair for lunch")
    assert is_wish("She would like to drive again")


def test_a_judgement_may_be_one_word():
    findings = understand("O: Grip 20 kg.\nA: Improving. Knee pain.\nP: Rest.").stored()["findings"]
    assert "Improving" in [one["text"] for one in findings]
    assert all(one["text"] != "Rest" for one in findings)
