"""Warnings against drugs and kinds of drugs: what is forbidden, not borne, or did harm; and what is no warning."""

import pytest

from clinical import understand


def warned(text):
    return [(fact["substance"], fact["reason"], fact["forbidden"]) for fact in understand(text).stored()["avoid"]]


CASES = [
    ("Allergies: latex. Tramadol - confusion (intolerance, not an allergy).", [("tramadol", "confusion", False)]),
    (
        "Allergies: doxycycline - reflux only, not a true allergy; peanuts (hives)",
        [("doxycycline", "reflux only", False)],
    ),
    (
        "Drug intolerances: atenolol - cold hands, nifedipine - flushing",
        [("atenolol", "cold hands", False), ("nifedipine", "flushing", False)],
    ),
    ("ALLERGIES: LATEX (RASH). TRAMADOL MAKES HER VOMIT.", [("tramadol", "vomit", False)]),
    (
        "She has been asked to avoid NSAIDs. I asked him to avoid aspirin.",
        [("nsaids", None, True), ("aspirin", None, True)],
    ),
    ("He asked whether to avoid aspirin.", []),
    ("Plan:\n- No opioids or z-drugs.", [("opioids", None, True), ("z-drugs", None, True)]),
    ("Plan:\n- No antibiotics needed.", []),
    ("Two doses of gentamicin so far; no more gentamicin.", [("gentamicin", None, True)]),
    ("No more pain since.", []),
    ("[x] No tramadol again", [("tramadol", None, True)]),
    ("No ACE inhibitors unless agreed with the renal team.", [("ace inhibitors", None, True)]),
    ("Ondansetron avoided because of long QT.", [("ondansetron", "long QT", True)]),
    (
        "Please avoid all nephrotoxic drugs including NSAIDs and gentamicin given his AKI.",
        [("nephrotoxic drugs", "AKI", True), ("nsaids", "AKI", True), ("gentamicin", "AKI", True)],
    ),
    ("Metformin is contraindicated with this eGFR.", [("metformin", "eGFR", True)]),
    ("He must never have beta blockers again (bronchospasm).", [("beta blockers", "bronchospasm", True)]),
    ("Amlodipine stopped due to ankle swelling.", [("amlodipine", "ankle swelling", False)]),
    ("Ramipril caused a dry cough so switched to losartan.", [("ramipril", "dry cough", False)]),
    ("Simvastatin was not tolerated (muscle pains).", [("simvastatin", "muscle pains", False)]),
    ("Unable to tolerate metformin because of diarrhoea.", [("metformin", "diarrhoea", False)]),
    ("Not to be given penicillin.", [("penicillin", None, True)]),
    ("No NSAIDs - on warfarin.", [("nsaids", "warfarin", True)]),
    ("No NSAIDs were used.", []),
    ("Statins gave her muscle aches.", [("statins", "muscle aches", False)]),
    ("Clarithromycin to be avoided while on simvastatin.", [("clarithromycin", "simvastatin", True)]),
    ("She was advised to avoid driving and heavy lifting.", []),
    ("Avoid dairy.", []),
    ("Avoid grapefruit juice with simvastatin.", [("grapefruit juice", "simvastatin", True)]),
    ("There is no need to avoid NSAIDs.", []),
    ("Aspirin is not contraindicated.", []),
    ("Do not stop bisoprolol suddenly.", []),
    ("His mother should avoid NSAIDs.", []),
    ("GI bleed on naproxen.", [("naproxen", "GI bleed", False)]),
    ("Codeine makes him very constipated.", [("codeine", "constipated", False)]),
    ("Digoxin toxicity in 2021, digoxin is not to be restarted.", [("digoxin", None, True)]),
    (
        "Steer clear of ibuprofen, diclofenac and other NSAIDs.",
        [("ibuprofen", None, True), ("diclofenac", None, True), ("nsaids", None, True)],
    ),
    (
        "Should not be prescribed trimethoprim or co-trimoxazole (hyperkalaemia).",
        [("trimethoprim", "hyperkalaemia", True), ("co-trimoxazole", "hyperkalaemia", True)],
    ),
    (
        "Warfarin was stopped because of a subdural haematoma and should not be restarted.",
        [("warfarin", "subdural haematoma", True)],
    ),
    ("Nitrofurantoin: pulmonary fibrosis 2019, avoid.", [("nitrofurantoin", "pulmonary fibrosis", True)]),
    ("ACE inhibitor intolerance (cough).", [("ace inhibitor", "cough", False)]),
    ("Tramadol - hallucinations, do not prescribe.", [("tramadol", "hallucinations", True)]),
    ("Hyponatraemia secondary to citalopram.", [("citalopram", "Hyponatraemia", False)]),
    ("Contraindications: triptans (ischaemic heart disease).", [("triptans", "ischaemic heart disease", True)]),
    ("Amiodarone-induced hypothyroidism.", [("amiodarone", "hypothyroidism", False)]),
    ("Keep off alcohol and paracetamol-containing products.", [("paracetamol", None, True)]),
    ("Pain improved after ibuprofen.", []),
    ("Gentamicin held because of AKI.", []),
    ("Because of his peptic ulcer, NSAIDs must be avoided.", [("nsaids", "peptic ulcer", True)]),
    ("Myalgia on atorvastatin.", [("atorvastatin", "Myalgia", False)]),
    ("Advised against over-the-counter decongestants.", [("decongestants", None, True)]),
    ("Bisoprolol was not started because of bradycardia.", []),
    ("She developed angioedema on lisinopril.", [("lisinopril", "angioedema", False)]),
    ("MRI unsafe: avoid gadolinium (eGFR 18).", [("gadolinium", "eGFR 18", True)]),
    ("Oxybutynin made her confused and was stopped.", [("oxybutynin", "confused", False)]),
    ("Do not give oxygen above 92%.", []),
    ("Never prescribe nitrates with sildenafil.", [("nitrates", "sildenafil", True)]),
    ("He avoids NSAIDs.", [("nsaids", None, True)]),
    ("Avoid live vaccines while on methotrexate.", [("live vaccines", "methotrexate", True)]),
    ("If she becomes pregnant, avoid ramipril.", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:60] for text, _ in CASES])
def test_what_is_warned_of(text, expected):
    assert warned(text) == expected


def test_parts_have_their_places():
    text = "Avoid NSAIDs because of his peptic ulcer."
    (fact,) = understand(text).stored()["avoid"]
    assert {name: text[start:end] for name, (start, end) in fact["places"].items()} == {
        "substance": "NSAIDs",
        "reason": "peptic ulcer",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No naproxen or other NSAID again: wife informed, letter given.", [("naproxen", None), ("nsaid", None)]),
        ("Avoid diclofenac - GP and pharmacy aware.", [("diclofenac", None)]),
        ("Avoid metformin: daughter told about the lactic acidosis.", [("metformin", "lactic acidosis")]),
        ("No further naproxen: perforated ulcer in May.", [("naproxen", "perforated ulcer in May")]),
    ],
)
def test_who_was_told_is_no_reason(text, expected):
    told = [(substance, reason) for substance, reason, _ in warned(text)]
    assert [one[0] for one in told] == [one[0] for one in expected]
    assert all((reason is None) == (wanted is None) for (_, reason), (_, wanted) in zip(told, expected, strict=True))


@pytest.mark.parametrize("text", ["Drowsy on pregabalin, now better.", "Acute confusion on oxybutynin, cleared."])
def test_harm_on_a_drug_is_a_warning_and_the_drug_is_not_continued(text):
    (told,) = warned(text)
    assert told[1] is not None
    assert not [one for one in understand(text).stored()["medications"] if one["status"] == "continued"]


def test_what_treats_the_harm_is_not_warned_against():
    assert warned("Delirium on haloperidol 0.5 mg.") == []
    assert warned("Hypotension on noradrenaline.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # when, who and how long stand between a drug and why it was ended
        ("Sertraline was tried last spring and he gave it up after a week because of nightmares.",
         ("sertraline", "nightmares")),
        ("Bisoprolol up to 5 mg daily, which had to be abandoned in 2020 because of a falling heart rate.",
         ("bisoprolol", "falling heart rate")),
        ("Previously tried: sertraline; mirtazapine for two months, until his weight went up.",
         ("mirtazapine", "weight went up")),
        ("Sertraline, his wife stopped it at Easter as nightmares.", ("sertraline", "nightmares")),
        ("| Sertraline | 50 mg OD | Yes | Pt stopped it himself in May (nightmares) |", ("sertraline", "nightmares")),
        ("Sertraline 2019 -> long QT.", ("sertraline", "long QT")),
        ("Advised to stop sertraline. St John's wort: interacts with his ciclosporin.",
         ("st john's wort", "interacts with his ciclosporin")),
        # bans
        ("Haloperidol and cyclizine best avoided.", ("cyclizine", None)),
        ("Carbamazepine is to be avoided, as is phenytoin.", ("phenytoin", None)),
        ("Betadine not to be used.", ("betadine", None)),
        ("Lamotrigine caused a rash. Not to be rechallenged.", ("lamotrigine", "rash")),
        ("ACE inhibitor cough, do not rechallenge.", ("ace inhibitor", "cough")),
        ("Trimethoprim must not be prescribed alongside methotrexate.", ("trimethoprim", "methotrexate")),
    ],
)  # fmt: skip
def test_the_way_from_a_drug_to_what_it_did(text, expected):
    found = [(fact["substance"], fact["reason"]) for fact in understand(text).stored()["avoid"]]
    assert expected in found


@pytest.mark.parametrize(
    "text",
    [
        "Amitriptyline tried for migraine.",
        "Stopped at Easter, amitriptyline 10 mg for pain.",
        "Ramipril was stopped and he remains on amlodipine for hypertension.",
        "Gentamicin held because of AKI.",
    ],
)
def test_what_a_drug_is_for_is_no_harm(text):
    assert understand(text).stored()["avoid"] == []


def test_a_ban_in_a_relative_clause():
    text = "Hepatitis, attributed to sulfasalazine, which was stopped and must not be given again."
    facts = understand(text).stored()
    assert [(fact["substance"], fact["forbidden"]) for fact in facts["avoid"]] == [("sulfasalazine", True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Efavirenz 2009-2014 - vivid dreams.", ("efavirenz", "vivid dreams")),
        (
            "Topiramate, reached 50 mg, abandoned for word-finding difficulty and tingling.",
            ("topiramate", "word-finding difficulty and tingling"),
        ),
        ("I thought of ciprofloxacin, but it is not suitable in pregnancy.", ("ciprofloxacin", "pregnancy")),
        ("No ACE inhibitor until potassium settles.", ("ace inhibitor", None)),
    ],
)
def test_what_was_had_before_and_what_is_not_suitable(text, expected):
    found = [(fact["substance"], fact["reason"]) for fact in understand(text).stored()["avoid"]]
    assert expected in found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("A: Low mood due to topiramate.\nP: Stop topiramate because of tingling.", "Low mood and tingling"),
        ("A: Disturbed sleep due to salbutamol.\nP: Stop salbutamol because of tremor.", "Disturbed sleep and tremor"),
        ("A: Leg swelling due to nifedipine.\nP: Stop nifedipine because of the swelling.", "Leg swelling"),
        ("A: Dyspnoea due to ticagrelor.\nP: Stop ticagrelor because of the breathlessness.", "Dyspnoea"),
        ("A: Hyponatraemia due to sertraline.\nP: Stop sertraline because of low sodium.", "Hyponatraemia"),
    ],
)
def test_all_that_a_drug_did_is_why_and_the_same_is_told_once(text, reason):
    assert [fact["reason"] for fact in understand(text).stored()["avoid"]] == [reason]
