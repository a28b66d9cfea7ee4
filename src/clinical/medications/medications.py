"""Medications: which, how much, by which way, how often, how long, what for; what becomes of them, how real it is.

Each naming of a drug is read in its passage: the words that govern it say what becomes of it (`governing`), and the
parts that stand by it belong to it (`parts`). What a note says of one drug is one fact as far as it agrees (`merging`).
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from clinical.allergies.avoidance import warned_of
from clinical.allergies.tabled import tabled
from clinical.facts import Measurement, Medication, MedicationStatus, Reality
from clinical.measurements.labs import without_results
from clinical.medications.aside import is_aside, is_denied
from clinical.medications.bare_lines import bare_regimen
from clinical.medications.decided import decided_against
from clinical.medications.drug_names import Name, is_taken, is_wanted
from clinical.medications.given import between_values, is_given_now, is_of_shift
from clinical.medications.governing import Governing
from clinical.medications.labels import label_verdict
from clinical.medications.meant import is_meant
from clinical.medications.merging import facts_from
from clinical.medications.own_dose import own_of
from clinical.medications.parts import Parts, parts_of, without_supply
from clinical.medications.passages import Passage, passages_of
from clinical.medications.places import fallback_of, lead_verdict
from clinical.medications.reach import Reach, reach_of
from clinical.medications.regimens import is_step
from clinical.medications.rows import row_statements
from clinical.medications.statements import Statement, further_statements, is_dosed, statement_of
from clinical.medications.tolerated import tolerated
from clinical.medications.turns import Turn
from clinical.medications.verdicts import Verdict, further, settled, taken_until
from clinical.note import Note
from clinical.weighing.medications import weighed

_DAY_OF_COURSE = re.compile(r"\bday \d{1,2}\s?(?:of|/)\s?\d{1,2}\b", re.IGNORECASE)
_DAY_BEFORE = re.compile(rf"{_DAY_OF_COURSE.pattern}(?:\s(?:of|his|her|the|course|oral|iv)){{0,4}}\s$", re.IGNORECASE)
# So far behind a kind of medicines its own dose stands: "NRT patch 21 mg".
_AT_ONCE = 8
_OPENS_BRACKET = re.compile(r"(?:\s\w{1,12})?\s?\(")
# No bracket that names a medication is longer.
_BRACKET = 60


def medications(note: Note, names: Sequence[Name], results: Sequence[Measurement] = ()) -> list[Medication]:
    """The medications of a note, in the order in which the text first names them.

    Args:
        note: The note.
        names: See `names_of`.
        results: What the laboratory found (`labs`); no value of it is a dose.
    """
    doses = without_supply(without_results(note.text, results))
    names = _without_allergens(note, _apart(names), doses)
    statements: list[Statement] = []
    for passage in passages_of(note, names):
        statements.extend(_of_passage(note, names, passage, doses))
    return facts_from(note, weighed(note, statements))


def _apart(names: Sequence[Name]) -> list[Name]:
    """The names without those that overlap with one before."""
    found: list[Name] = []
    for name in names:
        if not found or name.start >= found[-1].end:
            found.append(name)
    return found


def _without_allergens(note: Note, names: list[Name], doses: str) -> list[Name]:
    """The names without those in the rows of a table of allergies, of which nobody takes anything."""
    rows = sorted((start, end) for start, end, _ in tabled(note) if not is_dosed(doses, start, end))

    def is_allergen(name: Name) -> bool:
        row = bisect_right(rows, (name.start, len(note.text))) - 1
        return row >= 0 and name.start < rows[row][1]

    return [name for name in names if not is_allergen(name)]


def _of_passage(note: Note, names: Sequence[Name], passage: Passage, doses: str) -> Iterator[Statement]:
    if passage.row is not None:
        told = row_statements(note, names, passage, doses)
        if told is not None:
            yield from told
            return
    first, after = note.document.tokens_in(passage.start, max(passage.end, passage.start + 1))
    verdicts = Governing(note, names, passage.names).read(first, after)
    lead = lead_verdict(note, names, passage)
    for number in passage.names:
        own = verdicts.get(number, [])
        hers = _changed_own(note, names, number, doses) if all(map(_tells_only, own)) else None
        if hers is not None:
            yield hers
            continue
        # What is weighed of a drug in a list of what is taken counts as it does under a heading.
        label = label_verdict(note, names[number]) if all(map(_tells_only, own)) else None
        if label is not None and not _contradicts(own, label):
            yield from _of_name(note, names, passage, number, [label, *own], doses, False)
            continue
        listed = lead is not None and lead.status is MedicationStatus.CONTINUED and bool(own)
        yield from _of_name(note, names, passage, number, [lead, *own] if lead and not listed else own, doses, listed)


def _contradicts(own: Sequence[Verdict], label: Verdict) -> bool:
    """Whether words beside a drug tell something else of it than that it is on a list: "tried last winter"."""
    return label.status is MedicationStatus.CONTINUED and any(one.status is not label.status for one in own)


def _tells_only(verdict: Verdict) -> bool:
    """Whether a drug is only told of, so that two doses of it mean a change: "30 mg BD (was 20 mg BD)"."""
    return not verdict.strong and verdict.reality in {Reality.ACTUAL, Reality.PAST}


def _is_answered_of(verdict: Verdict | None) -> bool:
    """Whether something is done with a drug or asked of it, which a "no" then answers."""
    return verdict is not None and (verdict.strong or verdict.reality in {Reality.DECLINED, Reality.REQUESTED})


def _now_and_later(
    name: Name, verdicts: list[Verdict], place: MedicationStatus, doses: str
) -> tuple[Verdict | None, list[Verdict]]:
    """What becomes of a drug now, and what is to become of it later or if something happens."""

    def dosed_before(at: int) -> bool:
        return is_dosed(doses, name.end, at)

    verdicts = [one for one in verdicts if not is_step(doses, name.end, one)]
    verdict = settled(verdicts, place, dosed_before)
    ahead = any(one.start < name.start and one.reality is not Reality.ACTUAL for one in verdicts)
    if verdict is not None and taken_until(verdict) and not ahead and dosed_before(verdict.start):
        # "40 mg nocte: suspend if daptomycin is needed": it is taken now
        told = Verdict.of(MedicationStatus.CONTINUED, name.start, name.end)
        return told._replace(sure=verdict.sure and verdict.reality is Reality.PLANNED), [verdict]
    return verdict, further(verdicts, verdict)


def _before_later(reach: Reach, verdict: Verdict | None, later: Sequence[Verdict]) -> Reach:
    """The reach of what is said of now: it ends where it is said what becomes of the drug later."""
    known = [one.start for one in later if one.start > reach.end]
    if not known or (verdict is not None and verdict.start >= min(known)):
        return reach
    return replace(reach, until=min([reach.until, *known]))


def _is_turned(verdict: Verdict | None, turn: Turn) -> bool:
    """Whether the turn from one dose to another tells what becomes of a drug: what is said before is of the first."""
    if verdict is None:
        return True
    if verdict.reality is Reality.PAST or verdict.ending is not None:
        return turn.now and verdict.start < turn.place.end
    return verdict.reality is Reality.ACTUAL


def _day_of_course(note: Note, name: Name, until: int) -> re.Match[str] | None:
    """The day of a course that it is, behind a drug or right before it: "co-amoxiclav day 4 of 7"."""
    first, _ = note.document.sentence_span(name.start)
    before = _DAY_BEFORE.search(note.text, max(first, name.start - _BRACKET), name.start)
    return before or _DAY_OF_COURSE.search(note.text, name.end, until)


def _told_by_parts(note: Note, name: Name, parts: Parts, verdict: Verdict | None, reach: Reach) -> Verdict | None:
    """What becomes of a drug of which words only tell, where its doses say more: changed, given now, by a scale."""
    if (verdict is None or _tells_only(verdict)) and (given := between_values(note, name)) is not None:
        return given
    if parts.turn is not None and _is_turned(verdict, parts.turn):
        return Verdict.of(MedicationStatus.CHANGED, *parts.turn.place)
    if verdict is not None and not _tells_only(verdict):
        return verdict
    if parts.previous is not None and parts.dose is not None:
        verdict = Verdict.of(MedicationStatus.CHANGED, *(parts.arrow or parts.places["previous_dose"]))
    if verdict is not None and (
        (parts.dose or is_of_shift(note, name, verdict)) and is_given_now(note, name, verdict, reach.until)
    ):
        verdict = verdict._replace(status=MedicationStatus.STARTED, reality=Reality.ACTUAL, strong=True)
    if (verdict is None or _tells_only(verdict)) and (day := _day_of_course(note, name, reach.until)) is not None:
        return Verdict.of(MedicationStatus.CONTINUED, *day.span())._replace(sure=True)
    if parts.sliding and (verdict is None or _tells_only(verdict)):
        return Verdict.of(MedicationStatus.MENTIONED, *parts.places["regimen"])._replace(reality=Reality.CONDITIONAL)
    return verdict


def _is_told_in_bracket(note: Note, names: Sequence[Name], number: int, parts: Parts) -> bool:
    """Whether a bracket says which medication is meant: "B12 injection (hydroxocobalamin 1 mg)"."""
    inside = names[number + 1] if number + 1 < len(names) else None
    between = note.text[names[number].end : inside.start] if inside is not None else ""
    if inside is None or not _OPENS_BRACKET.fullmatch(between):
        return False
    close = note.text.find(")", inside.end, inside.end + _BRACKET)
    return parts.dose is not None and inside.end < parts.places["dose"].start < close


def _of_name(
    note: Note,
    names: Sequence[Name],
    passage: Passage,
    number: int,
    verdicts: list[Verdict],
    doses: str,
    listed: bool,
) -> Iterator[Statement]:
    name = names[number]
    aside = is_aside(note, name)
    harmless = tolerated(note, name) if aside or note.kind_at(name.start) == "allergies" else None
    if aside and harmless is None:
        yield from _of_own(note, name, names[number + 1].start if number + 1 < len(names) else len(note.text), doses)
        return
    if harmless is not None:
        verdicts, listed = [harmless], False
    reach = reach_of(note, names, passage, number, verdicts)
    place = MedicationStatus.CONTINUED if listed else fallback_of(note, name, dosed=True)
    verdict, later = _now_and_later(name, verdicts, place, doses)
    answer = decided_against(note, name, verdict) if verdict is not None else None
    verdict = answer or verdict
    own = _before_later(reach, verdict, later)
    parts = parts_of(note, name, own, verdict, doses)
    verdict = _told_by_parts(note, name, parts, verdict, own)
    if _is_told_in_bracket(note, names, number, parts):
        return
    following = names[number + 1].start if number + 1 < len(names) else len(note.text)
    previous = names[number - 1].end if number else 0
    if (
        name.term.flag
        and answer is None
        and not is_meant(note, name, verdict, parts)
        and not is_taken(note, name, parts.dose, passage.start, previous)
    ):
        return
    if (verdict is not None and verdict.denied) or is_denied(note, name, event=_is_answered_of(verdict)):
        if note.context.of(name.start, name.end).family:
            yield from _of_own(note, name, following, doses)
        return
    if name.term.kind == "class" and verdict is not None and verdict.exchanged:
        return  # "change his statin to …" tells what he has now
    warned = warned_of(note, name, following)
    place = MedicationStatus.CONTINUED if listed else fallback_of(note, name, dosed=bool(parts.dose or parts.frequency))
    if verdict is None and place is MedicationStatus.MENTIONED:
        verdict = bare_regimen(note, name, parts)
    statement = statement_of(note, name, parts, verdict, place, warned)
    amounts = (parts.places[part].start for part in ("dose", "frequency") if part in parts.places)
    dosed = any(0 <= start - name.end <= _AT_ONCE for start in amounts)
    if is_wanted(name, statement.status, statement.reality, event=statement.event, dosed=dosed):
        yield statement
        yield from further_statements(note, name, statement, later, reach, doses)


def _changed_own(note: Note, names: Sequence[Name], number: int, doses: str) -> Statement | None:
    """What is done with the patient's own behind what is true of a drug: "it accumulates, so his was reduced"."""
    following = names[number + 1].start if number + 1 < len(names) else len(note.text)
    told = next(_of_own(note, names[number], following, doses), None)
    return told if told is not None and told.status is not MedicationStatus.CONTINUED else None


def _of_own(note: Note, name: Name, until: int, doses: str) -> Iterator[Statement]:
    """What is said of the patient's own behind a relative's, or a level: "levels fall, so I have doubled hers"."""
    own = own_of(note, name, until, doses)
    if own is not None:
        parts = parts_of(note, name, own.reach, own.verdict, own.doses)
        yield statement_of(note, name, parts, own.verdict, MedicationStatus.CONTINUED, None)
