"""The annotations fit the notes they were made on, and what was once reached is not lost again."""

import csv
import hashlib
import json
import re
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1] / "scripts"

KINDS = {"medication", "dose", "frequency", "route", "vital", "lab", "allergy", "diagnosis"}
TO_CELSIUS = 5 / 9
KG_PER_POUND = 0.45359237


@pytest.fixture(scope="module")
def bench():
    """The measuring code, found as it is when its script runs."""
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(SCRIPTS))
        from bench import notes, notes_gold  # noqa: PLC0415

        yield notes, notes_gold
        for name in [name for name in sys.modules if name == "bench" or name.startswith("bench.")]:
            del sys.modules[name]


@pytest.fixture(scope="module")
def gold(bench, shared_data):
    _, notes_gold = bench
    return notes_gold.read(shared_data)


@pytest.fixture(scope="module")
def results(bench, shared_data):
    notes, _ = bench
    return notes.measure(shared_data, timed=False)


def every_span(one):
    for fact in one.facts:
        yield fact["start"], fact["end"]
        yield from fact.get("more", [])
    for mention in [*one.not_current, *one.present]:
        yield mention["start"], mention["end"]


def readings(unit, words):
    """The values that the words of a vital sign can mean."""
    numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", words)]
    if unit == "°C":
        return [round((number - 32) * TO_CELSIUS, 1) for number in numbers]
    if unit == "kg":
        return [round(number * KG_PER_POUND, 1) for number in numbers]
    if unit == "cm":
        feet, inches = numbers
        return [round((feet * 12 + inches) * 2.54, 1)]
    return numbers


def test_every_note_of_the_two_sources_is_annotated(gold):
    assert [one.source for one in gold].count("soap") == 4
    assert [one.source for one in gold].count("aci-bench/valid") == 20


def test_every_mention_is_whole_words_inside_its_text(gold):
    for one in gold:
        for start, end in every_span(one):
            assert 0 <= start < end <= len(one.text), (one.id, start, end)
            words = one.text[start:end]
            assert words == words.strip(), (one.id, words)
            assert not re.match(r"\w\w", one.text[max(0, start - 1) : start + 1]), (one.id, words)
            assert not re.match(r"[^\W\d_]{2}", one.text[end - 1 : end + 1]), (one.id, words)


def test_every_fact_is_of_a_known_kind_and_every_reason_a_known_one(gold):
    assert {fact["kind"] for one in gold for fact in one.facts} == KINDS
    reasons = {mention["why"] for one in gold for mention in one.not_current}
    assert reasons == {"negated", "historical", "family", "hypothetical"}


def test_a_medication_stands_at_its_offset_under_one_of_its_names(gold):
    for one in gold:
        names = {drug["drug"]: drug["names"] for drug in one.drugs}
        for fact in one.of("medication"):
            assert one.at((fact["start"], fact["end"])).lower() in names[fact["drug"]], (one.id, fact)


def test_a_dose_stands_at_its_offset(gold):
    for one in gold:
        for fact in one.of("dose"):
            assert re.match(r"\d", one.at((fact["start"], fact["end"]))), (one.id, fact)


def test_a_vital_sign_stands_at_each_of_its_offsets(bench, gold):
    _, notes_gold = bench
    for one in gold:
        for fact in one.of("vital"):
            for span in notes_gold.spans(fact):
                assert fact["value"] in readings(fact["unit"], one.at(span)), (one.id, fact)


def test_a_laboratory_number_stands_at_each_of_its_offsets(bench, gold):
    _, notes_gold = bench
    for one in gold:
        for fact in one.of("lab"):
            for span in notes_gold.spans(fact):
                if isinstance(fact["value"], int | float):
                    assert re.search(rf"\b{re.escape(str(fact['value']))}\b", one.at(span)), (one.id, fact)


def test_nothing_is_current_and_not_current_at_once(bench, gold):
    _, notes_gold = bench
    for one in gold:
        excluded = [(mention["start"], mention["end"]) for mention in one.not_current]
        problems = [fact for fact in one.of("diagnosis") if fact["certainty"] in ("confirmed", "possible")]
        for span in [span for fact in problems for span in notes_gold.spans(fact)]:
            assert not any(notes_gold.overlap(span, other) for other in excluded), (one.id, one.at(span))


def test_sections_of_a_soap_note_follow_each_other(gold):
    for one in (one for one in gold if one.source == "soap"):
        assert list(one.sections) == ["subjective", "objective", "assessment", "plan"]
        edges = [edge for span in one.sections.values() for edge in span]
        assert edges == sorted(edges)
        assert all(one.at(span) == one.at(span).strip() != "" for span in one.sections.values())


def test_the_gold_holds_enough_to_mean_something(bench, gold):
    notes, _ = bench
    assert notes.marked(gold).of_treatment >= 150
    assert notes.marked(gold).not_current >= 200


def first(values):
    return values[0] if isinstance(values, list) else values


def perfect(one):
    """What a reader without fault would extract."""
    mentions = {fact["drug"]: fact for fact in reversed(one.of("medication"))}
    plural = {"vitals": "vital", "labs": "lab", "allergies": "allergy", "diagnoses": "diagnosis"}
    facts = {
        name: [{**fact, "certainty": first(fact.get("certainty"))} for fact in one.of(kind)]
        for name, kind in plural.items()
    }
    facts["medications"] = [
        {
            "name": drug["names"][0],
            "start": mentions[drug["drug"]]["start"],
            "end": mentions[drug["drug"]]["end"],
            **{value: first(drug.get(value)) for value in ("dose", "frequency", "route", "status")},
        }
        for drug in one.drugs
    ]
    return facts


@pytest.fixture
def scoring(bench):
    from bench import notes_scoring  # noqa: PLC0415

    return notes_scoring


def test_a_reader_without_fault_scores_one(scoring, gold):
    scores = scoring.Scores()
    for one in gold:
        scoring.score(one, perfect(one), scores)
        assert scoring.false_problems(one, perfect(one)["diagnoses"]) == []
    assert [(kind, found.misses, found.false) for kind, found in scores.facts.items() if found.f1 < 1] == []
    assert scores.disagreements == []


def test_each_thing_made_up_and_each_thing_missed_is_counted(scoring, gold):
    one = next(one for one in gold if one.id == "soap_04")
    facts, scores = perfect(one), scoring.Scores()
    facts["vitals"][0]["value"] += 1
    loratadine, *others = facts["medications"]
    facts["medications"] = [*others, {**loratadine, "name": "aspirin", "start": 0, "end": 4}]
    scoring.score(one, facts, scores)
    counts = {kind: (found.wrong, found.missed) for kind, found in scores.facts.items() if found.f1 < 1}
    assert counts == {"vitals": (1, 1), "medications": (1, 1), "medications with dose": (1, 1)}


def test_a_wrong_dose_and_a_wrong_status_are_counted(scoring, gold):
    one = next(one for one in gold if one.id == "D2N070")
    facts, scores = perfect(one), scoring.Scores()
    lisinopril = next(fact for fact in facts["medications"] if fact["name"] == "lisinopril")
    lisinopril |= {"dose": "10 mg", "status": "stopped"}
    scoring.score(one, facts, scores)
    assert (scores.of("medications").f1, scores.of("medications with dose").wrong) == (1, 1)
    assert scores.disagreements == ["status: D2N070: lisinopril: stopped, not changed"]


@pytest.mark.parametrize("certainty", ["confirmed", "possible"])
def test_every_marked_mention_reported_as_current_is_a_false_problem(scoring, gold, certainty):
    for one in gold:
        reported = [{**mention, "text": "?", "certainty": certainty} for mention in one.not_current]
        assert len(scoring.false_problems(one, reported)) == len(reported), one.id


def test_soap_notes_are_split_exactly(results):
    assert (results.split.exact, results.split.wrong) == (results.split.notes, [])


@pytest.mark.parametrize("kind", ["medications", "vitals"])
def test_medications_and_vital_signs_are_found(results, kind):
    found = results.understood.scores.of(kind)
    assert found.f1 >= 0.90, (found.misses, found.false)


def test_what_is_denied_past_or_a_relatives_is_hardly_ever_current(results):
    assert results.understood.false_per_hundred <= 3, results.understood.false_problems


def test_few_false_problems_are_not_bought_by_finding_none(results):
    found = results.understood.scores.of("diagnoses")
    assert found.recall >= 0.80, found.misses


UNSEEN = Path(__file__).parents[1] / "scripts" / "bench" / "gold" / "unseen"
UNSEEN_VALUES = {
    "medication": ("status", {"started", "continued", "changed", "stopped", "mentioned"}),
    "allergy": ("status", {"present", "denied", "refuted"}),
    "procedure": ("status", {"done", "planned", "declined"}),
    "diagnosis": ("certainty", {"confirmed", "possible", "ruled_out", "historical", "family"}),
}


@pytest.mark.parametrize("half", ["development", "sealed"])
def test_annotations_of_unseen_notes_stand_where_they_say(half, shared_data):
    """Prints nothing of the sealed half when it fails, but which note it is."""
    with (shared_data / "aci-bench" / "train.csv").open(encoding="utf-8", newline="") as lines:
        texts = {row["encounter_id"]: row["note"] for row in csv.DictReader(lines)}
    wrong = []
    for path in sorted((UNSEEN / half).glob("*.json")):
        annotated = json.loads(path.read_text("utf-8"))
        own = path.with_suffix(".txt")
        text = own.read_bytes().decode() if own.exists() else texts[annotated["id"]]
        right = hashlib.sha256(text.encode()).hexdigest() == annotated["sha256"]
        for fact in annotated["facts"]:
            field, values = UNSEEN_VALUES.get(fact["kind"], ("kind", {"avoid", "lab", "vital"}))
            spans = {name.removesuffix("_span"): span for name, span in fact.items() if name.endswith("_span") and span}
            right &= text[fact["start"] : fact["end"]] == fact["quote"] and fact[field] in values
            right &= all(text[start:end] == fact[name] for name, (start, end) in spans.items())
            right &= all(0 <= start < end <= len(text) for start, end in fact.get("more", []))
        if not right:
            wrong.append(path.stem)
    assert len(list((UNSEEN / half).glob("*.json"))) == 20
    assert wrong == []
