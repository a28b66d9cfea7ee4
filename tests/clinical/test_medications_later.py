"""What becomes of a medication later, or if something happens, beside what becomes of it now; and how long it lasts."""

import pytest

from clinical import understand


def told(text: str) -> set[tuple[str, str, str]]:
    facts = understand(text).stored()["medications"]
    return {(fact["name"], fact["status"], fact["reality"]) for fact in facts}


LATER = [
    (
        "Candesartan 8 mg od - on hold, restart once potassium is below 5.5.",
        {("candesartan", "stopped", "actual"), ("candesartan", "mentioned", "conditional")},
    ),
    (
        "Digoxin halved to 62.5 mcg, stop if pulse < 45.",
        {("digoxin", "changed", "actual"), ("digoxin", "mentioned", "conditional")},
    ),
    ("Leave candesartan and indapamide off.", {("candesartan", "stopped", "actual"),
                                               ("indapamide", "stopped", "actual")}),
    ("Advised to stop naproxen.", {("naproxen", "stopped", "actual")}),
    ("Current medications:\n- Rivaroxaban: thinking about it", {("rivaroxaban", "mentioned", "considered")}),
    ("Plan:\n- Rivaroxaban 10 mg od? ask haematology", {("rivaroxaban", "mentioned", "considered")}),
    ("Start colchicine? No, renal function.", {("colchicine", "mentioned", "declined")}),
    ("Pravastatin 40 mg - pt stopped herself in May.", {("pravastatin", "stopped", "actual")}),
    ("Hold iron until doxycycline finished.", {("iron", "stopped", "actual"), ("doxycycline", "mentioned", "actual")}),
    (
        ("Drug | Before | Decision\nNitrazepam | 5 mg nocte | 2.5 mg nocte\nPizotifen | 1.5 mg | STOP, sedating; "
        "candesartan 4 mg od instead"),
        {("nitrazepam", "changed", "actual"), ("pizotifen", "stopped", "actual"), ("candesartan", "started", "actual")},
    ),
    ("Seen with daughter Moira. Moira takes ramipril 5 mg. He is on aspirin.", {("aspirin", "continued", "actual")}),
    ("Flu jab given. DEXA booked.", set()),
    ("Plan:\n- cefuroxime 1.5 g TDS + metronidazole 400 mg TDS only if febrile", {
        ("cefuroxime", "mentioned", "conditional"), ("metronidazole", "mentioned", "conditional")}),
    ("Her pravastatin must be paused during the fusidic acid.", {("pravastatin", "stopped", "actual"),
                                                                ("fusidic acid", "mentioned", "actual")}),
    ("12/06/2026\nLeflunomide stopped 2022, diarrhoea.", {("leflunomide", "stopped", "past")}),
    ("Clinic 12 June 2026\n\nCefuroxime 1.5 g TDS 01/06-05/06.", {("cefuroxime", "stopped", "past")}),
    ("Teicoplanin 400 mg given 07:10.", {("teicoplanin", "started", "actual")}),
    ("Mum gave ibuprofen 100 mg at 18:00.", {("ibuprofen", "mentioned", "actual")}),
    ("Treatment in ED: metoclopramide 10 mg IV", {("metoclopramide", "started", "actual")}),
    ("Candesartan 8 mg on hold, to go back on from Friday.", {("candesartan", "stopped", "actual"),
                                                              ("candesartan", "mentioned", "planned")}),
    ("Plan:\n- Beclometasone 200 mcg 2 puffs bd continue, tiotropium 18 mcg od new", {
        ("beclometasone", "continued", "actual"), ("tiotropium", "started", "actual")}),
    ("Current treatment: methotrexate 15 mg weekly.\n\nToday changed to Metoject 15 mg weekly.", {
        ("metoject", "changed", "actual")}),
    ("Own meds from GP: tiotropium 18 mcg od, salbutamol prn", {("tiotropium", "continued", "actual"),
                                                                ("salbutamol", "continued", "actual")}),
    ("Medications:\n- Fluvastatin 20 mg nocte: suspend if fusidic acid is given",
     {("fluvastatin", "continued", "actual"), ("fluvastatin", "mentioned", "conditional"),
      ("fusidic acid", "mentioned", "conditional")}),
    ("Amlodipine      5 mg od  ->  10 mg od", {("amlodipine", "changed", "actual")}),
    ("His sister (donor of the kidney) now on candesartan.", set()),
    ("Ibuprofen 400 mg PRN - not used, crossed off.", {("ibuprofen", "stopped", "actual")}),
    ("Temazepam 10 mg nocte - Dr has stopped", {("temazepam", "stopped", "actual")}),
    ("DH ramipril 5 od, digoxin 125 mcg od", {("ramipril", "continued", "actual"),
                                              ("digoxin", "continued", "actual")}),
    ("Has had: cefuroxime 1.5 g IV, morphine 5 mg IV", {("cefuroxime", "started", "actual"),
                                                        ("morphine", "started", "actual")}),
    ("Naproxen 500 mg - not taking.", {("naproxen", "stopped", "actual")}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LATER, ids=[text[:40] for text, _ in LATER])
def test_what_becomes_of_it(text, expected):
    assert told(text) == expected


LASTING = [
    ("Start cefalexin 500 mg TDS 7 days (allergic to none).", "7 days"),
    ("Start clobetasol once daily for 10 days then weekends only.", "10 days"),
    ("Had four days of cefalexin 500 mg.", "4 days"),
    ("Cefalexin stopped after 3 days.", "3 days"),
    ("Cefalexin 500 mg TDS 03/11-09/11.", "03/11-09/11"),
    ("Start enoxaparin 60 mg bd until INR in range, then stop.", "until INR in range"),
    ("Start filgrastim 300 mcg od days 5-9.", "days 5-9"),
    ("Start senna 15 mg nocte while on codeine.", "while on codeine"),
    ("She has been taking cefalexin for 3 days.", None),
]


@pytest.mark.parametrize(("text", "expected"), LASTING, ids=[text[:40] for text, _ in LASTING])
def test_how_long(text, expected):
    assert understand(text).stored()["medications"][0]["duration"] == expected


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("Candesartan was restarted last week.", {("candesartan", "started", "actual")}),
        ("Restart candesartan.", {("candesartan", "started", "actual")}),
        ("Tinzaparin was recommenced on Tuesday.", {("tinzaparin", "started", "actual")}),
        ("Restart candesartan if potassium is below 5.5.", {("candesartan", "mentioned", "conditional")}),
    ],
)
def test_short_sentence_that_says_one_thing_is_told_as_it_says(text, taken):
    assert told(text) == taken


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("Insulin resumed.", {("insulin", "started", "actual")}),
        ("Vitamin B12 was restarted last week.", {("vitamin b12", "started", "actual")}),
        ("Magnesium started to fall.", set()),
        ("Calcium started climbing.", set()),
        ("Iron low.", set()),
    ],
)
def test_what_is_also_measured_is_a_medicine_where_it_is_begun(text, taken):
    assert told(text) == taken


@pytest.mark.parametrize(
    ("text", "taken", "allergic"),
    [
        ("Allergy: sulfonamides. Doxazosin stopped. Start felodipine.",
         {("doxazosin", "stopped", "actual"), ("felodipine", "started", "actual")}, {"sulfonamides"}),
        ("ALLERGIES: none known. Continue gliclazide.", {("gliclazide", "continued", "actual")}, {"any"}),
        ("Allergies: wasps. Rivaroxaban has been withheld.", {("rivaroxaban", "stopped", "actual")}, {"wasps"}),
        # What did harm is no order, and neither is a line of a list.
        ("Allergies: latex. Cefalexin given in 2003: hives.", set(), {"latex", "cefalexin"}),
        ("Allergies:\nlatex\ncodeine stopped\nmorphine - itch", set(), {"latex", "codeine", "morphine"}),
    ],
)  # fmt: skip
def test_a_line_of_allergies_may_go_on_with_orders(text, taken, allergic):
    assert told(text) == taken
    assert {fact["substance"] for fact in understand(text).stored()["allergies"]} == allergic
