"""From a note's text to what it says."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from clinical.advice import advice
from clinical.allergies.allergies import is_reaction_of, told_allergies
from clinical.allergies.avoidance import avoidances
from clinical.allergies.weighed import all_borne, listed_as
from clinical.allergies.weighed_allergies import with_weighed
from clinical.assessments import assessments
from clinical.conditional import condition_in
from clinical.diagnoses.diagnoses import diagnoses
from clinical.diagnoses.unlikely import with_doubt
from clinical.facts import FactValue, Medication, Reality
from clinical.findings import findings
from clinical.measurements.labs import labs
from clinical.measurements.vitals import vitals
from clinical.medications.drug_names import names_of
from clinical.medications.measured_too import given_though_measured
from clinical.medications.medications import medications
from clinical.medications.remarks import with_least, with_remark
from clinical.medications.stopping import with_reason
from clinical.medications.supplies import without_supply
from clinical.medications.tapers import with_taper
from clinical.medications.weighed import as_weighed
from clinical.next_times import next_times
from clinical.note import Note
from clinical.outcomes import cured, kinds_left, resolutions
from clinical.plans.steps import plans
from clinical.procedures.procedures import procedures
from clinical.reasons import reasons
from clinical.resuscitation import resuscitation
from clinical.sections.header import author_of, encounter_of
from clinical.sections.note_types import kind_of_note
from clinical.symptoms import symptoms
from clinical.understood import Understanding

# So many facts of each kind are told, the first of the note. No note has as many; what repeats itself a thousand times
# must not fill the database.
MOST_FACTS = 1000


def understand(text: str, now: datetime | None = None) -> Understanding:
    r"""What the text of a note says.

    A pure function of the text: the same text gives the same answer until `VERSION` counts on. It takes any text and
    time in proportion to its length; facts and headings are looked for in the first `LOOKED_AT`
    characters, and the last section goes to the end. `text` is in Unicode's
    composed form with "\n" line ends; offsets in the facts count its characters. No encounter is dated after `now`.
    """
    note = Note(text)
    kind, confidence = kind_of_note(note)
    given = {start for start, _, _ in given_though_measured(note)}
    results = [result for result in labs(note) if result.start not in given]
    names = names_of(note, results)
    told = told_allergies(note)
    listed = listed_as(note, told.allergies, (one.start for one in told.not_borne))
    borne = all_borne(note, listed)
    allergies = with_weighed(note, told.allergies, (one.substance for one in told.not_borne), borne)
    drugs = [
        with_least(
            note,
            with_taper(
                note,
                as_weighed(note, with_remark(note, with_reason(note, _with_condition(note, without_supply(drug))))),
            ),
        )
        for drug in medications(note, names, results)
    ]
    conditions = [with_doubt(note, one) for one in diagnoses(note) if not is_reaction_of(note, allergies, one.start)]
    steps, warned, done = (
        next_times(note, plans(note)),
        avoidances(note, told.not_borne, listed, borne),
        procedures(note),
    )
    facts: dict[str, Sequence[FactValue]] = {
        "vitals": vitals(note),
        "medications": drugs,
        "diagnoses": conditions,
        "procedures": done,
        "allergies": allergies,
        "avoid": warned,
        "labs": results,
        "plans": steps,
        "resolutions": sorted([*resolutions(note), *kinds_left(note), *cured(note)], key=lambda one: one.start),
        "resuscitation": resuscitation(note),
        "reasons": reasons(note),
        "symptoms": symptoms(note),
        "findings": [*findings(note, kind), *assessments(note, kind)],
        "advice": advice(note, [*steps, *drugs, *warned, *done], conditions),
    }
    return Understanding(
        type=kind,
        type_confidence=confidence,
        author=author_of(text),
        encounter_at=encounter_of(text, now),
        sections=note.outline.sections(),
        facts={kind: found[:MOST_FACTS] for kind, found in facts.items()},
    )


def _with_condition(note: Note, drug: Medication) -> Medication:
    """A medication that is only to be given if, with what has to happen first."""
    if drug.reality not in {Reality.CONDITIONAL, Reality.CONSIDERED}:
        return drug
    start, end = note.document.sentence_span(drug.start)
    place = condition_in(note.text, start, end, of=drug.start)
    if place is None:
        return drug
    told = " ".join(note.text[slice(*place)].split())
    return replace(drug, condition=told, places={**drug.places, "condition": place})
