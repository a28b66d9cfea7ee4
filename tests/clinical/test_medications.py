"""Which medications, how much of them, how often, and what becomes of them."""

import pytest

from clinical import understand

STARTED, CONTINUED, CHANGED, STOPPED, MENTIONED = "started", "continued", "changed", "stopped", "mentioned"


def medications(text):
    return {fact["name"]: fact for fact in understand(text).stored()["medications"]}


def said(text):
    return {
        (fact["name"], fact["dose"], fact["route"], fact["frequency"], fact["status"])
        for fact in understand(text).stored()["medications"]
    }


STATEMENTS = [
    ("Initiate atorvastatin 20 mg PO daily qHS", {("atorvastatin", "20 mg", "oral", "once daily at bedtime", STARTED)}),
    (
        "We will increase her lisinopril to 40 mg daily and initiate Lasix 20 mg daily.",
        {("lisinopril", "40 mg", None, "once daily", CHANGED), ("lasix", "20 mg", None, "once daily", STARTED)},
    ),
    ("Initiate Ultram 50 mg every 6 hours as needed.", {("ultram", "50 mg", None, "every 6 hours as needed", STARTED)}),
    ("Continue omeprazole 40 mg once daily.", {("omeprazole", "40 mg", None, "once daily", CONTINUED)}),
    ("She is taking 1000 mg of metformin twice a day.", {("metformin", "1000 mg", None, "twice daily", CONTINUED)}),
    (
        "He takes aspirin 81 mg daily and insulin.",
        {("aspirin", "81 mg", None, "once daily", CONTINUED), ("insulin", None, None, None, CONTINUED)},
    ),
    ("I will prescribe Motrin, 800 mg to take every 6 hours.", {("motrin", "800 mg", None, "every 6 hours", STARTED)}),
    (
        "Start albuterol inhaler 2 puffs every 4-6 hours PRN",
        {("albuterol", "2 puffs", "inhaled", "every 4-6 hours as needed", STARTED)},
    ),
    (
        "Start fluticasone nasal spray, 2 sprays each nostril once daily",
        {("fluticasone", "2 sprays", "nasal", "once daily", STARTED)},
    ),
    (
        "Prescription for lisinopril 40 mg once a day is also provided.",
        {("lisinopril", "40 mg", None, "once daily", STARTED)},
    ),
    ("We will put her on sertraline 50 mg every morning", {("sertraline", "50 mg", None, "every morning", STARTED)}),
    ("Give IV ceftriaxone 1 g q24h", {("ceftriaxone", "1 g", "intravenous", "every 24 hours", STARTED)}),
    ("Add tiotropium 18 mcg inhaled daily", {("tiotropium", "18 mcg", "inhaled", "once daily", STARTED)}),
    ("Increase Prozac to 40 mg once daily.", {("prozac", "40 mg", None, "once daily", CHANGED)}),
    ("Reduce prednisone from 20 mg to 10 mg daily", {("prednisone", "10 mg", None, "once daily", CHANGED)}),
    ("She will discontinue clopidogrel.", {("clopidogrel", None, None, None, STOPPED)}),
    ("D/C HCTZ.", {("hctz", None, None, None, STOPPED)}),
    ("Hold metformin.", {("metformin", None, None, None, STOPPED)}),
    ("He is no longer taking warfarin.", {("warfarin", None, None, None, STOPPED)}),
    ("She was taken off amlodipine.", {("amlodipine", None, None, None, STOPPED)}),
    ("I recommended that she stop taking ibuprofen.", {("ibuprofen", None, None, None, STOPPED)}),
    ("Lisinopril was discontinued.", {("lisinopril", None, None, None, STOPPED)}),
    ("Lisinopril was refilled today.", {("lisinopril", None, None, None, CONTINUED)}),
    ("Lisinopril was increased to 20 mg daily.", {("lisinopril", "20 mg", None, "once daily", CHANGED)}),
    (
        "Switch lisinopril to losartan 50 mg daily.",
        {("lisinopril", None, None, None, STOPPED), ("losartan", "50 mg", None, "once daily", STARTED)},
    ),
    (
        "We switched her from furosemide to torsemide.",
        {("furosemide", None, None, None, STOPPED), ("torsemide", None, None, None, STARTED)},
    ),
    (
        "Change antihistamine to cetirizine 10 mg daily (pt report loratadine limited effectiveness)",
        {("cetirizine", "10 mg", None, "once daily", STARTED), ("loratadine", None, None, None, STOPPED)},
    ),
    ("Has tried OTC loratadine w limited improvement.", {("loratadine", None, None, None, MENTIONED)}),
    ("Consider ketotifen if redness persists.", {("ketotifen", None, None, None, MENTIONED)}),
    ("We discussed metformin.", {("metformin", None, None, None, MENTIONED)}),
    (
        "If positive, I will prescribe amoxicillin 500 mg 3 times a day.",
        {("amoxicillin", "500 mg", None, "three times daily", MENTIONED)},
    ),
    ("He has taken Tylenol, but it does not seem to help.", {("tylenol", None, None, None, MENTIONED)}),
    ("Currently on Crestor.", {("crestor", None, None, None, CONTINUED)}),
    ("He has continued to utilize Synthroid regularly.", {("synthroid", None, None, None, CONTINUED)}),
    ("Combivent, 2 puffs twice a day", {("combivent", "2 puffs", "inhaled", "twice daily", MENTIONED)}),
    (
        "DH: ramipril 5mg OD, bisoprolol 2.5mg od, insulin glargine 10 units nocte",
        {
            ("ramipril", "5 mg", None, "once daily", CONTINUED),
            ("bisoprolol", "2.5 mg", None, "once daily", CONTINUED),
            ("insulin glargine", "10 units", None, "at night", CONTINUED),
        },
    ),
    (
        "MEDICATIONS\n\nDigoxin\nVitamin D 2000 IU daily.",
        {("digoxin", None, None, None, CONTINUED), ("vitamin d", "2000 IU", None, "once daily", CONTINUED)},
    ),
    ("Plan:\nAmoxicillin 500 mg TID x 10 days", {("amoxicillin", "500 mg", None, "three times daily", STARTED)}),
    ("Plan: Aspirin 300mg stat", {("aspirin", "300 mg", None, "once", STARTED)}),
    ("Started on Zyflamen 10 mg daily.", {("zyflamen", "10 mg", None, "once daily", STARTED)}),
    ("Takes metoprolol 25 BID", {("metoprolol", "25", None, "twice daily", CONTINUED)}),
    ("twice daily gabapentin was continued", {("gabapentin", None, None, "twice daily", CONTINUED)}),
    ("Lidocaine 5% patch once daily", {("lidocaine", "5%", "transdermal", "once daily", MENTIONED)}),
    ("Clobetasol 0.05% cream twice daily", {("clobetasol", "0.05%", "topical", "twice daily", MENTIONED)}),
    ("Timolol eye drops 1 drop in both eyes BID", {("timolol", "1 drop", "ophthalmic", "twice daily", MENTIONED)}),
    ("methotrexate 15 mg weekly", {("methotrexate", "15 mg", None, "once weekly", MENTIONED)}),
    ("nitroglycerin 0.4 mg SL prn", {("nitroglycerin", "0.4 mg", "sublingual", "as needed", MENTIONED)}),
    ("enoxaparin 40 mg SC every 12 hours", {("enoxaparin", "40 mg", "subcutaneous", "every 12 hours", MENTIONED)}),
    (
        "medroxyprogesterone 150 mg IM every 3 months",
        {("medroxyprogesterone", "150 mg", "intramuscular", "every 3 months", MENTIONED)},
    ),
]


@pytest.mark.parametrize(("text", "expected"), STATEMENTS, ids=[text for text, _ in STATEMENTS])
def test_statements(text, expected):
    assert said(text) == expected


NO_MEDICATIONS = [
    "Denies taking aspirin.",
    "Patient is not on insulin.",
    "No Rx prescribed at this visit.",
    "Allergic to penicillin.",
    "Allergies: penicillin, sulfa",
    "penicillin allergy",
    "Never took prednisone.",
    "Iron deficiency anemia",
    "Vitamin D deficiency",
    "potassium 4.2",
    "Calcium 9.1 mg/dL",
    "glucose 110 mg/dL",
    "digoxin level pending",
    "She drinks coffee daily.",
    "FAMILY HISTORY\nMother takes metformin",
    "No statins.",
    "weighs 70 kg daily",
]


@pytest.mark.parametrize("text", NO_MEDICATIONS)
def test_what_is_no_medication_of_the_patient(text):
    assert said(text) == set()


FREQUENCIES = {
    "daily": "once daily",
    "QD": "once daily",
    "q.d.": "once daily",
    "once a day": "once daily",
    "OD": "once daily",
    "every day": "once daily",
    "BID": "twice daily",
    "b.i.d.": "twice daily",
    "BD": "twice daily",
    "twice a day": "twice daily",
    "two times a day": "twice daily",
    "TID": "three times daily",
    "TDS": "three times daily",
    "3 times daily": "three times daily",
    "QID": "four times daily",
    "QDS": "four times daily",
    "q6h": "every 6 hours",
    "q4-6h": "every 4-6 hours",
    "every 8 hours": "every 8 hours",
    "every 6 to 8 hours as needed": "every 6-8 hours as needed",
    "qHS": "at bedtime",
    "nightly": "at bedtime",
    "nocte": "at night",
    "every morning": "every morning",
    "mane": "every morning",
    "once daily at bedtime": "once daily at bedtime",
    "daily in the morning": "once daily in the morning",
    "every other day": "every other day",
    "weekly": "once weekly",
    "once a week": "once weekly",
    "twice a week": "twice weekly",
    "three times a week": "three times weekly",
    "monthly": "once monthly",
    "every 2 weeks": "every 2 weeks",
    "PRN": "as needed",
    "as needed": "as needed",
    "TID PRN": "three times daily as needed",
    "BID with meals": "twice daily with meals",
    "stat": "once",
}


@pytest.mark.parametrize(("written", "words"), FREQUENCIES.items())
def test_frequencies_in_plain_words(written, words):
    assert medications(f"Start naproxen 500 mg {written}")["naproxen"]["frequency"] == words


DOSES = {
    "20mg": "20 mg",
    "20 mg": "20 mg",
    "1,000 mg": "1000 mg",
    "0.5 mg": "0.5 mg",
    "75 mcg": "75 mcg",
    "75 micrograms": "75 mcg",
    "1 gram": "1 g",
    "10 units": "10 units",
    "2000 IU": "2000 IU",
    "20 mEq": "20 mEq",
    "800-160 mg": "800-160 mg",
    "1 tablet": "1 tablet",
    "two tablets": "2 tablets",
    "10-20 mg": "10-20 mg",
}


@pytest.mark.parametrize(("written", "dose"), DOSES.items())
def test_doses(written, dose):
    assert medications(f"Take naproxen {written} daily")["naproxen"]["dose"] == dose


def test_brands_carry_their_ingredient():
    found = medications("Takes Lasix 40 mg daily and lisinopril.")
    assert (found["lasix"]["ingredient"], found["lisinopril"]["ingredient"]) == ("furosemide", None)


def test_one_fact_for_a_medication_told_twice():
    text = "HPI:\nHe is on metformin 500 mg twice daily.\n\nPLAN:\nIncrease metformin to 1000 mg twice daily."
    (fact,) = understand(text).stored()["medications"]
    assert (fact["dose"], fact["frequency"], fact["status"], fact["section"]) == (
        "1000 mg",
        "twice daily",
        CHANGED,
        "plan",
    )


def test_a_brand_and_its_ingredient_are_one():
    text = "HPI:\nTakes Synthroid 75 mcg daily.\n\nPLAN:\nContinue levothyroxine."
    (fact,) = understand(text).stored()["medications"]
    assert (fact["dose"], fact["status"]) == ("75 mcg", CONTINUED)


def test_a_prescription_completes_the_order():
    text = (
        "P: Start fluticasone nasal spray, 2 sprays each nostril\nPrescription note:\n\n"
        "Fluticasone Propionate Nasal Spray (50 mcg/spray)\nDispense: 1 bottle\n"
        "Sig: 2 sprays each nostril once daily, ongoing PRN allergies\nRefills: 2"
    )
    (fact,) = understand(f"S: x\n{text}").stored()["medications"]
    assert (fact["dose"], fact["route"], fact["frequency"], fact["status"]) == (
        "2 sprays",
        "nasal",
        "once daily as needed",
        STARTED,
    )


def test_quantities_dispensed_are_no_doses():
    (fact,) = understand("Start Lortab, 5 mg, #20 (twenty) every 6 hours as needed. Refills: 3").stored()["medications"]
    assert fact["dose"] == "5 mg"


@pytest.mark.parametrize(
    ("heading", "status"),
    [
        ("NEW MEDICATIONS", STARTED),
        ("STOPPED MEDICATIONS", STOPPED),
        ("CHANGED MEDICATIONS", CHANGED),
        ("DISCHARGE MEDICATIONS", CONTINUED),
        ("HOME MEDICATIONS", CONTINUED),
    ],
)
def test_lists_say_what_becomes_of_what_they_list(heading, status):
    assert medications(f"{heading}:\n- Lisinopril 10 mg daily")["lisinopril"]["status"] == status


def test_kinds_of_medications_count_only_where_they_are_given():
    assert said("Antihistamines may cause drowsiness.") == set()
    assert medications("Plan: Continue his statin.")["statin"]["status"] == CONTINUED


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("Full list of what she takes, from her pharmacy: ramipril 5 mg OD, aspirin 75 mg OD.", True),
        ("Everything he takes: ramipril 5 mg OD, aspirin 75 mg OD.", True),
        ("Takes only ramipril 5 mg OD and aspirin 75 mg OD now.", True),
        ("List of what was stopped: ramipril 5 mg OD, aspirin 75 mg OD.", False),
    ],
)
def test_a_list_of_all_that_is_taken(text, listed):
    assert {fact["listed"] for fact in understand(text).stored()["medications"]} == {listed}
