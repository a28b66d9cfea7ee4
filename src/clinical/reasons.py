"""Why the patient is seen: the complaint, or the purpose of the visit."""

import re
from collections.abc import Iterator
from itertools import islice

from clinical.facts import Reason
from clinical.note import Note
from clinical.passages import standing_at

# "Reason for referral: ...", "Presenting complaint: ...", on the line itself.
_LABELLED = re.compile(
    r"(?im)^[ \t]*+(?:reason for (?:\w+ )?(?:referral|admission|visit|attendance|consultation|encounter|review)|reason|"
    r"presenting complaint|pc|p/c|c/c|cc|chief complaint|chief concern|indication|referred (?:for|with)|"
    r"problem|re|clinical details)[ \t]*+:[ \t]*+(?P<why>[^\n]{3,240})"
)
_INTRODUCES = re.compile(
    r"\b(?:presents|presented|presenting|present (?:with|for|to|today)|(?<!to )returns? (?:to|for|today)|"
    r"in today|here (?:for|today|with)|referred|admitted (?:with|for|after|following)|c/o|complain(?:s|ing|ed) of|"
    r"comes|came|attends|attended|brought in|seen (?:for|with|because|after|today))\b",
    re.IGNORECASE,
)
_DESCRIBES = re.compile(r"\bis an? (?:[\w-]+ ){0,3}\d+[- ](?:year|month|week|day)", re.IGNORECASE)
# A title that says only what kind of text it is, and of which day.
_NO_TITLE = re.compile(r"\b(?:notes?|date|encounter)\b", re.IGNORECASE)
# The title of a note: "ED: fall from a bicycle", "Fracture clinic, two weeks after a fractured left scaphoid".
_TITLE = re.compile(
    r"(?:(?P<told>[A-Z][\w ]{1,40}[,:–-] [a-z][^\n.;\d]{8,120})|"
    r"(?P<place>[A-Z][\w' -]{2,50}(?:clinic|nurse|review|round|visit|check|session|appointment|follow[- ]?up)"
    r"(?:\s\d{1,2}|\sby (?:tele)?phone)?|referral to [\w' -]{3,60}|"
    r"[\w', -]{0,40}discharge (?:summary|letter)))"
    r"(?=[.;,:]|[ \t]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_NOTHING = re.compile(
    r"(?:no (?:chief |acute |new )?complaints?|follow[- ]?up|n/?a|none|nil|see below|as above)\W*",
    re.IGNORECASE,
)
_COMPLAINT = frozenset({"complaint"})
_TOLD = frozenset({"subjective", "history", "complaint", "", "header"})
_TITLED = frozenset({"", "header", "course"})
_BEGINNING, _TITLE_LINES, _LEAST = 8, 3, 3


def reasons(note: Note) -> list[Reason]:
    """Why the patient is seen; one reason, or none where the note does not say."""
    places = (place for way in _WAYS for place in way(note))
    return [
        Reason(**standing_at(note, start, end), text=" ".join(note.text[start:end].split()))
        for start, end in islice(places, 1)
    ]


def _labelled(note: Note) -> Iterator[tuple[int, int]]:
    for match in islice(_LABELLED.finditer(note.text), _BEGINNING):
        start, end = match.span("why")
        while end > start and note.text[end - 1] in " \t.,;":
            end -= 1
        stop = note.text.find(". ", start, end)
        end = stop if stop > start else end
        if end - start >= _LEAST and not _NOTHING.fullmatch(note.text, start, end):
            yield start, end


def _complaints(note: Note) -> Iterator[tuple[int, int]]:
    """What stands under the heading of the complaint."""
    for passage in islice(note.passages, _BEGINNING * 2):
        if passage.kind in _COMPLAINT and not _NOTHING.fullmatch(passage.text):
            yield passage.start, passage.end


def _titled(note: Note) -> Iterator[tuple[int, int]]:
    """The title, where it says more than where it was."""
    yield from _titles(note, "told")


def _visited(note: Note) -> Iterator[tuple[int, int]]:
    """The title, where it says which clinic or round it was."""
    yield from _titles(note, "place")


def _titles(note: Note, group: str) -> Iterator[tuple[int, int]]:
    lines = [line for line in note.document.lines[:_TITLE_LINES] if not line.blank]
    for line in lines[:1] if group == "told" else lines:
        title = _TITLE.match(note.text, line.start, line.end)
        if title and title[group] and not _NO_TITLE.search(title[group]) and note.kind_at(line.start) in _TITLED:
            yield title.span(group)


def _introduced(note: Note) -> Iterator[tuple[int, int]]:
    """The sentence that says with what the patient comes; where there is none, the one that says who it is."""
    told = list(islice((one for one in note.passages if one.kind in _TOLD), _BEGINNING))
    for pattern in (_INTRODUCES, _DESCRIBES):
        for passage in told:
            if pattern.search(passage.text):
                yield passage.start, passage.end


# The surest first.
_WAYS = (_labelled, _complaints, _titled, _introduced, _visited)
