"""`rounds patients`: what it asks, says and ends with."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from rounds import slices
from rounds.cli import cli
from rounds.data import new_id

WHY = "request 4711"


@pytest.fixture
def rounds(cloned_url, engines, monkeypatch):
    monkeypatch.setenv("ROUNDS_DATABASE_URL", cloned_url)
    monkeypatch.setenv("ROUNDS_REDIS_URL", engines.redis_url)
    known = {group.name for group in cli.registered_groups}
    for module in slices.commands():
        if module.__name__.split(".")[1] not in known and module.__name__ == "features.patients.command":
            module.register(cli)

    async def run(*words: str, typed: str | None = None):
        return await asyncio.to_thread(CliRunner().invoke, cli, ["patients", *words], input=typed)

    return run


@pytest.fixture
async def patient(live) -> str:
    answer = await live.post("/patients", json={"name": "Maeve Quill", "date_of_birth": "1957-03-09", "mrn": "MQ-17"})
    return answer.json()["id"]


async def test_it_shows_what_there_is_and_asks(rounds, live, patient):
    refused = await rounds("erase", patient, "--reason", WHY, typed="n\n")
    assert refused.exit_code == 1
    assert "1  patient" in refused.output
    assert (await live.get(f"/patients/{patient}")).status_code == 200
    done = await rounds("erase", patient, "--reason", WHY, typed="y\n")
    assert done.exit_code == 0, done.output
    assert f"Erased patient {patient}" in done.output
    assert (await live.get(f"/patients/{patient}")).status_code == 404


async def test_a_second_time_says_so_and_an_unknown_id_is_plain(rounds, patient):
    assert (await rounds("erase", patient, "--reason", WHY, "--yes")).exit_code == 0
    again = await rounds("erase", patient, "--reason", WHY, "--yes")
    assert (again.exit_code, "was erased on" in again.output) == (0, True)
    nobody = new_id()
    unknown = await rounds("erase", str(nobody), "--reason", WHY, "--yes")
    assert (unknown.exit_code, unknown.output.strip()) == (1, f"There is no patient {nobody}.")


@pytest.mark.parametrize(
    "words",
    [
        ("erase", "--reason", WHY, "--yes"),
        ("erase", "not-an-id", "--reason", WHY, "--yes"),
        ("erase", "--again", "{patient}", "--reason", WHY),
        ("erase", "{patient}", "--reason", " ", "--yes"),
        ("erase", "{patient}", "--reason", "asked for by Maeve Quill", "--yes"),
        ("erase", "{patient}", "--yes"),
    ],
)
async def test_a_wrong_call_ends_with_two_and_erases_nothing(rounds, live, patient, words):
    wrong = await rounds(*(word.replace("{patient}", patient) for word in words))
    assert wrong.exit_code == 2, wrong.output
    assert (await live.get(f"/patients/{patient}")).status_code == 200


async def test_the_list_erases_again_what_a_backup_brings_back(rounds, live, patient, tmp_path, live_app):
    assert (await rounds("erase", patient, "--reason", WHY, "--yes")).exit_code == 0
    listed = await rounds("erased", "--json")
    (entry,) = json.loads(listed.output)
    assert entry["reason"] == WHY
    kept = tmp_path / "erased.json"
    kept.write_text(listed.output)
    connection = live_app.state.database.reads.source
    await connection.fetch("DELETE FROM erasure")  # as in a backup of before
    await connection.fetch(
        "INSERT INTO patient (id, name, date_of_birth, version, created_at, updated_at, sex, conditions)"
        " VALUES ($1, 'Maeve Quill', '1957-03-09', 1, now(), now(), 'female', '{}')",
        patient,
    )
    assert (await live.get(f"/patients/{patient}")).status_code == 200
    done = await rounds("erase", "--again", "--listed", str(kept), "--reason", "restored", "--yes")
    assert done.exit_code == 0, done.output
    assert (await live.get(f"/patients/{patient}")).status_code == 404
