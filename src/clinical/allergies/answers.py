"""Answers of forms about allergies: "Latex allergy: No", "Any allergies? Y", "[x] Penicillin", "Egg Yes [ ] No [x]"."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from clinical.context.boxes import follow_labels, label_before, remark_behind

_BOX = r"(?:\[[ \txX✓✔]?\]|\([ \txX✓✔]\)|[☐☑☒✓✔□■])"
_CHECKED = re.compile(r"\[[xX✓✔]\]|\([xX✓✔]\)|[☑☒✓✔■]")
# "Yes [ ]  No [x]" or "[ ] Yes [x] No", behind a label.
_PAIR = re.compile(
    rf"(?:(?P<b1>{_BOX})\s?(?P<w1>yes|no|y|n)\b\s*(?P<b2>{_BOX})\s?(?P<w2>yes|no|y|n)\b|\b(?P<w3>yes|no|y|"
    rf"n)\s?:?(?P<b3>{_BOX})\s*(?P<w4>yes|no|y|n)\s?:?(?P<b4>{_BOX}))",
    re.IGNORECASE,
)
_BOXED = re.compile(
    rf"(?P<box>{_BOX})[ \t]*(?P<label>[^\[\]☐☑☒✓✔□■\n]{{2,60}}?)(?=[ \t]{{2,}}|[ \t]*{_BOX}|[ \t]*(?:$|\n|[;,|]))"
)
_EACH_BOX = re.compile(_BOX)
_WORD = re.compile(
    r"(?P<label>[A-Za-z][^:?\n.;,]{1,60}?)(?:\s*+[:?=]++\s*+|[^\S\t]*+\t\s*+|\s++[-–—]\s++|\s{2,}+)"
    r"(?P<answer>yes|no(?! (?:known|longer|"
    r"issues|problem|reaction))|y|n|true|false|none|nil|denied|denies|negative|positive|never|absent|present|nka)\b"
    r"(?!\s*(?:&|/)\s*[a-z]\b)",
    re.IGNORECASE,
)
_YES = frozenset({"yes", "y", "true", "positive", "present"})
_ASKS = re.compile(r"allerg|intoleran|sensitiv|reaction", re.IGNORECASE)


class Answer(NamedTuple):
    """An answered question. `text[start:end]` is what is asked about, `text[rest:stop]` what is added to the answer."""

    start: int
    end: int
    label: str
    yes: bool
    rest: int
    stop: int


def answers_in(text: str, start: int, end: int, *, labelled: bool = False) -> list[Answer] | None:
    """The answers in a line; None where it has none.

    Args:
        text: The text of the note.
        start: Where the line begins.
        end: Where it ends.
        labelled: Whether the question itself, or what begins the line, must speak of allergies, as no heading does.
    """
    found = _pairs(text, start, end) or _boxes(text, start, end) or _words(text, start, end)
    if labelled and not (found and _ASKS.search(text, start, found[0].start)):
        found = [answer for answer in found if _ASKS.search(answer.label)]
    return [_named(text, answer) for answer in found] or None


def _named(text: str, answer: Answer) -> Answer:
    """The answer, with the place where the substance stands in the question: "Allergic to latex?", "Latex allergy"."""
    asked = re.compile(
        r"[\s•*\[\]xX-]*(?:(?:re:? |regarding |about |asked |"
        r"is |are |any |known |do |you |have |has |the |patient |does |history of |allerg(?:y|ies|"
        r"ic)\s?(?:to|:|-)?\s*)+)?(?P<name>.*?)"
        r"(?:\s+(?:allerg(?:y|ies|ic)|intoleran(?:ce|t)|sensitivity)(?: status)?)?\s*$",
        re.IGNORECASE | re.DOTALL,
    ).match(text, answer.start, answer.end)
    if asked is None or not asked["name"].strip():
        return answer
    return answer._replace(start=asked.start("name"), end=asked.end("name"))


def is_boxed(text: str, start: int, end: int) -> bool:
    """Whether a line answers with a pair of boxes."""
    return _PAIR.search(text, start, end) is not None


def answered_first(text: str, start: int, end: int) -> tuple[bool, int] | None:
    """Boxes right behind a heading, which answer it: whether "yes" is ticked, and where the pair ends."""
    match = _PAIR.match(text, start + len(text[start:end]) - len(text[start:end].lstrip()), end)
    yes = _ticked(match) if match is not None else None
    return None if match is None or yes is None else (yes, match.end())


def _ticked(match: re.Match[str]) -> bool | None:
    """Which box of a pair is ticked: whether it is "yes"; None for neither."""
    for box, word in (("b1", "w1"), ("b2", "w2"), ("b3", "w3"), ("b4", "w4")):
        if match[box] and _CHECKED.match(match[box]):
            return match[word].lower() in _YES
    return None


def _pairs(text: str, start: int, end: int) -> list[Answer]:
    found = []
    at = start
    for match in _PAIR.finditer(text, start, end):
        yes = _ticked(match)
        label = text[at : match.start()].strip(" \t:-–?|")
        if yes is not None and label:
            begin = text.index(label, at)
            found.append(Answer(begin, begin + len(label), label, yes, match.end(), end))
        at = match.end()
    return found


def _boxes(text: str, start: int, end: int) -> list[Answer]:
    found = []
    for at, label, checked, rest, stop in _labelled(text, start, end):
        none = re.match(r"(?i)(?:none|nkda|nka|no known|no allerg|nil)", label)
        if none:
            if checked:
                found.append(
                    Answer(at, at + len(label), "drugs" if label.lower().startswith("nkda") else "any", False, end, end)
                )
            continue
        found.append(Answer(at, at + len(label), label, checked, rest, stop))
    return found


def _labelled(text: str, start: int, end: int) -> Iterator[tuple[int, str, bool, int, int]]:
    """The labels of boxes: where each begins, its words, whether it is ticked, and where what is added stands."""
    # the box of the line's bullet may stand before the sentence
    line = text.rfind("\n", 0, start) + 1
    begin = line if re.fullmatch(rf"[ \t•*–-]*{_BOX}[ \t]*", text[line:start]) else start
    boxes = list(_EACH_BOX.finditer(text, begin, end))
    if boxes and follow_labels(text, begin, end, boxes):
        before = begin
        for box in boxes:
            at = label_before(text, before, box.start())
            label = text[at : box.start()].strip(" \t:-–")
            before = box.end()
            if label:
                checked = _CHECKED.match(box.group()) is not None
                yield text.index(label, at), label, checked, box.end(), remark_behind(text, box.end(), end)
        return
    for match in _BOXED.finditer(text, begin, end):
        label = match["label"].strip(" \t:-–")
        if label:
            checked = _CHECKED.match(match["box"]) is not None
            yield match.start("label"), label, checked, match.end("label"), match.end("label")


def _words(text: str, start: int, end: int) -> list[Answer]:
    match = _WORD.match(text, start, end)
    if match is None:
        return []
    return [Answer(*match.span("label"), match["label"], match["answer"].lower() in _YES, match.end(), end)]
