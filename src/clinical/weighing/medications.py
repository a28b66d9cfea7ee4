"""What becomes of a drug, and how real that is: the rules' verdict, weighed with the words around the drug.

The rules know constructions; no list of them is complete. The weights come from notes that strangers wrote and
annotated, and the verdict of the rules is one of the things weighed, so that it stands where nothing speaks against it.
That a drug is taken is said only where that is likely: told wrongly, it does more harm than left open.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from clinical.facts import Ending, MedicationStatus, Reality
from clinical.medications.signals import Signal, signals_in
from clinical.medications.statements import Statement
from clinical.note import Note
from clinical.weighing.linear import linear
from clinical.weighing.surroundings import DRUG, Surroundings

MODEL = "medications"
OTHERS, WARNED = "other", "avoid"
"""Answers beside statuses and realities: somebody else's; only warned against."""
TAKEN = frozenset({MedicationStatus.STARTED.value, MedicationStatus.CONTINUED.value, MedicationStatus.CHANGED.value})
_OVER = frozenset({MedicationStatus.STOPPED.value, Reality.PAST.value, Reality.DECLINED.value, WARNED})
LIKELY, LISTED = 0.7, 0.6
"""From this share on a drug is said to be taken; where it only stands in a list of what is taken, from the second."""
_AT_LEAST = 0.3
"""Below this share nothing is said of a drug that is likelier to be taken, but not likely enough."""
_HELD_TO = 0.1
"""So likely what a heading says must still be to stand: "Changed medications"."""
_MOST = 400
"""So many statements of a note are weighed; no note has as many, and a text of nothing but drugs must not take long."""
_HEADED = frozenset({MedicationStatus.STARTED, MedicationStatus.STOPPED, MedicationStatus.CHANGED})
_IN_PLACE_OF = re.compile(r"\b(?:instead|in place) of (?:an?|any)\s$", re.IGNORECASE)
# Tokens of a sentence that says one thing, and what tells that it says more.
_SHORT, _PARTS = 8, re.compile(r"[,;:()\[\]?/>→\n–—+&]|\band\b|\s-\s")
_CUTS = re.compile(r"[,;]\s|\s[-–—/]\s")
_BEFORE = 24
_AHEAD = frozenset(one.value for one in (Reality.PLANNED, Reality.CONDITIONAL, Reality.CONSIDERED, Reality.REQUESTED))
_PLANS = frozenset({"plan", "assessment_plan", "instructions"})
_SIGNALS, _CLOSE = 3, 4
_STATUSES = {status.value: status for status in MedicationStatus}
_REALITIES = {reality.value: reality for reality in Reality if reality is not Reality.ACTUAL}
_ENDINGS = {"held": Ending.HELD, "completed": Ending.COMPLETED}


def weighed(note: Note, statements: Sequence[Statement]) -> list[Statement]:
    """The statements of a note as they are after weighing.

    What the rules take for a warning is left to them, and what was added below a note, which corrects it. A drug that
    is somebody else's is left out.
    """
    found: list[Statement] = []
    left_open: dict[int, Statement] = {}
    judged = {id(one) for one in to_judge(statements)[:_MOST]}
    for one in statements:
        if (
            one.shunned
            or one.sure
            or id(one) not in judged
            or note.additions_before(one.start)
            or _is_of_no_one(note, one)
        ):
            found.append(one)
            continue
        signals = signals_of(note.surroundings, one)
        if _is_plain(note, one, signals, *note.document.sentence_span(one.places["name"].start)):
            found.append(one)
            continue
        shares = linear(MODEL).shares(features_of(note.surroundings, one, signals))
        told = answer(shares, one)
        verbs = [signal for signal in signals if signal.commands]
        if told == MedicationStatus.MENTIONED.value and _is_plain(
            note, one, verbs, *_part_at(note, one.places["name"].start)
        ):
            found.append(one)
            continue
        if not signals and note.kind_at(one.places["name"].start) not in _PLANS:
            told = _unsaid(told, one)
        if told == MedicationStatus.MENTIONED.value and one.said and said_by_rules(one) in TAKEN:
            left_open[len(found)] = one
        if told != OTHERS:
            found.append(_told(one, told, signals))
    for at, one in left_open.items():
        if any(_is_said_of_both(one, other) for other in found):
            found[at] = one
    return found


def _is_said_of_both(one: Statement, other: Statement) -> bool:
    """Whether the same verb says of two drugs what one of them was found to be: "on X for AF, Y for reflux and Z"."""
    verb = one.places.get("status")
    return (
        verb is not None
        and other is not one
        and other.places.get("status") == verb
        and other.places["name"] != one.places["name"]
        and verb.end <= min(one.places["name"].start, other.places["name"].start)
        and said_by_rules(other) == said_by_rules(one)
    )


def _is_plain(note: Note, one: Statement, signals: Sequence[Signal], first: int, last: int) -> bool:
    """Whether a short sentence, or part of one, says one thing of one drug, with the verb right beside.

    "Apixaban was restarted today", "NKDA, stop apixaban"; in longer ones what else stands there is weighed as well.
    """
    if not one.said or one.reality is not Reality.ACTUAL:
        return False
    name = one.places["name"]
    beside = [signal for signal in signals if first <= signal.start < last]
    begin, end = note.document.tokens_in(first, last)
    if len(beside) != 1 or end - begin > _SHORT or _PARTS.search(note.text, first, max(first, last - 1)):
        return False
    (verb,) = beside
    says_so = any(meaning.status is one.status for meaning in verb.meanings)
    return says_so and verb.is_beside(note.text, name.start, name.end)


def _part_at(note: Note, at: int) -> tuple[int, int]:
    """Where the part of a sentence begins and ends that stands between commas, dashes or slashes."""
    first, last = note.document.sentence_span(at)
    for cut in _CUTS.finditer(note.text, first, last):
        if cut.start() >= at:
            return first, cut.start()
        first = cut.end()
    return first, last


def _unsaid(told: str, one: Statement) -> str:
    """An answer that no word speaks for: "folic acid 5 mg on Thursdays" is no plan."""
    left_open = told in _AHEAD and said_by_rules(one) == MedicationStatus.MENTIONED.value
    return MedicationStatus.MENTIONED.value if left_open else told


def _is_of_no_one(note: Note, one: Statement) -> bool:
    """Whether a drug is only a kind of which another one takes the place: "instead of a penicillin"."""
    start = one.places["name"].start
    return _IN_PLACE_OF.search(note.text[max(0, start - _BEFORE) : start]) is not None


def to_judge(statements: Sequence[Statement]) -> list[Statement]:
    """The first statement at each place; what else stands there is what is to become of the same drug later."""
    first: dict[int, Statement] = {}
    for one in statements:
        first.setdefault(one.places["name"].start, one)
    return list(first.values())


def said_by_rules(one: Statement) -> str:
    """The answer that the rules give."""
    if one.shunned:
        return WARNED
    return one.reality.value if one.reality is not Reality.ACTUAL else one.status.value


def answer(shares: dict[str, float], one: Statement) -> str:
    """The likeliest answer, among those of a drug that is taken where that is likely enough, and among others else.

    That it is over is said only where the rules say so, or where that is likelier than that it is taken; else it is
    left open.
    """
    rules = said_by_rules(one)
    if not one.said and one.status in _HEADED and shares.get(rules, 0.0) >= _HELD_TO:
        return rules
    enough = LISTED if rules in TAKEN and one.listed and not one.said else LIKELY
    taken = sum(share for told, share in shares.items() if told in TAKEN)
    told = max((told for told in shares if (told in TAKEN) is (taken >= enough)), key=lambda told: shares[told])
    if told in TAKEN and rules == MedicationStatus.CHANGED.value and one.parts.previous:
        return rules  # two doses, of which the one took the place of the other
    weak = shares[told] < (taken if told in _OVER else _AT_LEAST)
    return MedicationStatus.MENTIONED.value if weak and told not in TAKEN | {rules} else told


def _told(one: Statement, told: str, signals: Sequence[Signal]) -> Statement:
    """A statement with an answer in place of its own."""
    if told == said_by_rules(one):
        return one
    if told == Reality.PAST and one.status is MedicationStatus.STOPPED:
        return replace(one, reality=Reality.PAST)
    if told in _REALITIES:
        return replace(one, status=MedicationStatus.MENTIONED, reality=_REALITIES[told], ending=None, event=False)
    status = _STATUSES.get(told, MedicationStatus.MENTIONED)
    ending = None
    if status is MedicationStatus.STOPPED:
        ending = one.ending or next((_ENDINGS[each.says] for each in signals if each.says in _ENDINGS), Ending.STOPPED)
    done = status not in {MedicationStatus.MENTIONED, MedicationStatus.CONTINUED}
    return replace(one, status=status, reality=Reality.ACTUAL, ending=ending, event=done, said=True)


def signals_of(around: Surroundings, one: Statement) -> list[Signal]:
    """The verbs and marks in the sentence of a drug."""
    place = one.places["name"]
    start, end = around.sentence(place.start, place.end)
    return signals_in(around.note, *around.note.document.tokens_in(start, end))


def features_of(around: Surroundings, one: Statement, signals: Sequence[Signal]) -> Iterator[str]:
    """What tells what becomes of a drug: the words around its name, the verbs and marks, and what the rules say."""
    place = one.places["name"]
    yield from around.features(place.start, place.end)
    yield from _of_signals(around, one, signals)
    said = (
        ("status", one.status.value),
        ("reality", one.reality.value),
        ("ending", one.ending.value if one.ending else ""),
        ("said", one.said),
        ("listed", one.listed),
        ("event", one.event),
        ("shunned", one.shunned),
        ("dose", bool(one.parts.dose)),
        ("frequency", (one.parts.frequency or "").endswith("needed") + bool(one.parts.frequency)),
    )
    for name, value in said:
        yield f"{name}={value}"
    yield "rules=" + "/".join(str(value) for _, value in said)


def _of_signals(around: Surroundings, one: Statement, signals: Sequence[Signal]) -> Iterator[str]:
    """The verbs and marks on either side, the nearest first."""
    place = one.places["name"]
    sides = (
        ("b", [each for each in signals if each.end <= place.start][::-1]),
        ("a", [each for each in signals if each.start >= place.end]),
    )
    for side, found in sides:
        if not found:
            yield f"s{side}:none"
            continue
        names = [f"{each.says}{'!' if each.passive else ''}" for each in found[:_SIGNALS]]
        for name in names:
            yield f"s{side}:{name}"
        nearest = found[0]
        between = around.between(*((nearest.end, place.start) if side == "b" else (place.end, nearest.start)))
        reach = f"{'beyond' if DRUG in between else ''}{'close' if len(between) < _CLOSE else ''}"
        yield f"s{side}{reach}:{names[0]}"
        yield f"s{side}:{' '.join(names[:2])}"
    yield "s:" + " ".join(found[0].says if found else "none" for _, found in sides)
