"""Steps of the smoke walk that are about a patient: record, notes, chart, summary, procedures, evaluation."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from smoke_walk import Walk, holds

_SCAN = Path(__file__).with_name("smoke_scan.png")
_NOTE = """S: Knee pain for two years. Denies chest pain.
O: BP 128/82 mmHg, HR 72.
A: Hypertension.
P: Start amlodipine 5 mg once daily.
"""


def moment(**ago: float) -> str:
    """A moment so long ago (or ahead, when negative), as the API takes it."""
    return (datetime.now(UTC) - timedelta(**ago)).isoformat(timespec="seconds")


def patients(walk: Walk) -> str:
    """A patient is added, found by name and changed at the version that was read."""
    name = f"Smoke Oyelaran {walk.mark}"
    body = {
        "name": name, "date_of_birth": "1950-03-09", "mrn": f"SMOKE-{walk.mark}", "sex": "female",
        "email": "smoke@example.org", "height_cm": 160, "weight_kg": 90, "conditions": ["chronic pain"],
    }  # fmt: skip
    made = walk.add("/patients", body)
    walk.kept["patient"] = made["id"]
    holds(made["bmi"] == 35.2, f"the BMI is {made['bmi']}, not 35.2")
    found = walk.get(f"/patients?q=Oyelarann+{walk.mark}")["data"]
    holds(any(each["id"] == made["id"] for each in found), "the patient is not found by a misspelt name")
    path = f"/patients/{made['id']}"
    walk.send("PATCH", path, {"phone": "+44 7700 900123"}, headers={"If-Match": f'"{made["version"]}"'})
    walk.refuses(412, "PATCH", path, {"sex": "male"}, headers={"If-Match": f'"{made["version"]}"'})
    walk.refuses(409, "POST", "/patients", body)
    return f"{name} added, found and changed; a second one with her MRN refused"


def procedures(walk: Walk) -> str:
    """An operation of ten days ago."""
    kind = {"code": f"smoke-{walk.mark}", "name": "Hip replacement", "department": "orthopaedics", "surgical": True}
    procedure = walk.add("/procedures", kind)
    done = {"patient_id": walk.kept["patient"], "procedure_id": procedure["id"], "performed_at": moment(days=10)}
    made = walk.add("/patient_procedures", done)
    shown = walk.get(f"/patient_procedures?patient_id={walk.kept['patient']}&expand=procedure")["data"]
    holds([each["id"] for each in shown] == [made["id"]], "the operation is not listed")
    return "an operation recorded and listed with its procedure"


def notes(walk: Walk) -> str:
    """A text is understood at once, a scan by the consumer."""
    path = f"/patients/{walk.kept['patient']}/notes"
    note = walk.send("POST", path, {"content": _NOTE, "type": "progress", "taken_at": moment(hours=2)})
    vitals = {each["name"]: each["value"] for each in note["facts"]["vitals"]}
    holds(vitals.get("systolic_blood_pressure") == 128, f"the blood pressure was not read: {vitals}")
    walk.kept |= {"note": note["id"], "medication": note["facts"]["medications"][0]}
    edge = f"smoke{walk.mark}"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="taken_at"\r\n\r\n{moment(hours=1)}\r\n'
    file = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="scan.png"\r\n\r\n'
    body = head.encode() + file.encode() + _SCAN.read_bytes() + f"\r\n--{edge}--\r\n".encode()
    scan = walk.send("POST", path, body, headers={"Content-Type": f"multipart/form-data; boundary={edge}"})
    holds(scan["extraction"]["status"] == "pending", "the scan does not wait for the consumer")

    def read() -> str:
        seen = walk.get(f"{path}/{scan['id']}")
        holds(seen["extraction"]["status"] != "failed", f"the scan could not be read: {seen['extraction']}")
        return str(seen["content"] or "")

    text = walk.until("the consumer reads the scan", read)
    holds("Paracetamol" in text, f"the scan was read as {text!r}")
    return "a text understood at once, a scan by the consumer"


def fact_feedback(walk: Walk) -> str:
    """Somebody says that a fact is wrong, and takes it back with the note."""
    path = f"/patients/{walk.kept['patient']}/notes/{walk.kept['note']}/fact-feedback"
    wrong = walk.kept["medication"]
    said = {"kind": "medications", "start": wrong["start"], "end": wrong["end"], "comment": "She takes 10 mg."}
    made = walk.add(path, said)
    holds([each["id"] for each in walk.get(path)["data"]] == [made["id"]], "what was said of a fact is not listed")
    return f"said of “{made['original']}” that it is wrong"


def chart(walk: Walk) -> str:
    """What is true now, with the note that says so."""
    seen = walk.get(f"/patients/{walk.kept['patient']}/chart")
    current = [each for each in seen["medications"] if each["status"] == "current"]
    amlodipine = [each for each in current if each["name"].casefold() == "amlodipine"]
    holds(amlodipine, f"amlodipine is not current: {[each['name'] for each in current]}")
    holds(amlodipine[0]["citations"][0]["note_id"] == walk.kept["note"], "amlodipine is not cited from its note")
    return f"{len(current)} current medications, cited from their notes"


def summaries(walk: Walk) -> str:
    """A summary whose statements cite notes."""
    path = f"/patients/{walk.kept['patient']}/summary"
    seen = walk.get(path)
    statements = [statement for section in seen["sections"] for statement in section["statements"]]
    holds(statements, "the summary says nothing")
    holds(all(each["citations"] for each in statements), "a statement cites no note")
    return f"{len(statements)} statements, all cited, by the {seen['generator']['provider']} summariser"


def evaluate(walk: Walk) -> str:
    """The patient is evaluated twice; what is recommended is recommended once."""
    path = f"/evaluate/{walk.kept['patient']}"
    first = walk.send("POST", path)["recommendations"]
    names = {each["recommendation"] for each in first}
    expected = {"Physical Therapy", "Weight Management Program", "Post-Op Rehabilitation Plan"}
    holds(expected <= names, f"recommended: {sorted(names)}")
    again = {each["id"] for each in walk.send("POST", path)["recommendations"]}
    holds(again == {each["id"] for each in first}, "evaluating again recommends anew")
    walk.kept["recommendations"] = sorted(again)
    answered = walk.send("POST", f"/recommendations/{first[0]['id']}/feedback", {"status": "accepted"})
    holds(answered["status"] == "accepted", "the feedback is not kept")
    return f"{len(first)} recommendations, none twice, one accepted"
