"""Which problems there are: synonyms are one, the latest stage counts, and what is over is not active any more.

The rules, with an example each, stand in docs/chart.md.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from clinical import concepts
from features.chart.reconciling.evidence import Evidence, NoteFacts, citations, concept_of, evidence_of, history_of
from features.chart.reconciling.problem import (
    ACTIVE,
    HISTORICAL,
    POSSIBLE,
    RESOLVED,
    RULED_OUT,
    Problem,
    passes,
    settle,
    since,
)
from features.chart.reconciling.problem_endings import (
    Cures,
    apply_cure,
    calm_down,
    comes_on_top_of,
    cure_by,
    end_pregnancy,
    leave_behind,
    pass_by,
    resolve,
    resolve_named,
)
from features.chart.reconciling.problem_names import (
    SIDES,
    Key,
    calmed,
    detail_of,
    key_of,
    name_of,
    one_name_each,
    with_stage_before,
)
from features.chart.reconciling.spreading import spread
from features.chart.reconciling.stays import beginning_of_stay
from features.chart.reconciling.treating import Treatments
from features.chart.reconciling.turning_out import turned_out

_CANCER = re.compile(r"cancer|carcinoma|sarcoma|melanoma|leuk|lymphom|myelom|tumor|blastom|neoplas")
_TOLD_IN_HISTORY = ("certainty", "detail", "resolved", "excluded", "unlikely", "known", "course")
# What a scan or a laboratory describes and no lexicon knows is a finding; and so is what everybody has.
_DESCRIBES = frozenset({"imaging", "laboratory", "therapy", "nursing"})
# That an illness is active or not controlled holds for so long, where later notes only name it.
_HOLDS = timedelta(weeks=6)
_TRIFLE = re.compile(r"\b(?:trivial|trace|physiological)\b", re.IGNORECASE)


def problems_of(notes: Sequence[NoteFacts], as_of: date, treatments: Treatments) -> list[Problem]:
    """The problems of the notes, which come in the order of time, as they stand on the day `as_of`.

    What something is taken for is still there, however long ago a note told of it.
    """
    said = [each for each in evidence_of(notes, "diagnoses") if _is_problem(each)]
    names = one_name_each(said)
    problems: dict[Key, Problem] = {}
    cured = Cures()
    acute: list[Problem] = []
    waiting = iter(said)
    upcoming = next(waiting, None)
    for number, note in enumerate(notes):
        while upcoming is not None and upcoming.note is note:
            _take(problems, names, upcoming, cured, acute)
            upcoming = next(waiting, None)
        for each in evidence_of([note], "resolutions"):
            resolve(problems.values(), each, each.fact["what"])
        for each in evidence_of([note], "procedures"):
            if (cure := cure_by(each)) is not None:
                cured.add(cure, each)
                apply_cure(cure, each, problems.values())
            end_pregnancy(problems.values(), each)
        leave_behind(problems.values(), beginning_of_stay(notes, number))
    spread(problems.values())
    for problem in problems.values():
        problem.treated_by = treatments.get(problem.concept, ())
        pass_by(problem, as_of)
    return turned_out([problem for problem in problems.values() if problem.status])


def _is_problem(said: Evidence) -> bool:
    """Whether it is a condition of the patient, and no mere finding."""
    fact = said.fact
    if fact["certainty"] == "family":
        return False
    if fact["certainty"] == "confirmed" and _TRIFLE.search(f"{fact.get('detail') or ''} {fact['text']}"):
        return False
    if _is_sign(said):
        return False
    return said.note.type not in _DESCRIBES or concepts.is_known(concept_of(fact, "text"), "condition")


def _is_sign(said: Evidence) -> bool:
    """Whether an examination found it, and it passes: "small effusion" is told with the findings."""
    fact = said.fact
    if fact["certainty"] != "confirmed" or fact.get("section") != "objective" or not passes(concept_of(fact, "text")):
        return False
    return any(
        found["origin"] == "examination" and found["start"] <= fact["start"] < found["end"]
        for found in said.note.facts.get("findings", ())
    )


def _take(
    problems: dict[Key, Problem],
    names: dict[Key, Key],
    said: Evidence,
    cured: Cures,
    acute: list[Problem],
) -> None:
    """Take in one statement.

    Args:
        problems: What there is so far.
        names: The name under which each is kept.
        said: The statement.
        cured: What operations have ended so far.
        acute: The problems that come on top of others.
    """
    key = names[key_of(said)]
    if key not in problems and resolve_named(problems.values(), said):
        return
    if key not in problems:
        problems[key] = Problem(*key)
        if comes_on_top_of(key[0]):
            acute.append(problems[key])
    _hear(problems[key], said)
    cured.apply(problems[key])
    _imply(problems, names, said)
    calm_down(acute, said)
    end_pregnancy(problems.values(), said)


def _imply(problems: dict[Key, Problem], names: dict[Key, Key], said: Evidence) -> None:
    """Who has, or had, an exacerbation of a lasting illness has the illness, and had it before."""
    concept = concept_of(said.fact, "text")
    had = said.fact["certainty"] in {"confirmed", "historical"} and not said.fact.get("retracted")
    if not had or not passes(concept):
        return
    for broader in concepts.broader(concept):
        key = names.get((broader, None), (broader, None))
        if concepts.is_lasting(broader) and concept.endswith("exacerbation") and key not in problems:
            problem = problems[key] = Problem(*key, name=broader, status=ACTIVE)
            problem.evidence.append(said)
            problem.deciding.append(said)


def _hear(problem: Problem, said: Evidence) -> None:
    """Take in what one statement says of a condition."""
    fact = said.fact
    problem.evidence.append(said)
    certainty = fact["certainty"]
    if fact.get("retracted"):
        settle(problem, said, RULED_OUT)
        return
    _weigh(problem, said)
    detail = detail_of(said)
    # Of what was only ever excluded, that which was: there may be another kind of it.
    only_excluded = all(each.fact["certainty"] == "ruled_out" for each in problem.evidence)
    if detail and (certainty in {"confirmed", "possible", "historical"} or only_excluded):
        problem.detail = with_stage_before(detail, problem.detail)
        problem.detailed = said
    elif fact.get("course") and problem.detail:
        problem.detail = calmed(problem.detail, str(fact["course"]), problem.concept)
    elif certainty == "confirmed" and problem.detail and _is_long_after(said, problem.detailed):
        problem.detail = calmed(problem.detail, "", problem.concept)


def _is_long_after(said: Evidence, detailed: Evidence | None) -> bool:
    """Whether a note names a condition so long after its detail that this need not hold: "uncontrolled", of June."""
    return detailed is not None and said.note.taken_at - detailed.note.taken_at > _HOLDS


def _weigh(problem: Problem, said: Evidence) -> None:
    """What a statement makes of a condition."""
    fact = said.fact
    certainty = fact["certainty"]
    if fact.get("resolved") and _is_in_remission(problem, fact):
        _confirm(problem, said)
    elif fact.get("resolved"):
        settle(problem, said, RESOLVED)
    elif certainty == "confirmed":
        if not _looks_back(problem, said):
            _confirm(problem, said)
    elif certainty == "ruled_out":
        if problem.status == ACTIVE and not _outweighs(problem, said):
            problem.against.append(said)
        else:
            # What was there, and is only denied now, was not wrong but is over.
            over = problem.status == ACTIVE and not fact.get("excluded")
            settle(problem, said, RESOLVED if over else RULED_OUT)
    elif certainty == "possible":
        if problem.status not in {ACTIVE, RULED_OUT} or problem.deciding[-1].note.id != said.note.id:
            _doubt(problem, said)
    elif certainty == "historical" and (not problem.status or passes(problem.concept)):
        settle(problem, said, HISTORICAL if problem.status in {"", HISTORICAL} else RESOLVED)


def _outweighs(problem: Problem, said: Evidence) -> bool:
    """Whether a denial ends what was confirmed.

    In the same note only where it is said outright of what no earlier note has ("asthma not known before [...] asthma
    excluded"); and a lasting illness does not go because somebody left a box empty or wrote "no epilepsy":
    that it is not so after all has to be said ("excluded", "ruled out").
    """
    if problem.deciding[-1].note.id == said.note.id:
        return bool(said.fact.get("excluded")) and problem.evidence[0].note.id == said.note.id
    return bool(said.fact.get("excluded")) or not concepts.is_lasting(problem.concept)


def _looks_back(problem: Problem, said: Evidence) -> bool:
    """Whether what is over is named again only as why a treatment was stopped once, or as what a drug did once.

    "Carbimazole agranulocytosis", in a letter of the next year, is what the warning rests on.
    """
    if problem.status not in {RESOLVED, HISTORICAL, RULED_OUT}:
        return False
    return bool(said.fact.get("of_past_stop")) or _is_told_as_harm(said)


def _is_told_as_harm(said: Evidence) -> bool:
    """Whether the words for a condition are those for what a drug did that the note does not stop."""
    warned = [*said.note.facts.get("avoid", ()), *said.note.facts.get("allergies", ())]
    taken = {concept_of(drug, "ingredient", "name") for drug in said.note.facts.get("medications", ())
             if drug["status"] == "stopped"}  # fmt: skip
    for fact in warned:
        place = (fact.get("places") or {}).get("reason") or (fact.get("places") or {}).get("reaction")
        if place and place[0] < said.fact["end"] and said.fact["start"] < place[1]:
            return concept_of(fact, "ingredient", "substance") not in taken
    return False


def _is_in_remission(problem: Problem, fact: Any) -> bool:
    """Whether a lasting illness sleeps: it stays a problem. Cancer in remission does not."""
    detail = fact.get("detail") or ""
    names = " ".join((problem.concept, *concepts.broader(problem.concept)))
    return "remission" in detail and concepts.is_lasting(problem.concept) and not _CANCER.search(names)


def _confirm(problem: Problem, said: Evidence) -> None:
    if problem.status != ACTIVE:
        problem.since = since(said) if not problem.since or problem.status != POSSIBLE else problem.since
        problem.against.clear()
    # what a later note confirms again is settled
    problem.against = [each for each in problem.against if each.note.id == said.note.id]
    settle(problem, said, ACTIVE)


def _doubt(problem: Problem, said: Evidence) -> None:
    # A doubt does not undo what was confirmed before.
    if problem.status != ACTIVE:
        settle(problem, said, POSSIBLE)


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
        "treated_by": list(problem.treated_by),
        "side": next((side for side in SIDES if side in (problem.side or "").split()), None),
        "since": problem.since,
        "first_noted": problem.evidence[0].note.taken_at,
        "last_noted": problem.evidence[-1].note.taken_at,
        "citations": citations(problem.deciding),
        "sources": {
            name: said.place_of(name)
            for name, said in (("detail", problem.detailed), ("course", problem.course))
            if said is not None
        },
        "history": history_of(problem.evidence, *_TOLD_IN_HISTORY),
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
