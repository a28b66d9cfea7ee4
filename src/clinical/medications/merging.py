"""One fact from all that a note says of one medication, as far as it agrees."""

import re
from collections.abc import Sequence
from dataclasses import replace

from clinical.facts import Medication, MedicationStatus, Place, Reality
from clinical.medications.statements import Statement
from clinical.note import Note

_RANK = {
    MedicationStatus.MENTIONED: 0,
    MedicationStatus.CONTINUED: 1,
    MedicationStatus.STOPPED: 3,
    MedicationStatus.STARTED: 3,
    MedicationStatus.CHANGED: 3,
}
_TAKEN = frozenset({MedicationStatus.STARTED, MedicationStatus.CONTINUED, MedicationStatus.CHANGED})
_REAL = frozenset({Reality.ACTUAL, Reality.PAST})
_ANSWERED = frozenset({Reality.REQUESTED, Reality.DECLINED})
# "Immediate-release metformin stopped. Start modified-release metformin": one ends, the other begins.
_RELEASE = re.compile(
    r"\b(?P<form>immediate|standard|modified|slow|extended|prolonged|sustained)[- ]release\s$", re.IGNORECASE
)
_FORM_WITHIN = 24
_BEGUN = re.compile(
    r"\b(?:start(?:ed)?|begin|began|commenced?|(?:switch|chang|convert)(?:e|ed)?\sto)\s(?:on\s)?$", re.IGNORECASE
)
# A list of medications names both preparations of a drug within so many lines.
_TOGETHER = 12


def facts_from(note: Note, statements: Sequence[Statement]) -> list[Medication]:
    """The facts of a note, in the order in which the text first names their drugs."""
    by_drug: dict[str, list[Statement]] = {}
    for statement in statements:
        by_drug.setdefault(statement.concept, []).append(statement)
    facts: list[Medication] = []
    for group in by_drug.values():
        for told in _released(note, group) or _preparations(group):
            facts.extend(_of_drug(note, told))
    return facts


def _released(note: Note, statements: list[Statement]) -> list[list[Statement]] | None:
    """The statements by how the tablet lets go of the drug, where one such form is stopped and another is begun."""
    forms: dict[str, list[Statement]] = {}
    for one in statements:
        said = _RELEASE.search(note.text, max(0, one.start - _FORM_WITHIN), one.start)
        if said and one.parts.dose and _BEGUN.search(note.text[max(0, said.start() - _FORM_WITHIN) : said.start()]):
            begun = replace(one, status=MedicationStatus.STARTED, event=True)
        else:
            begun = one
        forms.setdefault(said["form"].lower() if said else "", []).append(begun)
    told = {one.status for group in forms.values() for one in group}
    exchanged = {MedicationStatus.STOPPED, MedicationStatus.STARTED} <= told
    return list(forms.values()) if exchanged and len(forms.keys() - {""}) > 1 else None


def _of_drug(note: Note, statements: list[Statement]) -> list[Medication]:
    """What is only planned, conditional, asked for or declined, each once; then what is so.

    What a note only warns against is no medication of it.
    """
    real = [said for said in statements if said.reality in _REAL and not _only_warns(said)]
    ahead: dict[Reality, list[Statement]] = {}
    for said in statements:
        # Beside what is so, a bare "we discussed metformin" tells nothing.
        if said.reality not in _REAL and (not real or said.event or said.reality in _ANSWERED):
            ahead.setdefault(said.reality, []).append(said)
    facts = [_merged(note, told) for told in ahead.values()]
    if real:
        warnings = [said for said in statements if _only_warns(said)]
        facts.append(_merged(note, real, warnings))
    return facts


def _only_warns(said: Statement) -> bool:
    return said.shunned and said.status is MedicationStatus.MENTIONED


def _preparations(statements: list[Statement]) -> list[list[Statement]]:
    """The statements by preparation: MST and Oramorph are two where they are listed together, each with its dose."""
    by_way: dict[tuple[str, str | None], list[Statement]] = {}
    for one in statements:
        by_way.setdefault((one.name, one.parts.route), []).append(one)
    groups = list(by_way.values())
    if len(groups) < 2 or any(one.event for one in statements):
        return [statements]
    dosed = [next((one for one in group if one.parts.dose), None) for group in groups]
    found = [one for one in dosed if one is not None]
    together = (
        len(found) == len(groups) and max(one.line for one in found) - min(one.line for one in found) <= _TOGETHER
    )
    apart = len({(one.parts.dose, one.parts.route) for one in found}) == len(found)
    return groups if together and apart else [statements]


def _merged(note: Note, statements: list[Statement], warnings: Sequence[Statement] = ()) -> Medication:
    """What is done with it, then the fullest of what was said last."""
    best = max(statements, key=lambda said: (*_weight(note, said), said.start))
    status, ending = _status_of(statements, best), best.ending
    if _warned_off(note, [*statements, *warnings], best):
        status, ending = MedicationStatus.MENTIONED, None
    ordered = [
        best,
        *(said for said in reversed(statements) if said is not best and said.reality in {best.reality, Reality.ACTUAL}),
    ]
    if best.status is MedicationStatus.STOPPED:
        # what is no longer taken needs no dose from where it was taken
        ordered = [said for said in ordered if said is best or said.status is best.status]
    if best.status is MedicationStatus.CHANGED or best.reality is not Reality.ACTUAL:
        ordered = [said for said in ordered if _agrees(said.parts.dose, best.parts.dose)]
    prescribed = [said for said in ordered if said.parts.sig]
    ranked = [best, *prescribed, *ordered]
    source = {
        part: next((said for said in ranked if getattr(said.parts, part)), best)
        for part in ("dose", "route", "frequency", "strength", "reason")
    }
    source["route"] = _route_of(best, ranked)
    if best.parts.dose is None and source["dose"].parts.regimen:
        regimen = source["dose"].parts.regimen
    else:
        regimen = best.parts.regimen
    lasting = next((said for said in ranked if said.duration), best)
    frequency, its_place = _fullest(ranked, source["frequency"], prescribed)
    places = {"name": best.places["name"]}
    for part, said in source.items():
        if part in said.places:
            places[part] = said.places[part]
    if its_place is not None:
        places["frequency"] = its_place
    for part, said in (
        ("previous_dose", best),
        ("status", best),
        ("on", best),
        ("duration", lasting),
        ("regimen", source["dose"]),
    ):
        if part in said.places:
            places[part] = said.places[part]
    shown = _shown(best, source["dose"])
    places["name"] = shown.places["name"]
    return Medication(
        start=shown.start,
        end=shown.end,
        original=note.text[shown.start : shown.end],
        section=note.part_at(shown.start),
        places=places,
        name=best.name,
        ingredient=best.ingredient if best.ingredient != best.name else None,
        concept=best.concept,
        dose=source["dose"].parts.dose,
        previous_dose=best.parts.previous or _dose_before(statements, best),
        strength=source["dose"].parts.strength,
        route=source["route"].parts.route,
        frequency=frequency,
        duration=lasting.duration,
        until=lasting.until,
        reason=source["reason"].parts.reason,
        regimen=regimen,
        status=status,
        reality=best.reality,
        ending=ending,
        listed=any(said.listed for said in statements),
        retracted=any(said.retracted for said in statements),
        on=best.on,
    )


def _status_of(statements: Sequence[Statement], best: Statement) -> MedicationStatus:
    """What becomes of it; what goes on under another name is changed, and not started: methotrexate, then Metoject."""
    goes_on = any(
        said.status is MedicationStatus.CONTINUED
        and said.reality is Reality.ACTUAL
        and said.start < best.start
        and said.name != best.name
        and said.parts.dose is not None
        for said in statements
    )
    return MedicationStatus.CHANGED if best.status is MedicationStatus.STARTED and goes_on else best.status


def _shown(best: Statement, dosed: Statement) -> Statement:
    """Where what goes on is told in full: where its dose stands, though "carry on with it" stands elsewhere."""
    same = best.status in {MedicationStatus.CONTINUED, MedicationStatus.STOPPED} and dosed.status is best.status
    return dosed if same and dosed.reality is best.reality is Reality.ACTUAL and best.parts.dose is None else best


def _route_of(best: Statement, ranked: list[Statement]) -> Statement:
    """The statement that tells the way it is given: of a dose, only one of the same dose.

    Another is how it was given at another time: "fluid removed with intravenous furosemide".
    """
    dose = best.parts.dose
    told = (said for said in ranked if said.parts.route and (dose is None or said.parts.dose == dose))
    return next(told, best)


def _fullest(
    ranked: list[Statement], source: Statement, prescribed: list[Statement]
) -> tuple[str | None, Place | None]:
    """The frequency, and where a prescription's directions tell more of the same, those."""
    frequency, place = source.parts.frequency, source.places.get("frequency")
    for said in ranked if prescribed else ():
        longer = said.parts.frequency
        if longer and frequency and longer.startswith(frequency) and len(longer) > len(frequency):
            frequency, place = longer, said.places.get("frequency")
    return frequency, place


def _dose_before(statements: list[Statement], best: Statement) -> str | None:
    """What was taken before a change, where the note tells it elsewhere."""
    if best.status is not MedicationStatus.CHANGED or best.parts.dose is None:
        return None
    earlier = [
        said.parts.dose
        for said in statements
        if said.start < best.start and said.status is MedicationStatus.CONTINUED and said.parts.dose
    ]
    return earlier[-1] if earlier and earlier[-1] != best.parts.dose else None


def _warned_off(note: Note, statements: list[Statement], best: Statement) -> bool:
    """Whether a note that lists a drug warns against it elsewhere.

    What it orders in so many words stands: in its plan, or behind what the drug did.
    """
    if best.status in {MedicationStatus.MENTIONED, MedicationStatus.STOPPED}:
        return False
    warnings = [said.warned for said in statements if said.warned is not None]
    warned_at = max((said.start for said in statements if said.warned is not None), default=0)
    behind = any(said.said and said.status in _TAKEN and said.start > warned_at for said in statements)
    ordered = (best.said and note.part_at(best.start) == "plan") or behind
    return any(warned.forbidden or not ordered for warned in warnings if warned.forbidden or warned.reason)


def _agrees(dose: str | None, other: str | None) -> bool:
    return dose is None or other is None or dose == other


def _weight(note: Note, said: Statement) -> tuple[int, int, int, int, int]:
    """How much a statement counts: what is done in the plan before what was told before, the later before the earlier.

    What is added to a note afterwards, with a dose or an event, goes before all of it. Of what only tells that a drug
    is taken, a dose goes before none.
    """
    plan = note.part_at(said.start) == "plan"
    real = said.reality is Reality.ACTUAL
    return (
        note.additions_before(said.start) if said.parts.dose or said.event else 0,
        _RANK[said.status] + (3 if plan and said.status is not MedicationStatus.MENTIONED else 0),
        int(said.said and real),
        said.start if said.event else 0,
        int(said.parts.dose is not None),
    )
