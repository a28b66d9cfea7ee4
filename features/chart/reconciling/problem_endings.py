"""How problems end: healed, treated, born, left behind with a stay in hospital, or told of no more."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from clinical import concepts
from clinical.outcomes import CLEAR_LUNGS
from features.chart.reconciling.evidence import Evidence, concept_of
from features.chart.reconciling.problem import (
    ACTIVE,
    HISTORICAL,
    RESOLVED,
    Problem,
    is_chronic,
    passes,
    passes_within,
)
from features.chart.reconciling.problem_names import JOINTS

_ENDS_PREGNANCY = frozenset(
    {"miscarriage", "ectopic pregnancy", "stillbirth", "postpartum hemorrhage", "cesarean section", "caesarean section",
     "vaginal delivery", "delivery", "forceps delivery", "termination of pregnancy"}
)  # fmt: skip
# What a pregnancy brings, and is over some weeks after it at the latest, unless a note tells of it then.
_OF_PREGNANCY = frozenset(
    {"preeclampsia", "eclampsia", "gestational hypertension", "gestational diabetes", "obstetric cholestasis",
     "hyperemesis gravidarum", "hellp syndrome", "placenta previa"}
)  # fmt: skip
_CHILDBED = timedelta(weeks=6)
# What has no more of what was taken out: the operation, and a part of the names of what it ends.
_CURES = (
    ("meniscectomy", "menisc"),
    ("appendectomy", "appendic"),
    ("appendicectomy", "appendic"),
    ("cholecystectomy", "cholecyst"),
    ("cholecystectomy", "gallstone"),
    ("cholecystectomy", "cholelith"),
    ("cholecystectomy", "biliary colic"),
    ("tonsillectomy", "tonsil"),
    ("hernia repair", "hernia"),
    ("herniotomy", "hernia"),
    ("hernioplasty", "hernia"),
    ("resection", "stricture"),
    ("strictureplasty", "stricture"),
    ("thyroidectomy", "goiter"),
    ("thyroidectomy", "graves"),
    ("thyroidectomy", "hyperthyroid"),
    ("parathyroidectomy", "hyperparathyroid"),
    ("hemorrhoidectomy", "hemorrhoid"),
    ("carpal tunnel", "carpal tunnel"),
    ("polypectomy", "polyp"),
    ("myomectomy", "fibroid"),
    ("circumcision", "phimosis"),
    ("orchidopexy", "undescended"),
    ("aortic valve", "aortic stenosis"),
    ("herniorrhaphy", "hernia"),
    ("cataract", "cataract"),
    ("hysterectomy", "fibroid"),
    ("hysterectomy", "menorrhagia"),
)
# What comes on top of an illness that stays.
_ACUTE = {"acute kidney injury": "chronic kidney disease", "acute on chronic kidney injury": "chronic kidney disease"}
# What was told only on the way in is left behind where the discharge letter does not name it.
_ON_THE_WAY_IN = frozenset({"emergency", "admission", "laboratory"})
# Complaints that are called by an everyday word when they go: the word, and the concept.
_EVERYDAY = {"swelling": "edema", "breathlessness": "dyspnea", "breathless": "dyspnea", "tummy": "abdominal"}
# What a part of the body does, when it does so again: the word, and parts of the names of what had disturbed it.
_VISION = ("optic neur", "retinopathy", "visual", "uveitis", "vision")
_LIVER = ("hepatitis", "liver injury", "transaminitis", "abnormal liver function")
_KIDNEY = ("acute kidney injury", "nephritis")
_FUNCTIONS = {
    **dict.fromkeys(("vision", "sight", "eyesight"), _VISION),
    **dict.fromkeys(("lfts", "liver tests", "liver function"), _LIVER),
    **dict.fromkeys(("kidney function", "renal function"), _KIDNEY),
    "skin": ("eczema", "dermatitis", "pustulosis", "eruption", "rash", "urticaria", "impetigo", "scabies"),
    "hearing": ("hearing loss", "ototoxicity"),
}
# What stays though the tests are good for a time.
_STAYS = ("hepatitis b", "hepatitis c", "autoimmune", "diabetic", "chronic")


def resolve_named(problems: Iterable[Problem], said: Evidence) -> bool:
    """Whether a condition that is told to be over is a known one, called by a part of its name: "ulcer healed"."""
    return bool(said.fact.get("resolved")) and resolve(problems, said, said.fact["text"])


def resolve(problems: Iterable[Problem], said: Evidence, what: str) -> bool:
    """End what is told to be over by a part of its name, or by where it is: "ulcer healed", "wrist healed".

    Where several problems have that part, nobody knows which of them is meant.
    """
    if what == CLEAR_LUNGS:
        _clear_lungs(problems, said)
        return True
    words = {_EVERYDAY.get(word, word) for word in what.lower().split()}
    if str(said.fact["original"]).lower().startswith("no longer "):
        return _leave_kind(problems, said, what.lower())
    disturbed = _FUNCTIONS.get(what.lower(), ())
    meant = [
        problem
        for problem in problems
        if problem.is_open and (_disturbs(problem, disturbed) if disturbed else _is_called(problem, words))
    ]
    if len(meant) != 1:
        return False
    meant[0].end(said)
    return True


def _leave_kind(problems: Iterable[Problem], said: Evidence, kind: str) -> bool:
    """Whether something is the kind of one problem that is no longer of that kind: "no longer smouldering"."""
    meant = [
        problem
        for problem in problems
        if problem.is_open
        and kind in (problem.detail or "").split(", ")
        and problem.evidence[0].note.id != said.note.id
    ]
    if len(meant) != 1:
        return False
    (problem,) = meant
    problem.detail = ", ".join(part for part in (problem.detail or "").split(", ") if part != kind) or None
    problem.left_kinds.add(kind)
    problem.evidence.append(said)
    return True


def _disturbs(problem: Problem, disturbed: Iterable[str]) -> bool:
    """Whether a problem is one of those that a function is free of, when it is as before."""
    named = f"{problem.detail or ''} {problem.concept}"
    return any(part in named for part in disturbed) and not any(part in named for part in _STAYS)


def _clear_lungs(problems: Iterable[Problem], said: Evidence) -> None:
    """Who has a clear chest has no water on the lungs any more, of which an earlier note told."""
    for problem in problems:
        told_here = problem.evidence[-1].note.id == said.note.id
        there = problem.is_open or problem.status == HISTORICAL
        if problem.concept == "pulmonary edema" and there and not told_here:
            problem.end(said)


def _is_called(problem: Problem, words: set[str]) -> bool:
    known = set(f"{problem.concept} {problem.name} {problem.side or ''}".lower().split())
    if not words or not words <= known:
        return False
    # A lasting illness is called by its concept, or by the noun of the name that notes give it: "the orbitopathy".
    nouns = {*problem.concept.split(), *problem.name.lower().split()[-1:]}
    return passes(problem.concept) or bool(words & nouns)


def end_pregnancy(problems: Iterable[Problem], said: Evidence) -> None:
    """Who has lost a child or given birth is not pregnant any more."""
    fact = said.fact
    happened = fact.get("certainty") == "confirmed" or fact.get("status") == "done"
    if not happened or concept_of(fact, "text") not in _ENDS_PREGNANCY:
        return
    for problem in problems:
        if problem.concept in {"pregnancy", "twin pregnancy"} and problem.is_open:
            problem.end(said)
        elif problem.concept in _OF_PREGNANCY and said.note.taken_at >= problem.evidence[0].note.taken_at:
            problem.over_after = said.note.taken_at.date() + _CHILDBED


_SIDE_OF = {"left": "left", "l": "left", "lt": "left", "right": "right", "r": "right", "rt": "right"}
# "Cataracts", "bilateral inguinal hernias"
_BOTH = re.compile(r"\b(?:cataracts|hernias|both|bilateral|BE|bilat)\b", re.IGNORECASE)


class Cure(NamedTuple):
    """What an operation ends."""

    words: frozenset[str]
    """Those that name it, by which the side is known."""
    joints: frozenset[str]
    """The joints that it replaces."""
    ends: tuple[str, ...]
    """Parts of the names of what it ends."""


@lru_cache(maxsize=4096)  # the same few, for every note
def _cure_in(named: str) -> Cure | None:
    words = frozenset(named.split())
    joints = JOINTS & words if "replacement" in words else frozenset()
    ends = tuple(part for operation, part in _CURES if operation in named)
    return Cure(words, joints, ends) if joints or ends else None


def cure_by(said: Evidence) -> Cure | None:
    """What an operation that was done ends; None where it ends nothing."""
    fact = said.fact
    return _cure_in(f"{concept_of(fact, 'text')} {fact['text']}".lower()) if fact["status"] == "done" else None


def apply_cure(cure: Cure, said: Evidence, problems: Iterable[Problem]) -> None:
    """End what an operation has treated: the arthritis of a joint that was replaced, the tear that was trimmed."""
    for problem in problems:
        if problem.status == ACTIVE and _is_cured(problem, cure):
            problem.status = RESOLVED
            problem.deciding.append(said)


class Cures:
    """What operations have ended so far, each with where it was told, and which of them a condition may be ended by."""

    def __init__(self) -> None:
        self._told: dict[Cure, Evidence] = {}
        self._of: dict[str, list[Cure]] = {}

    def add(self, cure: Cure, said: Evidence) -> None:
        """Take one in; the last one who told of it counts."""
        self._told[cure] = said
        self._of.clear()

    def apply(self, problem: Problem) -> None:
        """End a problem that is told again as what an operation was done for."""
        may = self._of.get(problem.concept)
        if may is None:
            may = self._of[problem.concept] = [cure for cure in self._told if _may_cure(problem.concept, cure)]
        for cure in may:
            apply_cure(cure, self._told[cure], [problem])


def _may_cure(concept: str, cure: Cure) -> bool:
    """Whether a condition of that name, on whatever side, may be ended by an operation."""
    return any(part in concept for part in cure.ends) or (bool(cure.joints) and "arthritis" in concept)


def _is_cured(problem: Problem, cure: Cure) -> bool:
    if any(part in problem.concept for part in cure.ends):
        return not _has_another_side(problem, cure)
    if not cure.joints or "arthritis" not in problem.concept:
        return False
    where = set((problem.side or "").split())
    return bool(cure.joints & {*problem.concept.split(), *where}) and where <= cure.words


def _has_another_side(problem: Problem, cure: Cure) -> bool:
    """Whether an operation on one side leaves what is on the other: "R phaco" of "cataracts"."""
    operated = {_SIDE_OF[word] for word in cure.words if word in _SIDE_OF}
    if len(operated) != 1:
        return False
    told = set((problem.side or "").split()) & {"left", "right", "bilateral"}
    both = any(_BOTH.search(str(each.fact["text"])) for each in problem.evidence)
    return bool(told - operated) or (not told and both)


def leave_behind(problems: Iterable[Problem], begun: datetime | None) -> None:
    """What passes by itself, began with a stay in hospital and is not named at its end, is over.

    Only what the notes of the way in told: what a ward round found may still be treated.
    """
    if begun is None:
        return
    for problem in problems:
        if not problem.is_open or not passes(problem.concept) or is_chronic(problem.detail):
            continue
        told = {each.note.type for each in problem.evidence}
        if told <= _ON_THE_WAY_IN and problem.evidence[0].note.taken_at >= begun:
            problem.status = HISTORICAL


@lru_cache(maxsize=8192)
def comes_on_top_of(concept: str) -> frozenset[str]:
    """The illnesses that stay, of which something is an exacerbation."""
    if concept.endswith(" exacerbation"):
        return frozenset(concepts.broader(concept))
    return frozenset({_ACUTE[concept]} if concept in _ACUTE else ())


def calm_down(acute: Iterable[Problem], said: Evidence) -> None:
    """An exacerbation is over when a later note names the illness alone: "COPD stable", "CKD 3b, recovering".

    Args:
        acute: The problems that come on top of others.
        said: What is told of another one.
    """
    if said.fact["certainty"] != "confirmed":
        return
    chronic = concept_of(said.fact, "text")
    for problem in acute:
        earlier = problem.evidence[-1].note.taken_at < said.note.taken_at
        if problem.is_open and earlier and chronic in comes_on_top_of(problem.concept):
            problem.status = HISTORICAL


def pass_by(problem: Problem, as_of: date) -> None:
    """What passes by itself is over when nobody has told of it for long."""
    if problem.is_open and passes(problem.concept) and not (is_chronic(problem.detail) or problem.treated_by):
        last = problem.evidence[-1].note.taken_at.date()
        born = problem.over_after
        if as_of - last > passes_within(problem.concept) or (born is not None and last < born < as_of):
            problem.status = HISTORICAL
