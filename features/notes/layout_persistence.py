"""The SQL of layouts: where the words of notes stand on their pages."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, cast, select, update
from sqlalchemy import literal_column as sql
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.notes.persistence import LIVE
from features.notes.places import Layout
from features.notes.tables import Note, NoteFile, NoteLayout
from features.patients import visible
from rounds import clock
from rounds.data import Query, Read, Row

_OF_MANY = Query(
    select(col(NoteLayout.note_id), col(NoteLayout.words))
    .join(Note, col(Note.id) == col(NoteLayout.note_id))
    .where(LIVE, visible(col(Note.patient_id)), col(Note.id) == any_(bindparam("ids", type_=ARRAY(Uuid))))
)
# Notes that were read before layouts were kept. Few at a time, for each brings its file along.
_MISSING = Query(
    select(
        col(Note.id),
        col(Note.version),
        col(Note.content),
        cast(col(Note.facts), Text).label("facts"),
        col(NoteFile.content).label("file"),
    )
    .join(NoteFile, col(NoteFile.note_id) == col(Note.id))
    .outerjoin(NoteLayout, col(NoteLayout.note_id) == col(Note.id))
    .where(
        LIVE,
        col(Note.extraction_status) == sql("'done'"),
        col(Note.extraction_method) != sql("'text'"),
        col(NoteLayout.note_id).is_(None),
        col(Note.id) > bindparam("after", type_=Uuid),
    )
    .order_by(col(Note.id))
    .limit(sql("10")),
    sees_restricted=True,
)


async def of_notes(ids: Collection[UUID], db: Read) -> dict[UUID, Layout]:
    """The layouts of these notes, by note id; without those of which none was kept."""
    rows = await db.all(_OF_MANY, ids=list(ids)) if ids else []
    return {UUID(bytes=row["note_id"].bytes): Layout(row["words"]) for row in rows}


async def missing(after: UUID, db: Read) -> list[Row]:
    """Some notes behind `after` that were read from a file, and of which no layout was kept."""
    return await db.all(_MISSING, after=after)


async def put(note_id: UUID, words: Sequence[int], db: AsyncSession) -> None:
    """Keep where the words of a note stand on its pages, in place of what was kept before."""
    new = insert(NoteLayout).values(note_id=note_id, words=list(words))
    await db.execute(new.on_conflict_do_update(index_elements=["note_id"], set_={"words": new.excluded.words}))


async def place_facts(
    note_id: UUID, version: int, facts: Mapping[str, Any], pages: int | None, db: AsyncSession
) -> UUID | None:
    """Put facts that say where they stand in place of the same ones that do not; answers whose note it is.

    None, and nothing happens, when the note has gone or changed.
    """
    statement = (
        update(Note)
        .where(col(Note.id) == note_id, col(Note.version) == version, LIVE)
        .values(facts=facts, file_pages=pages, version=version + 1, updated_at=clock.now())
        .returning(col(Note.patient_id))
        .execution_options(synchronize_session=False)
    )
    patient_id: UUID | None = await db.scalar(statement)
    return patient_id
