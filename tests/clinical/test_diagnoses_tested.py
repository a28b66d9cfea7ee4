"""Lists of tests that were all negative, attacks that did not come, and illnesses of a month that have healed since."""

import pytest

from clinical import understand


def told(text):
    return {(fact["concept"], fact["certainty"]) for fact in understand(text).stored()["diagnoses"]}


@pytest.mark.parametrize(
    "text",
    [
        "HIV, hep B and hep C negative.",
        "Hep B, hep C, HIV neg.",
        "HIV, hepatitis B, hepatitis C: all negative.",
        "Bloods: hep C, syphilis, HIV negative.",
        "Covid, flu and RSV negative.",
    ],
)
def test_what_stands_at_the_end_of_a_list_of_tests_goes_for_all(text):
    assert {certainty for _, certainty in told(text)} == {"ruled_out"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Known HIV, hep B and hep C neg.", ("hiv", "confirmed")),
        ("HIV well controlled, hep B neg.", ("hiv", "confirmed")),
        ("Hypertension, diabetes, HIV negative.", ("hypertension", "confirmed")),
        ("HIV neg, hep B pos.", ("hepatitis b", "confirmed")),
        ("Asthma, eczema and hay fever. RAST negative.", ("asthma", "confirmed")),
    ],
)
def test_what_is_no_list_of_tests_stays(text, expected):
    assert expected in told(text)


@pytest.mark.parametrize("text", ["No gout attack this year.", "No flare of gout.", "No migraine attacks this month."])
def test_no_attack_denies_no_illness(text):
    assert told(text) == set()


def test_a_denied_illness_is_denied():
    assert told("No gout.") == {("gout", "ruled_out")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pneumonia in May, treated with doxycycline at home, recovered.", ("pneumonia", "historical")),
        ("Cellulitis of the left leg in June: flucloxacillin, healed.", ("cellulitis", "historical")),
        ("Shingles in April, still sore.", ("shingles", "confirmed")),
        ("Asthma in April: worse with pollen, inhaler changed, recovered.", ("asthma", "confirmed")),
    ],
)
def test_what_healed_since_its_month_is_over(text, expected):
    assert expected in told(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("TB clinic. Weight 57 kg. Two cultures negative: cured.", ["tuberculosis"]),
        ("Hepatitis C clinic. SVR12: cured.", ["hepatitis c"]),
        ("TB clinic. Not yet cured.", []),
        ("AF no longer paroxysmal.", ["paroxysmal"]),
        ("No longer working.", []),
    ],
)
def test_what_is_over_or_no_longer_of_a_kind(text, what):
    assert [fact["what"] for fact in understand(text).stored()["resolutions"]] == what
