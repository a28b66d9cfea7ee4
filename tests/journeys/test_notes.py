"""Notes go in as clinicians have them, through real processes, and come out understood."""

import contextlib
import json
import signal

import httpx

from rounds import embedded
from tests.journeys.conftest import Gate
from tests.paper import pdf, scan

WAYS = ("json", "text", "pdf", "scan")

# What a clinician would take from the four notes, whichever way they came in.
EXPECTED = {
    "soap_01": {
        "author": "Mark Reynolds",
        "taken_at": "2023-10-26T00:00:00Z",
        "vitals": {"systolic_blood_pressure": 128, "heart_rate": 72, "weight": 87.1, "height": 177.8, "bmi": 27.5},
        "medications": {},
        "certainties": {"hyperlipid": "family"},
        "starts": ("Pt presents today", "Vitals:", "Adult annual health exam", "Advised pt"),
    },
    "soap_02": {
        "author": "Mark Reynolds",
        "taken_at": "2024-03-15T00:00:00Z",
        "vitals": {"systolic_blood_pressure": 134, "diastolic_blood_pressure": 84, "heart_rate": 78, "weight": 87.1},
        "medications": {"atorvastatin": ("20 mg", "started")},
        "certainties": {"hyperlipid": "confirmed"},
        "starts": ("Pt returns", "Vitals today", "Hyperlipidemia", "Initiate atorvastatin"),
    },
    "soap_03": {
        "author": "Anna Lee",
        "taken_at": "2023-11-23T00:00:00Z",
        "vitals": {},
        "medications": {},
        "certainties": {},
        "starts": ("Pt in today", "Vitals stable", "Influenza immunization", "Admin flu vaccine"),
    },
    "soap_04": {
        "author": "Anna Lee",
        "taken_at": "2024-05-10T00:00:00Z",
        "vitals": {"systolic_blood_pressure": 122, "heart_rate": 74, "body_temperature": 37.1},
        "medications": {
            "cetirizine": ("10 mg", None),
            "fluticasone": (None, "started"),
            "loratadine": (None, "stopped changed"),
        },
        "certainties": {"allergic rhinitis": "confirmed"},
        "starts": ("Pt Arjun Singh returns", "Vitals: BP", "Allergic rhinitis", "Start fluticasone"),
    },
}


def patient(client: httpx.Client) -> str:
    return client.post("/patients", json={"name": "Ada Byron", "date_of_birth": "1990-01-01"}).json()["id"]


def send(client: httpx.Client, own: str, way: str, text: str) -> dict:
    if way == "json":
        answer = client.post(own, json={"content": text})
    else:
        data = {"text": text.encode(), "pdf": pdf(text), "scan": scan(*text.split("\n"))}[way]
        answer = client.post(own, files={"file": (f"note.{way}", data)})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_the_published_notes_come_back_understood_whichever_way_they_came(shared_data, start, until):
    program = start(ROUNDS_SAMPLE_DATA="false", ROUNDS_CONSUMER_IN_SERVER="false")
    client = program.client()
    own = f"/patients/{patient(client)}/notes"
    made = {
        (name, way): send(client, own, way, (shared_data / "soap" / f"{name}.txt").read_text())
        for name in EXPECTED
        for way in WAYS
    }
    program.beside("consume")

    def waiting() -> int:
        page = client.get(own, params={"limit": 200}).json()["data"]
        return sum(each["extraction"]["status"] == "pending" for each in page)

    for (name, way), note in made.items():
        here = f"{own}/{note['id']}"
        until(lambda here=here: client.get(here).json()["extraction"]["status"] != "pending", while_moving=waiting)
        found = client.get(here).json()
        check(found, EXPECTED[name], exact=way != "scan", what=f"{name} as {way}")


def check(note: dict, expected: dict, *, exact: bool, what: str) -> None:
    assert note["extraction"]["status"] == "done", what
    assert note["extraction"]["confidence"] > 0.9, what
    assert note["type"] == "progress", what
    assert expected["author"] in note["author"], what
    assert note["taken_at"] == expected["taken_at"], what
    parts = [note["sections"][name] for name in ("subjective", "objective", "assessment", "plan")]
    for part, begins in zip(parts, expected["starts"], strict=True):
        assert part.startswith(begins), what
    assert "Signed" not in note["sections"]["plan"], what
    facts = note["facts"]
    vitals = {fact["name"]: fact["value"] for fact in facts["vitals"]}
    assert expected["vitals"].items() <= vitals.items(), what
    for name, (dose, status) in expected["medications"].items():
        (found,) = [fact for fact in facts["medications"] if fact["name"].startswith(name)]
        assert dose is None or found["dose"] == dose, what
        assert status is None or found["status"] in status.split(), what
    if not expected["medications"]:
        assert not [
            fact for fact in facts["medications"] if fact["status"] == "started" and "vaccin" not in fact["name"]
        ]
    for name, certainty in expected["certainties"].items():
        found = {fact["certainty"] for fact in facts["diagnoses"] if name in fact["text"].lower()}
        assert found == {certainty}, what
    current = " ".join(f["text"].lower() for f in facts["diagnoses"] if f["certainty"] in {"confirmed", "possible"})
    assert not {word for word in ("asthma", "fever", "chest pain", "sob") if word in current.split()}, what
    if exact:
        for fact in [fact for kind in facts.values() for fact in kind]:
            assert note["content"][fact["start"] : fact["end"]] == fact["original"], what


def test_scans_survive_consumers_that_are_killed_while_they_read(start, until, data_dir):
    program = start(ROUNDS_SAMPLE_DATA="false", ROUNDS_CONSUMER_IN_SERVER="false")
    client = program.client()
    mine = patient(client)
    own = f"/patients/{mine}/notes"
    made = [
        send(client, own, "scan", f"Ward round\nWeight {kilograms} kg\nAssessment: Acute bronchitis")
        for kilograms in range(80, 83)
    ]

    def done() -> int:
        page = client.get(own, params={"limit": 200}).json()["data"]
        return sum(each["extraction"]["status"] == "done" for each in page)

    with (
        embedded.start_or_attach(data_dir, purpose="a journey", valkey=False) as engines,
        contextlib.closing(Gate(engines.database_url)) as gate,
    ):
        # Notes can be read but not written, so whoever has one in hand cannot be done with it before it is killed:
        # as soon as it has it, or with all of it read and only the last word missing.
        gate.run("BEGIN; LOCK TABLE note IN SHARE MODE")
        for moment in ("claimed", "read", "claimed", "read"):
            claimed, held_up = gate.ask(CLAIMS), gate.holds_up()
            consumer = program.beside("consume")
            if moment == "claimed":
                until(lambda before=claimed: gate.ask(CLAIMS) > before)
            else:
                until(lambda before=held_up: gate.holds_up() > before)
            consumer.send_signal(signal.SIGKILL)
            consumer.wait()
        assert done() == 0
    program.beside("consume")
    until(lambda: done() == len(made), while_moving=done)
    page = client.get(own, params={"limit": 200}).json()["data"]
    assert {each["version"] for each in page} == {2}, "each was written once"
    observed = client.get(f"/patients/{mine}/observations", params={"name": "weight", "limit": 200}).json()["data"]
    assert sorted(each["value"] for each in observed) == [80, 81, 82]
    events = json.loads(program.rounds("events", "list", "--json").stdout)
    left = [each for each in events if each["subscriber"] == "notes.read" and each["status"] != "delivered"]
    assert left == [], "nothing is left over, nothing is dead"


# How often a consumer has taken a scan in hand.
CLAIMS = "SELECT sum(attempts) FROM delivery WHERE subscriber = 'notes.read'"
