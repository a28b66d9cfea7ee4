"""What a plan has the patient do, or asks others to do, beyond steps, tests and medicines: rest, a brace, fluids."""

import re
from collections.abc import Sequence
from dataclasses import replace

from clinical.communication import needs_to_speak
from clinical.conditional import IF
from clinical.facts import Advice, Fact, Medication, Plan
from clinical.follow_up import ends_in
from clinical.note import Note
from clinical.passages import Passage, standing_at
from clinical.plans.due import due_in
from clinical.roles import all_roles, roles_in
from clinical.safeguards import handed_on, safeguards
from clinical.values.durations import durations_in

_PLANS = frozenset({"plan", "assessment_plan", "instructions"})
# The sentence that introduces the patient once more.
_INTRODUCES = re.compile(r"\b\d{1,3}[- ](?:years?|months?|weeks?|days?)[- ]old\b", re.IGNORECASE)
_HELP = re.compile(r"\b(?:call|ring|phone|contact|seek|attend|999|911|111|emergency)\b", re.IGNORECASE)
_WHEN = re.compile(r"\b(?:if|in case|should|when|unless)\b", re.IGNORECASE)
_FOR = re.compile(
    r"\bfor (?:another |a further |the next )?(?:\d{1,2}|an?|one|two|three|four|five|six|eight|ten|twelve) "
    r"(?:days?|weeks?|months?)\b",
    re.IGNORECASE,
)
# How often a treatment takes place, told by itself: "Twice weekly for four weeks".
_SCHEDULE = re.compile(
    r"(?:once|twice|(?:one|two|three|four|five|\d) times) (?:weekly|an? (?:week|month))"
    r"(?: for (?:another )?(?:\d{1,2}|two|three|four|five|six|eight|ten|twelve) (?:days|weeks|months))?",
    re.IGNORECASE,
)
# "To stop and call in case of severe abdominal pain": what is to be stopped stands before.
_STOPS = re.compile(
    r"(?:to )?stop (?:it )?(?:and|if)\b|not to be (?:taken|given|stopped|missed)\b|to be (?:taken|given)\b",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"^(?:(?:in|for|over|during|within|after|at least|the next|another|a further)\s)+", re.IGNORECASE)
_MOST = 40


# "No running before week six", "not to lift with that arm": what a plan forbids.
_FORBIDS = re.compile(r"(?:no|not to|do not|don['’]t|must not|should not|never|avoid)\s", re.IGNORECASE)


def forbids(text: str) -> bool:
    """Whether advice says what the patient must not do."""
    return _FORBIDS.match(text) is not None


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
    for whole in note.passages:
        planned = whole.kind in _PLANS or note.part_at(whole.start) == "plan"
        if (not planned and not _is_for_a_time(note, whole)) or (whole.start, whole.end) in names:
            continue
        passage = _before_step(note, whole, taken)
        if passage is not None and _advises(note, passage):
            found.append(_advice(note, passage))
            if len(found) == _MOST:
                break
    safe = _with_safeguards(note, found, [(fact.start, fact.end) for fact in told if isinstance(fact, Plan)])
    drugs = [fact for fact in told if isinstance(fact, Medication)]
    return [_with_drug(note, each, drugs) for each in safe]


def _with_drug(note: Note, said: Advice, drugs: Sequence[Medication]) -> Advice:
    """Advice on a medicine that it does not name, with the drug that its line tells right before."""
    if not _STOPS.match(said.text):
        return said
    line = note.document.line_at(said.start)
    before = [drug for drug in drugs if line.start <= drug.start and drug.end <= said.start]
    if not before:
        return said
    drug = max(before, key=lambda one: one.start)
    text = f"{drug.name.capitalize()}: {said.text[:1].lower()}{said.text[1:]}"
    return replace(said, start=drug.start, original=note.text[drug.start : said.end], text=text)


def _with_safeguards(note: Note, found: list[Advice], steps: Sequence[tuple[int, int]]) -> list[Advice]:
    """With what keeps the patient safe, and what is handed on, wherever the note says it; each place once.

    What is a step is told as one.
    """
    safe = [span for span in safeguards(note) if not any(start < span[1] and span[0] < end for start, end in steps)]
    safe += [span for span in needs_to_speak(note) if span not in safe]
    handed = list(handed_on(note))
    apart = [(each.start, each.end) for each in found]
    handed += [
        (start, end)
        for start, end in ends_in(note)
        if not any(first < end and start < last for first, last in [*apart, *safe, *handed, *steps])
    ]
    others = [each for each in found if not any(start < each.end and each.start < end for start, end in safe + handed)]
    made = [
        Advice(
            **standing_at(note, start, end),
            text=" ".join(note.text[start:end].split()),
            due=_LENGTH.sub("", spans[-1]) if (spans := _lengths(note, start, end)) else None,
            safety_net=(start, end) in safe,
        )
        for start, end in dict.fromkeys([*safe, *handed])
    ]
    return sorted([*others, *made], key=lambda each: each.start)


def _lengths(note: Note, start: int, end: int) -> list[str]:
    return [" ".join(note.text[one.start : one.end].split()) for one in durations_in(note.text, start, end)]


def _before_step(note: Note, passage: Passage, taken: Sequence[tuple[int, int]]) -> Passage | None:
    """What a sentence says before the step that follows ("new cast for four weeks, then CT"); all, where none does.

    None where it is told with a step, a medication or a warning.
    """
    over = [start for start, end in taken if start < passage.end and passage.start < end]
    if not over:
        return passage
    limit = max(min(over), passage.start)
    cut = max(note.text.find(", then ", passage.start, limit), note.text.rfind("; ", passage.start, limit))
    if cut < 0:
        return None
    return passage._replace(end=cut, text=" ".join(note.text[passage.start : cut].split()))


def _advice(note: Note, passage: Passage) -> Advice:
    return Advice(
        **standing_at(note, passage.start, passage.end),
        text=passage.text,
        due=_due(note, passage),
        safety_net=bool(_HELP.search(passage.text) and _WHEN.search(passage.text)),
    )


def _is_for_a_time(note: Note, passage: Passage) -> bool:
    """Whether a note without parts says of a thing for how long: "new cast for another four weeks"."""
    if passage.kind not in {"", "header"} or note.outline.parted:
        return False
    thing = "thing" in all_roles(roles_in(note, passage.number, "advice.txt"))
    return thing and _FOR.search(note.text, passage.start, passage.end) is not None


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
    if _SCHEDULE.fullmatch(passage.text):
        return True
    roles = all_roles(roles_in(note, passage.number, "advice.txt"))
    if "talk" in roles or _INTRODUCES.search(passage.text):
        return False
    if "do" not in roles and ("thing" not in roles or "told" in roles):
        return False
    meant = note.context.of(passage.start, passage.start + 1)
    return not (meant.historical or meant.family)
