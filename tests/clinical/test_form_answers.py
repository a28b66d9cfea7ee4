"""What is ticked or answered in a form."""

import pytest

from clinical.context.answers import Answers
from clinical.text.document import Document


def answered(text, label):
    return Answers(Document(text)).at(text.index(label))


@pytest.mark.parametrize(
    ("text", "label", "said"),
    [
        ("Diabetes: No", "Diabetes", "no"),
        ("Diabetes - yes.", "Diabetes", "yes"),
        ("Diabetes? N", "Diabetes", "no"),
        ("Diabetes\tY", "Diabetes", "yes"),
        ("Diabetes (Y/N): N", "Diabetes", "no"),
        ("Diabetes Y / N", "Diabetes", None),
        ("Diabetes ....... No", "Diabetes", "no"),
        ("Diabetes: not known", "Diabetes", "unknown"),
        ("Diabetes: metformin", "Diabetes", None),
        ("Diabetes: no change to metformin", "Diabetes", None),
        ("[x] Diabetes [ ] Asthma", "Diabetes", "yes"),
        ("[x] Diabetes [ ] Asthma", "Asthma", "no"),
        ("[ ] Diabetes [ ] Asthma", "Asthma", "unknown"),
        ("Diabetes [x]  Asthma [ ]", "Asthma", "no"),
        ("Diabetes [x]  Asthma [ ]", "Diabetes", "yes"),
        ("☐ Diabetes ☑ Asthma", "Asthma", "yes"),
        ("Diabetes [ ] Yes [x] No", "Diabetes", "no"),
        ("Diabetes   Yes [x]  No [ ]", "Diabetes", "yes"),
        ("Stroke [x] Yes [ ] No    Gout: [ ] Yes [x] No", "Gout", "no"),
        ("Stroke [x] Yes [ ] No    Gout: [ ] Yes [x] No", "Stroke", "yes"),
        ("| Illness | Yes | No |\n| Gout | | x |", "Gout", "no"),
        ("| Illness | Yes | No |\n| Gout | x | |", "Gout", "yes"),
    ],
)
def test_answers(text, label, said):
    assert answered(text, label) == said
