"""Which notes a model is shown."""

import csv
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.summaries.prompting import prompt
from features.summaries.selection import GAP, is_severe, select
from features.summaries.shape import Chart, Options
from features.summaries.tokens import fewest, tokens_in
from tests.features.summaries.charts import PROFILE, chart, note, prose

ANAPHYLAXIS = "Anaphylaxis to co-amoxiclav this morning, adrenaline given."


def data_of(selected):
    return prompt(selected.notes, Options(), str)[1]


def test_everything_that_fits_is_shown_the_earliest_first():
    selected = select(chart("Newest.", "Middle.", "Oldest."), tokens=4_000)
    assert [each.content for each in selected.notes] == ["Oldest.", "Middle.", "Newest."]
    assert (selected.omitted, selected.cut) == ((), frozenset())


def test_a_chart_without_notes():
    assert select(chart(), tokens=4_000).notes == []


@pytest.mark.parametrize("place", ["first", "last", "middle"])
def test_the_newest_notes_anaphylaxis_is_in_among_400_notes(place):
    filler = prose(60, seed=1)
    newest = {
        "first": f"{ANAPHYLAXIS} {filler}",
        "middle": f"{filler} {ANAPHYLAXIS} {filler}",
        "last": f"{filler} {filler} {filler} {ANAPHYLAXIS}",
    }[place]
    selected = select(chart(newest, *(prose(20, seed=number) for number in range(399))), tokens=4_000)
    assert selected.notes[-1].id == note("").id
    assert "Anaphylaxis to co-amoxiclav" in selected.notes[-1].content
    assert len(selected.notes) + len(selected.omitted) == 400
    assert tokens_in(data_of(selected)) <= 4_000


def test_a_newest_note_that_alone_is_too_long_is_cut_at_the_ends_of_sentences():
    text = f"{prose(2_000)} {ANAPHYLAXIS} {prose(2_000, seed=2)}"
    selected = select(chart(text, "Older."), tokens=1_000)
    newest = selected.notes[-1]
    assert newest.id in selected.cut
    assert ANAPHYLAXIS in newest.content
    passages = [part for part in newest.content.split(GAP.strip()) if part.strip()]
    assert all(part.strip() in text and part.strip().endswith(".") for part in passages)
    assert text.startswith(passages[0].strip())
    assert tokens_in(data_of(selected)) <= 1_000


def test_a_newest_note_without_sentences_is_shown_from_its_beginning():
    selected = select(chart("x" * 50_000), tokens=500)
    assert selected.notes[0].content
    assert tokens_in(data_of(selected)) <= 500


def test_what_weighs_most_is_preferred():
    plain = [prose(20, seed=number) for number in range(60)]
    notes = [note(text, number=number, days_ago=number) for number, text in enumerate(plain)]
    allergy = {"substance": "penicillin", "status": "present"}
    notes[40] = note(plain[40], number=40, days_ago=40, kind="discharge")
    notes[45] = note(plain[45], number=45, days_ago=45, allergies=[allergy])
    notes[50] = note(f"{plain[50]} Septic shock.", number=50, days_ago=50)
    notes[55] = note(plain[55], number=55, days_ago=55, allergies=[{"substance": "latex", "status": "present"}])
    selected = select(Chart(PROFILE, notes), tokens=6_000)
    shown = {each.id for each in selected.notes}
    assert {notes[place].id for place in (0, 40, 45, 50, 55)} <= shown
    assert 5 < len(shown) < 20
    assert {each.id for each in selected.omitted} == {each.id for each in notes} - shown
    days = [each.taken_at for each in selected.notes]
    assert days == sorted(days)


def test_what_a_newer_note_says_too_weighs_nothing():
    allergies = [{"substance": "penicillin", "status": "present"}]
    notes = [note(prose(20, seed=number), number=number, allergies=allergies) for number in range(40)]
    notes[39] = note(prose(20, seed=39), number=39, allergies=[{"substance": "latex", "status": "present"}])
    shown = {each.id for each in select(Chart(PROFILE, notes), tokens=3_000).notes}
    assert {notes[0].id, notes[1].id, notes[39].id} <= shown
    assert notes[38].id not in shown


def test_of_a_severe_note_that_does_not_fit_the_severe_part_is_shown():
    old = f"{prose(300, seed=3)} Cardiac arrest on the ward. {prose(300, seed=4)}"
    selected = select(chart("Newest.", old), tokens=2_000)
    assert [each.content.strip(" \n[…]") for each in selected.notes] == ["Cardiac arrest on the ward.", "Newest."]
    assert selected.cut == {note("", number=1).id}


@pytest.mark.parametrize(
    ("text", "diagnoses", "severe"),
    [
        ("ANAPHYLACTIC shock", [], True),
        ("Septic arthritis", [], True),
        ("Mild cough", [], False),
        ("Bleed", [{"text": "Subarachnoid Haemorrhage", "certainty": "possible"}], True),
        ("Father had a stroke", [{"text": "stroke", "certainty": "family"}], False),
        ("Stroke ruled out", [{"text": "stroke", "certainty": "ruled_out"}], False),
    ],
)
def test_what_is_severe(text, diagnoses, severe):
    assert is_severe(note(text, diagnoses=diagnoses)) is severe


@given(
    st.lists(st.text(st.characters(codec="utf-8"), max_size=3_000), max_size=12),
    st.integers(min_value=60, max_value=3_000),
)
def test_it_always_fits_and_nothing_is_lost(texts, tokens):
    made = chart(*texts)
    selected = select(made, tokens=tokens)
    assert len(selected.notes) + len(selected.omitted) == len(texts)
    if texts:
        assert selected.notes[-1].id == made.notes[0].id
    for each in selected.notes:
        if each.id not in selected.cut:
            assert each in made.notes
    assert sum(tokens_in(each.content) for each in selected.notes) <= max(
        tokens, tokens_in(texts[0][:20]) if texts else 0
    )


# Counted with OpenAI's own vocabulary, o200k_base.
COUNTED = {
    "BP 128/82 mmHg, HR 72 bpm, RR 16, Temp 98.2°F, SpO2 98% on RA.": 33,
    "Levothyroxine, hydrochlorothiazide, atorvastatin, fluticasone, cetirizine, omeprazole.": 29,
    "ASSESSMENT AND PLAN:\n1. COMMUNITY-ACQUIRED PNEUMONIA\n2. TYPE 2 DIABETES MELLITUS": 30,
    "Gout.": 3,
    "Acne vulgaris.": 5,
    "Pseudopseudohypoparathyroidism with oesophagogastroduodenoscopy planned": 19,
    '{"id":"n1","date":"2026-03-09","type":"progress","text":"S: cough\\nO: clear\\nA: bronchitis\\nP: rest"}': 38,
    "Na 138 mmol/L   K 4.1   Cr 88 µmol/L   eGFR >60    WBC 12.4 x10^9/L": 36,
    "O doente refere dispneia há três dias, sem dor torácica; alérgico à penicilina.": 27,
    "Der Patient klagt über Übelkeit und Rückenschmerzen; Blutdruck 140/90 mmHg.": 22,
    "Пациент жалуется на кашель и одышку, аллергия на пенициллин.": 23,
    "患者は三日前から咳と発熱がある。ペニシリンアレルギー。": 23,
    "病人咳嗽三天,无发热,对青霉素过敏。": 21,
    "المريض يشكو من السعال وضيق التنفس منذ ثلاثة أيام": 14,
    "रोगी को तीन दिन से खांसी और बुखार है": 15,
    "환자는 3일 전부터 기침과 발열이 있다.": 15,
    "😀 pain 7/10 😢😢": 10,
}


@pytest.mark.parametrize("text", COUNTED)
def test_the_bound_is_not_below_the_true_count(text):
    assert COUNTED[text] <= tokens_in(text) <= 6 * COUNTED[text] + 6


@given(st.text(max_size=500))
def test_no_more_than_bytes_and_no_fewer_than_promised(text):
    count = tokens_in(text)
    assert fewest(len(text)) <= count <= 2 * len(text.encode("utf-8", "replace")) + 3


def test_clinical_notes_are_not_overestimated_by_far(shared_data):
    with (shared_data / "aci-bench" / "valid.csv").open(encoding="utf-8", newline="") as file:
        texts = [json.dumps(row["note"], ensure_ascii=False) for row in csv.DictReader(file)]
    # 4.2 characters a token is what o200k_base comes to on these notes, and 3.5 the least of any.
    assert all(len(text) / 3.5 <= tokens_in(text) for text in random.Random(1).sample(texts, 10))
    assert sum(map(tokens_in, texts)) <= 1.7 * sum(map(len, texts)) / 4.2
