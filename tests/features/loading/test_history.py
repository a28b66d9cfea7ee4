"""The notes of the sample ward: what stands in their files, and what of it is in the database when it is loaded."""

import re
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Column, MetaData, String, Table, select

from features.loading import handler
from features.loading.history import DOCUMENTS, HISTORIES, history
from features.loading.sample import STAFF, WARD
from features.notes import Incoming, NoteAdded, NoteExtracted
from rounds import clock
from rounds.data import Query
from rounds.events.consumer import Consumer

OUTBOX = Table("outbox", MetaData(), Column("type", String))
DAYS = [date(2026, 1, 1), date(2028, 2, 29), date(2033, 12, 31)]
MRNS = [patient.mrn for patient in WARD]
CLINICIANS = {name for names in STAFF.values() for name in names}
UNFINISHED = re.compile(
    r"[{}\[\]<>]|===|\b(?:todo|tbc|tbd|xxx+|lorem|placeholder|john doe|n/a)\b|\.\.\.|…", re.IGNORECASE
)


def notes_of(mrn: str, today: date = DAYS[0]) -> list[Incoming]:
    """As they are when the ward is loaded in the first moment of that day."""
    with clock.frozen(datetime.combine(today, time(), tzinfo=UTC)):
        return list(history(mrn, today=today))


def texts(mrn: str, today: date = DAYS[0]) -> list[str]:
    return [incoming.content for incoming in notes_of(mrn, today) if incoming.content is not None]


async def walked(client, path: str, **params: object) -> list[dict]:
    rows: list[dict] = []
    page = (await client.get(path, params={"limit": 200, **params})).json()
    while True:
        rows += page["data"]
        if not page["links"]["next"]:
            return rows
        page = (await client.get(page["links"]["next"])).json()


# --- as they are written


def test_a_dozen_patients_have_histories_and_the_others_a_note_or_none():
    counts = {mrn: len(notes_of(mrn)) for mrn in MRNS}
    assert 12 <= sum(count >= 3 for count in counts.values()) <= 15
    assert set(counts.values()) <= {0, 1, 3, 4, 5, 6, 7, 8}
    assert 55 <= sum(counts.values()) <= 75
    assert counts["124"] == 0  # of whom next to nothing is known


def test_every_file_belongs_to_a_patient_and_is_short_enough_to_read():
    files = sorted(HISTORIES.iterdir())
    assert {path.suffix for path in files} == {".txt"}
    assert {path.stem for path in files} <= set(MRNS)
    for path in files:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) < 300
        begins = [line for line in lines if line.startswith("=")]
        assert len(begins) == len(notes_of(path.stem)), "a note's first line is not as it should be"


def test_no_two_texts_are_alike_and_none_is_unfinished():
    written = [text for mrn in MRNS for text in texts(mrn)]
    assert len(set(written)) == len(written)
    openings = Counter(text[:120] for text in written)
    assert openings.most_common(1)[0][1] == 1
    for text in written:
        assert len(text) >= 150, text
        assert not UNFINISHED.search(text), UNFINISHED.search(text)
        assert text.replace("\n", "").isprintable()


@pytest.mark.parametrize("patient", WARD, ids=lambda patient: patient.mrn)
def test_notes_name_no_patient_and_are_of_the_wards_clinicians(patient):
    named = set(re.findall(r"\w{4,}", patient.name)) - {"María"}
    for incoming in notes_of(patient.mrn):
        assert incoming.details.author is None or incoming.details.author in CLINICIANS
        if incoming.content is not None:
            assert not named & set(re.findall(r"\w+", incoming.content))


@pytest.mark.parametrize("today", DAYS, ids=str)
@pytest.mark.parametrize("patient", WARD, ids=lambda patient: patient.mrn)
def test_every_note_is_from_within_the_patients_life_and_in_order(patient, today):
    taken = [incoming.details.taken_at for incoming in notes_of(patient.mrn, today)]
    assert taken == sorted(taken)
    assert all(patient.date_of_birth < at.date() < today for at in taken)
    assert all(later > earlier for earlier, later in pairwise(taken))


@pytest.mark.parametrize("patient", WARD, ids=lambda patient: patient.mrn)
def test_histories_know_what_was_done_and_when(patient):
    notes = notes_of(patient.mrn)
    told = {incoming.details.taken_at.date() for incoming in notes}
    for one in patient.procedures if len(notes) >= 3 else ():
        day = DAYS[0] - timedelta(days=one.days_ago)
        assert day in told or any(f"{day.day} {day:%B %Y}" in text for text in texts(patient.mrn)), one


def test_days_in_the_texts_count_back_from_the_day_of_loading():
    first, second = texts("101", date(2026, 11, 21)), texts("101", date(2027, 1, 20))
    assert "1 November 2026" in first[3]
    assert "31 December 2026" in second[3]
    assert first[0] == second[0]  # which names no day


def test_half_are_described_and_half_are_left_to_be_understood():
    given = [incoming.details for mrn in MRNS for incoming in notes_of(mrn)]
    for field in ("type", "author"):
        assert 0.35 < sum(getattr(details, field) is not None for details in given) / len(given) < 0.65
    assert len({details.type for details in given if details.type}) >= 10


# --- as they are stored


@pytest.mark.parametrize(
    "loaded_at",
    [datetime(2026, 11, 21, 0, 0, tzinfo=UTC), datetime(2032, 2, 29, 23, 59, 59, tzinfo=UTC)],
    ids=["at midnight", "late on a leap day"],
)
async def test_the_ward_has_its_notes_and_all_of_them_are_told(client, database, child_processes, loaded_at):
    with clock.frozen(loaded_at):
        assert await handler.load_sample_ward(database, child_processes=child_processes) == len(WARD)
    notes = await walked(client, "/notes")
    expected = Counter({mrn: len(notes_of(mrn, loaded_at.date())) for mrn in MRNS})
    mrn_of = {one["id"]: one["mrn"] for one in (await client.get("/patients?limit=200")).json()["data"]}
    assert Counter(mrn_of[note["patient_id"]] for note in notes) == +expected
    for note in notes:
        assert note["taken_at_source"] == "given"
        assert datetime.fromisoformat(note["taken_at"]) < loaded_at
        recent = datetime.fromisoformat(note["taken_at"]) > loaded_at - timedelta(days=366)
        assert recent or note["file"]  # what stands on paper stays as old as it is
        assert note["created_by"] is None
    assert len({note["type"] for note in notes if note["type_source"] == "given"}) >= 10
    told = Counter(row["type"] for row in await database.reads.all(Query(select(OUTBOX.c.type))))
    assert told[NoteAdded.type] == len(notes)
    assert told[NoteExtracted.type] == sum(note["extraction"]["status"] == "done" for note in notes)


async def test_one_note_is_a_pdf_and_one_a_scan_that_the_consumer_reads(client, database, child_processes):
    await handler.load_sample_ward(database, child_processes=child_processes)

    async def files() -> dict[str, dict]:
        return {note["file"]["media_type"]: note for note in await walked(client, "/notes") if note["file"]}

    found = await files()
    pdf = found.pop("application/pdf")
    (scan,) = found.values()
    assert (pdf["extraction"]["status"], pdf["extraction"]["method"]) == ("done", "pdf")
    assert len(pdf["content"]) > 300
    assert (scan["extraction"]["status"], scan["content"]) == ("pending", "")
    assert pdf["patient_id"] != scan["patient_id"]
    for note in (pdf, scan):
        stored = await client.get(f"/patients/{note['patient_id']}/notes/{note['id']}/file")
        assert stored.content == (DOCUMENTS / note["file"]["filename"]).read_bytes()

    await Consumer(database, child_processes=child_processes, backoff_seconds=0.0).drain()
    read = (await files())[scan["file"]["media_type"]]
    assert (read["extraction"]["status"], read["extraction"]["method"]) == ("done", "ocr")
    assert read["extraction"]["confidence"] > 0.8
    assert len(read["content"]) > 100


async def test_a_load_that_breaks_off_leaves_nothing_and_the_next_one_everything(
    client, database, child_processes, monkeypatch
):
    added = 0

    async def failing(*args, **options):
        nonlocal added
        added += 1
        if added > 30:
            raise RuntimeError("the machine goes down")
        return await handler_add(*args, **options)

    handler_add = handler.add_note
    monkeypatch.setattr(handler, "add_note", failing)
    with pytest.raises(RuntimeError, match="goes down"):
        await handler.load_sample_ward(database, child_processes=child_processes)
    assert (await client.get("/patients")).json()["data"] == []
    assert (await client.get("/notes")).json()["data"] == []
    monkeypatch.undo()
    assert await handler.load_sample_ward(database, child_processes=child_processes) == len(WARD)
    assert len(await walked(client, "/notes")) > 50
