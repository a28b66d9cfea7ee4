"""Diagnoses: what the patient has, may have, had, does not have after all, and what relatives have.

Two sources: the problems that an assessment lists, whatever they are called, and the conditions of the lexicon wherever
they are mentioned. What is said of both comes from the context. A condition that is only denied is no fact at all.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from features.notes.understanding.context import Assertion
from features.notes.understanding.note import Fact, Note
from features.notes.understanding.problems_list import Item, problems

CONFIRMED, POSSIBLE, RULED_OUT, HISTORICAL, FAMILY = "confirmed", "possible", "ruled_out", "historical", "family"
_RANK = {CONFIRMED: 5, POSSIBLE: 4, HISTORICAL: 2, RULED_OUT: 1, FAMILY: 0}

# Words that belong to a diagnosis when they stand right before its name.
_QUALITIES = frozenset(
    """acute chronic severe mild moderate recurrent bilateral left right subacute early late advanced uncontrolled controlled
    poorly well persistent seasonal intermittent paroxysmal primary secondary idiopathic congenital metastatic
    nonhealing non healing infected displaced nondisplaced closed open comminuted degenerative septic viral bacterial
    allergic diffuse end new onset symptomatic asymptomatic refractory resistant decompensated compensated acquired
    refractory complex simple upper lower proximal distal lateral medial anterior posterior lumbar cervical thoracic
    moderate-severe intractable episodic multiple small large superficial deep focal generalized generalised benign malignant
    postoperative post-operative traumatic nontraumatic exacerbated worsening""".split()
)
# Headings under which a condition is named for other reasons than that the patient has it.
_ASIDE = frozenset({"instructions", "immunizations", "signature", "medications", "allergies", "discharge_medications"})
_IN_PLAN = re.compile(
    r"\b(?:for|her|his|their|the patient's|pt's|due to|secondary to|consistent with|diagnos\w+|has|have|given|regarding|with|treat\w*|confirmed|from a|terms of|standpoint|underlying|known|chronic|respect to|regards? to|of)\b[\s\w,'-]{0,50}$",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:reduce|risk|prevent\w*|screen\w*|educat\w*|counsel\w*|literature|avoid\w*|discuss\w* (?:the )?(?:possib|risk|side)|explain\w*|information|consider\w*|test(?:ed|ing)?|evaluat\w+|assess\w*|refer\w*|clinic|specialist|monitor\w*|vaccin\w*|if|rule|r/o|exclude|check(?:ed|ing)?|look(?:ing)?|work-?up)\b",
    re.IGNORECASE,
)
_CONDITION_OF_ANOTHER = re.compile(r"\s?(?:tenderness|angle|evaluation|pandemic|era|restrictions|lockdown|outbreak|centers?|exposure|contact|medications?|medicines?|meds|clinic|specialist|nurse|team|test\w*|screen\w*|panel|risk|education|diet|diary|center|centre|prevention|prophylaxis|vaccine|shots?|pills?|management program|support|surgery|ward|unit|score|readings?|cuff|monitor\w*|log|checks?|supplies|strips|regimen|treatments?|trials?|study|studies|foundation|hotline|precautions|drugs?|genes?|antibod\w+|antigen|serolog\w+|swab|pcr)\b", re.IGNORECASE)
_QUALIFIES_HISTORY = re.compile(r"\b(?:current(?:ly)?|active|ongoing|well[- ]controlled|uncontrolled|poorly|worsening|stable|managed|on (?:metformin|insulin|medication))\b", re.IGNORECASE)
_EXACT_NOISE = frozenset({"RA", "PE", "MS", "CP", "UC", "AF", "OA", "MI", "CAP", "AS", "ADD", "CTS", "SI", "HI", "ALS", "VT", "AIDS", "IDA", "BV", "AV", "CVA"})
_SINCE = re.compile(r"\b(?:start|beginning|onset|height|midst|due to|because of|during|since|before|after|given|prior to)\s(?:of\s)?(?:the\s)?$", re.IGNORECASE)
_LONGEST_TEXT = 160
# Names that cover many conditions, of which a note may have several.
_BROAD = frozenset(
    """fracture infection cancer cyst abscess contusion laceration sprain bursitis hernia dislocation pneumonia arthritis
    tendonitis arrhythmia neuropathy radiculopathy""".split()
)
_DATED = re.compile(
    r"^[^.;,]{0,60}?\b(?:in|on|since|from)\s(?:(?:january|february|march|april|may|june|july|august|september|october|november|december)\s)?(?:\d{1,2}/)?(?:19|20)\d\d\b|^[^.;,]{0,60}?\b(?:\d+|several|many|few|couple of|two|three|four|five|six|ten)\s(?:years|months)\s(?:ago|prior|back)\b|^[^.;,]{0,40}\blast year\b",
    re.IGNORECASE,
)


class _Finding(NamedTuple):
    start: int
    end: int
    text: str
    certainty: str
    relative: str | None
    listed: bool
    stays: bool
    names: frozenset[str]


def diagnoses(note: Note) -> list[Fact]:
    """The diagnoses of a note in the order of the text; each once, with the strongest that is said of it now."""
    items = list(problems(note))
    findings = [*_listed(note, items), *_mentioned(note, items)]
    merged = _merged(sorted(findings, key=lambda finding: (not finding.listed, finding.start)))
    facts = []
    for finding in sorted(merged):
        relative = {"relative": finding.relative} if finding.relative else {}
        facts.append(
            note.fact(
                finding.start, finding.end, diagnosis=True, text=finding.text, certainty=finding.certainty, **relative
            )
        )
    return facts


def _listed(note: Note, items: list[Item]) -> Iterator[_Finding]:
    """The problems of the assessment."""
    for item in items:
        for start, end in _pieces(note, item):
            inside = _conditions(note, start, end)
            # what its own first words make of it: "Possible overweight", "Family hx of hyperlipidemia"
            meant = note.context.of(*(inside[0][:2] if inside else (end - 1, end)))
            finding = _finding(note, start, end, meant, listed=True)
            if finding is not None:
                yield finding


def _pieces(note: Note, item: Item) -> list[tuple[int, int]]:
    """An item, or its parts where several conditions stand in a row: "Hypertension, diabetes and gout"."""
    pieces = []
    start = item.start
    for mark in re.finditer(r",\s+(?:and\s+)?|\s+and\s+|\s*/\s*|\s*&\s*", note.text[item.start : item.end]):
        pieces.append((start, item.start + mark.start()))
        start = item.start + mark.end()
    pieces.append((start, item.end))
    joined = re.search(r"(?i)\b(?:with|due to|secondary to|from|of|in)\b", note.text[item.start : item.end])
    if len(pieces) > 1 and not joined and all(_is_a_condition(note, begin, end) for begin, end in pieces):
        return pieces
    return [(item.start, item.end)]


def _is_a_condition(note: Note, start: int, end: int) -> bool:
    return bool(_conditions(note, start, end)) and len(note.text[start:end].split()) <= 6


def _conditions(note: Note, start: int, end: int) -> list[tuple[int, int, str, bool]]:
    """The conditions of the lexicon within `text[start:end]`."""
    return [found for found in note.conditions if start <= found[0] and found[1] <= end]


def _mentioned(note: Note, items: list[Item]) -> Iterator[_Finding]:
    """The conditions of the lexicon, outside the problems that are listed."""
    covered = [(item.start, item.end) for item in items]
    at = 0
    for start, end, _, _ in note.conditions:
        while at < len(covered) and covered[at][1] < start:
            at += 1
        if at < len(covered) and covered[at][0] <= start < covered[at][1]:
            meant = note.context.of(start, end)
            if meant.current or not note.context.of(covered[at][0], covered[at][0] + 1).current:
                continue
        if note.in_heading(start) or not _counts(note, start, end):
            continue
        begin = _with_qualities(note, start)
        finding = _finding(note, begin, end, note.context.of(start, end), listed=False)
        if finding is not None:
            yield finding


def _counts(note: Note, start: int, end: int) -> bool:
    """Whether a mention is about the condition of someone at all."""
    text = note.text
    kind = note.kind_at(start)
    if kind in _ASIDE or _CONDITION_OF_ANOTHER.match(text, end) or _is_noise(note, start, end):
        return False
    first, _ = note.document.sentence_span(start)
    if text[start : start + 5].lower() == "covid" and _SINCE.search(text[first:start]):
        return False
    if kind == "plan" and note.part_at(start) == "plan":
        before = text[first:start]
        return bool(_IN_PLAN.search(before)) and not _OTHERWISE.search(before)
    return True


def _is_noise(note: Note, start: int, end: int) -> bool:
    """Abbreviations with another meaning: "on RA" is room air, "2 CAP" capsules, "PE:" the examination."""
    word = note.text[start:end]
    if word not in _EXACT_NOISE:
        return False
    before, after = note.text[max(0, start - 12) : start], note.text[end : end + 8]
    if word == "RA":
        return bool(re.search(r"(?:\bon|%|in|\d)\s*$", before)) or after.startswith(" sat")
    if word == "CVA":
        return "tender" in note.text[slice(*note.document.sentence_span(start))].lower()
    if word == "PE":
        return after.startswith((":", " tube", "R", " exam"))
    return bool(re.search(r"\d\s*$", before)) or (word == "AS" and note.text[first_of(note, start) : end].isupper())


def first_of(note: Note, offset: int) -> int:
    """Where the sentence at an offset begins."""
    return note.document.sentence_span(offset)[0]


def _with_qualities(note: Note, start: int) -> int:
    """Where a condition begins with the adjectives before it."""
    document = note.document
    first, _ = document.tokens_in(start, start + 1)
    begin = start
    while first > 0:
        token = document.tokens[first - 1]
        gap = note.text[token.end : begin]
        if token.word not in _QUALITIES or gap not in {" ", "-"}:
            break
        first, begin = first - 1, token.start
    return begin


def _finding(note: Note, start: int, end: int, meant: Assertion, *, listed: bool) -> _Finding | None:
    conditions = _conditions(note, start, end)
    stays = bool(conditions) and conditions[0][3]
    kind = note.kind_at(start)
    if listed and meant.hypothetical and not conditions:
        meant = Assertion(negated=meant.negated, possible=meant.possible, historical=meant.historical, family=meant.family)
    certainty = _certainty(meant, kind, stays=stays, sure=listed)
    if certainty == CONFIRMED and not stays and not listed and _DATED.match(note.text[end : end + 90]):
        certainty = HISTORICAL
    if certainty is None:
        return None
    begin = _after_trigger(note, start, end, conditions, meant)
    words = " ".join(note.text[begin:end].split()).strip(" .,;:*_")
    if not words or len(words) > _LONGEST_TEXT:
        return None
    names = frozenset(name for _, _, name, _ in conditions) or frozenset({words.lower()})
    relative = meant.relative or (_relative_above(note, start) if certainty == FAMILY else None)
    return _Finding(begin, end, words, certainty, relative if certainty == FAMILY else None, listed, stays, names)


def _certainty(meant: Assertion, kind: str, *, stays: bool, sure: bool) -> str | None:
    """What is said of a condition; None when it is not said to be anyone's."""
    if kind == "family" or meant.family:
        return None if meant.negated or meant.hypothetical else FAMILY
    if meant.excluded:
        return RULED_OUT
    if meant.negated or meant.hypothetical:
        return None
    if meant.historical and not (meant.background and stays):
        return HISTORICAL
    if meant.possible:
        return POSSIBLE
    if kind in {"past", "surgical"} and not stays and not sure:
        return HISTORICAL
    return CONFIRMED


def _after_trigger(
    note: Note, start: int, end: int, conditions: list[tuple[int, int, str, bool]], meant: Assertion
) -> int:
    """Where the name begins: behind "possible", "history of", "family hx of" or "?"."""
    last = start
    for category in ("possible", "historical", "pmh", "family", "excluded", "hypothetical"):
        probe = conditions[0][0] if conditions else end - 1
        scope = note.context.nearest(probe, category)
        if scope is not None and meant != Assertion():
            behind = note.document.tokens[scope.trigger_after - 1].end
            if start <= note.document.tokens[scope.trigger].start and behind < end and behind > last:
                last = behind
    while last < end and not note.text[last].isalnum():
        last += 1
    return last if last < end else start


def _relative_above(note: Note, start: int) -> str | None:
    """The relative at the beginning of the line, in a family history: "Mother: lymphoma"."""
    line = note.document.line_at(start)
    found = re.match(r"(?i)\W*(?:his |her |the )?(mother|father|brother|sister|mom|mum|dad|son|daughter|aunt|uncle|cousin|(?:(?:maternal|paternal) )?(?:grandmother|grandfather|aunt|uncle))\b", note.text[line.body : start])
    return found.group(1).lower() if found else None


def _merged(findings: list[_Finding]) -> list[_Finding]:
    """Each condition once. What the assessment lists goes before; then the strongest, then the earliest."""
    kept: list[_Finding] = []
    for finding in findings:
        place = next((number for number, other in enumerate(kept) if _same(finding, other)), None)
        if place is None:
            kept.append(finding)
            continue
        kept[place] = _stronger(kept[place], finding)
    return kept


def _same(one: _Finding, other: _Finding) -> bool:
    if (one.certainty == FAMILY) != (other.certainty == FAMILY):
        return False
    if one.text.lower() == other.text.lower():
        return True
    if one.names & other.names:
        return not (one.names & other.names <= _BROAD and _differ(one.text, other.text))
    if one.certainty == FAMILY:
        return False
    return any(_general(a, b) or _general(b, a) for a in one.names for b in other.names)


def _differ(one: str, other: str) -> bool:
    """Whether two names say different things of the same kind: "rib fracture" and "wrist fracture"."""
    words, others = set(one.lower().split()), set(other.lower().split())
    return not (words <= others or others <= words)


def _general(name: str, other: str) -> bool:
    """Whether one name is the other with fewer words, such as "diabetes mellitus" of "diabetes mellitus type 2"."""
    words = set(name.split())
    return bool(words) and words < set(other.split())


def _stronger(one: _Finding, other: _Finding) -> _Finding:
    if one.listed:
        if other.certainty == CONFIRMED and one.certainty == POSSIBLE and other.listed:
            return other
        return one
    if _RANK[other.certainty] > _RANK[one.certainty]:
        return other
    return one
