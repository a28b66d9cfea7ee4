"""A new version of the understanding reaches old notes; what failed is tried again."""

import pytest
from sqlalchemy import text

import clinical
from features.notes import reprocessing
from tests.paper import scan


async def ends(database, child_processes, *, everything: bool = False) -> tuple[int, int]:
    pages = reprocessing.reprocess(
        database=database, child_processes=child_processes, everything=everything, parallel=1
    )
    told = [progress async for progress in pages]
    return (told[-1].changed, told[-1].failed) if told else (0, 0)


@pytest.fixture
async def old(app, note):
    """Notes that an older version understood, and understood wrongly."""
    made = [await note(f"Weight {kilograms} kg") for kilograms in (80, 81, 82)]
    given = await note("Weight 83 kg", type="nursing", author="Sister Ade")
    async with app.state.database.transaction() as db:
        wrong = "CASE type_source WHEN 'given' THEN type ELSE 'other' END"
        await db.execute(text(f"UPDATE note SET understanding_version = 0, facts = '{{}}', type = {wrong}"))
        await db.execute(text("DELETE FROM observation"))
    return [*made, given]


async def test_old_notes_are_understood_anew_and_new_ones_left_alone(app, client, patient, old, note):
    fresh = await note("Weight 84 kg")
    assert await ends(app.state.database, app.state.child_processes) == (4, 0)
    observed = (await client.get(f"/patients/{patient}/observations")).json()["data"]
    assert sorted(each["value"] for each in observed) == [80, 81, 82, 83, 84]
    notes = {each["id"]: each for each in (await client.get("/notes")).json()["data"]}
    assert [notes[each["id"]]["version"] for each in [*old, fresh]] == [2, 2, 2, 2, 1]
    given = notes[old[-1]["id"]]
    assert (given["type"], given["author"]) == ("nursing", "Sister Ade")
    assert [notes[each["id"]]["facts"] for each in old] == [each["facts"] for each in old]
    assert await ends(app.state.database, app.state.child_processes) == (0, 0), "all are up to date"


async def test_all_means_all(app, old):
    assert await ends(app.state.database, app.state.child_processes, everything=True) == (4, 0)
    assert await ends(app.state.database, app.state.child_processes, everything=True) == (4, 0)


async def test_a_note_deleted_meanwhile_stays_deleted(app, client, patient, old, monkeypatch):
    answers = reprocessing.taking_facts.understand

    async def late(*given: object, **more: object) -> object:
        found = await answers(*given, **more)
        for each in old:
            await client.delete(f"/patients/{patient}/notes/{each['id']}")
        return found

    monkeypatch.setattr(reprocessing.taking_facts, "understand", late)
    assert await ends(app.state.database, app.state.child_processes) == (0, 0)
    assert (await client.get(f"/patients/{patient}/observations")).json()["data"] == []


async def test_versions_are_counted(app, note):
    await note("Well.")
    async with app.state.database.sessions() as db:
        versions = await db.scalars(text("SELECT DISTINCT understanding_version FROM note"))
        assert list(versions) == [clinical.VERSION]


async def test_what_failed_is_handed_to_the_consumer_again(app, client, patient, upload, consume):
    made = (await upload(scan(""), "empty.png")).json()
    await consume()
    own = f"/patients/{patient}/notes/{made['id']}"
    assert (await client.get(own)).json()["extraction"]["status"] == "failed"
    assert await reprocessing.retry(database=app.state.database) == 1
    assert (await client.get(own)).json()["extraction"]["status"] == "pending"
    await consume()
    assert (await client.get(own)).json()["extraction"]["status"] == "failed"
