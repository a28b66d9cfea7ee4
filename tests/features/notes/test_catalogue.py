"""The catalogue of a patient's series of measurements."""

from uuid import uuid4

import pytest


async def _patient(client, born):
    return (await client.post("/patients", json={"name": "Maeve Byrne", "date_of_birth": born})).json()["id"]


@pytest.mark.parametrize(("born", "reference"), [("1950-03-09", {"low": 51, "high": 90}), ("2020-03-09", None)])
async def test_each_series_is_told_once_with_its_ends_and_for_adults_its_range(client, born, reference):
    patient = await _patient(client, born)
    for day, content in (("08", "HR 104. Potassium 4.1 mmol/L."), ("09", "HR 64"), ("10", "HR 72, weight 80 kg")):
        note = {"taken_at": f"2026-03-{day}T09:00:00Z", "content": content}
        assert (await client.post(f"/patients/{patient}/notes", json=note)).status_code == 201
    found = (await client.get(f"/patients/{patient}/observations/catalogue")).json()["data"]
    assert [(each["kind"], each["name"]) for each in found] == [
        ("vital", "heart_rate"), ("vital", "weight"), ("lab", "potassium")
    ]  # fmt: skip
    assert found[0] == {
        "name": "heart_rate",
        "kind": "vital",
        "unit": "bpm",
        "count": 3,
        "first_at": "2026-03-08T09:00:00Z",
        "last_at": "2026-03-10T09:00:00Z",
        "latest": 72,
        "lowest": 64,
        "highest": 104,
        "reference": reference,
    }


async def test_a_patient_without_measurements_has_none_and_nobody_is_not_found(client):
    patient = await _patient(client, "1950-03-09")
    assert (await client.get(f"/patients/{patient}/observations/catalogue")).json() == {"data": []}
    assert (await client.get(f"/patients/{uuid4()}/observations/catalogue")).status_code == 404
