"""What becomes of a medication, and how real that is, in every word order that notes use."""

import pytest

from clinical import understand

STARTED, CONTINUED, CHANGED, STOPPED, MENTIONED = "started", "continued", "changed", "stopped", "mentioned"


def said(text):
    return {(fact["name"], fact["status"], fact["reality"]) for fact in understand(text).stored()["medications"]}


def statuses(text):
    return {fact["name"]: fact["status"] for fact in understand(text).stored()["medications"]}


REAL = [
    ("Naproxen d/c'd by her GP. Warfarin D/C'd after the fall.", {"naproxen": STOPPED, "warfarin": STOPPED}),
    ("Started teicoplanin 600 mg. On day 4 teicoplanin was stopped.", {"teicoplanin": STOPPED}),
    (
        "Commenced on co-amoxiclav and gentamicin; gentamicin was dropped after two doses.",
        {"co-amoxiclav": STARTED, "gentamicin": STOPPED},
    ),
    (
        "Change sertraline to mirtazapine 15 mg nocte; up to 30 mg after two weeks.",
        {"sertraline": STOPPED, "mirtazapine": STARTED},
    ),
    (
        (
            "Home medicines       Dose            Ward action\n"
            "----------------------------------------------\n"
            "Edoxaban             30 mg OD        HOLD - haematuria\n"
            "Digoxin              125 mcg OD      Not taking, remove\n"
            "Bisoprolol           5 mg OD         Continue"
        ),
        {"edoxaban": STOPPED, "digoxin": STOPPED, "bisoprolol": CONTINUED},
    ),
    ("Atenolol was stopped last week because of bradycardia.", {"atenolol": STOPPED}),
    (
        "Stop aspirin and ramipril, continue metformin.",
        {"aspirin": STOPPED, "ramipril": STOPPED, "metformin": CONTINUED},
    ),
    ("Stopped omeprazole; started famotidine 20 mg bd.", {"omeprazole": STOPPED, "famotidine": STARTED}),
    ("Metformin stopped, gliclazide 40 mg od started.", {"metformin": STOPPED, "gliclazide": STARTED}),
    ("We commenced him on bisoprolol 2.5 mg od.", {"bisoprolol": STARTED}),
    ("She was started on citalopram 10 mg in March.", {"citalopram": STARTED}),
    ("Allopurinol 300 mg was restarted on 12 March 2024.", {"allopurinol": STARTED}),
    ("Her GP has started her on amitriptyline 10 mg at night.", {"amitriptyline": STARTED}),
    ("Aspirin and clopidogrel were both stopped after the bleed.", {"aspirin": STOPPED, "clopidogrel": STOPPED}),
    (
        "Aspirin 75 mg od, ramipril 5 mg od stopped, atenolol 50 mg od.",
        {"aspirin": MENTIONED, "ramipril": STOPPED, "atenolol": MENTIONED},
    ),
    ("Lisinopril changed to losartan 50 mg daily due to cough.", {"lisinopril": STOPPED, "losartan": STARTED}),
    ("He was changed from ramipril 5 mg to candesartan 8 mg od.", {"ramipril": STOPPED, "candesartan": STARTED}),
    ("Amitriptyline -> nortriptyline 10 mg nocte", {"amitriptyline": STOPPED, "nortriptyline": STARTED}),
    ("Doxycycline replaced by clarithromycin 500 mg bd.", {"doxycycline": STOPPED, "clarithromycin": STARTED}),
    ("Substitute pantoprazole for omeprazole.", {"pantoprazole": STARTED, "omeprazole": STOPPED}),
    ("Atorvastatin 20 mg in place of simvastatin.", {"atorvastatin": STARTED, "simvastatin": STOPPED}),
    ("Vancomycin changed to teicoplanin, then stopped on day 5.", {"vancomycin": STOPPED, "teicoplanin": STOPPED}),
    ("Her course of nitrofurantoin has finished.", {"nitrofurantoin": STOPPED}),
    ("Completed a 7 day course of flucloxacillin.", {"flucloxacillin": STOPPED}),
    ("Finished his antibiotics (doxycycline) yesterday.", {"antibiotics": STOPPED, "doxycycline": STOPPED}),
    ("He came off sertraline two months ago.", {"sertraline": STOPPED}),
    ("Weaned off gabapentin over six weeks.", {"gabapentin": STOPPED}),
    ("Off apixaban since his bleed.", {"apixaban": STOPPED}),
    ("No longer on amiodarone.", {"amiodarone": STOPPED}),
    ("Warfarin: stop. Apixaban: start 5 mg bd.", {"warfarin": STOPPED, "apixaban": STARTED}),
    ("Tramadol 50 mg was tried but made her sick, so stopped.", {"tramadol": STOPPED}),
    ("Naproxen is not helping; stop and start celecoxib 100 mg bid.", {"naproxen": STOPPED, "celecoxib": STARTED}),
    ("Metformin held; resume after contrast.", {"metformin": STOPPED}),
    ("The dose of furosemide was doubled to 80 mg.", {"furosemide": CHANGED}),
    ("Bisoprolol 2.5 mg od. Increased to 5 mg last month.", {"bisoprolol": CHANGED}),
    (
        "Continue ramipril 5 mg od (increased last month), aspirin 75 mg od.",
        {"ramipril": CHANGED, "aspirin": CONTINUED},
    ),
    ("Nifedipine 30mg BD (was 20mg BD)", {"nifedipine": CHANGED}),
    ("Tapering prednisone by 5 mg weekly.", {"prednisone": CHANGED}),
    ("Do not stop hydrocortisone abruptly.", {"hydrocortisone": CONTINUED}),
    ("Hydrocortisone must not be stopped.", {"hydrocortisone": CONTINUED}),
    ("Lithium 600 mg at night, hypothyroid from lithium. Do not stop lithium.", {"lithium": CONTINUED}),
    ("Methotrexate stopped today; folic acid goes with it.", {"methotrexate": STOPPED, "folic acid": STOPPED}),
    ("Folic acid 5 mg OD except methotrexate day.", {"folic acid": CONTINUED}),
    ("Methotrexate pens 15 mg weekly unchanged.", {"methotrexate": CONTINUED}),
    ("Levetiracetam weaned, last tablet 1 July.", {"levetiracetam": STOPPED}),
    ("I have not changed her carbimazole.", {"carbimazole": CONTINUED}),
    ("No changes to his insulin.", {"insulin": CONTINUED}),
    ("Lisinopril caused a cough; changed to losartan 50 mg.", {"losartan": STARTED}),
    ("Her daughter gives her donepezil 10 mg at night.", {"donepezil": CONTINUED}),
    ("Now on rivaroxaban 20 mg (previously warfarin).", {"rivaroxaban": STARTED, "warfarin": MENTIONED}),
    ("He was advised to stop smoking and start aspirin 81 mg.", {"aspirin": STARTED}),
    ("Lisinopril 10 mg daily. Increase water intake.", {"lisinopril": MENTIONED}),
    ("She takes metformin and then started having diarrhea.", {"metformin": CONTINUED}),
    ("On lisinopril; cough started last week.", {"lisinopril": CONTINUED}),
    ("Nitrofurantoin begun by the home's GP was discontinued on day 1.", {"nitrofurantoin": STOPPED}),
    ("Morphine ordered then cancelled.", {"morphine": STOPPED}),
    ("She was started on warfarin when she was admitted.", {"warfarin": STARTED}),
    ("Son had already given metformin.", {"metformin": MENTIONED}),
    ("Takes wife's co-codamol 30/500 for knees.", {"co-codamol": CONTINUED}),
    ("Takes acetaminophen 1 g. Continue paracetamol.", {"acetaminophen": CONTINUED}),
    ("Current meds include atorva and HCTZ.", {"atorvastatin": CONTINUED, "hctz": CONTINUED}),
    ("Meds: atorvastatin 20 → 80 nocte, stop smoking", {"atorvastatin": CHANGED}),
]


@pytest.mark.parametrize(("text", "expected"), REAL, ids=[text for text, _ in REAL])
def test_what_becomes_of_them(text, expected):
    assert statuses(text) == expected


NOT_YET = [
    ("| Drug | Dose | Action |\n|---|---|---|\n| Sando-K | 2 tabs BD | Continue if K < 4 |", "sando-k", "conditional"),
    ("If nil by mouth change to midazolam (palliative team to advise 10 mg/24h).", "midazolam", "conditional"),
    ("Hold atenolol for HR < 55.", "atenolol", "conditional"),
    ("Withhold amlodipine if systolic below 100.", "amlodipine", "conditional"),
    ("Prednisolone 30 mg: decided against.", "prednisolone", "declined"),
    ("Lamotrigine was considered but felt unnecessary.", "lamotrigine", "declined"),
    ("Iron infusion: Monofer 1 g is booked for 3 June.", "monofer", "planned"),
    ("She is going to start evolocumab.", "evolocumab", "planned"),
    ("Gabapentin: discuss with pain team.", "gabapentin", "considered"),
    ("Consider starting spironolactone 25 mg if potassium remains below 5.", "spironolactone", "considered"),
    ("Patient declined treatment with atorvastatin.", "atorvastatin", "declined"),
    ("He refused enoxaparin.", "enoxaparin", "declined"),
    ("She asked for diazepam, which was not given.", "diazepam", "declined"),
    ("Family requested lorazepam for agitation; not prescribed.", "lorazepam", "declined"),
    ("We decided against methotrexate.", "methotrexate", "declined"),
    ("We will hold off on starting lithium.", "lithium", "declined"),
    ("He was prescribed amoxicillin last week but did not take it.", "amoxicillin", "declined"),
    ("START sertraline 50 mg - patient declined", "sertraline", "declined"),
    ("Offered varenicline; she would like to think about it.", "varenicline", "considered"),
    ("Discussed the possibility of rivaroxaban.", "rivaroxaban", "considered"),
    ("Could try mirtazapine 15 mg nocte if sleep no better.", "mirtazapine", "considered"),
    ("We will start methotrexate once the chest film has been seen.", "methotrexate", "conditional"),
    ("If his pain persists he may take codeine 30 mg.", "codeine", "conditional"),
    ("To start adalimumab when TB screen is negative.", "adalimumab", "conditional"),
    ("If she develops a rash she should stop lamotrigine and call us.", "lamotrigine", "conditional"),
    ("Should he vomit he should withhold ramipril.", "ramipril", "conditional"),
    ("Plan to increase gabapentin to 600 mg tds next week.", "gabapentin", "planned"),
    ("Start apixaban 5 mg bd tomorrow.", "apixaban", "planned"),
    ("Awaiting funding for dupilumab.", "dupilumab", "planned"),
    ("Dose of levothyroxine to be increased to 75 mcg.", "levothyroxine", "planned"),
    ("Would like to stop sertraline.", "sertraline", "requested"),
    ("Pt wants Viagra.", "viagra", "requested"),
    ("Was on lithium in the 1990s.", "lithium", "past"),
    ("He had been on methotrexate before his transplant.", "methotrexate", "past"),
    ("As a child she took phenobarbital.", "phenobarbital", "past"),
    ("MEDICATIONS\nBefore the stroke she was on propranolol.", "propranolol", "past"),
]


@pytest.mark.parametrize(("text", "name", "reality"), NOT_YET, ids=[text for text, *_ in NOT_YET])
def test_what_is_not_so_is_only_mentioned(text, name, reality):
    assert said(text) == {(name, MENTIONED, reality)}


NOT_THE_PATIENTS = [
    "His wife takes bisoprolol.",
    "Husband takes warfarin; she is on no medicines.",
    "Mother is on insulin.",
    "CURRENT MEDICATIONS\nHis brother is on lithium.",
    "The bag contained her late husband's digoxin 125 micrograms.",
    "He has never taken statins.",
    "Denies taking aspirin.",
    "Do not take naproxen with this.",
    "Do not restart amiodarone.",
    "Amiodarone must never be given again.",
    "Not for anticoagulation with warfarin.",
    "Do you take aspirin?   [ ] Yes  [x] No",
    "Potassium 3.1, magnesium 0.6, vitamin D 22.",
    "Contrast: 100 ml omnipaque given.",
    "Two glasses of wine a night; coffee x3.",
]


@pytest.mark.parametrize("text", NOT_THE_PATIENTS)
def test_what_is_no_medication_of_the_patient(text):
    assert said(text) == set()


ENDINGS = [
    ("Hold metformin on the morning of surgery.", "held"),
    ("Digoxin 125 micrograms od - withheld", "held"),
    ("Stop amlodipine.", "stopped"),
    ("Completed a course of amoxicillin.", "completed"),
    ("Continue amlodipine.", None),
]


@pytest.mark.parametrize(("text", "ending"), ENDINGS)
def test_how_they_end(text, ending):
    (fact,) = understand(text).stored()["medications"]
    assert fact["ending"] == ending


def test_what_is_so_and_what_is_only_planned_are_two_facts():
    text = "He takes metformin 500 mg bd. If HbA1c is above 58 increase metformin to 1 g bd."
    assert said(text) == {("metformin", CONTINUED, "actual"), ("metformin", MENTIONED, "conditional")}


NAMES = [
    ("Lasix 40 mg od", "lasix", "furosemide", "furosemide"),
    ("Frusemide 40 mg od", "frusemide", None, "furosemide"),
    ("Paracetamol 1 g qds", "paracetamol", None, "acetaminophen"),
    ("HCTZ 25 mg daily", "hctz", "hydrochlorothiazide", "hydrochlorothiazide"),
    ("atorva 40 nocte", "atorvastatin", None, "atorvastatin"),
]


@pytest.mark.parametrize(("text", "name", "ingredient", "concept"), NAMES)
def test_a_name_its_substance_and_its_concept(text, name, ingredient, concept):
    (fact,) = understand(text).stored()["medications"]
    assert (fact["name"], fact["ingredient"], fact["concept"]) == (name, ingredient, concept)


LISTS = [
    (
        (
            "TTA\nRamipril 5 mg OD - continued\nBumetanide 2 mg OD - INCREASED from 1 mg\n"
            "Spironolactone 25 mg OD - NEW\nDiltiazem - stopped"
        ),
        {"ramipril": CONTINUED, "bumetanide": CHANGED, "spironolactone": STARTED, "diltiazem": STOPPED},
    ),
    (
        (
            "Medication changes:\nSTOP: amlodipine, simvastatin\nSTART: losartan 50 mg daily\n"
            "CONTINUE: metformin 1000 mg BID, atorvastatin 40 mg nightly\nCHANGE: furosemide from 20 mg to 40 mg daily"
        ),
        {
            "amlodipine": STOPPED,
            "simvastatin": STOPPED,
            "losartan": STARTED,
            "metformin": CONTINUED,
            "atorvastatin": CONTINUED,
            "furosemide": CHANGED,
        },
    ),
    (
        "Stopped:\n- diclofenac\n- tramadol\nStarted:\n- paracetamol 1 g qds",
        {"diclofenac": STOPPED, "tramadol": STOPPED, "paracetamol": STARTED},
    ),
    (
        "| Drug | Dose | Plan |\n|---|---|---|\n| Glipizide | 5 mg OD | Stop |\n| Sitagliptin | 100 mg OD | Start |",
        {"glipizide": STOPPED, "sitagliptin": STARTED},
    ),
    (
        (
            "Drug          Dose      Frequency   Status\nRamipril      5 mg      OD          Continued\n"
            "Amlodipine    10 mg     OD          Stopped\nApixaban      5 mg      BD          New"
        ),
        {"ramipril": CONTINUED, "amlodipine": STOPPED, "apixaban": STARTED},
    ),
    (
        "Medication | Before | After\nBisoprolol | 2.5 mg od | 5 mg od\nSimvastatin | 40 mg nocte | stopped",
        {"bisoprolol": CHANGED, "simvastatin": STOPPED},
    ),
    (
        (
            "Drug\tGP record\tTaking?\tWard chart now\tAction\n"
            "Alendronic acid\t70 mg weekly\tno, stopped by patient in June\tnot charted\tdiscuss\n"
            "Apixaban\t5 mg BD\tyes\twithheld\trestart 48 h after op if wound dry\n"
            "Enoxaparin\t-\t-\t20 mg SC OD\tnew, reduced for eGFR 27"
        ),
        {"alendronic acid": STOPPED, "apixaban": STOPPED, "enoxaparin": STARTED},
    ),
]


@pytest.mark.parametrize(("text", "expected"), LISTS)
def test_lists_and_tables(text, expected):
    assert statuses(text) == expected


TURNS = [
    ("On edoxaban 60 mg OD for AF.\nEdoxaban on hold pending colonoscopy.", {("edoxaban", STOPPED, "held")}),
    ("Metformin withheld pending renal function.", {("metformin", STOPPED, "held")}),
    ("Start bisoprolol pending echo.", {("bisoprolol", MENTIONED, None)}),
    ("Prescribed but never administered: vancomycin 1 g.", {("vancomycin", MENTIONED, None)}),
    ("Instead of a cephalosporin, meropenem 1 g was given.", {("meropenem", MENTIONED, None)}),
    ("Clopidogrel remains stopped.", {("clopidogrel", STOPPED, "stopped")}),
    ("Spironolactone to remain off.", {("spironolactone", STOPPED, "stopped")}),
]


@pytest.mark.parametrize(("text", "expected"), TURNS)
def test_what_is_put_off_left_out_or_given_instead_is_told_as_such(text, expected):
    facts = understand(text).stored()["medications"]
    assert {(fact["name"], fact["status"], fact["ending"]) for fact in facts} == expected


def test_what_was_charted_and_not_given_is_declined():
    assert said("Written up but not administered: tobramycin 400 mg.") == {("tobramycin", MENTIONED, "declined")}


@pytest.mark.parametrize(
    ("text", "dose", "previous"),
    [
        ("Lisinopril 20 mg ↓ 10 mg.", "10 mg", "20 mg"),
        ("Carvedilol 6.25 mg ↑ to 12.5 mg BD.", "12.5 mg", "6.25 mg"),
    ],
)
def test_arrows_up_and_down_lead_to_the_new_dose(text, dose, previous):
    (fact,) = understand(text).stored()["medications"]
    assert (fact["status"], fact["dose"], fact["previous_dose"]) == (CHANGED, dose, previous)


@pytest.mark.parametrize(
    ("text", "stopped"),
    [
        ("Lansoprazole 30 mg OD, begun in May, causes diarrhoea: changed to famotidine 20 mg BD.", ["lansoprazole"]),
        ("Bisoprolol 2.5 mg OD goes on. Diet changed to low salt because of swelling.", []),
    ],
)
def test_what_is_changed_because_of_what_it_did(text, stopped):
    facts = understand(text).stored()["medications"]
    assert [fact["name"] for fact in facts if fact["status"] == "stopped"] == stopped


@pytest.mark.parametrize(
    ("text", "stopped"),
    [("Anaemia resolved, iron stopped.", ["iron"]), ("Iron studies normal.", []), ("Bleeding stopped.", [])],
)
def test_what_is_stopped_is_a_drug(text, stopped):
    assert [fact["name"] for fact in understand(text).stored()["medications"]] == stopped
