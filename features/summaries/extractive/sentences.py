"""A section of the running text in words: for clinicians a list behind a title, for relatives plain sentences."""

from collections.abc import Iterator, Mapping, Sequence

from features.summaries.extractive.family.person import Person
from features.summaries.extractive.telling import Line, capital, ended, listed

# The sections of the running text in their order, with the title that clinicians read.
HEADS: Mapping[str, str] = {
    "alerts": "",
    "allergies": "Allergies:",
    "problems": "Problems:",
    "operations": "Operations:",
    "history": "Earlier:",
    "state": "Assessment:",
    "measurements": "Latest:",
    "findings": "Findings:",
    "medications": "Medications:",
    "stopped": "Stopped:",
    "plan": "Plan:",
}
# What is listed in one go, and how that begins.
_HEADED = {"avoid": "avoid", "harmed": "not tolerated:"}
# Each with its day, those of one day together.
_BY_DAY = frozenset({"medications", "state", "plan", "findings"})
# ... and of these in a row, where the others are told apart.
_IN_A_ROW = frozenset({"medications"})
_APART = frozenset({"measurements", "operations", "history"})


def in_a_sentence(section: str, lines: Sequence[Line], most: int, untold: int = 0) -> str:
    """What a section lists, for clinicians.

    Args:
        section: Which.
        lines: What it lists.
        most: How many of these there is room for.
        untold: How many more there are.
    """
    head = HEADS[section]
    items = [line.item for line in lines]
    more = len(items) > most or bool(untold)
    if section in _BY_DAY:
        told = "; ".join(_dated(lines[:most], in_a_row=section in _IN_A_ROW))
        told += "; others" if more and section == "medications" else ""
    elif section == "alerts":
        told = "; ".join(_alerts(lines, most))
    elif section in _APART or any("," in item for item in items):
        told = "; ".join(items[:most]) + ("; others" if more and section == "problems" else "")
    elif all(line.manner == "denied" for line in lines):
        head, told = "", listed(items, most)
    else:
        told = listed([*items[:most], *(["others"] if more and section == "problems" else [])])
    return ended(capital(f"{head} {told}".strip()))


def _alerts(lines: Sequence[Line], most: int) -> Iterator[str]:
    """What is to be avoided, and what did harm, each in one go, where the first of it stands."""
    for line in lines[:most]:
        together = [other.item for other in lines if other.manner == line.manner]
        if line.manner not in _HEADED:
            yield line.item
        elif line.item == together[0]:
            yield f"{_HEADED[line.manner]} {listed(together)}"


def _dated(lines: Sequence[Line], *, in_a_row: bool) -> Iterator[str]:
    """Those of one day together, with the day behind them."""
    by_day = _by_day(lines)
    for day, items in sorted(by_day.items(), key=lambda each: bool(each[0]) and not in_a_row):
        if not day:
            yield listed(items) if in_a_row else "; ".join(items)
        elif in_a_row or len(items) == 1:
            yield f"{listed(items)} ({day})"
        else:  # else nobody knows how many of those before it the day is of
            yield f"{day}: {'; '.join(items)}"


def _by_day(lines: Sequence[Line]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault(line.as_of, []).append(line.item)
    return found


def in_plain_sentences(section: str, lines: Sequence[Line], person: Person, most: int, untold: int = 0) -> str:
    """What a section lists, for relatives; the arguments are those of `in_a_sentence`."""
    shown, more = lines[:most], len(lines) > most or bool(untold)
    if section == "medications":
        told = [_medicines(day, items) for day, items in _by_day(shown).items()]
        return " ".join([*told, "There are more."] if more else told)
    if section == "state":
        return " ".join(f"How it goes ({day}): {'; '.join(items)}." for day, items in _by_day(shown).items())
    if section == "plan":
        return " ".join(_steps(head, items) for head, items in _by_day(shown).items())
    said = {"allergies": "is allergic to", "problems": "has"}.get(section)
    by_manner: dict[str, list[str]] = {}
    for line in shown:
        by_manner.setdefault(line.manner, []).append(line.item)
    apart = ("event", "over", "unheard", "possible", "avoid", "harmed")
    others = [line.item for line in shown if line.manner not in apart]
    denials = all(line.manner == "denied" for line in lines)
    sentences = others if said is None or denials else []
    if said and others and not denials:
        every = [*others, *(["more"] if more and section == "problems" else [])]
        sentences.append(f"{person.name} {said} {listed(every)}.")
    sentences += [_apart(manner, by_manner[manner], person) for manner in apart if manner in by_manner]
    return " ".join(dict.fromkeys(ended(capital(sentence)) for sentence in sentences))


def _apart(manner: str, items: Sequence[str], person: Person) -> str:
    """What is not simply there: what was, may be, or must not be."""
    again = "it is" if len(items) == 1 else "one of them is"
    return {
        "event": f"{person.name} had {listed(items)}.",
        "unheard": f"{person.name} may still have {listed(items)}.",
        "over": f"{person.name} had {listed(items)}. That is over.",
        "possible": f"{person.name} may have {listed(items)}.",
        "avoid": f"{person.name} must not have {listed(items, last='or')}.",
        "harmed": f"{capital(listed(items))} did not suit {person.whom}. Ask the team before {again} taken again.",
    }[manner]


def _medicines(day: str, items: Sequence[str]) -> str:
    """The medicines of a day: in a sentence each, and those of which only the name is told."""
    whole = [item for item in items if item.endswith(".")]
    named = [item for item in items if not item.endswith(".")]
    told = [*whole, *([f"{'Also ' if whole else ''}{listed(named)}."] if named else [])]
    return f"Medicines on {day}: {' '.join(told)}"


def _steps(head: str, items: Sequence[str]) -> str:
    """What is ahead, behind what it has in common: "Next", "Planned on 8 November 2026"."""
    if not head:
        return " ".join(ended(capital(item)) for item in items)
    return ended(f"{head}: {'; '.join(item.rstrip('.') for item in items)}")
