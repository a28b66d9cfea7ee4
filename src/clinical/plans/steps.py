"""Steps that are still ahead when the note is written: reviews, referrals, tests, and what is to be done if."""

import re
from dataclasses import replace
from itertools import islice

from clinical.concepts import is_known
from clinical.conditional import IF
from clinical.facts import Place, Plan, Reality
from clinical.note import Note
from clinical.plans.clauses import MOST_IN_A_SENTENCE, pieces
from clinical.plans.due import due_after, due_in
from clinical.plans.step_words import WHOSE_TASK, step_in
from clinical.plans.timed_tests import NEXT, STEP_WORDS, begins_with_test, test_with_time
from clinical.requests import asked_of
from clinical.roles import phrases_with_roles

_PLANS = frozenset({"plan", "assessment_plan", "instructions"})
_NO_STEPS = frozenset({"signature", "past", "surgical", "family", "social", "allergies", "chief_complaint"})
_GATES = frozenset({"act", "task", "meet", "set", "wait"})
_PLAN_LABEL = re.compile(r"(?:P|Plan|PLAN|A/P)\s?:\s")
_OPEN = re.compile(
    r"\b(?:questions?|concerns?|concerned|issues|as needed|if needed|if required|if necessary|prn|any problems|"
    r"as required)\b", re.IGNORECASE
)  # fmt: skip
# Why the patient has come is no step.
_REASON = re.compile(
    r"(?:(?:(?:the\s)?(?:pt|patient)|he|she)?\s?(?:is\s)?"
    r"(?:in|here|seen|returns|returned|presents|presented|comes|came)\s(?:today\s)?for\b|"
    r"[\w\s–—-]{0,24}\b(?:encounter|visit|service)\s?date\b|\d{4}-\d\d-\d\d\s?\(|"
    r"reason for|purpose of|chief complaint|presenting complaint|cc\b|rfv\b)",
    re.IGNORECASE,
)
_THERE = re.compile(r"\bthere\b(?! (?:is|are|was|were|has|have)\b)", re.IGNORECASE)
_ON_DAY = re.compile(r"\b(?:at|on|from)\s(?:post-?op(?:erative)?\s)?day\s\d{1,2}\b", re.IGNORECASE)
# "Magnesium for two weeks, then repeat": what is to be repeated stands before.
_BARE = re.compile(r"(?:repeat|recheck|re-check|check again|repeat (?:it|this|these|them))", re.IGNORECASE)
# Without any of these a sentence tells no time.
_TIMED = re.compile(
    r"\d|next|every|each|year|annual|month|week|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|tomorrow|once a|"
    r"twice a|couple|few|in a|one|two|three|four|five|six|eight|ten|twelve|fortnight|day",
    re.IGNORECASE,
)
_LONGEST, _MOST = 240, 200


def plans(note: Note) -> list[Plan]:
    """The steps ahead that a note tells, in the order of the text."""
    found: list[Plan] = []
    for number, (start, end) in enumerate(note.document.sentences):
        kind = note.kind_at(start)
        if (kind in _NO_STEPS and not _is_behind_list(note, start, kind)) or note.in_heading(end - 1):
            continue
        first, after = note.document.sentence_tokens(number)
        said = phrases_with_roles(STEP_WORDS).find(note.text, note.document.tokens, first, after)
        in_plan = kind in _PLANS or bool(_PLAN_LABEL.match(note.text, start))
        gated = any(role in _GATES for match in said for role in match.found) or (
            in_plan and (said or begins_with_test(note, start, end))
        )
        hangs = IF.search(note.text, start, end) or _ON_DAY.search(note.text, start, end)
        whose = WHOSE_TASK.search(note.text, start, end)
        if not (gated or whose or (hangs and note.procedures_in(start, end)) or _tells_next(note, start, end)):
            continue
        segment = note.segment_at(start)
        begin = segment.body if segment and segment.start <= start < segment.body else start
        told = begin + len(note.text[begin:end]) - len(note.text[begin:end].lstrip())
        if _REASON.match(note.text, start, end) or _REASON.match(note.text, told, end):
            continue
        for piece in islice(pieces(note, begin, end), MOST_IN_A_SENTENCE):
            plan = _plan(note, *piece, in_plan=in_plan)
            if plan is not None:
                found.append(replace(plan, by=asked_of(note, start, end)))
        if len(found) >= _MOST:
            break
    return found


def _tells_next(note: Note, start: int, end: int) -> bool:
    """Whether a sentence says no more than when a test is to be, or when it is to be the next time."""
    if _TIMED.search(note.text, start, end) is None:
        return False
    if any(test_with_time(note, begin, stop) for begin, stop, _ in islice(pieces(note, start, end), _MOST)):
        return True
    return begins_with_test(note, start, end) is None and NEXT.search(note.text, start, end) is not None


def _is_behind_list(note: Note, start: int, kind: str) -> bool:
    """Whether a list of allergies within a line is over: "Allergy: penicillin. Bloods every 12 weeks"."""
    segment = note.segment_at(start)
    if kind != "allergies" or segment is None:
        return False
    return start > segment.body and "\n" not in note.text[segment.body : start].strip(" \t")


def _plan(note: Note, start: int, end: int, condition: tuple[int, int] | None, *, in_plan: bool) -> Plan | None:
    text = note.text
    while end > start and text[end - 1] in " \t\n.,;:-*":
        end -= 1
    while start < end and text[start] in " \t\n-*•,":
        start += 1
    main, stop = start, end
    if condition and condition[0] <= start:
        main = condition[1] + 1
    elif condition:
        stop = condition[0]
        condition = (condition[0], min(condition[1], end))
    if not 0 < end - start <= _LONGEST or main >= stop or _OPEN.search(text, start, end):
        return None
    due = due_in(note, main, end) or due_after(note, start)
    key = step_in(note, main, stop, in_plan=in_plan, sure=bool(due or condition))
    if key is None or (due and note.day and due[0][:4].isdigit() and due[0] < note.day.isoformat()[: len(due[0])]):
        return None
    meant = note.context.of(*key)
    if meant.negated or meant.family or meant.historical or meant.reality is Reality.DECLINED:
        return None
    bare = _BARE.fullmatch(note.text, start, end) is not None
    start = _with_object(note, _with_place(note, start, end), end)
    places = {"text": Place(start, end)}
    if due:
        places["due"] = due[1]
    if condition:
        places["condition"] = Place(*condition)
    return Plan(
        start=start,
        end=end,
        original=text[start:end],
        section=note.part_at(start),
        places=places,
        text=_text_of(text[start:end], due[0] if due else "", bare=bare),
        due=due[0] if due else None,
        condition=" ".join(text[slice(*condition)].split(" ")).strip(" .,") if condition else None,
    )


def _with_place(note: Note, start: int, end: int) -> int:
    """Where a step begins with the sentence that says where, if it is only "there" for the step."""
    if not _THERE.search(note.text, start, end):
        return start
    first, _ = note.document.sentence_span(start)
    numbers = [number for number, span in enumerate(note.document.sentences) if span[0] == first]
    before = note.document.sentences[numbers[0] - 1][0] if numbers and numbers[0] else first
    segment = note.segment_at(start)
    begin = max(before, segment.body) if segment else before
    begin += len(note.text[begin:end]) - len(note.text[begin:end].lstrip())
    told = note.text[begin:end]
    return begin if end - begin <= _LONGEST and "\n" not in told.strip() else start


def _text_of(words: str, due: str, *, bare: bool) -> str:
    """A step in its words.

    Of "Magnesium aspartate for two weeks, then repeat", what the laboratory is to measure again, and when.
    """
    first = words.split(" ", maxsplit=1)[0]
    if bare and is_known(first, "lab"):
        return f"repeat {first.lower()} {due}".strip()
    return " ".join(words.split())


def _with_object(note: Note, start: int, end: int) -> int:
    """Where a step begins that is no more than "repeat": with its sentence, which says what."""
    if not _BARE.fullmatch(note.text, start, end):
        return start
    first, _ = note.document.sentence_span(start)
    segment = note.segment_at(start)
    first = max(first, segment.body) if segment and segment.body <= start else first
    first += len(note.text[first:end]) - len(note.text[first:end].lstrip(" \t\n-*•"))
    return first if end - first <= _LONGEST else start
