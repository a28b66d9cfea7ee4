"""Diagnoses: what the patient has, may have, had, does not have after all, and what relatives have.

Two sources: the problems that an assessment or a medical history lists, whatever they are called, and the conditions
that are named anywhere (`mentions`). What is said of both comes from the context.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from clinical.concepts import concept_of, is_known
from clinical.context.assertion_value import Assertion
from clinical.diagnoses.aside import counts, in_procedure
from clinical.diagnoses.certainty import (
    REASON_WITHIN,
    certainty_of,
    is_dated,
    is_of_before,
    is_reason_of_past_stop,
    lasts,
    was_cancer,
    was_treated,
)
from clinical.diagnoses.detail import course_at, detail_at, settled_at
from clinical.diagnoses.forms import passes
from clinical.diagnoses.mentions import Mention, Mentions
from clinical.diagnoses.merging import Finding, merged
from clinical.diagnoses.mistaken import is_mistaken
from clinical.diagnoses.past import is_over, is_said_over, nature_of
from clinical.diagnoses.problem_list import Item, pieces_of, problems
from clinical.diagnoses.settled import is_settled
from clinical.diagnoses.tested import is_in_negative_list, is_of_attack
from clinical.facts import Diagnosis, Place
from clinical.facts import DiagnosisCertainty as Certainty
from clinical.note import Note

_MOST_ITEMS = 1_000
# "This is COPD, not asthma": what is denied is what the other was taken for.
_BUT_NOT = re.compile(
    r"(?:,|\b(?:and|but))\s(?:and |but )?(?:not|rather than|instead of)\s(?:an?\s|the\s)?$", re.IGNORECASE
)
_WRONG_PATIENT = re.compile(
    r"\b(?:another|wrong|different|other) patient\b|\bin error\b|\bmix(?:ed)?[- ]up\b", re.IGNORECASE
)
_CONTRAST_WITHIN = 40
_LONGEST_TEXT = 160
# What may turn out to be another condition.
_HELD = frozenset({Certainty.CONFIRMED, Certainty.POSSIBLE, Certainty.HISTORICAL})
_DATED_WITHIN = 90
_OF_ALL = re.compile(r"\b(?:both|all|each|every one)\b", re.IGNORECASE)
# "Chest: crackles", "C1 (04-Mar): full dose": what stands before the colon names no problem that nobody knows.
_IS_LABELLING = re.compile(r"\s*(?:\([^()\n]{0,40}\)\s*)?:\s*\S")
_NO_WORDS_OF_A_NAME = re.compile(r"[|]|\d:\d|\d\s?(?:mg|mcg|ml|units?|mmol)\b|\bhealth$", re.IGNORECASE)
_TAKEN_OUT = re.compile(r"(?:removed|excised|resected|repaired|replaced)\b|\bs/p\b|status post", re.IGNORECASE)
_IS_NEW = re.compile(
    r"\b(?:new(?:ly)?|recently|just|first|today|now|found|diagnosed|turned out|present\w*|admitted|reveal\w*|shows?)\b",
    re.IGNORECASE,
)
_NEW_WITHIN = 60
# Where a note tells what led up to it.
_LED_UP = frozenset({"history", "complaint", "chief_complaint", "medications"})
_RELATIVE_ABOVE = re.compile(
    r"(?i)\W*(?:his |her |the )?((?:maternal |paternal )?(?:mother|father|brother|sister|mom|mum|dad|son|daughter|"
    r"aunt|uncle|cousin|grandmother|grandfather))\b"
)


def diagnoses(note: Note) -> list[Diagnosis]:
    """The diagnoses of a note in the order of the text; each once, with the strongest that is said of it now."""
    mentions = Mentions(note)
    items = [piece for item in islice(problems(note), _MOST_ITEMS) for piece in pieces_of(note, item, mentions)]
    findings = [*_listed(note, items, mentions), *_mentioned(note, items, mentions)]
    findings.sort(key=lambda finding: (not finding.listed, finding.start))
    return [_fact(note, finding) for finding in sorted(merged(findings), key=lambda finding: finding.start)]


def _fact(note: Note, finding: Finding) -> Diagnosis:
    places = {"text": Place(finding.start, finding.end)}
    if finding.detail:
        places["detail"] = finding.detail.place
    if finding.on:
        places["on"] = finding.on[1]
    if finding.course:
        places["course"] = finding.course.place
    return Diagnosis(
        start=finding.start,
        end=finding.end,
        original=note.text[finding.start : finding.end],
        section=note.part_at(finding.start, diagnosis=True),
        places=places,
        text=finding.text,
        concept=finding.concept,
        detail=finding.detail.said if finding.detail else None,
        certainty=finding.certainty,
        relatives=finding.relatives,
        resolved=finding.resolved,
        retracted=finding.retracted,
        excluded=finding.excluded,
        of_past_stop=finding.of_past_stop,
        on=finding.on[0] if finding.on else None,
        known=finding.known,
        course=finding.course.said if finding.course else None,
    )


def _listed(note: Note, items: list[Item], mentions: Mentions) -> Iterator[Finding]:
    """The problems of the assessment and of the medical history."""
    for item in items:
        inside = mentions.within(item.start, item.end)
        if not inside and (_is_no_condition(note, item) or note.procedures_in(item.start, item.end)):
            continue
        if inside and all(in_procedure(note, mention) for mention in inside):
            continue
        # what its own first words make of it: "Possible overweight", "Family hx of hyperlipidemia"
        place = (inside[0].core, inside[0].core_end) if inside else (item.end - 1, item.end)
        meant = note.context.of_condition(*place) if inside else note.context.of(*place)
        if meant.hypothetical and not inside and not meant.answered:
            meant = replace(meant, hypothetical=False)
        if item.weighed:
            meant = replace(meant, possible=True)
        finding = _finding(note, item.start, item.end, meant, inside, listed=True)
        if finding is not None:
            yield finding


def _is_no_condition(note: Note, item: Item) -> bool:
    """Whether an item that no one knows names a drug, a measurement or the like, or is the label of what follows."""
    if _IS_LABELLING.match(note.text, item.end, item.line_end) or _NO_WORDS_OF_A_NAME.search(
        note.text, item.start, item.end
    ):
        return True
    kinds = {term.kind for match in note.document.matches_in(item.start, item.end) for term in match.found}
    return not kinds.isdisjoint({"drug", "class", "lab", "vital"}) and "symptom" not in kinds


def _mentioned(note: Note, items: list[Item], mentions: Mentions) -> Iterator[Finding]:
    """The conditions that are named, outside the problems that are listed."""
    at = 0
    for mention in mentions.all:
        while at < len(items) and items[at].end <= mention.core:
            at += 1
        meant = note.context.of_condition(mention.core, mention.core_end)
        if at < len(items) and items[at].start <= mention.core < items[at].end:
            first = next(iter(mentions.within(items[at].start, items[at].end)), None)
            if (
                first is None
                or first is mention
                or (meant.current and not (mention.names and first.names != mention.names))
            ):
                continue
        if note.in_heading(mention.core) or not counts(note, mention):
            continue
        operation = in_procedure(note, mention)
        if operation is not None:
            if not _TAKEN_OUT.search(operation):
                continue
            meant = replace(meant, historical=True, resolved=True)
        finding = _finding(note, mention.start, mention.end, meant, [mention], listed=False)
        if finding is not None:
            yield finding


def _finding(
    note: Note, start: int, end: int, meant: Assertion, inside: list[Mention], *, listed: bool
) -> Finding | None:
    names = inside[0].names if inside else frozenset[str]()
    if is_said_over(note.text[end : end + _DATED_WITHIN]) and not (meant.negated or meant.family):
        meant = replace(meant, historical=True, resolved=True)
    stays = bool(inside) and lasts(names, meant, stays=inside[0].stays)
    settled = settled_at(note, inside[0].core) if stays and meant.resolved else None
    if settled is not None:
        meant = replace(meant, resolved=False, historical=False)
    unknown = not names and meant.background and not meant.resolved and not passes(note.text[start:end])
    certainty = certainty_of(meant, stays=stays or unknown)
    passing = certainty is Certainty.CONFIRMED and not stays and not listed and not unknown
    behind = note.text[end : end + _DATED_WITHIN]
    if passing and names and (is_dated(behind) or _is_of_before(note, start)):
        certainty = Certainty.HISTORICAL
    if certainty is Certainty.CONFIRMED and (
        was_treated(behind) or was_cancer(names, note.text[max(0, start - _DATED_WITHIN) : start], behind)
    ):
        certainty = Certainty.HISTORICAL
    if certainty is Certainty.CONFIRMED and not listed and _is_over(note, names, start, end, stays=stays):
        certainty = Certainty.HISTORICAL
    if certainty is Certainty.POSSIBLE and is_settled(note, end):
        certainty = Certainty.RULED_OUT
    if certainty in _HELD and _is_excluded(note, start, end, inside):
        certainty = Certainty.RULED_OUT
    if certainty is None or _is_no_finding(note, start, end, meant, names, certainty):
        return None
    begin = _after_triggers(note, start, inside[0].core if inside else end)
    text = " ".join(note.text[begin:end].split()).strip(" .,;:*_")
    if not text or len(text) > _LONGEST_TEXT:
        return None
    first, last = note.document.sentence_span(begin)
    detail = detail_at(note.text, begin, end, last)
    relatives = meant.relatives or _relative_above(note, begin) if certainty is Certainty.FAMILY else ()
    return Finding(
        begin,
        end,
        text,
        certainty,
        relatives,
        listed,
        names or frozenset({concept_of(text, "condition")}),
        concept=_concept(text, names),
        detail=detail,
        resolved=meant.resolved and certainty is Certainty.HISTORICAL,
        excluded=meant.excluded or (meant.negated and _is_corrected(note, begin, first, last)),
        retracted=meant.retracted,
        of_past_stop=is_reason_of_past_stop(note.text[max(first, begin - REASON_WITHIN) : begin]),
        on=note.dates.beside(begin, end, first, last),
        known=certainty is Certainty.CONFIRMED and _was_known(note, begin, lasting=stays),
        course=(settled or course_at(note.text, begin, end, last)) if certainty is Certainty.CONFIRMED else None,
    )


def _is_excluded(note: Note, start: int, end: int, inside: list[Mention]) -> bool:
    """Whether what stands around a condition denies it: a list of negative tests, a diagnosis that was wrong."""
    if inside and inside[0].names and is_in_negative_list(note, start, end):
        return True
    return is_mistaken(note, inside[0].core if inside else start, end)


def _is_no_finding(
    note: Note, start: int, end: int, meant: Assertion, names: frozenset[str], certainty: Certainty
) -> bool:
    """Whether nothing is told of a condition: only of its attacks, or of a relative's pregnancy."""
    if certainty is Certainty.FAMILY:
        return names == {"pregnancy"}
    return certainty is Certainty.RULED_OUT and not meant.excluded and is_of_attack(note, start, end)


def _concept(text: str, names: frozenset[str]) -> str:
    """The concept of a name; of an abbreviation that nobody knows by itself, what it is in this note."""
    concept = concept_of(text, "condition")
    return concept if len(names) != 1 or is_known(text, "condition") else next(iter(names))


def _is_over(note: Note, names: frozenset[str], start: int, end: int, *, stays: bool) -> bool:
    first, last = note.document.sentence_span(start)
    before, behind = (
        note.text[max(first, start - REASON_WITHIN) : start],
        note.text[end : _next_in_row(note, end, min(last, end + REASON_WITHIN))],
    )
    return is_over(nature_of(names, stays=stays), before, behind)


def _next_in_row(note: Note, start: int, end: int) -> int:
    """Where the next condition of a list begins, of which alone is told what follows: "asthma, TB treated 2016"."""
    if _OF_ALL.search(note.text, start, end):
        return end
    for match in note.document.matches_in(start, end):
        if any(term.kind == "condition" for term in match.found):
            first, _ = note.document.span(match)
            comma = note.text.find(",", start, first)
            return first if comma >= 0 and not note.text[start:comma].strip() else end
    return end


def _is_of_before(note: Note, start: int) -> bool:
    first, _ = note.document.sentence_span(start)
    return is_of_before(note.text[max(first, start - REASON_WITHIN) : start])


def _is_corrected(note: Note, start: int, first: int, last: int) -> bool:
    """Whether a denial corrects what was told before, and does not only miss it: "this is COPD, not asthma"."""
    if _WRONG_PATIENT.search(note.text, first, last):
        return True
    contrast = _BUT_NOT.search(note.text, max(first, start - _CONTRAST_WITHIN), start)
    if contrast is None:
        return False
    found = note.document.matches_in(max(first, contrast.start() - _CONTRAST_WITHIN), contrast.start())
    return any(term.kind == "condition" for match in found for term in match.found)


def _was_known(note: Note, start: int, *, lasting: bool) -> bool:
    """Whether a condition is told as known before: in the medical history, or a lasting one in what led to the visit.

    What "new" or "just diagnosed" stands before is not.
    """
    first, _ = note.document.sentence_span(start)
    if _IS_NEW.search(note.text, max(first, start - _NEW_WITHIN), start):
        return False
    kind, segment = note.kind_at(start), note.segment_at(start)
    if kind == "past":
        return True
    # Under "Indication: ..." may follow, without a heading, all that was found.
    begins = segment is not None and note.document.line_number(segment.body) == note.document.line_number(start)
    return lasting and kind in _LED_UP and begins


def _after_triggers(note: Note, start: int, core: int) -> int:
    """Where the name begins: behind "possible", "history of", "family hx of" or "?"."""
    document = note.document
    number = document.sentence_at(start)
    if number is None:
        return start
    triggers = note.context.scopes(number).telling_tokens
    first, _ = document.tokens_in(start, start + 1)
    place = first
    while (
        place < len(document.tokens)
        and document.tokens[place].start < core
        and (
            place in triggers
            or document.tokens[place].word in {"first", "second", "new", "a", "an", "the", "of", "?", ":"}
        )
    ):
        place += 1
    if place == first or place >= len(document.tokens):
        return start
    return document.tokens[place].start if document.tokens[place].start <= core else start


def _relative_above(note: Note, start: int) -> tuple[str, ...]:
    """The relative at the beginning of the line, in a family history: "Mother: lymphoma"."""
    line = note.document.line_at(start)
    found = _RELATIVE_ABOVE.match(note.text[line.body : start])
    return (found.group(1).lower(),) if found else ()
