"""The running text: what a reader must know first, in as many words as there is room for.

What may be told is offered in the order of its weight, each first as shortly as can be; what does not fit is left out,
and what comes behind it may still fit. So no room is left unused, and nothing of weight gives way to what has none.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from features.summaries.extractive.family import WHOM_TO_ASK, Person
from features.summaries.extractive.sentences import HEADS, in_a_sentence, in_plain_sentences
from features.summaries.extractive.telling import Line

# What fits on the screen of a phone, in characters.
BRIEF, LONGER = 600, 1_200
# So many items of a section are told at most, however much room there is.
_MOST = {
    "alerts": 8,
    "measurements": 5,
    "operations": 3,
    "history": 2,
    "findings": 2,
    "state": 6,
    "stopped": 3,
    "plan": 8,
}
_MOST_OF_OTHERS = 12
_SHORT, _FULL, _FULLEST = range(3)
# What was stopped or found longer before the newest note is no news, and what is longer nobody reads here.
_STOPPED_LATELY, _FOUND_LATELY = timedelta(days=90), timedelta(days=42)
_LONGEST_FINDING = 120
# A value with its unit.
_VALUE = re.compile(r"(?<![\d./])\d[\d./]{0,12} [a-zA-Z%]\S{0,20}")
_ANY: frozenset[str] = frozenset()
# What is ahead and advised, beside what must be heeded.
_AHEAD = frozenset({""})
InWords = Callable[[str, Sequence[Line], int], str]


@dataclass(frozen=True, slots=True)
class _Turn:
    """What is offered room together."""

    section: str
    first: int = 99
    """So many of its lines at most, from the first."""
    form: int = _SHORT
    manners: frozenset[str] = _ANY
    """Only lines of these manners."""
    weight: int = 0
    """Only lines of this weight at least."""

    def wants(self, line: Line) -> bool:
        return (not self.manners or line.manner in self.manners) and line.weight >= self.weight


# The order of the weight: what may do harm where it is not known; what the patient has and takes; what changed; how it
# goes and what is next; then all the rest, and with more words.
_TURNS = (
    _Turn("alerts", manners=frozenset({"", "avoid", "harmed", "until", "anticoagulant", "swallow", "interpreter"})),
    _Turn("allergies"),
    _Turn("plan", manners=frozenset({"heed", "forbidden"})),
    _Turn("problems", 2),
    _Turn("medications"),
    _Turn("plan", manners=frozenset({"over"})),
    _Turn("medications", form=_FULL, manners=frozenset({"changed"})),
    _Turn("plan", 1, manners=_AHEAD, weight=2),
    _Turn("plan", 1, manners=_AHEAD, weight=1),
    _Turn("state", 1),
    _Turn("measurements", 2, weight=5),
    _Turn("measurements", 1, weight=2),
    _Turn("problems", 4),
    _Turn("problems", 4, form=_FULL),
    _Turn("operations"),
    _Turn("alerts"),
    _Turn("problems"),
    _Turn("problems", form=_FULL),
    _Turn("plan", 3, manners=_AHEAD, weight=1),
    _Turn("alerts", form=_FULL),
    _Turn("state", 2),
    _Turn("measurements", 2, weight=3),
    _Turn("plan", 4, manners=_AHEAD, weight=1),
    _Turn("medications", form=_FULL),
    _Turn("history"),
    _Turn("measurements", 3, weight=2),
    _Turn("allergies", form=_FULL),
    _Turn("plan", 6),
    _Turn("state"),
    _Turn("stopped"),
    _Turn("measurements", form=_FULL, weight=2),
    _Turn("findings"),
    _Turn("medications", form=_FULLEST),
    _Turn("plan"),
    _Turn("measurements", 4),
)


def for_clinicians(who: str, lines: Sequence[Line], room: int) -> str:
    """Who it is, and a sentence for each section, as long as there is room."""

    def in_words(section: str, own: Sequence[Line], untold: int) -> str:
        return in_a_sentence(section, own, len(own), untold)

    return _fitted([who], lines, room, in_words)


def for_relatives(lines: Sequence[Line], person: Person, room: int) -> str:
    """The sections in plain sentences, as long as there is room, and whom to ask."""

    def in_words(section: str, own: Sequence[Line], untold: int) -> str:
        return in_plain_sentences(section, own, person, len(own), untold)

    told = _fitted([], lines, room - len(WHOM_TO_ASK) - 1, in_words)
    return f"{told} {WHOM_TO_ASK}".strip()


def _fitted(first: Sequence[str], lines: Sequence[Line], room: int, in_words: InWords) -> str:
    """What there is room for, by its weight."""
    offered = {section: list(_offered(section, lines)) for section in HEADS}
    told: dict[str, dict[int, int]] = {section: {} for section in HEADS}
    words: dict[str, str] = {}
    for turn in _TURNS:
        own = offered[turn.section]
        wanted = [at for at, line in enumerate(own) if turn.wants(line)][: turn.first]
        for at in wanted[: _MOST.get(turn.section, _MOST_OF_OTHERS)]:
            if told[turn.section].get(at, -1) >= turn.form or (turn.form == _SHORT and _is_said(own[at], words)):
                continue
            tried = {**told[turn.section], at: turn.form}
            shown = [replace(own[one], item=_form(own[one], tried[one])) for one in sorted(tried)]
            others = {**words, turn.section: in_words(turn.section, shown, len(own) - len(shown))}
            if len(_together(first, others)) <= room:
                told[turn.section], words = tried, others
    return _together(first, words)


def _is_said(line: Line, words: Mapping[str, str]) -> bool:
    """Whether how it goes tells a value already: "haemoglobin 121 g/L, almost normal again"."""
    value = _VALUE.search(line.item.partition(" (")[0]) if line.section == "measurements" else None
    return (
        value is not None
        and re.search(rf"(?<![\d.]){re.escape(value.group())}(?![\w.])", words.get("state", "")) is not None
    )


def _together(first: Sequence[str], words: Mapping[str, str]) -> str:
    return " ".join([*first, *(words[section] for section in HEADS if words.get(section))])


def _form(line: Line, form: int) -> str:
    """A line as shortly as can be, or with more."""
    if form == _SHORT:
        return line.least or line.item
    return line.item if form == _FULL or line.section != "medications" else line.most or line.item


def _offered(section: str, lines: Sequence[Line]) -> Iterator[Line]:
    """What a section may tell, the weightiest first."""
    own = [line for line in lines if line.section == section]
    if section == "state":
        for line in own:
            yield from (replace(line, item=part, least="") for part in line.parts)
        return
    newest = max((line.newest.date() for line in lines), default=None)
    if section == "stopped":
        own = [line for line in own if line.manner == "ended" and _is_within(line, newest, _STOPPED_LATELY)]
    if section == "findings":
        own = [line for line in own if _is_within(line, newest, _FOUND_LATELY) and len(line.item) <= _LONGEST_FINDING]
    if section == "measurements":
        # What is as it should be is told of the newest visit.
        own = [line for line in own if line.weight or line.newest.date() == newest]
        own.sort(key=lambda line: -line.weight)
    yield from (line for line in own if line.item)


def _is_within(line: Line, newest: date | None, days: timedelta) -> bool:
    """Whether what a line tells first is of the newest note, or of one not long before."""
    return newest is not None and newest - line.citations[0]["taken_at"].date() <= days
