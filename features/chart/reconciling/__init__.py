"""From the facts of all notes to one chart: a pure function, deterministic, without a model."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from features.chart.reconciling import (
    allergies,
    avoidances,
    conditions,
    encounters,
    family,
    measurements,
    medications,
    overdue,
    procedures,
    resuscitation,
    steps,
    treating,
)
from features.chart.reconciling.evidence import NoteFacts
from features.chart.reconciling.problem import passes_on

# Counts on whenever the same facts make another chart.
VERSION = 24

__all__ = ["VERSION", "NoteFacts", "passes_on", "reconcile"]


def reconcile(notes: Sequence[NoteFacts], as_of: datetime) -> dict[str, Any]:
    """What is true at the moment `as_of`, going by the notes that were taken up to then.

    Answers `problems`, `medications`, `allergies`, `avoid`, `procedures`, `family_history`, `measurements`,
    `next_steps` and `conflicts`, as the contract has them, and besides `overdue`, `resuscitation`, `encounters`,
    `symptoms`, `findings` and `advice`. The order of `notes` does not matter; of notes of the same
    moment, the one with the higher id counts as the later one. It takes time in proportion to the facts.
    """
    known = sorted((note for note in notes if note.taken_at <= as_of), key=lambda note: (note.taken_at, note.id))
    today = as_of.date()
    courses = medications.courses_of(known, today)
    problems = conditions.problems_of(known, today, treating.treatments_of(known, courses))
    allergic = allergies.allergies_of(known)
    done = procedures.procedures_of(known)
    allergy_lines = allergies.lines_of(allergic)
    avoided = avoidances.avoidances_of(known, courses)
    present = [line for line in allergy_lines if line["status"] == allergies.PRESENT]
    ahead = steps.next_steps_of(known, courses, done, today)
    planned = {str(step["text"]).lower() for step in ahead}
    return {
        "problems": conditions.lines_of(problems),
        "medications": medications.lines_of(courses),
        "allergies": allergy_lines,
        "avoid": avoided,
        "procedures": procedures.lines_of(done),
        "family_history": family.family_of(known),
        "measurements": measurements.measurements_of(known),
        "next_steps": ahead,
        "overdue": overdue.overdue_of(known, done, ahead, today),
        "advice": [line for line in encounters.advice_of(known, today) if line["text"].lower() not in planned],
        "encounters": encounters.encounters_of(known),
        "symptoms": encounters.symptoms_of(known),
        "findings": encounters.findings_of(known, problems),
        "resuscitation": resuscitation.resuscitation_of(known),
        "conflicts": [
            *allergies.conflicts_in(allergic),
            *avoidances.conflicts_with([*present, *avoided], courses),
            *medications.conflicts_in(courses),
            *conditions.conflicts_in(problems),
        ],
    }
