"""What is told of the chart: at handover, and to relatives; read over the whole sample ward."""

import json
import re
from datetime import date, datetime, timedelta

import pytest

from clinical import understand
from features.summaries.extractive import summarise
from features.summaries.shape import Options
from tests.conftest import SHARED_DATA
from tests.features.summaries.readability import grade, syllables
from tests.features.summaries.test_extractive import NOW as SUMMARISED
from tests.features.summaries.test_extractive import chart, note, of, told
from tests.features.summaries.ward import MRNS, NOW, chart_of

CORNERS = [(audience, length) for audience in ("clinician", "family") for length in ("brief", "detailed")]
# The age of twelve.
HARDEST = 8.0
COURSES = SHARED_DATA.parent / "cases" / "courses.json"


def statements(draft):
    return [one for part in draft.sections for one in part.statements]


def whole(draft):
    return " ".join([draft.summary, *(one.text for one in statements(draft))])


@pytest.fixture(scope="module")
def ward():
    """`draft = ward("105", "family", "brief")`, each made once."""
    made = {}

    def draft(mrn, audience, length):
        key = mrn, audience, length
        if key not in made:
            made[key] = summarise(chart_of(mrn), Options(audience=audience, length=length), now=NOW)
        return made[key]

    return draft


@pytest.mark.parametrize(
    ("word", "number"),
    [("blood", 1), ("noted", 2), ("pressure", 2), ("medicine", 3), ("November", 3), ("apixaban", 4), ("table", 2)],
)
def test_syllables_are_counted(word, number):
    assert syllables(word) == number


@pytest.mark.parametrize("length", ["brief", "standard", "detailed"])
def test_relatives_of_twelve_years_can_read_it(ward, length):
    grades = {mrn: grade(whole(ward(mrn, "family", length))) for mrn in MRNS}
    assert {mrn: round(found, 1) for mrn, found in grades.items() if found > HARDEST} == {}
    assert sum(grades.values()) / len(grades) < 6.5


@pytest.mark.parametrize("mrn", MRNS)
def test_relatives_read_whole_sentences_and_whom_to_ask(ward, mrn):
    for length in ("brief", "detailed"):
        draft = ward(mrn, "family", length)
        assert draft.summary.endswith("ask the care team.")
        for statement in statements(draft):
            assert re.fullmatch(r"[A-Z“].*[.]", statement.text), statement.text


@pytest.mark.parametrize("mrn", MRNS)
def test_no_dose_is_told_to_relatives_without_what_it_is_for(ward, mrn):
    for statement in statements(ward(mrn, "family", "detailed")):
        if re.search(r"\d (?:mg|mcg|micrograms|g|units|ml|puffs)\b", statement.text) and "(noted on" in statement.text:
            after = statement.text.partition("(noted on")[0].split()[-3:]
            assert after, statement.text
            assert "is one of the medicines" not in statement.text or "Ask the team what it is for" in statement.text


@pytest.mark.parametrize(("audience", "length"), CORNERS)
@pytest.mark.parametrize("mrn", MRNS)
def test_every_statement_quotes_its_notes_word_for_word(ward, mrn, audience, length):
    contents = {one.id: one.content for one in chart_of(mrn).notes}
    for statement in statements(ward(mrn, audience, length)):
        assert statement.citations
        assert all(cited.quote in contents[cited.note_id] for cited in statement.citations)


@pytest.mark.parametrize("mrn", MRNS)
def test_each_dose_stands_in_a_quote_of_its_statement(ward, mrn):
    """Numbers of medicines are cited where they are from, though that be an older note."""
    for part in ward(mrn, "clinician", "detailed").sections:
        if part.title != "Medications":
            continue
        for statement in part.statements:
            dose = re.match(r"[^–(]*?(\d+(?:\.\d+)?) (?:mg|g|mcg|micrograms|units)\b", statement.text)
            if dose:
                quotes = " ".join(cited.quote for cited in statement.citations).replace(",", "")
                number = float(dose[1])
                forms = {dose[1], f"{number * 1000:g}", f"{number / 1000:g}"}
                assert any(re.search(rf"(?<![\d.]){re.escape(form)}(?![\d])", quotes) for form in forms), statement


@pytest.mark.parametrize("length", ["brief", "standard", "detailed"])
@pytest.mark.parametrize("audience", ["clinician", "family"])
def test_a_decision_on_resuscitation_is_an_alert(audience, length):
    draft = of(
        note("Ward round.\nA: Pneumonia.\nP: DNACPR in place, ReSPECT form completed. Not for ITU."),
        audience=audience,
        length=length,
    )
    alerts = " ".join(told(draft, "Alerts", "Important now")).lower()
    expected = "not for resuscitation (dnacpr)" if audience == "clinician" else "will not try to start it again"
    assert expected in alerts
    assert expected in draft.summary.lower()


def test_an_undecided_question_of_resuscitation_is_none():
    draft = of(note("Ward round.\nA: Pneumonia.\nP: DNACPR to be discussed with the family."))
    assert "resuscitation" not in whole(draft).lower()


def test_problems_are_told_with_what_is_done_for_them():
    draft = of(note("A: Atrial fibrillation. Type 2 diabetes.\nP: Start apixaban 5 mg BD. Start metformin 500 mg BD."))
    assert "apixaban" in next(line for line in told(draft, "Problems") if line.startswith("Atrial fibrillation"))
    assert "metformin" in next(line for line in told(draft, "Problems") if line.startswith("Type 2 diabetes"))


def test_why_the_patient_was_seen_comes_first():
    draft = of(note("EMERGENCY DEPARTMENT\nPresenting complaint: breathless, swollen legs.\nA: Heart failure."))
    assert draft.summary.startswith("66-year-old woman, seen 1 Mar 2026: ")
    assert "breathless, swollen legs" in draft.summary.partition(". ")[0]


def test_changes_are_told_once_and_not_when_they_are_told_again():
    first = note("A: Gout.\nP: Stop allopurinol because of a rash.")
    again = note("Allopurinol was stopped. Well.\nA: Gout.\nP: Start colchicine 500 micrograms BD.", NOW.date())
    lines = told(summarise(chart(first, again), Options(length="detailed"), now=NOW), "Course of events")
    assert sum("Stopped: allopurinol" in line for line in lines) == 1
    assert any("Started: colchicine" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "expected", "absent"),
    [
        ("P: Review in two weeks.", "review in two weeks", None),
        ("Pt in today for scheduled flu shot.\nA: Well.\nP: RTC in 4 weeks.", "rtc in 4 weeks", "pt in today"),
        ("A: Cough.\nP: CT chest if no better.", "ct chest", None),
    ],
)
def test_what_is_ahead_is_told_and_why_they_came_is_not(text, expected, absent):
    draft = summarise(chart(note(text)), Options(), now=NOW.replace(month=3, day=2))
    plan = " ".join(told(draft, "Plan and follow-up")).lower()
    assert expected in plan
    assert absent is None or absent not in plan


def courses():
    if not COURSES.is_file():
        return []
    return json.loads(COURSES.read_text(encoding="utf-8"))


MUST_SAY = {
    "AF": [r"anticoagulant: apixaban 2\.5 mg twice daily, restarted 15 jul 2026, was stopped 3 may 2026"],
    "COPD": [r"ruled out: lung cancer", r"granuloma", r"amoxicillin[^.]*if|if[^.]*fever[^.]*amoxicillin"],
}


@pytest.mark.parametrize("course", courses(), ids=lambda course: course["name"])
def test_a_course_is_told_with_what_must_be_said(course):
    expect = course["expect"]
    notes = [_noted(each) for each in course["notes"]]
    as_of = max(each.taken_at for each in notes) + timedelta(hours=1)
    text = whole(summarise(chart(*notes), Options(length="detailed"), now=as_of)).lower()
    for pattern in MUST_SAY.get(course["name"], []):
        assert re.search(pattern, text), (pattern, text)
    assert bool(expect.get("must_say")) is (course["name"] in MUST_SAY)
    for step in expect.get("next_steps") or []:
        assert all(word in text for word in re.findall(r"[a-z-]{4,}", step.lower().split(",")[0])), (step, text)
    for value in (expect.get("latest") or {}).values():
        assert re.search(rf"(?<![\d.]){value:g}(?![\d.])", text), value


def _noted(each):
    made = note(each["content"])
    return type(made)(
        made.id, 1, datetime.fromisoformat(each["taken_at"]), made.type, None, made.content,
        made.sections, understand(made.content).stored(),
    )  # fmt: skip


_DATE = re.compile(r"\d{1,2} [A-Z][a-z]{2,8} \d{4}|\b[A-Z][a-z]{2,8} \d{4}|\b(?:19|20)\d\d\b")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
_AS_TEXT = dict(enumerate("zero one two three four five six seven eight nine ten eleven twelve".split()))  # noqa: SIM905


@pytest.mark.parametrize("audience", ["clinician", "family"])
@pytest.mark.parametrize("mrn", MRNS)
def test_no_number_is_told_that_no_quote_has(ward, mrn, audience):
    """Doses and values of a statement stand in its quotes, though maybe in another unit or as a word."""
    for statement in statements(ward(mrn, audience, "detailed")):
        quotes = " ".join(cited.quote for cited in statement.citations).lower().replace(",", "")
        for number in _NUMBER.findall(_DATE.sub("", statement.text)):
            value = float(number)
            forms = {number, *(f"{value * factor:g}" for factor in (1, 1000, 0.001))}
            words = {_AS_TEXT.get(int(value), number)} if value.is_integer() else set()
            in_fahrenheit = "°" in statement.text and "f" in quotes
            assert in_fahrenheit or any(form in quotes for form in forms | words), (statement.text, quotes)


@pytest.mark.parametrize("mrn", MRNS)
def test_each_day_is_that_of_a_note_or_stands_in_one(ward, mrn):
    texts = " ".join(one.content for one in chart_of(mrn).notes)
    taken = {f"{one.taken_at.day} {one.taken_at:%b} {one.taken_at.year}" for one in chart_of(mrn).notes}
    for statement in statements(ward(mrn, "clinician", "detailed")):
        for day in re.findall(r"\d{1,2} [A-Z][a-z]{2} \d{4}", statement.text):
            number, month, _ = day.split()
            written = datetime.strptime(day, "%d %b %Y")  # noqa: DTZ007 - a day
            ends = re.search(r"until|course over|due", statement.text, re.IGNORECASE)
            forms = (f"{number} {written:%B}", f"{written:%d/%m/%Y}", f"{number} {month}")
            assert day in taken or ends or any(form in texts for form in forms), statement.text


def test_what_is_excluded_is_not_something_wider():
    """Who has no flare-up of a lung disease may well have the lung disease."""
    draft = of(
        note("A: COPD. Possible COPD exacerbation.", NOW.date() - timedelta(days=300)),
        note("A: COPD. COPD exacerbation was ruled out.", NOW.date() - timedelta(days=290)),
        audience="family",
        length="detailed",
    )
    assert "did not find" not in " ".join(line for line in told(draft) if "COPD" in line)
    assert any("has lasting lung disease" in line for line in told(draft))


def test_nobody_has_a_heart_attack():
    text = whole(of(note("A: NSTEMI. Hypertension."), audience="family"))
    assert "has a heart attack" not in text
    assert "had a heart attack" in text


def _days(*told):
    """Notes by how many days before the summary they were taken."""
    return [note(text, SUMMARISED.date() - timedelta(days=days)) for days, text in told]


def test_no_dose_is_told_without_how_often():
    """A weekly dose that is read as a daily one may kill."""
    for audience, words in (("clinician", "methotrexate 15 mg once weekly"), ("family", "15 mg once a week")):
        draft = of(note("Plan: Start methotrexate 15 mg once weekly. Start ramipril 5 mg OD."), audience=audience,
                   length="brief")  # fmt: skip
        assert words in whole(draft).lower()
        assert not re.search(r"methotrexate 15 mg(?! once)", whole(draft).lower())


def test_what_was_withheld_was_not_stopped_and_is_begun_again():
    notes = _days((30, "Medication: lisinopril 10 mg OD."), (20, "A: AKI.\nP: Hold lisinopril."),
                  (10, "A: AKI, recovering.\nP: Restart lisinopril 5 mg OD."))  # fmt: skip
    lines = " ".join(told(of(*notes, length="detailed"), "Course of events"))
    assert "Held: lisinopril" in lines
    assert "Restarted: lisinopril 5 mg" in lines
    assert "Stopped: lisinopril" not in lines


def test_what_was_known_is_neither_new_nor_of_the_day_it_was_told():
    notes = _days((9, "PMH: epilepsy.\nA: Cellulitis of the left leg.\nP: Rest."))
    draft = of(*notes, length="detailed")
    assert any(line.startswith("Epilepsy (known before ") for line in told(draft, "Problems"))
    course = " ".join(told(draft, "Course of events"))
    assert "cellulitis" in course.lower()
    assert "epilepsy" not in course.lower()


def test_how_an_illness_goes_is_told_with_it():
    draft = of(*_days((5, "Discharge summary\nDiagnoses: hypertension; acute kidney injury, recovering.")))
    assert any(line.lower().startswith("acute kidney injury, recovering") for line in told(draft, "Problems"))


def test_a_value_is_compared_with_the_one_right_before():
    notes = _days((30, "O: SpO2 91%. Pain 3/10."), (20, "O: SpO2 96%."),
                  (3, "O: SpO2 96%. Back pain 6/10, at the knee pain 2/10."))  # fmt: skip
    lines = told(of(*notes, length="detailed"), "Latest vitals and results")
    assert any(line.startswith("SpO2 96%, as on ") for line in lines)
    assert not any("was 91" in line for line in lines)
    assert not any(line.startswith("Pain") and "was" in line for line in lines)


def test_a_ban_tells_its_class_all_its_reasons_and_its_end():
    text = "Avoid NSAIDs. A: Gastric ulcer and anaemia due to naproxen. Metformin is not to be restarted "
    text += "before dialysis ends."
    alerts = " ".join(told(of(note(text)), "Alerts"))
    assert "among them naproxen" in alerts
    assert "ulcer and anaemia" in alerts
    assert "metformin before dialysis ends" in alerts
    plain = whole(of(note(text), audience="family"))
    assert "link it to" not in plain


def test_relatives_read_of_blood_thinners_forms_and_doses():
    notes = _days((9, "P: Start rivaroxaban 15 mg OD. Start metformin MR 500 mg OD."),
                  (3, "P: Metformin MR increased from 500 mg to 1 g OD."))  # fmt: skip
    draft = of(*notes, audience="family", length="detailed")
    assert any("rivaroxaban, which thins the blood" in line for line in told(draft, "Important now"))
    medicines = " ".join(told(draft, "Medicines"))
    assert "Slow-release metformin" in medicines
    assert "it was 500 mg" in medicines


def test_a_brief_summary_tells_the_operation_what_changed_and_what_is_next():
    notes = _days((9, "Left hip hemiarthroplasty performed today.\nO: Haemoglobin 128 g/L."),
                  (3, "O: Haemoglobin 92 g/L.\nP: Fracture clinic in six weeks. Repeat FBC in one week."))  # fmt: skip
    draft = of(*notes, length="brief")
    assert any("hemiarthroplasty" in line for line in told(draft, "Operations"))
    assert any("Hb 92 g/L, was 128" in line for line in told(draft, "Latest vitals and results"))
    assert "Fracture clinic" in " ".join(told(draft, "Plan and follow-up"))


def test_a_brief_summary_tells_what_brought_the_patient_to_hospital():
    arrived = "EMERGENCY DEPARTMENT\nPresenting complaint: fall down the stairs.\nA: Rib fracture."
    clinic = "Foot clinic\nS: Well.\nA: Corns.\nP: Review in a year."
    for audience in ("clinician", "family"):
        draft = of(*_days((20, arrived), (2, clinic)), audience=audience, length="brief")
        assert any("fall down the stairs" in line for line in told(draft, "Course of events", "What happened"))
    assert not told(of(*_days((400, arrived), (2, clinic)), length="brief"), "Course of events")


def test_all_that_is_to_be_avoided_is_one_statement_in_brief():
    (line,) = told(of(note("Avoid codeine. Avoid gentamicin."), length="brief"), "Alerts")
    assert "codeine" in line
    assert "gentamicin" in line


def test_symptoms_and_what_an_examination_found_are_told_of_their_day():
    text = "S: Fatigue and leg cramps. No fever.\nO: BP 120/70. Crackles at the bases. Tender abdomen.\nA: Asthma."
    draft = of(note(text))
    assert any("Symptoms: fatigue and leg cramps" in line for line in told(draft, "Course of events"))
    (found,) = told(draft, "Findings")
    assert found.startswith("Crackles at the bases; Tender abdomen (")


@pytest.mark.parametrize("mrn", MRNS)
def test_relatives_are_told_whom_to_ask_in_the_last_statement(ward, mrn):
    for length in ("brief", "detailed"):
        last = ward(mrn, "family", length).sections[-1]
        assert last.title == "Whom to ask"
        assert last.statements[-1].text.endswith("ask the care team.")


def test_the_brief_one_tells_what_was_stopped_lately_and_what_a_dose_was(ward):
    (medicines,) = [part for part in ward("119", "clinician", "brief").sections if part.title == "Medications"]
    (statement,) = medicines.statements
    assert "bisoprolol 5 mg once daily [was 2.5 mg]" in statement.text
    assert "stopped: metformin (4 Nov 2026: kidney function)" in statement.text


def test_a_plan_of_long_ago_is_told_as_what_was_planned():
    draft = of(note("S: Well.\nO: BP 120/70.\nA: Asthma.\nP: Review in two weeks.", SUMMARISED - timedelta(days=200)))
    (line,) = told(draft, "Plan and follow-up")
    assert line.startswith("Review in two weeks (planned ")


@pytest.mark.parametrize("mrn", MRNS)
def test_relatives_read_no_ward_rounds_and_no_questions(ward, mrn):
    for statement in statements(ward(mrn, "family", "detailed")):
        assert not re.search(r"ward round|\?", statement.text), statement.text


@pytest.mark.parametrize(("audience", "length"), CORNERS)
def test_a_device_in_the_body_is_told_first_of_all_for_good(audience, length):
    draft = of(
        note("Discharge summary\nProcedure 3 May 2024: permanent pacemaker. Well.", date(2024, 5, 4)),
        note("S: Well.\nA: Normal pacemaker function.\nP: Review in a year.", date(2026, 5, 20)),
        audience=audience,
        length=length,
    )
    alerts = draft.sections[0]
    assert alerts.title in {"Alerts", "Important now"}
    (told_once,) = (one.text for one in alerts.statements if "pacemaker" in one.text)
    assert "3 May 2024" in told_once
    assert "pacemaker" in draft.summary


@pytest.mark.parametrize(("audience", "length"), CORNERS)
def test_until_when_one_thing_is_to_be_avoided_goes_for_no_other(audience, length):
    text = (
        "A: Stomach bleed on naproxen.\nP: Naproxen stopped because of bleeding. No naproxen again. "
        "Metformin is not to be restarted before the kidneys have recovered."
    )
    draft = of(note(text, date(2026, 5, 20)), audience=audience, length=length)
    banned = re.search(r"(?:[Aa]void|must not have) [^.;]*naproxen[^.;]*", draft.summary)
    assert banned
    assert "before" not in banned.group()
    assert "metformin before the kidneys have recovered" in draft.summary


def test_what_kind_was_excluded_is_told_to_relatives():
    text = "A: Raised ALT due to methotrexate. No evidence of viral hepatitis."
    draft = of(note(text, date(2026, 5, 20)), audience="family", length="detailed")
    assert "looked for inflamed liver" not in whole(draft)
    assert "strained liver" in whole(draft)


@pytest.mark.parametrize("length", ["brief", "detailed"])
def test_what_is_avoided_until_something_is_told_apart_from_what_is_for_ever(length):
    draft = of(note("Never give naproxen again. Spironolactone not to be restarted before renal function is stable."),
               audience="family", length=length)  # fmt: skip
    assert "must not have naproxen." in draft.summary
    assert "must not have spironolactone before kidney function is stable." in draft.summary


@pytest.mark.parametrize(("audience", "length"), CORNERS)
def test_until_when_is_told_though_the_newest_note_leaves_it_out(audience, length):
    listed = "Discharge summary\nDischarge medications:\nTicagrelor 90 mg BD (started, for twelve months)"
    draft = of(
        note(listed, date(2026, 1, 5)),
        note("S: Well.\nP: Continue ticagrelor 90 mg BD. Bisoprolol 2.5 mg OD.", date(2026, 5, 20)),
        audience=audience,
        length=length,
    )
    (text,) = (each for each in told(draft, "Medications", "Medicines") if "icagrelor" in each)
    assert re.search(r"for 12 months from \d+ Jan(?:uary)? 2026", text), text  # the last day is in no note


@pytest.mark.parametrize("length", ["brief", "detailed"])
def test_relatives_are_told_that_a_dose_was_raised(length):
    draft = of(
        note("S: Well.\nP: Bisoprolol 2.5 mg OD. Apixaban 5 mg BD.", date(2026, 1, 5)),
        note("S: Well.\nP: Bisoprolol increased from 2.5 mg to 3.75 mg OD. Apixaban 5 mg BD.", date(2026, 5, 20)),
        audience="family",
        length=length,
    )
    assert "The dose was raised on 20 May 2026. Before, it was 2.5 mg." in whole(draft)


@pytest.mark.parametrize("length", ["brief", "detailed"])
def test_who_is_admitted_from_the_emergency_department_has_come_once(length):
    draft = of(
        note("Emergency department\nPC: collapse.\nPlan: admit.", date(2026, 5, 1)),
        note("ADMISSION NOTE, CARDIOLOGY\nReason for admission: fainting.\nPlan: monitor.", date(2026, 5, 2)),
        note("Discharge summary\nWell.\nFollow-up: none.", date(2026, 5, 6)),
        audience="family",
        length=length,
    )
    assert whole(draft).count("came to hospital on") == 1
    assert "came to hospital on 1 May 2026" in whole(draft)


def test_what_is_to_be_done_there_is_not_told_as_done_here():
    text = "Pacing clinic\nS: Well.\nA: Well.\nP: Letter for his clinic in Ghent. Next check there in six months."
    draft = of(note(text, date(2026, 5, 20)), length="detailed")
    (plan,) = (one for one in told(draft, "Plan and follow-up") if "there" in one)
    assert "Ghent" in plan
    assert "pacing clinic" not in plan


def test_relatives_are_told_when_medicines_were_changed_at_a_visit_without_a_title():
    draft = of(
        note("Renal clinic\nS: Well.\nP: Amlodipine 5 mg OD.", date(2026, 3, 1)),
        note("S: Ankles swollen.\nP: Stop amlodipine. Start losartan 50 mg OD.", date(2026, 5, 20)),
        audience="family",
        length="detailed",
    )
    happened = told(draft, "What happened")
    assert happened[0] == "On 20 May 2026, losartan was started and amlodipine was stopped."
    assert "1 March 2026" in happened[-1]
