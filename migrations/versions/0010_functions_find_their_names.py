"""Functions find what they name under every search path, as restoring a backup sets an empty one."""

from collections.abc import Sequence

from alembic import op

revision: str = "0010"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# A body that is a string is parsed when it runs, under the caller's search path. `rounds_fold` is of the other kind:
# its names were resolved when it was made.
FUNCTIONS = ("rounds_note_vector(text)", "rounds_rule_version_stays()")


def upgrade() -> None:
    for function in FUNCTIONS:
        # Which schema the tables are in is the database's affair: it is asked for, not taken to be `public`.
        op.execute(
            f"""
            DO $do$
            BEGIN
                EXECUTE (
                    SELECT format('ALTER FUNCTION %s SET search_path = pg_catalog, %I', p.oid::regprocedure, n.nspname)
                    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                    WHERE p.oid = '{function}'::regprocedure
                );
            END
            $do$
            """  # noqa: S608 - the only thing spliced in is a constant
        )


def downgrade() -> None:
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} RESET search_path")
