"""The parts of a note: its SOAP sections, or other headings mapped onto them.

How it is split:

* Markers stand at the beginning of a line. A note with a subjective or an objective marker is a SOAP note: there the
  four markers divide it, and other headings ("Vitals:", "Prescription note:") stay inside the part they stand in,
  unless they begin a part that has no marker of its own. Any other note is divided by all its headings.
* What stands before the first marker (title, patient, date) belongs to no part, and neither does what follows a
  signature ("Signed:", "Electronically signed by", "Yours sincerely").
* A combined section ("A/P:", "Assessment and plan") is both: assessment and plan get the same text. Of the facts in it
  diagnoses count as assessment, everything else as plan.
* A part in several places is joined in order, separated by blank lines, with the headings where there are several.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from clinical.sections.heading_names import Kind, named
from clinical.sections.headings import PARTS, Heading, letter_at, word_at
from clinical.text.document import Document
from clinical.text.lines import Line
from clinical.text.tables import column_names

_INLINE_NAME = re.compile(
    r"(?:(?<=[.;!?|]\s)|(?<=[.;!?|]\s\s)|(?<=\S[ \t][ \t])|(?<=\S\t))"
    r"([A-Z][A-Za-z/&+]{0,20}(?: [A-Za-z/&+]+){0,3})\s?(?::|[–—])(?=\s)"
)
_ONE_LINE = re.compile(r"(?:^|(?<=\s))([SOAP]|A/P)\s?:(?=\s)")
_ORDER = {"S": 0, "O": 1, "A": 2, "P": 3, "A/P": 2}
_ABCDE = re.compile(r"[ \t]*[(]?[Bb](?:reathing)?\s?[:)–-]")
_PARTING = re.compile(
    r"[ \t]*(?:\**)(?:electronically signed|e-?signed|digitally signed|signed(?: by| electronically)?\s*[:,–-]|"
    r"dictated by|"
    r"authenticated by|transcribed by|signed$|signature\s*:|(?:(?:attending|interpreting|"
    r"reporting|responsible|dictating|consultant|ordering|primary) )?(?:radiologist|pathologist|"
    r"physician|provider|author|clinician|surgeon|consultant|therapist|practitioner|dictated by|"
    r"seen by|reported by|completed by)\s*:\s*\S|yours (?:sincerely|faithfully|truly)|"
    r"sincerely|(?:with )?(?:kind|best|"
    r"warm) (?:regards|wishes)|\[?e-signature|this (?:note|document|report) (?:was|has been) (?:electronically )"
    r"?(?:signed|dictated|"
    r"authenticated))",
    re.IGNORECASE,
)


class Segment(NamedTuple):
    """What stands under one heading: `text[start:end]` with it, `text[body:end]` without."""

    start: int
    body: int
    end: int
    kind: str
    parts: tuple[str, ...]


class Outline:
    """A note's segments in order, and its sections."""

    def __init__(self, document: Document, text: str) -> None:
        self._text = text
        self.headings = _headings(document)
        self.marked = any(heading.kind in {"subjective", "objective"} for heading in self.headings)
        self.segments = _segments(text, self.headings, marked=self.marked)
        if not self.marked and not _divided(self.headings):
            self.segments = [segment._replace(parts=()) for segment in self.segments]
        self._starts = [segment.start for segment in self.segments]

    def segment_at(self, offset: int) -> Segment | None:
        """The segment at an offset."""
        number = bisect_right(self._starts, offset) - 1
        return self.segments[number] if number >= 0 else None

    def kind_at(self, offset: int) -> str:
        """The kind of the heading that governs an offset; "header" before the first one, "" without any."""
        segment = self.segment_at(offset)
        return segment.kind if segment else ""

    def in_heading(self, offset: int) -> bool:
        """Whether an offset is in a heading rather than under it."""
        segment = self.segment_at(offset)
        return segment is not None and segment.start <= offset < segment.body

    @cached_property
    def parted(self) -> bool:
        """Whether there is any section."""
        return any(segment.parts for segment in self.segments)

    def sections(self) -> dict[str, str | None] | None:
        """The texts of the four parts; None when there is no section at all."""
        if not self.parted:
            return None
        return {part: self._part(part) for part in PARTS}

    def _part(self, part: str) -> str | None:
        pieces = [(start, body, end) for start, body, end in self._pieces(part) if self._text[body:end].strip()]
        if not pieces:
            return None
        if len(pieces) == 1:
            _, body, end = pieces[0]
            return self._text[body:end].strip()
        return "\n\n".join(self._text[start:end].strip() for start, _, end in pieces)

    def _pieces(self, part: str) -> list[tuple[int, int, int]]:
        """Where the part stands. In a SOAP note, the segments that follow a marker without a break are one piece."""
        pieces: list[tuple[int, int, int]] = []
        for segment in self.segments:
            if part not in segment.parts:
                continue
            if pieces and self.marked and pieces[-1][2] == segment.start and segment.kind not in _MAIN:
                pieces[-1] = (*pieces[-1][:2], segment.end)
            else:
                pieces.append((segment.start, segment.body, segment.end))
        return pieces


_PARAGRAPHS = frozenset({"medications", "allergies", "family", "social", "surgical", "immunizations"})
_BLANK_LINE = re.compile(r"(?<=\S)[ \t]*\n[ \t]*\n\s*(?=\S)")
_MAIN = frozenset({*PARTS, "assessment_plan"})


def _headings(document: Document) -> list[Heading]:
    words = []
    letters = []
    for number, line in enumerate(document.lines):
        if line.blank:
            continue
        word = (
            word_at(document.text, line.start, line.end)
            or _parting(document.text, line)
            or _head_of_table(document, number)
        )
        if word is None and line.bullet:
            word = word_at(document.text, line.body, line.end) if "#" in document.text[line.start : line.body] else None
        if word is not None:
            words.append(word)
        letter = letter_at(document.text, line.start, line.end)
        if letter is not None and not _begins_abcde(document, number, letter):
            letters.append(letter)
    letters = _believable(letters, words)
    starts = {letter.start for letter in letters}
    found = [word for word in words if word.start not in starts] + letters
    found.extend(_in_one_line(document, found) or _inline(document, found))
    return sorted(found)


def _head_of_table(document: Document, number: int) -> Heading | None:
    """The names of a table's columns, the first of which tells what is listed: "HOME MEDICATION   DOSE   ACTION"."""
    text, line = document.text, document.lines[number]
    names = column_names(text, document.lines, number)
    if not names or not text[line.body].isupper():
        return None
    found = named(text[names[0].start : names[0].end], qualified=True)
    return Heading(line.start, line.end, found.kind, found.parts, alone=True) if found else None


def _parting(text: str, line: Line) -> Heading | None:
    match = _PARTING.match(text, line.start, line.end)
    return Heading(line.start, line.end, "signature", ()) if match else None


def _begins_abcde(document: Document, number: int, letter: Heading) -> bool:
    """Whether "A:" is the airway of an emergency note, with "B:" after it."""
    if letter.kind != "assessment":
        return False
    following = [line for line in document.lines[number + 1 : number + 5] if not line.blank][:2]
    return any(_ABCDE.match(document.text, line.start, line.end) for line in following)


def _believable(letters: list[Heading], words: Sequence[Heading]) -> list[Heading]:
    """The letters that are markers. One alone proves nothing; a dash or a full stop takes three to be believed."""
    kinds = {letter.kind for letter in letters} | {word.kind for word in words if word.kind in _MAIN}
    if len(kinds) < 2 and not (letters and letters[0].kind == "subjective" and not letters[0].dotted):
        return []
    if len({letter.kind for letter in letters}) < 3:
        sure = {letter.kind for letter in letters if not letter.dotted} | {word.kind for word in words}
        return [letter for letter in letters if not letter.dotted or len(sure | {letter.kind}) >= 3]
    return letters


def _in_one_line(document: Document, found: list[Heading]) -> list[Heading]:
    """The markers of a SOAP note whose line breaks were lost: all four, in order, in one line."""
    if len({heading.kind for heading in found} & _MAIN) > 1:
        return []
    headings: list[Heading] = []
    last = -1
    for match in _ONE_LINE.finditer(document.text):
        rank = _ORDER[match.group(1)]
        if rank != last + 1:
            continue
        last = 3 if match.group(1) == "A/P" else rank
        parts = ("assessment", "plan") if match.group(1) == "A/P" else (PARTS[rank],)
        kind = "assessment_plan" if len(parts) > 1 else parts[0]
        headings.append(Heading(match.start(), match.end(), kind, parts, letter=True))
    taken = {heading.start for heading in found}
    return [heading for heading in headings if heading.start not in taken] if last == 3 else []


def _inline(document: Document, found: list[Heading]) -> list[Heading]:
    """Headings inside a paragraph: "… for two days. PMH: asthma. DH: salbutamol."."""
    taken = {heading.start for heading in found}
    inside = []
    for match in _INLINE_NAME.finditer(document.text):
        kind = named(match.group(1)) or _qualified(match)
        if kind is None or match.start() in taken or (kind.kind in _MAIN and len(match.group(1)) < 3):
            continue
        if kind.kind == "signature":
            continue
        inside.append(Heading(match.start(), match.end(), kind.kind, kind.parts))
    return inside


def _qualified(match: re.Match[str]) -> Kind | None:
    """Allergies whose label says whence they are known: "Allergies per GP record: latex"."""
    kind = named(match.group(1), qualified=True) if "llerg" in match.group(1) else None
    return kind if kind is not None and kind.kind == "allergies" else None


def _divided(headings: list[Heading]) -> bool:
    """Whether headings divide a note, rather than one label standing in a letter."""
    dividing = [heading for heading in headings if heading.parts]
    return len({heading.kind for heading in dividing}) > 1 or any(
        heading.alone or heading.kind in _MAIN | {"diagnosis"} for heading in dividing
    )


def _segments(text: str, headings: list[Heading], *, marked: bool) -> list[Segment]:
    segments = []
    first = headings[0].start if headings else len(text)
    if first > 0:
        segments.append(Segment(0, 0, first, "header", ()))
    own = {part for heading in headings if heading.kind in _MAIN for part in heading.parts}
    standing = [heading for heading in headings if heading.alone and heading.parts]
    apart = {part for heading in standing for part in heading.parts} if len(standing) > 2 else set()
    current: tuple[str, ...] = ()
    begun = False
    for number, heading in enumerate(headings):
        end = headings[number + 1].start if number + 1 < len(headings) else len(text)
        if heading.kind == "signature":
            current, begun = (), True
        elif _divides(heading, current, own, marked=marked and begun, apart=apart):
            current = heading.parts
            begun = begun or heading.kind in _MAIN
        stop = _paragraph_end(text, heading, end)
        segments.append(Segment(heading.start, heading.end, stop, heading.kind, current))
        if stop < end:
            segments.append(Segment(stop, stop, end, "", current))
    return segments


def _paragraph_end(text: str, heading: Heading, end: int) -> int:
    """Where a label's text ends: "Allergies: none" speaks for its paragraph, not for those after it."""
    if heading.alone or heading.kind not in _PARAGRAPHS:
        return end
    blank = _BLANK_LINE.search(text, heading.end, end)
    return blank.end() if blank and blank.start() > heading.end and text[blank.end() : end].strip() else end


def _divides(heading: Heading, current: tuple[str, ...], own: set[str], *, marked: bool, apart: set[str]) -> bool:
    """Whether a heading begins another part.

    Args:
        heading: The heading.
        current: The parts it stands in.
        own: The parts that have markers of their own.
        marked: Whether these markers divide the note.
        apart: The parts whose headings stand on lines of their own, if that is how headings are written here. Then
            "Impression: normal" inside the results is no heading.
    """
    if heading.kind in _MAIN and (heading.letter or heading.alone or heading.kind in {"subjective", "objective"}):
        return True
    if marked:
        return heading.kind in _MAIN or _begins(heading, current, own)
    return heading.alone or not current or not heading.parts or heading.parts[0] not in apart


def _begins(heading: Heading, current: tuple[str, ...], own: set[str]) -> bool:
    """Whether a heading in a SOAP note begins a part that no marker begins, further down the order than where it is."""
    if not current or not heading.parts:
        return False
    part = heading.parts[0]
    return part not in own and PARTS.index(part) > PARTS.index(current[-1])
