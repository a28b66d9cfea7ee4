"""What a plan has the patient do, or asks others to do, beyond steps, tests and medicines: rest, a brace, fluids."""

import re
from collections.abc import Sequence

from clinical.conditional import IF
from clinical.facts import Advice, Fact, Place
from clinical.note import Note
from clinical.passages import Passage, passages
from clinical.plans import due_in
from clinical.roles import all_roles, roles_in
from clinical.values.durations import durations_in

_PLANS = frozenset({"plan", "assessment_plan", "instructions"})
# The sentence that introduces the patient once more.
_INTRODUCES = re.compile(r"\b\d{1,3}[- ](?:years?|months?|weeks?|days?)[- ]old\b", re.IGNORECASE)
_LENGTH = re.compile(r"^(?:(?:in|for|over|during|within|after|at least|the next|another|a further)\s)+", re.IGNORECASE)
_MOST = 40


def advice(note: Note, told: Sequence[Fact], named: Sequence[Fact]) -> list[Advice]:
    """The advice of a note, in the order of the text.

    Args:
        note: The note.
        told: Its steps, medications and warnings; a sentence on one of them is told with it.
        named: Its conditions; what is no more than the name of one is no advice.
    """
    taken = [(fact.start, fact.end) for fact in told]
    names = {(fact.start, fact.end) for fact in named}
    found = []
    for passage in passages(note):
        if passage.kind not in _PLANS and note.part_at(passage.start) != "plan":
            continue
        if (passage.start, passage.end) in names:
            continue
        if not any(start < passage.end and passage.start < end for start, end in taken) and _advises(note, passage):
            found.append(
                Advice(
                    start=passage.start,
                    end=passage.end,
                    original=note.text[passage.start : passage.end],
                    section=note.part_at(passage.start),
                    places={"text": Place(passage.start, passage.end)},
                    text=passage.text,
                    due=_due(note, passage),
                )
            )
            if len(found) == _MOST:
                break
    return found


def _due(note: Note, passage: Passage) -> str | None:
    """For how long, or when, without the words before it; what hangs on something has no time."""
    hangs = IF.search(note.text, passage.start, passage.end)
    stop = hangs.start() if hangs else passage.end
    spans = list(durations_in(note.text, passage.start, stop))
    if spans:
        return _LENGTH.sub("", " ".join(note.text[spans[-1].start : spans[-1].end].split())) or None
    due = due_in(note, passage.start, stop)
    return _LENGTH.sub("", due[0]) if due else None


def _advises(note: Note, passage: Passage) -> bool:
    roles = all_roles(roles_in(note, passage.number, "advice.txt"))
    if "talk" in roles or _INTRODUCES.search(passage.text):
        return False
    if "do" not in roles and ("thing" not in roles or "told" in roles):
        return False
    meant = note.context.of(passage.start, passage.start + 1)
    return not (meant.historical or meant.family)
