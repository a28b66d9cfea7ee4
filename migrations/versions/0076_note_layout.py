"""Where on its pages the words of a note stand that came as a PDF or a scan, and how many pages it has."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0076"
down_revision: str | None = "0075"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "note_layout",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.ARRAY(sa.Integer()), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_layout_note_id")),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_note_layout")),
    )
    op.add_column("note", sa.Column("file_pages", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("note", "file_pages")
    op.drop_table("note_layout")
