"""Values under a strain or a treatment that belongs to the test: "132/80 standing", "152/84 after exercise".

They stand beside the value at rest, and neither follow nor replace it: who reads the latest blood pressure wants that
of the patient at rest, and of a peak flow the one before the inhaler.
"""

import re

# What is breathed out is measured again behind what widens the airways, which is a test of its own.
_BREATHED = frozenset({"peak_flow", "fev1", "fvc"})
# Where something hurts on moving, that is how bad the pain is.
_UNSTRAINED = frozenset({"pain_score", "weight", "height", "bmi"})
_STRAIN = (
    r"(?:(?:on |when |after )?(?:standing|sitting up)|upright|"
    r"(?:on|with|after|post|during)[- ](?:the |a |an |his |her |their |brief |light |mild |some )?"
    r"(?:exercises?|exertion|walk(?:ing)?(?: test)?|activity|mobili[sz](?:ing|ation)|stairs|climbing(?: stairs)?|"
    r"effort|stepping|physio(?:therapy)?))"
)
_OPENED = (
    r"(?:(?:after|post|following|with)[- ](?:the |a |an |his |her |\d{1,2} puffs (?:of )?)?"
    r"(?:salbutamol|albuterol|bronchodilators?|reliever|inhaler|neb(?:s|uli[sz]ers?|uli[sz]ation)?|terbutaline|"
    r"ipratropium|ventolin))"
)
_UNIT = r"[\s(]{0,2}(?:(?:mm\s?hg|l/min|litres|l|bpm)\b[\s(]{0,2}|%\s?\(?)?"
# "Lying 142/80, standing 110/64": it is of the value that follows.
_NO_VALUE = r"\b(?![\s:]{1,3}(?:(?:bp|hr|pulse|sats?|spo2|was|is)\s)?\d)"
_BEHIND = {
    False: re.compile(rf"{_UNIT}(?P<how>{_STRAIN}){_NO_VALUE}", re.IGNORECASE),
    True: re.compile(rf"{_UNIT}(?P<how>{_OPENED}){_NO_VALUE}", re.IGNORECASE),
}
_BEFORE = {
    False: re.compile(
        rf"(?:^|[\s,;(.:])(?P<how>{_STRAIN})(?:\s(?:bp|hr|pulse|sats?|spo2))?[\s:]{{1,2}}$", re.IGNORECASE
    ),
    True: re.compile(rf"(?:^|[\s,;(.:])(?P<how>{_OPENED})[\s:]{{1,2}}$", re.IGNORECASE),
}  # fmt: skip
_HOW = re.compile(rf"{_STRAIN}|{_OPENED}", re.IGNORECASE)
_WITHIN = 40


def strain_of(text: str, name: str, start: int, end: int) -> str | None:
    """Under what a value at `text[start:end]` was measured, in the note's words; None for one at rest."""
    if name in _UNSTRAINED:
        return None
    kind = name in _BREATHED
    behind = _BEHIND[kind].match(text, end)
    if behind is not None:
        return behind["how"].lower()
    before = _BEFORE[kind].search(text[max(0, start - _WITHIN) : start])
    return before["how"].lower() if before else None


def is_strain(told: str) -> bool:
    """Whether words tell under what a value was measured, and not when."""
    return _HOW.fullmatch(told) is not None
