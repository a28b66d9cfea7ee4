"""Conditions over all notes: what the patient has, may have, had, and what runs in the family; later notes win.

A condition that was possible and is excluded later is possible no longer. What passes by itself (a cold, a sprain) and
was last recorded long ago is history. "Diabetes" and "type 2 diabetes" are one condition, told by its fuller name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from features.summaries.extractive.doubts import grade_before, judged_condition
from features.summaries.extractive.evidence import Fact, Line, Place, Source, capital, day_in
from features.summaries.extractive.voice import Voice
from features.summaries.wording import key_of

# Words that only describe a condition further: with and without them it is the same one.
_DESCRIBING = frozenset(
    [
        "type",
        "1",
        "2",
        "i",
        "ii",
        "one",
        "two",
        "right",
        "left",
        "bilateral",
        "on",
        "both",
        "side",
        "mild",
        "moderate",
        "severe",
        "seasonal",
        "perennial",
        "exacerbation",
        "flare-up",
        "controlled",
        "uncontrolled",
        "well",
        "poorly",
        "low",
        "sudden",
        "acute",
        "long-term",
        "chronic",
        "recent",
        "new",
        "newly",
        "diagnosed",
        "stage",
        "iii",
        "iv",
        "iia",
        "iiib",
        "recurrent",
        "intermittent",
        "ongoing",
        "persistent",
        "stable",
        "index",
        "at",
        "tip",
        "finger",
        "first",
        "second",
        "third",
        "moderate-severe",
        "allergy",
        "nose",
        "harmless",
        "pumping",
        "weak",
        "inadequately",
        "mildly",
        "slightly",
        "obvious",
        "left-sided",
        "right-sided",
        "stage-iii",
        "resolving",
        "improving",
        "lower",
        "upper",
    ]
)
_PASSING = re.compile(
    r"\b(?:acute|strain|sprain|bronchitis|influenza|flu|cold|pharyngitis|sinusitis|otitis|contusion|"
    r"laceration|fracture|"
    r"pneumonia|urinary tract infection|uti|gastroenteritis|tick bite|viral|infection|pain|cough|fever|"
    r"headache|rash|injury|"
    r"cellulitis|abscess|dehydration|nausea|vomiting|diarrh\w+|dizziness|fall|exam\w*|visit|screening)\b",
    re.IGNORECASE,
)
_NO_PROBLEM = re.compile(
    r"\b(?:annual|well|health|routine|physical|wellness|preventive|follow[- ]?up) (?:exam\w*|visit|check\w*|"
    r"adult|child|pt|patient|maintenance)"
    r"|\bgenerally healthy\b|\bimmuni[sz]ation\b|\bwell pt\b|^stable vitals|\bunremarkable\b",
    re.IGNORECASE,
)
_RESOLVED = re.compile(
    r"\b(?:resolved|in remission|cured|healed|status post|s/p|no longer|removed|as a child|in childhood)\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(r"^(?:etiology|aetiology|cause) of ", re.IGNORECASE)
_LONG_AGO = timedelta(days=180)
_LONGEST = 140


@dataclass
class Condition:
    """One condition, and what was said of it, the latest last."""

    key: frozenset[str]
    told: list[tuple[Fact, Place]] = field(default_factory=list)
    state: str = ""

    def take(self, fact: Fact, place: Place) -> None:
        """Take in the next word on it."""
        certainty = str(fact["certainty"])
        resolved = certainty == "historical" and (self.state in {"", "historical", "possible"} or _is_resolved(place))
        if certainty == "possible" and self.state == "confirmed":
            certainty = "confirmed"
        if certainty != "historical" or resolved:
            self.state = certainty
        self.told.append((fact, place))

    @property
    def last(self) -> tuple[Fact, Place]:
        """The last word that put it in the state it is in."""
        return next((one for one in reversed(self.told) if one[0]["certainty"] == self.state), self.told[-1])

    @property
    def first_day(self) -> Place:
        """Where it was first told of."""
        return self.told[0][1]

    def is_old(self, newest: Source) -> bool:
        """Whether it is something that passes, and was last recorded long ago."""
        place = self.last[1]
        return newest.day - place.source.day > _LONG_AGO and _PASSING.search(str(self.last[0]["text"])) is not None


class Conditions:
    """All conditions of the chart."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._by_key: dict[frozenset[str], Condition] = {}
        self._family: dict[tuple[frozenset[str], str], tuple[Fact, Place]] = {}
        self._newest = sources[-1] if sources else None
        for source in sources:
            for fact in source.facts("diagnoses"):
                place = source.place(fact)
                self._take(judged_condition(fact, place), place)
        self.all = sorted(self._by_key.values(), key=_order)

    def _take(self, fact: Fact, place: Place) -> None:
        key = key_of(str(fact["text"])[:_LONGEST])
        if fact["certainty"] == "family":
            self._family[key, str(fact.get("relative") or "")] = (fact, place)
            return
        known = self._by_key.get(key) or self._alike(key)
        if known is None:
            known = self._by_key[key] = Condition(key)
        elif len(key) > len(known.key):
            del self._by_key[known.key]
            known.key = key
            self._by_key[key] = known
        known.take(fact, place)

    def _alike(self, key: frozenset[str]) -> Condition | None:
        """The condition that this is with fewer or more describing words."""
        for other, condition in self._by_key.items():
            if (other < key or key < other) and (other ^ key) <= _DESCRIBING and (other & key) - _DESCRIBING:
                return condition
        return None

    def current(self, *states: str) -> list[Condition]:
        """What the patient has, or may have."""
        return [one for one in self.all if one.state in states and not self.is_history(one) and not _is_visit(one)]

    def is_history(self, condition: Condition) -> bool:
        """Whether it passes by itself and is long ago."""
        return self._newest is not None and condition.is_old(self._newest)

    @property
    def history(self) -> list[Condition]:
        """What the patient had."""
        past = [one for one in self.all if one.state == "historical"]
        past += [one for one in self.all if one.state in {"confirmed", "possible"} and self.is_history(one)]
        return [one for one in past if not _is_visit(one)]

    @property
    def excluded(self) -> list[Condition]:
        """What was thought of and is not so: only what an earlier note held for possible or certain."""
        return [
            one
            for one in self.all
            if one.state == "ruled_out" and any(fact["certainty"] in {"possible", "confirmed"} for fact, _ in one.told)
        ]

    def lines(self, voice: Voice) -> list[Line]:
        """What the patient has, may have, had; what was excluded; and what relatives have."""
        found = [_problem(one, voice) for one in self.current("confirmed")]
        found += [_possible(one, voice) for one in self.current("possible")]
        found += [_past(one, voice) for one in self.history]
        found += [_excluded(one, voice) for one in self.excluded]
        families = sorted(self._family.items(), key=lambda item: (sorted(item[0][0]), item[0][1]))
        named = {key for (key, relative), _ in families if relative}
        found += [_familial(*told, voice) for (key, relative), told in families if relative or key not in named]
        return found

    def facts(self) -> list[tuple[Fact, Place]]:
        """The fact that stands for each condition, with relatives'."""
        return [one.last for one in self.all if not _is_visit(one)] + list(self._family.values())


def _order(condition: Condition) -> tuple[float, int]:
    place = condition.last[1]
    rank = {"assessment": 0, "plan": 1}.get(str(condition.last[0].get("section")), 2)
    return -place.source.note.taken_at.timestamp(), rank * 10_000_000 + place.start


def _is_visit(condition: Condition) -> bool:
    return _NO_PROBLEM.search(str(condition.last[0]["text"])) is not None


def _is_resolved(place: Place) -> bool:
    content = place.source.content
    return _RESOLVED.search(content[max(0, place.start - 60) : place.end + 60]) is not None


def name_of(condition: Condition, voice: Voice) -> str:
    """The fullest name of the latest state."""
    state = condition.last[0]
    same = [str(fact["text"]) for fact, place in condition.told if place.source is condition.last[1].source]
    name = max(
        (name for name in same if key_of(name) >= key_of(str(state["text"]))), key=len, default=str(state["text"])
    )
    return voice.term(grade_before(condition.last[1]) + _CAUSE.sub("", name[:_LONGEST]))


def _dated(condition: Condition, voice: Voice) -> str:
    return day_in(condition.last[1].source.day, voice.audience)


def _places(condition: Condition) -> tuple[Place, ...]:
    last = condition.last[1]
    fuller = [
        place for fact, place in condition.told if place.source is last.source and fact["certainty"] == condition.state
    ]
    return tuple(dict.fromkeys((last, *fuller)))[:3]


def _problem(condition: Condition, voice: Voice) -> Line:
    name = name_of(condition, voice)
    first, last = condition.first_day, condition.last[1]
    since = ""
    places = _places(condition)
    began = condition.told[0][0]["certainty"]
    if first.source is not last.source and began in {"confirmed", "possible"}:
        since = (
            f"{'first noted' if began == 'confirmed' else 'possible'} {day_in(first.source.day, voice.audience)}, last "
        )
        places = (*places, first)
    return Line("problems", f"{capital(name)} ({since}{_dated(condition, voice)})", places, name)


def _possible(condition: Condition, voice: Voice) -> Line:
    name = name_of(condition, voice)
    text = voice.choose(
        f"Possible {name} ({_dated(condition, voice)})", f"Possibly {name} ({_dated(condition, voice)})"
    )
    return Line("problems", text, _places(condition), f"possible {name}")


def _past(condition: Condition, voice: Voice) -> Line:
    name = name_of(condition, voice)
    day = _dated(condition, voice)
    if condition.state == "historical":
        text = voice.choose(f"History of {name} ({day})", f"In the past: {name} ({day})")
    else:
        words = "possible " if condition.state == "possible" else ""
        text = f"{capital(words + name)} (last recorded {day})"
    return Line("history", text, _places(condition), name)


def _excluded(condition: Condition, voice: Voice) -> Line:
    name = name_of(condition, voice)
    return Line("history", f"{capital(name)} was ruled out ({_dated(condition, voice)})", _places(condition))


def _familial(fact: Fact, place: Place, voice: Voice) -> Line:
    name = voice.term(str(fact["text"])[:_LONGEST])
    relative = fact.get("relative")
    who = f" ({relative})" if relative else ""
    return Line("family", f"{voice.choose('Family history of', 'In the family:')} {name}{who}", (place,), name)
