"""Nothing in the schema depends on a search path: a restored backup is written under an empty one.

What the catalogue knows is judged there: functions that resolve names when they run, and stored expressions (indexes,
generated columns, defaults, checks, policies, views) that call them. What no catalogue shows, such as a name inside a
string, is found by writing a row of every table under the empty path.
"""

import asyncpg
import pytest

# Functions of our own that parse their body when they run, and so under whatever search path there is.
UNSETTLED = """
SELECT p.oid::regprocedure::text
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.pronamespace <> 'pg_catalog'::regnamespace AND p.pronamespace <> 'information_schema'::regnamespace
  AND l.lanname NOT IN ('internal', 'c') AND p.prosqlbody IS NULL
  AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS setting WHERE setting LIKE 'search_path=%')
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  )
ORDER BY 1
"""

# Functions of extensions that look a name up when they run, called by something that is stored.
BORROWED = """
SELECT pg_describe_object(d.classid, d.objid, d.objsubid)
FROM pg_depend d JOIN pg_proc p ON d.refclassid = 'pg_proc'::regclass AND p.oid = d.refobjid
WHERE d.classid IN (
          'pg_attrdef'::regclass, 'pg_class'::regclass, 'pg_constraint'::regclass, 'pg_rewrite'::regclass,
          'pg_policy'::regclass, 'pg_trigger'::regclass
      )
  AND p.oid IN (
      SELECT e.objid FROM pg_depend e JOIN pg_proc f ON f.oid = e.objid JOIN pg_language l ON l.oid = f.prolang
      WHERE e.classid = 'pg_proc'::regclass AND e.deptype = 'e' AND l.lanname NOT IN ('internal', 'c')
        AND f.prosqlbody IS NULL
  )
"""

TABLES = """
SELECT c.oid::regclass::text AS name,
       array_agg(quote_ident(a.attname) ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '') AS columns
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
GROUP BY c.oid ORDER BY 1
"""


@pytest.fixture
async def connection(cloned_url):
    connection = await asyncpg.connect(cloned_url)
    yield connection
    await connection.close()


async def test_every_function_brings_its_search_path_along(connection):
    assert [row[0] for row in await connection.fetch(UNSETTLED)] == []
    assert [row[0] for row in await connection.fetch(BORROWED)] == []


async def test_one_that_does_not_is_noticed(connection):
    await connection.execute("CREATE FUNCTION careless(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)'")
    assert [row[0] for row in await connection.fetch(UNSETTLED)] == ["careless(text)"]


async def test_every_table_can_be_written_under_an_empty_search_path(live, cloned_url, connection):
    await fill(live)
    tables = await connection.fetch(TABLES)
    assert len(tables) > 10
    await connection.execute("SET search_path = ''")
    for table in tables:
        name, columns = f"public.{table['name']}", ", ".join(table["columns"])
        # With its generated columns, defaults, checks and indexes, as a restore makes it.
        await connection.execute(f"CREATE TEMPORARY TABLE copy (LIKE {name} INCLUDING ALL)")
        await connection.execute(
            f"INSERT INTO pg_temp.copy ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {name}"
        )
        await connection.execute("DROP TABLE pg_temp.copy")
    changed = await connection.fetchval("SELECT count(*) FROM public.rule_version")
    assert changed
    with pytest.raises(asyncpg.RestrictViolationError, match="never changed"):
        await connection.execute("UPDATE public.rule_version SET code = code")


async def fill(live) -> None:
    department = (await live.post("/departments", json={"name": "Örtopädie"})).json()
    await live.post("/clinicians", json={"name": "Åsa Öz", "department_id": department["id"]})
    body = {"name": "Élodie Ørsted", "date_of_birth": "1940-01-01", "mrn": "A1", "height_cm": 170, "weight_kg": 110}
    patient = (await live.post("/patients", json=body)).json()["id"]
    await live.post(f"/patients/{patient}/address", json={"postcode": "YO8 8QN"})
    note = {"taken_at": "2024-03-15T00:00:00Z", "content": "O: BP 128/78, weight 110 kg. Crème brûlée.", "author": "É"}
    assert (await live.post(f"/patients/{patient}/notes", json=note)).status_code == 201
    rule = {"code": "heavy", "recommendation": "Weight Management Program", "expression": "age > 65"}
    assert (await live.post("/rules", json=rule)).status_code == 201
    assert (await live.post(f"/evaluate/{patient}")).status_code == 200
