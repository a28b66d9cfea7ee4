import pytest


async def test_a_patient_is_created_found_changed_and_deleted(client):
    created = await client.post(
        "/patients",
        json={
            "name": "Maeve O’Sullivan",
            "date_of_birth": "1957-03-09",
            "nhs_number": "137 364 5350",
            "height_cm": 171.5,
            "weight_kg": 68.2,
            "identifiers": [{"system": "ie.pps", "value": "6433435F"}],
        },
    )
    assert created.status_code == 201, created.text
    patient = created.json()
    assert patient["name"] == "Maeve O’Sullivan"
    assert patient["nhs_number"] == "1373645350"
    assert patient["bmi"] == 23.2
    assert created.headers["location"] == f"/patients/{patient['id']}"
    assert created.headers["etag"] == '"1"'

    read = await client.get(f"/patients/{patient['id']}")
    assert read.json() == patient
    assert (await client.get("/patients/by-nhs-number/137-364-5350")).json() == patient
    found = (await client.get("/patients", params={"q": "maeve osulivan"})).json()
    assert [row["id"] for row in found["data"]] == [patient["id"]]

    patched = await client.patch(f"/patients/{patient['id']}", json={"weight_kg": None}, headers={"If-Match": '"1"'})
    assert patched.status_code == 200, patched.text
    assert patched.json()["bmi"] is None
    assert patched.json()["identifiers"] == patient["identifiers"]
    assert patched.headers["etag"] == '"2"'

    assert (await client.delete(f"/patients/{patient['id']}")).status_code == 204
    assert (await client.get(f"/patients/{patient['id']}")).status_code == 404


@pytest.mark.parametrize("field", ["mrn", "nhs_number"])
async def test_a_number_belongs_to_one_patient(client, field):
    body = {"name": "A", "date_of_birth": "1990-01-01", field: "1373645350"}
    assert (await client.post("/patients", json=body)).status_code == 201
    again = await client.post("/patients", json=body)
    assert again.status_code == 409
    assert again.json()["code"] == "duplicate_patient"
    assert again.json()["field"] == field
