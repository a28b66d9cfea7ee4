"""The persons of a note who are not the patient."""

import pytest

from clinical import understand
from clinical.people import kinship


def test_no_person_stands_twice():
    names = [name for name, _ in kinship()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("Postnatal check. Baby: vitamin K given, on gentamicin until cultures are back.", []),
        ("Baby check at 6 weeks. Baby on gentamicin.", ["gentamicin"]),
        ("Husband (seen here as well) takes donepezil. She takes ramipril.", ["ramipril"]),
    ],
)
def test_whose_drugs_they_are(text, taken):
    assert [fact["name"] for fact in understand(text).stored()["medications"]] == taken
