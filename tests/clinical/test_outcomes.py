"""What is over, though only a part of its name or its place is told."""

import pytest

from clinical import understand


def over(text):
    return {fact["what"] for fact in understand(text).stored()["resolutions"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No further bleeding, repeat endoscopy: ulcer healed.", {"ulcer"}),
        ("Cast off, wrist healed, no pain.", {"wrist"}),
        ("Phone review: back to baseline, exacerbation resolved.", {"exacerbation"}),
        ("The exacerbation has resolved.", {"exacerbation"}),
        ("Chest clear now.", {"lung signs"}),
        ("Chest now clear.", {"lung signs"}),
        ("O/E rash gone.", {"rash"}),
        ("The rash has completely gone.", {"rash"}),
        ("Haematuria settled. Edoxaban resumed at 30 mg OD.", {"haematuria"}),
        ("Wound healed. Off oxycodone.", {"wound"}),
        ("The surgical wound is well healed.", {"surgical wound"}),
        ("Leg ulcer has now fully healed with compression.", {"leg ulcer"}),
        ("Renal function is back to baseline.", {"renal function"}),
        ("Healed leg ulcer on the right shin.", {"leg ulcer"}),
        ("Swelling has subsided and the redness has cleared up.", {"swelling", "redness"}),
        ("Skin infection cleared with flucloxacillin.", {"skin infection"}),
    ],
)
def test_what_is_called_over_is_over(text, expected):
    assert over(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The ulcer has not healed.",
        "Wound not yet healed.",
        "Rash almost gone.",
        "Continue dressings until the wound is healed.",
        "If the rash has resolved he may return to school.",
        "The ulcer is healing.",
        "Chest not yet clear, heart sounds normal.",
        "Cleared for surgery by cardiology.",
        "He has gone to work.",
        "Settled on the ward overnight.",
        "The wound should have healed by then.",
        "His mother's rash has gone.",
        "Swelling partially resolved.",
        "Pain has gone up to her shoulder.",
        "Wound healed?",
    ],
)
def test_what_goes_on_or_is_no_ailment_is_not_over(text):
    assert over(text) == set()


def test_places_lead_to_the_words():
    text = "Seen today. The leg ulcer has healed."
    fact = understand(text).stored()["resolutions"][0]
    assert (text[slice(*fact["places"]["what"])], fact["original"]) == ("leg ulcer", "leg ulcer has healed")
