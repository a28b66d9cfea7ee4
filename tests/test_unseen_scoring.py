"""The scoring of notes nobody tuned to finds every error that is planted, and none where there is none."""

import json
import sys
from hashlib import sha256

import pytest

from scripts.bench import notes_agreement, notes_unseen, unseen_notes, unseen_scoring
from scripts.bench.unseen_answers import as_answer
from scripts.bench.unseen_values import same_dose, same_frequency

TEXT = """Allergies: penicillin (rash). No known food allergies. Egg allergy outgrown.
HTN. No asthma. Mother had a stroke. Appendicitis in 1999. ?gout
Meds: HCTZ 25 mg bd. Metformin 500 mg, 2 twice a day. Stopped warfarin.
Would start sertraline 50 mg if no better. Her husband takes digoxin.
Prednisolone 40 mg for 5 days, then 20 mg for 5 days.
BP 150/90. T 98.6 F. Hb 8,7 on 3/4/2024. ECG today. CT planned. Avoid NSAIDs (ulcer).
"""


def at(quote, text=TEXT):
    start = text.index(quote)
    return {"start": start, "end": start + len(quote), "quote": quote, "original": quote}


def medication(quote, drug, dose=None, frequency=None, status="continued", certainty="actual", **more):
    place = at(quote)
    start = place["start"] + quote.index(drug)
    return place | {
        "kind": "medication",
        "drug": drug,
        "drug_span": [start, start + len(drug)],
        "dose": dose,
        "route": None,
        "frequency": frequency,
        "duration": None,
        "status": status,
        "certainty": certainty,
        "person": "patient",
        **more,
    }


def diagnosis(quote, certainty, person="patient", **more):
    return at(quote) | {"kind": "diagnosis", "text": quote, "certainty": certainty, "person": person, **more}


def allergy(quote, substance, status, reaction=None, **more):
    return at(quote) | {"kind": "allergy", "substance": substance, "status": status, "reaction": reaction, **more}


def measured(kind, quote, name, value, time=None):
    return at(quote) | {"kind": kind, "name": name, "value": value, "unit": None, "at": time}


GOLD = [
    allergy("penicillin (rash)", "penicillin", "present", "rash"),
    allergy("No known food allergies", "food", "denied", generic=True),
    allergy("Egg allergy outgrown", "Egg", "refuted"),
    diagnosis("HTN", "confirmed"),
    diagnosis("asthma", "ruled_out"),
    diagnosis("stroke", "family", "relative"),
    diagnosis("Appendicitis", "historical"),
    diagnosis("gout", "possible", optional=True),
    medication("HCTZ 25 mg bd", "HCTZ", "25 mg", "bd"),
    medication(
        "Metformin 500 mg, 2 twice a day", "Metformin", "500 mg", "2 twice a day", accept={"dose": ["500 mg, 2"]}
    ),
    medication("Stopped warfarin", "warfarin", status="stopped"),
    medication("sertraline 50 mg", "sertraline", "50 mg", status="started", certainty="conditional"),
    medication("husband takes digoxin", "digoxin", person="relative"),
    medication("Prednisolone 40 mg for 5 days", "Prednisolone", "40 mg"),
    at("20 mg for 5 days")
    | {key: value for key, value in medication("Prednisolone", "Prednisolone", "20 mg", status="changed",
                                               certainty="planned").items() if key not in at("BP")},
    measured("vital", "BP 150/90", "systolic_blood_pressure", "150"),
    measured("vital", "BP 150/90", "diastolic_blood_pressure", "90"),
    measured("vital", "T 98.6 F", "body_temperature", "98.6"),
    measured("lab", "Hb 8,7 on 3/4/2024", "Hb", "8,7", "3/4/2024"),
    at("ECG today") | {"kind": "procedure", "text": "ECG", "status": "done", "on": "today"},
    at("CT planned") | {"kind": "procedure", "text": "CT", "status": "planned", "on": None},
    at("Avoid NSAIDs (ulcer)") | {"kind": "avoid", "substance": "NSAIDs", "reason": "ulcer"},
]  # fmt: skip


def taken(quote, name, dose=None, frequency=None, status="continued", reality="actual", **more):
    place = at(quote)
    return place | {
        "name": name, "ingredient": None, "concept": name, "dose": dose, "frequency": frequency, "route": None,
        "duration": None, "status": status, "reality": reality, "regimen": [], **more,
    }  # fmt: skip


def right():
    """What a system without fault says of the text."""
    return {
        "allergies": [
            at("penicillin (rash)") | {"substance": "penicillin", "status": "present", "reaction": "rash"},
            at("No known food allergies") | {"substance": "foods", "status": "denied", "reaction": None},
            at("Egg allergy outgrown") | {"substance": "egg", "status": "denied", "reaction": None},
        ],
        "diagnoses": [
            at("HTN") | {"text": "hypertension", "certainty": "confirmed", "relatives": []},
            at("asthma") | {"text": "asthma", "certainty": "ruled_out", "relatives": []},
            at("stroke") | {"text": "stroke", "certainty": "family", "relatives": ["mother"]},
            at("Appendicitis") | {"text": "Appendicitis", "certainty": "historical", "relatives": []},
        ],
        "medications": [
            taken("HCTZ 25 mg", "hydrochlorothiazide", "25 mg", "twice daily"),
            taken("Metformin 500 mg, 2", "metformin", "1000 mg", "twice daily", strength="500 mg"),
            taken("Stopped warfarin", "warfarin", status="stopped"),
            taken("sertraline 50 mg", "sertraline", "50 mg", status="mentioned", reality="conditional"),
            taken(
                "Prednisolone 40 mg for 5 days, then 20 mg for 5 days", "prednisolone",
                regimen=[{"dose": "40 mg", "frequency": None, "duration": "5 days"},
                         {"dose": "20 mg", "frequency": None, "duration": "5 days"}],
            ),
        ],
        "vitals": [
            at("BP 150/90") | {"name": "systolic_blood_pressure", "value": 150.0, "at": None},
            at("BP 150/90") | {"name": "diastolic_blood_pressure", "value": 90.0, "at": None},
            at("T 98.6 F") | {"name": "body_temperature", "value": 37.0, "at": None},
        ],
        "labs": [at("Hb 8,7") | {"name": "hemoglobin", "value": 8.7, "at": "2024-04-03"}],
        "procedures": [
            at("ECG today") | {"text": "ECG", "status": "done"},
            at("CT planned") | {"text": "CT", "status": "planned"},
        ],
        "avoid": [at("Avoid NSAIDs") | {"substance": "nsaids", "reason": "ulcer"}],
    }  # fmt: skip


@pytest.fixture
def scored():
    note = unseen_notes.Annotated("planted", "styles", TEXT, GOLD)
    return lambda facts: unseen_scoring.score(note, unseen_notes.plain(facts))


def what(counts):
    return sorted((error.kind, error.what) for error in counts.errors)


def test_a_reader_without_fault_has_no_errors(scored):
    counts = scored(right())
    assert what(counts) == []
    assert all(count.precision == count.recall == 1 for count in counts.kinds.values())
    assert {name: all(judged) for name, judged in counts.values.items()} == dict.fromkeys(counts.values, True)
    assert counts.values["medication dose"] == [True] * 5


def test_a_reader_of_nothing_misses_all_that_is_not_optional_and_the_patients(scored):
    counts = scored({})
    assert {kind: count.missed for kind, count in counts.kinds.items()} == {
        "medication": 6, "allergy": 3, "avoid": 1, "diagnosis": 4, "procedure": 2, "lab": 1, "vital": 3,
    }  # fmt: skip
    assert counts.dangers == 0


PLANTED = {
    "denied condition confirmed": (
        ("diagnoses", 1, {"certainty": "confirmed"}),
        [("diagnosis", "certainty"), ("diagnosis", "danger")],
    ),
    "past condition confirmed": (
        ("diagnoses", 3, {"certainty": "confirmed"}),
        [("diagnosis", "certainty"), ("diagnosis", "danger")],
    ),
    "relative's condition the patient's": (
        ("diagnoses", 2, {"certainty": "confirmed", "relatives": []}),
        [("diagnosis", "certainty"), ("diagnosis", "danger"), ("diagnosis", "person")],
    ),
    "present condition denied": (("diagnoses", 0, {"certainty": "ruled_out"}), [("diagnosis", "certainty")]),
    "wrong dose": (
        ("medications", 0, {"dose": "250 mg"}),
        [("medication", "danger"), ("medication", "dose")],
    ),
    "strength for a dose twice as high": (("medications", 1, {"dose": "500 mg", "strength": None}), []),
    "wrong frequency": (("medications", 0, {"frequency": "once daily"}), [("medication", "frequency")]),
    "stopped drug continued": (
        ("medications", 2, {"status": "continued"}),
        [("medication", "danger"), ("medication", "status")],
    ),
    "conditional drug started": (
        ("medications", 3, {"status": "started", "reality": "actual"}),
        [
            ("medication", "certainty"),
            ("medication", "certainty in the contract's words"),
            ("medication", "danger"),
        ],
    ),
    "wrong drug": (
        ("medications", 0, {"name": "hydralazine", "concept": "hydralazine", "start": 0, "end": 9}),
        [("medication", "danger"), ("medication", "made up"), ("medication", "missed")],
    ),
    "outgrown allergy present": (
        ("allergies", 2, {"status": "present"}),
        [("allergy", "danger"), ("allergy", "status")],
    ),
    "present allergy denied": (
        ("allergies", 0, {"status": "denied"}),
        [("allergy", "danger"), ("allergy", "status")],
    ),
    "wrong allergy": (
        ("allergies", 0, {"substance": "warfarin", "start": 200, "end": 210}),
        [("allergy", "danger"), ("allergy", "made up"), ("allergy", "missed")],
    ),
    "planned procedure done": (
        ("procedures", 1, {"status": "done"}),
        [("procedure", "danger"), ("procedure", "status")],
    ),
    "wrong value": (("labs", 0, {"value": 87.0}), [("lab", "made up"), ("lab", "missed")]),
    "wrong time": (("labs", 0, {"at": "2020-01-01"}), [("lab", "time")]),
    "the note's date where there is none": (("vitals", 0, {"at": "2020-01-01"}), [("vital", "time")]),
    "wrong name of a vital sign": (
        ("vitals", 2, {"name": "heart_rate"}),
        [("vital", "made up"), ("vital", "missed")],
    ),
    "no reason": (("avoid", 0, {"reason": None}), [("avoid", "reason")]),
}


@pytest.mark.parametrize("name", PLANTED)
def test_each_planted_error_is_found_and_no_other(scored, name):
    (plural, number, changes), errors = PLANTED[name]
    facts = right()
    facts[plural][number] |= changes
    assert what(scored(facts)) == errors


def test_another_persons_drug_is_not_the_patients(scored):
    facts = right()
    facts["medications"].append(taken("digoxin", "digoxin"))
    assert what(scored(facts)) == [("medication", "danger"), ("medication", "made up")]


def test_a_missing_step_of_a_taper_is_missed(scored):
    facts = right()
    facts["medications"][4]["regimen"].pop()
    assert what(scored(facts)) == [("medication", "missed")]


def test_repetitions_and_complaints_are_neither_right_nor_wrong(scored):
    facts = right()
    facts["diagnoses"] += [
        at("HTN") | {"text": "hypertension", "certainty": "confirmed", "relatives": []},
        at("rash") | {"text": "rash", "certainty": "confirmed", "relatives": []},
    ]
    facts["medications"].append(taken("HCTZ", "hctz", status="mentioned"))
    assert what(scored(facts)) == []


@pytest.mark.parametrize(
    ("again", "missed"),
    [
        ({}, []),
        ({"frequency": None}, []),
        ({"dose": "50 mg"}, ["missed"]),
        ({"frequency": "tds"}, ["missed"]),
        ({"status": "stopped"}, ["missed"]),
    ],
)
def test_what_is_said_again_need_not_be_found_twice_unless_it_says_more(again, missed):
    twice = "HCTZ 25 mg bd. " + TEXT
    first = medication("HCTZ 25 mg bd", "HCTZ", "25 mg", "bd") | {"start": 0, "end": 13, "drug_span": [0, 4]}
    later = first | again | {"start": 200, "end": 213, "drug_span": [200, 204]}
    note = unseen_notes.Annotated("twice", "styles", twice, [first, later])
    found = {"medications": [taken("HCTZ", "hctz", "25 mg", "twice daily") | {"start": 0, "end": 13}]}
    errors = unseen_scoring.score(note, unseen_notes.plain(found)).errors
    assert [error.what for error in errors] == missed


def test_made_up_conditions_are_wrong(scored):
    facts = right()
    facts["diagnoses"].append(at("Meds") | {"text": "Meds", "certainty": "confirmed", "relatives": []})
    assert what(scored(facts)) == [("diagnosis", "made up")]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("500 mg", "0.5 g"), ("0.125 mg", "0,125 mg"), ("125 micrograms", "0.125 mg"), ("2 puffs", "100 mcg 2 puffs"),
        ("1000 mg", "500mg 2"), ("20 units", "20"), ("5,000 units", "5000 units"), ("2-10 puffs", "2 to 10 puffs"),
        (None, None), ("two tablets", "2 tabs"),
    ],
)  # fmt: skip
def test_same_doses(said, wanted):
    assert same_dose(said, wanted)


@pytest.mark.parametrize(
    ("said", "wanted"), [("50 mg", "500 mg"), ("5 mg", "5 mcg"), (None, "5 mg"), ("5 mg", None), ("125 mg", "0,125 mg")]
)
def test_other_doses(said, wanted):
    assert not same_dose(said, wanted)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("twice daily", "bd"), ("once daily", "OD"), ("at night", "nocte"), ("in the morning", "mane"),
        ("every 6 hours", "q6h prn headache"), ("every 4 hours", "4-hourly PRN"), ("once weekly", "weekly (Sun)"),
        ("as needed", "prn"), ("twice daily", "2 twice a day"), ("three times daily", "tds"),
        ("twice weekly", "twice a week"), ("once daily", "a day"), ("every other day", "alternate days"),
        ("every other day", "alt days"), ("every 4 hours", "4hrly"), ("up to four times daily", "up to 4x day"),
        ("five times daily", "five times/day"), ("every 2 weeks", "every fortnight"), ("every 8 weeks", "8-weekly"),
        ("every 3 months", "3 monthly"), ("once", "single dose"), ("once", "x1"), ("at bedtime", "nightly"),
        ("with meals", "with food"), ("three times weekly", "x3/wk"), ("as needed", "if wheezy"),
    ],
)  # fmt: skip
def test_same_frequencies(said, wanted):
    assert same_frequency(said, wanted)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [("once daily", "bd"), ("twice daily", "twice a week"), ("every 6 hours", "every 8 hours"), (None, "bd"),
     ("at night", "in the morning"), ("once weekly", "once daily"), ("every 8 weeks", "8-hourly"),
     ("every 3 months", "every 3 weeks"), ("five times daily", "twice daily"), ("once", "once daily")],
)  # fmt: skip
def test_other_frequencies(said, wanted):
    assert not same_frequency(said, wanted)


def test_every_annotation_taken_for_an_answer_scores_one(shared_data):
    """The gold itself, in the words of an answer, has no error in the half that may be read."""
    annotated = unseen_notes.notes_of(unseen_notes.UNSEEN / "development", shared_data)
    answers = {note.text: as_answer(note.facts) for note in annotated}
    counts = notes_unseen.measure(annotated, answers.__getitem__)
    told = [error for one in counts.values() for error in one.errors]
    assert told == []


def test_the_sealed_half_tells_figures_only_and_counts_the_look(tmp_path, monkeypatch, capsys, shared_data):
    sealed = tmp_path / "sealed"
    sealed.mkdir()
    (sealed / "secret.txt").write_text(TEXT)
    digest = sha256(TEXT.encode()).hexdigest()
    (sealed / "secret.json").write_text(json.dumps({"id": "secret", "source": "own", "sha256": digest, "facts": GOLD}))
    monkeypatch.setattr(notes_unseen, "UNSEEN", tmp_path)
    monkeypatch.setattr(unseen_notes, "LOOKS", tmp_path / "looks.txt")
    monkeypatch.setattr(sys, "argv", ["notes_unseen", "--sealed", "--data", str(shared_data)])
    assert notes_unseen.main() == 0
    assert notes_unseen.main() == 0
    shown = capsys.readouterr().out
    assert len((tmp_path / "looks.txt").read_text().splitlines()) == 2
    assert "secret" not in shown
    assert not any(word in shown for word in ("HCTZ", "Metformin", "sertraline", "husband", "HTN"))


@pytest.mark.parametrize("more", [["--errors"], ["--note", "D2N005"]])
def test_the_sealed_half_is_not_shown(monkeypatch, more):
    monkeypatch.setattr(sys, "argv", ["notes_unseen", "--sealed", *more])
    with pytest.raises(SystemExit):
        notes_unseen.main()


@pytest.fixture
def read_again(tmp_path):
    """A second reading of the planted note, written down with quotes alone."""
    first = unseen_notes.Annotated("planted", "styles", TEXT, GOLD)

    def read(*changes, leave=()):
        facts = [
            {name: value for name, value in fact.items() if name not in {"start", "end", "original", "drug_span"}}
            for number, fact in enumerate(GOLD)
            if number not in leave
        ]
        for number, change in changes:
            facts[number] |= change
        (tmp_path / "planted.json").write_text(json.dumps({"facts": facts}))
        return notes_agreement.second_readings(tmp_path, [first])

    return read


def test_two_readers_who_say_the_same_agree_in_everything(read_again):
    there, back = notes_agreement.agreement(read_again())
    assert (there.errors, back.errors) == ([], [])
    assert set(notes_agreement.shares(there, back).values()) == {1}


def test_where_two_readers_differ_is_counted_both_ways(read_again):
    found = notes_agreement.shares(*notes_agreement.agreement(read_again((3, {"certainty": "possible"}), leave=[15])))
    assert found["diagnosis certainty"] == pytest.approx(6 / 8)
    assert found["vital"] == pytest.approx(4 / 5)
    assert found["medication"] == 1


def test_a_quote_that_is_not_in_the_note_is_refused(read_again):
    with pytest.raises(unseen_notes.NotTheNote):
        read_again((3, {"quote": "HTN and more"}))
