"""The record itself: what may be written, what is derived, and what PUT, PATCH and DELETE leave behind."""

import json
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from features.patients import body_mass_index
from rounds import clock
from rounds.data import new_id

FULL = {
    "name": "Maeve O’Sullivan",
    "date_of_birth": "1957-03-09",
    "sex": "female",
    "mrn": "RX-10442",
    "nhs_number": "1373645350",
    "email": "maeve@example.org",
    "phone": "+447700900123",
    "height_cm": 171.5,
    "weight_kg": 68.2,
    "conditions": ["hypertension", "asthma"],
    "identifiers": [{"system": "ie.pps", "value": "6433435F"}],
}
LEAST = {"name": "Ada Byron", "date_of_birth": "1990-01-01"}


def refused(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


# --- creating and reading


async def test_a_full_record_comes_back_as_it_was_sent(client):
    created = await client.post("/patients", json=FULL)
    assert created.status_code == 201, created.text
    patient = created.json()
    assert {name: patient[name] for name in FULL} == FULL
    assert (patient["bmi"], patient["version"]) == (23.2, 1)
    assert patient["created_at"] == patient["updated_at"]
    assert patient["created_at"].endswith("Z")
    assert patient["links"] == {"self": f"/patients/{patient['id']}", "address": f"/patients/{patient['id']}/address"}
    assert created.headers["location"] == f"/patients/{patient['id']}"
    assert created.headers["etag"] == '"1"'
    read = await client.get(created.headers["location"])
    assert read.status_code == 200
    assert read.json() == patient
    assert read.headers["etag"] == '"1"'
    assert (await client.get("/patients/by-nhs-number/1373645350")).json() == patient


async def test_a_name_and_a_date_of_birth_are_enough(client):
    patient = (await client.post("/patients", json=LEAST)).json()
    assert patient["sex"] == "unknown"
    assert (patient["conditions"], patient["identifiers"]) == ([], [])
    for field in ("mrn", "nhs_number", "email", "phone", "height_cm", "weight_kg", "bmi"):
        assert patient[field] is None


async def test_ids_are_in_the_order_of_creation(admit):
    ids = [(await admit())["id"] for _ in range(3)]
    assert ids == sorted(ids)
    assert {patient_id[14] for patient_id in ids} == {"7"}  # the version of a UUID


@pytest.mark.parametrize("missing", ["name", "date_of_birth"])
async def test_what_is_required_is_named_when_it_is_missing(client, missing):
    body = {name: value for name, value in LEAST.items() if name != missing}
    assert refused(await client.post("/patients", json=body)) == [(f"/{missing}", "missing")]


async def test_everything_wrong_is_reported_at_once(client):
    answer = await client.post("/patients", json={"name": " ", "date_of_birth": "banana", "sex": "F", "shoe_size": 44})
    assert {pointer for pointer, _ in refused(answer)} == {"/name", "/date_of_birth", "/sex", "/shoe_size"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "01890000-0000-7000-8000-000000000000"),
        ("version", 7),
        ("age", 30),
        ("bmi", 22),
        ("deleted_at", None),
        ("__class__", "x"),
    ],
)
async def test_fields_that_are_not_the_clients_are_refused(client, field, value):
    assert refused(await client.post("/patients", json={**LEAST, field: value})) == [(f"/{field}", "extra_forbidden")]


@pytest.mark.parametrize("body", [[], [LEAST], "text", 1, None, True])
async def test_a_body_that_is_no_object_is_refused(client, body):
    answer = await client.post("/patients", content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


async def test_nothing_is_stored_of_a_refused_patient(client):
    answer = await client.post(
        "/patients", json={**LEAST, "mrn": "HALF-1", "identifiers": [{"system": "ie.pps", "value": "6433435A"}]}
    )
    assert answer.status_code == 422
    assert (await client.get("/patients", params={"mrn": "HALF-1"})).json()["data"] == []


async def test_unknown_parameters_are_refused_everywhere(client, admit):
    own = f"/patients/{(await admit())['id']}"
    for call, path in [("GET", "/patients"), ("GET", own), ("POST", "/patients"), ("PUT", own), ("DELETE", own)]:
        answer = await client.request(call, path, params={"colour": "red"}, json=None if call != "POST" else LEAST)
        assert refused(answer) == [("?colour", "unknown_parameter")], (call, path)
    assert (await client.get(own)).status_code == 200


# --- ids


@pytest.mark.parametrize("call", ["GET", "PUT", "PATCH", "DELETE"])
async def test_an_unknown_patient_is_not_found(client, call):
    answer = await client.request(call, f"/patients/{new_id()}", json=None if call in {"GET", "DELETE"} else LEAST)
    assert answer.status_code == 404
    assert answer.json()["code"] == "patient_not_found"


@pytest.mark.parametrize("call", ["GET", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("patient_id", ["1", "banana", "%00", "0197a3c2-7d8e-7aaa-bbbb-00000000000g", "'; DROP--"])
async def test_an_id_that_is_no_uuid_is_refused(client, call, patient_id):
    answer = await client.request(call, f"/patients/{patient_id}", json=None if call in {"GET", "DELETE"} else LEAST)
    assert refused(answer)[0][0] == "path:patient_id"


# --- sex, conditions


@pytest.mark.parametrize("sex", ["female", "male", "other", "unknown"])
async def test_sexes(admit, sex):
    assert (await admit(sex=sex))["sex"] == sex


@pytest.mark.parametrize("sex", ["Female", "f", "", "males", 1, None, ["male"]])
async def test_other_words_for_sex_are_refused(client, sex):
    assert refused(await client.post("/patients", json={**LEAST, "sex": sex}))[0][0] == "/sex"


async def test_conditions_are_kept_in_order_and_trimmed(admit):
    patient = await admit(conditions=["Parkinson’s disease ", "COPD", "asthma"])
    assert patient["conditions"] == ["Parkinson’s disease", "COPD", "asthma"]


@pytest.mark.parametrize(
    ("conditions", "pointer"),
    [
        (["asthma", " "], "/conditions/1"),
        (["x" * 201], "/conditions/0"),
        (["a\u0000b"], "/conditions/0"),
        ([1], "/conditions/0"),
        ("asthma", "/conditions"),
        ({"0": "asthma"}, "/conditions"),
        (["asthma"] * 101, "/conditions"),
    ],
)
async def test_conditions_that_are_none_are_refused(client, conditions, pointer):
    assert refused(await client.post("/patients", json={**LEAST, "conditions": conditions}))[0][0] == pointer


# --- height, weight, body-mass index


@pytest.mark.parametrize(
    ("field", "value"), [("height_cm", 20), ("height_cm", 280), ("weight_kg", 0.2), ("weight_kg", 700)]
)
async def test_the_bounds_of_height_and_weight_belong_to_them(admit, field, value):
    assert (await admit(**{field: value}))[field] == value


@pytest.mark.parametrize("field", ["height_cm", "weight_kg"])
@pytest.mark.parametrize("value", [0, -1, 0.19, 700.1, 1e308, 10**400, "70", "", True, False, [], {}, [70]])
async def test_heights_and_weights_nobody_has_are_refused(client, field, value):
    content = json.dumps({**LEAST, field: value})
    answer = await client.post("/patients", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] in {f"/{field}", ""}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
async def test_json_has_no_such_numbers(client, number):
    content = json.dumps(LEAST)[:-1] + f', "height_cm": {number}}}'
    answer = await client.post("/patients", content=content, headers={"Content-Type": "application/json"})
    assert refused(answer) == [("", "json_invalid")]


@pytest.mark.parametrize(
    ("height", "weight", "bmi"),
    [
        (171.5, 68.2, 23.2),
        (180, 97.2, 30.0),  # exactly 30
        (180, 97.4, 30.1),
        (100, 20.04, 20.0),
        (100, 20.06, 20.1),
        (200, 80, 20.0),
        (20, 0.2, 5.0),
        (120, 30.6, 21.3),  # exactly 21.25: half a tenth goes up
        (100, 30.05, 30.1),
        (200, 120.2, 30.1),  # exactly 30.05 too
        (120, 43.272, 30.1),
        (None, 70, None),
        (170, None, None),
        (None, None, None),
    ],
)
async def test_body_mass_index_is_rounded_to_one_decimal_or_unknown(admit, height, weight, bmi):
    patient = await admit(height_cm=height, weight_kg=weight)
    assert patient["bmi"] == bmi


@given(
    st.decimals(20, 280, places=2) | st.integers(20, 280).map(Decimal),
    st.decimals("0.2", 700, places=3) | st.sampled_from([Decimal(n) / 20 for n in range(4, 14_000)]),
)
@example(Decimal(120), Decimal("30.6"))
@example(Decimal(200), Decimal("120.2"))
def test_the_body_mass_index_is_what_decimal_arithmetic_says(height, weight):
    with localcontext(prec=60):
        exact = weight / (height / 100) ** 2
        wanted = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert body_mass_index(float(height), float(weight)) == float(wanted)


async def test_whose_bmi_is_shown_alike_is_judged_alike(client, admit):
    """Exactly 30.05 each, which floating-point numbers take for a little more or a little less."""
    rule = {"code": "weight_management", "recommendation": "Weight Management Program", "expression": "bmi > 30"}
    assert (await client.post("/rules", json=rule)).status_code == 201
    for height, weight in [(100, 30.05), (120, 43.272), (200, 120.2), (160, 76.928)]:
        patient = await admit(height_cm=height, weight_kg=weight)
        assert patient["bmi"] == 30.1
        own = (await client.get(f"/patients/{patient['id']}")).json()
        (listed,) = (await client.get("/patients", params={"q": patient["name"], "limit": 1})).json()["data"]
        assert own["bmi"] == listed["bmi"] == 30.1
        for body in ({"patient_id": patient["id"]}, {"height_cm": height, "weight_kg": weight}):
            found = (await client.post("/evaluate", json=body)).json()
            assert [each["rule"] for each in found["recommendations"]] == ["weight_management"], (height, body)
            assert found["recommendations"][0]["trace"]["facts"] == {"bmi": 30.1}


# --- date of birth and age


@pytest.mark.parametrize(
    "born",
    ["29 February", "2023-02-29", "banana", "", " ", "1990-1-1", "19900101", "01/02/1990", "1990-01-01T00:00:00Z",
     "1990-01-01 ", "0000-00-00", "２０００-01-01", "1990-13-01", "-1990-01-01", "1990-01-01\u0000", 19900101, 0, 1.5,
     None, True, ["1990-01-01"]],
)  # fmt: skip
async def test_a_date_of_birth_that_is_no_date_is_refused(client, born):
    assert refused(await client.post("/patients", json={**LEAST, "date_of_birth": born}))[0][0] == "/date_of_birth"


async def test_nobody_is_born_tomorrow_or_in_1700(client):
    tomorrow = clock.today() + timedelta(days=1)
    for born, code in [(tomorrow.isoformat(), "date_in_future"), ("1700-01-01", "too_long_ago")]:
        answer = await client.post("/patients", json={**LEAST, "date_of_birth": born})
        assert refused(answer) == [("/date_of_birth", code)]


@pytest.mark.parametrize(
    ("today", "born", "age"),
    [
        ("2024-02-29", "2024-02-29", 0),
        ("2024-02-28", "2023-03-01", 0),
        ("2024-02-29", "2004-02-29", 20),
        ("2023-02-28", "2004-02-29", 18),
        ("2023-03-01", "2004-02-29", 19),
        ("2024-06-30", "1957-07-01", 66),
        ("2024-07-01", "1957-07-01", 67),
        ("2024-07-01", "1893-07-02", 130),
    ],
)
async def test_age_is_counted_in_whole_years_today(app, as_role, today, born, age):
    with clock.frozen(datetime.fromisoformat(f"{today}T23:59:59Z")):
        async with as_role("admin") as client:
            created = await client.post("/patients", json={**LEAST, "date_of_birth": born})
            assert created.json()["age"] == age
            listed = await client.get("/patients", params={"q": "ada"})
            assert [row["age"] for row in listed.json()["data"]] == [age]
            assert (await client.get(created.headers["location"])).json()["age"] == age


async def test_a_hundred_and_thirty_is_the_oldest_age(as_role):
    with clock.frozen(datetime(2024, 7, 1, tzinfo=UTC)):
        async with as_role("admin") as client:
            old = await client.post("/patients", json={**LEAST, "date_of_birth": "1893-07-02"})
            assert old.json()["age"] == 130
            older = await client.post("/patients", json={**LEAST, "date_of_birth": "1893-07-01"})
            assert refused(older) == [("/date_of_birth", "too_long_ago")]
            assert older.json()["errors"][0]["detail"].count("130") == 1


# --- PUT


async def test_put_replaces_and_empties_what_is_left_out(client):
    patient = (await client.post("/patients", json=FULL)).json()
    put = await client.put(f"/patients/{patient['id']}", json={"name": "Zoë", "date_of_birth": "2001-02-03"})
    assert put.status_code == 200, put.text
    now = put.json()
    assert (now["name"], now["date_of_birth"], now["sex"]) == ("Zoë", "2001-02-03", "unknown")
    for field in ("mrn", "nhs_number", "email", "phone", "height_cm", "weight_kg", "bmi"):
        assert now[field] is None
    assert (now["conditions"], now["identifiers"]) == ([], [])
    assert (now["id"], now["created_at"], now["version"]) == (patient["id"], patient["created_at"], 2)
    assert now["updated_at"] > patient["updated_at"]
    assert put.headers["etag"] == '"2"'
    assert (await client.get(f"/patients/{patient['id']}")).json() == now


async def test_put_wants_a_whole_patient(client, admit):
    patient = await admit()
    assert refused(await client.put(f"/patients/{patient['id']}", json={"name": "B"})) == [
        ("/date_of_birth", "missing")
    ]
    assert (await client.get(f"/patients/{patient['id']}")).json() == patient


async def test_putting_back_what_was_read_changes_nothing_but_the_version(client):
    patient = (await client.post("/patients", json=FULL)).json()
    put = (await client.put(f"/patients/{patient['id']}", json={name: patient[name] for name in FULL})).json()
    assert {**put, "version": 1, "updated_at": patient["updated_at"]} == patient


async def test_put_exchanges_identifiers(client, admit):
    patient = await admit(identifiers=[{"system": "a", "value": "1"}, {"system": "b", "value": "2"}])
    wanted = [{"system": "b", "value": "2"}, {"system": "c", "value": "3"}]
    put = await client.put(f"/patients/{patient['id']}", json={**LEAST, "identifiers": wanted})
    assert put.json()["identifiers"] == wanted
    await admit(identifiers=[{"system": "a", "value": "1"}])  # free again


# --- PATCH


@pytest.mark.parametrize("media", ["application/json", "application/merge-patch+json"])
async def test_patch_changes_only_what_is_sent(client, media):
    patient = (await client.post("/patients", json=FULL)).json()
    patched = await client.patch(
        f"/patients/{patient['id']}", content='{"weight_kg": 75}', headers={"Content-Type": media}
    )
    assert patched.status_code == 200, patched.text
    now = patched.json()
    assert (now.pop("weight_kg"), now.pop("bmi"), now.pop("version")) == (75, 25.5, 2)
    assert now.pop("updated_at") > patient["updated_at"]
    assert now.items() <= patient.items()


@pytest.mark.parametrize(
    ("field", "emptied"),
    [("mrn", None), ("nhs_number", None), ("email", None), ("phone", None), ("height_cm", None), ("weight_kg", None),
     ("sex", "unknown"), ("conditions", []), ("identifiers", [])],
)  # fmt: skip
async def test_null_in_a_patch_empties(client, field, emptied):
    patient = (await client.post("/patients", json=FULL)).json()
    patched = await client.patch(f"/patients/{patient['id']}", json={field: None})
    assert patched.status_code == 200, patched.text
    assert patched.json()[field] == emptied
    assert (await client.get(f"/patients/{patient['id']}")).json()[field] == emptied


@pytest.mark.parametrize("field", ["name", "date_of_birth"])
async def test_null_cannot_empty_what_is_required(client, admit, field):
    patient = await admit()
    assert refused(await client.patch(f"/patients/{patient['id']}", json={field: None})) == [(f"/{field}", "missing")]
    assert (await client.get(f"/patients/{patient['id']}")).json() == patient


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ({"name": " "}, "/name"),
        ({"date_of_birth": "2999-01-01"}, "/date_of_birth"),
        ({"height_cm": 5}, "/height_cm"),
        ({"nhs_number": "1373645351"}, "/nhs_number"),
        ({"conditions": ["a", None]}, "/conditions/1"),
        ({"identifiers": [{"system": "ie.pps", "value": "6433435A"}]}, "/identifiers/0"),
        ({"age": 4}, "/age"),
    ],
)
async def test_a_patch_is_judged_like_a_creation(client, admit, patch, pointer):
    patient = await admit()
    assert refused(await client.patch(f"/patients/{patient['id']}", json=patch))[0][0] == pointer
    assert (await client.get(f"/patients/{patient['id']}")).json() == patient


async def test_an_empty_patch_leaves_everything_as_it_is(client):
    patient = (await client.post("/patients", json=FULL)).json()
    patched = await client.patch(f"/patients/{patient['id']}", json={})
    assert patched.status_code == 200
    assert {name: patched.json()[name] for name in FULL} == FULL


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b"{", b'{"name": "\\ud800"}'])
async def test_a_patch_without_a_patch_is_refused(client, admit, content):
    patient = await admit()
    answer = await client.patch(
        f"/patients/{patient['id']}", content=content, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422, answer.text
    assert (await client.get(f"/patients/{patient['id']}")).json() == patient


async def test_a_list_in_a_patch_replaces_the_list(client, admit):
    patient = await admit(conditions=["a", "b"], identifiers=[{"system": "x", "value": "1"}])
    patch = {"conditions": ["c"], "identifiers": [{"system": "y", "value": "2"}]}
    assert (await client.patch(f"/patients/{patient['id']}", json=patch)).json().items() >= patch.items()


# --- DELETE


async def test_a_deleted_patient_has_left_every_read(client):
    patient = (await client.post("/patients", json=FULL)).json()
    own = f"/patients/{patient['id']}"
    address = (await client.post(f"{own}/address", json={"line1": "14 Mill Lane", "postcode": "YO8 8QN"})).json()
    lists = [
        {},
        {"q": "maeve"},
        {"q": "RX-104"},
        {"q": "137 364"},
        {"mrn": "RX-10442"},
        {"nhs_number": "137 364 5350"},
        {"identifier": "ie.pps|6433435F"},
        {"sex": "female"},
        {"born_from": "1957-03-09", "born_to": "1957-03-09"},
        {"include": "address"},
    ]
    for params in lists:
        found = (await client.get("/patients", params={**params, "total": "true"})).json()
        assert [row["id"] for row in found["data"]] == [patient["id"]], params
    singles = [own, f"{own}?include=address", "/patients/by-nhs-number/1373645350", f"{own}/address",
               f"/addresses/{address['id']}"]  # fmt: skip
    for path in singles:
        assert (await client.get(path)).status_code == 200, path

    deleted = await client.delete(own)
    assert (deleted.status_code, deleted.content) == (204, b"")

    for params in lists:
        found = (await client.get("/patients", params={**params, "total": "true"})).json()
        assert (found["data"], found["pagination"]["total"]) == ([], 0), params
    for path in singles:
        assert (await client.get(path)).status_code == 404, path
    assert (await client.get("/addresses", params={"owner_id": patient["id"]})).json()["data"] == []
    assert (await client.get("/addresses", params={"postcode": "YO8 8QN"})).json()["data"] == []


async def test_nothing_can_be_done_to_a_deleted_patient(client, admit):
    own = f"/patients/{(await admit())['id']}"
    assert (await client.delete(own)).status_code == 204
    address = {"line1": "14 Mill Lane"}
    for call, path, body in [
        ("PUT", own, LEAST),
        ("PATCH", own, {"name": "B"}),
        ("DELETE", own, None),
        ("POST", f"{own}/address", address),
        ("PUT", f"{own}/address", address),
        ("DELETE", f"{own}/address", None),
    ]:
        assert (await client.request(call, path, json=body)).status_code == 404, (call, path)


async def test_the_numbers_of_a_deleted_patient_are_free_again(client):
    first = (await client.post("/patients", json=FULL)).json()
    assert (await client.post("/patients", json=FULL)).status_code == 409
    assert (await client.delete(f"/patients/{first['id']}")).status_code == 204
    second = await client.post("/patients", json=FULL)
    assert second.status_code == 201
    assert second.json()["id"] != first["id"]
    found = (await client.get("/patients/by-nhs-number/1373645350")).json()
    assert found["id"] == second.json()["id"]


async def test_the_deleted_row_stays_in_the_database_for_the_audit_trail(client, admit, app):
    patient = await admit(mrn="GONE-1")
    await client.delete(f"/patients/{patient['id']}")
    source = app.state.database.reads.source
    assert await source.fetchval("SELECT deleted_at IS NOT NULL FROM patient WHERE mrn = 'GONE-1'")
