from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import NAMESPACE_OID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinical import understand
from features.summaries.extractive import summarise
from features.summaries.shape import Chart, ChartNote, Draft, Options, Profile
from features.summaries.wording import is_plain, key_of, plain

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PROFILE = Profile(uuid5(NAMESPACE_OID, "patient"), 1, "Jane Doe", date(1960, 1, 1), "female", conditions=("Asthma",))


understood = cache(understand)  # hundreds of notes here say the same


def note(text: str, day: date | None = None, **values: object) -> ChartNote:
    told = understood(text)
    at = datetime.combine(day or date(2026, 3, 1), datetime.min.time(), UTC) + timedelta(hours=9)
    given = {"confidence": 1.0, "sections": told.sections, "facts": told.stored(), **values}
    return ChartNote(uuid5(NAMESPACE_OID, f"{day}{text}"), 1, at, told.type, None, text, **given)  # type: ignore[arg-type]


def chart(*notes: ChartNote) -> Chart:
    return Chart(PROFILE, sorted(notes, key=lambda one: one.taken_at, reverse=True))


def told(draft: Draft, *titles: str) -> list[str]:
    return [one.text for part in draft.sections if not titles or part.title in titles for one in part.statements]


def of(*notes: ChartNote, **options: object) -> Draft:
    return summarise(chart(*notes), Options(**options), now=NOW)  # type: ignore[arg-type]


def visit(subjective: str, assessment: str, plan: str, objective: str = "BP 120/80 mmHg") -> str:
    return f"S: {subjective}\nO: {objective}\nA: {assessment}\nP: {plan}"


JANUARY, FEBRUARY, MARCH = date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 10)


def test_a_later_stop_wins() -> None:
    draft = of(
        note(visit("Well.", "Hypertension", "Start amlodipine 5 mg PO daily."), JANUARY),
        note(visit("Ankle swelling.", "Hypertension", "Stop amlodipine due to ankle swelling."), FEBRUARY),
    )

    lines = told(draft, "Medications")

    assert lines == ["Stopped: amlodipine (10 Feb 2026: ankle swelling)"]
    assert "Medications: amlodipine" not in draft.summary


def test_a_drug_started_again_is_current() -> None:
    draft = of(
        note(visit("Well.", "Gout", "Start allopurinol 100 mg PO daily."), JANUARY),
        note(visit("Well.", "Gout", "Stop allopurinol."), FEBRUARY),
        note(visit("Flare.", "Gout", "Start allopurinol 200 mg PO daily."), MARCH),
    )

    assert told(draft, "Medications") == ["Allopurinol 200 mg PO once daily – started 10 Mar 2026"]


def test_a_later_dose_wins_and_says_what_it_was() -> None:
    draft = of(
        note(visit("Well.", "Hypertension", "Start lisinopril 10 mg PO daily."), JANUARY),
        note(visit("Well.", "Hypertension", "Increase lisinopril to 20 mg daily."), FEBRUARY),
    )

    (line,) = told(draft, "Medications")

    assert line.startswith("Lisinopril 20 mg")
    assert "increased 10 Feb 2026, was 10 mg" in line


def test_a_brand_and_its_generic_name_are_one_drug() -> None:
    draft = of(
        note(visit("Well.", "Heart failure", "Start furosemide 40 mg PO daily."), JANUARY),
        note(visit("Well.", "Heart failure", "Stop Lasix."), FEBRUARY),
    )

    assert [line for line in told(draft, "Medications") if not line.startswith("Stopped")] == []


@pytest.mark.parametrize(
    ("subjective", "never"),
    [
        ("Cough. Denies chest pain.", "chest pain"),
        ("No history of asthma.", "asthma"),
        ("Father had a heart attack.", "myocardial"),
    ],
    ids=["denied", "no-history", "relative"],
)
def test_what_is_denied_or_a_relative_s_is_no_problem(subjective: str, never: str) -> None:
    draft = of(note(visit(subjective, "Acute bronchitis", "Rest.")))

    assert not [line for line in told(draft, "Problems", "Alerts") if never in line.lower()]


def test_what_is_excluded_later_is_possible_no_longer() -> None:
    draft = of(
        note(visit("Breathless.", "Possible pulmonary embolism", "CT today."), JANUARY),
        note(visit("Better.", "Pulmonary embolism was ruled out.", "Rest."), FEBRUARY),
    )

    assert not [line for line in told(draft, "Problems", "Alerts") if "embol" in line.lower()]


def test_a_possibility_is_told_as_one() -> None:
    draft = of(note(visit("Tired.", "Possible hypothyroidism", "Check TSH.")))

    assert "possible" in next(line for line in told(draft, "Problems") if "hypothyroidism" in line.lower()).lower()


def test_relatives_conditions_stand_apart() -> None:
    draft = of(note(visit("Family history of hyperlipidemia (father).", "Well adult", "Diet.")))

    assert [line for line in told(draft, "Family history") if "hyperlipidemia" in line]
    assert not [line for line in told(draft, "Problems") if "hyperlipidemia" in line.lower()]


def test_allergies_come_first_and_keep_their_reaction() -> None:
    draft = of(
        note("Allergies: penicillin (rash)\nHISTORY OF PRESENT ILLNESS\nCough.", JANUARY),
        note(visit("Cough.", "Bronchitis", "Rest."), FEBRUARY),
    )

    assert draft.sections[0].title == "Allergies"
    assert told(draft, "Allergies") == ["Allergy: penicillin (rash)"]


def test_no_known_allergies_are_told_with_their_note() -> None:
    draft = of(note(visit("NKDA. Cough.", "Bronchitis", "Rest.")))

    (line,) = [one for part in draft.sections if part.title == "Allergies" for one in part.statements]
    assert line.text == "No known drug allergies (1 Mar 2026)"
    assert "NKDA" in line.citations[0].quote


def test_vitals_come_with_their_day_and_trend() -> None:
    draft = of(
        note(visit("Well.", "Hypertension", "Rest.", "BP 150/90 mmHg, HR 104 bpm, RR 16/min"), JANUARY),
        note(visit("Well.", "Hypertension", "Rest.", "BP 134/84 mmHg"), FEBRUARY),
    )

    lines = told(draft, "Latest vitals and results")

    assert "BP 134/84 mmHg, was 150/90 on 10 Jan 2026 (10 Feb 2026)" in lines
    assert "HR 104 bpm (10 Jan 2026)" in lines
    assert lines[-1] == "Earlier: RR 16 breaths/min (10 Jan 2026)"


@pytest.mark.parametrize("length", ["brief", "standard", "detailed"])
@pytest.mark.parametrize("audience", ["clinician", "family"])
def test_anaphylaxis_in_the_newest_of_400_notes_comes_first(length: str, audience: str) -> None:
    old = [
        note(visit("Cough.", "Acute bronchitis", "Rest."), date(2024, 1, 1) + timedelta(days=day)) for day in range(399)
    ]
    newest = note(visit("Collapsed.", "Anaphylaxis after ceftriaxone.", "IM adrenaline given."), date(2026, 5, 1))

    draft = of(newest, *old, audience=audience, length=length)

    first = draft.sections[0].statements[0]
    assert draft.sections[0].title in {"Alerts", "Important now"}
    assert "anaphyla" in first.text.lower() or "severe allergic reaction" in first.text.lower()
    assert "Anaphylaxis after ceftriaxone" in first.citations[0].quote
    assert first.text.rpartition(" (")[0].lower() in draft.summary.lower()


@pytest.mark.parametrize(
    "words",
    [
        "Denies suicidal ideation.",
        "Discussed the risks of surgery including stroke and death.",
        "Family history of stroke.",
        "It felt like a heart attack.",
        "PE was ruled out.",
        "Return if signs of sepsis.",
    ],
)
def test_what_is_not_so_is_no_alert(words: str) -> None:
    assert "Alerts" not in [part.title for part in of(note(visit(f"Cough. {words}", "Bronchitis", "Rest."))).sections]


@pytest.mark.parametrize(
    ("words", "alert"),
    [
        ("cardiac arrest", "cardiac arrest"),
        ("overdose", "overdose"),
        ("suicidal intent", "suicidal intent"),
        ("sepsis", "sepsis"),
        ("stroke", "stroke"),
        ("NSTEMI", "myocardial infarction"),
    ],
)
def test_grave_findings_are_alerts(words: str, alert: str) -> None:
    draft = of(note(visit("Brought in by ambulance.", f"Admitted with {words}.", "Monitor.")), length="brief")

    assert alert in told(draft, "Alerts")[0].lower()


RICH = (
    "S: Pt c/o SOB x3 days. PMH of T2DM. NKDA. Father had MI. Denies CP.\n"
    "O: BP 150/95 mmHg, HR 96 bpm, RR 20, Temp 37.2 C, SpO2 94%. CXR shows mild pulmonary oedema.\n"
    "A: HTN, uncontrolled. CHF exacerbation. Possible CAD.\n"
    "P: Start furosemide 40 mg PO BID. Continue metformin 1000 mg PO BID. Order echo. F/U with cardiology in 2 weeks. "
    "RTC PRN."
)


def test_relatives_read_no_abbreviations() -> None:
    draft = of(note(RICH), audience="family", length="detailed")

    text = " ".join([draft.summary, *told(draft), *(part.title for part in draft.sections)])
    for jargon in ("HTN", "CHF", "SOB", "PO", "BID", "NKDA", "T2DM", "RTC", "PRN", "CXR", "F/U", "CP", "BP", "mmHg"):
        assert f" {jargon}" not in f" {text}", jargon
    assert "high blood pressure" in text.lower()
    assert "by mouth" in text
    assert "No known drug allergies" in text


def test_clinicians_and_relatives_are_shown_the_same_quotes() -> None:
    dense, plainer = of(note(RICH)), of(note(RICH), audience="family")

    quotes = {one.quote for part in dense.sections for line in part.statements for one in line.citations}
    assert any("hypertension" in line.lower() for line in told(dense))
    assert all(one.quote in RICH for part in plainer.sections for line in part.statements for one in line.citations)
    assert "P: Start furosemide 40 mg PO BID." in quotes


NINE_DRUGS = (
    "amlodipine",
    "lisinopril",
    "metformin",
    "atorvastatin",
    "sertraline",
    "omeprazole",
    "aspirin",
    "gabapentin",
    "warfarin",
)


@pytest.mark.parametrize("audience", ["clinician", "family"])
def test_brief_fits_on_a_screen(audience: str) -> None:
    plan = " ".join(f"Start {drug} 10 mg PO daily." for drug in NINE_DRUGS)
    problems = "Hypertension\nType 2 diabetes\nDepression\nHyperlipidemia\nGout\nAsthma\nCOPD"

    draft = of(
        note(visit("Anaphylaxis today. " + "Cough and tiredness. " * 20, problems, plan)),
        audience=audience,
        length="brief",
    )

    assert len(draft.summary) <= 600
    assert 1 <= len(told(draft)) <= 8
    assert draft.summary


def test_standard_has_25_statements_at_most() -> None:
    notes = [
        note(f"{visit(f'Cough {day}.', 'Asthma', 'Rest.')} {RICH}", date(2025, 1, 1) + timedelta(days=day))
        for day in range(60)
    ]

    notes.append(note(visit("Well.", "Gout", " ".join(f"Start {drug} 10 mg daily." for drug in NINE_DRUGS)), MARCH))

    assert len(told(of(*notes))) == 25
    assert len(told(of(*notes, length="detailed"))) > 25


def test_the_running_text_says_nothing_that_is_no_statement() -> None:
    draft = of(note(RICH))

    everything = " ".join(told(draft)).lower()
    for sentence in draft.summary.rstrip(".").split(". "):
        for item in sentence.partition(": ")[2].replace("; ", ", ").replace(" and ", ", ").split(", "):
            name, _, day = item.lower().strip(". ").partition(" (")
            assert name in everything
            assert day.rstrip(")") in everything


def test_since_tells_only_what_came_after_but_all_allergies_and_medications() -> None:
    draft = of(
        note(visit("NKDA.", "Gout", "Start allopurinol 100 mg PO daily.", "BP 150/90 mmHg"), JANUARY),
        note(visit("Cough.", "Bronchitis", "Rest.", "HR 80 bpm"), MARCH),
        since=datetime(2026, 3, 1, tzinfo=UTC),
    )

    text = " ".join(told(draft))
    assert "allopurinol" in text.lower()
    assert "No known drug allergies" in text
    assert "150/90" not in text
    assert "Gout" not in text
    assert "Bronchitis" in text


def test_nothing_since_is_said() -> None:
    draft = of(note(visit("NKDA.", "Gout", "Rest."), JANUARY), since=datetime(2026, 5, 1, tzinfo=UTC))

    assert draft.summary.startswith("No notes since 1 May 2026.")


def test_without_notes_it_says_so() -> None:
    draft = of()

    assert draft.summary == "No notes are on record for this patient. On record: Asthma."
    assert draft.sections == ()
    assert set(draft.key_facts) == {"diagnoses", "medications", "allergies", "latest_vitals"}


def test_a_scan_that_was_hard_to_read_is_marked() -> None:
    draft = of(note(visit("Well.", "Hypertension", "Rest."), confidence=0.7))

    assert told(draft)
    assert all(line.endswith("(from a scan, check)") for line in told(draft))


def test_key_facts_name_their_notes() -> None:
    one = note(visit("Allergic to penicillin (rash).", "Hypertension", "Start lisinopril 10 mg PO daily."))

    facts = of(one).key_facts

    assert {fact["note_id"] for kind in facts.values() for fact in kind} == {one.id}
    assert [fact["name"] for fact in facts["medications"]] == ["lisinopril"]
    assert {fact["name"] for fact in facts["latest_vitals"]} == {"systolic_blood_pressure", "diastolic_blood_pressure"}
    assert [fact["substance"] for fact in facts["allergies"]] == ["penicillin"]


DRUGS = ("amlodipine", "lisinopril", "Lasix", "furosemide", "metformin", "Glucophage", "aspirin")
ORDERS = st.builds(
    "{} {} {}.".format,
    st.sampled_from(["Start", "Continue", "Stop", "Increase", "Consider", "Discontinue"]),
    st.sampled_from(DRUGS),
    st.sampled_from(["5 mg PO daily", "to 10 mg BID", "", "20 mg at bedtime"]),
)
FINDINGS = st.sampled_from(
    ["Hypertension", "Possible asthma", "Asthma was ruled out", "No pneumonia", "Gout, resolved", "Sepsis"]
)
VISITS = st.builds(
    lambda orders, findings, noise: visit(
        f"Pt c/o cough. {noise}", "\n".join(findings) or "Well", " ".join(orders) or "Rest."
    ),
    st.lists(ORDERS, max_size=4),
    st.lists(FINDINGS, max_size=3),
    st.text(max_size=40),
)
CHARTS = st.lists(st.tuples(VISITS, st.dates(date(2024, 1, 1), date(2026, 5, 1))), max_size=6)


@settings(max_examples=60, deadline=None)
@given(CHARTS, st.sampled_from(["clinician", "family"]), st.sampled_from(["brief", "standard", "detailed"]))
def test_quotes_are_verbatim_and_drugs_are_not_both_taken_and_stopped(visits, audience, length) -> None:
    notes = [note(text, day) for text, day in visits]
    contents = {one.id: one.content for one in notes}
    draft = of(*notes, audience=audience, length=length)

    for part in draft.sections:
        assert part.statements
        for line in part.statements:
            assert line.citations
            for citation in line.citations:
                assert citation.quote in contents[citation.note_id]
                assert 0 < len(citation.quote) <= 300
    taken = {
        str(fact.get("ingredient") or fact["name"])
        for fact in draft.key_facts["medications"]
        if fact["status"] != "stopped"
    }
    gone = {
        str(fact.get("ingredient") or fact["name"])
        for fact in draft.key_facts["medications"]
        if fact["status"] == "stopped"
    }
    assert not taken & gone
    assert draft == of(*notes, audience=audience, length=length)
    assert draft == of(*reversed(notes), audience=audience, length=length)
    if length == "brief":
        assert len(draft.summary) <= 600
        assert len(told(draft)) <= 8


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_of_any_text_only_what_stands_there_is_told(text: str) -> None:
    for draft in (of(note(text), length="detailed"), of(note(text), audience="family")):
        lines = [line for part in draft.sections for line in part.statements]
        assert all(line.citations for line in lines)
        assert all(each.quote in text for line in lines for each in line.citations)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("HTN", "High blood pressure"),
        ("Take 5 mg PO BID", "Take 5 mg by mouth twice a day"),
        ("NKDA", "No known drug allergies"),
        ("Mild dyspnoea at night", "Mild breathlessness at night"),
        ("An EKG was done", "A heart tracing was done"),
        ("The knee is fine", "The knee is fine"),
        ("Wears a knee cap", "Wears a knee cap"),
    ],
)
def test_the_glossary_puts_it_plainly(written: str, read: str) -> None:
    assert plain(written) == read
    assert is_plain(read)


@pytest.mark.parametrize("text", ["takes 5 mg bid", "XYZ was done", "h/o gout"])
def test_what_is_left_of_jargon_is_noticed(text: str) -> None:
    assert not is_plain(text)


def test_conditions_are_known_by_every_spelling() -> None:
    assert key_of("HTN") == key_of("essential hypertension") == key_of("High blood pressure")
    assert key_of("T2DM") == key_of("diabetes type 2")
    assert key_of("left knee pain") != key_of("right knee pain")
