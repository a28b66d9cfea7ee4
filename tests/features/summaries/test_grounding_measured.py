"""The check, measured on statements made from real notes, right and wrong."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "scripts"

pytestmark = pytest.mark.usefixtures("shared_data")


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(SCRIPTS))
    try:
        return import_module("bench.grounding")
    finally:
        sys.path.remove(str(SCRIPTS))


def test_corrupted_statements_are_caught_and_faithful_ones_stand(bench):
    notes = [one for source in ("valid", "soap") for one in bench.charted(bench.notes_of(source))]
    corrupted, _ = bench.judged(bench.some(list(bench.corrupted(notes)), 12))
    faithful, _ = bench.judged(bench.some(list(bench.faithful(notes)), 20))
    wrong, right = sum(one.cases for one in corrupted), sum(one.cases for one in faithful)
    assert wrong >= 200
    assert right >= 150
    assert sum(one.right for one in corrupted) / wrong >= 0.98
    assert sum(one.right for one in faithful) / right >= 0.97


def test_written_statements_are_caught_and_accepted(bench):
    cases = bench.written(SCRIPTS.parents[1] / "shared" / "cases" / "verifier.json")
    wrong, _ = bench.judged([case for case in cases if not case.faithful])
    right, _ = bench.judged([case for case in cases if case.faithful])
    assert sum(one.right for one in wrong) / sum(one.cases for one in wrong) >= 0.98
    assert sum(one.right for one in right) / sum(one.cases for one in right) >= 0.90


def test_statements_about_other_notes_are_caught_and_accepted(bench):
    cases = bench.written(SCRIPTS / "bench" / "readings" / "statements" / "own.json")
    wrong, _ = bench.judged([case for case in cases if not case.faithful])
    right, _ = bench.judged([case for case in cases if case.faithful])
    assert sum(one.right for one in wrong) / sum(one.cases for one in wrong) >= 0.98
    assert sum(one.right for one in right) / sum(one.cases for one in right) >= 0.85


def test_statements_about_letters_are_caught_and_accepted(bench):
    cases = bench.written(SCRIPTS / "bench" / "readings" / "statements" / "own_letters.json")
    wrong, _ = bench.judged([case for case in cases if not case.faithful])
    right, _ = bench.judged([case for case in cases if case.faithful])
    assert sum(one.right for one in wrong) / sum(one.cases for one in wrong) >= 0.95
    assert sum(one.right for one in right) / sum(one.cases for one in right) >= 0.70


@pytest.mark.parametrize(
    ("name", "caught", "accepted"),
    [
        ("", 0.95, 0.86),
        ("second_", 0.95, 0.9),
        ("third_", 0.95, 0.87),
        ("fourth_", 0.95, 0.88),
        ("fifth_", 0.95, 0.82),
        ("sixth_", 0.95, 0.89),
        ("seventh_", 0.95, 0.79),
        ("eighth_", 0.95, 0.84),
        ("ninth_", 0.93, 0.78),
        ("tenth_", 0.89, 0.79),
    ],
)
def test_statements_of_readers_are_caught_and_accepted(bench, name, caught, accepted):
    cases = bench.written(SCRIPTS / "bench" / "readings" / "statements" / f"{name}two_hundred.json")
    wrong, _ = bench.judged([case for case in cases if not case.faithful])
    right, _ = bench.judged([case for case in cases if case.faithful])
    assert sum(one.right for one in wrong) / sum(one.cases for one in wrong) >= caught
    assert sum(one.right for one in right) / sum(one.cases for one in right) >= accepted
