"""What lands in the database when it is seeded or filled with the sample ward, seen through the API."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import asyncpg
import httpx
import pytest
from nhs_number import calculate_checksum

from features.addresses.schema import AddressWrite
from features.loading import handler, startup
from features.loading.sample import PROCEDURES, STAFF, WARD
from features.loading.synthetic import CAPACITY, FIRST_NHS_NUMBER, synthetic_patients
from features.patients.schema import PatientRead, PatientWrite
from rounds import clock
from tests.conftest import running, settings_for


async def walked(client: httpx.AsyncClient, path: str) -> list[dict]:
    rows: list[dict] = []
    while path:
        page = (await client.get(path)).json()
        rows += page["data"]
        path = page["links"]["next"]
    return rows


# --- the seed


async def test_a_seed_is_stored_whole_valid_and_readable(live, live_app):
    database = live_app.state.database
    assert [stored async for stored in handler.seed_patients(300, database=database)] == [300]
    patients = await walked(live, "/patients?limit=200&include=address&sort=created_at")
    assert len(patients) == 300
    made = {(one.name, one.mrn, one.nhs_number) for one in synthetic_patients(0, 300, today=clock.today())}
    assert {(one["name"], one["mrn"], one["nhs_number"]) for one in patients} == made
    for patient in patients:
        assert PatientRead.model_validate(patient).model_dump(mode="json").items() <= patient.items()
        # What COPY stored without asking is what the API would have taken, letter for letter.
        written = {name: patient[name] for name in PatientWrite.model_fields}
        assert PatientWrite.model_validate(written).model_dump(mode="json") == written
        address = patient["included"]["address"]
        lines = {name: address[name] for name in AddressWrite.model_fields}
        assert AddressWrite.model_validate(lines).model_dump() == lines
        assert address["owner_id"] == patient["id"]
        if patient["nhs_number"]:
            assert calculate_checksum(patient["nhs_number"][:9]) == int(patient["nhs_number"][9])
    assert min(one["nhs_number"] for one in patients if one["nhs_number"]) == FIRST_NHS_NUMBER


async def test_a_seeded_patient_is_like_any_other(live, live_app):
    async for _ in handler.seed_patients(10, database=live_app.state.database):
        pass
    patient = (await live.get(f"/patients/by-nhs-number/{FIRST_NHS_NUMBER}")).json()
    own = f"/patients/{patient['id']}"
    found = (await live.get("/patients", params={"q": patient["name"]})).json()["data"]
    assert found[0]["id"] == patient["id"]
    assert (await live.patch(own, json={"name": "Somebody Else"}, headers={"If-Match": '"1"'})).status_code == 200
    duplicate = {"name": "x", "date_of_birth": "1990-01-01", "nhs_number": FIRST_NHS_NUMBER}
    assert (await live.post("/patients", json=duplicate)).status_code == 409
    assert (await live.delete(own)).status_code == 204
    assert (await live.post("/patients", json=duplicate)).status_code == 201


async def test_a_later_seed_continues_and_two_at_once_take_turns(live, live_app):
    async def seed(count: int) -> None:
        async for _ in handler.seed_patients(count, database=live_app.state.database):
            pass

    await seed(16)
    await asyncio.gather(seed(8), seed(24))
    patients = await walked(live, "/patients?limit=200")
    assert len(patients) == 48
    made = {(one.name, one.mrn, one.nhs_number) for one in synthetic_patients(0, 48, today=clock.today())}
    assert {(one["name"], one["mrn"], one["nhs_number"]) for one in patients} == made


async def test_a_seed_goes_beside_what_is_there(live, live_app, child_processes):
    assert await handler.load_sample_ward(live_app.state.database, child_processes=child_processes) == len(WARD)
    async for _ in handler.seed_patients(8, database=live_app.state.database):
        pass
    total = (await live.get("/patients?total=true")).json()["pagination"]["total"]
    assert total == len(WARD) + 8


async def test_batches_are_stored_one_by_one(live, live_app, monkeypatch):
    monkeypatch.setattr(handler, "_BATCH", 40)
    stored = []
    async for so_far in handler.seed_patients(100, database=live_app.state.database):
        stored.append(so_far)
        assert (await live.get("/patients?total=true&limit=1")).json()["pagination"]["total"] == so_far
    assert stored == [40, 80, 100]


async def test_more_than_there_are_is_refused_before_anything_is_stored(live, live_app):
    with pytest.raises(ValueError, match="only"):
        async for _ in handler.seed_patients(CAPACITY + 1, database=live_app.state.database):
            pass
    assert (await live.get("/patients")).json()["data"] == []


# --- the sample ward


async def test_who_loads_the_ward_waits_for_another_longer_than_a_request_may(cloned_url, engines, child_processes):
    longest = 0.5
    settings = settings_for(cloned_url, engines.redis_url, write_seconds=longest)
    async with running(settings, child_processes=child_processes) as app:
        other = await asyncpg.connect(cloned_url)
        await other.execute("SELECT pg_advisory_lock(2002874980)")
        loading = asyncio.create_task(handler.load_sample_ward(app.state.database, child_processes=child_processes))
        waits = "SELECT max(clock_timestamp() - query_start) FROM pg_stat_activity WHERE wait_event = 'advisory'"
        async with asyncio.timeout(60):
            while not loading.done() and (await other.fetchval(waits) or timedelta()).total_seconds() < 2 * longest:
                await other.fetch("SELECT pg_sleep(0.05)")
        assert not loading.done()
        await other.close()
        assert await loading == len(WARD)


async def test_the_ward_is_loaded_into_an_empty_database_once(live, live_app):
    database = live_app.state.database
    made = await asyncio.gather(*(handler.load_sample_ward(database) for _ in range(4)))
    assert sorted(made) == [0, 0, 0, len(WARD)]
    assert await handler.load_sample_ward(database) == 0

    patients = await walked(live, "/patients?include=address&sort=mrn")
    assert [one["mrn"] for one in patients] == [one.mrn for one in WARD]
    for shown, sample in zip(patients, WARD, strict=True):
        for name in ("name", "sex", "nhs_number", "email", "phone", "height_cm", "weight_kg"):
            assert shown[name] == getattr(sample, name), (sample.mrn, name)
        assert shown["conditions"] == list(sample.conditions)
        assert shown["date_of_birth"] == sample.date_of_birth.isoformat()
        assert shown["included"]["address"]["postcode"] == sample.address.postcode
        assert [(one["system"], one["value"]) for one in shown["identifiers"]] == sorted(sample.identifiers)
    for mrn in ("102", "105", "108"):
        assert len((await live.get("/patients", params={"mrn": mrn})).json()["data"]) == 1
    assert {one["name"] for one in (await live.get("/departments")).json()["data"]} == set(STAFF)
    assert {one["name"] for one in (await live.get("/clinicians")).json()["data"]} == {
        name for names in STAFF.values() for name in names
    }


@pytest.mark.parametrize(
    "loaded_at",
    [datetime(2026, 11, 21, 0, 0, tzinfo=UTC), datetime(2032, 2, 29, 23, 59, 59, tzinfo=UTC)],
    ids=["at midnight", "late on a leap day"],
)
async def test_what_the_ward_underwent_counts_from_the_day_it_is_loaded(client, database, child_processes, loaded_at):
    with clock.frozen(loaded_at):
        assert await handler.load_sample_ward(database, child_processes=child_processes) == len(WARD)
    procedures = (await client.get("/procedures")).json()["data"]
    fields = ("code", "name", "department", "surgical")
    assert [tuple(one[name] for name in fields) for one in procedures] == sorted(
        tuple(getattr(one, name) for name in fields) for one in PROCEDURES
    )
    records = await walked(client, "/patient_procedures?expand=patient,procedure&limit=5")
    found = sorted(
        (
            record["patient"]["mrn"],
            record["procedure"]["code"],
            (loaded_at.date() - date.fromisoformat(record["performed_at"][:10])).days,
            record["report"] or "",
        )
        for record in records
    )
    assert found == sorted(
        (patient.mrn, one.code, one.days_ago, one.report or "") for patient in WARD for one in patient.procedures
    )
    assert all(datetime.fromisoformat(one["performed_at"]) < loaded_at - timedelta(hours=12) for one in records)


async def test_the_ward_is_not_loaded_beside_patients_nor_after_they_were_deleted(client, database):
    created = await client.post("/patients", json={"name": "Ada", "date_of_birth": "1990-01-01"})
    assert await handler.load_sample_ward(database) == 0
    await client.delete(created.headers["location"])
    assert await handler.load_sample_ward(database) == 0
    assert (await client.get("/patients")).json()["data"] == []
    assert (await client.get("/departments")).json()["data"] == []
    assert (await client.get("/procedures")).json()["data"] == []


async def test_half_a_ward_is_none(client, database):
    """Somebody made a department by the ward's name: the ward does not fit, and nothing of it stays."""
    await client.post("/departments", json={"name": next(reversed(STAFF)).upper()})
    assert await handler.load_sample_ward(database) == 0
    assert (await client.get("/patients")).json()["data"] == []
    assert len((await client.get("/departments")).json()["data"]) == 1


@pytest.mark.parametrize(
    ("update", "wanted"),
    [
        ({}, True),
        ({"sample_data": False}, False),
        ({"environment": "production"}, False),
        ({"environment": "production", "sample_data": True}, True),
    ],
)
async def test_the_ward_is_for_development_unless_asked_for(settings, database, client, update, wanted):
    line = await startup.prepare(settings.model_copy(update=update), database)
    assert line == (f"a sample ward of {len(WARD)} patients" if wanted else None)
    assert bool((await client.get("/patients")).json()["data"]) is wanted


async def test_numbers_that_somebody_has_are_passed_over(live, live_app):
    """Whoever has a synthetic patient's MRN or NHS number keeps it, also beyond the end of the range."""
    first = list(synthetic_patients(0, 40, today=clock.today()))
    taken = [first[2].mrn, first[9].mrn]
    assert None not in taken
    for mrn in taken:
        body = {"name": "Ada Byron", "date_of_birth": "1990-01-01", "mrn": mrn}
        assert (await live.post("/patients", json=body)).status_code == 201
    assert [stored async for stored in handler.seed_patients(20, database=live_app.state.database)][-1] == 20
    (last,) = synthetic_patients(CAPACITY - 2, 1, today=clock.today())
    body = {"name": "Ada Byron", "date_of_birth": "1990-01-01", "nhs_number": last.nhs_number}
    assert (await live.post("/patients", json=body)).status_code == 201
    assert [stored async for stored in handler.seed_patients(20, database=live_app.state.database)][-1] == 20
    patients = await walked(live, "/patients?limit=200")
    assert len(patients) == 43
    for name in ("mrn", "nhs_number"):
        numbers = [one[name] for one in patients if one[name]]
        assert len(set(numbers)) == len(numbers)
    assert {one["name"] for one in patients if one["mrn"] in taken} == {"Ada Byron"}


async def test_a_number_that_is_given_out_meanwhile_is_passed_over(live, live_app, monkeypatch):
    real, calls = handler.taken_numbers, []

    async def late(mrns, nhs_numbers, connection):
        """What is free a moment ago need not be now."""
        found = await real(mrns, nhs_numbers, connection)
        if not calls:
            body = {"name": "Ada Byron", "date_of_birth": "1990-01-01", "mrn": mrns[0]}
            assert (await live.post("/patients", json=body)).status_code == 201
        calls.append(mrns)
        return found

    monkeypatch.setattr(handler, "taken_numbers", late)
    assert [stored async for stored in handler.seed_patients(10, database=live_app.state.database)][-1] == 10
    assert (await live.get("/patients?total=true")).json()["pagination"]["total"] == 11


async def test_when_none_are_left_it_says_so(live, live_app, monkeypatch):
    monkeypatch.setattr(handler, "CAPACITY", 30)
    assert [stored async for stored in handler.seed_patients(20, database=live_app.state.database)][-1] == 20
    with pytest.raises(ValueError, match="only 10 synthetic patients were left"):
        async for _ in handler.seed_patients(20, database=live_app.state.database):
            pass
    assert (await live.get("/patients?total=true")).json()["pagination"]["total"] == 30
