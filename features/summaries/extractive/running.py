"""The running text: a few sentences out of the statements, and nothing else but who it is and whom to ask."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from features.summaries.extractive.family import WHOM_TO_ASK, Person
from features.summaries.extractive.telling import Line, capital, ended, listed

# What fits on the screen of a phone, in characters.
BRIEF, LONGER = 600, 1_200
# In the order of their weight. What has no room is left out from the end.
_HEADS = {
    "alerts": "",
    "allergies": "Allergies:",
    "problems": "Problems:",
    "operations": "Operations:",
    "medications": "Medications:",
    "plan": "Plan:",
    "measurements": "Latest:",
}
_MOST = {"alerts": 6, "plan": 5, "measurements": 2, "operations": 2}
# How many items a section lists, problems and others, as the room gets less; False: as shortly as can be.
_LISTS = ((12, 12, True), (8, 12, True), (5, 12, True), (5, 12, False), (4, 8, False), (3, 6, False), (2, 4, False),
          (2, 2, False))  # fmt: skip

# So many medicines are named where there is no room for more than their names.
_NAMES = 8
# ... and so many steps, or one more where there is room.
_STEPS = 4
# What is listed in one go, and how that begins.
_HEADED = {"avoid": "avoid", "harmed": "not tolerated:"}
# What relatives read in a sentence of its own.
_APART = frozenset({"avoid", "harmed", "possible", "event", "over", "unheard"})
InWords = Callable[[str, Sequence[Line], int], str]


def for_clinicians(who: str, lines: Sequence[Line], room: int) -> str:
    """Who it is, and a sentence for each section, as long as there is room."""
    return _fitted([who], lines, room, in_a_sentence)


def for_relatives(lines: Sequence[Line], person: Person, room: int) -> str:
    """The sections in plain sentences, as long as there is room, and whom to ask."""

    def in_words(section: str, own: Sequence[Line], most: int) -> str:
        return in_plain_sentences(section, own, person, most)

    told = _fitted([], lines, room - len(WHOM_TO_ASK) - 1, in_words)
    return f"{told} {WHOM_TO_ASK}".strip()


def _fitted(first: Sequence[str], lines: Sequence[Line], room: int, in_words: InWords) -> str:
    """All sections, with lists as long as there is room for."""
    told: list[str] = []
    unmeasured = [line for line in lines if line.section != "measurements"]
    for problems, others, wordy in _LISTS:
        # Mere names of medicines take little room; and a step more is left out before a problem is.
        for medicines, steps in product((others,) if wordy else (max(others, _NAMES), others), (_STEPS + 1, _STEPS)):
            for shown in (lines, unmeasured):
                most = {**dict.fromkeys(_HEADS, others), "problems": problems, "medications": medicines}
                most["plan"] = min(steps, others)
                told = [*first, *_sections(shown, most, in_words, wordy=wordy)]
                if len(" ".join(told)) <= room:
                    return " ".join(told)
    kept: list[str] = []
    for sentence in told:
        if sum(map(len, kept)) + len(kept) + len(sentence) <= room:
            kept.append(sentence)
    return " ".join(kept)


def _sections(lines: Sequence[Line], most: Mapping[str, int], in_words: InWords, *, wordy: bool) -> Iterator[str]:
    for section in _HEADS:
        own = [line for line in lines if line.section == section and line.item]
        if not wordy:
            own = [replace(line, item=line.least or line.item) for line in own]
        if own:
            yield in_words(section, own, min(most[section], _MOST.get(section, most[section])))


def in_a_sentence(section: str, lines: Sequence[Line], most: int) -> str:
    """What a section lists, for clinicians."""
    head = _HEADS[section]
    items = [line.item for line in lines]
    if section == "medications":
        told = "; ".join(_dated(lines, most))
    elif section == "alerts":
        told = "; ".join(_alerts(lines, most))
    elif section in {"plan", "measurements", "operations"} or any("," in item for item in items):
        told = "; ".join(items[:most]) + ("; others" if len(items) > most and section == "problems" else "")
    elif all(line.manner == "denied" for line in lines):
        head, told = "", listed(items, most)
    else:
        told = listed(items, most)
    return ended(capital(f"{head} {told}".strip()))


def _alerts(lines: Sequence[Line], most: int) -> Iterator[str]:
    """What is to be avoided, and what did harm, each in one go, where the first of it stands."""
    for line in lines[:most]:
        together = [other.item for other in lines if other.manner == line.manner]
        if line.manner not in _HEADED:
            yield line.item
        elif line.item == together[0]:
            yield f"{_HEADED[line.manner]} {listed(together)}"


def _dated(lines: Sequence[Line], most: int) -> Iterator[str]:
    """Those of one day together, with the day behind them."""
    for day, items in _by_day(lines[:most]).items():
        yield f"{listed(items)} ({day})" if day else listed(items)
    if len(lines) > most:
        yield "others"


def _by_day(lines: Sequence[Line]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault(line.as_of, []).append(line.item)
    return found


def _medicines(day: str, items: Sequence[str]) -> str:
    """The medicines of a day: in a sentence each, or as mere names."""
    if all(item.endswith(".") for item in items):
        return f"Medicines on {day}: {' '.join(items)}"
    return f"Medicines on {day}: {listed(items)}."


def in_plain_sentences(section: str, lines: Sequence[Line], person: Person, most: int) -> str:
    """What a section lists, for relatives."""
    if section == "medications":
        told = [_medicines(day, items) for day, items in _by_day(lines[:most]).items()]
        return " ".join([*told, "There are more."] if len(lines) > most else told)
    said = {"allergies": "is allergic to", "problems": "has"}.get(section)
    avoided = [line.item for line in lines if line.manner == "avoid"]
    possible = [line.item for line in lines if line.manner == "possible"]
    events = [line.item for line in lines if line.manner == "event"]
    harmed = [line.item for line in lines if line.manner == "harmed"]
    over = [line.item for line in lines if line.manner == "over"]
    unheard = [line.item for line in lines if line.manner == "unheard"]
    others = [line.item for line in lines if line.manner not in _APART]
    denials = all(line.manner == "denied" for line in lines)
    sentences = others[:most] if said is None or denials else []
    if said and others and not denials:
        every = [*others[:most], *(["more"] if len(others) > most and section == "problems" else [])]
        sentences.append(f"{person.name} {said} {listed(every)}.")
    if events:
        sentences.append(f"{person.name} had {listed(events[:most])}.")
    if over:
        sentences.append(f"{person.name} had {listed(over[:most])}. That is over.")
    if unheard:
        sentences.append(f"{person.name} may still have {listed(unheard[:most])}.")
    if possible:
        sentences.append(f"{person.name} may have {listed(possible[:most])}.")
    if avoided:
        sentences.append(f"{person.name} must not have {listed(avoided[:most], last='or')}.")
    if harmed:
        again = "it is" if len(harmed) == 1 else "one of them is"
        sentences.append(
            f"{capital(listed(harmed[:most]))} did not suit {person.whom}. Ask the team before {again} taken again."
        )
    return " ".join(dict.fromkeys(ended(capital(sentence)) for sentence in sentences))
