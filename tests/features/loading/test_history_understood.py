"""What the histories of the sample ward are there to show is what is understood of them.

Whatever else is read from them, these drugs, allergies, suspicions and series are why they were written.
"""

import pytest

from clinical import understand
from features.loading import handler
from features.loading.history import history
from features.loading.sample import WARD
from rounds import clock

STOPPED = {
    "101": "amlodipine",
    "103": "ticagrelor",
    "107": "gabapentin",
    "108": "codeine",
    "111": "omeprazole",
    "114": "warfarin",
    "115": "naproxen",
    "119": "spironolactone",
    "120": "methotrexate",
    "121": "montelukast",
}
CHANGED = [
    ("104", "levothyroxine"),
    ("105", "semaglutide"),
    ("107", "duloxetine"),
    ("111", "sertraline"),
    ("115", "allopurinol"),
]
ALLERGIES = {
    "102": ("ibuprofen", "wheeze"),
    "107": ("trimethoprim", "rash"),
    "108": ("penicillin", "rash"),
    "114": ("co-amoxiclav", "jaundice"),
    "121": ("cashew", "anaphylaxis"),
}
TRENDS = {
    ("101", "systolic_blood_pressure"): [168, 132],
    ("105", "weight"): [116.2, 108.5],
    ("105", "hemoglobin_a1c"): [74, 54],
    ("115", "egfr"): [54, 77],
    ("119", "weight"): [78.6, 77.0],
    ("119", "egfr"): [41, 39],
}


RULED_OUT = {"103": "pulmonary embolism", "108": "pulmonary embolism", "119": "pneumonia"}

Facts = dict[str, list[dict]]


@pytest.fixture(scope="module")
def told() -> dict[str, list[Facts]]:
    """What the texts of each patient say, the oldest first."""
    return {
        patient.mrn: [
            understand(incoming.content).stored()
            for incoming in history(patient.mrn, today=clock.today())
            if incoming.content is not None
        ]
        for patient in WARD
    }


def statuses(drug: str, notes: list[Facts]) -> list[set[str]]:
    """What becomes of the drug in each note that mentions it."""
    each = [{fact["status"] for fact in facts["medications"] if fact["name"].startswith(drug)} for facts in notes]
    return [found for found in each if found]


@pytest.mark.parametrize(("mrn", "drug"), STOPPED.items(), ids=STOPPED.values())
def test_what_was_stopped_is_stopped_in_the_newest_note_that_mentions_it(told, mrn, drug):
    newest = statuses(drug, told[mrn])[-1]
    assert "stopped" in newest
    assert not newest & {"started", "continued", "changed"}


@pytest.mark.parametrize(("mrn", "drug"), CHANGED, ids=str)
def test_what_was_started_got_another_dose_later(told, mrn, drug):
    found = [status for status in statuses(drug, told[mrn]) if status & {"started", "changed"}]
    assert "started" in found[0]
    assert "changed" in found[1]


@pytest.mark.parametrize("mrn", ALLERGIES)
def test_allergies_come_with_their_reactions(told, mrn):
    substance, reaction = ALLERGIES[mrn]
    allergies = [fact for facts in told[mrn] for fact in facts["allergies"] if fact["status"] == "present"]
    assert any(substance in fact["substance"] and reaction in (fact["reaction"] or "") for fact in allergies)


def test_who_has_no_allergy_has_none(told):
    for mrn in ("103", "119"):
        found = {fact["status"] for facts in told[mrn] for fact in facts["allergies"]}
        assert found == {"denied"}, mrn


@pytest.mark.parametrize("mrn", RULED_OUT)
def test_what_was_suspected_and_ruled_out_is_never_a_problem(told, mrn):
    suspected = [
        fact
        for facts in told[mrn]
        for fact in facts["diagnoses"]
        if RULED_OUT[mrn] in fact["text"].lower() or fact["text"] == "PE"
    ]
    assert "ruled_out" in {fact["certainty"] for fact in suspected}
    assert not [fact for fact in suspected if fact["certainty"] == "confirmed"]


def test_a_fathers_heart_attack_is_the_familys(told):
    attacks = [fact for facts in told["103"] for fact in facts["diagnoses"] if "myocardial" in fact["text"].lower()]
    assert [fact["certainty"] for fact in attacks if fact["relative"]] == ["family"]


async def test_measurements_of_the_ward_make_series_that_end_at_what_is_on_record(client, database, child_processes):
    await handler.load_sample_ward(database, child_processes=child_processes)

    async def series(patient_id: str, name: str) -> list[tuple[str, float]]:
        answer = await client.get(f"/patients/{patient_id}/observations", params={"name": name, "limit": 200})
        return [(one["at"][:10], one["value"]) for one in answer.json()["data"]]

    for patient in WARD:
        (shown,) = (await client.get("/patients", params={"mrn": patient.mrn})).json()["data"]
        for name in {name for mrn, name in TRENDS if mrn == patient.mrn}:
            found = await series(shown["id"], name)
            assert len({day for day, _ in found}) >= 3, (patient.mrn, name)
            assert [found[0][1], found[-1][1]] == TRENDS[patient.mrn, name], (patient.mrn, name)
        weights = await series(shown["id"], "weight")
        if len(weights) >= 3:
            assert weights[-1][1] == patient.weight_kg, patient.mrn
