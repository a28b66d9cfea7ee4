"""Under which name a condition is kept, where it is, and how it is told."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from clinical import concepts
from features.chart.reconciling.evidence import Evidence, concept_of
from features.chart.reconciling.problem import Problem, passes

SIDES = ("left", "right", "bilateral")
JOINTS = frozenset({"knee", "hip", "shoulder", "ankle", "elbow", "wrist", "hand"})
# "exacerbation of COPD" is not a kind of COPD, "pneumonia due to influenza" none of influenza.
_RELATED = re.compile(r"\b(?:of|due to|with|without|after|from|secondary|in|on)\b")
# "sick sinus syndrome with pauses", "anaphylaxis to cashew": the illness, and what is told of it besides.
_BESIDES = re.compile(r" (?=(?:with|due to|to|after|following) )")
# Details that stand behind a name: "stage 3b", "in remission".
_BEHIND = ("due to", "on ", "of ", "to ", "in situ", "stage", "grade", "type", "class", "nyha", "in remission",
           "without", "with", "after ", "following ")  # fmt: skip
# ... and those that somebody is ill with: "heart failure with reduced ejection fraction".
_HAD_WITH = ("ejection fraction", "ventricular response")
_WORDS = re.compile(r"[a-z]+")
_NAMES_LOOKED_AT = 5
# What later notes need not repeat: "CKD stage 3b", "NYHA class 2".
_STAGED = re.compile(
    r"\b(?:(?<!-)stage(?= \w)|nyha|gold|ccs class|child[- ]pugh|gleason|seropositive|seronegative|ejection fraction)\b",
    re.IGNORECASE,
)
# What a later word on how it goes overtakes, the words that say that it goes ill, and those that all is well.
_OVERTAKEN = frozenset(
    {"active", "uncontrolled", "poorly controlled", "acute", "worsening", "controlled", "decompensated",
     "acute decompensated"}
)  # fmt: skip
_RESTLESS = frozenset({"worsening", "progressing", "worse", "uncontrolled", "poorly controlled", "not controlled"})
_CALM = frozenset({"controlled", "well controlled", "under control", "in good control"})
_PARTS_OF_BODY = JOINTS | {
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

Key = tuple[str, str | None]
"""The concept of a condition, and where it is."""


class Head(NamedTuple):
    """A name parted into the illness and what is told of it besides."""

    concept: str
    besides: str | None


@lru_cache(maxsize=8192)
def head_of(concept: str) -> Head:
    """The illness that a longer name begins with, where the lexicon knows it; else the whole name."""
    if not concepts.is_known(concept, "condition"):
        begun, *rest = _BESIDES.split(concept, maxsplit=1)
        if rest and concepts.is_known(begun, "condition"):
            return Head(concepts.concept_of(begun, "condition"), rest[0])
    return Head(concept, None)


def key_of(said: Evidence) -> Key:
    """Under what a statement is kept."""
    return head_of(concept_of(said.fact, "text")).concept, side_of(said.fact)


def detail_of(said: Evidence) -> str | None:
    """Stage, side, severity or type, and what else a long name tells."""
    parts = (said.fact.get("detail"), head_of(concept_of(said.fact, "text")).besides)
    return ", ".join(str(part) for part in parts if part) or None


def with_stage_before(detail: str, before: str | None) -> str:
    """A new detail with the stage that was told before, where it tells none: what is staged stays so.

    Of cancer that has spread since, the stage before is none any more, but for the last one.
    """
    if not before or _STAGED.search(detail):
        return detail
    kept = [part for part in before.split(", ") if _STAGED.search(part)]
    if "metast" in detail.lower():
        kept = [part for part in kept if "4" in part]
    return ", ".join([detail, *kept])


def calmed(detail: str, course: str, concept: str) -> str | None:
    """A detail without what a later word on how it goes has overtaken: "active" RA with "good response".

    The stage of a high blood pressure is that of before it was treated.
    """
    over = _OVERTAKEN if course not in _RESTLESS else ()
    kept = [part for part in detail.split(", ") if part.lower() not in over]
    if concept == "hypertension" and course in _CALM:
        kept = [part for part in kept if not _STAGED.search(part) and not part.startswith("grade")]
    return ", ".join(kept) or None


def side_of(fact: Any) -> str | None:
    """Where it is: the side, and the joint where the concept names none ("left knee" of osteoarthritis)."""
    told = f"{fact.get('detail') or ''} {fact['text']}".lower()
    return _side_in(told, joints="arthritis" in concept_of(fact, "text"))


@lru_cache(maxsize=8192)  # the same few, for every note
def _side_in(told: str, *, joints: bool) -> str | None:
    words = set(re.findall(r"\w+", told))
    side = next((side for side in SIDES if side in words), None)
    named = [joint for joint in sorted(JOINTS) if joints and not words.isdisjoint({joint, f"{joint}s"})]
    return " ".join(part for part in (side, *named) if part) or None


def _lies_within(place: str | None, other: str | None) -> bool:
    """Whether a place is as exact as another one or more so: "left knee" lies within "knee"."""
    return place is None or (other is not None and set(place.split()) <= set(other.split()))


def _is_placed_in(one: Key, other: Key) -> bool:
    """Whether another name tells the same with its place: "breast cancer", of the left side."""
    return one[0] == other[0] and _lies_within(one[1], other[1])


def is_general_name_of(general: Key, special: Key) -> bool:
    """Whether one name is a general one for what another says: "inflammatory bowel disease" of Crohn's disease."""
    return _lies_within(general[1], special[1]) and _is_kind_of(special[0], general[0])


def one_name_each(said: Iterable[Evidence]) -> dict[Key, Key]:
    """For each name and side the one under which it is kept: a general name is that of the only special one.

    "Diabetes" is the type 2 diabetes that other notes name, "osteoarthritis of the knee" that of the only side told.
    """
    every = dict.fromkeys(key_of(each) for each in said)
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
        least = [
            one
            for one in special
            if not any(_is_kind_of(one[0], other[0]) or _is_placed_in(one, other) for other in special if other != one)
        ]
        kept[concept, side] = least[0] if len(least) == 1 else (concept, side)
    return {key: _followed(kept, key) for key in kept}


def _followed(kept: dict[Key, Key], key: Key) -> Key:
    seen = {key}
    while kept[key] != key and kept[key] not in seen:
        key = kept[key]
        seen.add(key)
    return key


def _is_kind_of(special: str, general: str) -> bool:
    """Whether one name is of a kind of the other: by the lexicon, or by words before it that make it more special."""
    if passes(special) and concepts.is_lasting(general):
        return False  # an exacerbation comes and goes, and the disease stays
    if general in concepts.broader(special):
        return True
    if special.startswith(f"{general} of "):
        return True
    if not special.endswith(f" {general}"):
        return False
    return not _RELATED.search(special[: -len(general)])


def name_of(problem: Problem) -> str:
    """How the problem is told: as the latest note puts it that tells all of it, else by its concept with the detail."""
    kinds = (problem.detail or "").replace(",", " ").lower().split()
    for each in reversed(problem.deciding[-_NAMES_LOOKED_AT:]):
        told = str(each.fact.get("text") or "")
        if problem.side and ", " in told and told.lower().startswith(f"{problem.concept}, "):
            return told.lower()  # "chronic pain, right L5 radicular": the side is not that of the pain alone
        if any(word.isupper() and len(word) > 1 for word in told.split()) or _is_overtaken(told, problem):
            continue  # an abbreviation, or what a later note says otherwise
        told = told.lower()
        placed = " of the " in told and concept_of(each.fact, "text") == problem.concept
        if kinds and set(kinds) <= set(told.split()) and (placed or _is_name_of(told, problem.concept)):
            return told
    return _put_together(problem)


def _is_overtaken(told: str, problem: Problem) -> bool:
    """Whether a name says how an illness went before: "rheumatoid arthritis, active" of one that responds."""
    said = (_OVERTAKEN | problem.left_kinds) & set(_WORDS.findall(told.lower()))
    return bool(said - set(_WORDS.findall(f"{problem.detail or ''} {problem.concept}".lower())))


def _is_name_of(told: str, concept: str) -> bool:
    return head_of(concepts.concept_of(told, "condition")).concept == concept


def _put_together(problem: Problem) -> str:
    """The concept with its details: qualities before it, in the order told, and what needs a preposition behind it."""
    before: list[str] = []
    behind: list[str] = []
    for part in (problem.detail or "").lower().split(", "):
        if not part or part in problem.concept:
            continue
        if part.endswith("episode"):
            behind.append(f", {part}")
        elif part.endswith("remission"):
            behind.append(part)
        elif part.endswith(_HAD_WITH):
            behind.append(f"with {part}")
        else:
            (behind if part.startswith(_BEHIND) else before).append(part)
    # what it is like, the side, and the part of the body: "severe left knee osteoarthritis"
    words = dict.fromkeys(f"{' '.join(before)} {problem.side or ''}".split())
    known = problem.concept.split()
    told = [word for word in words if word not in known and not word.endswith("-sided")]
    if any(word[:-1] in _PARTS_OF_BODY for word in told):  # "of the hands", and not "hands osteoarthritis"
        places = [word for word in told if word[:-1] in _PARTS_OF_BODY or word == "both"]
        told = [word for word in told if word not in places and f"{word}s" not in places]
        several = sorted(word for word in places if word != "both")
        which = "both" if "both" in places and len(several) == 1 else "the"
        behind.insert(0, f"of {which} {' and '.join(several)}")
    told.sort(key=lambda word: 2 if word in _PARTS_OF_BODY else int(word in SIDES))
    return " ".join((*told, problem.concept, *behind)).replace(" ,", ",")
