"""Which problems there are: synonyms are one, the latest stage counts, and what is over is not active any more.

The rules, with an example each, stand in docs/chart.md.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from clinical import concepts
from clinical.outcomes import CLEAR_LUNGS
from features.chart.reconciling.evidence import (
    Evidence,
    NoteFacts,
    citations,
    concept_of,
    evidence_of,
    history_of,
)

ACTIVE, POSSIBLE, RESOLVED, RULED_OUT, HISTORICAL = "active", "possible", "resolved", "ruled_out", "historical"
# What passes by itself, and has not been told of for so long, is taken for over.
PASSES_WITHIN = timedelta(weeks=12)
_CHRONIC = frozenset({"chronic", "longstanding", "long-standing", "lifelong", "recurrent", "relapsing", "persistent"})
_SIDES = ("left", "right", "bilateral")
# "exacerbation of COPD" is not a kind of COPD, "pneumonia due to influenza" none of influenza.
_RELATED = re.compile(r"\b(?:of|due to|with|without|after|from|secondary|in|on)\b")
_CANCER = re.compile(r"cancer|carcinoma|sarcoma|melanoma|leuk|lymphom|myelom|tumor|blastom|neoplas")
_ENDS_PREGNANCY = frozenset(
    {"miscarriage", "ectopic pregnancy", "stillbirth", "postpartum hemorrhage", "cesarean section", "caesarean section",
     "vaginal delivery", "delivery", "forceps delivery", "termination of pregnancy"}
)  # fmt: skip
# Details that stand behind a name: "stage 3b", "in remission".
_BEHIND = (
    "due to",
    "on ",
    "of ",
    "in situ",
    "stage",
    "grade",
    "type",
    "class",
    "nyha",
    "in remission",
    "without",
    "with",
)
# ... and those that somebody is ill with: "heart failure with reduced ejection fraction".
_HAD_WITH = ("ejection fraction", "ventricular response")
_NAMES_LOOKED_AT = 5
_JOINTS = frozenset({"knee", "hip", "shoulder", "ankle", "elbow", "wrist"})
_PARTS_OF_BODY = _JOINTS | {
    "leg",
    "arm",
    "foot",
    "hand",
    "lung",
    "eye",
    "ear",
    "breast",
    "kidney",
    "lobe",
    "calf",
    "thigh",
}


@dataclass(slots=True)
class Problem:
    """What is known of one condition so far."""

    concept: str
    side: str | None
    status: str = ""
    detail: str | None = None
    name: str = ""
    since: str | None = None
    evidence: list[Evidence] = field(default_factory=list)
    deciding: list[Evidence] = field(default_factory=list)
    against: list[Evidence] = field(default_factory=list)
    """Statements that contradict the present status, and that nothing settles."""
    detailed: Evidence | None = None
    """Where the detail is from."""
    course: Evidence | None = None
    """Where the latest statement on it says how it goes."""


def problems_of(notes: Sequence[NoteFacts], as_of: date) -> list[Problem]:
    """The problems of the notes, which come in the order of time, as they stand on the day `as_of`."""
    said = [each for each in evidence_of(notes, "diagnoses") if each.fact["certainty"] != "family"]
    names = _one_name_each(said)
    problems: dict[tuple[str, str | None], Problem] = {}
    replaced: list[Evidence] = []
    waiting = iter(said)
    upcoming = next(waiting, None)
    for note in notes:
        while upcoming is not None and upcoming.note is note:
            key = names[concept_of(upcoming.fact, "text"), _side_of(upcoming.fact)]
            if key in problems or not _resolve_named(problems.values(), upcoming):
                _hear(problems.setdefault(key, Problem(*key)), upcoming)
                for each in replaced:  # told again as what the joint was replaced for
                    _replace_joint([problems[key]], each)
                _imply(problems, names, upcoming)
                _end_pregnancy(problems.values(), upcoming)
            upcoming = next(waiting, None)
        for each in evidence_of([note], "resolutions"):
            if each.fact["what"] == CLEAR_LUNGS:
                _clear_lungs(problems.values(), each)
            else:
                _resolve(problems.values(), each, each.fact["what"])
        for each in evidence_of([note], "procedures"):
            if _replace_joint(problems.values(), each):
                replaced.append(each)
            _end_pregnancy(problems.values(), each)
    for problem in problems.values():
        _pass(problem, as_of)
    return [problem for problem in problems.values() if problem.status]


def _side_of(fact: Any) -> str | None:
    """Where it is: the side, and the joint where the concept names none ("left knee" of osteoarthritis)."""
    words = set(re.findall(r"\w+", f"{fact.get('detail') or ''} {fact['text']}".lower()))
    side = next((side for side in _SIDES if side in words), None)
    joint = next((joint for joint in _JOINTS if joint in words and "arthritis" in concept_of(fact, "text")), None)
    return " ".join(part for part in (side, joint) if part) or None


def _lies_within(place: str | None, other: str | None) -> bool:
    """Whether a place is as exact as another one or more so: "left knee" lies within "knee"."""
    return place is None or (other is not None and set(place.split()) <= set(other.split()))


def _imply(
    problems: dict[tuple[str, str | None], Problem],
    names: dict[tuple[str, str | None], tuple[str, str | None]],
    said: Evidence,
) -> None:
    """Who has, or had, an exacerbation of a lasting illness has the illness."""
    concept = concept_of(said.fact, "text")
    had = said.fact["certainty"] in {"confirmed", "historical"} and not said.fact.get("retracted")
    if not had or not _passes(concept):
        return
    for broader in concepts.broader(concept):
        key = names.get((broader, None), (broader, None))
        if concepts.is_lasting(broader) and concept.endswith("exacerbation") and key not in problems:
            problem = problems[key] = Problem(*key, name=broader, since=said.since, status=ACTIVE)
            problem.evidence.append(said)
            problem.deciding.append(said)


def _one_name_each(said: Iterable[Evidence]) -> dict[tuple[str, str | None], tuple[str, str | None]]:
    """For each name and side the one under which it is kept: a general name is that of the only special one.

    "Diabetes" is the type 2 diabetes that other notes name, "osteoarthritis of the knee" that of the only side told.
    """
    every = dict.fromkeys((concept_of(each.fact, "text"), _side_of(each.fact)) for each in said)
    kept = {}
    for concept, side in every:
        special = [
            other
            for other in every
            if other != (concept, side)
            and _lies_within(side, other[1])
            and (other[0] == concept or _is_kind_of(other[0], concept))
        ]
        # Of "diabetes", "type 2 diabetes" and "type 2 diabetes with neuropathy" the middle one is as good as the last.
        least = [one for one in special if not any(_is_kind_of(one[0], other[0]) for other in special if other != one)]
        kept[concept, side] = least[0] if len(least) == 1 else (concept, side)
    return {key: _followed(kept, key) for key in kept}


def _followed(
    kept: dict[tuple[str, str | None], tuple[str, str | None]], key: tuple[str, str | None]
) -> tuple[str, str | None]:
    seen = {key}
    while kept[key] != key and kept[key] not in seen:
        key = kept[key]
        seen.add(key)
    return key


def _is_kind_of(special: str, general: str) -> bool:
    """Whether one name is of a kind of the other: by the lexicon, or by words before it that make it more special."""
    if _passes(special) and concepts.is_lasting(general):
        return False  # an exacerbation comes and goes, and the disease stays
    if general in concepts.broader(special):
        return True
    if special.startswith(f"{general} of "):
        return True
    if not special.endswith(f" {general}"):
        return False
    return not _RELATED.search(special[: -len(general)])


def _hear(problem: Problem, said: Evidence) -> None:
    """Take in what one statement says of a condition."""
    fact = said.fact
    problem.evidence.append(said)
    certainty = fact["certainty"]
    if fact.get("retracted"):
        _settle(problem, said, RULED_OUT)
        return
    _weigh(problem, said)
    if fact.get("detail") and certainty in {"confirmed", "possible", "historical"}:
        problem.detail = fact["detail"]
        problem.detailed = said


def _weigh(problem: Problem, said: Evidence) -> None:
    """What a statement makes of a condition."""
    fact = said.fact
    certainty = fact["certainty"]
    if fact.get("resolved") and _is_in_remission(problem, fact):
        _confirm(problem, said)
    elif fact.get("resolved"):
        _settle(problem, said, RESOLVED)
    elif certainty == "confirmed":
        if not _looks_back(problem, said):
            _confirm(problem, said)
    elif certainty == "ruled_out":
        if problem.status == ACTIVE and not _outweighs(problem, said):
            problem.against.append(said)
        else:
            _settle(problem, said, RULED_OUT)
    elif certainty == "possible":
        if problem.status not in {ACTIVE, RULED_OUT} or problem.deciding[-1].note.id != said.note.id:
            _doubt(problem, said)
    elif certainty == "historical" and (not problem.status or _passes(problem.concept)):
        _settle(problem, said, HISTORICAL if problem.status in {"", HISTORICAL} else RESOLVED)


def _outweighs(problem: Problem, said: Evidence) -> bool:
    """Whether a denial ends what was confirmed.

    Not in the same note; and a lasting illness does not go because somebody left a box empty or wrote "no epilepsy":
    that it is not so after all has to be said ("excluded", "ruled out").
    """
    if problem.deciding[-1].note.id == said.note.id:
        return False
    return bool(said.fact.get("excluded")) or not concepts.is_lasting(problem.concept)


def _looks_back(problem: Problem, said: Evidence) -> bool:
    """Whether what is over is named again only as the reason for which a treatment was stopped once."""
    return bool(said.fact.get("of_past_stop")) and problem.status in {RESOLVED, HISTORICAL, RULED_OUT}


def _is_in_remission(problem: Problem, fact: Any) -> bool:
    """Whether a lasting illness sleeps: it stays a problem. Cancer in remission does not."""
    detail = fact.get("detail") or ""
    names = " ".join((problem.concept, *concepts.broader(problem.concept)))
    return "remission" in detail and concepts.is_lasting(problem.concept) and not _CANCER.search(names)


def _confirm(problem: Problem, said: Evidence) -> None:
    if problem.status != ACTIVE:
        problem.since = _since(said) if not problem.since or problem.status != POSSIBLE else problem.since
        problem.against.clear()
    # what a later note confirms again is settled
    problem.against = [each for each in problem.against if each.note.id == said.note.id]
    _settle(problem, said, ACTIVE)


def _since(said: Evidence) -> str | None:
    """Since when a condition is there; unknown where the note tells it as known before and gives no day.

    A letter lists what is known; what lasts did not begin with it.
    """
    fact = said.fact
    listed = said.note.type == "correspondence" and concepts.is_lasting(concept_of(fact, "text"))
    return None if (fact.get("known") or listed) and not fact.get("on") else said.since


def _doubt(problem: Problem, said: Evidence) -> None:
    # A doubt does not undo what was confirmed before.
    if problem.status != ACTIVE:
        _settle(problem, said, POSSIBLE)


def _settle(problem: Problem, said: Evidence, status: str) -> None:
    problem.status = status
    problem.since = problem.since or said.fact.get("on") or (None if problem.deciding else _since(said))
    if status != ACTIVE or (problem.course and problem.course.note.id != said.note.id):
        problem.course = None
    if status == ACTIVE and said.fact.get("course"):
        problem.course = said
    problem.name = said.fact.get("text") or problem.name
    problem.deciding.append(said)


def _passes(concept: str) -> bool:
    return concepts.is_known(concept, "condition") and not concepts.is_lasting(concept)


def _resolve_named(problems: Iterable[Problem], said: Evidence) -> bool:
    """Whether a condition that is told to be over is a known one, called by a part of its name: "ulcer healed"."""
    return bool(said.fact.get("resolved")) and _resolve(problems, said, said.fact["text"])


def _resolve(problems: Iterable[Problem], said: Evidence, what: str) -> bool:
    """End what is told to be over by a part of its name, or by where it is: "ulcer healed", "wrist healed".

    Where several problems have that part, nobody knows which of them is meant.
    """
    words = set(what.lower().split())
    meant = [problem for problem in problems if problem.status in {ACTIVE, POSSIBLE} and _is_called(problem, words)]
    if len(meant) != 1:
        return False
    (problem,) = meant
    problem.evidence.append(said)
    problem.status = RESOLVED
    problem.deciding.append(said)
    return True


def _clear_lungs(problems: Iterable[Problem], said: Evidence) -> None:
    """Who has a clear chest has no water on the lungs any more, of which an earlier note told."""
    for problem in problems:
        if problem.concept == "pulmonary edema" and problem.status in {ACTIVE, POSSIBLE}:
            if problem.evidence[-1].note.id == said.note.id:
                continue
            problem.status = RESOLVED
            problem.evidence.append(said)
            problem.deciding.append(said)


def _is_called(problem: Problem, words: set[str]) -> bool:
    known = set(f"{problem.concept} {problem.name} {problem.side or ''}".lower().split())
    return bool(words) and words <= known and (_passes(problem.concept) or bool(words & set(problem.concept.split())))


def _end_pregnancy(problems: Iterable[Problem], said: Evidence) -> None:
    """Who has lost a child or given birth is not pregnant any more."""
    fact = said.fact
    happened = fact.get("certainty") == "confirmed" or fact.get("status") == "done"
    if not happened or concept_of(fact, "text") not in _ENDS_PREGNANCY:
        return
    for problem in problems:
        if problem.concept in {"pregnancy", "twin pregnancy"} and problem.status in {ACTIVE, POSSIBLE}:
            problem.status = RESOLVED
            problem.evidence.append(said)
            problem.deciding.append(said)


def _replace_joint(problems: Iterable[Problem], said: Evidence) -> bool:
    """A joint that was replaced has no arthritis any more. Whether it is such a replacement."""
    fact = said.fact
    words = set(f"{concept_of(fact, 'text')} {fact['text']}".lower().split())
    if fact["status"] != "done" or "replacement" not in words:
        return False
    for problem in problems:
        joint = _JOINTS & words & set(f"{problem.concept} {problem.side}".split())
        where = set((problem.side or "").split())
        if joint and "arthritis" in problem.concept and problem.status == ACTIVE and where <= words:
            problem.status = RESOLVED
            problem.deciding.append(said)
    return True


def _pass(problem: Problem, as_of: date) -> None:
    """What passes by itself is over when nobody has told of it for long."""
    if problem.status in {ACTIVE, POSSIBLE} and _passes(problem.concept) and not _is_chronic(problem.detail):
        last = problem.evidence[-1].note.taken_at.date()
        if as_of - last > PASSES_WITHIN:
            problem.status = HISTORICAL


def _is_chronic(detail: str | None) -> bool:
    """Whether what passes in others does not in this patient: "chronic low back pain"."""
    return not _CHRONIC.isdisjoint(re.findall(r"[\w-]+", (detail or "").lower()))


def passes_on(line: Mapping[str, Any]) -> str | None:
    """The last day on which a line of what passes by itself counts as told of; None for what lasts."""
    if not _passes(line["concept"]) or _is_chronic(line["detail"]):
        return None
    last: date = line["last_noted"].date() + PASSES_WITHIN
    return last.isoformat()


def name_of(problem: Problem) -> str:
    """How the problem is told: as the latest note puts it that tells all of it, else by its concept with the detail."""
    kinds = (problem.detail or "").replace(",", " ").lower().split()
    for each in reversed(problem.deciding[-_NAMES_LOOKED_AT:]):
        told = str(each.fact.get("text") or "")
        if any(word.isupper() and len(word) > 1 for word in told.split()):
            continue  # an abbreviation
        told = told.lower()
        if kinds and set(kinds) <= set(told.split()) and concepts.concept_of(told, "condition") == problem.concept:
            return told
    return _put_together(problem)


def _put_together(problem: Problem) -> str:
    """The concept with its details: qualities before it, in the order told, and what needs a preposition behind it."""
    before: list[str] = []
    behind: list[str] = []
    for part in (problem.detail or "").lower().split(", "):
        if not part or part in problem.concept:
            continue
        if part.endswith(_HAD_WITH):
            behind.append(f"with {part}")
        else:
            (behind if part.startswith(_BEHIND) else before).append(part)
    # what it is like, the side, and the part of the body: "severe left knee osteoarthritis"
    words = dict.fromkeys(f"{' '.join(before)} {problem.side or ''}".split())
    known = problem.concept.split()
    told = [word for word in words if word not in known and not word.endswith("-sided")]
    told.sort(key=lambda word: 2 if word in _PARTS_OF_BODY else int(word in _SIDES))
    return " ".join((*told, problem.concept, *behind))


def lines_of(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """The problems as the chart answers them: the active ones first, the latest first."""
    order = [ACTIVE, POSSIBLE, HISTORICAL, RESOLVED, RULED_OUT]
    told = sorted(problems, key=lambda problem: problem.evidence[-1].note.taken_at, reverse=True)
    return [_line(problem) for problem in sorted(told, key=lambda problem: order.index(problem.status))]


def _line(problem: Problem) -> dict[str, Any]:
    return {
        "name": name_of(problem),
        "concept": problem.concept,
        "status": problem.status,
        "detail": problem.detail,
        "course": problem.course.fact["course"] if problem.course else None,
        "side": next((side for side in _SIDES if side in (problem.side or "").split()), None),
        "since": problem.since,
        "first_noted": problem.evidence[0].note.taken_at,
        "last_noted": problem.evidence[-1].note.taken_at,
        "citations": citations(problem.deciding),
        "sources": {
            name: said.place_of(name)
            for name, said in (("detail", problem.detailed), ("course", problem.course))
            if said is not None
        },
        "history": history_of(problem.evidence, "certainty", "detail", "resolved", "excluded", "known"),
    }


def conflicts_in(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Conditions that the same note confirms and rules out, and lasting ones that a later note only denies."""
    return [
        {
            "about": name_of(problem),
            "between": [
                {"said": each.fact["certainty"], **each.citation()} for each in (problem.deciding[-1], *problem.against)
            ],
        }
        for problem in problems
        if problem.against and problem.status == ACTIVE
    ]
