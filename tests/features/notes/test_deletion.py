"""A deleted note is gone from everywhere at once."""

from tests.features.notes.conftest import SOAP
from tests.paper import scan


async def test_a_deleted_note_leaves_every_read(client, patient, note, upload):
    made = await note()
    filed = (await upload(SOAP.encode())).json()
    kept = await note("Weight 80 kg, pulse 61 bpm, bronchitis.", type="nursing")
    for gone in (made, filed):
        own = f"/patients/{patient}/notes/{gone['id']}"
        assert (await client.delete(own)).status_code == 204
        assert (await client.delete(own)).status_code == 404
        assert (await client.get(own)).status_code == 404
        assert (await client.get(f"{own}/file")).json()["code"] == "note_not_found"
    for path in ("/notes", "/notes?q=bronchitis", f"/patients/{patient}/notes", f"/patients/{patient}/notes?q=weight"):
        assert [each["id"] for each in (await client.get(path)).json()["data"]] == [kept["id"]], path
    included = (await client.get(f"/patients/{patient}?include=notes")).json()["included"]["notes"]
    assert [each["id"] for each in included] == [kept["id"]]
    observed = (await client.get(f"/patients/{patient}/observations")).json()["data"]
    assert {each["note_id"] for each in observed} == {kept["id"]}


async def test_only_the_version_seen_is_deleted(client, patient, note):
    own = f"/patients/{patient}/notes/{(await note())['id']}"
    assert (await client.delete(own, headers={"If-Match": '"7"'})).status_code == 412
    assert (await client.delete(own, headers={"If-Match": '"1"'})).status_code == 204


async def test_a_note_is_deleted_under_its_own_patient_only(client, note):
    made = await note()
    answer = await client.post("/patients", json={"name": "Ada", "date_of_birth": "1990-01-01"})
    assert (await client.delete(f"/patients/{answer.json()['id']}/notes/{made['id']}")).status_code == 404
    assert len((await client.get("/notes")).json()["data"]) == 1


async def test_notes_go_with_their_patient(client, patient, note):
    await note()
    assert (await client.delete(f"/patients/{patient}")).status_code == 204
    assert (await client.get("/notes")).json()["data"] == []
    assert (await client.get("/notes?q=bronchitis")).json()["data"] == []


async def test_a_scan_deleted_before_it_is_read_stays_deleted(client, patient, upload, consume):
    made = (await upload(scan("Weight 80 kg"), "scan.png")).json()
    assert made["extraction"]["status"] == "pending"
    own = f"/patients/{patient}/notes/{made['id']}"
    assert (await client.delete(own)).status_code == 204
    await consume()
    assert (await client.get(own)).status_code == 404
    assert (await client.get(f"/patients/{patient}/observations")).json()["data"] == []
