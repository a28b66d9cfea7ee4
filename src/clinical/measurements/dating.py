"""Which time a measurement has: that of its clause, of its line, or of the line that introduces its block."""

import re
from functools import cached_property
from typing import TYPE_CHECKING

from clinical.measurements.times import Kind, Times, When

if TYPE_CHECKING:
    from clinical.note import Note

# Words that may stand between a time and the name of what was measured then.
_BETWEEN = re.compile(
    r"[\s,:;()–—-]*(?:(?:his|her|their|the|a|an|my|he|she|they|it|patient|patient's|pt|of|in|was|were|is|had|has|with|"
    r"and|labs?|bloods?|results?|showed?|shows|obs|observations|vitals?|"
    r"home|clinic|sitting|lying|standing|resting|office|we|i|found|noted|recorded|measured|reading|gp|level|blood|"
    r"tests?|revealed|demonstrated|at|as|as follows|follows|serum|random|fasting)\b[\s,:;()–—-]*){0,7}",
    re.IGNORECASE,
)
_ADJACENT = re.compile(r"[\s(:]*(?:(?:his|her|their|the|serum|blood|home|gp|clinic|known)\s){0,2}", re.IGNORECASE)
_LABEL = re.compile(r"[^:\n]{0,80}:")
# Alone before a name these say how old its value is, and need to stand right beside it.
_BARE_WORDS = frozenset(
    {"previous", "previously", "prior", "earlier", "baseline", "old", "formerly", "prev", "prev.", "historically"}
)
# "Bloods 26/10/26 (prev 27/4/26)": a line that heads values without a colon, as it says nothing else.
_HEAD = re.compile(
    r"(?:today's )?(?:bloods?|labs?|results?|blood tests?|obs|observations)\s[\d/.\s-]{6,24}"
    r"(?:\(prev[^()]{0,30}\))?\s{0,3}",
    re.IGNORECASE,
)
# "Bloods 18 November 2026:" heads what stands behind it; "all from 12 June 2026" dates what stands before.
_RESULTS_OF = re.compile(
    r"(?:bloods?|labs?|results?|blood tests?|blood results?|tests?)(?: (?:taken|drawn))?(?: (?:of|on|from))?\s",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"[,;(–-]\s?(?:all|both|these)(?: (?:of them|were|are))?(?: (?:taken|drawn|measured|dated|done))?"
    r"(?: (?:from|of|on))?(?: the)?\s$",
    re.IGNORECASE,
)
_ALL_WITHIN = 40
# "Biochemistry, sample taken 4 September 2026": the head of a report dates all results of it that have no other time.
_SAMPLED = re.compile(
    r"\b(?:samples?|specimens?|bloods?)(?: (?:was|were))? (?:taken|collected|drawn|received)(?: on)?[\s:]{1,3}$"
    r"|\b(?:collected|collection date|date (?:of collection|collected|taken|of sample)|sampled?)(?: on)?[\s:]{1,3}$",
    re.IGNORECASE,
)
_REST_OF_HEAD = re.compile(
    r"[ \t,;]{0,4}(?:(?:at )?\d{1,2}[:.]\d\d(?: ?h(?:rs)?)?[ \t,;]{0,4})?"
    r"(?:(?:reported|received|printed|lab)[^\n]{0,80})?(?:\n|$)",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d|\b[A-Z][a-z]{2}")
_HEAD_OF_REPORT = 300
_PREVIOUS = re.compile(r"\bprev(?:ious)?\.?:?\s$", re.IGNORECASE)
# Before the day of a line these say that it is of blood results alone.
_OF_BLOOD = re.compile(r"\b(?:bloods?|labs?|u\s?[+&]\s?es?|lfts?|fbc|bmp|cmp|cbc|path|biochem\w*)\b", re.IGNORECASE)
_LABELLED = 30
_MOST_LINES = 40
# No bracket with a value is longer.
_BRACKET = 60


class Dating:
    """The times of what a note measures."""

    def __init__(self, note: "Note") -> None:
        self._note = note
        self.times = Times(note.text, note.day)
        self._sentences: dict[int, list[When]] = {}
        self._lines: dict[int, When | None] = {}
        self._blocks: dict[int, When | None] = {}

    def lead(self, start: int, after: int, *, vital: bool = False) -> When | None:
        """The time that leads to a name at `start`, behind what was told before it, up to `after`.

        Args:
            start: Where the name stands.
            after: Up to where times belong to what was told before.
            vital: Whether it is a vital sign, which a line of blood results does not date.
        """
        first, _ = self._note.document.sentence_span(start)
        for when in reversed([one for one in self._of_sentence(first) if one.end <= start]):
            if when.start >= after and self._leads(when, start):
                return None if when.words.lower() == "last" else when
            if when.start <= first + 4 and self._opens(when, first):
                return when
            if not vital and self._heads(when, first):
                return when
        if (of_all := self._of_all(first, start)) is not None:
            return of_all
        return self._of_line(start, vital=vital) or self._of_block(start) or (None if vital else self._of_report)

    def _leads(self, when: When, start: int) -> bool:
        """Whether a time stands right before a name."""
        text = self._note.text
        if ")" in text[when.end : start] and self._is_of_another_value(when):
            return False
        pattern = _ADJACENT if when.words.lower() in _BARE_WORDS else _BETWEEN
        return pattern.fullmatch(text, when.end, start) is not None

    def _is_of_another_value(self, when: When) -> bool:
        """Whether a time stands in a bracket with a value of its own: "37.2 (peak 39.1 overnight) HR 90"."""
        text = self._note.text
        opened = text.rfind("(", max(0, when.start - _BRACKET), when.start)
        return opened >= 0 and any(map(str.isdigit, text[opened : when.start]))

    def _heads(self, when: When, first: int) -> bool:
        """Whether a day heads the results of a sentence: "Bloods 18 November 2026: ..."."""
        text = self._note.text
        headed = _RESULTS_OF.fullmatch(text, first, when.start) is not None
        return headed and when.kind is Kind.DATED and text[when.end : when.end + 2].lstrip()[:1] == ":"

    def _of_all(self, first: int, start: int) -> When | None:
        """The day that stands behind all values of a sentence: "creatinine 68, eGFR 75, all from 12 June"."""
        for when in self._of_sentence(first):
            before = self._note.text[max(start, when.start - _ALL_WITHIN) : when.start]
            if when.start > start and when.kind is Kind.DATED and _ALL.search(before):
                return when
        return None

    def _opens(self, when: When, first: int) -> bool:
        """Whether a time begins a sentence and so holds for all of it: "At her last visit in March she was …"."""
        if when.kind is Kind.DATED:
            before = self._note.text[first : when.end]
            behind = self._note.text[when.end : when.end + 2].strip()[:1]
            return (before[:1].isdigit() and behind == ":") or re.match(r"(?i)(?:on|in|at)\s", before) is not None
        return when.kind in (Kind.NOW, Kind.FIRST, Kind.LATER) or len(when.words.split()) > 1

    def _of_sentence(self, first: int) -> list[When]:
        if first not in self._sentences:
            _, last = self._note.document.sentence_span(first)
            self._sentences[first] = [
                one for one in self.times.between(first, last) if self.times.is_measured(one, first)
            ]
        return self._sentences[first]

    def _of_line(self, start: int, *, vital: bool) -> When | None:
        """The time in the label of a line: "Bloods 29/1/24: …", "VITALS 0350: …"."""
        number = self._note.document.line_number(start)
        if number not in self._lines:
            line = self._note.document.lines[number]
            label = _LABEL.match(self._note.text, line.body, line.end)
            found = list(self._labelled(line.body, label.end() - 1)) if label else []
            self._lines[number] = found[0] if len(found) == 1 else None
        when = self._lines[number]
        if when is None or when.end > start:
            return None
        before = self._note.text[max(self._note.document.lines[number].body, when.start - _LABELLED) : when.start]
        return None if vital and _OF_BLOOD.search(before) else when

    def _labelled(self, start: int, end: int) -> list[When]:
        return [
            one
            for one in self.times.between(start, end + 1)
            if (one.kind in (Kind.DATED, Kind.EARLIER, Kind.FIRST) or one.day is not None)
            and self.times.is_measured(one, start)
        ]

    def _of_block(self, start: int) -> When | None:
        """The time in the line that introduces a block of lines: "Labs (drawn on 2023-10-26):"."""
        lines = self._note.document.lines
        at = self._note.document.line_number(start) - 1
        for number in range(at, max(at - _MOST_LINES, -1), -1):
            line = lines[number]
            if line.blank:
                if not self._introduces(number - 1):
                    return None
                continue
            if self._introduces(number):
                if number not in self._blocks:
                    found = [one for one in self._labelled(line.body, line.end) if not self._is_before(one)]
                    self._blocks[number] = found[0] if len(found) == 1 else None
                return self._blocks[number]
        return None

    def _introduces(self, number: int) -> bool:
        line = self._note.document.lines[number] if number >= 0 else None
        if line is None or line.blank:
            return False
        return self._note.text[line.end - 1] == ":" or _HEAD.fullmatch(self._note.text, line.body, line.end) is not None

    @cached_property
    def _of_report(self) -> When | None:
        """The day on which the sample was taken, where the head of a note says that of all of it."""
        text = self._note.text
        for when in self.times.between(0, min(len(text), _HEAD_OF_REPORT)):
            if when.kind is not Kind.DATED or not _REST_OF_HEAD.match(text, when.end):
                continue
            day = _DAY.search(text, when.start, when.end)
            if day is not None and _SAMPLED.search(text[max(0, when.start - _BRACKET) : day.start()]):
                return when
        return None

    def _is_before(self, when: When) -> bool:
        """Whether a time is that of the values before: "Bloods 26/10/26 (prev 27/4/26)"."""
        return (
            when.kind is Kind.EARLIER
            or _PREVIOUS.search(self._note.text, max(0, when.start - 12), when.start) is not None
        )

    @cached_property
    def day(self) -> str | None:
        """The day of the note."""
        return self._note.day.isoformat() if self._note.day else None
