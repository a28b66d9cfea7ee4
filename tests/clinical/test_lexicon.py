"""The data of the lexicon: no term stands twice, and everything that is referred to exists."""

import re
from collections import Counter

import pytest

from clinical.lexicon.conditions import conditions
from clinical.lexicon.drugs import classes, spellings, substances
from clinical.lexicon.phrases import terms, tokens_of
from clinical.lexicon.resources import entries
from clinical.lexicon.spelling import american, british, key


def twice(names):
    return [name for name, count in Counter(names).items() if count > 1]


def symptoms():
    return [name.strip() for line in entries("symptoms.txt") for name in line.split("|")]


def test_no_medicine_stands_twice():
    listed = [line.split("|") for line in entries("drugs.txt")]
    names = [fields[0].strip().lstrip("~").lower() for fields in listed]
    names += [
        name.strip().lstrip("~=").lower()
        for fields in listed
        for name in (fields[1:2] or [""])[0].split(";")
        if name.strip()
    ]
    assert twice(names) == []


def test_no_class_of_medicines_stands_twice_or_is_a_medicine():
    names = [name for group in classes().values() for name in {group.name, *group.others}]
    assert twice(names) == []
    assert not set(map(str.lower, names)) & {spelling.written.lower() for spelling in spellings()}


def test_no_condition_stands_twice_nor_as_a_symptom():
    written = [named.written for entry in conditions().values() for named in entry.names]
    assert twice(written) == []
    small = [named.written.lower() for entry in conditions().values() for named in entry.names if not named.exact]
    assert twice([*small, *(name.lower() for name in symptoms())]) == []


def test_what_is_referred_to_exists():
    groups = classes()
    assert [name for one in substances().values() for name in one.classes if name not in groups] == []
    assert [one.name for one in groups.values() if one.parent and one.parent not in groups] == []
    assert [one.name for one in conditions().values() if one.parent and one.parent not in conditions()] == []


def test_no_term_is_in_a_circle_of_broader_ones():
    for entry in conditions().values():
        seen, at = set(), entry
        while at.parent is not None:
            assert at.parent not in seen, entry.name
            seen.add(at.parent)
            at = conditions()[at.parent]


@pytest.mark.parametrize(
    "name", ["drugs.txt", "conditions.txt", "drug_classes.txt", "symptoms.txt", "routes.txt", "units.txt"]
)
def test_lines_have_the_form_that_the_file_tells(name):
    for line in entries(name):
        assert not re.search(r"\|\s*\|\s*\|\s*\||;;|\s{2,}|;\s*\||\t", line), line
        assert line.split("|")[0].strip(), line


def test_the_vocabulary_is_as_wide_as_it_is_said_to_be():
    assert len(substances()) >= 1500
    assert len(conditions()) >= 1500


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hyperkalaemia", "hyperkalemia"),
        ("oesophageal", "esophageal"),
        ("haemorrhoids", "hemorrhoid"),
        ("tumours", "tumor"),
        ("diarrhoea", "diarrhea"),
        ("Crohn’s disease", "crohns disease"),
        ("gallstones", "gallstone"),
        ("ferrous sulphate", "ferrous sulfate"),
        ("coeliac", "celiac"),
        ("leucocytosis", "leukocytosis"),
    ],
)
def test_spellings_are_one(one, other):
    assert key(one) == key(other)


@pytest.mark.parametrize(
    "word", ["systemic", "chemotherapy", "laboratory", "colorectal", "hemiparesis", "does", "shoes"]
)
def test_words_that_only_look_foreign_stay(word):
    assert british(word) == word
    assert american(word) == word


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("known haemochromatosis", "condition", "hemochromatosis"),
        ("two deep vein thromboses", "condition", "deep vein thrombosis"),
        ("on Nurofen", "drug", "Nurofen"),
        ("avoid ACE inhibitors", "class", "ace inhibitor"),
        ("the DRESS syndrome", "condition", "dress syndrome"),
    ],
)
def test_terms_are_found_in_text(text, kind, name):
    tokens = tokens_of(text)
    found = [term for match in terms().find(text, tokens) for term in match.found]
    assert (kind, name) in [(term.kind, term.name) for term in found]


@pytest.mark.parametrize(
    "text", ["she can dress herself", "as directed", "it fits well", "met with family", "gravida 2 para 1"]
)
def test_words_are_no_terms(text):
    found = [term for match in terms().find(text, tokens_of(text)) for term in match.found]
    assert [term for term in found if term.kind in {"drug", "class", "condition"}] == []
