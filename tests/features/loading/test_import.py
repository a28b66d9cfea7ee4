"""`rounds import panda`: every row exactly once, and a reason for each that is refused."""

import asyncio
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from features.addresses.postcodes import coerce_postcode
from features.loading.command import register
from features.loading.handler import Outcome, Unreadable, import_panda_patients, panda_rows

ROW = {"nhs_number": "1373645350", "name": "Ada Byron", "date_of_birth": "1990-01-01", "postcode": "yo88qn"}
OTHER = {"nhs_number": "943-476-5919", "name": "O’Brien, Seán", "date_of_birth": "1957-11-02", "postcode": "M1 4FH"}


@pytest.fixture
def imported(tmp_path, database):
    async def imported(rows: object) -> list[Outcome]:
        path = tmp_path / "patients.json"
        path.write_text(rows if isinstance(rows, str) else json.dumps(rows), encoding="utf-8")
        return [outcome async for outcome in import_panda_patients(path, database=database)]

    return imported


def results(outcomes: list[Outcome]) -> list[str]:
    return [outcome.result for outcome in outcomes]


# --- the published file


async def test_all_hundred_arrive_as_they_are_and_once(client, panda, database):
    path = panda / "example_patients.json"
    rows = json.loads(path.read_text(encoding="utf-8"))
    outcomes = [outcome async for outcome in import_panda_patients(path, database=database)]
    assert outcomes == [Outcome(number, "created") for number in range(1, 101)]

    for row in rows:
        patient = (await client.get(f"/patients/by-nhs-number/{row['nhs_number']}")).json()
        assert {name: patient[name] for name in ("nhs_number", "name", "date_of_birth")}.items() <= row.items()
        address = (await client.get(patient["links"]["address"])).json()
        assert address["postcode"] == coerce_postcode(row["postcode"])
        assert (address["country"], address["line1"]) == ("GB", None)
    before = (await client.get("/patients?limit=200&total=true&sort=created_at")).json()
    assert before["pagination"]["total"] == 100
    assert [patient["name"] for patient in before["data"]] == [row["name"] for row in rows]

    again = [outcome.result async for outcome in import_panda_patients(path, database=database)]
    assert again == ["unchanged"] * 100
    assert (await client.get("/patients?limit=200&total=true&sort=created_at")).json()["data"] == before["data"]


async def test_the_hundred_are_found_by_fuzzy_name_and_spaced_number(client, panda, database):
    path = panda / "example_patients.json"
    assert len([_ async for _ in import_panda_patients(path, database=database)]) == 100
    for row in json.loads(path.read_text(encoding="utf-8")):
        number = row["nhs_number"]
        spaced = f"{number[:3]} {number[3:6]} {number[6:]}"
        for params in ({"q": spaced}, {"nhs_number": spaced}):
            found = (await client.get("/patients", params=params)).json()["data"]
            assert [patient["nhs_number"] for patient in found] == [number]
        found = (await client.get("/patients", params={"q": row["name"].lower()})).json()["data"]
        assert row["name"] in {patient["name"] for patient in found[:3]}, row["name"]


# --- rows of our own


async def test_names_are_kept_and_postcodes_coerced(client, imported):
    assert results(await imported([ROW, OTHER])) == ["created", "created"]
    patient = (await client.get("/patients/by-nhs-number/9434765919")).json()
    assert patient["name"] == "O’Brien, Seán"
    ada = (await client.get("/patients", params={"q": "ada", "include": "address"})).json()["data"][0]
    assert ada["included"]["address"]["postcode"] == "YO8 8QN"
    assert results(await imported([OTHER, ROW])) == ["unchanged", "unchanged"]


async def test_a_row_may_say_more_than_the_published_ones_do_and_may_lack_a_postcode(client, imported):
    rows = [
        {**ROW, "sex": "female", "mrn": "P-1", "height_cm": 170.5, "conditions": ["asthma"]},
        {name: value for name, value in OTHER.items() if name != "postcode"},
        {"nhs_number": "9990009996", "name": "Zoë", "date_of_birth": "1990-01-01", "postcode": None},
        {"nhs_number": "9990009988", "name": "Bo", "date_of_birth": "1990-01-01", "postcode": ""},
    ]
    assert results(await imported(rows)) == ["created"] * 4
    patient = (await client.get("/patients/by-nhs-number/1373645350")).json()
    assert (patient["sex"], patient["mrn"], patient["height_cm"]) == ("female", "P-1", 170.5)
    assert len((await client.get("/addresses")).json()["data"]) == 1


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({**ROW, "nhs_number": "1373645351"}, "/nhs_number: The check digit does not fit"),
        ({**ROW, "nhs_number": "0000000000"}, "/nhs_number: Ten equal digits"),
        ({**ROW, "nhs_number": 1373645350}, "/nhs_number:"),
        ({**ROW, "nhs_number": None}, "/nhs_number: This field is required"),
        ({name: value for name, value in ROW.items() if name != "nhs_number"}, "/nhs_number: This field is required"),
        ({name: value for name, value in ROW.items() if name != "name"}, "/name: This field is required"),
        ({**ROW, "name": "  "}, "/name: Write something here"),
        ({**ROW, "name": "a\u0000b"}, "/name: Remove the control character"),
        ({**ROW, "date_of_birth": "29 February"}, "/date_of_birth: Write the date as YYYY-MM-DD"),
        ({**ROW, "date_of_birth": "2999-01-01"}, "/date_of_birth: A date of birth cannot be in the future"),
        ({**ROW, "postcode": "yo&8qn"}, "/postcode: This does not look like a UK postcode"),
        ({**ROW, "postcode": 7}, "/postcode:"),
        ({**ROW, "favourite_colour": "red"}, "/favourite_colour: There is no field of this name"),
        ({"name": "", "date_of_birth": "banana"}, "/date_of_birth: "),
        ([], ": "),
        ("Ada", ": "),
        (None, ": "),
        (17, ": "),
    ],
)
async def test_a_refused_row_says_why_and_the_others_go_on(client, imported, bad, reason):
    first, refused, last = await imported([OTHER, bad, {**ROW, "nhs_number": "9990009996"}])
    assert (first, last) == (Outcome(1, "created"), Outcome(3, "created"))
    assert (refused.row, refused.result) == (2, "refused")
    assert reason in refused.reason
    assert "\n" not in refused.reason
    total = (await client.get("/patients?total=true")).json()["pagination"]["total"]
    assert total == 2  # of a refused row nothing is stored, not the patient without the address either
    assert len((await client.get("/addresses")).json()["data"]) == 2


async def test_a_number_that_comes_twice_is_one_person_or_a_question(imported):
    outcomes = await imported([
        ROW,
        {**ROW, "nhs_number": "137 364 5350"},
        {**ROW, "name": "Ada King"},
        {**ROW, "date_of_birth": "1990-01-02"},
        {**ROW, "name": " Ada Byron "},
    ])  # fmt: skip
    assert results(outcomes) == ["created", "unchanged", "refused", "refused", "unchanged"]
    assert all("on record with another name or date of birth" in outcome.reason for outcome in outcomes[2:4])


async def test_another_number_that_somebody_has_is_refused(imported, client):
    await client.post("/patients", json={"name": "Zoë", "date_of_birth": "1990-01-01", "mrn": "M-1"})
    (outcome,) = await imported([{**ROW, "mrn": "M-1"}])
    assert outcome.result == "refused"
    assert "mrn" in outcome.reason
    assert (await client.get("/patients/by-nhs-number/1373645350")).status_code == 404


async def test_a_deleted_patient_is_imported_anew(client, imported):
    await imported([ROW])
    patient = (await client.get("/patients/by-nhs-number/1373645350")).json()
    await client.delete(f"/patients/{patient['id']}")
    assert results(await imported([ROW])) == ["created"]


# --- files that are not what they should be


@pytest.mark.parametrize(
    "content",
    ["", " \n", "{", "{}", '{"item": []}', '{"item": [{"name": "x"}]}', "42", "null", '"text"', "banana", "<xml/>", "[",
     '[{"name": "x"}', "[1 2]", "\ufeffbanana", "[NaN]", "%PDF-1.7"],
)  # fmt: skip
async def test_what_is_no_json_array_is_unreadable(imported, content):
    with pytest.raises(Unreadable) as unreadable:
        await imported(content)
    assert "patients.json: not a JSON array" in str(unreadable.value)
    assert len(str(unreadable.value).splitlines()) == 1


async def test_what_came_before_the_file_broke_off_stays(client, imported):
    with pytest.raises(Unreadable):
        await imported(json.dumps([ROW, OTHER])[:-20])
    assert (await client.get("/patients/by-nhs-number/1373645350")).status_code == 200
    assert (await client.get("/patients/by-nhs-number/9434765919")).status_code == 404


@pytest.mark.parametrize(("name", "reason"), [("nowhere.json", "No such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_unreadable(tmp_path, name, reason):
    with pytest.raises(Unreadable, match=reason):
        list(panda_rows(tmp_path / name))


@pytest.mark.parametrize("content", ["[]", " [ ] ", "\n\n[\n]\n"])
async def test_an_empty_array_is_nothing_to_do(imported, content):
    assert await imported(content) == []


def test_rows_are_read_one_at_a_time(tmp_path):
    path = tmp_path / "broken.json"
    rows = ", ".join(f'{{"row": {number}}}' for number in range(20_000))
    path.write_text(f"[{rows}, banana", encoding="utf-8")
    reading = panda_rows(path)
    assert next(reading) == {"row": 0}
    with pytest.raises(Unreadable):
        list(reading)


# --- the command


@pytest.fixture
def command(cloned_url, engines, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # away from whatever .env the repository's owner keeps
    monkeypatch.setenv("ROUNDS_DATABASE_URL", cloned_url)
    monkeypatch.setenv("ROUNDS_REDIS_URL", engines.redis_url)
    monkeypatch.setattr(
        "rounds.observability.logging.configure", lambda _: None
    )  # this process's logs stay where they are
    cli = typer.Typer()
    register(cli)

    async def command(path: Path):
        words = ["import", "panda", str(path)]
        return await asyncio.to_thread(CliRunner().invoke, cli, words, catch_exceptions=False)

    return command


async def test_the_command_counts_and_names_the_refused(command, tmp_path):
    path = tmp_path / "patients.json"
    path.write_text(json.dumps([ROW, {**OTHER, "nhs_number": "1"}, OTHER, 7]), encoding="utf-8")
    ran = await command(path)
    assert ran.exit_code == 0, ran.output
    assert ran.stdout.strip() == "Patients: 2 created, 0 unchanged, 2 refused."
    refused = [line for line in ran.stderr.splitlines() if "refused" in line]
    assert [line.partition(": refused. ")[0] for line in refused] == ["patients.json, row 2", "patients.json, row 4"]
    assert "1 created" not in (await command(path)).stdout


async def test_the_command_fails_in_one_line_on_what_it_cannot_read(command, tmp_path):
    for name in ("nowhere.json", "object.json"):
        (tmp_path / "object.json").write_text("{}", encoding="utf-8")
        ran = await command(tmp_path / name)
        assert ran.exit_code == 1
        assert ran.stderr.strip().startswith(f"rounds: {tmp_path / name}: ")
        assert len(ran.stderr.strip().splitlines()) == 1
