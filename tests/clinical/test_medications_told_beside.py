"""What stands beside a medication's sentence, how it is written, and what is said of a ban on it."""

import pytest

from clinical import understand


def told(text: str) -> dict[str, dict]:
    return {fact["name"]: fact for fact in understand(text).stored()["medications"]}


@pytest.mark.parametrize(
    ("text", "name", "status"),
    [
        (
            "Urticaria within minutes of IV teicoplanin. Stopped, hydrocortisone 100 mg IV given.",
            "teicoplanin",
            "stopped",
        ),
        (
            "Hives after the second dose of cefuroxime. It was stopped immediately, chlorphenamine given.",
            "cefuroxime",
            "stopped",
        ),
        ("Tried amitriptyline in 2015, no benefit. Now on duloxetine 60 mg od.", "duloxetine", "continued"),
        ("Previously failed topiramate. She is now on candesartan 16 mg daily.", "candesartan", "continued"),
        ("She tried naratriptan before and is now on rizatriptan 10 mg prn.", "rizatriptan", "continued"),
        ("Ramipril stopped, now on losartan 50 mg od.", "losartan", "started"),
        ("The hold on metformin has been lifted.", "metformin", "mentioned"),
        ("Clopidogrel ban no longer applies.", "clopidogrel", "mentioned"),
        ("Nitro patch 0.4 mg/h changed daily.", "nitro patch", "continued"),
        ("GP list has oxybutynin 5 mg bd but she has not taken it for two years.", "oxybutynin", "stopped"),
        ("Mirabegron 50 mg on repeat, not collected since March.", "mirabegron", "stopped"),
        ("Fentanyl 12 mcg/h patch changed every 72 hours.", "fentanyl", "continued"),
        ("Buprenorphine 10 mcg/h patch, replaced weekly on Mondays.", "buprenorphine", "continued"),
        ("Fentanyl 12 mcg/h patch changed to 25 mcg/h.", "fentanyl", "changed"),
        ("Paliperidone 100 mg IM every 4 weeks, last given 14/9, next due 12/10.", "paliperidone", "continued"),
        ("Rash settled after stopping cefalexin; added to allergies.", "cefalexin", "stopped"),
        ("Heparin gtt started.", "heparin", "started"),
        ("0430 agitated. Gave lorazepam 1 mg IM.", "lorazepam", "started"),
        ("Crew gave aspirin 300 mg.", "aspirin", "mentioned"),
        ("IV to oral today: clarithromycin 500 mg IV BD -> clarithromycin 500 mg PO BD.", "clarithromycin", "changed"),
        ("Switched IV omeprazole 40 mg bd to oral omeprazole 20 mg od.", "omeprazole", "changed"),
        (
            "Verapamil replaced by bisoprolol 2.5 mg od because of the interaction with digoxin.",
            "bisoprolol",
            "started",
        ),
    ],
)
def test_what_becomes_of_it(text, name, status):
    assert told(text)[name]["status"] == status


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Stop bumetanide in 1 week.", "bumetanide", ("mentioned", "planned")),
        ("GP to stop ticagrelor after 12 months.", "ticagrelor", ("mentioned", "planned")),
        ("Reduce dexamethasone to 4 mg in 3 days.", "dexamethasone", ("mentioned", "planned")),
        ("Please restart candesartan in 48 hours.", "candesartan", ("mentioned", "planned")),
        ("Stop candesartan, recheck bloods in 1 week.", "candesartan", ("stopped", "actual")),
        ("Stopped bumetanide after 2 weeks of cramps.", "bumetanide", ("stopped", "actual")),
        ("Stop candesartan.", "candesartan", ("stopped", "actual")),
    ],
)
def test_an_order_for_later_is_planned(text, name, expected):
    fact = told(text)[name]
    assert (fact["status"], fact["reality"]) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The ban on ibuprofen has been lifted.",
        "Restriction on ibuprofen withdrawn.",
        "Warning about ibuprofen dropped.",
        "Advice to avoid ibuprofen no longer applies.",
    ],
)
def test_the_end_of_a_ban_stops_no_medicine(text):
    assert all(fact["status"] == "mentioned" for fact in told(text).values())
    assert understand(text).stored()["avoid"] == []


@pytest.mark.parametrize(
    ("text", "name", "part", "value"),
    [
        ("Phenobarbital reduced by 15 mg; she now gets 45 mg at night.", "phenobarbital", "dose", "45 mg"),
        ("Dexamethasone reduced by 2 mg; now gets 6 mg mane.", "dexamethasone", "dose", "6 mg"),
        ("Ferrous sulphate 200 mg od.", "ferrous sulphate", "ingredient", None),
        ("Prednisolone cut by 5 mg; now takes 10 mg daily.", "prednisolone", "dose", "10 mg"),
        ("Continue anastrozole 1 mg daily, RTC 3 months.", "anastrozole", "duration", None),
        ("Continue bisoprolol 5 mg od, f/u 2 weeks.", "bisoprolol", "duration", None),
        ("Amoxicillin 500 mg tds, 5 days.", "amoxicillin", "duration", "5 days"),
        ("Methylprednisolone acetate 80 mg injected into the knee.", "methylprednisolone acetate", "dose", "80 mg"),
        ("Metoprolol tartrate 25 mg bd.", "metoprolol tartrate", "dose", "25 mg"),
        ("Furosemide 80 mg on non-dialysis days.", "furosemide", "frequency", "on non-dialysis days"),
        ("Vitamin B tablet on HD days.", None, None, None),
    ],
)
def test_its_parts(text, name, part, value):
    assert name is None or told(text)[name][part] == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Her uncle takes pregabalin 75 mg; hers was raised to 150 mg.", ("changed", "150 mg")),
        ("His sister also has levothyroxine 50 mcg and his is 125 mcg daily.", ("continued", "125 mcg")),
        ("His wife takes simvastatin 40 mg; his was stopped.", ("stopped", None)),
        ("Her mother takes simvastatin 40 mg.", None),
        ("Her mother takes simvastatin 40 mg, her aunt ramipril.", None),
    ],
)
def test_her_own_beside_a_relatives(text, expected):
    found = [(fact["status"], fact["dose"]) for fact in told(text).values()]
    assert found == ([expected] if expected else [])


def test_two_kinds_of_days_are_a_regimen():
    steps = told("Bumetanide 2 mg on non-dialysis days, 1 mg on dialysis days.")["bumetanide"]["regimen"]
    assert [(step["dose"], step["frequency"]) for step in steps] == [
        ("2 mg", "on non-dialysis days"),
        ("1 mg", "on dialysis days"),
    ]
