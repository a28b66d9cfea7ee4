"""Clinical notes with their files, what was understood of them, and the search over them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LIVE = sa.text("deleted_at IS NULL")
# English stems, and accents make no difference.
CONFIGURATION = (
    "CREATE TEXT SEARCH CONFIGURATION rounds_notes (COPY = english)",
    """
    ALTER TEXT SEARCH CONFIGURATION rounds_notes
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem
    """,
)
# A tsvector holds a megabyte. Hardly a text of ten has more words than that; of one that has, the beginning is found.
VECTOR = """
CREATE FUNCTION rounds_note_vector(text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN to_tsvector('rounds_notes'::regconfig, $1);
EXCEPTION WHEN program_limit_exceeded THEN
    RETURN to_tsvector('rounds_notes'::regconfig, left($1, 100000));
END
$$
"""
# Each index of live notes by its name: its columns.
INDEXES: dict[str, list[str]] = {
    "ix_note_patient_id_taken_at_id": ["patient_id", "taken_at", "id"],
    "ix_note_taken_at_id": ["taken_at", "id"],
    "ix_note_created_at_id": ["created_at", "id"],
    "ix_note_type_taken_at_id": ["type", "taken_at", "id"],
}


def upgrade() -> None:
    for statement in CONFIGURATION:
        op.execute(statement)
    op.execute(VECTOR)
    op.create_table(
        "note",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at_source", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("type_source", sa.Text(), nullable=False),
        sa.Column("type_confidence", sa.Float(precision=53), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("author_source", sa.Text(), nullable=True),
        sa.Column(
            "author_key",
            sa.Text(collation="C"),
            sa.Computed("rounds_fold(coalesce(author, ''))", persisted=True),
            nullable=False,
        ),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("sections", JSONB(none_as_null=True), nullable=True),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("file_bytes", sa.Integer(), nullable=True),
        sa.Column("file_sha256", sa.Text(), nullable=True),
        sa.Column("extraction_status", sa.Text(), nullable=False),
        sa.Column("extraction_method", sa.Text(), nullable=False),
        sa.Column("extraction_confidence", sa.Float(precision=53), nullable=True),
        sa.Column("extraction_error", sa.Text(), nullable=True),
        sa.Column("understanding_version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("vector", TSVECTOR(), sa.Computed("rounds_note_vector(content)", persisted=True), nullable=False),
        sa.CheckConstraint("taken_at_source IN ('given', 'note', 'received')", name=op.f("ck_note_taken_at_source")),
        sa.CheckConstraint("type_source IN ('given', 'classified')", name=op.f("ck_note_type_source")),
        sa.CheckConstraint("author_source IN ('given', 'note')", name=op.f("ck_note_author_source")),
        sa.CheckConstraint("(author IS NULL) = (author_source IS NULL)", name=op.f("ck_note_author")),
        sa.CheckConstraint(
            "extraction_status IN ('done', 'pending', 'failed')", name=op.f("ck_note_extraction_status")
        ),
        sa.CheckConstraint("extraction_method IN ('text', 'pdf', 'ocr')", name=op.f("ck_note_extraction_method")),
        sa.CheckConstraint("extraction_confidence BETWEEN 0 AND 1", name=op.f("ck_note_extraction_confidence")),
        sa.CheckConstraint("type_confidence BETWEEN 0 AND 1", name=op.f("ck_note_type_confidence")),
        sa.CheckConstraint(
            "num_nulls(file_name, media_type, file_bytes, file_sha256) IN (0, 4)", name=op.f("ck_note_file")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_note_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    for name, columns in INDEXES.items():
        op.create_index(name, "note", columns, unique=False, postgresql_where=LIVE)
    op.create_index("ix_note_vector", "note", ["vector"], postgresql_using="gin", postgresql_where=LIVE)
    op.create_index(
        "ix_note_author_key_trigrams",
        "note",
        ["author_key"],
        postgresql_using="gin",
        postgresql_ops={"author_key": "gin_trgm_ops"},
        postgresql_where=LIVE,
    )
    op.create_index(
        "ix_note_understanding_version_id", "note", ["understanding_version", "id"], unique=False, postgresql_where=LIVE
    )
    op.create_table(
        "note_file",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_file_note_id")),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_note_file")),
    )
    # PDFs and images are compressed already.
    op.execute("ALTER TABLE note_file ALTER COLUMN content SET STORAGE EXTERNAL")
    op.create_table(
        "observation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('vital', 'lab')", name=op.f("ck_observation_kind")),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_observation_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
    )
    op.create_index("ix_observation_note_id", "observation", ["note_id"], unique=False)
    op.create_index("ix_observation_patient_id_at_id", "observation", ["patient_id", "at", "id"], unique=False)
    op.create_index(
        "ix_observation_patient_id_name_at_id", "observation", ["patient_id", "name", "at", "id"], unique=False
    )


def downgrade() -> None:
    # Their indexes go with them.
    op.drop_table("observation")
    op.drop_table("note_file")
    op.drop_table("note")
    op.execute("DROP FUNCTION rounds_note_vector(text)")
    op.execute("DROP TEXT SEARCH CONFIGURATION rounds_notes")
