"""The patients of the sample ward with their notes, as a summary sees them."""

import tomllib
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from uuid import NAMESPACE_OID, uuid5

from clinical import understand
from features.loading.history import DOCUMENTS, HISTORIES, history
from features.summaries.shape import Chart, ChartNote, Profile

TODAY = date(2026, 11, 27)
NOW = datetime.combine(TODAY, time(12, 30), UTC)
MRNS = sorted(path.stem for path in HISTORIES.glob("*.txt"))


@cache
def chart_of(mrn):
    """The chart of a patient of the ward."""
    found = next(one for one in _patients() if str(one["mrn"]) == mrn)
    born = date.fromisoformat(str(found["date_of_birth"]))
    profile = Profile(uuid5(NAMESPACE_OID, mrn), 1, found["name"], born, found.get("sex", "unknown"))
    notes = [_note(mrn, number, incoming) for number, incoming in enumerate(history(mrn, today=TODAY))]
    return Chart(profile, sorted(notes, key=lambda note: note.taken_at, reverse=True))


def _patients():
    ward = tomllib.loads(files("features.loading").joinpath("sample_ward.toml").read_text(encoding="utf-8"))
    for rows in ward.values():
        yield from (row for row in rows if isinstance(row, dict) and "mrn" in row)


def _note(mrn, number, incoming):
    text = incoming.content
    if text is None:  # a document, whose text stands beside it
        text = (DOCUMENTS / incoming.upload.filename).with_suffix(".txt").read_text(encoding="utf-8")
    told = understand(text)
    kind = incoming.details.type or told.type
    return ChartNote(
        uuid5(NAMESPACE_OID, f"{mrn}/{number}"), 1, incoming.details.taken_at, kind, told.author, text, told.sections,
        told.stored(),
    )  # fmt: skip
