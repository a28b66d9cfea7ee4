"""Where a quote stands in its note, and what stands around it."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from features.summaries.grounding.instructions import planted
from features.summaries.grounding.reading import Atom, Reading, read
from features.summaries.shape import ChartNote

# So much of a note is read before and after a quote.
_BEFORE, _AFTER = 1_500, 700
_OCCURRENCES = 5
_FAMILY = r"(?:family (?:medical )?(?:history|hx)|fhx?|fam hx)"
_HEADINGS = (
    ("family", re.compile(rf"(?i)^\W*{_FAMILY}\b[^.\n]{{0,20}}:?\W*$|^\W*{_FAMILY}\s*[:\-–]")),
    ("past", re.compile(r"(?i)^\W*(?:(?:past )?(?:medical|surgical) (?:history|hx)|pmhx?|pshx?)\b[^.\n]{0,20}[:\-–]?")),
)
_HEADING = re.compile(r"^[A-Z][A-Z /&,()-]{2,60}:?$|^[A-Z][\w /&,()-]{1,45}:(?:\s|$)|^[SOAP]:")


@dataclass(eq=False)
class Passage:
    """A quote where it stands: `reading.text[low:high]`."""

    reading: Reading
    low: int
    high: int
    day: date | None
    is_tainted: bool = False
    """Whether its sentences stand in an instruction to the reader, or behind one (`instructions`)."""

    @cached_property
    def sentence(self) -> tuple[int, int]:
        """From the beginning of the quote's first sentence to the end of its last."""
        touched = [(start, end) for start, end in self.reading.sentences if start < self.high and end > self.low]
        if not touched:
            return self.low, self.high
        return min(self.low, touched[0][0]), max(self.high, touched[-1][1])

    @cached_property
    def quoted(self) -> list[Atom]:
        """What the quote says."""
        return [atom for atom in self.reading.atoms if atom.start < self.high and atom.end > self.low]

    @cached_property
    def around(self) -> list[Atom]:
        """What its sentences say."""
        low, high = self.sentence
        return [atom for atom in self.reading.atoms if atom.start < high and atom.end > low]

    @cached_property
    def text(self) -> str:
        """The quote."""
        return self.reading.text[self.low : self.high]

    @cached_property
    def sentence_text(self) -> str:
        """Its sentences."""
        low, high = self.sentence
        return self.reading.text[low:high]

    @cached_property
    def words(self) -> set[str]:
        """The words of its sentences, and of the heading they stand under."""
        return self.reading.words_of(*self.sentence) | set(self.reading.head.split())


def composed(text: str) -> str:
    """The form that texts are compared in."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


_ABBREVIATED = re.compile(
    r"(?i)\b(hx|approx|pt|wt|ht|temp|resp|dx|rx|sx|tx|fx|vs|adm|appt|abd|ext|"
    r"sec|min|hrs?|wks?|mos?|yrs?)\.(?=\s[a-z0-9])"
)


def plain(text: str) -> str:
    """A text, as long as before, in which the full stops of abbreviations do not end sentences."""
    return _ABBREVIATED.sub(r"\1 ", text)


def too_short(quote: str) -> bool:
    """Whether a quote has nothing to say: no word of meaning, nor a number with a word."""
    reading = read(composed(quote))
    if any(atom.clinical for atom in reading.atoms):
        return False
    words = [atom for atom in reading.atoms if atom.kind == "word" and reading.content(atom)]
    letters = sum(character.isalnum() for character in quote)
    return not words or letters < 4


@lru_cache(maxsize=64)
def _squeezed(text: str) -> tuple[str, list[int], list[int]]:
    """A text with each run of white space as one space; where the longer runs stand, and how much is left out."""
    parts: list[str] = []
    at: list[int] = []
    gone: list[int] = []
    last = length = missing = 0
    for match in re.finditer(r"\s+", text):
        parts += (text[last : match.start()], " ")
        length += match.start() - last + 1
        missing += len(match.group()) - 1
        if match.end() - match.start() > 1:
            at.append(length)
            gone.append(missing)
        last = match.end()
    parts.append(text[last:])
    return "".join(parts), at, gone


def _places(content: str, quote: str) -> Iterator[tuple[int, int]]:
    """Where a quote stands in a text, from word to word."""
    squeezed, at, gone = _squeezed(content)
    wanted = " ".join(quote.split())
    if not wanted:
        return
    found = -1
    for _ in range(_OCCURRENCES * 4):
        found = squeezed.find(wanted, found + 1)
        if found < 0:
            return
        end = found + len(wanted)
        before = squeezed[found - 1 : found]
        cut_before = (before.isalnum() and wanted[0].isalnum()) or (
            before == "." and wanted[0].isdigit() and squeezed[max(0, found - 2) : found - 1].isdigit()
        )
        after = squeezed[end : end + 1]
        cut_after = (after.isalnum() and wanted[-1].isalnum()) or (
            after in {".", ","} and wanted[-1].isdigit() and squeezed[end + 1 : end + 2].isdigit()
        )
        if cut_before or cut_after:
            continue
        low, high = (
            place + (gone[number - 1] if (number := bisect_right(at, place)) else 0) for place in (found, end - 1)
        )
        yield low, high + 1


def passages(note: ChartNote, quote: str) -> list[Passage]:
    """Where the quote stands in the note: its first occurrences, each with what is around it."""
    content = composed(note.content)
    found = []
    for low, high in _places(content, composed(quote)):
        found.append(_passage(content, low, high, note.taken_at.date()))
        if len(found) == _OCCURRENCES:
            break
    return found


def _passage(content: str, low: int, high: int, day: date) -> Passage:
    start = content.rfind("\n", 0, max(0, low - _BEFORE)) + 1
    start = max(start, low - 3 * _BEFORE)
    end = content.find("\n", min(len(content), high + _AFTER))
    end = min(len(content) if end < 0 else end, high + 3 * _AFTER)
    passage = Passage(read(plain(content[start:end]), _head(content, low)), low - start, high - start, day)
    first, last = passage.sentence
    passage.is_tainted = any(begin < start + last and start + first < stop for begin, stop in planted(content))
    return passage


def _head(content: str, at: int) -> str:
    """The word "family" or "past", if the nearest heading above says so."""
    lines = content[max(0, at - 4000) : at].split("\n")
    rest = content[at : at + 200].split("\n", 1)[0]
    lines[-1] += rest
    for line in reversed(lines[-40:]):
        stripped = line.strip()
        for name, pattern in _HEADINGS:
            if pattern.search(stripped):
                return name
        if (
            stripped
            and _HEADING.search(stripped)
            and not re.match(r"(?i)\W*(?:mother|father|brother|sister|grand|maternal|paternal|siblings?)\b", stripped)
        ):
            return ""
    return ""
