"""Notes are split where clinicians split them, and nowhere else."""

import pytest

from clinical import understand

FOUR = ("subjective", "objective", "assessment", "plan")


def sections(text):
    return understand(text).sections


@pytest.mark.parametrize(
    "markers",
    [
        ("S:", "O:", "A:", "P:"),
        ("S :", "O :", "A :", "P :"),
        ("s:", "o:", "a:", "p:"),
        ("S -", "O -", "A -", "P -"),
        ("S –", "O –", "A –", "P –"),
        ("S—", "O—", "A—", "P—"),
        ("S)", "O)", "A)", "P)"),
        ("(S)", "(O)", "(A)", "(P)"),
        ("[S]", "[O]", "[A]", "[P]"),
        ("S.", "O.", "A.", "P."),
        ("**S:**", "**O:**", "**A:**", "**P:**"),
        ("  S:", "\tO:", "  A:", "  P:"),
        ("Subjective:", "Objective:", "Assessment:", "Plan:"),
        ("subjective:", "objective:", "assessment:", "plan:"),
        ("SUBJECTIVE:", "OBJECTIVE:", "ASSESSMENT:", "PLAN:"),
        ("SUBJECTIVE -", "OBJECTIVE -", "ASSESSMENT -", "PLAN -"),
        ("Subjective –", "Objective –", "Assessment –", "Plan –"),
        ("**Subjective:**", "**Objective:**", "**Assessment:**", "**Plan:**"),
        ("__Subjective__:", "__Objective__:", "__Assessment__:", "__Plan__:"),
        ("1. Subjective:", "2. Objective:", "3. Assessment:", "4. Plan:"),
        ("S:", "O:", "Imp:", "Plan:"),
    ],
    ids=lambda markers: markers[0],
)
def test_markers_with_text_on_their_line(markers):
    parts = ["Cough for three days", "Lungs clear, BP 120/80", "Bronchitis", "Fluids and rest"]
    text = "\n".join(f"{marker} {part}" for marker, part in zip(markers, parts, strict=True))
    assert sections(text) == dict(zip(FOUR, parts, strict=True))


@pytest.mark.parametrize(
    "markers",
    [
        ("S", "O", "A", "P"),
        ("S:", "O:", "A:", "P:"),
        ("SUBJECTIVE", "OBJECTIVE", "ASSESSMENT", "PLAN"),
        ("Subjective", "Objective", "Assessment", "Plan"),
        ("# Subjective", "# Objective", "# Assessment", "# Plan"),
        ("## Subjective", "## Objective", "## Assessment", "## Plan"),
        ("**Subjective**", "**Objective**", "**Assessment**", "**Plan**"),
        ("SUBJECTIVE:", "OBJECTIVE:", "ASSESSMENT:", "PLAN:"),
        ("=== SUBJECTIVE ===", "=== OBJECTIVE ===", "=== ASSESSMENT ===", "=== PLAN ==="),
        ("[Subjective]", "[Objective]", "[Assessment]", "[Plan]"),
    ],
    ids=lambda markers: markers[0],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["close", "apart"])
def test_markers_alone_on_their_line(markers, gap):
    parts = ["Cough for three days\nNo fever", "Lungs clear", "Bronchitis", "Fluids\nRest"]
    text = gap.join(f"{marker}{gap}{part}" for marker, part in zip(markers, parts, strict=True))
    assert sections(text) == dict(zip(FOUR, parts, strict=True))


@pytest.mark.parametrize(
    "marker",
    [
        "A/P:",
        "A&P:",
        "A & P:",
        "A+P:",
        "a/p:",
        "A/P -",
        "AP:",
        "Assessment/Plan:",
        "Assessment & Plan:",
        "Assessment and Plan:",
        "ASSESSMENT AND PLAN:",
        "**Assessment and Plan**:",
        "Impression/Plan:",
    ],
)
def test_a_combined_section_is_both(marker):
    found = sections(f"S: Cough\nO: Clear\n{marker} Bronchitis. Fluids.\nRest.")
    assert found["assessment"] == found["plan"] == "Bronchitis. Fluids.\nRest."
    assert found["objective"] == "Clear"


def test_what_stands_before_the_first_marker_and_after_a_signature_is_in_no_section():
    text = (
        "SOAP Note – Encounter Date: 2024-05-10\nPatient: 0815\nS: Cough\nO: Clear\nA: Cold\nP: Rest\n"
        "Signed:\nDr. A. Lee, MD\nGP"
    )
    assert sections(text) == {"subjective": "Cough", "objective": "Clear", "assessment": "Cold", "plan": "Rest"}


def test_a_prescription_stays_with_the_plan():
    text = (
        "S: x y\nO: z\nA: Hyperlipidemia\nP: Start statin\nPrescription Note:\n\n"
        "Atorvastatin 20 mg tab\nSigned by: Dr. Reynolds"
    )
    assert sections(text)["plan"] == "Start statin\nPrescription Note:\n\nAtorvastatin 20 mg tab"


@pytest.mark.parametrize(
    "parting",
    [
        "Signed:\nDr. Lee",
        "Electronically signed by Dr. Lee on 2024-01-01",
        "Yours sincerely,\nDr. Lee",
        "Dictated by: Dr. Lee",
        "Kind regards\nDr. Lee",
        "Provider: Dr. Lee, MD",
    ],
)
def test_partings_end_the_last_section(parting):
    assert sections(f"S: Cough\nO: Clear\nA: Cold\nP: Rest\n\n{parting}")["plan"] == "Rest"


@pytest.mark.parametrize(
    "line",
    [
        "P: 72",
        "P: 72 bpm",
        "P: 72 R: 16 T: 98.6",
        "P: 88, regular",
        "S: 98%",
        "A: 5",
        "O: 98%",
        "A&O x3",
        "O2 sat 98%",
        "P 72",
    ],
)
def test_vital_signs_are_no_markers(line):
    text = f"S: Cough\nO: Looks well\n{line}\nLungs clear\nA: Cold\nP: Rest"
    assert sections(text)["objective"] == f"Looks well\n{line}\nLungs clear"


@pytest.mark.parametrize(
    "line",
    [
        "She said O: that hurts",
        "we chose plan: B yesterday",
        "the assessment: still open",
        "Seen with S. aureus in culture",
        "Grade A: fine",
    ],
)
def test_markers_inside_a_line_are_none(line):
    assert sections(f"S: Cough\n{line}\nO: Clear\nA: Cold\nP: Rest")["subjective"] == f"Cough\n{line}"


def test_an_emergency_abcde_is_not_an_assessment():
    text = "S: Collapse\nO:\nA: patent\nB: RR 18, clear\nC: BP 120/80\nD: GCS 15\nE: nothing\nA: Syncope\nP: Observe"
    found = sections(text)
    assert found["objective"] == "A: patent\nB: RR 18, clear\nC: BP 120/80\nD: GCS 15\nE: nothing"
    assert found["assessment"] == "Syncope"


def test_another_order_and_missing_parts():
    found = sections("Assessment: Cold\nPlan: Rest\nSubjective: Cough\nObjective: Clear")
    assert found == {"subjective": "Cough", "objective": "Clear", "assessment": "Cold", "plan": "Rest"}
    assert sections("S: Cough\nP: Rest") == {
        "subjective": "Cough",
        "objective": None,
        "assessment": None,
        "plan": "Rest",
    }


def test_a_part_in_two_places_is_joined_with_its_headings():
    assert sections("S: Cough\nO: Clear\nA: Cold\nP: Rest\nS: Also tired\nP: Sleep")["plan"] == "P: Rest\n\nP: Sleep"


def test_other_headings_stay_inside_the_part_they_stand_in():
    text = (
        "S: Cough\nPMH: Asthma\nAllergies: none\nO:\nVitals: BP 120/80\nLabs: WBC 7\nA: Cold\nP: Rest\n"
        "Follow-up: one week"
    )
    found = sections(text)
    assert found["subjective"] == "Cough\nPMH: Asthma\nAllergies: none"
    assert found["objective"] == "Vitals: BP 120/80\nLabs: WBC 7"
    assert found["plan"] == "Rest\nFollow-up: one week"


def test_a_heading_begins_the_part_that_has_no_marker():
    found = sections("Subjective: Cough\nPhysical Exam: Lungs clear\nAssessment: Cold\nPlan: Rest")
    assert found["objective"] == "Lungs clear" or found["objective"] == "Physical Exam: Lungs clear"
    assert found["subjective"] == "Cough"


def test_a_soap_note_that_lost_its_line_breaks():
    found = sections("S: Cough for a week. O: Lungs clear. A: Bronchitis. P: Fluids, rest.")
    assert found == {
        "subjective": "Cough for a week.",
        "objective": "Lungs clear.",
        "assessment": "Bronchitis.",
        "plan": "Fluids, rest.",
    }


HEADINGS = {
    "subjective": [
        "CHIEF COMPLAINT",
        "HPI",
        "HISTORY OF PRESENT ILLNESS",
        "ROS",
        "REVIEW OF SYSTEMS",
        "PAST MEDICAL HISTORY",
        "SOCIAL HISTORY",
        "FAMILY HISTORY",
        "MEDICATIONS",
        "ALLERGIES",
        "PC",
        "HPC",
        "PMH",
        "DH",
        "SH",
        "FH",
        "Presenting complaint",
        "Past Surgical History",
    ],
    "objective": [
        "VITALS",
        "PHYSICAL EXAM",
        "PHYSICAL EXAMINATION",
        "EXAM",
        "RESULTS",
        "LABS",
        "IMAGING",
        "O/E",
        "Ix",
        "Vital signs",
        "On examination",
    ],
    "assessment": ["IMPRESSION", "DIAGNOSIS", "Imp", "Discharge Diagnoses", "HOSPITAL COURSE"],
    "plan": ["PLAN", "INSTRUCTIONS", "FOLLOW-UP", "DISPOSITION", "DISCHARGE MEDICATIONS", "Discharge Instructions"],
}


@pytest.mark.parametrize(("part", "heading"), [(part, name) for part, names in HEADINGS.items() for name in names])
@pytest.mark.parametrize("form", ["{}:\n{}", "{}: {}", "{}\n\n{}"], ids=["colon", "same line", "alone"])
def test_other_headings_map_onto_the_four(part, heading, form):
    other = "HPI" if part != "subjective" else "Plan"
    text = f"{other}:\nSomething else\n\n{form.format(heading, 'The text of it')}"
    assert "The text of it" in sections(text)[part]


def test_headings_are_kept_where_a_part_has_several():
    found = sections("CHIEF COMPLAINT\n\nCough.\n\nHPI\n\nFor a week.\n\nEXAM\n\nClear.")
    assert found == {
        "subjective": "CHIEF COMPLAINT\n\nCough.\n\nHPI\n\nFor a week.",
        "objective": "Clear.",
        "assessment": None,
        "plan": None,
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n ",
        "Patient seen today and doing well.",
        "Dear Dr Jones,\n\nThank you.\n\nYours",
        "S",
        "BP: 120/80",
        "S. aureus grew",
    ],
)
def test_text_without_markers_has_no_sections(text):
    assert sections(text) is None


def test_every_section_is_a_piece_of_the_text():
    text = "S:  Cough  \n\nO:\n\n BP 120/80 \n\nA: Cold\nP: Rest"
    assert all(part in text and part == part.strip() for part in sections(text).values())


EXPECTED = {
    "soap_01.txt": (
        "Pt presents today",
        "ETOH socially.",
        "Vitals:",
        "Lipid panel",
        "Adult annual",
        "initiated",
        "Advised pt",
        "this visit.",
    ),
    "soap_02.txt": (
        "Pt returns",
        "or PND.",
        "Vitals today:",
        "CMP results.",
        "Hyperlipidemia",
        "symptoms",
        "Initiate",
        "Refills: 3",
    ),
    "soap_03.txt": (
        "Pt in today",
        "to vaccines.",
        "Vitals stable",
        "acute symptoms.",
        "Influenza",
        "well pt",
        "Admin flu",
        "today.",
    ),
    "soap_04.txt": (
        "Pt Arjun",
        "No hx asthma.",
        "Vitals: BP",
        "noted today.",
        "Allergic rhinitis",
        "conjunctivitis",
        "Start flut",
        "available OTC).",
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_example_notes_are_split_exactly(shared_data, name):
    text = (shared_data / "soap" / name).read_text(encoding="utf-8").replace("\r\n", "\n")
    found = sections(text)
    ends = EXPECTED[name]
    for number, part in enumerate(FOUR):
        assert found[part].startswith(ends[2 * number])
        assert found[part].endswith(ends[2 * number + 1])
        assert found[part] in text
    between = text
    for part in FOUR:
        between = between.replace(found[part], "", 1)
    left = [line.strip() for line in between.splitlines() if line.strip()]
    assert [line for line in left if not line.startswith(("SOAP Note", "Patient:", "Dr. "))] == [
        "S:",
        "O:",
        "A:",
        "P:",
        "Signed:",
        left[-1],
    ]
