"""What is decided on resuscitation, and what only looks like it."""

import pytest

from clinical import understand


def decided(text):
    facts = understand(f"S: Seen on the ward.\nP: {text}").stored()["resuscitation"]
    return [(fact["decision"], fact["limit"], fact["form"]) for fact in facts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DNACPR in place, ReSPECT form completed.", ("do_not_attempt", None, "ReSPECT")),
        ("Resuscitation status: DNR/DNI", ("do_not_attempt", None, None)),
        ("Not for CPR, for ward-based care.", ("do_not_attempt", "ward-based care", None)),
        ("CPR: not for attempted resuscitation", ("do_not_attempt", None, None)),
        ("DNACPR form completed today after discussion with daughter.", ("do_not_attempt", None, None)),
        ("Code status: Full code.", ("attempt", None, None)),
        ("Remains for full escalation.", ("attempt", None, None)),
        ("DNACPR revoked on 3 March; for full escalation.", ("attempt", None, None)),
        ("No DNACPR in place.", ("attempt", None, None)),
        ("Discussed with him and his wife: not for CPR, DNACPR form signed.", ("do_not_attempt", None, None)),
        ("Resuscitation discussed: for full escalation, no DNACPR.", ("attempt", None, None)),
        ("Previously DNACPR, now for full resuscitation.", ("attempt", None, None)),
        ("ReSPECT form signed: not for intubation.", ("unstated", "not for intubation", "ReSPECT")),
    ],
)
def test_a_decision_that_stands_is_told(text, expected):
    assert decided(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "DNACPR discussed with family, to be reviewed.",
        "DNACPR to be discussed.",
        "Discussed DNACPR with his wife, he will think about it.",
        "If he deteriorates consider DNACPR.",
        "ReSPECT discussed.",
        "We respect her wishes.",
        "His father had a DNACPR.",
        "He was successfully resuscitated.",
        "Fluid resuscitation with 500 ml saline.",
    ],
)
def test_what_is_not_decided_is_not_told(text):
    assert decided(text) == []


def test_its_places_are_those_of_its_words():
    text = "S: Seen.\nP: DNACPR in place, ReSPECT form completed."
    (fact,) = understand(text).stored()["resuscitation"]
    assert text[fact["start"] : fact["end"]] == fact["original"]
    assert {name: text[slice(*place)] for name, place in fact["places"].items()} == {
        "decision": "DNACPR", "form": "ReSPECT form"
    }  # fmt: skip
