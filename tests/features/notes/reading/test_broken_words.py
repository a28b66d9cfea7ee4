"""Words that were broken at the end of a line are whole again, and compounds keep their hyphen."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.notes.reading.broken_words import mended, unwrapped

MARK = re.compile("\x02")


def joined(broken: str, elsewhere: str = "") -> str:
    found = mended(f"{elsewhere}\n{broken.replace('|', chr(2))} rest", MARK)
    return found.removeprefix(f"{elsewhere}\n").removesuffix("\nrest")


WHOLE = """
pneu|monia bronchi|tis met|formin amlo|dipine co|deine co|lonoscopy co|ronary exam|ination ex|amination al|lergy
all|ergic re|ported de|nies un|der mid|dle inter|val post|operative in|sensitive hyper|sensitive sero|negative
ten|derness short|ness high|er low|ered long|er well|ness six|teen seven|ty man|aged sepa|rate mode|rate thresh|old
house|hold to|day Mon|day head|ache bed|side base|line over|dose over|weight aspir|in insul|in medica|tions late|ral
beta|methasone hypo|thyroidism anti|biotic micro|gram Ibu|profen
"""
COMPOUND = """
follow|up work|up check|up co|amoxiclav co|codamol non|smoker non|small x|ray X|ray T|cell self|care two|week long|term
short|acting low|dose high|risk well|known left|sided right|sided insulin|dependent year|old years|old beta|blocker
ACE|inhibitor pre|eclampsia anti|inflammatory re|examined day|to ex|smoker modified|release enteric|coated
HIV|positive Covid|19 10|20 Stoke|On steroid|induced walk|in hand|over double|blind weight|bearing
"""


@pytest.mark.parametrize("word", WHOLE.split())
def test_a_broken_word_is_whole(word):
    assert joined(word) == word.replace("|", "")


@pytest.mark.parametrize("word", COMPOUND.split())
def test_a_compound_keeps_its_hyphen(word):
    assert joined(word) == word.replace("|", "-")


def test_how_the_text_writes_it_elsewhere_decides():
    assert joined("pre|op", "Seen pre-op today.") == "pre-op"
    assert joined("follow|up", "Followup in May.") == "followup"


def test_what_stands_behind_the_word_stays_on_it():
    assert mended("pneu\x02monia, and\nmore", MARK) == "pneumonia,\nand\nmore"
    assert mended("pneu\x02monia.", MARK) == "pneumonia.\n"
    assert mended("no mark", MARK) == "no mark"


def test_lines_of_one_length_are_mended():
    text = "He was admitted three days ago with a severe pneu-\nmonia, and is better now."
    assert unwrapped(text) == "He was admitted three days ago with a severe pneumonia,\nand is better now."


@pytest.mark.parametrize(
    "text",
    [
        "Allergies-\nnone known",
        "Medications and allergies as in the letter of last week -\nnone changed",
        "He takes all of his medicines as before, among them warfarin 3-\n4 mg",
        "He was admitted three days ago from the ward in Stoke-\nOn-Trent.",
        "He was admitted three days ago with a cough and fever-\n  indented list",
    ],
)
def test_other_hyphens_at_the_end_of_a_line_are_left(text):
    assert unwrapped(text) == text


@given(st.text(st.sampled_from("ab -\n.\x02"), max_size=200))
def test_no_letter_is_lost(text):
    for mend in (lambda given: mended(given, MARK), unwrapped):
        assert re.sub(r"[^ab.]", "", mend(text)) == re.sub(r"[^ab.]", "", text)
