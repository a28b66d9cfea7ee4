"""What would harm somebody.

A thing denied, planned, declined, of another person or of the past shown as current; a wrong drug, dose or allergy.
"""

from .unseen_judging import CONTRACT, person, realities
from .unseen_matching import Claim, accepted, reality
from .unseen_notes import Fact
from .unseen_values import same_dose

_TAKEN = frozenset({"started", "continued", "changed"})
_CURRENT = frozenset({"confirmed", "possible"})


def is_taken(claim: Fact) -> bool:
    """Whether a claim says that the patient takes a drug now."""
    told = reality(claim)
    return claim.get("status") in _TAKEN and told != "past" and CONTRACT.get(told or "actual") == "actual"


def danger_of(fact: Fact, claim: Claim) -> str | None:
    """What is dangerous about the claim that was made of an annotated fact."""
    match fact["kind"]:
        case "medication":
            return _of_medication(fact, claim)
        case "diagnosis":
            return _of_diagnosis(fact, claim.fact)
        case "allergy":
            return _of_allergy(fact, claim.fact)
        case "procedure":
            right = claim.fact.get("status") != "done" or "done" in accepted(fact, "status")
            return None if right or "text" not in claim.fact else f"{fact['status']}, shown as done"
        case _:
            return None


def _of_medication(fact: Fact, claim: Claim) -> str | None:
    said = claim.fact
    if not is_taken(said):
        return None
    if "patient" not in accepted(fact, "person"):
        return f"of another person ({fact['person']}), shown as taken"
    if claim.step == 0:
        if "actual" not in realities(fact):
            return f"{fact['certainty']}, shown as {said['status']}"
        if not _TAKEN & set(accepted(fact, "status")) and fact["status"] == "stopped":
            return f"stopped, shown as {said['status']}"
    if fact["certainty"] == "actual" and said.get("dose"):
        told = [said["dose"], f"{said.get('strength') or ''} {said['dose']}"]
        if not any(same_dose(one, dose) for one in told for dose in accepted(fact, "dose")):
            return f"dose {said['dose']!r}, not {fact['dose']!r}"
    return None


def _of_diagnosis(fact: Fact, said: Fact) -> str | None:
    right = set(accepted(fact, "certainty"))
    if said["certainty"] not in _CURRENT or right & _CURRENT:
        whose = accepted(fact, "person")
        wrong = said["certainty"] in _CURRENT and "patient" not in whose and person(said) == "patient"
        return f"of another person ({fact['person']}), shown as {said['certainty']}" if wrong else None
    if said["certainty"] == "possible" and "ruled_out" in right and fact.get("optional"):
        return None
    return f"{fact['certainty']}, shown as {said['certainty']}"


def _of_allergy(fact: Fact, said: Fact) -> str | None:
    right = {"denied" if value == "refuted" else value for value in accepted(fact, "status")}
    status = said.get("status")
    return f"{fact['status']}, shown as {status}" if status and status not in right else None
