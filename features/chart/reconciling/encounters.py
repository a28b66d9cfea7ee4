"""Why the patient was seen, what was found, and what was advised: told of the newest notes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from clinical import last_day_of
from clinical.communication import is_of_speaking
from features.chart.reconciling.evidence import MOST_HISTORY, Evidence, NoteFacts, concept_of, day_in, evidence_of
from features.chart.reconciling.problem import HISTORICAL, RESOLVED, Problem

# Findings and symptoms are told of so many notes, the newest that have any.
NOTES_WITH_FINDINGS = 3
# Advice for a time is looked for so far back; what has no time and no note has repeated for so long is none any more.
FORGOTTEN_AFTER = timedelta(days=365)
STALE_AFTER = timedelta(days=90)
# When to call for help holds for so long, whatever later notes advise.
WATCHED_FOR = timedelta(days=180)
# What advice that keeps safe is about.
_ABOUT = re.compile(r"\bdriv|\bswim|\bthicken|\bdiet")
# What a note judges of how the patient is getting on holds for so long beside newer notes.
_LONG_WORD = re.compile(r"[a-z]{5,}")
_NO_SIGNS = frozenset({"small", "right", "clear", "still", "slight", "tender", "ankle", "chest", "bases", "thighs",
                        "joint", "joints", "abdomen", "calves", "lungs", "wrist", "knees"})  # fmt: skip
# What an examination found is told for so long beside newer notes.
_SIGNS_HOLD = timedelta(days=42)
_JUDGED, _JUDGED_WITHIN, _JUDGING = "assessment", timedelta(days=7), 2
# What is due "in two weeks" may be a few days late.
LATE = timedelta(days=2)
_CALLS = re.compile(r"(?:to )?(?:call|ring|phone|contact|seek help|attend|come back at once)\b", re.IGNORECASE)
_TAKEN_APART = re.compile(r"\bnot to be (?:taken|given) (?:together )?with\b", re.IGNORECASE)
_ARTICLE = re.compile(r"^an? ", re.IGNORECASE)


def encounters_of(notes: Sequence[NoteFacts]) -> list[dict[str, Any]]:
    """Why the patient was seen, the newest first; notes that do not say are left out."""
    told = list(evidence_of(notes, "reasons"))[-MOST_HISTORY:]
    return [
        {
            "reason": each.fact["text"],
            "type": each.note.type,
            "on": each.note.taken_at.date().isoformat(),
            "citations": [each.citation()],
        }
        for each in reversed(told)
    ]


def symptoms_of(notes: Sequence[NoteFacts]) -> list[dict[str, Any]]:
    """What the patient complained of in the newest notes, each as of its note."""
    lines: list[dict[str, Any]] = []
    shown = 0
    for note in reversed(notes):
        told = [_line(each) | {"concept": concept_of(each.fact, "text")} for each in evidence_of([note], "symptoms")]
        lines.extend(told)
        shown += bool(told)
        if shown == NOTES_WITH_FINDINGS:
            break
    return lines


def findings_of(notes: Sequence[NoteFacts], problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """What the newest notes found: of each the results first; what a newer note repeats word for word only once.

    What an examination found, a newer examination need not hold: only the newest is told. What showed a problem that a
    later note says to be over is not told any more.
    """
    over = _places_of_what_is_over(problems)
    lines: dict[str, dict[str, Any]] = {
        " ".join(each.fact["text"].lower().split()): _line(each) | {"origin": _JUDGED} for each in _judgement(notes)
    }
    shown, examined, seen = 0, False, _first_seen(notes)
    for note in reversed(notes):
        told = [
            each
            for each in evidence_of([note], "findings")
            if each.fact["origin"] != _JUDGED
            and not (examined and each.fact["origin"] == "examination")
            and not _is_stale(each, notes[-1])
            and (not each.fact.get("absent") or _was_there(each, seen))
            and not _shows(each, over)
        ]
        examined = examined or _is_examination(note)
        for each in sorted(told, key=lambda one: one.fact["origin"] != "result"):
            line = _line(each) | {"origin": each.fact["origin"]}
            lines.setdefault(" ".join(each.fact["text"].lower().split()), line)
        shown += bool(told)
        if shown == NOTES_WITH_FINDINGS:
            break
    return list(lines.values())


def _first_seen(notes: Sequence[NoteFacts]) -> dict[str, datetime]:
    """When an examination found each sign first, by the words for it."""
    first: dict[str, datetime] = {}
    for each in evidence_of(notes, "findings"):
        if each.fact["origin"] == "examination" and not each.fact.get("absent"):
            for word in _signs_in(each.fact["text"]):
                first.setdefault(word, each.note.taken_at)
    return first


def _was_there(said: Evidence, seen: Mapping[str, datetime]) -> bool:
    """Whether an earlier note found what an examination finds no more: that it is gone is news."""
    noted = said.note.taken_at
    return any(seen.get(word, noted) < noted for word in _signs_in(said.fact["text"]))


def _signs_in(text: str) -> set[str]:
    return set(_LONG_WORD.findall(text.lower())) - _NO_SIGNS


def _is_stale(said: Evidence, newest: NoteFacts) -> bool:
    """Whether an examination found it so long before the newest note that nobody knows of it now."""
    return said.fact["origin"] == "examination" and newest.taken_at - said.note.taken_at > _SIGNS_HOLD


def _judgement(notes: Sequence[NoteFacts]) -> list[Evidence]:
    """How the patient is getting on, by the newest notes that judge it, if that is not long before the newest."""
    told: list[Evidence] = []
    judging = 0
    for note in reversed(notes):
        if notes[-1].taken_at - note.taken_at > _JUDGED_WITHIN or judging == _JUDGING:
            break
        judged = [each for each in evidence_of([note], "findings") if each.fact["origin"] == _JUDGED]
        told.extend(judged)
        judging += bool(judged)
    return told


def _line(said: Evidence) -> dict[str, Any]:
    return {"text": said.fact["text"], "on": said.note.taken_at.date().isoformat(), "citations": [said.citation()]}


def _is_examination(note: NoteFacts) -> bool:
    """Whether a note tells of an examination: of what it found, or that nothing is there any more."""
    return any(fact["origin"] == "examination" for fact in note.facts.get("findings", ())) or any(
        fact.get("section") == "objective" and (kind == "resolutions" or fact.get("certainty") == "ruled_out")
        for kind in ("resolutions", "diagnoses")
        for fact in note.facts.get(kind, ())
    )


def _places_of_what_is_over(problems: Sequence[Problem]) -> dict[UUID, list[Evidence]]:
    """Where notes tell of problems of which a later note says that they are over."""
    places: dict[UUID, list[Evidence]] = {}
    for problem in problems:
        if problem.status in {RESOLVED, HISTORICAL}:
            for each in problem.evidence:
                if (
                    each.fact.get("certainty") in {"confirmed", "possible"}
                    and each.note is not problem.evidence[-1].note
                ):
                    places.setdefault(each.note.id, []).append(each)
    return places


def _shows(said: Evidence, over: Mapping[UUID, Sequence[Evidence]]) -> bool:
    fact = said.fact
    return any(
        fact["start"] <= each.fact["start"] < fact["end"] and not each.fact.get("resolved")
        for each in over.get(said.note.id, ())
    )


def _last_day(due: str | None, noted: date) -> date | None:
    if not due:
        return None
    return day_in(due) or last_day_of(_ARTICLE.sub("1 ", due), noted)


def _is_said_anew(said: Evidence, newer: Iterable[str]) -> bool:
    """Whether newer advice speaks of the same: "may drive again" of "not to drive"."""
    about = _ABOUT.search(said.fact["text"].lower())
    return about is not None and any(about.group() in text for text in newer)


def _calls_of_plans(notes: Sequence[NoteFacts], as_of: date) -> list[Evidence]:
    """When to call for help, as plans say: that holds though a newer plan has taken their place."""
    lately = [note for note in notes if as_of - note.taken_at.date() <= WATCHED_FOR]
    plans = evidence_of(lately, "plans")
    return [each for each in plans if _CALLS.match(each.fact["text"]) and " if " in each.fact["text"]]


def advice_of(notes: Sequence[NoteFacts], as_of: date) -> list[dict[str, Any]]:
    """What the newest note that advises anything advises, and what older ones did for a time that is not over."""
    lines: dict[str, tuple[bool, dict[str, Any]]] = {}
    newest = True
    for note in reversed(notes):
        noted = note.taken_at.date()
        if as_of - noted > FORGOTTEN_AFTER:
            break
        told = list(evidence_of([note], "advice"))
        for each in told:
            last = _last_day(each.fact.get("due"), noted)
            holds = (last + LATE >= as_of) if last is not None else (newest and as_of - noted <= STALE_AFTER)
            speaks = is_of_speaking(each.fact["text"])  # this does not change in half a year
            stays = speaks or _TAKEN_APART.search(each.fact["text"]) is not None  # nor how a medicine is to be taken
            watched = last is None and each.fact.get("safety_net") and (stays or as_of - noted <= WATCHED_FOR)
            if holds or (watched and not _is_said_anew(each, lines)):
                lines.setdefault(
                    " ".join(each.fact["text"].lower().split()),
                    (
                        bool(each.fact.get("safety_net")),
                        _line(each) | {"safety_net": bool(each.fact.get("safety_net"))},
                    ),
                )
        newest = newest and not told
    for each in _calls_of_plans(notes, as_of):
        key = " ".join(each.fact["text"].lower().split())
        lines.setdefault(key, (True, _line(each) | {"safety_net": True}))
    # What keeps the patient safe comes first; both in the order of time.
    return [line for _, line in sorted(lines.values(), key=lambda told: not told[0])]
