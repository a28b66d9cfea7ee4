"""Values that stand beside the one of the day: in brackets, in runs, below a line of days."""

import pytest

from clinical import understand


def measured(text: str) -> list[tuple[str, float | str, str | None]]:
    facts = understand(text).stored()
    found = sorted([*facts["labs"], *facts["vitals"]], key=lambda fact: fact["start"])
    return [(fact["name"], fact["value"], fact["at"]) for fact in found]


CASES = [
    (
        "Ferritin 40 (12 at booking, antenatal 20).",
        [("ferritin", 40.0, None), ("ferritin", 12.0, "at booking"), ("ferritin", 20.0, "antenatal")],
    ),
    ("Urea 14 (Tue 11.2).", [("urea", 14.0, None), ("urea", 11.2, "Tue")]),
    ("Wt 71 kg (75 on adm), HR 80.", [("weight", 71.0, None), ("weight", 75.0, "on adm"), ("heart_rate", 80.0, None)]),
    ("Albumin 31 (ref 35-50).", [("albumin", 31.0, None)]),
    ("T 37.2 (peak 39 overnight) HR 90.", [("body_temperature", 37.2, None), ("body_temperature", 39.0, "overnight"),
                                          ("heart_rate", 90.0, None)]),
    ("ALT 310, 190, 84.", [("alt", 310.0, "previous"), ("alt", 190.0, "previous"), ("alt", 84.0, None)]),
    ("Tacrolimus troughs: 4.9 on 2/5, 7.7 today.", [("tacrolimus_level", 4.9, "2/5"), ("tacrolimus_level", 7.7, None)]),
    (
        "Date 2/5 9/5\nALT 310 84\nALP: 90, 88",
        [("alt", 310.0, "2/5"), ("alt", 84.0, None), ("alkaline_phosphatase", 90.0, "2/5"),
         ("alkaline_phosphatase", 88.0, None)],
    ),
    ("Weights: Thu 62.1 kg, Fri 61.4.", [("weight", 62.1, "Thu"), ("weight", 61.4, "Fri")]),
    ("ALT 310 [84]; urea 9.1 (11.2)", [("alt", 310.0, None), ("alt", 84.0, "previous"), ("urea", 9.1, None),
                                       ("urea", 11.2, "previous")]),
    ("eGFR 44 (3), CD4 300 (18%).", [("egfr", 44.0, None), ("cd4_count", 300.0, None)]),
    (
        "           02 May   09 May\nALT        310      84    U/L\nUrea       9.1      11.2  mmol/L",
        [("alt", 310.0, "02 May"), ("alt", 84.0, "09 May"), ("urea", 9.1, "02 May"), ("urea", 11.2, "09 May")],
    ),
    ("Weight: 50 kg, usual 56 kg      Height: 1.60 m", [("weight", 50.0, None), ("weight", 56.0, "usual"),
                                                        ("height", 160.0, None)]),
    ("Targets: keep K >4, Mg >1.", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:40] for text, _ in CASES])
def test_values_beside_others(text, expected):
    assert measured(text) == expected
