"""The tables of notes: the notes, the files they came in, and the measurements read from them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Computed, Float, Index, Integer, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.schema import Column
from sqlmodel import Field, SQLModel

from rounds.data import Timestamped, new_id, timestamp
from rounds.data.erasure import erases

# Deleted notes stay as rows for the audit trail; every index but the primary key leaves them out.
_LIVE = text("deleted_at IS NULL")


class Note(Timestamped, table=True):
    """A note about a patient, and what was understood of it."""

    __tablename__ = "note"
    __table_args__ = (
        CheckConstraint("taken_at_source IN ('given', 'note', 'received')", name="taken_at_source"),
        CheckConstraint("type_source IN ('given', 'classified')", name="type_source"),
        CheckConstraint("author_source IN ('given', 'note')", name="author_source"),
        CheckConstraint("(author IS NULL) = (author_source IS NULL)", name="author"),
        CheckConstraint("extraction_status IN ('done', 'pending', 'failed')", name="extraction_status"),
        CheckConstraint("extraction_method IN ('text', 'pdf', 'ocr')", name="extraction_method"),
        CheckConstraint("extraction_confidence BETWEEN 0 AND 1", name="extraction_confidence"),
        CheckConstraint("type_confidence BETWEEN 0 AND 1", name="type_confidence"),
        CheckConstraint("num_nulls(file_name, media_type, file_bytes, file_sha256) IN (0, 4)", name="file"),
        Index("ix_note_patient_id_taken_at_id", "patient_id", "taken_at", "id", postgresql_where=_LIVE),
        Index("ix_note_taken_at_id", "taken_at", "id", postgresql_where=_LIVE),
        Index("ix_note_created_at_id", "created_at", "id", postgresql_where=_LIVE),
        Index("ix_note_type_taken_at_id", "type", "taken_at", "id", postgresql_where=_LIVE),
        Index("ix_note_vector", "vector", postgresql_using="gin", postgresql_where=_LIVE),
        Index(
            "ix_note_author_key_trigrams",
            "author_key",
            postgresql_using="gin",
            postgresql_ops={"author_key": "gin_trgm_ops"},
            postgresql_where=_LIVE,
        ),
        Index("ix_note_understanding_version_id", "understanding_version", "id", postgresql_where=_LIVE),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID = Field(foreign_key="patient.id")
    taken_at: datetime = timestamp(default=False)
    taken_at_source: str = Field(sa_type=Text)
    type: str = Field(sa_type=Text)
    type_source: str = Field(sa_type=Text)
    type_confidence: float | None = Field(default=None, sa_type=Float(53))
    author: str | None = Field(default=None, sa_type=Text)
    author_source: str | None = Field(default=None, sa_type=Text)
    # Lower-cased and without accents; what the filter compares.
    author_key: str | None = Field(
        default=None,
        sa_column=Column(
            Text(collation="C"), Computed("rounds_fold(coalesce(author, ''))", persisted=True), nullable=False
        ),
    )
    content: str = Field(default="", sa_type=Text)
    # Its length, so that lists need not fetch the whole of a long one to know.
    characters: int = 0
    sections: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True))
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    file_name: str | None = Field(default=None, sa_type=Text)
    media_type: str | None = Field(default=None, sa_type=Text)
    file_bytes: int | None = None
    file_sha256: str | None = Field(default=None, sa_type=Text)
    # Of a PDF or a scan; null in notes that an older version read.
    file_pages: int | None = None
    extraction_status: str = Field(default="done", sa_type=Text)
    extraction_method: str = Field(default="text", sa_type=Text)
    extraction_confidence: float | None = Field(default=None, sa_type=Float(53))
    extraction_error: str | None = Field(default=None, sa_type=Text)
    # The version of the understanding that the facts come from; 0 while there are none.
    understanding_version: int = 0
    created_by: UUID | None = None
    deleted_at: datetime | None = timestamp(nullable=True)
    vector: str | None = Field(
        default=None,
        sa_column=Column(TSVECTOR(), Computed("rounds_note_vector(content)", persisted=True), nullable=False),
    )


class NoteFile(SQLModel, table=True):
    """The bytes of a note that came as a file, exactly as they came. In a table of their own, which no list reads."""

    __tablename__ = "note_file"

    note_id: UUID = Field(foreign_key="note.id", primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)


class NoteLayout(SQLModel, table=True):
    """Where the words of a note stand on the pages it came on. In a table of its own, which no list reads.

    Rows of numbers, one after the other: page, first and last place in the text, left, top, right and bottom
    (`features.notes.reading.pieces`).
    """

    __tablename__ = "note_layout"

    note_id: UUID = Field(foreign_key="note.id", primary_key=True)
    words: list[int] = Field(sa_type=ARRAY(Integer))


class Observation(SQLModel, table=True):
    """A measurement that a note reports. Made from the note's facts, and made anew with them."""

    __tablename__ = "observation"
    __table_args__ = (
        CheckConstraint("kind IN ('vital', 'lab')", name="kind"),
        Index("ix_observation_note_id", "note_id"),
        Index("ix_observation_patient_id_at_id", "patient_id", "at", "id"),
        Index("ix_observation_patient_id_name_at_id", "patient_id", "name", "at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    note_id: UUID = Field(foreign_key="note.id")
    patient_id: UUID
    kind: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text(collation="C"))
    value: float = Field(sa_type=Float(53))
    unit: str | None = Field(default=None, sa_type=Text)
    at: datetime = timestamp(default=False)
    original: str = Field(sa_type=Text)


# The stamp of the patient's chart (`features.notes.persistence.chart_stamp`).
erases("generation", where="name = 'chart:' || CAST(:patient_id AS text)")
