"""The one line that a failed command ends with; `tests/journeys/test_command_failures.py` runs real commands."""

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from rounds.command_line.failures import explain
from rounds.data import Database

CODES = [
    ("23514", "it violates ck_of_somebody"),
    ("23505", "it violates ck_of_somebody"),
    ("23503", "it violates ck_of_somebody"),
    ("53100", "its disk is full"),
    ("25006", "it is read-only"),
    ("57P01", "went away meanwhile"),
    ("40P01", "went away meanwhile"),
    ("XX000", "PostgreSQL refused it: InternalServerError"),
    ("42P01", "PostgreSQL refused it: UndefinedTableError"),
]


@pytest.mark.parametrize(("code", "expected"), CODES)
async def test_what_the_database_refuses_is_one_line_without_its_words(cloned_url, code, expected, capsys):
    named = ", CONSTRAINT = 'ck_of_somebody'" if code.startswith("23") else ""
    statement = f"DO $$ BEGIN RAISE EXCEPTION 'Ada Byron' USING ERRCODE = '{code}'{named}; END $$"
    errors = []
    async with Database.open(cloned_url, pool_size=1) as database:
        with pytest.raises(DBAPIError) as of_sqlalchemy:
            async with database.transaction() as db:
                await db.execute(text(statement))
        errors.append(of_sqlalchemy.value)
    connection = await asyncpg.connect(cloned_url)
    with pytest.raises(asyncpg.PostgresError) as of_asyncpg:
        await connection.execute(statement)
    await connection.close()
    errors.append(of_asyncpg.value)
    errors.append(ExceptionGroup("together", [of_asyncpg.value]))
    for error in errors:
        assert explain(error) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert expected in line
        assert "Ada" not in line
