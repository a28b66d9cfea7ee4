"""What the short text holds: the state, the values that matter, what must be known; and no room left unused."""

import re
from datetime import timedelta

import pytest

from clinical import concepts
from clinical.lexicon.resources import entries
from features.summaries.extractive import measures
from features.summaries.extractive.handover.course import weight_of_judgement
from features.summaries.extractive.running import BRIEF
from features.summaries.extractive.telling import day_of
from tests.features.summaries.test_extractive import NOW, note, of

BOTH = pytest.mark.parametrize("audience", ["clinician", "family"])
CORNERS = pytest.mark.parametrize(
    ("audience", "length"), [(who, long) for who in ("clinician", "family") for long in ("brief", "detailed")]
)
VITALS = frozenset(
    {"weight", "bmi", "systolic_blood_pressure", "heart_rate", "oxygen_saturation", "respiratory_rate"}
    | {"body_temperature"}
)


def short(*notes, **options):
    """The short text of a patient with these notes."""
    return of(*notes, **options).summary


def visit(text):
    return note(text, NOW.date())


@CORNERS
def test_how_it_goes_is_told_before_what_is_as_it_should_be(audience, length):
    text = short(
        visit("S: Sleeps through.\nO: BP 124/76 mmHg, HR 66 bpm.\nA: Eczema, much better.\nP: Review in two months."),
        audience=audience, length=length,
    )  # fmt: skip
    assert "much better" in text
    vital = re.search(r"BP 124|blood pressure", text)
    assert vital is None or text.index("much better") < vital.start()


@pytest.mark.parametrize(
    ("notes", "told"),
    [
        ("O: BP 124/76, HR 66, HbA1c 58 mmol/mol.\nA: Type 2 diabetes.\nP: Continue metformin 1 g BD.", "HbA1c 58"),
        ("O: BP 124/76, HR 66, haemoglobin 98 g/L.\nA: Anaemia.\nP: Start ferrous sulfate 200 mg OD.", "Hb 98 g/L"),
        ("O: BP 124/76, HR 66. TSH 7.1 mU/L.\nA: Hypothyroidism.\nP: Levothyroxine 100 mcg OD.", "TSH 7.1"),
        ("O: BP 124/76, HR 66. INR 2.4.\nA: Atrial fibrillation.\nP: Continue warfarin 3 mg OD.", "INR 2.4"),
        ("O: BP 124/76, HR 66. PHQ-9 11.\nA: Depression.\nP: Continue sertraline 50 mg OD.", "PHQ-9 11"),
    ],
)  # fmt: skip
def test_what_a_problem_rests_on_comes_before_what_is_as_it_should_be(notes, told):
    text = short(visit(notes), length="brief")
    latest = text.partition("Latest: ")[2]
    assert latest.startswith(told)


def test_what_the_patient_watches_is_told():
    text = short(visit(
        "O: BP 118/70 mmHg, HR 64 bpm, weight 68 kg.\nA: Swollen legs.\n"
        "P: Weight every morning, call if up 2 kg in three days."
    ), length="brief")  # fmt: skip
    assert text.partition("Latest: ")[2].startswith("Weight 68 kg")


def test_an_old_value_that_is_as_it_should_be_is_not_the_latest():
    old = note("O: BP 120/70 mmHg, HR 66 bpm, weight 70 kg.\nA: Sprained ankle.", NOW.date().replace(month=1))
    text = short(old, visit("A: Sprained ankle, healing.\nP: Review in four weeks."), length="brief")
    assert "Latest" not in text


def test_the_table_of_measures_knows_what_it_names():
    labs = {line.partition("|")[0].strip() for line in entries("labs.txt")}
    for name, rests in measures._table().items():  # noqa: SLF001 - the table as it is read
        assert name in labs | VITALS, name
        for problem in rests.problems:
            assert concepts.is_known(problem, "condition"), problem
        for drug in rests.medicines:
            assert concepts.is_known(drug, "drug") or concepts.members_of(drug), drug


@CORNERS
@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ("Discharged from the eye clinic.", ("ischarged from the eye clinic", "eye clinic have come to an end")),
        ("I have not made another appointment.", ("o further appointment made",) * 2),
        ("No lifting before week eight.", ("no lifting before week eight",) * 2),
    ],
)  # fmt: skip
def test_that_nobody_sees_them_again_and_what_is_forbidden_is_told(plan, told, audience, length):
    draft = visit(f"O: BP 124/76 mmHg, HR 66 bpm.\nA: Cataract, recovering well.\nP: {plan}")
    assert told[audience == "family"] in short(draft, audience=audience, length=length)


@CORNERS
def test_who_interprets_and_how_somebody_drinks_is_an_alert(audience, length):
    night = note(
        "Night report. Slept well. Swallow looks safe with thickened juice. Ate a little.",
        NOW.date(),
    )
    text = short(visit("Seen with a Tamil interpreter.\nA: Dementia.\nP: Review in a month."), night,
                 audience=audience, length=length)  # fmt: skip
    assert re.search(r"Tamil interpreter|interpreter for Tamil", text)
    if "thickened" in text:
        assert text.index("thickened") < text.index("Review" if audience == "clinician" else "check-up")


@CORNERS
def test_what_changed_comes_first_and_with_its_dose(audience, length):
    old = note(
        "A: Hypertension. Atrial fibrillation. Gout. Asthma. Type 2 diabetes. Hypothyroidism.\n"
        "Medicines: amlodipine 5 mg OD, bisoprolol 5 mg OD, allopurinol 100 mg OD, metformin 500 mg BD, "
        "levothyroxine 50 mcg OD, ramipril 2.5 mg OD, simvastatin 20 mg ON.",
        NOW.date().replace(month=1),
    )
    new = visit("A: Hypertension.\nP: Increase ramipril from 2.5 mg to 5 mg OD. Continue amlodipine 5 mg OD.")
    text = short(old, new, audience=audience, length=length)
    medicines = text[re.search(r"Medic(?:ines on|ations:)", text).start() :]
    assert re.search(r"[Rr]amipril 5 mg", medicines)
    assert medicines.lower().index("ramipril") < medicines.index("amlodipine" if "amlodipine" in medicines else "Amlo")
    for drug in ("bisoprolol", "allopurinol", "metformin", "levothyroxine", "simvastatin"):
        assert drug in medicines.lower()
    assert not re.search(r"others|There are more", medicines)


@BOTH
def test_no_room_is_left_while_something_waits(audience):
    text = short(visit(
        "O: BP 150/92 mmHg, HR 66 bpm, weight 80 kg.\nA: Hypertension. Gout. Asthma. Migraine. Hypothyroidism.\n"
        "P: Start amlodipine 5 mg OD. Continue allopurinol 100 mg OD. Review in two weeks."
    ), audience=audience, length="brief")  # fmt: skip
    assert len(text) <= BRIEF
    assert not re.search(r"\bothers\b|and more|There are more", text)
    assert "150/92" in text


@BOTH
def test_only_what_was_stopped_or_found_lately_is_told(audience):
    old = note("O: X-ray: old fracture of the left rib.\nA: Gout.\nP: Stop naproxen. Start allopurinol 100 mg OD.",
               NOW.date().replace(year=NOW.year - 1))  # fmt: skip
    lately = note("A: Gout. Hypertension.\nP: Stop amlodipine. Start ramipril 5 mg OD.", NOW.date().replace(day=1))
    new = visit("A: Gout, stable. Hypertension.\nP: Continue allopurinol 100 mg OD and ramipril 5 mg OD.")
    text = short(old, lately, new, audience=audience, length="detailed")
    assert "mlodipine" in text
    assert "aproxen" not in text
    assert "fracture" not in text


def test_what_is_known_of_an_end_is_cut_out_of_its_sentence():
    text = short(visit("A: Hypothyroidism.\nP: Discharged to GP, TSH once a year."), length="brief")
    plan = text.partition("Plan: ")[2]
    assert "ischarged to GP" in plan
    assert "TSH" in plan


def test_relatives_read_an_example_of_a_class():
    plan = "Avoid all NSAIDs. Avoid ibuprofen."
    text = short(visit(f"A: Kidney injury after ibuprofen.\nP: {plan}"), audience="family", length="brief")
    assert "anti-inflammatory painkillers (such as ibuprofen)" in text


def test_relatives_read_how_an_illness_goes():
    text = short(visit("A: Hypertension, well controlled.\nP: Review in a year."), audience="family", length="brief")
    assert "high blood pressure (under control)" in text


def test_what_has_not_been_heard_of_is_not_told_as_over():
    old = note("A: Cellulitis of the leg.\nP: Start flucloxacillin 500 mg QDS.", NOW.date().replace(month=1))
    text = short(old, visit("A: Gout.\nP: Rest the foot."), audience="family", length="brief")
    if "had a skin infection" in text:
        assert "do not say if that is over" in text


OLDER = (NOW - timedelta(days=17)).date()
FALL_AT_HOME = (
    "ED: fell from a ladder.\nImp: fracture of the left wrist.\n"
    "Plan: below-elbow cast. Paracetamol 1 g QDS. Not to drive. Fracture clinic in two weeks."
)
REVIEWED = (
    "Diabetes clinic.\nA/P: 1. Type 2 diabetes, improving. Continue metformin 1 g BD. 2. Sleep apnoea: continue CPAP."
)


def test_what_befell_of_late_comes_before_what_one_lives_with():
    clinician = short(note(FALL_AT_HOME, OLDER), visit(REVIEWED))
    assert clinician.index("fracture of the left wrist") < clinician.index("type 2 diabetes")
    relative = short(note(FALL_AT_HOME, OLDER), visit(REVIEWED), audience="family")
    assert relative.index("broken bone") < relative.index("type 2 diabetes")


def test_advice_of_an_older_note_has_its_day():
    assert f"{day_of(OLDER)}: not to drive" in short(note(FALL_AT_HOME, OLDER), visit(REVIEWED))
    assert "Plan: not to drive" in short(visit(FALL_AT_HOME))


def test_how_it_goes_comes_before_what_is_left_of_it():
    told = ["Would like to drive", "Calf still swollen", "No fever", "Healing as expected, no operation needed"]
    assert sorted(told, key=weight_of_judgement) == [told[3], told[1], told[0], told[2]]
