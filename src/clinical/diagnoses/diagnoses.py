"""Diagnoses: what the patient has, may have, had, does not have after all, and what relatives have.

Two sources: the problems that an assessment lists, whatever they are called, and the conditions of the lexicon wherever
they are mentioned. What is said of both comes from the context. A condition that is only denied is no fact at all.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from clinical.context.assertion import Assertion
from clinical.diagnoses.merging import CONFIRMED, FAMILY, HISTORICAL, POSSIBLE, RULED_OUT, Finding, merged
from clinical.diagnoses.problem_list import Item, problems
from clinical.lexicon.resources import wordset
from clinical.note import Condition, Fact, Note

# Words that belong to a diagnosis when they stand right before its name.
_QUALITIES = wordset(
    """
    acute chronic severe mild moderate recurrent bilateral left right subacute early late advanced uncontrolled
    controlled poorly well persistent seasonal intermittent paroxysmal primary secondary idiopathic congenital
    metastatic nonhealing non healing infected displaced nondisplaced closed open comminuted degenerative septic
    viral bacterial allergic diffuse end new onset symptomatic asymptomatic refractory resistant decompensated
    compensated acquired refractory complex simple upper lower proximal distal lateral medial anterior posterior
    lumbar cervical thoracic moderate-severe intractable episodic multiple small large superficial deep focal
    generalized generalised benign malignant postoperative post-operative traumatic nontraumatic exacerbated
    worsening
    """
)
# Headings under which a condition is named for other reasons than that the patient has it.
_ASIDE = frozenset({"instructions", "immunizations", "signature", "medications", "allergies", "discharge_medications"})
_IN_PLAN = re.compile(
    (
        r"\b(?:for|her|his|their|the patient's|pt's|due to|secondary to|consistent with|diagnos\w+|"
        r"has|have|given|regarding|with|treat\w*|confirmed|from a|terms of|standpoint|underlying|"
        r"known|chronic|respect to|regards? to|of)\b[\s\w,'-]{0,50}$"
    ),
    re.IGNORECASE,
)
# Where thoughts are written down, what is explained is not always what there is.
_REASONED = frozenset({"assessment", "assessment_plan", "plan", "course"})
_BETWEEN = re.compile(r",\s++(?:and\s++)?|(?<!\s)\s++and\s++|(?:(?<!\s)\s++|)[/&]\s*+")
_LOOKS_BACK = 400  # characters; longer than any sentence that explains something
_EXPLAINED = re.compile(
    r"^\W*(?:patient )?(?:education|counsel\w+)\b|"
    r"\b(?:discuss\w*|explain\w*|educat\w*|counsel\w*|inform\w*|reassur\w*|advis\w*|"
    r"caution\w*|warn\w*)\b(?!.{0,300}\b(?:consistent with|diagnos\w+|has|have|her|his|their|the patient's)\b)",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    (
        r"\b(?:reduce|risk|prevent\w*|screen\w*|educat\w*|counsel\w*|literature|avoid\w*|discuss\w* (?:the )?(?"
        r":possib|risk|side)|explain\w*|information|consider\w*|test(?:ed|ing)?|evaluat\w+|"
        r"assess\w*|refer\w*|clinic|specialist|monitor\w*|vaccin\w*|if|rule|r/o|exclude|check(?:ed|"
        r"ing)?|look(?:ing)?|work-?up)\b"
    ),
    re.IGNORECASE,
)
_CONDITION_OF_ANOTHER = re.compile(
    (
        r"\s?(?:tenderness|ppx|prophy\w+|angle|evaluation|pandemic|era|restrictions|lockdown|outbreak|centers?|"
        r"exposure|contact|medications?|medicines?|meds|clinic|specialist|nurse|team|test\w*|"
        r"screen\w*|panel|risk|education|diet|diary|center|centre|prevention|prophylaxis|vaccine|"
        r"shots?|pills?|management program|support|surgery|ward|unit|score|readings?|cuff|"
        r"monitor\w*|log|checks?|supplies|strips|regimen|treatments?|trials?|study|studies|"
        r"foundation|hotline|precautions|drugs?|genes?|antibod\w+|antigen|serolog\w+|swab|"
        r"pcr)\b"
    ),
    re.IGNORECASE,
)
_QUALIFIES_HISTORY = re.compile(
    (
        r"\b(?:current(?:ly)?|active|ongoing|well[- ]controlled|uncontrolled|poorly|worsening|"
        r"stable|managed|on (?:metformin|insulin|medication))\b"
    ),
    re.IGNORECASE,
)
_EXACT_NOISE = frozenset(
    {
        "RA",
        "PE",
        "MS",
        "CP",
        "UC",
        "AF",
        "OA",
        "MI",
        "CAP",
        "AS",
        "ADD",
        "CTS",
        "SI",
        "HI",
        "ALS",
        "VT",
        "AIDS",
        "IDA",
        "BV",
        "AV",
        "CVA",
    }
)
_OVER = re.compile(
    r"\W*+(?:now |has |have |since |completely |fully )?(?:been )?(?:resolved|in remission|cured|recovered)\b",
    re.IGNORECASE,
)
_SINCE = re.compile(
    (
        r"\b(?:start|beginning|onset|height|midst|due to|because of|during|since|before|after|"
        r"given|prior to)\s(?:of\s)?(?:the\s)?$"
    ),
    re.IGNORECASE,
)
# A "history of" one of these is treated until the note says otherwise; it is not told as active.
_CANCER = re.compile(r"cancer|carcinoma|melanoma|lymphoma|leuk|sarcoma|malignan|myeloma|tumou?r")
_LONGEST_TEXT = 160
_DATED = re.compile(
    (
        r"^[^.;,]{0,60}?\b(?:in|on|since|from)\s(?:(?:january|february|march|april|may|june|"
        r"july|august|september|october|november|december)\s)?(?:\d{1,2}/)?(?:19|20)\d\d\b|"
        r"^[^.;,]{0,60}?\b(?:\d+|several|many|few|couple of|two|three|four|five|six|ten)\s(?:years|"
        r"months)\s(?:ago|prior|back)\b|^[^.;,]{0,40}\blast year\b"
    ),
    re.IGNORECASE,
)


def diagnoses(note: Note) -> list[Fact]:
    """The diagnoses of a note in the order of the text; each once, with the strongest that is said of it now."""
    items = list(problems(note))
    findings = [*_listed(note, items), *_mentioned(note, items)]
    findings.sort(key=lambda finding: (not finding.listed, finding.start))
    facts = []
    for finding in sorted(merged(findings)):
        relative = {"relative": finding.relative} if finding.relative else {}
        facts.append(
            note.fact(
                finding.start, finding.end, diagnosis=True, text=finding.text, certainty=finding.certainty, **relative
            )
        )
    return facts


def _listed(note: Note, items: list[Item]) -> Iterator[Finding]:
    """The problems of the assessment."""
    for item in items:
        for start, end in _pieces(note, item):
            inside = _conditions(note, start, end)
            # what its own first words make of it: "Possible overweight", "Family hx of hyperlipidemia"
            meant = note.context.of(*(inside[0][:2] if inside else (end - 1, end)))
            if _OVER.match(note.text[end : item.line_end]):
                meant = replace(meant, historical=True, background=False)
            finding = _finding(note, start, end, meant, listed=True)
            if finding is not None:
                yield finding


def _pieces(note: Note, item: Item) -> list[tuple[int, int]]:
    """An item, or its parts where several conditions stand in a row: "Hypertension, diabetes and gout"."""
    pieces = []
    start = item.start
    for mark in re.finditer(
        r",\s++(?:and\s++)?|(?<!\s)\s++and\s++|(?:(?<!\s)\s++|)[/&]\s*+", note.text[item.start : item.end]
    ):
        pieces.append((start, item.start + mark.start()))
        start = item.start + mark.end()
    pieces.append((start, item.end))
    joined = re.search(r"(?i)\b(?:with|due to|secondary to|from|of|in)\b", note.text[item.start : item.end])
    if len(pieces) > 1 and not joined and all(_is_a_condition(note, begin, end) for begin, end in pieces):
        return pieces
    return [(item.start, item.end)]


def _is_a_condition(note: Note, start: int, end: int) -> bool:
    return bool(_conditions(note, start, end)) and len(note.text[start:end].split()) <= 6


def _conditions(note: Note, start: int, end: int) -> list[Condition]:
    """The conditions of the lexicon within `text[start:end]`."""
    conditions = note.conditions
    found = []
    for place in range(bisect_left(conditions, (start,)), len(conditions)):
        if conditions[place][0] >= end:
            break
        if conditions[place][1] <= end:
            found.append(conditions[place])
    return found


def _mentioned(note: Note, items: list[Item]) -> Iterator[Finding]:
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
    if kind in _REASONED and _EXPLAINED.search(text[max(first, start - _LOOKS_BACK) : start]):
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
        school = after.startswith((" lesson", " class", " teacher")) or before.endswith((" before ", " during "))
        return school or after.startswith((":", " tube", "R", " exam"))
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


def _finding(note: Note, start: int, end: int, meant: Assertion, *, listed: bool) -> Finding | None:
    conditions = _conditions(note, start, end)
    stays = bool(conditions) and conditions[0].stays and not (meant.background and _CANCER.search(conditions[0].name))
    kind = note.kind_at(start)
    if listed and meant.hypothetical and not conditions:
        meant = Assertion(
            negated=meant.negated, possible=meant.possible, historical=meant.historical, family=meant.family
        )
    certainty = _certainty(meant, kind, stays=stays, sure=listed)
    if certainty == CONFIRMED and not stays and not listed and _DATED.match(note.text[end : end + 90]):
        certainty = HISTORICAL
    if certainty is None or (
        certainty == FAMILY and conditions and all(name == "pregnancy" for _, _, name, _ in conditions)
    ):
        return None  # a relative's pregnancy is no illness in the family
    begin = _after_trigger(note, start, end, conditions, meant)
    words = " ".join(note.text[begin:end].split()).strip(" .,;:*_")
    if not words or len(words) > _LONGEST_TEXT:
        return None
    names = frozenset(name for _, _, name, _ in conditions) or frozenset({words.lower()})
    relative = meant.relative or (_relative_above(note, start) if certainty == FAMILY else None)
    return Finding(begin, end, words, certainty, relative if certainty == FAMILY else None, listed, stays, names)


def _certainty(meant: Assertion, kind: str, *, stays: bool, sure: bool) -> str | None:
    """What is said of a condition; None when it is not said to be anyone's."""
    if kind == "family" or meant.family:
        return None if meant.negated or meant.hypothetical else FAMILY
    if meant.excluded or meant.negated or meant.hypothetical:
        return RULED_OUT if meant.excluded else None
    if meant.historical and not (meant.background and stays):
        return HISTORICAL
    if meant.possible:
        return POSSIBLE
    if kind in {"past", "surgical"} and not stays and not sure:
        return HISTORICAL
    return CONFIRMED


def _after_trigger(note: Note, start: int, end: int, conditions: list[Condition], meant: Assertion) -> int:
    """Where the name begins: behind "possible", "history of", "family hx of" or "?"."""
    last = start
    for category in ("possible", "historical", "resolved", "pmh", "family", "excluded", "hypothetical"):
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
    found = re.match(
        (
            r"(?i)\W*(?:his |her |the )?(mother|father|brother|sister|mom|mum|dad|son|daughter|"
            r"aunt|uncle|cousin|(?:(?:maternal|paternal) )?(?:grandmother|grandfather|aunt|uncle))\b"
        ),
        note.text[line.body : start],
    )
    return found.group(1).lower() if found else None
