"""The persons of a note who are not the patient."""

import pytest

from clinical.people import Person, kinship, relatives_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Father and paternal grandmother have diabetes.", ["father", "paternal grandmother"]),
        ("Her mother-in-law is unwell.", ["mother-in-law"]),
        ("The source patient was positive.", ["source patient"]),
        ("He has no complaints.", []),
        ("A summer fathering project", []),
    ],
)
def test_who_is_named(text, names):
    assert [person.name for person in relatives_in(text)] == names


def test_where_they_stand_and_who_they_are():
    text = "Wife well, maternal aunt has lupus."
    wife, aunt = relatives_in(text)
    assert (wife.kin.person, aunt.kin.person) == (Person.OTHER, Person.RELATIVE)
    assert [text[one.start : one.end] for one in (wife, aunt)] == ["Wife", "maternal aunt"]


def test_no_person_stands_twice():
    names = [name for name, _ in kinship()]
    assert len(set(names)) == len(names)
