"""Rules, and every version of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_LIVE = sa.text("deleted_at IS NULL")
_INDEXES = {
    "uq_rule_code": ["code"],
    "ix_rule_code_id": ["code", "id"],
    "ix_rule_created_at_id": ["created_at", "id"],
    "ix_rule_active_code_id": ["active", "code", "id"],
    "ix_rule_active_created_at_id": ["active", "created_at", "id"],
}


def upgrade() -> None:
    op.create_table(
        "rule",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column("recommendation", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("expression", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("code ~ '^[a-z0-9][a-z0-9_-]{0,59}$'", name=op.f("ck_rule_code")),
        sa.CheckConstraint("expression <> ''", name=op.f("ck_rule_expression")),
        sa.CheckConstraint("recommendation <> ''", name=op.f("ck_rule_recommendation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
    )
    for name, columns in _INDEXES.items():
        op.create_index(name, "rule", columns, unique=name.startswith("uq_"), postgresql_where=_LIVE)
    op.create_table(
        "rule_version",
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column("recommendation", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("expression", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_rule_version_rule_id")),
        sa.PrimaryKeyConstraint("rule_id", "version", name=op.f("pk_rule_version")),
    )
    # What a recommendation was based on must stay what it was.
    op.execute(
        """
        CREATE FUNCTION rounds_rule_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'versions of rules are never changed' USING ERRCODE = 'restrict_violation';
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER rule_version_stays BEFORE UPDATE OR DELETE ON rule_version "
        "FOR EACH ROW EXECUTE FUNCTION rounds_rule_version_stays()"
    )


def downgrade() -> None:
    op.drop_table("rule_version")
    op.execute("DROP FUNCTION rounds_rule_version_stays()")
    for name in reversed(_INDEXES):
        op.drop_index(name, table_name="rule", postgresql_where=_LIVE)
    op.drop_table("rule")
