"""The SQL of notes."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Integer,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    null,
    select,
    update,
)
from sqlalchemy import literal_column as sql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.notes.schema import SHOWN_IN_LISTS, NoteSort
from features.notes.tables import Note, NoteFile, NoteLayout, Observation
from features.patients import latest_of_each, visible
from rounds import clock
from rounds.cache import renew
from rounds.data import Query, Read, Row
from rounds.events.outbox import Generation
from rounds.listings import Listing

LIVE = col(Note.deleted_at).is_(None)
_SEEN = visible(col(Note.patient_id))
# Of each patient, `include=notes` shows so many, the latest.
MOST_INCLUDED = 50

_columns = (
    col(Note.id),
    col(Note.patient_id),
    col(Note.taken_at),
    col(Note.taken_at_source),
    col(Note.type),
    col(Note.type_source),
    col(Note.type_confidence),
    col(Note.author),
    col(Note.author_source),
    col(Note.facts),
    col(Note.file_name),
    col(Note.media_type),
    col(Note.file_bytes),
    col(Note.file_sha256),
    col(Note.file_pages),
    col(Note.extraction_status),
    col(Note.extraction_method),
    col(Note.extraction_confidence),
    col(Note.extraction_error),
    col(Note.version),
    col(Note.created_at),
    col(Note.updated_at),
    col(Note.created_by),
)
_long = col(Note.characters) > sql(str(SHOWN_IN_LISTS))
_in_lists = (
    *_columns,
    case((_long, func.left(col(Note.content), sql(str(SHOWN_IN_LISTS)))), else_=col(Note.content)).label("content"),
    case((_long, null()), else_=col(Note.sections)).label("sections"),
    _long.label("truncated"),
)

_whole = select(*_columns, col(Note.content), col(Note.sections)).where(LIVE, _SEEN)
_mine = and_(col(Note.id) == bindparam("id"), col(Note.patient_id) == bindparam("patient_id"))
_NOTE = Query(_whole.where(_mine))
_of_file = (col(Note.file_name), col(Note.media_type), col(Note.file_sha256), col(Note.file_pages))
_PAGES = Query(select(*_of_file).where(LIVE, _SEEN, _mine))
_FILE = Query(
    select(*_of_file, col(NoteFile.content))
    .outerjoin(NoteFile, col(NoteFile.note_id) == col(Note.id))
    .where(LIVE, _SEEN, _mine)
)
_layout = select(col(NoteLayout.words)).where(col(NoteLayout.note_id) == col(Note.id)).correlate(Note).scalar_subquery()
# What is needed to understand a note anew: its text, its version, and which of its particulars the caller gave.
_to_be_understood = (
    _layout.label("layout"),
    col(Note.content),
    col(Note.version),
    col(Note.taken_at),
    col(Note.taken_at_source),
    col(Note.type),
    col(Note.type_source),
    col(Note.author),
    col(Note.author_source),
)
_WAITING = Query(
    select(*_to_be_understood, col(Note.media_type), col(NoteFile.content).label("file"))
    .outerjoin(NoteFile, col(NoteFile.note_id) == col(Note.id))
    .where(LIVE, col(Note.id) == bindparam("id"), col(Note.extraction_status) == sql("'pending'")),
    sees_restricted=True,
)
_UNDERSTOOD = (
    select(col(Note.id), *_to_be_understood)
    .where(LIVE, col(Note.extraction_status) == sql("'done'"), col(Note.id) > bindparam("after"))
    .order_by(col(Note.id))
    .limit(sql("100"))
)
_UNDERSTOOD_BY_ANY = Query(_UNDERSTOOD, sees_restricted=True)
_UNDERSTOOD_BY = Query(_UNDERSTOOD.where(col(Note.understanding_version) <= bindparam("version")), sees_restricted=True)

_OF_PATIENTS = latest_of_each(
    select(*_in_lists).where(LIVE, _SEEN),
    of=col(Note.patient_id),
    by=col(Note.taken_at),
    key=col(Note.id),
    most=MOST_INCLUDED,
)

NOTES = Listing(
    "notes",
    select(*_in_lists).where(LIVE, _SEEN),
    sorts={NoteSort.TAKEN_AT: col(Note.taken_at), NoteSort.CREATED_AT: col(Note.created_at)},
    default="-taken_at",
    key=col(Note.id),
)
_query = func.websearch_to_tsquery(sql("'rounds_notes'::regconfig"), bindparam("q", type_=Text))
# The two letters that LIKE gives a meaning, and the one that takes it away again, stand for themselves.
_part = func.regexp_replace(
    func.rounds_fold(bindparam("author", type_=Text)), sql(r"'([\\%_])'"), sql(r"'\\\1'"), sql("'g'")
)
FILTERS = {
    "patient_id": col(Note.patient_id) == bindparam("patient_id"),
    "type": col(Note.type) == bindparam("type"),
    "author": col(Note.author_key).like(func.concat(sql("'%'"), _part, sql("'%'"))),
    "taken_from": col(Note.taken_at) >= bindparam("taken_from"),
    "taken_to": col(Note.taken_at) <= bindparam("taken_to"),
    "q": col(Note.vector).op("@@", is_comparison=True)(_query),
}
# Whole numbers, so that a cursor holds exactly what the database compares. 1 divides by 1 + the logarithm of the
# length: of two notes that match alike, the shorter is more about it.
RELEVANCE = cast(func.ts_rank(col(Note.vector), _query, sql("1")) * sql("1000000"), Integer)

# What surrounds a match in a snippet: characters that no note has.
OPENS, CLOSES = "\x02", "\x03"
_SNIPPETS = Query(
    select(
        col(Note.id),
        func.ts_headline(
            sql("'rounds_notes'::regconfig"),
            func.left(col(Note.content), sql("1000000")),
            _query,
            sql(
                f"'StartSel={OPENS}, StopSel={CLOSES}, MaxFragments=2, MaxWords=18, MinWords=8, FragmentDelimiter= … '"
            ),
        ).label("snippet"),
    ).where(_SEEN, col(Note.id) == any_(bindparam("ids", type_=ARRAY(Uuid))))
)

# What summaries and other readings of a whole chart go by, for other slices to join with.
CHART_NOTES = (
    select(
        col(Note.id),
        col(Note.patient_id),
        col(Note.version),
        col(Note.taken_at),
        col(Note.type),
        col(Note.author),
        col(Note.content),
        col(Note.characters),
        col(Note.sections),
        col(Note.facts),
        col(Note.extraction_status),
        col(Note.extraction_method),
        col(Note.extraction_confidence),
    )
    .where(LIVE)
    .subquery("chart_notes")
)


_CHART = "chart:"


def chart_stamp(patient_id: Any) -> Any:
    """A scalar subquery that changes whenever a note of the patient is added, deleted or read anew; '' before."""
    name = func.concat(sql(f"'{_CHART}'"), patient_id)
    # Whose it is comes from the statement around it, however deep it stands.
    own = select(cast(col(Generation.stamp), Text)).where(col(Generation.name) == name).correlate_except(Generation)
    stamp = own.scalar_subquery()
    return func.coalesce(stamp, sql("''"))


async def hold_chart(patient_id: UUID, db: AsyncSession) -> None:
    """Let no note of the patient be added, deleted or read anew until the end of the transaction."""
    name = f"{_CHART}{patient_id}"
    await db.execute(select(col(Generation.name)).where(col(Generation.name) == name).with_for_update(read=True))


async def change_chart(patient_id: UUID, db: AsyncSession) -> None:
    """Note that something about the patient's notes has changed. Call it late: others of the patient wait for it."""
    await renew(f"{_CHART}{patient_id}", db)


async def find_note(patient_id: UUID, note_id: UUID, db: Read) -> Row | None:
    """The note's row."""
    return await db.one(_NOTE, id=note_id, patient_id=patient_id)


async def find_file(patient_id: UUID, note_id: UUID, db: Read) -> Row | None:
    """The note's file: its name, type, hash, pages and bytes, all null when the note came without one."""
    return await db.one(_FILE, id=note_id, patient_id=patient_id)


async def find_pages(patient_id: UUID, note_id: UUID, db: Read) -> Row | None:
    """The same without the bytes."""
    return await db.one(_PAGES, id=note_id, patient_id=patient_id)


async def find_waiting(note_id: UUID, db: Read) -> Row | None:
    """What is there to be read of a note that waits for it."""
    return await db.one(_WAITING, id=note_id)


async def understood_by(version: int | None, after: UUID, db: Read) -> list[Row]:
    """A page of notes behind `after` that were understood by this version or an older one; by any with None."""
    if version is None:
        return await db.all(_UNDERSTOOD_BY_ANY, after=after)
    return await db.all(_UNDERSTOOD_BY, after=after, version=version)


async def of_patients(ids: Sequence[UUID], db: Read) -> list[Row]:
    """The latest notes of these patients, each patient's latest first."""
    return await db.all(_OF_PATIENTS, ids=list(ids))


async def snippets(ids: Sequence[UUID], q: str, db: Read) -> dict[UUID, str]:
    """Where these notes match, with `OPENS` and `CLOSES` around what does."""
    return {row["id"]: row["snippet"] for row in await db.all(_SNIPPETS, ids=list(ids), q=q)}


async def lock_note(patient_id: UUID, note_id: UUID, db: AsyncSession) -> int | None:
    """The note's version, held against every change until the end of the transaction; None when there is no note."""
    statement = select(col(Note.version)).where(
        LIVE, _SEEN, col(Note.id) == note_id, col(Note.patient_id) == patient_id
    )
    version: int | None = await db.scalar(statement.with_for_update())
    return version


async def add_file(note_id: UUID, content: bytes, db: AsyncSession) -> None:
    """Keep the bytes a note came in."""
    await db.execute(insert(NoteFile).values(note_id=note_id, content=content))


async def write_extraction(note_id: UUID, version: int, values: Mapping[str, Any], db: AsyncSession) -> Row | None:
    """Change what was read of a note, unless it has gone or changed; answers its patient and when it was taken."""
    statement = (
        update(Note)
        .where(col(Note.id) == note_id, col(Note.version) == version, LIVE)
        .values(**values, version=version + 1, updated_at=clock.now())
        .returning(col(Note.patient_id), col(Note.taken_at))
        .execution_options(synchronize_session=False)
    )
    return (await db.execute(statement)).mappings().one_or_none()  # type: ignore[return-value]  # a mapping by name


async def delete_note(note_id: UUID, db: AsyncSession) -> None:
    """Take the note, and what it reports, out of every read."""
    await _delete(col(Note.id) == note_id, col(Observation.note_id) == note_id, db)


async def delete_notes_of(patient_id: UUID, db: AsyncSession) -> None:
    """Take the patient's notes, and what they report, out of every read."""
    await _delete(col(Note.patient_id) == patient_id, col(Observation.patient_id) == patient_id, db)


async def _delete(notes: Any, observations: Any, db: AsyncSession) -> None:
    await db.execute(delete(NoteLayout).where(col(NoteLayout.note_id).in_(select(col(Note.id)).where(notes))))
    at = clock.now()
    statement = (
        update(Note)
        .where(notes, LIVE)
        .values(deleted_at=at, updated_at=at, version=col(Note.version) + 1)
        .execution_options(synchronize_session=False)
    )
    await db.execute(statement)
    await db.execute(delete(Observation).where(observations))


async def retry_failed(db: AsyncSession) -> list[UUID]:
    """Make notes that could not be read wait for it once more."""
    statement = (
        update(Note)
        .where(LIVE, col(Note.extraction_status) == "failed")
        .values(
            extraction_status="pending",
            extraction_error=None,
            version=col(Note.version) + 1,
            updated_at=clock.now(),
        )
        .returning(col(Note.id))
        .execution_options(synchronize_session=False)
    )
    return list(await db.scalars(statement))
