"""Where a quote stands in its note, and what is read there."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from clinical.propositions.propositions import Sentence
from clinical.propositions.reading import Reader
from features.summaries.grounding.evidence import View
from features.summaries.grounding.instructions import planted
from features.summaries.grounding.named import Names, composed, names_in
from features.summaries.shape import ChartNote

# So much of a note is read before and after a quote.
_BEFORE, _AFTER = 1_500, 700
_OCCURRENCES = 5
_HEADING = re.compile(r"^[A-Z][A-Z /&,()-]{2,60}:?[ \t]*$|^[A-Z][\w /&,()-]{1,45}:(?=\s|$)|^[SOAP]:", re.MULTILINE)


@dataclass(eq=False)
class Passage:
    """A quote where it stands, in the sentences that it touches."""

    views: list[View]
    """Each sentence by itself, and then all of them together."""
    is_tainted: bool
    """Whether its sentences stand in an instruction to the reader, or behind one (`instructions`)."""


_ABBREVIATED = re.compile(
    r"(?i)\b(hx|approx|pt|wt|ht|temp|resp|dx|rx|sx|tx|fx|vs|adm|appt|abd|ext|"
    r"sec|min|hrs?|wks?|mos?|yrs?)\.(?=\s[a-z0-9])"
)


def plain(text: str) -> str:
    """A text, as long as before, in which the full stops of abbreviations do not end sentences."""
    return _ABBREVIATED.sub(r"\1 ", text)


def too_short(quote: str) -> bool:
    """Whether a quote has nothing to say: no word of meaning, nor a number with a word."""
    mentions = [
        mention for sentence in _read(composed(quote)) for one in sentence.propositions for mention in one.mentions
    ]
    if any(mention.is_clinical or mention.kind == "event" for mention in mentions):
        return False
    letters = sum(character.isalnum() for character in quote)
    return letters < 4 or not any(mention.kind == "word" or len(mentions) > 1 or letters > 8 for mention in mentions)


@lru_cache(maxsize=256)
def _read(text: str) -> list[Sentence]:
    return Reader(plain(text)).sentences()


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


def passages(note: ChartNote, quote: str, names: Names | None = None) -> list[Passage]:
    """Where the quote stands in the note: its first occurrences, each with what is read there.

    Args:
        note: The note.
        quote: Words of it.
        names: Who is who in the patient's notes; else only in this one.
    """
    names = names_in([note]) if names is None else names
    content = composed(note.content)
    found = []
    for low, high in _places(content, composed(quote)):
        found.append(_passage(note, content, low, high, names))
        if len(found) == _OCCURRENCES:
            break
    return found


def _passage(note: ChartNote, content: str, low: int, high: int, names: Names) -> Passage:
    start, end = _window(content, low, high)
    heading = _heading_above(content, start)
    day = note.taken_at.date()
    reader = _reader(f"{heading}{plain(content[start:end])}", day)
    shift = len(heading) - start
    sentences = reader.sentences(low + shift, high + shift)
    title = _title_above(content, low)
    titles = reader.sentences(title[0] + shift, title[1] + shift) if title and title[0] >= start else []
    under = f"{note.id} {title}" if titles else ""
    read = [[sentence] for sentence in sentences]
    read += [sentences] if len(sentences) > 1 else []
    read += [[*titles, *sentences]] if titles else []
    before = (
        reader.sentences(*_sentence_before(sentences[0])) if sentences and _ANAPHOR.match(sentences[0].text) else []
    )
    read += [[*before[-1:], *sentences]] if before else []
    views = [
        View(part, day, low + shift, high + shift, title=under, called=names.called, others=names.others)
        for part in read
    ]
    first = min((sentence.start for sentence in sentences), default=low + shift) - shift
    last = max((sentence.end for sentence in sentences), default=high + shift) - shift
    tainted = any(begin < max(last, high) and min(first, low) < stop for begin, stop in planted(content))
    return Passage(views, tainted)


@lru_cache(maxsize=256)
def _reader(text: str, day: date) -> Reader:
    return Reader(text, day, outlined=True)


def _window(content: str, low: int, high: int) -> tuple[int, int]:
    """So much around a quote as decides how it is meant: whole lines, unless they are very long."""
    start = max(content.rfind("\n", 0, max(0, low - _BEFORE)) + 1, low - 3 * _BEFORE, 0)
    end = content.find("\n", min(len(content), high + _AFTER))
    return start, min(len(content) if end < 0 else end, high + 3 * _AFTER)


# "These reveal no fracture": what they are stands in the sentence before.
_ANAPHOR = re.compile(
    r"(?:these|this|those|it|they|both)\s(?!morning|week|month|year|afternoon|evening)", re.IGNORECASE
)


def _sentence_before(sentence: Sentence) -> tuple[int, int]:
    """A place in the sentence before one."""
    return max(0, sentence.start - 3), max(1, sentence.start - 2)


# So many lines a title stands above what it is the title of, and so long it is at most.
_LINES_BELOW_TITLE = 12
_LONGEST_TITLE = 70


def _title_above(content: str, at: int) -> tuple[int, int] | None:
    """Where the short line stands under which a place is listed: "Diabetes type 2." above its bullets."""
    end = content.rfind("\n", 0, at)
    for _ in range(_LINES_BELOW_TITLE):
        if end <= 0:
            return None
        start = content.rfind("\n", 0, end) + 1
        line = content[start:end].strip().lstrip("0123456789.) ")
        if line and line[0].isalpha() and len(line) <= _LONGEST_TITLE and "," not in line and ": " not in line:
            return start, end
        end = start - 1
    return None


def _heading_above(content: str, start: int) -> str:
    """The last heading before a place, on a line of its own."""
    if start == 0:
        return ""
    found = None
    for found in _HEADING.finditer(content, max(0, start - 4000), start):  # noqa: B007
        pass
    return f"{found.group().rstrip().removesuffix(':')}:\n" if found else ""
