"""The answers of forms: "Diabetes: No", "Asthma? Yes", ticked and empty boxes, columns of Y and N.

What is found is the label and what was answered to it; the label may hold several conditions.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Literal, NamedTuple

from clinical.context.boxes import follow_labels, label_before
from clinical.text.document import Document
from clinical.text.lines import Line

Said = Literal["yes", "no", "unknown"]


class Answer(NamedTuple):
    """The label at `text[start:end]`, and what was answered to it."""

    start: int
    end: int
    said: Said


_YES = r"yes|y|true|pos(?:itive)?|present|\+ve|✓|✔|☑"
_NO = r"no|n|none|nil|never|false|neg(?:ative)?|absent|-ve|denie[sd]|not? (?:history|hx)|no known|✗|✘"
_UNKNOWN = r"(?:not|un)[ -]?(?:known|sure|certain|clear)|don['’]?t know|n/?k|n/a|not (?:asked|answered|applicable)|\?"
_WORD = re.compile(rf"(?:(?P<yes>{_YES})|(?P<no>{_NO})|(?P<unknown>{_UNKNOWN}))", re.IGNORECASE)
# Between a label and its answer; without any sign only a plain yes or no is one.
_ANSWER = re.compile(
    rf"(?:(?:\s?[:=?|]|\s[–—-]|[–—]|\t|\s\s|\.\.|\s?->)[\s:=?|.–—-]{{0,20}}"
    rf"(?:(?P<yes>{_YES})|(?P<no>{_NO})|(?P<unknown>{_UNKNOWN}))"
    rf"|(?<!/)\s\(?(?:(?P<plain_yes>yes|Y)|(?P<plain_no>no|N))\)?)"
    r"(?!\s?/\s?(?:n|no)\b)(?=\s?[.,;()|/\t]|\s[–—-]|\s\s|\s\(?\d{1,2}[.)]\s|\s?$)",
    re.IGNORECASE,
)
_BOX = re.compile(r"\[(?P<mark>[ \txX✓✔vVyYnN*_+-]?)\]|\((?P<round>[ xX✓✔])\)|(?P<sign>[☐☑☒□■▢✓✔✗✘])")
_TICKED = frozenset("xX✓✔vVyY*+☑☒■")
_OPTIONS = (
    r"(?:(?P<yes>yes|y|present|given|done|had|accepted)|(?P<no>no|n|none|never|absent|declined|refused|not given)|"
    r"(?P<unknown>unknown|not known|n/?k))"
)
_OPTION = re.compile(rf"\s{{0,4}}{_OPTIONS}\b", re.IGNORECASE)
_OPTION_BEFORE = re.compile(rf"\b{_OPTIONS}\s{{0,3}}$", re.IGNORECASE)
_NEXT_QUESTION = re.compile(r"(?<!\s)\s{2,}+(?P<label>[^\s:?][^:?]{1,60}?)\s?[:?]?\s{1,8}(?:\w+\s?)?$")
_LONGEST_LABEL = 80
_CELL = re.compile(r"[|\t]")
_LABEL_BREAK = re.compile(r"[.,;/|\t]\s|\s{2,}|\t|\|")


class Answers:
    """All answers of a document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found = sorted(self._all())
        self._starts = [answer.start for answer in self._found]

    def at(self, offset: int) -> Said | None:
        """What was answered to the label at an offset."""
        number = bisect_right(self._starts, offset) - 1
        if number >= 0 and offset < self._found[number].end:
            return self._found[number].said
        return None

    def _all(self) -> Iterator[Answer]:
        text = self._document.text
        boxed: list[tuple[Line, list[re.Match[str]]]] = []
        columns: dict[int, Said] = {}
        for line in self._document.lines:
            if line.end <= line.start:
                continue
            boxes = list(_BOX.finditer(text, line.start, line.end))
            if boxes:
                boxed.append((line, boxes))
                continue
            cells = _cells(text, line)
            if cells:
                named = _columns(text, cells)
                columns = named or columns
                if not named and columns:
                    yield from _marked(text, cells, columns)
            else:
                columns = {}
            yield from _worded(text, line)
        # a form without a single tick has not been filled in
        filled = any(_ticked(box) for _, boxes in boxed for box in boxes)
        for line, boxes in boxed:
            yield from _ticks(text, line, boxes, filled=filled)


def _worded(text: str, line: Line) -> Iterator[Answer]:
    begin = line.body
    for match in _ANSWER.finditer(text, line.body, line.end):
        start = max(begin, match.start() - _LONGEST_LABEL)
        for mark in _LABEL_BREAK.finditer(text, start, match.start()):
            start = mark.end()
        said: Said = "unknown"
        if match["yes"] or match["plain_yes"]:
            said = "yes"
        elif match["no"] or match["plain_no"]:
            said = "no"
        if start < match.start():
            yield Answer(start, match.start(), said)
        begin = match.end()


def _ticks(text: str, line: Line, boxes: list[re.Match[str]], *, filled: bool) -> Iterator[Answer]:
    options = [_option(text, box, boxes, line) for box in boxes]
    if any(options):
        yield from _questions(text, line, boxes, options)
        return
    trailing = follow_labels(text, line.start, line.end, boxes)
    for number, box in enumerate(boxes):
        if trailing:
            start, end = boxes[number - 1].end() if number else line.start, box.start()
            start = label_before(text, start, end)
        else:
            start, end = box.end(), boxes[number + 1].start() if number + 1 < len(boxes) else line.end
        if text[start:end].strip():
            yield Answer(start, end, "yes" if _ticked(box) else "no" if filled else "unknown")


def _questions(text: str, line: Line, boxes: list[re.Match[str]], options: list[Said | None]) -> Iterator[Answer]:
    """The questions of a line whose boxes stand for answers: "Stroke [x] Yes [ ] No    Gout [ ] Yes [x] No"."""
    before = _OPTION_BEFORE.search(text, max(line.start, boxes[0].start() - 12), boxes[0].start())
    label = (line.start, before.start() if before else boxes[0].start())
    said: Said = "unknown"
    for number, box in enumerate(boxes):
        if number:
            between = _NEXT_QUESTION.search(text, boxes[number - 1].end(), box.start())
            if between:
                yield Answer(*label, said)
                label, said = between.span("label"), "unknown"
        option = options[number]
        if option and _ticked(box):
            said = option
    if text[slice(*label)].strip():
        yield Answer(*label, said)


def _option(text: str, box: re.Match[str], boxes: list[re.Match[str]], line: Line) -> Said | None:
    """Which answer a box stands for, where boxes stand beside "Yes" and "No"."""
    first = boxes[0].start()
    before = _OPTION_BEFORE.search(text, max(line.start, first - 12), first)
    found = (
        _OPTION_BEFORE.search(text, max(line.start, box.start() - 12), box.start())
        if before
        else _OPTION.match(text, box.end(), line.end)
    )
    return _said(found) if found else None


def _said(found: re.Match[str]) -> Said:
    if found["yes"]:
        return "yes"
    return "no" if found["no"] else "unknown"


def _ticked(box: re.Match[str]) -> bool:
    return (box["mark"] or box["round"] or box["sign"] or " ") in _TICKED


def _cells(text: str, line: Line) -> list[tuple[int, int]]:
    """The cells of a row."""
    cells = []
    start = line.start
    for mark in _CELL.finditer(text, line.start, line.end):
        cells.append((start, mark.start()))
        start = mark.end()
    return [*cells, (start, line.end)] if cells else []


def _columns(text: str, cells: list[tuple[int, int]]) -> dict[int, Said]:
    """Which columns of a table stand for yes and no, if this is its head."""
    names: dict[int, Said] = {}
    for number, (start, end) in enumerate(cells):
        match text[start:end].strip(" *_").lower():
            case "yes" | "y" | "present":
                names[number] = "yes"
            case "no" | "n" | "absent":
                names[number] = "no"
    return names if len(names) > 1 else {}


def _marked(text: str, cells: list[tuple[int, int]], columns: dict[int, Said]) -> Iterator[Answer]:
    label = next(((start, end) for start, end in cells if text[start:end].strip()), None)
    for number, said in columns.items():
        if (
            label
            and number < len(cells)
            and text[slice(*cells[number])].strip(" *_").lower() in {"x", "✓", "✔", "y", "yes"}
        ):
            yield Answer(*label, said)
