"""What migrations make of patients that were there before."""

import asyncpg

from rounds.data import migrations, new_id

ONE_SPELLING = "0018"
BEFORE = "0017"

STORED = [
    ("se.personnummer", "880320-0016", "19880320-0016"),
    ("se.personnummer", "19880321-0015", "19880321-0015"),
    ("se.personalid", "880320+0016", "18880320-0016"),
    ("se.personnummer", "18880320+0016", "18880320-0016"),
    ("pe.cui", "101174102", "10117410"),
    ("nz.ird", "49091850", "049091850"),
    ("id.npwp", "013121660091000", "0013121660091000"),
    ("ro.cf", "RO1630615123457", "1630615123457"),
    ("gt.nit", "00576937K", "576937K"),
    ("hospital.local", "0012", "0012"),
    ("ie.pps", "6433435F", "6433435F"),
]


async def test_identifiers_get_the_spelling_that_is_looked_up_and_no_number_two_patients(cloned_url):
    await migrations.downgrade(cloned_url, BEFORE)
    connection = await asyncpg.connect(cloned_url)
    try:

        async def admit(system: str, value: str) -> str:
            patient = await connection.fetchval(
                "INSERT INTO patient (id, name, date_of_birth, sex, conditions, version, created_at, updated_at)"
                " VALUES ($1, 'Ada Byron', '1990-01-01', 'other', '{}', 1, now(), now()) RETURNING id",
                new_id(),
            )
            insert = "INSERT INTO patient_identifier (id, patient_id, system, value) VALUES ($1, $2, $3, $4)"
            await connection.execute(insert, new_id(), patient, system, value)
            return patient

        async def value_of(patient: str) -> str:
            return await connection.fetchval("SELECT value FROM patient_identifier WHERE patient_id = $1", patient)

        patients = [(await admit(system, value), wanted) for system, value, wanted in STORED]
        # Two patients that are one: the database lets one of them have the number.
        twins = [await admit("se.personnummer", value) for value in ("750101-1111", "19750101-1111")]
        padded = [await admit("co.nit", value) for value in ("002131234321", "02131234321")]
        await migrations.upgrade(cloned_url, ONE_SPELLING)
        for patient, wanted in patients:
            assert await value_of(patient) == wanted
        assert [await value_of(each) for each in twins] == ["750101-1111", "19750101-1111"]
        assert [await value_of(each) for each in padded] == ["2131234321", "02131234321"]
    finally:
        await connection.close()
