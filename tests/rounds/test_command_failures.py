"""The one line that a failed command ends with; `tests/journeys/test_command_failures.py` runs real commands."""

import asyncpg
import pytest
from redis.exceptions import ConnectionError as RedisAway
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from features.patients import PatientNotFound
from rounds.command_failures import line_for
from rounds.database import Database
from rounds.settings import Misconfigured

CODES = [
    ("23514", "refuses it by ck_of_somebody"),
    ("23505", "refuses it by ck_of_somebody"),
    ("23503", "refuses it by ck_of_somebody"),
    ("53100", "storage of the database is full"),
    ("25006", "accepts no changes"),
    ("57P01", "does not answer"),
    ("40P01", "does not answer"),
    ("XX000", "could not do it"),
    ("42P01", "could not do it"),
]


@pytest.mark.parametrize(("code", "expected"), CODES)
async def test_what_the_database_refuses_is_one_line_without_its_words(cloned_url, code, expected):
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
        line = line_for(error)
        assert expected in line
        assert "\n" not in line
        assert "Ada" not in line


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Misconfigured("ROUNDS_PORT: not a number."), "ROUNDS_PORT: not a number."),
        (PatientNotFound(), "patient"),
        (RedisAway("Error 111"), "Redis"),
        (
            FileNotFoundError(2, "No such file or directory", "patients.json"),
            "patients.json: No such file or directory",
        ),
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_what_a_person_can_mend_is_one_line(error, expected):
    assert expected in line_for(error)


def test_a_mistake_of_the_program_keeps_its_stack_trace():
    assert line_for(ZeroDivisionError()) is None
    assert line_for(ExceptionGroup("together", [ZeroDivisionError(), RedisAway()])) is None
