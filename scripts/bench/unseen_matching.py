"""Which of the facts found is which of the facts annotated: the same place, and the same drug, substance or value."""

import re
from dataclasses import dataclass, field
from typing import Any

from .unseen_notes import Annotated, Fact, Span
from .unseen_values import same_dose, same_value, tokens

# What complaints and signs are called: the annotation does not mean to list all of them.
_SYMPTOM = re.compile(
    r"pain|ache|aching|sore|tender|swell|swollen|swelling|o?edema|nause|vomit|diarrh|constipat|cough|wheez|crackl|"
    r"crep|rales|rhonchi|breath|dyspn|sob\b|orthopn|fever|pyrexi|chill|rigor|sweat|fatigue|tired|letharg|malaise|"
    r"weak|numb|tingl|paraesth|paresth|dizz|lighthead|faint|syncop|collapse|fall|palpitat|tachy|bradycard|hypotens|"
    r"hypox|itch|prurit|rash|erythem|redness|bruis|bleed|blood|h[a]?ematuria|h[a]?emoptysis|mel[a]?ena|discharge|"
    r"congest|rhin|phlegm|sputum|hoarse|dysphag|dyspeps|reflux|heartburn|bloat|distens|distent|guard|rebound|appetite|"
    r"weight|thirst|urin|dysuria|frequency|nocturia|incontinen|polyuria|polydip|stiff|spasm|cramp|limp|gait|balance|"
    r"confus|agitat|memory|sleep|insomnia|snor|mood|anxi|stress|suicid|hallucin|headache|vision|visual|hearing|ear\b|"
    r"murmur|bruit|gallop|rub\b|jvd|jvp|lymphaden|organomegal|megaly|mass\b|lump|nodule|lesion|effusion|crepitus|"
    r"range of motion|rom\b|deformity|clubbing|cyanos|jaundice|icter|pallor|dehydrat|symptom|problem|concern|trauma|"
    r"injur|sign\b|abnormal|elevated|low\b|high\b|raised|decreased|reduced|increased|dry|burning|clicking|popping|"
    r"locking|tremor|seiz|fit\b|smok|alcohol|drink|drug use|obes|overweight|allerg|hypoglyc|hyperglyc|hyperkal|hypokal",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Claim:
    """One thing a system says: a fact it found, or one step of a regimen."""

    fact: Fact
    spans: list[Span]
    root: int
    """The fact it belongs to, by number."""
    step: int = 0
    """Which step of a regimen; 0 for the first or only one."""


@dataclass
class Matched:
    """What belongs together, of one kind in one note."""

    pairs: list[tuple[Fact, Claim]] = field(default_factory=list)
    missed: list[Fact] = field(default_factory=list)
    left: list[Claim] = field(default_factory=list)
    """Claims that no annotation is left for."""


def overlap(one: Span, other: Span) -> bool:
    """Whether two places share a character."""
    return one[0] < other[1] and other[0] < one[1]


def places_of(fact: Fact) -> list[Span]:
    """Everywhere an annotated fact stands, its attributes outside of the quote with it."""
    spans = [(fact["start"], fact["end"])]
    spans += [(start, end) for start, end in fact.get("more", [])]
    spans += [(span[0], span[1]) for name, span in fact.items() if name.endswith("_span") and span]
    return spans


def touch(fact: Fact, claim: Claim) -> bool:
    """Whether a claim stands where the annotated fact does."""
    return any(overlap(one, other) for one in places_of(fact) for other in claim.spans)


def claims_of(facts: list[Fact]) -> list[Claim]:
    """What a system says, each step of a regimen by itself."""
    found = []
    for number, fact in enumerate(facts):
        spans = [(fact["start"], fact["end"])]
        spans += [(place[0], place[1]) for place in (fact.get("places") or {}).values()]
        steps: list[Any] = fact.get("regimen") or [None]
        for place, step in enumerate(steps):
            said = fact if step is None else {**fact, **_of_step(step)}
            found.append(Claim(said, spans, number, place))
    return found


def _of_step(step: Any) -> Fact:
    parts = step if isinstance(step, dict) else dict(zip(("dose", "frequency", "duration"), step, strict=False))
    if parts["dose"] == "stop":
        return {"dose": None, "frequency": None, "duration": None, "status": "stopped"}
    return {name: parts.get(name) for name in ("dose", "frequency", "duration")}


def match(note: Annotated, wanted: list[Fact], claims: list[Claim]) -> Matched:
    """Give every annotated fact the claim that agrees best with it, and every claim at most one fact."""
    fitting = [
        (agreement(fact, claim), not fact.get("optional"), -index, -number)
        for index, fact in enumerate(wanted)
        for number, claim in enumerate(claims)
        if same(note, fact, claim)
    ]
    taken: dict[int, int] = {}
    given: set[int] = set()
    for _, _, index, number in sorted(fitting, reverse=True):
        if -index not in taken and -number not in given:
            taken[-index] = -number
            given.add(-number)
    found = Matched()
    found.pairs = [(wanted[index], claims[number]) for index, number in sorted(taken.items())]
    found.missed = [fact for index, fact in enumerate(wanted) if index not in taken]
    found.left = [claim for number, claim in enumerate(claims) if number not in given]
    return found


def agreement(fact: Fact, claim: Claim) -> float:
    """How well a claim agrees with a fact that it may be; the more, the better."""
    said, points = claim.fact, 0.0
    points += said.get("status") in accepted(fact, "status")
    told = reality(said) if fact["kind"] == "medication" else said.get("certainty")
    points += told in accepted(fact, "certainty")
    if fact["kind"] == "medication":
        points += 2 * any(same_dose(said.get("dose"), dose) for dose in accepted(fact, "dose"))
    if fact["kind"] in {"diagnosis", "procedure"}:
        mine, theirs = tokens(str(said.get("text"))), tokens(fact["text"])
        points += 4 * len(mine & theirs) / max(len(mine | theirs), 1)
    own = (fact["start"], fact["end"])
    points += 2 * overlap(own, (said["start"], said["end"]))
    return points - abs(fact["start"] - said["start"]) / 1_000_000


def reality(claim: Fact) -> str | None:
    """How real a claim says an event is, as exactly as it says so."""
    told = claim.get("reality") or claim.get("certainty")
    if told is None and claim.get("status") in {"started", "continued", "changed", "stopped"}:
        return "actual"
    return str(told) if told else None


def accepted(fact: Fact, name: str) -> list[Any]:
    """The values of an attribute that count as right, the annotated one first."""
    return [fact.get(name), *fact.get("accept", {}).get(name, [])]


def same(note: Annotated, fact: Fact, claim: Claim) -> bool:
    """Whether a claim may be an annotated fact."""
    match fact["kind"]:
        case "medication":
            return touch(fact, claim) and same_name(note, fact, claim, "drug", "name")
        case "allergy" | "avoid":
            return touch(fact, claim) and (
                bool(fact.get("generic")) or same_name(note, fact, claim, "substance", "substance")
            )
        case "vital":
            return fact["name"] == claim.fact["name"] and _same_reading(fact, claim) and touch(fact, claim)
        case "lab":
            return _same_reading(fact, claim) and touch(fact, claim)
        case _:
            return touch(fact, claim)


def _same_reading(fact: Fact, claim: Claim) -> bool:
    return any(same_value(claim.fact["value"], value, fact["name"]) for value in accepted(fact, "value"))


def same_name(note: Annotated, fact: Fact, claim: Claim, wanted: str, own: str) -> bool:
    """Whether a claim is of the annotated drug or substance: by one of its names, or by where the name stands."""
    names = [tokens(str(name)) for name in accepted(fact, wanted)]
    said = [tokens(str(claim.fact[key])) for key in (own, "ingredient", "concept") if claim.fact.get(key)]
    if any(one and other and (one <= other or other <= one) for one in names for other in said):
        return True
    if any(_begins(one, other) for one in names for other in said):
        return True
    span = fact.get(f"{wanted}_span")
    if not span:
        return False
    place = (claim.fact.get("places") or {}).get(own)
    if place:
        return overlap((span[0], span[1]), (place[0], place[1]))
    return bool(span[0] <= claim.fact["start"] < span[1]) and claim.fact["start"] < len(note.text)


def _begins(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether names are cut short: "atorva" is atorvastatin."""
    return any(
        len(short) >= 4 and long.startswith(short) for mine, theirs in ((one, other), (other, one))
        for short in mine for long in theirs
    )  # fmt: skip


def is_symptom(text: str) -> bool:
    """Whether a condition is a complaint or a sign, of which the annotation does not hold all."""
    return bool(_SYMPTOM.search(text))
