"""How the role gets its rights that the servers run as: to use every table, and to add to the audit trail only.

The rights are given when a program starts with such a role (`ROUNDS_DATABASE_ROLE`), not here: a dump that holds
grants could be restored only where the role is.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0041"
down_revision: str | None = "0040"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_GRANT = r"""
CREATE FUNCTION rounds_grant_application(grantee text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, {schema}, pg_temp AS $body$
DECLARE
    kept record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('rounds_grant_application', 0));
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = grantee) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', grantee);
    END IF;
    IF NOT pg_has_role(current_user, grantee, 'MEMBER') THEN
        EXECUTE format('GRANT %I TO %I', grantee, current_user);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA {schema} TO %I', grantee);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO %I', grantee);
    EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO %I', grantee);
    FOR kept IN
        SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = '{schema}'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname LIKE 'audit\_%'
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %I', kept.name, grantee);
    END LOOP;
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON {schema}.audit_era FROM %I', grantee);
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON {schema}.alembic_version FROM %I', grantee);
END
$body$
"""


def upgrade() -> None:
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    op.execute(sa.text(_GRANT.replace("{schema}", str(schema)).replace(":", "\\:")))
    for function in ("audit_erase_values(uuid)", "audit_begin_era()"):
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")


def downgrade() -> None:
    op.execute("DROP FUNCTION rounds_grant_application(text)")
    for function in ("audit_erase_values(uuid)", "audit_begin_era()"):
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO PUBLIC")
