"""The persons of a note who are not the patient."""

from clinical.people import kinship


def test_no_person_stands_twice():
    names = [name for name, _ in kinship()]
    assert len(set(names)) == len(names)
