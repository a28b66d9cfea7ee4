"""The dose that belongs to a medication's name: behind it, or right before it."""

import re

from clinical.medications.drug_names import Name
from clinical.values.amounts import Amount, doses_in

_SUPPLY = re.compile(
    r"\b(?:disp(?:ense)?|quantity|qty|refills?|#|no\.)\s?[:#]?\s?#?\d*|\bfor \d+ (?:days?|weeks?|months?)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    (
        r"(?:\s(?:of|dose of|tablets? of|pills? of|worth of|dose|per day of|daily of|daily|"
        r"a day of|twice a day of|once a day of|tablet|units of))?(?:\s(?:the|his|her|their|"
        r"oral|iv|im|generic|high[- ]dose))?\s$"
    ),
    re.IGNORECASE,
)
# "50 mg increased to 100 mg"
_CHANGED_TO = re.compile(
    r"^[^.;]{0,20}\b(?:increas|decreas|reduc|titrat|rais|lower|chang|step)\w*\s(?:\w+\s)?to\s$", re.IGNORECASE
)
# Forms that say what is given, rather than how much of a strength.
_GIVEN_FORMS = frozenset(
    {"puff", "spray", "drop", "patch", "inhalation", "teaspoon", "tablespoon", "application", "actuation", "scoop"}
    | {"capful", "pump"}
)
_NO_COUNT_BEHIND = re.compile(r"\s(?:dispensed|left|remaining|of (?:normal|saline))", re.IGNORECASE)


def dose_of(text: str, name: Name, first: int, until: int) -> tuple[str | None, int]:
    """The dose and where it ends; it stands behind the name, or right before it."""
    strengths = [
        found
        for found in doses_in(text, name.end, until)
        if found.kind != "form" and _is_dose(text, name, found) and not _of_another(text, found.end, until)
    ]
    strength = strengths[0] if strengths else None
    if (
        strength is not None
        and len(strengths) > 1
        and (
            re.search(r"(?i)\bfrom\s$", text[max(name.end, strength.start - 6) : strength.start])
            or _CHANGED_TO.search(text[strength.end : strengths[1].start])
        )
    ):
        strength = strengths[1]
    counted = _count(text, name, until)
    amount = (counted.text, counted.end if counted.start - name.end < 60 else name.end) if counted else None
    if counted and amount and counted.unit in _GIVEN_FORMS:
        concentrated = strength is not None and (
            "/" in strength.unit or (strength.end < counted.start and not _oral(text, name, until))
        )
        if strength is None or concentrated:
            return amount
    if strength is not None:
        return strength.text, strength.end if strength.start - name.end < 60 else name.end
    before = doses_in(text, max(first, name.start - 50), name.start)
    if before and before[-1].kind != "form" and _BEFORE.match(text[before[-1].end : name.start]):
        return before[-1].text, name.end
    if amount:
        return amount
    return _bare(text, name, until)


def _count(text: str, name: Name, until: int) -> Amount | None:
    """So many tablets or puffs."""
    blanked = without_supply(text, name.end, until)
    for found in doses_in(blanked):
        if (found.kind == "form" or found.unit in _GIVEN_FORMS) and not _NO_COUNT_BEHIND.match(blanked, found.end):
            return found._replace(start=found.start + name.end, end=found.end + name.end)
    return None


def _of_another(text: str, end: int, until: int) -> bool:
    """Whether a dose belongs to the medication that comes next: "0.5 mL of lidocaine"."""
    return (
        until < len(text)
        and re.fullmatch(r"\s(?:\w+\s)?of\s(?:the\s|his\s|her\s|IV\s|oral\s)?", text[end:until], re.IGNORECASE)
        is not None
    )


def _oral(text: str, name: Name, until: int) -> bool:
    return re.search(r"(?i)\b(?:tab|cap|po\b|oral)", text[name.end : until]) is not None


def without_supply(text: str, start: int, end: int) -> str:
    """`text[start:end]` with blanks for what only says how much is dispensed."""
    return _SUPPLY.sub(lambda match: " " * len(match.group()), text[start:end])


def _bare(text: str, name: Name, until: int) -> tuple[str | None, int]:
    """A number before a frequency, as in "metoprolol 25 BID": a dose whose unit goes without saying."""
    found = re.compile(
        (
            r"\s(?P<n>\d+(?:\.\d+)?)(?=\s(?:po\b|daily|bid|tid|qid|qd|qhs|od\b|bd\b|tds|qds|once|"
            r"twice|nocte|mane|q\d|a day|at night|every|weekly))"
        ),
        re.IGNORECASE,
    ).match(text, name.end, until)
    return (found["n"], found.end()) if found else (None, name.end)


def _is_dose(text: str, name: Name, found: Amount) -> bool:
    gap = found.start - name.end
    if found.unit == "%":
        return gap < 14
    if found.unit.endswith(("/dL", "/L")):
        return False
    if found.unit in {"g", "units"} and gap > 25:
        return False
    after = text[found.end : found.end + 4].lower()
    return not after.startswith(("/dl", "/l ", "/l.", "/l,")) and gap < 110
