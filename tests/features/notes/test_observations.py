"""What notes measure becomes a time series, and facts for rules."""

from tests.features.notes.conftest import SOAP, refused


async def series(client, patient: str, **query: object) -> list[tuple[str, float, str]]:
    answer = await client.get(f"/patients/{patient}/observations", params=query)
    assert answer.status_code == 200, answer.text
    return [(each["name"], each["value"], each["at"]) for each in answer.json()["data"]]


async def test_one_measurement_over_all_notes_earliest_first(client, patient, note):
    await note("HR 90 bpm", taken_at="2026-03-02T08:00:00Z")
    await note("Pulse: 70", taken_at="2026-03-01T08:00:00Z")
    await note("Heart rate 80 bpm, BP 120/80", taken_at="2026-03-03T08:00:00Z")
    assert await series(client, patient, name="heart_rate") == [
        ("heart_rate", 70, "2026-03-01T08:00:00Z"),
        ("heart_rate", 90, "2026-03-02T08:00:00Z"),
        ("heart_rate", 80, "2026-03-03T08:00:00Z"),
    ]
    assert [value for _, value, _ in await series(client, patient, name="heart_rate", sort="-at", limit=1)] == [80]
    window = {"from": "2026-03-02T00:00:00Z", "to": "2026-03-02T23:59:59Z"}
    assert [value for _, value, _ in await series(client, patient, **window)] == [90]
    assert {name for name, _, _ in await series(client, patient)} == {
        "heart_rate",
        "systolic_blood_pressure",
        "diastolic_blood_pressure",
    }
    assert await series(client, patient, name="unheard_of") == []


async def test_each_measurement_shows_whence_it_is(client, patient, note):
    made = await note("Temp 98.6°F today.")
    (found,) = (await client.get(f"/patients/{patient}/observations")).json()["data"]
    assert (found["value"], found["unit"], found["note_id"], found["kind"]) == (37.0, "°C", made["id"], "vital")
    assert "98.6" in found["original"]


async def test_laboratory_results_are_observations_too(client, patient, note):
    await note("LDL 165 mg/dL, HDL 38 mg/dL")
    found = await series(client, patient, kind="lab")
    assert {(name, value) for name, value, _ in found} == {("ldl_cholesterol", 165), ("hdl_cholesterol", 38)}
    assert await series(client, patient, kind="vital") == []


async def test_measurements_in_two_units_and_with_decimals_are_plotted_as_written(client, patient, note):
    made = await note("Weight 11 stone 4. Height 1 m 62 cm. SpO2 89.6%. Na 135 K 4.1")
    assert {(name, value) for name, value, _ in await series(client, patient)} == {
        ("weight", 71.7),
        ("height", 162),
        ("oxygen_saturation", 89.6),
        ("sodium", 135),
        ("potassium", 4.1),
    }
    assert {fact["original"]: fact["unit"] for fact in made["facts"]["vitals"]} == {
        "Weight 11 stone 4": "kg",
        "Height 1 m 62 cm": "cm",
        "SpO2 89.6%": "%",
    }
    assert {fact["unit"] for fact in made["facts"]["labs"]} == {None}


async def test_bad_parameters_are_named(client, patient):
    own = f"/patients/{patient}/observations"
    assert refused(await client.get(own, params={"from": "2026-03-02"})) == [("?from", "moment_format")]
    assert refused(await client.get(own, params={"sort": "value"})) == [("?sort", "sort")]
    assert refused(await client.get(own, params={"kind": "poem"})) == [("?kind", "literal_error")]


async def test_rules_see_the_latest_of_each(client, patient, note):
    rule = {"code": "fast", "recommendation": "Electrocardiogram", "expression": "observations.heart_rate > 100.0"}
    assert (await client.post("/rules", json=rule)).status_code == 201
    trace = (await client.post(f"/evaluate/{patient}")).json()["trace"]
    assert [step["missing"] for step in trace if step["rule"] == "fast"] == [["observations.heart_rate"]]
    await note("HR 80 bpm", taken_at="2026-03-01T08:00:00Z")
    await note("HR 120 bpm", taken_at="2026-03-05T08:00:00Z")
    await note("HR 70 bpm", taken_at="2026-03-03T08:00:00Z")
    made = (await client.post(f"/evaluate/{patient}")).json()["recommendations"]
    assert "Electrocardiogram" in [each["recommendation"] for each in made]
    await note("HR 75 bpm", taken_at="2026-03-06T08:00:00Z")
    made = (await client.post(f"/evaluate/{patient}")).json()["recommendations"]
    assert "Electrocardiogram" not in [each["recommendation"] for each in made]


async def test_a_note_without_measurements_makes_none(client, patient, note):
    await note("Feels well.")
    assert await series(client, patient) == []
    assert "heart_rate" not in SOAP
