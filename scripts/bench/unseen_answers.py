"""An annotation in the words of an answer: to try the scoring on itself, and one reader beside another."""

from .unseen_judging import days
from .unseen_notes import PLURALS, Fact


def as_answer(facts: list[Fact]) -> dict[str, list[Fact]]:
    """What a system would answer that found just these facts."""
    answer: dict[str, list[Fact]] = {plural: [] for plural in PLURALS.values()}
    for fact in facts:
        if (said := _said(fact)) is not None:
            answer[PLURALS[fact["kind"]]].append({**said, "start": fact["start"], "end": fact["end"]})
    return answer


def _said(fact: Fact) -> Fact | None:
    whose = fact.get("person", "patient")
    match fact["kind"]:
        case "medication":
            parts = ("dose", "frequency", "duration", "route", "status")
            names = {"name": fact["drug"], "reality": fact["certainty"], "places": {"name": fact["drug_span"]}}
            return None if whose != "patient" else names | {name: fact[name] for name in parts}
        case "diagnosis":
            relatives = [] if whose == "patient" else [whose]
            answer = {"text": fact["text"], "certainty": fact["certainty"], "relatives": relatives}
            return None if whose == "other" else answer
        case "allergy":
            status = "denied" if fact["status"] == "refuted" else fact["status"]
            return {"substance": fact["substance"], "reaction": fact["reaction"], "status": status}
        case "avoid":
            return {"substance": fact["substance"], "reason": fact["reason"]}
        case "procedure":
            return {"text": fact["text"], "status": fact["status"]}
        case _:
            meant = sorted(days(fact["at"]))
            return {"name": fact["name"], "value": fact["value"], "at": meant[0] if meant else None}
