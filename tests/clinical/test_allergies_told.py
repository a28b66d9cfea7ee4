"""Allergies as people tell of them: lists, forms, tables, sentences; exceptions, denials, and what is taken back."""

import pytest

from clinical import understand


def told(text):
    return [
        (fact["substance"], fact["reaction"], fact["status"], fact["retracted"])
        for fact in understand(text).stored()["allergies"]
    ]


CASES = [
    (
        (
            "Latex allergy:   [ ] Yes [x] No\n"
            "Drug allergy:   [x] Yes [ ] No   Details: co-amoxiclav - jaundice\n"
            "Food allergy: [ ] Yes [x] No"
        ),
        [
            ("latex", None, "denied", False),
            ("co-amoxiclav", "jaundice", "present", False),
            ("foods", None, "denied", False),
        ],
    ),
    ("Latex allergy: No", [("latex", None, "denied", False)]),
    (
        "ALLERGIES\nTrimethoprim     Rash       Confirmed\nEggs             -          Refuted 2020",
        [("trimethoprim", "rash", "present", False), ("eggs", None, "denied", True)],
    ),
    ("She came up in hives after cefalexin.", [("cefalexin", "hives", "present", False)]),
    ("Penicillin – anaphylaxis 2015", [("penicillin", "anaphylaxis", "present", False)]),
    (
        (
            "Allergies:\nPenicillin     Yes [ ]  No [x]\nLatex          Yes [x]  No [ ]   Reaction: itchy "
            "wheals\nFood   "
            "        Yes [ ]  No [x]   (used to say strawberries, wrong, tested 2015)"
        ),
        [
            ("penicillin", None, "denied", False),
            ("latex", "itchy wheals", "present", False),
            ("foods", None, "denied", False),
            ("strawberries", None, "denied", True),
        ],
    ),
    (
        "Drug allergies:\n[x] Penicillin\n[ ] Aspirin\n[ ] Latex",
        [("penicillin", None, "present", False), ("aspirin", None, "denied", False), ("latex", None, "denied", False)],
    ),
    (
        (
            "ALLERGIES: SULFA (ANAPHYLAXIS). IODINATED CONTRAST - NONE, TOLERATED CT 2021. MORPHINE CAUSES ITCHING, OK "
            "WITH FENTANYL."
        ),
        [
            ("sulfa", "anaphylaxis", "present", False),
            ("iodinated contrast", None, "denied", False),
            ("morphine", "itching", "present", False),
        ],
    ),
    (
        (
            "Allergies: Codeine - vomiting. The record of penicillin allergy was removed in 2019 after a negative oral "
            "challenge."
        ),
        [("codeine", "vomiting", "present", False), ("penicillin", None, "denied", True)],
    ),
    (
        (
            "## Allergies and adverse reactions\nNo known drug allergies, except for erythromycin (severe vomiting). "
            "Haloperidol on 31/10 made her stiff and drowsy - do not give again."
        ),
        [("erythromycin", "severe vomiting", "present", False)],
    ),
    ("NKDA except trimethoprim -> rash.", [("trimethoprim", "rash", "present", False)]),
    (
        (
            "ALLERGY STATUS: Iodine dressings - burning + weeping. Micropore ok. Previously labelled flucloxacillin "
            "allergic: it was thrush only, GP amended record 2/7/24."
        ),
        [
            ("iodine dressings", "burning + weeping", "present", False),
            ("micropore", None, "denied", False),
            ("flucloxacillin", None, "denied", True),
        ],
    ),
    (
        (
            "Allergy: egg - hives at 11 months, but eats cake and since January scrambled egg without trouble, so egg "
            "allergy outgrown and removed. Peanut: skin prick 6 mm, never eaten; strict avoidance. No drug allergies. "
            "Amoxicillin rash aged 1 was viral (since had co-amoxiclav fine)."
        ),
        [
            ("egg", "hives", "denied", True),
            ("peanut", None, "present", False),
            ("drugs", None, "denied", False),
            ("amoxicillin", "rash", "denied", True),
        ],
    ),
    (
        (
            "ALLERGIES confirmed with daughter:\n Co-trimoxazole\tStevens-Johnson syndrome 1998\n "
            "Nickel\tcontact rash\n "
            "Aspirin\trecorded by GP; daughter: \"no, that's me\" -> not the patient's, please delete\n Eggs\tnone"
        ),
        [
            ("co-trimoxazole", "Stevens-Johnson syndrome", "present", False),
            ("nickel", "contact rash", "present", False),
            ("aspirin", None, "denied", True),
            ("eggs", None, "denied", False),
        ],
    ),
    (
        'Allergic to plaster adhesive; "insulin allergy" on the old drug chart was a bruise and is wrong.',
        [("plaster adhesive", None, "present", False), ("insulin", None, "denied", True)],
    ),
    (
        "Allergies: lisinopril (cough), erythromycin listed - wife says he took azithromycin last winter OK.",
        [("lisinopril", "cough", "present", False), ("erythromycin", None, "present", False)],
    ),
    ("She reacts to latex with hives.", [("latex", "hives", "present", False)]),
    ("? allergic to penicillin", []),
    ("Possible penicillin allergy, to be clarified.", []),
    ("His sister is allergic to penicillin.", []),
    (
        (
            "| Allergen | Reaction | Severity |\n|---|---|---|\n| Penicillin | Rash | Mild |\n| Aspirin | Wheeze |"
            " Severe |"
        ),
        [("penicillin", "rash", "present", False), ("aspirin", "wheeze", "present", False)],
    ),
    ("ALLERGIES - Penicillin, Aspirin", [("penicillin", None, "present", False), ("aspirin", None, "present", False)]),
    ("Allergies - none", [("any", None, "denied", False)]),
    (
        "Allergies: NKDA. Latex - contact dermatitis.",
        [("drugs", None, "denied", False), ("latex", "contact dermatitis", "present", False)],
    ),
    ("Allergies: unknown", []),
    ("Allergies: see chart", []),
    (
        "Allergies: Penicillin and sulfa drugs, both of which cause hives.",
        [("penicillin", "hives", "present", False), ("sulfa drugs", "hives", "present", False)],
    ),
    ("Any known allergies? No", [("any", None, "denied", False)]),
    ("Allergic to penicillin: Yes", [("penicillin", None, "present", False)]),
    (
        "Known allergies: Yes - penicillin (rash), codeine (nausea)",
        [("penicillin", "rash", "present", False), ("codeine", "nausea", "present", False)],
    ),
    ("Anaphylaxis after cefuroxime in 2012.", [("cefuroxime", "anaphylaxis", "present", False)]),
    ("She had a reaction to amoxicillin as a child.", [("amoxicillin", None, "present", False)]),
    ("He is not allergic to any drugs.", [("drugs", None, "denied", False)]),
    (
        "Drug allergies: nil. Food allergies: peanuts.",
        [("drugs", None, "denied", False), ("peanuts", None, "present", False)],
    ),
    ("Amoxicillin gives her a rash; she denies other allergies.", [("amoxicillin", "rash", "present", False)]),
    ("No allergies.", [("any", None, "denied", False)]),
    ("Penicillin allergic", [("penicillin", None, "present", False)]),
    ("Patient is penicillin allergic.", [("penicillin", None, "present", False)]),
    (
        "Penicillin allergy de-labelled following negative oral challenge in clinic.",
        [("penicillin", None, "denied", True)],
    ),
    ("He is no longer allergic to milk.", [("milk", None, "denied", True)]),
    ("Childhood penicillin allergy disproved on skin testing.", [("penicillin", None, "denied", True)]),
    (
        "Adverse reactions: statins - myalgia; amlodipine - ankle swelling",
        [("statins", "myalgia", "present", False), ("amlodipine", "ankle swelling", "present", False)],
    ),
    (
        "Allergies: Penicillin (unknown reaction), Morphine (itching & nausea), shellfish",
        [
            ("penicillin", None, "present", False),
            ("morphine", "itching & nausea", "present", False),
            ("shellfish", None, "present", False),
        ],
    ),
    ("Allergies/ADRs: nil known", [("any", None, "denied", False)]),
    ("Sensitivities: elastoplast", [("elastoplast", None, "present", False)]),
    (
        "The patient has no known drug allergies, but gets a rash with plasters.",
        [("plasters", "rash", "present", False)],
    ),
    (
        "Patient reports allergy to bee stings with anaphylaxis, carries an EpiPen.",
        [("bee stings", "anaphylaxis", "present", False)],
    ),
    ("Allergies: Denies", [("any", None, "denied", False)]),
    (
        "ALLERGIES\n1. Penicillin: anaphylaxis\n2. Ibuprofen: bronchospasm\n3. Latex",
        [
            ("penicillin", "anaphylaxis", "present", False),
            ("ibuprofen", "bronchospasm", "present", False),
            ("latex", None, "present", False),
        ],
    ),
    (
        "Allergies\nDrug: penicillin (rash)\nFood: none\nEnvironmental: pollen",
        [
            ("penicillin", "rash", "present", False),
            ("foods", None, "denied", False),
            ("pollen", None, "present", False),
        ],
    ),
    (
        "Allergies: Ciprofloxacin—tendon rupture; Nitrofurantoin → pneumonitis; Doxycycline = oesophagitis",
        [
            ("ciprofloxacin", "tendon rupture", "present", False),
            ("nitrofurantoin", "pneumonitis", "present", False),
            ("doxycycline", "oesophagitis", "present", False),
        ],
    ),
    ("Breaks out in hives with strawberries.", [("strawberries", "hives", "present", False)]),
    ("Her lips swell when she eats kiwi.", [("kiwi", "lips swell", "present", False)]),
    (
        "Allergic to: aspirin (bronchospasm), NSAIDs",
        [("aspirin", "bronchospasm", "present", False), ("nsaids", None, "present", False)],
    ),
    ("Allergy: Penicillin (tolerates cephalosporins)", [("penicillin", None, "present", False)]),
    ("If allergic to penicillin give clarithromycin.", []),
    ("Ask about allergies before giving penicillin.", []),
    (
        (
            "NEW PATIENT QUESTIONNAIRE\nALLERGIES\nPenicillin     Yes [ ]  No [x]\nLatex          Yes [x]  No [ ]   "
            "Reaction: itchy wheals\nAny other drug Yes [x]  No [ ]   Which? Diclofenac - bleeding stomach, told never "
            "to have it or anything like it again\nFood           Yes [ ]  No [x]   (used to say strawberries, wrong, "
            "tested 2015)\n\nFAMILY"
        ),
        [
            ("penicillin", None, "denied", False),
            ("latex", "itchy wheals", "present", False),
            ("foods", None, "denied", False),
            ("strawberries", None, "denied", True),
        ],
    ),
    ("On no account give penicillin: anaphylaxis in 1998.", [("penicillin", "anaphylaxis", "present", False)]),
    ("PMH: asthma. Allergies: NKDA. Meds: salbutamol.", [("drugs", None, "denied", False)]),
    ("Allergies: amoxicillin (rash). Mother is allergic to latex.", [("amoxicillin", "rash", "present", False)]),
    (
        "Allergies: penicillin (rash) and codeine, which makes him sick",
        [("penicillin", "rash", "present", False), ("codeine", "sick", "present", False)],
    ),
    ("He tells me that amoxicillin always gave him a rash.", [("amoxicillin", "rash", "present", False)]),
    (
        "Patient is a 34 y/o female who is allergic to peanuts and tree nuts, presenting with wheeze.",
        [("peanuts", None, "present", False), ("tree nuts", None, "present", False)],
    ),
    (
        "She does not have any drug allergies but is intolerant to codeine (vomiting).",
        [("drugs", None, "denied", False)],
    ),
    (
        "No known allergies to medications. Allergic to cats and dust mites.",
        [("drugs", None, "denied", False), ("cats", None, "present", False), ("dust mites", None, "present", False)],
    ),
    ("Known penicillin allergy (facial swelling).", [("penicillin", "facial swelling", "present", False)]),
    ("No penicillin allergy.", [("penicillin", None, "denied", False)]),
    (
        "He denies any allergy to latex or contrast.",
        [("latex", None, "denied", False), ("contrast", None, "denied", False)],
    ),
    ("Statin intolerance (myalgia).", []),
    ("Lactose intolerance", []),
    (
        "ALLERGIES: PENICILLIN -- RASH; SULFA -- HIVES",
        [("penicillin", "rash", "present", False), ("sulfa", "hives", "present", False)],
    ),
    (
        "Allergies: PCN, ASA, codeine",
        [("penicillin", None, "present", False), ("asa", None, "present", False), ("codeine", None, "present", False)],
    ),
    (
        "Allergies: Penicillin / Cephalosporins",
        [("penicillin", None, "present", False), ("cephalosporins", None, "present", False)],
    ),
    (
        "Allergies: Bactrim [hives], Cipro [GI upset]",
        [("bactrim", "hives", "present", False), ("cipro", "GI upset", "present", False)],
    ),
    (
        "Allergies: Patient states she is allergic to iodine; last exposure caused throat tightness.",
        [("iodine", None, "present", False)],
    ),
    ("Allergies: none known to drugs; hay fever", [("drugs", None, "denied", False)]),
    (
        "Allergies: No known drug allergies. Bee stings cause anaphylaxis.",
        [("drugs", None, "denied", False), ("bee stings", "anaphylaxis", "present", False)],
    ),
    ("Allergies: penicillin?", []),
    ("Allergies: not recorded on referral", []),
    ("Allergies: unable to obtain, patient confused", []),
    ("Allergies: Reviewed and updated", []),
    ("Allergies: penicillin - patient unsure of reaction", [("penicillin", None, "present", False)]),
    ("Allergies: aspirin - childhood, reaction unknown", [("aspirin", None, "present", False)]),
    ("The penicillin allergy recorded in 2009 was entered in error.", [("penicillin", None, "denied", True)]),
    (
        "Amoxicillin challenge passed on 3 May; penicillin allergy label removed.",
        [("penicillin", None, "denied", True)],
    ),
    ("She outgrew her milk allergy.", [("milk", None, "denied", True)]),
    ("Reported allergy to trimethoprim turned out to be thrush.", [("trimethoprim", None, "denied", True)]),
    ("Allergies: Adhesive tape - blisters. Tolerates Micropore.", [("adhesive tape", "blisters", "present", False)]),
    (
        "Medication allergies: Sulfa antibiotics, Lisinopril (angioedema).",
        [("sulfa antibiotics", None, "present", False), ("lisinopril", "angioedema", "present", False)],
    ),
    ("Allergic: penicillin", [("penicillin", None, "present", False)]),
    ("Allergen: Ragweed, Cat dander", [("ragweed", None, "present", False), ("cat dander", None, "present", False)]),
    ("Trimethoprim makes her itch.", [("trimethoprim", "itch", "present", False)]),
    ("Egg allergic as a toddler; now eats eggs freely.", [("egg", None, "denied", True)]),
    ("No allergies other than seasonal hay fever.", [("any", None, "denied", False)]),
    ("NKDA. Intolerances: codeine - constipation", [("drugs", None, "denied", False)]),
    ("Drug reactions: carbamazepine (DRESS, 2017)", [("carbamazepine", "DRESS", "present", False)]),
    ("Alerts: Penicillin allergy; falls risk", [("penicillin", None, "present", False)]),
    ("Adverse drug reaction: ramipril -> cough", [("ramipril", "cough", "present", False)]),
    ("Patient not known to be allergic to anything.", [("any", None, "denied", False)]),
    ("Any allergies? Yes, penicillin - rash", [("penicillin", "rash", "present", False)]),
    ("Drug allergy: Y - trimethoprim (rash)", [("trimethoprim", "rash", "present", False)]),
    (
        "Allergies: 1) Penicillin 2) Shellfish (urticaria) 3) none to latex",
        [("penicillin", None, "present", False), ("shellfish", "urticaria", "present", False)],
    ),
    ("Has the patient any allergies: No", [("any", None, "denied", False)]),
    (
        "Confirmed anaphylaxis to rocuronium in theatre 2020; avoid all neuromuscular blockers pending testing.",
        [("rocuronium", "anaphylaxis", "present", False)],
    ),
    ("Her daughter is allergic to nuts, but she has no allergies herself.", [("any", None, "denied", False)]),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:60] for text, _ in CASES])
def test_what_is_told_of_allergies(text, expected):
    assert told(text) == expected


def test_parts_have_their_places():
    text = "Allergies: penicillin (severe rash)"
    (fact,) = understand(text).stored()["allergies"]
    assert {name: text[start:end] for name, (start, end) in fact["places"].items()} == {
        "substance": "penicillin",
        "reaction": "severe rash",
    }


@pytest.mark.parametrize(
    ("text", "substance", "reaction"),
    [
        ("Cefuroxime 1.5 g IV stat - angioedema within minutes.", "cefuroxime", "angioedema"),
        ("Given flucloxacillin 500 mg QDS: anaphylaxis after the second dose.", "flucloxacillin", "anaphylaxis"),
        ("Adverse reaction to nitrofurantoin: hives.", "nitrofurantoin", "hives"),
    ],
)
def test_what_a_drug_did_is_told_over_how_it_was_taken(text, substance, reaction):
    assert told(text) == [(substance, reaction, "present", False)]


@pytest.mark.parametrize(
    "text", ["Ranitidine 50 mg IV - anaphylaxis protocol.", "Hydrocortisone 100 mg IV: anaphylaxis."]
)
def test_what_is_given_for_anaphylaxis_is_no_allergy(text):
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "substance", "reaction"),
    [
        ("Latex allergy denied by her, although the old notes document angioedema.", "latex", "angioedema"),
        (
            "Says she is not allergic to co-amoxiclav, but the GP letter states anaphylaxis.",
            "co-amoxiclav",
            "anaphylaxis",
        ),
        ("Codeine - patient denies; record: rash 2004.", "codeine", "rash"),
        ("Allergies: Trimethoprim: patient says not allergic, chart has hives 2011.", "trimethoprim", "hives"),
    ],
)
def test_a_record_of_harm_goes_before_a_denial(text, substance, reaction):
    assert told(text) == [(substance, reaction, "present", False)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Codeine allergy denied.", [("codeine", None, "denied", False)]),
        ("Allergies denied.", [("any", None, "denied", False)]),
        ("Denies latex allergy, records show no reaction.", [("latex", None, "denied", False)]),
        ("Denies chest pain, on aspirin 75 mg, husband noted a rash.", []),
        ("No known drug allergies; takes ramipril, GP noted a rash.", [("drugs", None, "denied", False)]),
    ],
)
def test_a_denial_denies_what_it_names(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Entered under allergies: codeine (hives), must never be given again; previous entry of NKDA deleted.",
         {("codeine", "present", "hives")}),
        ("Put codeine in the allergy box (hives).", {("codeine", "present", "hives")}),
        ("Codeine added to her allergies.", {("codeine", "present", None)}),
        ("Allergy box now reads codeine (hives), and latex has been removed from it.",
         {("codeine", "present", "hives"), ("latex", "denied", None)}),
        ("Latex removed from the allergy list, codeine (hives) added.",
         {("codeine", "present", "hives"), ("latex", "denied", None)}),
        ("Rash on day 1 of codeine: ALLERGY codeine.", {("codeine", "present", None)}),
        ("New allergy: codeine (hives)", {("codeine", "present", "hives")}),
        ("NKDA entry deleted.", set()),
        ("Codeine added to paracetamol.", set()),
    ],
)  # fmt: skip
def test_what_is_entered_and_taken_off(text, told):
    found = {(fact["substance"], fact["status"], fact["reaction"]) for fact in understand(text).stored()["allergies"]}
    assert found == told
