"""Allergies and intolerances: present, denied, or taken back. Hay fever and the like are diagnoses, not substances.

They stand in lists under their heading, in answers of forms and rows of tables, and in sentences anywhere. A named
allergy goes before a blanket denial in the same note, what is taken back goes before what was recorded, and what is
doubted, unanswered or a relative's is no fact.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from clinical.allergies.answers import Answer, answered_first, answers_in
from clinical.allergies.avoidance import NotBorne
from clinical.allergies.contested import Contested, contested_in
from clinical.allergies.denials import Denial, denials_in, denied_at
from clinical.allergies.items import Item, is_non_answer, items_in, reaction_place
from clinical.allergies.reactions import reaction_of, reactions_in
from clinical.allergies.standing import DOUBT, Standing, is_intolerance, is_taken_back, standing_behind
from clinical.allergies.statements import Told, statements_in, was_labelled
from clinical.allergies.substances import Sort, ingredient_of, is_known, names_in, sort_of
from clinical.allergies.tabled import tabled
from clinical.concepts import concept_of
from clinical.facts import Allergy, AllergyStatus, Place
from clinical.note import Note

_WORTH_A_LOOK = re.compile(
    r"llerg|LLERG|(?i:\bnk[dfm]?a\b|anaphyla|intoleran|sensitiv|adverse|react|rash|hives|urticaria|angio|wheez|swell|"
    r"swollen|blister|itch|tolerat|\badrs?\b|stevens)"
)
# Before a statement: it is asked, feared, or a condition.
_HYPOTHETICAL = re.compile(
    r"\b(?:if|unless|in case|whether|ask(?:ed|ing)? (?:about|for|if)|enquire[ds]? about|check(?:ed|ing)? (?:for|if)|"
    r"risks?|watch (?:out )?for|look(?:ing)? (?:out )?for|monitor\w*|"
    r"warn\w*|signs of|symptoms of|prevent\w*|patients|people|those with|anyone|counsel\w*|rule out|r/o|screen\w* for|"
    r"test(?:ed|ing|s)? for|assess\w* for|evaluat\w+ for|"
    r"before giving|could|would|should)\b[^.;]*$",
    re.IGNORECASE,
)
_NEGATES = re.compile(r"\b(?:no|not|denie[sd]|never|without|nor|negative)\b", re.IGNORECASE)
_BLANKET = frozenset({"any", "drugs", "foods"})
_LONGEST_LIST = 3_000
_LONGEST_EXCEPTION = 300
# Nobody has more allergies than a small part of these.
_MOST = 400
_SENSES = frozenset({"allergies", "medications", "past", "history", "subjective", "complaint", "problems"})

# In a line that begins with allergies and goes on with orders: "Allergies: latex. If dizzy, halve ramipril."
_ORDERS = re.compile(
    r"\s*(?:if|when|unless|please|plan|consider|start|continue|stop|halve|double|increase|reduce|take|give|refer|review)\b",
    re.IGNORECASE,
)
# What is told with how much of it is taken is no allergy: "Allergies: latex. Montelukast 10 mg nocte."
_DOSED = re.compile(r"\s*\d")
_DELABELLED = re.compile(r"\b(?:de|un)-?label", re.IGNORECASE)


class _Mention(NamedTuple):
    start: int
    end: int
    substance: str
    reaction: str | None
    reaction_at: tuple[int, int] | None
    standing: Standing


class ToldAllergies(NamedTuple):
    """What a note tells of allergies."""

    allergies: list[Allergy]
    not_borne: list[NotBorne]
    """What is listed with them, and said to be an intolerance."""


def told_allergies(note: Note) -> ToldAllergies:
    """What a note tells of allergies, in the order of the text, each substance once."""
    if not _WORTH_A_LOOK.search(note.text):
        return ToldAllergies([], [])
    mentions = sorted(
        (one for one in islice(_mentions(note), _MOST) if one.standing is not Standing.DOUBTED), key=lambda one: one[:2]
    )
    best: dict[str, _Mention] = {}
    for one in mentions:
        key = ingredient_of(one.substance)
        best[key] = one if key not in best else _better(best[key], one)
    chosen = sorted(_without_contradicted(best), key=lambda one: one[:2])
    return ToldAllergies(
        [_fact(note, one) for one in chosen if one.standing is not Standing.NOT_BORNE],
        [NotBorne(*one[:5]) for one in chosen if one.standing is Standing.NOT_BORNE],
    )


def _better(known: _Mention, other: _Mention) -> _Mention:
    """What is taken back goes before what is recorded, and that before a denial; the first place counts."""
    rank = (Standing.DENIED, Standing.HELD, Standing.NOT_BORNE, Standing.RETRACTED)
    if rank.index(other.standing) > rank.index(known.standing):
        return other
    if known.standing is other.standing and known.reaction is None and other.reaction is not None:
        return known._replace(reaction=other.reaction, reaction_at=other.reaction_at)
    return known


def _without_contradicted(best: dict[str, _Mention]) -> list[_Mention]:
    """Without the blanket denials that a named allergy of the same class contradicts."""
    held = {sort_of(one.substance) or Sort.DRUG for one in best.values() if one.standing is Standing.HELD}
    contradicted = {str(sort) for sort in held} | ({"any"} if held else set())
    return [
        one
        for one in best.values()
        if not (one.substance in _BLANKET & contradicted and one.standing is Standing.DENIED)
    ]


def _fact(note: Note, one: _Mention) -> Allergy:
    places = {"substance": Place(one.start, one.end)}
    if one.reaction_at is not None and one.reaction is not None:
        places["reaction"] = Place(*one.reaction_at)
    return Allergy(
        start=one.start,
        end=one.end,
        original=note.text[one.start : one.end],
        section=note.part_at(one.start),
        places=places,
        substance=one.substance,
        concept=concept_of(ingredient_of(one.substance), "allergen"),
        reaction=one.reaction,
        status=AllergyStatus.PRESENT if one.standing is Standing.HELD else AllergyStatus.DENIED,
        retracted=one.standing is Standing.RETRACTED,
    )


def _mentions(note: Note) -> Iterator[_Mention]:
    lists = [
        (segment.body, _end_of_list(note.text, segment.body, min(segment.end, segment.body + _LONGEST_LIST)))
        for segment in note.outline.segments
        if segment.kind == "allergies" and segment.end > segment.body
    ]
    rows = list(tabled(note))
    yield from (_Mention(*item[:5], standing=item.standing) for _, _, item in rows if item is not None)
    starts = sorted((start, end) for start, end, _ in rows)
    place, asked, row = 0, -1, 0
    for start, last in note.document.sentences:
        end = last
        while row < len(starts) and starts[row][1] <= start:
            row += 1
        if start < asked or (row < len(starts) and starts[row][0] <= start):
            continue
        if note.text[end - 1] == "?":
            # the answer stands behind the question, which a sentence ends with
            end = asked = max(end, note.document.line_at(start).end)
        while place < len(lists) and lists[place][1] <= start:
            place += 1
        listed = place < len(lists) and lists[place][0] < end
        if not listed and not _WORTH_A_LOOK.search(note.text, start, end):
            continue
        contested = contested_in(note.text, start, end)
        if contested is not None and not note.context.of(contested.start, contested.end).family:
            yield _contested(note, contested)
        elif listed:
            inside = max(start, lists[place][0])
            if inside > start:
                yield from _told(note, start, inside)
            stop = min(end, lists[place][1])
            yield from _listed(
                note, inside, stop, first=note.text[lists[place][0] : inside].strip() == "" or _on_own_line(note, start)
            )
        else:
            yield from _told(note, start, end)


def _contested(note: Note, told: Contested) -> _Mention:
    """What is denied and recorded stands as it is recorded."""
    substance = " ".join(note.text[told.start : told.end].lower().split())
    reaction = reaction_of(note.text, *told.reaction)
    return _Mention(told.start, told.end, substance, reaction, told.reaction, Standing.HELD)


def _on_own_line(note: Note, start: int) -> bool:
    return note.document.line_at(start).body >= start


def _end_of_list(text: str, start: int, end: int) -> int:
    """Where the list ends: with its line and its bullets; under a heading on a line of its own, with its paragraph."""
    line = text.find("\n", start, end)
    if line == -1:
        return end
    if text[start:line].strip(" \t*_-–—:|"):
        while _goes_on(text, line + 1, end):
            following = text.find("\n", line + 1, end)
            if following == -1:
                return end
            line = following
        return line
    first = start + len(text[start:end]) - len(text[start:end].lstrip())
    at = first
    for blank in re.finditer(r"\n[ \t]*\n", text[first:end]):
        at = first + blank.start()
        if not _goes_on(text, first + blank.end(), end):
            return at
    return end


def _goes_on(text: str, at: int, end: int) -> bool:
    return re.compile(r"[ \t]*(?:[-•●▪*–]\s|\[[ xX]?\])|[ \t]{2,}\S|\d[.)]\s").match(text, at, end) is not None


def _listed(note: Note, start: int, end: int, *, first: bool) -> Iterator[_Mention]:
    """What a sentence under "Allergies" says; the first of a line is a list, and what follows must name substances."""
    text = note.text
    if is_non_answer(text[start:end]) and not any(denials_in(text, start, end)):
        return
    boxes = answered_first(text, start, end) if first else None
    if boxes is not None:
        yes, rest = boxes
        if yes:
            yield from _list_between(note, rest, end, first=True)
        else:
            yield _Mention(start, rest, _class_asked(note, start), None, None, Standing.DENIED)
        return
    answers = answers_in(text, start, end)
    if answers is not None:
        yield from _answered(note, answers)
        return
    if _is_taken_back_whole(text, start, end):
        yield from _taken_back(note, start, end)
        return
    at = start
    denied = denied_at(text, start, end) if first else None
    if denied is not None and denied.classes == ("any",):
        denied = denied._replace(classes=(_class_asked(note, start),))
    for denial in [denied] if denied else list(denials_in(text, start, end, listed=True)):
        yield from _list_between(note, at, denial.start, first=first)
        yield from _denied(note, denial, end)
        at = end if denial.exceptions is not None else denial.end
    yield from _list_between(note, at, end, first=first and at == start)


def _class_asked(note: Note, at: int) -> str:
    """What a heading asks about: "Drug allergies: nil" denies drugs."""
    segment = note.segment_at(at)
    heading = note.text[segment.start : segment.body].lower() if segment is not None else ""
    if re.search(r"food", heading):
        return "foods" if "drug" not in heading else "any"
    return "drugs" if re.search(r"\b(?:drug|medic\w+)\b", heading) and "environment" not in heading else "any"


def _list_between(note: Note, start: int, end: int, *, first: bool) -> Iterator[_Mention]:
    text = note.text
    if not any(map(str.isalnum, text[start:end])):
        return
    if not first and _ORDERS.match(text, start, end):
        return
    told = list(_told(note, start, end, denials=False, listed=first))
    lone = len(text[start:end].split()) <= 3
    if told and not lone:
        yield from told
        places = {one.substance for one in told}
    else:
        places = set()
    for place, item in enumerate(_items(note, start, end)):
        known = is_known(item.substance)
        if item.substance in places or (not first and (not known or _DOSED.match(text, item.end, end))):
            continue
        if (told and not lone and not known) or (
            place and not known and item.reaction is None and len(item.substance.split()) > 2
        ):
            continue
        if (
            not first
            and known
            and item.reaction is None
            and item.standing is Standing.HELD
            and len(text[start:end].split()) > 6
            and not re.match(r"\s?(?::|[–-]\s)", text[item.end : item.end + 2])
        ):
            continue
        if not first and item.reaction_at is not None and _is_told(text, item):
            continue  # what a drug did once is a warning, and no allergy
        meant = note.context.of(item.start, item.end)
        denied = meant.negated and _NEGATES.search(text, start, item.start)
        if meant.family or (denied and item.standing is Standing.HELD and not item.reaction):
            continue
        yield _Mention(*item[:5], standing=item.standing)


def _items(note: Note, start: int, end: int) -> Iterator[Item]:
    """The items of a list; all that its heading calls intolerances are that."""
    intolerances = _is_of_intolerances(note, start)
    for item in items_in(note.text, start, end):
        held = item.standing is Standing.HELD
        yield item._replace(standing=Standing.NOT_BORNE) if held and intolerances else item


def _is_of_intolerances(note: Note, at: int) -> bool:
    """Whether the heading asks for intolerances alone: "Intolerances:", "Side effects:"."""
    segment = note.segment_at(at)
    heading = note.text[segment.start : segment.body] if segment is not None else ""
    return "llerg" not in heading and is_intolerance(heading.replace("ances", "ance").replace("ANCES", "ANCE"))


def _is_told(text: str, item: Item) -> bool:
    """Whether a reaction is told in a sentence, and is no sign of an allergy."""
    if item.reaction_at is None or len(text[item.end : item.reaction_at[0]].split()) < 3:
        return False
    return not any(one.allergic for one in reactions_in(text, *item.reaction_at))


def _is_taken_back_whole(text: str, start: int, end: int) -> bool:
    return is_taken_back(text[start:end])


def _taken_back(note: Note, start: int, end: int) -> Iterator[_Mention]:
    """A sentence that takes something back: the substances before the words that do."""
    yield from _told(note, start, end)
    if not _DELABELLED.search(note.text, start, end):
        yield from _taken_back_names(note, start, end)


def _taken_back_names(note: Note, start: int, end: int) -> Iterator[_Mention]:
    text = note.text
    names = names_in(text, start, end)
    alone = len({text[first:last].lower() for first, last in names}) == 1
    for number, (first, last) in enumerate(names):
        stop = names[number + 1][0] if number + 1 < len(names) else end
        item = next(iter(items_in(text, first, end if alone else stop)), None)
        if item is None:
            continue
        back = alone or is_taken_back(text[last:stop])
        if not back and number:
            continue  # what was borne since, or given instead
        place = None if alone or back is False else item.reaction_at
        standing = Standing.RETRACTED if back else standing_behind(text[last:stop]) or item.standing
        reaction = item.reaction if item.reaction and len(item.reaction.split()) < 4 else None
        yield _Mention(
            first, last, " ".join(text[first:last].lower().split()), reaction, place or item.reaction_at, standing
        )


def _answered(note: Note, answers: list[Answer]) -> Iterator[_Mention]:
    """Answers of forms: "Latex: no", "[x] Penicillin", "Penicillin  Yes [ ]  No [x]"."""
    for answer in answers:
        standing = Standing.HELD if answer.yes else Standing.DENIED
        sorted_class = _class_of(answer.label)
        if sorted_class is not None:
            if not answer.yes:
                yield from _added(note, answer)
                yield _Mention(answer.start, answer.end, sorted_class, None, None, standing)
            else:
                yield from (
                    _Mention(*item[:5], standing=item.standing)
                    for item in items_in(note.text, answer.rest, answer.stop)
                )
            continue
        for item in items_in(note.text, answer.start, answer.end):
            place = reaction_place(note.text, answer.rest, answer.stop) if answer.yes else None
            reaction = reaction_of(note.text, *place) if place else None
            yield _Mention(item.start, item.end, item.substance, reaction, place, standing)
            break


def _added(note: Note, answer: Answer) -> Iterator[_Mention]:
    """What is taken back beside an answer: "Food: no (used to say strawberries, wrong)"."""
    if is_taken_back(note.text[answer.rest : answer.stop]):
        for first, last in names_in(note.text, answer.rest, answer.stop):
            yield _Mention(first, last, " ".join(note.text[first:last].lower().split()), None, None, Standing.RETRACTED)


def _class_of(label: str) -> str | None:
    words = re.sub(
        r"\b(?:any|other|known|allergy|allergies|allergic|to|have|you|do|are|the|patient|does|has|history|of|is)\b",
        " ",
        re.sub(r"[^a-z ]", " ", label.lower()),
    ).split()
    if not words or words == ["none"]:
        return "any"
    if set(words) <= {"drug", "drugs", "medication", "medications", "medicine", "medicines"}:
        return "drugs"
    if set(words) <= {"food", "foods"}:
        return "foods"
    return None


def _denied(note: Note, denial: Denial, end: int) -> Iterator[_Mention]:
    """A blanket denial; where it leaves something out, that is what there is."""
    if note.context.of(denial.start, denial.start + 1).family or note.kind_at(denial.start) == "family":
        return
    if denial.exceptions is not None:
        end = min(end, denial.exceptions + _LONGEST_EXCEPTION)
        left_out = [
            item
            for item in items_in(note.text, denial.exceptions, end)
            if is_known(item.substance) or item.reaction is not None or len(item.substance.split()) < 3
        ]
        told = [
            one for one in _told(note, denial.exceptions, end, denials=False) if one.standing is not Standing.DOUBTED
        ]
        yield from told
        named = {one.substance for one in told}
        yield from (_Mention(*item[:5], standing=item.standing) for item in left_out if item.substance not in named)
        if any(one.standing is not Standing.NOT_BORNE for one in told) or (
            not told and any(item.standing is Standing.HELD for item in left_out)
        ):
            return
    yield from (_Mention(denial.start, denial.end, name, None, None, Standing.DENIED) for name in denial.classes)


def _told(note: Note, start: int, end: int, *, denials: bool = True, listed: bool = False) -> Iterator[_Mention]:
    """What a sentence says outside of lists, or (`listed`) as an item of one."""
    text = note.text
    kind = note.kind_at(start)
    if kind == "family":
        return
    spans: list[tuple[int, int]] = []
    if denials:
        for denial in denials_in(text, start, end):
            if any(first <= denial.start < last for first, last in spans):
                continue
            if note.context.of(denial.start, denial.start + 1).hypothetical:
                continue
            spans.append((denial.start, denial.end if denial.exceptions is None else end))
            yield from _denied(note, denial, end)
    if kind != "allergies":
        answers = answers_in(text, start, end, labelled=True)
        if answers:
            yield from _answered(note, answers)
            return
    statements = list(statements_in(text, start, end, listed=listed))
    yield from _delabelled(note, start, end, told=listed or bool(statements))
    for told in statements:
        if not any(first <= told.lead[0] < last for first, last in spans):
            yield from _stated(note, told, start, end)


def _delabelled(note: Note, start: int, end: int, *, told: bool) -> Iterator[_Mention]:
    """What is taken back without a word for allergy, if nothing else is told: "penicillin de-labelled"."""
    if not told and _DELABELLED.search(note.text, start, end) and is_taken_back(note.text[start:end]):
        yield from _taken_back_names(note, start, end)


def _stated(note: Note, told: Told, start: int, end: int) -> Iterator[_Mention]:
    text, item = note.text, told.item
    taken_back = is_taken_back(text[start:end])
    if note.in_heading(item.start) or note.kind_at(item.start) == "instructions":
        return
    if told.weak and (
        not is_known(item.substance)
        or (
            note.kind_at(item.start) not in _SENSES
            and item.reaction is None
            # "entered by mistake; she reacted to chlorhexidine": what it was instead
            and not taken_back
            and sort_of(item.substance) is not Sort.DRUG
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
    yield _Mention(
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
    """Where what is said of a substance ends: with its clause, or later where no other substance is named."""
    clause = text.find(";", at, end)
    if clause < 0:
        return end
    others = {ingredient_of(text[first:last].lower().rstrip("s")) for first, last in names_in(text, clause, end)}
    return end if others <= {ingredient_of(item.substance.rstrip("s"))} else clause


__all__ = ["ToldAllergies", "told_allergies"]
