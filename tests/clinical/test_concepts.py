"""Synonyms are one concept; stage, side and severity are its detail; medicines know their substances and classes."""

import pytest

from clinical.concepts import (
    broader,
    classes_of,
    concept_of,
    detail_of,
    ingredients_of,
    is_a,
    is_known,
    is_lasting,
    members_of,
    same,
)

CONDITIONS = [
    ("OSA", "obstructive sleep apnoea"),
    ("T2DM", "type II diabetes mellitus"),
    ("T2DM", "diabetes mellitus, type 2"),
    ("COPD", "chronic obstructive airways disease"),
    ("AF", "paroxysmal atrial fibrillation"),
    ("HTN", "high blood pressure"),
    ("IHD", "ischaemic heart disease"),
    ("NSTEMI", "heart attack"),
    ("DVTs", "deep venous thrombosis"),
    ("GORD", "gastro-oesophageal reflux disease"),
    ("GERD", "acid reflux"),
    ("#NOF", "fractured neck of femur"),
    ("CKD 3b", "chronic kidney disease (stage 4)"),
    ("severe aortic stenosis", "aortic stenosis"),
    ("left knee osteoarthritis", "bilateral hip OA"),
    ("Crohn's", "crohns disease"),
    ("hyperkalaemia", "high potassium"),
    ("breast ca", "right breast cancer, T2N1M0"),
    ("?PE", "pulmonary embolism"),
    ("well-controlled asthma", "asthma, well controlled"),
    ("stage IV lung cancer", "carcinoma of the lung"),
    ("HFrEF (EF 35%)", "congestive cardiac failure"),
]


@pytest.mark.parametrize(("one", "other"), CONDITIONS)
def test_one_condition(one, other):
    assert same(one, other, "condition")
    assert is_known(one, "condition")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("type 1 diabetes", "type 2 diabetes"),
        ("melanoma", "basal cell carcinoma"),
        ("CKD", "AKI"),
        ("stroke", "TIA"),
        ("prediabetes", "diabetes"),
        ("hypothyroidism", "hyperthyroidism"),
        ("ulcerative colitis", "Crohn's disease"),
        ("hepatitis B", "hepatitis C"),
        ("migraine", "tension headache"),
        ("MS", "ms"),
        ("pe", "PE"),
    ],
)
def test_other_conditions(one, other):
    assert not same(one, other, "condition")


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("CKD 3b", "stage 3b"),
        ("chronic kidney disease stage IIIa", "stage 3a"),
        ("CKD", None),
        ("NSTEMI", "non-ST elevation"),
        ("left distal radius fracture", "left, distal radius"),
        ("severe aortic stenosis", "severe"),
        ("paroxysmal AF", "paroxysmal"),
        ("NYHA III heart failure", "NYHA class 3"),
        ("stage IV lung cancer", "stage 4"),
        ("depression in remission", "in remission"),
        ("rheumatoid arthritis (seropositive)", "seropositive"),
        ("metastatic prostate cancer", "metastatic"),
        ("Gleason 3+4 prostate cancer", "Gleason 3+4"),
        ("asthma", None),
    ],
)
def test_detail(name, detail):
    assert detail_of(name) == detail


def test_what_nobody_knows_is_folded_and_keeps_its_words():
    assert concept_of("  Severe Foo Syndrome of Bar. ", "condition") == "foo syndrome of bar"
    assert concept_of("Foozumab 10 mg injection", "drug") == "foozumab"
    assert not is_known("Foozumab", "drug")


def test_broader_and_lasting():
    assert broader("malignant melanoma") == ("skin cancer",)
    assert is_lasting("T2DM")
    assert not is_lasting("UTI")


DRUGS = [
    ("Lasix 40mg tablets", "frusemide"),
    ("paracetamol", "Tylenol"),
    ("salbutamol inhaler", "albuterol"),
    ("atorva", "Lipitor"),
    ("bisop", "bisoprolol fumarate 2.5 mg"),
    ("co-amoxiclav", "amoxicillin and clavulanic acid"),
    ("levothyrox", "L-thyroxine"),
    ("metoprolol succinate XL", "Lopressor"),
    ("ferrous sulphate", "ferrous sulfate"),
    ("adrenaline", "epinephrine"),
    ("GTN", "nitroglycerin"),
    ("sodium valproate", "Depakote"),
    ("NSAIDs", "non-steroidal anti-inflammatory drugs"),
    ("ACEi", "ACE inhibitors"),
]


@pytest.mark.parametrize(("one", "other"), DRUGS)
def test_one_medicine(one, other):
    assert same(one, other, "drug")
    assert is_known(one, "drug")


@pytest.mark.parametrize(
    ("drug", "group"),
    [
        ("Nurofen", "NSAIDs"),
        ("ramipril", "ACE inhibitors"),
        ("Augmentin", "penicillins"),
        ("flucloxacillin", "beta-lactams"),
        ("simvastatin", "statins"),
        ("apixaban", "anticoagulants"),
        ("apixaban", "DOACs"),
        ("co-codamol", "opioids"),
        ("co-codamol", "paracetamol"),
        ("bisoprolol", "beta blockers"),
        ("clarithromycin", "macrolides"),
        ("Lantus", "insulins"),
        ("Septrin", "sulfa drugs"),
        ("DOACs", "anticoagulants"),
        ("ibuprofen", "ibuprofen"),
    ],
)
def test_is_a(drug, group):
    assert is_a(drug, group)


@pytest.mark.parametrize(
    ("drug", "group"),
    [("paracetamol", "NSAIDs"), ("clopidogrel", "anticoagulants"), ("ramipril", "ARBs"), ("cefalexin", "penicillins")],
)
def test_is_no(drug, group):
    assert not is_a(drug, group)


def test_members_and_substances():
    assert {"ibuprofen", "naproxen", "diclofenac", "aspirin", "celecoxib"} <= members_of("NSAIDs")
    assert members_of("aspirin") == frozenset()
    assert ingredients_of("co-codamol") == ("codeine", "acetaminophen")
    assert ingredients_of("Trelegy") == ("fluticasone", "umeclidinium", "vilanterol")
    assert "antibiotic" in classes_of("Augmentin")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("penicillin", "penicillins"),
        ("peanuts", "peanut"),
        ("penicillin allergy", "Penicillin"),
        ("bee stings", "bee sting"),
    ],
)
def test_one_allergen(one, other):
    assert same(one, other, "allergen")


def test_one_procedure_and_one_laboratory_value():
    assert same("appendectomy", "appendicectomy", "procedure")
    assert same("Hb", "haemoglobin", "lab")


@pytest.mark.parametrize(
    ("name", "concept", "detail"),
    [
        ("carcinoma of the right breast", "breast cancer", "right"),
        ("developmental dysplasia of the right hip", "developmental dysplasia of the hip", "right"),
        ("Crohn's ileitis", "crohn's disease", "ileal"),
        ("fracture of the right wrist", "fracture", "wrist, right"),
        ("Crohn's disease in surgical remission", "crohn's disease", "in remission"),
    ],
)
def test_places_and_sides_within_a_name(name, concept, detail):
    assert (concept_of(name, "condition"), detail_of(name)) == (concept, detail)


def test_the_protein_of_milk_is_milk():
    assert {concept_of(name, "allergen") for name in ("cow's milk protein", "milk protein", "milk")} == {"milk"}
