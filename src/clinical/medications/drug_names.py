"""Where medications are named, and whether the patient has to do with them: not allergens, nor what is denied."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from clinical.facts import Measurement, MedicationStatus, Reality
from clinical.lexicon.phrases import Match, Term
from clinical.lexicon.resources import words, wordset
from clinical.lexicon.vocabulary import drugs
from clinical.medications.cut_short import candidates, cut_short
from clinical.medications.measured_too import given_though_measured
from clinical.medications.salts import with_salt
from clinical.medications.signals import signal_words, signals_in
from clinical.note import Note

_UNKNOWN = re.compile(
    r"(?<![\w-])(?P<name>[A-Za-z][A-Za-z]{3,24}(?:-[A-Za-z]{2,12})?)(?:\s(?P<form>tablets?|"
    r"capsules?|inhaler|cream|ointment|gel|injection|solution|spray|drops|patch|XR|ER|"
    r"SR|XL|CR|LA|DR))?"
    r"\s(?P<dose>\d+(?:\.\d+)?\s?(?:mg|mcg|µg|micrograms?|units|IU))\b(?!/d?L|\s?/\s?(?:dl|l|ml|g|day)\b)",
    re.IGNORECASE,
)
_STRENGTH = re.compile(r"\s\d[\d./]{0,8}\s?(?:mg|mcg|µg|micrograms?)\s", re.IGNORECASE)
# "Edoxaban recommenced 30 mg": no medicine is called so.
_PARTICIPLE = re.compile(r"(?:ed|ing)$")
# "Calcium started to fall", "started falling": nobody gives it.
_BEGAN_TO = re.compile(r"\s(?:to|[a-z]{2,12}ing)\b")
# "She now gets 30 mg": what stands behind a pronoun is what she does.
_SOMEBODY_DOES = re.compile(
    r"\b(?:s?he|they|we|I|who|which)\s(?:(?:now|still|also|then|only|currently|just|usually|already|often)\s){0,2}$",
    re.IGNORECASE,
)
_BEFORE_VERB = 30
_EVIDENCE = re.compile(
    (
        r"\b(?:tab(?:let)?s?|cap(?:sule)?s?|po|p\.o|by mouth|oral(?:ly)?|daily|bid|tid|qid|"
        r"qd|qhs|q\d|od|bd|tds|qds|prn|every|once|twice|a day|weekly|nightly|iv|im|sc|subcut\w*|"
        r"inject\w*|puffs?|sprays?|drops?|at (?:night|bedtime)|nocte|mane|as needed|three times|"
        r"two times|per day)\b"
    ),
    re.IGNORECASE,
)
_TAKING = re.compile(
    (
        r"\b(?:tak(?:e|es|ing|en)|on|start\w*|initiat\w*|prescri\w+|continu\w+|supplement\w*|"
        r"uses?|using|add|increase|decrease|give|given|with)\s(?:(?:her|his|their|daily|some|"
        r"the|a|oral|high dose|high-dose|iv|over-the-counter|otc|[\w-]+,)\s){0,3}$"
    ),
    re.IGNORECASE,
)
_FORM_BEHIND = re.compile(
    (
        r"\s(?:supplements?|tablets?|capsules?|pills?|injections?|infusion|drip|gtt|shots?|therapy|"
        r"gummies|pump|sliding scale|patch(?:es)?|drops?|rinse|spray)\b"
    ),
    re.IGNORECASE,
)
# So much in a litre is a level; per millilitre it may be what an ampoule holds.
_CONCENTRATION = re.compile(
    r"(?:\s(?:level|levels|trough|peak|concentration))?\s?(?:[:=]|of|was|is)?\s?[<>]?\s?\d+(?:[.,]\d+)?\s?"
    r"(?:[mµμunp]?mol/(?:l|mol)|m?i?u/l|m?eq/l|(?:m|mc|µ|μ|u|n|p)?g/d?l|[nµμu]g/ml)\b",
    re.IGNORECASE,
)
_IN_A_MILLILITRE = re.compile(
    r"\s(?:\w+\s)?\d+(?:[.,]\d+)?\s?(?:mg|g|mcg|micrograms?|units?|iu)/(?:\d+(?:[.,]\d+)?\s?)?ml\b", re.IGNORECASE
)
# "Once potassium is below 5.5", "if K >6": the value of what is also a medicine.
_COMPARED = re.compile(
    r"\s?(?:(?:is|are|was|were|has|have|been|remains?|stays?|falls?|drops?|rises?|goes|gets|comes)\s){0,2}(?:[<>≤≥]=?\s?\d|"
    r"(?:below|above|under|over|less than|more than|greater than|within)\b|(?:normal|normali[sz]es|stable|low|high|"
    r"replaced|corrected|back (?:to|up|down|under|in))\b(?!\s\w+ing))",
    re.IGNORECASE,
)
# No note names more.
_MOST = 3_000
_RELIEF = wordset(
    """
    relief help improvement benefit response difference worked change changes issues problems side missed effects
    compliant refills contraindication contraindications interactions
    """
)
_OTHER_VERBS = wordset("stop discontinue change increase tolerate continue")
LISTS = frozenset({"medications"})
ORDERS = frozenset({"plan", "assessment_plan", "discharge_medications", "instructions"})
_VACCINE = re.compile(
    r"vaccin|shot$|\b(?:jab|booster|immuni[sz]ation)s?$|^(?:BCG|Tdap|MMR|Shingrix|Prevnar|Pneumovax|Gardasil|"
    r"Zostavax|Fluzone|tetanus|Td) ?",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"\b(?:contrast|omnipaque|visipaque|isovue|ultravist|gadovist|dotarem|gadolinium|barium)\b", re.IGNORECASE
)
# Capitals that are a scan, whatever the same letters are else.
_NO_DRUGS = frozenset({"DEXA"})


class Name(NamedTuple):
    """A name of a medication at `text[start:end]`."""

    start: int
    end: int
    term: Term
    analyte: bool = False
    """Whether it names what is measured, too."""


def names_in(note: Note) -> Iterator[Name]:
    """The names of the lexicon, and unknown words with a dose and a form or a frequency."""
    known: list[tuple[int, int]] = []
    names_end = -2
    for match in note.document.matches:
        start, end = note.document.span(match)
        term = _medication(match)
        if term is not None and term.kind == "drug":
            end = with_salt(note.text, end)
        known.append((start, end))
        if term is not None and term.kind == "class" and names_end == start - 1:
            continue  # "albuterol inhaler"
        if term is not None and term.name == "inhaler" and _STRENGTH.fullmatch(note.text, max(names_end, 0), start):
            continue  # "albuterol 100 micrograms inhaler"
        if term is not None and term.kind == "drug":
            names_end = end
        if term is not None and not note.in_heading(start) and note.text[start:end] not in _NO_DRUGS:
            yield Name(start, end, term, analyte=any(other.kind == "lab" for other in match.found))
    cut = [*_cut_short(note, known), *(Name(*one) for one in given_though_measured(note))]
    yield from cut
    taken = {start for start, _ in known} | {name.start for name in cut}
    stop = _no_names()
    for found in _UNKNOWN.finditer(note.text):
        name = found["name"].lower()
        if (
            found.start() in taken
            or name in stop
            or _PARTICIPLE.search(name)
            or _SOMEBODY_DOES.search(note.text, max(0, found.start() - _BEFORE_VERB), found.start())
            or (not _EVIDENCE.match(note.text[found.end() : found.end() + 40].lstrip(" ,(")) and not found["form"])
        ):
            continue
        if any(start < found.end("name") and found.start("name") < end for start, end in _around(known, found.start())):
            continue
        yield Name(found.start("name"), found.end("name"), Term("drug", name))


def _cut_short(note: Note, known: list[tuple[int, int]]) -> Iterator[Name]:
    """Words that the lexicon does not know and that are names cut short."""
    at, possible = 0, candidates()
    for token in note.document.tokens:
        if token.word not in possible:
            continue
        while at < len(known) and known[at][1] <= token.start:
            at += 1
        if at < len(known) and known[at][0] <= token.start:
            continue
        cut = cut_short(note.text, token.start, token.end, token.word)
        if cut is not None and not note.in_heading(cut.start):
            yield Name(*cut)


def names_of(note: Note, results: Sequence[Measurement] = ()) -> list[Name]:
    """Where a note names drugs; not where it names what the laboratory found (`labs`)."""
    measured = {fact.start for fact in results}

    def is_result(name: Name) -> bool:
        return (name.start in measured or is_measured(note, name)) and not _tells_strength(note, name)

    return sorted(name for name in names_in(note) if not is_result(name))[:_MOST]


def _tells_strength(note: Note, name: Name) -> bool:
    """Whether so much in a millilitre is what a liquid holds, of which is told how much is taken."""
    found = _IN_A_MILLILITRE.match(note.text, name.end)
    if found is None:
        return False
    _, last = note.document.sentence_span(name.start)
    return _EVIDENCE.search(note.text, found.end(), min(last, found.end() + 60)) is not None


def _around(spans: list[tuple[int, int]], at: int) -> list[tuple[int, int]]:
    place = bisect_left(spans, (at, 0))
    return spans[max(0, place - 1) : place + 2]


@cache
def _no_names() -> frozenset[str]:
    """Words before a dose that name no medicine: those that tell what becomes of one, too ("restart 200 mg od")."""
    return words("nodrugs.txt") | signal_words()


def _medication(match: Match[Term]) -> Term | None:
    for term in match.found:
        if term.kind in {"drug", "class"}:
            return term
    return None


def is_measured(note: Note, name: Name) -> bool:
    """Whether the word is followed by what was measured in the blood, and is no medication there."""
    if name.analyte and _COMPARED.match(note.text, name.end):
        return True
    return _CONCENTRATION.match(note.text, name.end) is not None


def is_taken(note: Note, name: Name, dose: str | None, first: int, previous: int) -> bool:
    """Whether something that is also a thing (iron, calcium, oxygen) is meant as a medication."""
    if name.analyte and dose is not None:
        # "Potassium 59 mmol" is a result, well or badly written; "potassium 20 mmol twice daily" is taken.
        dose = dose if _EVIDENCE.search(note.text[name.end : name.end + 60].partition("\n")[0]) else None
    if dose is not None or note.kind_at(name.start) in LISTS | {"discharge_medications"}:
        return True
    if first < previous and re.fullmatch(r"[^.;:]{0,40}?(?:,|\band\b|,\s?and)\s*", note.text[previous : name.start]):
        return True  # in a list of medications
    if _TAKING.search(note.text[first : name.start]) or _FORM_BEHIND.match(note.text, name.end):
        return True
    return is_acted_on(note, name, *note.document.sentence_span(name.start), frozenset({MedicationStatus.STARTED}))


def is_acted_on(note: Note, name: Name, first: int, last: int, done: frozenset[MedicationStatus]) -> bool:
    """Whether a sentence is about nothing else than what is done with a drug: "Insulin restarted", "Stop insulin"."""
    for signal in signals_in(note, *note.document.tokens_in(first, last)):
        opens = signal.start > name.start or not note.text[first : signal.start].strip()
        if (
            opens
            and signal.is_beside(note.text, name.start, name.end)
            and any(one.status in done for one in signal.meanings)
        ):
            return _BEGAN_TO.match(note.text, signal.end) is None
    return False


def is_wanted(name: Name, status: MedicationStatus, reality: Reality, *, event: bool, dosed: bool = False) -> bool:
    """Kinds of medications count only where something is done with them; contrast and vaccines are procedures."""
    if name.term.kind == "class":
        if dosed:
            return True  # "PPI qd"
        if reality is not Reality.ACTUAL:
            return event or reality in {Reality.DECLINED, Reality.REQUESTED}
        return status not in {MedicationStatus.MENTIONED, MedicationStatus.CHANGED}
    known = drugs().get(name.term.name)
    if known is not None and known.ingredient.endswith("vaccine"):
        return False
    return not (_CONTRAST.search(name.term.name) or _VACCINE.search(name.term.name))
