"""Procedures that were put off, given up or called off, and what tells of one as of what is past."""

import pytest

from clinical import understand


def procedures(text):
    return {(fact["concept"], fact["status"]) for fact in understand(text).stored()["procedures"]}


def days(text):
    return {fact["concept"]: fact["on"] or fact["yearless"] for fact in understand(text).stored()["procedures"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gastric bypass idea dropped.", ("gastric bypass", "declined")),
        ("Hip replacement plans shelved.", ("total hip replacement", "declined")),
        ("The plan for a hysterectomy has been dropped.", ("hysterectomy", "declined")),
        ("She has gone off the idea of a hysterectomy.", ("hysterectomy", "declined")),
        ("Vasectomy thoughts abandoned.", ("vasectomy", "declined")),
        ("Hernia repair pushed back to March because of the chest infection.", ("hernia repair", "planned")),
        ("Cholecystectomy held over until after the wedding.", ("cholecystectomy", "planned")),
        ("Knee replacement delayed from May to the autumn.", ("total knee replacement", "planned")),
        ("Would you kindly give the shingles vaccine.", ("shingles vaccination", "planned")),
        ("Grateful if you could arrange a chest X-ray.", ("chest x-ray", "planned")),
        ("The surgery on 3 March has been called off.", ("operation", "declined")),
        ("Surgery will not go ahead.", ("operation", "declined")),
    ],
)
def test_what_is_put_off_or_given_up_is_not_done(text, expected):
    assert expected in procedures(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Appendicectomy 2019. Wedding put off.", ("appendicectomy", "done")),
        ("Colonoscopy clear, idea of a second one dropped.", ("colonoscopy", "done")),
        ("Sertraline dropped after her hysterectomy.", ("hysterectomy", "done")),
        ("Hernia repair delayed her return to work.", ("hernia repair", "done")),
    ],
)
def test_what_was_done_stays_done(text, expected):
    assert expected in procedures(text)


def test_an_operation_without_a_name_is_told_only_where_it_is_off():
    assert procedures("Operation of 12 November went well.") == set()


@pytest.mark.parametrize(
    ("text", "concept", "day"),
    [
        ("Flu vaccine at the pharmacy in October.", "influenza vaccination", "--10"),
        ("Radiotherapy 26 Gy in 5 finished 21 July.", "radiotherapy", "--07-21"),
        ("Single 8 Gy to right femur given 2 June.", "radiotherapy", "--06-02"),
        ("Colostomy reversed on 3 May 2026.", "stoma reversal", "2026-05-03"),
    ],
)
def test_the_day_stands_behind_where_and_how(text, concept, day):
    assert days(text)[concept] == day


def test_what_causes_a_disease_was_before():
    (found,) = understand("She has radiotherapy-related proctitis.").stored()["procedures"]
    assert found["retold"]


def test_a_pessary_with_an_amount_is_no_ring():
    assert procedures("Clotrimazole 500 mg pessary once.") == set()
