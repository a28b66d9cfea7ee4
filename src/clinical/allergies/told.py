"""What a sentence says of allergies, in a list or outside of one: statements, denials, and what is taken back."""

import re
from collections.abc import Iterator

from clinical.allergies.answered import answered
from clinical.allergies.answers import answers_in
from clinical.allergies.denials import Denial, denials_in
from clinical.allergies.item import Item
from clinical.allergies.items import items_in
from clinical.allergies.kept import concluded, culprits, is_of_one, on_list
from clinical.allergies.mention import Mention, Told
from clinical.allergies.owners import is_of_another
from clinical.allergies.reactions import reaction_of
from clinical.allergies.registered import registered
from clinical.allergies.single import denies, harm_behind_name
from clinical.allergies.standing import DOUBT, Standing, is_intolerance, is_taken_back, standing_behind
from clinical.allergies.statements import statements_in, was_labelled
from clinical.allergies.substances import Sort, ingredient_of, is_kind_of, is_known, names_in, sort_of
from clinical.allergies.treatments import treats_allergies
from clinical.note import Note

# Before a statement: it is asked, feared, or a condition.
_HYPOTHETICAL = re.compile(
    r"\b(?:if|unless|in case|whether|ask(?:ed|ing)? (?:about|for|if)|enquire[ds]? about|check(?:ed|ing)? (?:for|if)|"
    r"risks?|watch (?:out )?for|look(?:ing)? (?:out )?for|monitor\w*|"
    r"warn\w*|signs of|symptoms of|prevent\w*|patients|people|those with|anyone|counsel\w*|rule out|r/o|screen\w* for|"
    r"test(?:ed|ing|s)? for|assess\w* for|evaluat\w+ for|"
    r"before giving|could|would|should)\b[^.;]*$",
    re.IGNORECASE,
)
# "Reacts to plasters", "a severe reaction to bee stings": what can only be told of who is allergic.
_REACTS = re.compile(r"react(?:s|ed)\b|(?:severe|serious|bad|nasty) ", re.IGNORECASE)
_LONGEST_EXCEPTION = 300
_SENSES = frozenset({"allergies", "medications", "past", "history", "subjective", "complaint", "problems"})
_HAD = re.compile(
    r"\b(?:had|taken|takes?|took|tolerat\w+|given|received|since|eats?|eaten|ate|courses?)\b", re.IGNORECASE
)
_SIGHT, _SHORT = 40, 4
_LABEL = re.compile(r"\b(?:de|un)-?label|\ballerg|\b(?:label|entry|flag|alert)\b", re.IGNORECASE)
# Sensitive to what nobody listed, by a test: "sensitive to fragrance mix on patch testing".
_TESTED = re.compile(r"\b(?:patch|prick|skin|allergy|blood) test\w*|\bIgE\b|\bRAST\b", re.IGNORECASE)
_DELABELLED = re.compile(r"\b(?:de|un)-?label", re.IGNORECASE)


def told_in(note: Note, start: int, end: int, *, denials: bool = True, listed: bool = False) -> Iterator[Mention]:
    """What a sentence says outside of lists, or (`listed`) as an item of one."""
    text = note.text
    kind = note.kind_at(start)
    if kind == "family":
        return
    spans: list[tuple[int, int]] = []
    for denial in denials_in(text, start, end) if denials else ():
        if any(first <= denial.start < last for first, last in spans):
            continue
        if not denial.asked and note.context.of(denial.start, denial.start + 1).hypothetical:
            continue
        if is_of_one(text, start, denial.start, denial.end):
            yield from concluded(text, start, denial.start)
            continue
        spans.append((denial.start, denial.end if denial.exceptions is None else end))
        yield from denied_in(note, denial, end)
    if kind != "allergies":
        answers = answers_in(text, start, end, labelled=True)
        if answers:
            yield from answered(note, answers)
            return
    recorded = [*registered(note, start, end), *on_list(text, start, end), *culprits(text, start, end)]
    entered = [one for one in recorded if not note.context.of(one.start, one.end).family]
    yield from entered
    known = {ingredient_of(one.substance) for one in entered}
    stated: list[Mention] = []
    for told in statements_in(text, start, end, listed=listed):
        if not any(first <= told.lead[0] < last for first, last in spans):
            stated.extend(_stated(note, told, start, end))
    yield from (one for one in stated if ingredient_of(one.substance) not in known)
    yield from _delabelled(note, start, end, told=listed or bool(stated) or bool(entered))


def denied_in(note: Note, denial: Denial, end: int, *, answers: bool = False) -> Iterator[Mention]:
    """A blanket denial; where it leaves something out, that is what there is.

    Args:
        note: The note.
        denial: The denial.
        end: Where its sentence ends.
        answers: Whether it answers a heading; then a relative who is named is the one who says so.
    """
    if (not answers and note.context.of(denial.start, denial.start + 1).family) or note.kind_at(
        denial.start
    ) == "family":
        return
    if denial.exceptions is not None:
        end = min(end, denial.exceptions + _LONGEST_EXCEPTION)
        left_out = [
            item
            for item in items_in(note.text, denial.exceptions, end)
            if is_known(item.substance) or item.reaction is not None or len(item.substance.split()) < 3
        ]
        told = [
            one for one in told_in(note, denial.exceptions, end, denials=False) if one.standing is not Standing.DOUBTED
        ]
        yield from told
        named = {one.substance for one in told}
        yield from (Mention(*item[:5], standing=item.standing) for item in left_out if item.substance not in named)
        if any(one.standing is not Standing.NOT_BORNE for one in told) or (
            not told and any(item.standing is Standing.HELD for item in left_out)
        ):
            return
    yield from (Mention(denial.start, denial.end, name, None, None, Standing.DENIED) for name in denial.classes)


def _delabelled(note: Note, start: int, end: int, *, told: bool) -> Iterator[Mention]:
    """What is taken back, if nothing else is told: "penicillin de-labelled", "Latex: on the allergy list in error"."""
    words = note.text[start:end]
    if not told and _LABEL.search(words) and (is_taken_back(words) or is_of_another(words)):
        yield from _taken_back_names(note, start, end)


def taken_back(note: Note, start: int, end: int) -> Iterator[Mention]:
    """A sentence that takes something back: the substances before the words that do."""
    yield from told_in(note, start, end)
    if not _DELABELLED.search(note.text, start, end):
        yield from _taken_back_names(note, start, end)


def _taken_back_names(note: Note, start: int, end: int) -> Iterator[Mention]:
    text = note.text
    names = _without_proofs(text, names_in(text, start, end))
    alone = len({text[first:last].lower() for first, last in names}) == 1
    if alone:
        first, last = names[0]
        if treats_allergies(text[first:last]):
            return  # what is given for it
        place = harm_behind_name(text, last, end)
        reaction = reaction_of(text, *place) if place else None
        yield Mention(first, last, _plain(text, first, last), reaction, place, Standing.RETRACTED)
        return
    for number, (first, last) in enumerate(names):
        stop = names[number + 1][0] if number + 1 < len(names) else end
        item = next(iter(items_in(text, first, stop)), None)
        back = is_taken_back(text[last:stop])
        if item is None or (not back and number):
            continue  # what was borne since, or given instead
        standing = Standing.RETRACTED if back else standing_behind(text[last:stop]) or item.standing
        reaction = item.reaction if item.reaction and len(item.reaction.split()) < _SHORT else None
        yield Mention(first, last, _plain(text, first, last), reaction, item.reaction_at, standing)


def _plain(text: str, start: int, end: int) -> str:
    return " ".join(text[start:end].lower().split())


def _without_proofs(text: str, names: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The names without those that only prove the first one wrong: "she has had co-amoxiclav since"."""
    if not names:
        return []
    own = _plain(text, *names[0])
    return [
        (first, last)
        for first, last in names
        if _plain(text, first, last) == own
        or not (is_kind_of(_plain(text, first, last), own) and _HAD.search(text, max(0, first - _SIGHT), first))
    ]


def _stated(note: Note, told: Told, start: int, end: int) -> Iterator[Mention]:
    text, item = note.text, told.item
    taken_back = is_taken_back(text[start:end])
    if note.in_heading(item.start) or note.kind_at(item.start) == "instructions":
        return
    if told.weak and (
        (not is_known(item.substance) and not _TESTED.search(text, item.end, end))
        or (
            note.kind_at(item.start) not in _SENSES
            and item.reaction is None
            # "entered by mistake; she reacted to chlorhexidine": what it was instead
            and not taken_back
            and sort_of(item.substance) is not Sort.DRUG
            and not (sort_of(item.substance) is Sort.THING and _REACTS.match(text, *told.lead))
            and not _TESTED.search(text, item.end, end)
        )
    ):
        return
    meant = note.context.of(*told.lead)
    own = note.context.of(item.start, item.end)
    if (
        meant.family
        or own.family
        or _HYPOTHETICAL.search(text, max(start, told.lead[0] - 60, 0), min(told.lead[0], item.start))
    ):
        return
    standing = _standing(note, told, start, end)
    if standing is Standing.HELD and (
        meant.possible
        or DOUBT.search(text[max(start, min(item.start, told.lead[0]) - 45) : min(item.start, told.lead[0])])
    ):
        standing = Standing.DOUBTED
    if standing is Standing.HELD and (meant.negated or (own.negated and item.reaction_at is None)):
        standing = Standing.RETRACTED if taken_back else Standing.DENIED
    if standing is Standing.HELD and is_intolerance(text[slice(*told.lead)]):
        standing = Standing.NOT_BORNE
    yield Mention(
        item.start,
        item.end,
        item.substance,
        item.reaction if standing is not Standing.DENIED else None,
        item.reaction_at,
        standing,
    )


def _standing(note: Note, told: Told, start: int, end: int) -> Standing:
    text, item = note.text, told.item
    if item.standing is not Standing.HELD:
        return item.standing
    behind = max(item.end, told.lead[1])
    rest = text[behind : _end_of_statement(text, item, behind, end)]
    before = text[max(start, min(item.start, told.lead[0]) - 30) : min(item.start, told.lead[0])]
    if is_of_another(rest):
        return Standing.RETRACTED
    if denies(rest):
        return Standing.DENIED
    said = standing_behind(rest)
    if said is not None and not (said is Standing.DENIED and rest.startswith(",")):
        return said
    if re.search(
        r"(?i)\bno longer\b[^.;]{0,25}$|\bnot (?:a )?(?:true|really|truly|genuinely)[^.;]{0,15}$|"
        r"\boutgr[eo]wn?(?: (?:his|her|their|the|an?))?\s$|\bde-?label\w*[^.;]{0,20}$",
        before,
    ) or was_labelled(text, start, min(item.start, told.lead[0])):
        return Standing.RETRACTED
    return Standing.HELD


def _end_of_statement(text: str, item: Item, at: int, end: int) -> int:
    """Where what is said of a substance ends: with the clause before the next one, unless that proves it wrong."""
    own = ingredient_of(item.substance.rstrip("s"))
    for first, last in names_in(text, at, end):
        other = ingredient_of(text[first:last].lower().rstrip("s"))
        # "she has had co-amoxiclav since" is said of the penicillin
        if other != own and not is_kind_of(other, own) and other not in own.split():
            cut = max(text.rfind(mark, at, first) for mark in ",;")
            return cut if cut >= 0 else end
    return end
