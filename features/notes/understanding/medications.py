"""Medications: which, how much, by which way, how often, and what becomes of them.

One fact for each medication of a note, put together from all that the note says of it. Names are those of the lexicon,
and unknown words with a dose and a form or a frequency behind them.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from features.notes.understanding.dosing import COUNTED, STRENGTH, counted_of, frequency_in, is_amount, route_in, strength_of
from features.notes.understanding.lexicon import Match, Term
from features.notes.understanding.note import Fact, Note
from features.notes.understanding.resources import words
from features.notes.understanding.statuses import CHANGED, CONTINUED, MENTIONED, STARTED, STOPPED, status_of
from features.notes.understanding.vocabulary import drugs

# So far behind a name its dose, route and frequency are looked for; behind a prescription's name, in the lines below.
_REACH = 170
_BELOW = re.compile(r"[ \t]*(?:sig|directions?|take|dose|dispense|disp|quantity|qty|refills?|route|frequency|form)\b", re.IGNORECASE)
_SIG = re.compile(r"\b(?:sig|directions?)\s?[:.]\s?", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:which|who|that|but|because|reporting|however|although|since|while|until|due to|secondary|prior to|with (?:limited|good|some|no|minimal|partial|mild)|he|she|they|patient|pt|discussed|recheck|repeat|follow|return)\b"
    r"|,\s(?:as well as|and\s(?:has|is|was|then|we))|\b(?:after|before) (?!meals|bed|breakfast|food|each|sleep|lunch|dinner|eating)",
    re.IGNORECASE,
)
_SUPPLY = re.compile(r"\b(?:disp(?:ense)?|quantity|qty|refills?|#|no\.)\s?[:#]?\s?#?\d*|\bfor \d+ (?:days?|weeks?|months?)", re.IGNORECASE)
_BEFORE = re.compile(r"(?:\s(?:of|dose of|tablets? of|pills? of|worth of|dose|per day of|daily of|daily|a day of|twice a day of|once a day of|tablet|units of))?(?:\s(?:the|his|her|their|oral|iv|im|generic|high[- ]dose))?\s$", re.IGNORECASE)
_UNKNOWN = re.compile(
    r"(?<![\w-])(?P<name>[A-Za-z][A-Za-z]{3,24}(?:-[A-Za-z]{2,12})?)(?:\s(?P<form>tablets?|capsules?|inhaler|cream|ointment|gel|injection|solution|spray|drops|patch|XR|ER|SR|XL|CR|LA|DR))?"
    r"\s(?P<dose>\d+(?:\.\d+)?\s?(?:mg|mcg|µg|micrograms?|units|IU))\b(?!/d?L|\s?/\s?(?:dl|l|ml|g|day)\b)",
    re.IGNORECASE,
)
_EVIDENCE = re.compile(
    r"\b(?:tab(?:let)?s?|cap(?:sule)?s?|po|p\.o|by mouth|oral(?:ly)?|daily|bid|tid|qid|qd|qhs|q\d|od|bd|tds|qds|prn|every|once|twice|a day|weekly|nightly|iv|im|sc|subcut\w*|inject\w*|puffs?|sprays?|drops?|at (?:night|bedtime)|nocte|mane|as needed|three times|two times|per day)\b",
    re.IGNORECASE,
)
_TAKING = re.compile(
    r"\b(?:tak(?:e|es|ing|en)|on|start\w*|initiat\w*|prescri\w+|continu\w+|supplement\w*|uses?|using|add|increase|decrease|give|given|with)\s(?:(?:her|his|their|daily|some|the|a|oral|high dose|high-dose|iv|over-the-counter|otc|[\w-]+,)\s){0,3}$",
    re.IGNORECASE,
)
_FORM_BEHIND = re.compile(r"\s(?:supplements?|tablets?|capsules?|pills?|injections?|infusion|drip|shots?|therapy|gummies|pump|sliding scale|patch(?:es)?|drops?|rinse|spray)\b", re.IGNORECASE)
_NO_DRUG_BEHIND = re.compile(
    r"\s?(?:level|levels|allerg|deficien|toxicity|overdose|withdrawal|resistance|resistant|stain|clinic|test|intake|use disorder|abuse|dependence|channel|receptor|score|dependent|requirement|sensitivity|antibod|binding|stones?|studies|saturation|suppression test|challenge|stress test|cardiotoxicity|uptake|scan|-free|-negative|-positive|-sensitive|-resistant|index|ratio|excess)\b",
    re.IGNORECASE,
)
_RELIEF = frozenset({"relief", "help", "improvement", "benefit", "response", "difference", "worked", "change", "changes", "issues", "problems", "side", "missed", "effects", "compliant", "refills", "contraindication", "contraindications", "interactions"})
_LISTS = frozenset({"medications"})
_ORDERS = frozenset({"plan", "assessment_plan", "discharge_medications", "instructions"})
_ASIDE = frozenset({"allergies", "family", "signature"})
_PRESCRIPTION = re.compile(r"prescri|rx|new med|started|start taking|tt[oa]", re.IGNORECASE)
_STOPPED_LIST = re.compile(r"stop|discontinued", re.IGNORECASE)
_CHANGED_LIST = re.compile(r"changed?\b", re.IGNORECASE)
_VACCINE = re.compile(r"vaccine|vaccination|shot$|immunoglobulin$")
_GIVEN = re.compile(r"\b(?:admin\w*|given|gave|received today|provided)\b", re.IGNORECASE)
_SALT = re.compile(r"\s(?:propionate|furoate|succinate|tartrate|mofetil|sodium|acetate|hcl|hydrochloride|carbonate(?<!calcium carbonate))$")
_IF = re.compile(r"\bif\b(?! (?:needed|tolerated|possible))|\bshould (?:he|she|they|it|symptoms|the pain|pain|this)\b|\bunless\b|\bdepending (?:up)?on\b|\bin case\b|\b(?:may|might) need to\b", re.IGNORECASE)
_ONLY_IF = re.compile(r"\bif (?:the )?(?:\w+ ){0,3}(?:positive|worse\w*|persist\w*|fails?|not improv\w*|no improvement|does not|do not|doesn't|confirmed|returns?|recurs?|develops?|symptoms)", re.IGNORECASE)
_RANK = {MENTIONED: 0, CONTINUED: 1, STOPPED: 2, STARTED: 3, CHANGED: 3}


class _Statement(NamedTuple):
    """What one place says of a medication."""

    start: int
    end: int
    key: str
    name: str
    ingredient: str | None
    dose: str | None
    route: str | None
    frequency: str | None
    status: str
    said: bool
    prescription: bool


class _Name(NamedTuple):
    start: int
    end: int
    term: Term


def medications(note: Note) -> list[Fact]:
    """The medications of a note, in the order in which the text first names them."""
    by_drug: dict[str, list[_Statement]] = {}
    for statement in _statements(note):
        by_drug.setdefault(statement.key, []).append(statement)
    facts = []
    for statements in by_drug.values():
        fact = _merged(note, statements)
        if fact is not None:
            facts.append(fact)
    return facts


def _statements(note: Note) -> Iterator[_Statement]:
    names = sorted(_names(note))
    for number, name in enumerate(names):
        if number and name.start < names[number - 1].end:
            continue
        following = names[number + 1].start if number + 1 < len(names) else len(note.text)
        previous = names[number - 1].end if number else 0
        statement = _statement(note, name, previous, following)
        if statement is not None:
            yield statement


def _names(note: Note) -> Iterator[_Name]:
    known: list[tuple[int, int]] = []
    names_end = -2
    for match in note.document.matches:
        start, end = note.document.span(match)
        known.append((start, end))
        term = _medication(match)
        if term is not None and term.kind == "class" and names_end == start - 1:
            continue  # "albuterol inhaler"
        if term is not None and term.kind == "drug":
            names_end = end
        if term is not None and not note.in_heading(start):
            yield _Name(start, end, term)
    taken = {start for start, _ in known}
    stop = _no_names()
    for found in _UNKNOWN.finditer(note.text):
        name = found["name"].lower()
        if found.start() in taken or name in stop or not _EVIDENCE.match(note.text[found.end() : found.end() + 40].lstrip(" ,(")) and not found["form"]:
            continue
        if any(start < found.end("name") and found.start("name") < end for start, end in _around(known, found.start())):
            continue
        yield _Name(found.start("name"), found.end("name"), Term("drug", name))


def _around(spans: list[tuple[int, int]], at: int) -> list[tuple[int, int]]:
    from bisect import bisect_left  # noqa: PLC0415

    place = bisect_left(spans, (at, 0))
    return spans[max(0, place - 1) : place + 2]


def _no_names() -> frozenset[str]:
    return words("nodrugs.txt")


def _medication(match: Match[Term]) -> Term | None:
    for term in match.found:
        if term.kind in {"drug", "class"}:
            return term
    return None


def _statement(note: Note, name: _Name, previous: int, following: int) -> _Statement | None:
    text = note.text
    kind = note.kind_at(name.start)
    if kind in _ASIDE or _NO_DRUG_BEHIND.match(text, name.end) or _is_allergen(note, name):
        return None
    first, last = note.document.sentence_span(name.start)
    until = _until(note, name, last, following)
    dose, dose_end = _dose(text, name, max(first, previous), until)
    if name.term.flag and not _is_taken(note, name, dose, first, previous):
        return None
    if _is_denied(note, name):
        return None
    behind = _own(_blank_supply(text, name.end, until))
    status, said = status_of(text[first : name.start], text[name.end : min(until, last)], text[name.end : last], _fallback(note, name, kind, dose))
    if status == MENTIONED and said and kind in _LISTS and not re.search(r"(?i)tried|consider|discuss", text[first : name.start]):
        status = CONTINUED
    if status in {STARTED, CHANGED} and _is_conditional(text[first : name.start], behind):
        status = MENTIONED
    if not _is_wanted(note, name, status, text[first : name.start]):
        return None
    ingredient, written = _identity(note, name)
    route = route_in(behind, 0, len(behind)) or _route_before(text, first, name.start) or route_in(name.term.name, 0, len(name.term.name))
    frequency = frequency_in(behind, 0, len(behind)) or _frequency_before(text, max(first, previous), name.start)
    sig = _SIG.search(text, name.end, until) is not None
    return _Statement(
        name.start, max(name.end, dose_end), ingredient, written, ingredient if ingredient != written else None, dose, route, frequency, status, said, sig
    )


def _until(note: Note, name: _Name, last: int, following: int) -> int:
    """How far what is said of a medication goes: its sentence, and in a prescription the lines that follow."""
    text = note.text
    end = last
    number = note.document.line_number(name.start)
    for line in note.document.lines[number + 1 : number + 6]:
        if line.blank or line.body >= following or not _BELOW.match(text, line.body, line.end):
            break
        end = max(end, line.end)
    return max(name.end, min(end, following, name.end + (_REACH if end == last else 3 * _REACH)))


def _dose(text: str, name: _Name, first: int, until: int) -> tuple[str | None, int]:
    """The dose and where it ends; it stands behind the name, or right before it."""
    strengths = [found for found in STRENGTH.finditer(text, name.end, until) if _is_dose(text, name, found) and not _of_another(text[found.end() : until], until < len(text))]
    strength = strengths[0] if strengths else None
    if strength is not None and re.search(r"(?i)\bfrom\s$", text[max(name.end, strength.start() - 6) : strength.start()]) and len(strengths) > 1:
        strength = strengths[1]
    counted = COUNTED.search(_blank_supply(text, name.end, until))
    amount = counted_of(counted) if counted else None
    if amount and is_amount(amount) and (strength is None or strength["per"] or strength.end() < name.end + counted.start() and not _oral(text, name, until)):
        return amount, name.end + counted.end() if counted.start() < 60 else name.end
    if strength is not None:
        return strength_of(strength), strength.end() if strength.start() - name.end < 60 else name.end
    before = list(STRENGTH.finditer(text, max(first, name.start - 50), name.start))
    if before and _BEFORE.match(text[before[-1].end() : name.start]):
        return strength_of(before[-1]), name.end
    if amount:
        return amount, name.end + counted.end() if counted and counted.start() < 60 else name.end
    return _bare(text, name, until)


def _of_another(rest: str, followed: bool) -> bool:
    """Whether a dose belongs to the medication that comes next: "0.5 mL of lidocaine"."""
    return followed and re.fullmatch(r"\s(?:\w+\s)?of\s(?:the\s|his\s|her\s|IV\s|oral\s)?", rest, re.IGNORECASE) is not None


def _oral(text: str, name: _Name, until: int) -> bool:
    return re.search(r"(?i)\b(?:tab|cap|po\b|oral)", text[name.end : until]) is not None


def _blank_supply(text: str, start: int, end: int) -> str:
    return _SUPPLY.sub(lambda match: " " * len(match.group()), text[start:end])


def _own(behind: str) -> str:
    """What stands behind a name up to where another statement begins."""
    other = _OTHER.search(behind)
    return behind[: other.start()] if other else behind


def _bare(text: str, name: _Name, until: int) -> tuple[str | None, int]:
    """ "Metoprolol 25 BID": a number before a frequency is a dose whose unit goes without saying."""
    found = re.compile(r"\s(?P<n>\d+(?:\.\d+)?)(?=\s(?:po\b|daily|bid|tid|qid|qd|qhs|od\b|bd\b|tds|qds|once|twice|nocte|mane|q\d|a day|at night|every|weekly))", re.IGNORECASE).match(text, name.end, until)
    return (found["n"], found.end()) if found else (None, name.end)


def _is_dose(text: str, name: _Name, found: re.Match[str]) -> bool:
    unit = found["u"].lower()
    gap = text[name.end : found.start()]
    if unit in {"%", "percent"}:
        return len(gap) < 14
    if found["per"] and re.search(r"(?i)/\s?(?:d?l)\b", found["per"]):
        return False
    if unit in {"g", "gm", "gram", "grams", "u"} and len(gap) > 25:
        return False
    after = text[found.end() : found.end() + 4].lower()
    return not after.startswith(("/dl", "/l ", "/l.", "/l,")) and len(gap) < 110


def _identity(note: Note, name: _Name) -> tuple[str, str]:
    """The ingredient, and the name as written in lower case."""
    written = " ".join(note.text[name.start : name.end].lower().split())
    known = drugs().get(name.term.name)
    if known is None:
        return name.term.name if name.term.kind == "class" else written, written
    return _SALT.sub("", known.ingredient), written


def _is_taken(note: Note, name: _Name, dose: str | None, first: int, previous: int) -> bool:
    """Whether something that is also a thing (iron, calcium, oxygen) is meant as a medication."""
    if dose is not None or note.kind_at(name.start) in _LISTS | {"discharge_medications"}:
        return True
    if first < previous and re.fullmatch(r"[^.;:]{0,40}?(?:,|\band\b|,\s?and)\s*", note.text[previous : name.start]):
        return True  # in a list of medications
    return bool(_TAKING.search(note.text[first : name.start]) or _FORM_BEHIND.match(note.text, name.end))


def _is_allergen(note: Note, name: _Name) -> bool:
    first, last = note.document.sentence_span(name.start)
    before = note.text[max(first, name.start - 70) : name.start]
    if re.search(r"(?i)\b(?:allerg(?:ic|y|ies)|anaphyla\w+|intoleran\w+|hypersensitiv\w+|adverse reactions?)\b[^.;]{0,60}$", before):
        return not re.search(r"(?i)\b(?:takes?|taking|for|uses?|using|treat\w*|start|with|change|continue)\s(?:\w+\s){0,3}$", before) or bool(re.search(r"(?i)allergic to", before))
    return bool(re.match(r"(?i)\s(?:allergy|intolerance|anaphylaxis)\b", note.text[name.end : last]))


def _is_denied(note: Note, name: _Name) -> bool:
    meant = note.context.of(name.start, name.end)
    if meant.family and not note.kind_at(name.start) in _LISTS | _ORDERS:
        return True
    scope = note.context.nearest(name.start, "negated")
    if not meant.negated or scope is None:
        return False
    tokens = note.document.tokens
    first, _ = note.document.tokens_in(name.start, name.end)
    between = {token.word for token in tokens[scope.trigger : first]}
    if scope.trigger >= first:  # behind it: "aspirin: denies"
        return tokens[scope.trigger].word in {"denies", "denied", "none", "-ve"}
    if not between.isdisjoint(_RELIEF) or not between.isdisjoint({"stop", "discontinue", "change", "increase", "tolerate", "continue"}):
        return False
    if first - scope.trigger > 12:
        return False
    before = note.text[max(0, tokens[scope.trigger].start - 2) : name.start]
    return not re.search(r"(?i)no longer|\b(?:not|hasn't)\b[^,.]{0,12}\b(?:taking|taken)\b", before) or bool(re.search(r"(?i)never", before))


def _is_conditional(before: str, behind: str) -> bool:
    """Whether it is only going to happen if something else does."""
    return bool(_IF.search(before) or _ONLY_IF.search(behind))


def _fallback(note: Note, name: _Name, kind: str, dose: str | None) -> str:
    """What the place of a medication says where no verb does."""
    segment = note.segment_at(name.start)
    title = note.text[segment.start : segment.body] if segment else ""
    if kind in _LISTS:
        return CONTINUED
    if kind == "discharge_medications":
        if _STOPPED_LIST.search(title):
            return STOPPED
        if _CHANGED_LIST.search(title):
            return CHANGED
        return STARTED if _PRESCRIPTION.search(title) else CONTINUED
    begins = note.text[note.document.line_at(name.start).body : name.start].strip() == ""
    if kind in _ORDERS and (begins or _after_label(note, name)) and dose:
        return STARTED
    return MENTIONED


def _after_label(note: Note, name: _Name) -> bool:
    """Whether the medication is the first thing behind a label: "HTN: lisinopril 10 mg daily"."""
    line = note.document.line_at(name.start)
    before = note.text[line.body : name.start].rstrip()
    return before.endswith((":", "-", "–")) and len(before) < 60


def _is_wanted(note: Note, name: _Name, status: str, before: str) -> bool:
    """Kinds of medications, and vaccines, count only where something is done with them."""
    if name.term.kind == "class":
        return status in {STARTED, CONTINUED, STOPPED} and not re.search(r"(?i)chang|switch|replac|discuss|consider", before)
    if _VACCINE.search(name.term.name) or name.term.name in {"Tdap", "MMR", "Shingrix", "Prevnar", "Pneumovax", "Gardasil", "Zostavax", "Fluzone"}:
        around = before + note.text[name.end : name.end + 60]
        return bool(_GIVEN.search(around)) and note.part_at(name.start) == "plan"
    return True


def _route_before(text: str, first: int, start: int) -> str | None:
    """ "IV ceftriaxone", "oral prednisone", "inhaled budesonide"."""
    found = re.search(r"(?i)\b(IV|IM|oral|PO|inhaled|topical|intravenous|intramuscular|nasal|nebuli[sz]ed|subcutaneous|sublingual|intranasal|subcut|SC|transdermal|rectal|vaginal)\s(?:\S+\s)?$", text[max(first, start - 30) : start])
    return route_in(found.group(), 0, len(found.group())) if found else None


def _frequency_before(text: str, first: int, start: int) -> str | None:
    """ "Twice daily gabapentin", "daily aspirin"."""
    found = re.search(r"(?i)\b(?:once[- ]|twice[- ]|three times[- ])?(?:daily|weekly|nightly|monthly|PRN|as[- ]needed|a day of)\s(?:(?!and|or|with|plus|then)[\w-]+\s)?$", text[max(first, start - 40) : start])
    return frequency_in(found.group(), 0, len(found.group())) if found else None


def _merged(note: Note, statements: list[_Statement]) -> Fact | None:
    """One fact from all that is said of a medication: what is done with it, then the fullest of what was said last."""
    best = max(statements, key=lambda said: (_weight(note, said), said.start))
    ordered = [best, *(said for said in reversed(statements) if said is not best)]
    same = [said for said in ordered if _agrees(said.dose, best.dose)] if best.status == CHANGED else ordered
    prescribed = [said for said in ordered if said.prescription]
    dose = best.dose or next((said.dose for said in (*prescribed, *same) if said.dose), None)
    route = next((said.route for said in (best, *prescribed, *same) if said.route), None)
    frequencies = [said.frequency for said in (best, *prescribed, *same) if said.frequency]
    frequency = frequencies[0] if frequencies else None
    if prescribed and frequency and any(found.startswith(frequency) for found in frequencies):
        frequency = max((found for found in frequencies if found.startswith(frequency)), key=len)
    return note.fact(
        best.start,
        best.end,
        name=best.name,
        ingredient=best.ingredient,
        dose=dose,
        route=route,
        frequency=frequency,
        status=best.status,
    )


def _agrees(dose: str | None, other: str | None) -> bool:
    return dose is None or other is None or dose == other


def _weight(note: Note, said: _Statement) -> tuple[int, int, int]:
    """How much a statement counts: what is done in the plan before what was told before, and a dose before none."""
    plan = note.part_at(said.start) == "plan"
    return (_RANK[said.status] + (3 if plan and said.status != MENTIONED else 0), int(said.said), int(said.dose is not None))
