"""The audit trail: what happened, in partitions by month, and the seals over it; nothing of it can be changed.

Whoever tries is refused by the database itself, the owner of the tables included.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0040"
down_revision: str | None = "0033"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES = """
CREATE TABLE audit_event (
    id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    era integer NOT NULL DEFAULT 1,
    transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
    actor text NOT NULL,
    actor_id uuid,
    action text NOT NULL,
    resource text NOT NULL,
    resource_id text,
    patient_id uuid,
    patient_ids uuid[],
    request_id text,
    outcome text NOT NULL,
    fields text[],
    values_digest bytea,
    detail text,
    CONSTRAINT pk_audit_event PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE INDEX ix_audit_event_era_transaction ON audit_event (era, transaction);
CREATE INDEX ix_audit_event_patient_id_at_id ON audit_event (patient_id, at, id) WHERE patient_id IS NOT NULL;
CREATE INDEX ix_audit_event_patient_ids ON audit_event USING gin (patient_ids) WHERE patient_ids IS NOT NULL;
CREATE INDEX ix_audit_event_actor_at_id ON audit_event (actor, at, id);
CREATE INDEX ix_audit_event_action_at_id ON audit_event (action, at, id) WHERE action <> 'view';
CREATE INDEX ix_audit_event_outcome_at_id ON audit_event (outcome, at, id) WHERE outcome <> 'success';

CREATE TABLE audit_value (
    event_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    patient_id uuid,
    salt bytea NOT NULL,
    changes json NOT NULL,
    CONSTRAINT pk_audit_value PRIMARY KEY (event_id, at)
) PARTITION BY RANGE (at);
CREATE INDEX ix_audit_value_patient_id ON audit_value (patient_id) WHERE patient_id IS NOT NULL;

CREATE TABLE audit_seal (
    number bigint NOT NULL,
    previous bytea NOT NULL,
    month date NOT NULL,
    era integer NOT NULL,
    from_transaction xid8 NOT NULL,
    to_transaction xid8 NOT NULL,
    newest_transaction xid8 NOT NULL,
    events bigint NOT NULL,
    digest bytea NOT NULL,
    sealed_at timestamptz NOT NULL,
    seal bytea NOT NULL,
    CONSTRAINT pk_audit_seal PRIMARY KEY (number)
);
CREATE TABLE audit_sealed (
    number bigint NOT NULL,
    month date NOT NULL,
    members bytea NOT NULL,
    CONSTRAINT pk_audit_sealed PRIMARY KEY (number, month)
) PARTITION BY LIST (month);
CREATE TABLE audit_era (
    number integer NOT NULL,
    cluster text NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_audit_era PRIMARY KEY (number)
)
"""
# Each month has a partition of each table; what no partition takes goes into the one for the rest, so that nothing is
# ever refused for want of one. A month that the rest has events of already stays there.
_FUNCTIONS = r"""
CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $body$
BEGIN
    RAISE EXCEPTION '% of % is refused: the audit trail only grows', TG_OP, TG_TABLE_NAME USING ERRCODE = '42501';
END
$body$

CREATE FUNCTION audit_guard(guarded text, operations text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, {schema}, pg_temp AS $body$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER tr_audit_stays BEFORE %s ON {schema}.%I '
        'FOR EACH STATEMENT EXECUTE FUNCTION {schema}.audit_stays()',
        operations, guarded
    );
    EXECUTE format('ALTER TABLE {schema}.%I ENABLE ALWAYS TRIGGER tr_audit_stays', guarded);
END
$body$

CREATE FUNCTION audit_prepare_month(month date) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, {schema}, pg_temp SET timezone = 'UTC' AS $body$
DECLARE
    first date := date_trunc('month', month);
    suffix text := to_char(first, 'YYYY_MM');
    since text := to_char(first, 'YYYY-MM-DD');
    until text := to_char(first + interval '1 month', 'YYYY-MM-DD');
BEGIN
    IF to_regclass(format('{schema}.%I', 'audit_event_' || suffix)) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('audit_prepare_month', 0));
    IF to_regclass(format('{schema}.%I', 'audit_event_' || suffix)) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'CREATE TABLE {schema}.%I PARTITION OF {schema}.audit_event FOR VALUES FROM (%L) TO (%L)',
        'audit_event_' || suffix, since || ' 00:00:00+00', until || ' 00:00:00+00'
    );
    EXECUTE format(
        'CREATE TABLE {schema}.%I PARTITION OF {schema}.audit_value FOR VALUES FROM (%L) TO (%L)',
        'audit_value_' || suffix, since || ' 00:00:00+00', until || ' 00:00:00+00'
    );
    EXECUTE format(
        'CREATE TABLE {schema}.%I PARTITION OF {schema}.audit_sealed FOR VALUES IN (%L)',
        'audit_sealed_' || suffix, since
    );
    PERFORM audit_guard('audit_event_' || suffix, 'UPDATE OR DELETE OR TRUNCATE');
    PERFORM audit_guard('audit_value_' || suffix, 'UPDATE OR TRUNCATE');
    PERFORM audit_guard('audit_sealed_' || suffix, 'UPDATE OR DELETE OR TRUNCATE');
    RETURN true;
EXCEPTION WHEN check_violation THEN
    RETURN false;
END
$body$

CREATE FUNCTION audit_months() RETURNS SETOF date LANGUAGE sql STABLE SET search_path = pg_catalog, {schema}, pg_temp
    AS $body$
    SELECT to_date(substring(c.relname FROM 'audit_event_(\d{4}_\d{2})$'), 'YYYY_MM')
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = '{schema}.audit_event'::regclass AND c.relname ~ 'audit_event_\d{4}_\d{2}$'
    ORDER BY 1
$body$

CREATE FUNCTION audit_drop_month(month date) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, {schema}, pg_temp AS $body$
DECLARE
    part text;
BEGIN
    FOREACH part IN ARRAY ARRAY['audit_event', 'audit_value', 'audit_sealed'] LOOP
        EXECUTE format('DROP TABLE {schema}.%I', part || '_' || to_char(month, 'YYYY_MM'));
    END LOOP;
END
$body$

CREATE FUNCTION audit_begin_era() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, {schema}, pg_temp AS $body$
DECLARE
    here text := (SELECT system_identifier::text FROM pg_control_system());
    known text;
    present integer;
BEGIN
    SELECT number, cluster INTO present, known FROM audit_era ORDER BY number DESC LIMIT 1;
    IF known = here THEN
        RETURN present;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('audit_begin_era', 0));
    SELECT number, cluster INTO present, known FROM audit_era ORDER BY number DESC LIMIT 1;
    IF known IS DISTINCT FROM here THEN
        present := coalesce(present, 0) + 1;
        INSERT INTO audit_era (number, cluster) VALUES (present, here);
        IF present > 1 THEN
            EXECUTE format('ALTER TABLE {schema}.audit_event ALTER COLUMN era SET DEFAULT %s', present);
        END IF;
    END IF;
    RETURN present;
END
$body$

CREATE FUNCTION audit_erase_values(whose uuid) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, {schema}, pg_temp AS $body$
DECLARE
    erased bigint;
BEGIN
    DELETE FROM audit_value WHERE patient_id = whose;
    GET DIAGNOSTICS erased = ROW_COUNT;
    RETURN erased;
END
$body$
"""
_REST = """
CREATE TABLE audit_event_rest PARTITION OF audit_event DEFAULT;
CREATE TABLE audit_value_rest PARTITION OF audit_value DEFAULT;
CREATE TABLE audit_sealed_rest PARTITION OF audit_sealed DEFAULT;
SELECT audit_guard(guarded, 'UPDATE OR DELETE OR TRUNCATE')
FROM unnest(ARRAY[
    'audit_event', 'audit_event_rest', 'audit_sealed', 'audit_sealed_rest', 'audit_seal', 'audit_era'
]) AS guarded;
SELECT audit_guard(guarded, 'UPDATE OR TRUNCATE') FROM unnest(ARRAY['audit_value', 'audit_value_rest']) AS guarded;
SELECT audit_prepare_month((date_trunc('month', now()) + ahead * interval '1 month')::date)
FROM generate_series(0, 3) AS ahead;
SELECT audit_begin_era();
"""


def _run(script: str) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            op.execute(sa.text(statement.replace(":", "\\:")))


def upgrade() -> None:
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    _run(_TABLES)
    for function in _FUNCTIONS.replace("{schema}", str(schema)).split("\n\n"):
        op.execute(sa.text(function.replace(":", "\\:")))
    _run(_REST)


def downgrade() -> None:
    for table in ("audit_event", "audit_value", "audit_sealed", "audit_seal", "audit_era"):
        op.execute(f"DROP TABLE {table}")
    for function in (
        "audit_prepare_month(date)",
        "audit_begin_era()",
        "audit_drop_month(date)",
        "audit_months()",
        "audit_erase_values(uuid)",
        "audit_guard(text, text)",
        "audit_stays()",
    ):
        op.execute(f"DROP FUNCTION {function}")
