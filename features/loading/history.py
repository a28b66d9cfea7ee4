"""What is written in the sample ward: the notes in `histories`, a file for each patient that has any.

Such a file is named after the patient's MRN. In it every note begins with a line about it:

    === 33 days ago, 07:20; type: admission; author: Dr Grace Okafor

and its text follows, the oldest note first. What is left out there is to be understood from the text. Days count back
from the day the ward is loaded, so histories stay recent. In a text `{33}` is that day's date: 19 October 2026;
`{33:%d/%m/%Y}` writes it in another way. With `file: letter.pdf` the note is that file in `documents`, and has no text
here; since dates on paper stay what they are, it begins with the date itself, `=== 2025-03-08, 14:40; …`.

All of it is invented, like the patients. Tests rely on what becomes of certain drugs, allergies and suspicions; they
say so.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

from features.notes import Incoming, NoteDetails, NoteWrite, Upload

__all__ = ["DOCUMENTS", "HISTORIES", "history"]

HISTORIES = Path(__file__).with_name("histories")
DOCUMENTS = Path(__file__).with_name("documents")

_FIRST_LINE = re.compile(
    r"^=== (?P<day>\d+ days ago|\d{4}-\d\d-\d\d), (?P<at>\d\d:\d\d)(?P<more>(?:; \w+: [^;\n]+)*)$", re.MULTILINE
)
_LONGEST_AGO = 800


class _Day(date):
    """A date that is written as people in Britain write it, unless it is told how."""

    def __format__(self, manner: str) -> str:
        return self.strftime(manner) if manner else f"{self.day} {self:%B %Y}"


def history(mrn: str, *, today: date) -> Iterator[Incoming]:
    """The notes of the sample patient with this MRN, the oldest first; often none.

    Args:
        mrn: Whose.
        today: The day the ward is loaded. Every note is from before it.
    """
    path = HISTORIES / f"{mrn}.txt"
    if not path.exists():
        return
    days = [_Day.fromordinal(today.toordinal() - ago) for ago in range(_LONGEST_AGO)]
    _, *parts = _FIRST_LINE.split(path.read_text(encoding="utf-8"))
    for day, at, more, text in zip(*[iter(parts)] * 4, strict=True):
        said = dict(pair.split(": ", 1) for pair in more.split("; ")[1:])
        file = said.pop("file", None)
        ago = day.removesuffix(" days ago")
        on = days[int(ago)] if ago.isdecimal() else date.fromisoformat(day)
        said["taken_at"] = datetime.combine(on, time.fromisoformat(at), tzinfo=UTC)
        if file is not None:
            yield Incoming(NoteDetails.model_validate(said), upload=Upload(file, (DOCUMENTS / file).read_bytes()))
        else:
            note = NoteWrite.model_validate({**said, "content": text.strip().format(*days)})
            yield Incoming(note, content=note.content)
