"""Whether what was found of a fact is right: status, certainty, dose, frequency, person, time."""

import re
from collections.abc import Callable
from datetime import date

from .unseen_matching import Claim, accepted, reality
from .unseen_notes import Fact
from .unseen_values import same_dose, same_duration, same_frequency, tokens

# The contract tells of seven realities in four words, and says a status only of what is really taken.
CONTRACT = {
    "actual": "actual",
    "past": "actual",
    "planned": "planned",
    "conditional": "conditional",
    "considered": "conditional",
    "requested": "conditional",
    "declined": "declined",
}
_ROUTES = {
    "po": "oral", "by mouth": "oral", "orally": "oral", "tablet": "oral", "capsule": "oral", "capsules": "oral",
    "iv": "intravenous", "iv bolus": "intravenous", "drip": "intravenous", "im": "intramuscular",
    "sc": "subcutaneous", "s/c": "subcutaneous", "sl": "sublingual", "each nostril": "nasal",
    "to face": "topical", "to body": "topical", "by spacer": "inhaled", "drops": "oral", "chewed": "oral",
    "infusion": "intravenous", "subcut": "subcutaneous", "subcutaneously": "subcutaneous", "s/l": "sublingual",
    "neb": "inhaled", "nebs": "inhaled", "nebuliser": "inhaled", "nebulised": "inhaled", "via spacer": "inhaled",
    "inhaler": "inhaled", "patch": "transdermal", "patches": "transdermal", "cream": "topical", "ointment": "topical",
    "gel": "topical", "to skin": "topical", "orals": "oral", "intravenously": "intravenous", "eye drops": "ophthalmic",
    "intramuscularly": "intramuscular", "spray": "nasal", "pr": "rectal", "pv": "vaginal",
}  # fmt: skip

Verdict = tuple[str, bool, str]
"""The attribute, whether it is right, and what was said instead of what."""


def verdicts(fact: Fact, claim: Claim) -> list[Verdict]:
    """What to say about every attribute that a claim and the annotation can be compared in."""
    return _JUDGES[fact["kind"]](fact, claim)


def realities(fact: Fact) -> set[str]:
    """The realities that are right for an annotated medication."""
    return {str(value) for value in accepted(fact, "certainty")}


def statuses(fact: Fact) -> set[str]:
    """The statuses that are right: what is not actual is only mentioned."""
    found = {str(value) for value in accepted(fact, "status")}
    return found | {"mentioned"} if realities(fact) - {"actual"} else found


def person(fact: Fact) -> str:
    """Whose condition a claim says it is."""
    whose = fact.get("relatives") or fact.get("relative") or fact.get("certainty") == "family"
    return str(fact.get("person") or ("relative" if whose else "patient"))


def _medication(fact: Fact, claim: Claim) -> list[Verdict]:
    said = claim.fact
    found: list[Verdict] = []
    if claim.step == 0:
        found.append(("status", said["status"] in statuses(fact), f"{said['status']}, not {fact['status']}"))
        told, right = reality(said), realities(fact)
        found.append(("certainty", told in right, f"{told}, not {fact['certainty']}"))
        words = {CONTRACT[one] for one in right if one in CONTRACT}
        found.append(("certainty in the contract's words", CONTRACT.get(told or "") in words, f"{told}"))
    doses = [said.get("dose"), _joined(said.get("strength"), said.get("dose"))]
    found += _part("dose", fact, doses, same_dose)
    found += _part("frequency", fact, [said.get("frequency")], same_frequency)
    found += _part("duration", fact, [said.get("duration"), said.get("until")], same_duration)
    if said.get("route") and fact.get("route"):
        found += _part("route", fact, [said["route"]], _same_route)
    return found


def _joined(*parts: str | None) -> str | None:
    return " ".join(part for part in parts if part) or None


def _part(
    name: str, fact: Fact, said: list[str | None], same: Callable[[str | None, str | None], bool]
) -> list[Verdict]:
    wanted = accepted(fact, name)
    if said[0] is None and wanted[0] is None:
        return []
    right = any(same(one, other) for one in said for other in wanted)
    return [(name, right, f"{said[0]!r}, not {wanted[0]!r}")]


def _same_route(said: str | None, wanted: str | None) -> bool:
    if not said or not wanted:
        return not said and not wanted
    mine, theirs = (_ROUTES.get(one.casefold(), one.casefold()) for one in (said, wanted))
    return mine == theirs or bool(tokens(mine) & tokens(theirs))


def _diagnosis(fact: Fact, claim: Claim) -> list[Verdict]:
    said = claim.fact
    certainty = said["certainty"] in accepted(fact, "certainty")
    whose = person(said) in accepted(fact, "person") or (
        person(said) == "patient" and fact["certainty"] == "ruled_out" and said["certainty"] == "ruled_out"
    )
    return [
        ("certainty", certainty, f"{said['certainty']}, not {fact['certainty']}"),
        ("person", whose, f"{person(said)}, not {fact['person']}"),
    ]


def _allergy(fact: Fact, claim: Claim) -> list[Verdict]:
    said = claim.fact
    right = {"denied" if value == "refuted" else value for value in accepted(fact, "status")}
    # A side effect may be told as a warning where the annotation allows either.
    status = said.get("status", "present")
    found = [("status", status in right, f"{status}, not {fact['status']}")]
    if fact["reaction"]:
        told = str(said.get("reaction") or said.get("reason") or "")
        near = bool(tokens(told) & tokens(fact["reaction"]))
        found.append(("reaction", near, f"{told!r}, not {fact['reaction']!r}"))
    return found


def _avoid(fact: Fact, claim: Claim) -> list[Verdict]:
    if not fact["reason"]:
        return []
    told = str(claim.fact.get("reason") or claim.fact.get("reaction") or "")
    right = bool(tokens(told) & tokens(fact["reason"])) or bool(fact.get("optional"))
    return [("reason", right, f"{told!r}, not {fact['reason']!r}")]


def _procedure(fact: Fact, claim: Claim) -> list[Verdict]:
    status = claim.fact.get("status")
    if "text" not in claim.fact:  # a vaccination told as a medication
        return []
    return [("status", status in accepted(fact, "status"), f"{status}, not {fact['status']}")]


def _measurement(fact: Fact, claim: Claim) -> list[Verdict]:
    told = claim.fact.get("at")
    wanted = days(fact["at"])
    if fact["at"] and wanted:
        return [("time", str(told or "")[:10] in wanted, f"{told}, not {fact['at']}")]
    return [] if fact["at"] else [("time", told is None, f"{told}, not the note's own")]


def days(words: str | None) -> set[str]:
    """The days that a date may mean, as ISO dates: 4/12/2024 is in April or in December."""
    if not words:
        return set()
    if found := re.search(r"\b(\d{4})-(\d{2})-(\d{2})\b", words):
        return {found[0]}
    found = re.search(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})\b", words)
    if not found:
        return set()
    one, other, year = int(found[1]), int(found[2]), int(found[3])
    year += 2000 if year < 100 else 0
    return {iso for month, day in ((one, other), (other, one)) if (iso := _iso(year, month, day))}


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


_JUDGES: dict[str, Callable[[Fact, Claim], list[Verdict]]] = {
    "medication": _medication,
    "diagnosis": _diagnosis,
    "allergy": _allergy,
    "avoid": _avoid,
    "procedure": _procedure,
    "lab": _measurement,
    "vital": _measurement,
}
