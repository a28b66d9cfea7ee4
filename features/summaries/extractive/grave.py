"""What nobody may overlook, and what a model left out of it."""

import re

from clinical import concepts
from features.summaries.shape import Draft, Section

# Concepts of the lexicon, and words that it does not hold for conditions.
GRAVE = frozenset(
    {
        *("anaphylaxis", "cardiac arrest", "respiratory arrest", "respiratory failure", "overdose", "self-harm"),
        *("suicidal ideation", "suicide attempt", "sepsis", "septic shock", "stroke", "myocardial infarction"),
        *("acute coronary syndrome", "pulmonary embolism", "aortic dissection", "diabetic ketoacidosis"),
        *("status epilepticus", "subarachnoid hemorrhage", "intracranial hemorrhage", "subdural hematoma"),
        *("meningitis", "encephalitis", "cauda equina syndrome", "ectopic pregnancy", "tension pneumothorax"),
        *("cardiac tamponade", "cardiogenic shock", "shock", "ventricular fibrillation", "ventricular tachycardia"),
        *("necrotizing fasciitis", "malignant hyperthermia", "compartment syndrome", "testicular torsion"),
        *("eclampsia", "stevens-johnson syndrome", "suicidality", "suicidal intent"),
    }
)
_WORD = re.compile(r"[^\W\d_]{4,}")
_COMMON = frozenset({"avoid", "allergy", "allergic", "must", "have", "this", "that", "with", "possible", "taken"})


def is_grave(concept: str) -> bool:
    """Whether a condition is of those that come first."""
    return concept in GRAVE or any(broader in GRAVE for broader in concepts.broader(concept))


def missing_from(draft: Draft, plain: Draft, titles: frozenset[str]) -> list[Section]:
    """What somebody else's draft leaves out of the alerts and allergies that stand in `plain`.

    Args:
        draft: A draft that may have left something out.
        plain: The draft made from the chart.
        titles: Under which headings of `plain` to look.
    """
    said = " ".join(statement.text for section in draft.sections for statement in section.statements).lower()
    substances = [str(fact["substance"]).lower() for fact in plain.key_facts.get("allergies", ())]
    sections = []
    for section in plain.sections:
        if section.title in titles:
            statements = [each for each in section.statements if _is_unsaid(each.text.lower(), said, substances)]
            if statements:
                sections.append(Section(section.title, statements))
    return sections


def _is_unsaid(text: str, said: str, substances: list[str]) -> bool:
    named = [substance for substance in substances if substance in text]
    if named:
        return any(substance not in said for substance in named)
    words = [word for word in _WORD.findall(text.partition(" (")[0]) if word not in _COMMON]
    return bool(words) and words[0] not in said
