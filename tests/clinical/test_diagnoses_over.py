"""What is over by its nature and the time beside it, and what an abbreviation means in company."""

import pytest

from clinical import understand
from clinical.lexicon.company import meanings
from clinical.lexicon.conditions import conditions

C, P, R, H, F = "confirmed", "possible", "ruled_out", "historical", "family"


def diagnoses(text):
    return {(fact["text"].lower(), fact["certainty"]) for fact in understand(text).stored()["diagnoses"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # what passes was there at the time that is named; what stays has been found then
        ("Cellulitis left leg 2018. Hypothyroidism 2018.", {("cellulitis", H), ("hypothyroidism", C)}),
        ("Mini stroke '17, COPD.", {("mini stroke", H), ("copd", C)}),
        ("Bg: pyelonephritis x3, asthma x 4 years.", {("pyelonephritis", H), ("asthma", C)}),
        ("She had bronchiolitis.", {("bronchiolitis", H)}),
        ("Whooping cough as kid. Otitis media at ten.", {("whooping cough", H), ("otitis media", H)}),
        # what comes in attacks
        ("Gout in 2021.", {("gout", H)}),
        ("Gout since 2021.", {("gout", C)}),
        # why something was done that is long over
        ("Methotrexate was held in May for pneumonitis.", {("pneumonitis", H)}),
        ("Hemicolectomy 2009 (diverticulitis).", {("diverticulitis", H)}),
        ("For cholecystectomy on 4 March (cholelithiasis).", {("cholelithiasis", C)}),
        # what was taken out or treated to the end, though it would stay
        ("Right cataract done.", {("right cataract", H)}),
        ("Latent TB, treated.", {("latent tb", H)}),
        # said to be over, and what only stands over something
        ("Depressive episode over by August.", {("depressive episode", H)}),
        ("Thyrotoxicosis is over: TSH 38.", {("thyrotoxicosis", H)}),
        ("Cellulitis over the shin.", {("cellulitis", C)}),
        ("B12 118, deficient.", {("b12 118, deficient", C)}),
        ("Gestational diabetes gone. Next pregnancy: aspirin.", {("gestational diabetes", H)}),
        ("Not sure, that diagnosis is dropped.", set()),
        ("Colon cancer 2011 - right hemicolectomy, discharged.", {("colon cancer", H)}),
        # the same again
        ("PE in 2019. ?PE today.", {("pe", H), ("pe", P)}),
    ],
)
def test_nature_and_time_tell_what_is_over(text, expected):
    assert diagnoses(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Antenatal clinic, 31 weeks. No PET.", {("pet", R)}),
        ("PET of the chest was clear.", set()),
        ("Started rifaximin and lactulose for HE.", {("he", C)}),
        ("HE was well.", set()),
        ("Ascites. SBP 104.", {("ascites", C)}),
    ],
)
def test_an_abbreviation_is_known_by_its_company(text, expected):
    assert diagnoses(text) == expected


def test_what_an_abbreviation_means_in_company_is_its_concept():
    found = understand("Antenatal clinic, 31 weeks. PET suspected.").stored()["diagnoses"]
    assert [fact["concept"] for fact in found] == ["preeclampsia"]


def test_meanings_in_company_are_conditions_and_the_words_are_told():
    for written, found in meanings().items():
        assert all(one.company for one in found), written
    assert {one.condition for found in meanings().values() for one in found} <= conditions().keys()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hx: L hip # 2016.", {("l hip #", H)}),
        ("XR foot - no #.", {("#", R)}),
        ("# Hip pain\n# Obesity", {("obesity", C)}),
        ("Iron def. Mum: ovarian ca.", {("iron def", C), ("ovarian ca", F)}),
    ],
)
def test_shorthand(text, expected):
    assert diagnoses(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Osteomyelitis has so far been excluded.", {("osteomyelitis", R)}),
        ("PE r/o by VQ.", {("pe", R)}),
        ("This doesn't look like scabies.", {("scabies", R)}),
        ("Dx: gonorrhoea, presumptive.", {("gonorrhoea", P)}),
        ("Lymphoma is a real possibility.", {("lymphoma", P)}),
        ("Bowel obstruction unlikely but possible.", {("bowel obstruction", P)}),
    ],
)
def test_ways_to_exclude_and_to_doubt(text, expected):
    assert diagnoses(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Instructions:\nRest. Her sister just had a diagnosis of lupus.", {("lupus", F)}),
        ("Instructions:\nReturn if you get pneumonia.", set()),
        ("Allergies:\npenicillin. He takes apixaban for a prior DVT.", {("dvt", H)}),
    ],
)
def test_what_is_told_aside(text, expected):
    assert diagnoses(text) == expected
