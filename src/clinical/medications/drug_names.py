"""Where medications are named, and whether the patient has to do with them: not allergens, nor what is denied."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from clinical.allergies.reactions import reactions_in
from clinical.facts import Measurement, MedicationStatus, Reality
from clinical.lexicon.phrases import Match, Term
from clinical.lexicon.resources import words, wordset
from clinical.lexicon.vocabulary import drugs
from clinical.medications.cut_short import candidates, cut_short
from clinical.medications.salts import with_salt
from clinical.medications.signals import signal_words, signals_in
from clinical.note import Note
from clinical.people import Person

_UNKNOWN = re.compile(
    r"(?<![\w-])(?P<name>[A-Za-z][A-Za-z]{3,24}(?:-[A-Za-z]{2,12})?)(?:\s(?P<form>tablets?|"
    r"capsules?|inhaler|cream|ointment|gel|injection|solution|spray|drops|patch|XR|ER|"
    r"SR|XL|CR|LA|DR))?"
    r"\s(?P<dose>\d+(?:\.\d+)?\s?(?:mg|mcg|µg|micrograms?|units|IU))\b(?!/d?L|\s?/\s?(?:dl|l|ml|g|day)\b)",
    re.IGNORECASE,
)
_DOSED = re.compile(r"\s\d[\d./]*\s?(?:mg|mcg|micrograms?|g|ml|units?|puffs?)\b", re.IGNORECASE)
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
_ITS_DAY = re.compile(r"\s?days?\b", re.IGNORECASE)
_LEFT_OUT = re.compile(r"\b(?:except|but not|apart from|other than|not)\s(?:on\s)?(?:the\s)?$", re.IGNORECASE)
_DAY_BEFORE = 24
_NO_DRUG_BEHIND = re.compile(
    (
        r"\s?(?:[AGME]\s)?(?:level|levels|allerg|deficien|toxicity|overdose|withdrawal|resistance|resistant|"
        r"stain|clinic|test|intake|use disorder|abuse|dependence|channel|receptor|score|dependent|"
        r"requirement|sensitivity|antibod|binding|stones?|studies|saturation|suppression test|"
        r"challenge|stress test|cardiotoxicity|uptake|scan|-free|-negative|-positive|-sensitive|"
        r"-resistant|index|ratio|excess|label|replaced(?! (?:by|with))|replete|corrected)\b"
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
_ALLERGY_BEFORE = re.compile(
    r"\b(?:allerg(?:ic|y|ies)|anaphyla\w+|intoleran\w+|hypersensitiv\w+|adverse reactions?|nkda|nka|no known drug)\b"
    r"[^.;]{0,60}$",
    re.IGNORECASE,
)
_ALLERGY_BEHIND = re.compile(r"\s(?:allergy|intolerance|anaphylaxis)\b", re.IGNORECASE)
# Carried because of an allergy, by whom nobody says to be allergic to it.
_CARRIED = re.compile(r"(?:epi-?pen|jext|emerade|anapen|auvi-?q|neffy)\b.{0,8}|.*auto-?injectors?", re.IGNORECASE)
# An allergy beside it is why it is given: "penicillin allergy so started clarithromycin".
_TREATED_BEFORE = re.compile(
    r"\b(?:takes?|taking|for|uses?|using|treat\w*|start\w*|with|change|continue|so|hence|therefore|thus|now|given|"
    r"switch\w*|commenc\w*|prescri\w*)\s(?:\w+\s){0,3}$",
    re.IGNORECASE,
)
# Others who give it, or whose it is, do not take it: "son had already given metformin", "takes wife's co-codamol".
_GIVEN_BY = re.compile(
    r"\b(?:given?|gives|gave|giving|administer\w*)\s(?:(?:him|her|them|the|his|own|some|some of)\s){0,3}$",
    re.IGNORECASE,
)
_BORROWED = re.compile(
    r"\b(?:tak(?:es?|ing|en)|took|us(?:es?|ed|ing)|borrow\w*)\s(?:\w+\s){0,3}\w+['’]s?\s$", re.IGNORECASE
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
_ASIDE = frozenset({"allergies", "family", "signature"})
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
    cut = list(_cut_short(note, known))
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
    return _is_acted_on(note, name, *note.document.sentence_span(name.start), frozenset({MedicationStatus.STARTED}))


def is_aside(note: Note, name: Name) -> bool:
    """Whether the word does not mean a medication here: a level, a deficiency, an allergen."""
    kind = note.kind_at(name.start)
    if name.term.kind == "class" and note.text.startswith(":", name.end):
        return True  # "Contraception: …" names a matter, and no medicine
    behind = _NO_DRUG_BEHIND.match(note.text, name.end) is not None or _is_its_day(note, name)
    if _CARRIED.fullmatch(name.term.name):
        return behind or kind in _ASIDE - {"allergies"}
    return behind or (kind in _ASIDE and not _goes_on(note, name, kind)) or _is_allergen(note, name)


def _is_its_day(note: Note, name: Name) -> bool:
    """Whether a drug only names the day on which another is left out: "daily except methotrexate day"."""
    before = note.text[max(0, name.start - _DAY_BEFORE) : name.start]
    return _ITS_DAY.match(note.text, name.end) is not None and _LEFT_OUT.search(before) is not None


def _goes_on(note: Note, name: Name, kind: str) -> bool:
    """Whether a line that begins with allergies goes on with what is taken: "Allergies: latex. Ramipril 5 mg OD."."""
    segment = note.segment_at(name.start)
    if kind != "allergies" or segment is None:
        return False
    first, last = note.document.sentence_span(name.start)
    if first <= segment.body:
        return False
    in_line = "\n" not in note.text[segment.body : name.start].lstrip()
    return _DOSED.match(note.text, name.end) is not None or (in_line and _is_order(note, name, first, last))


def _is_order(note: Note, name: Name, first: int, last: int) -> bool:
    """Whether a sentence among allergies is an order, and no reaction: "Allergy: latex. Amlodipine stopped."."""
    if any(one.allergic for one in reactions_in(note.text, first, last)) or "llerg" in note.text[first:last]:
        return False
    return _is_acted_on(note, name, first, last, frozenset(MedicationStatus))


def _is_acted_on(note: Note, name: Name, first: int, last: int, done: frozenset[MedicationStatus]) -> bool:
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


def _is_allergen(note: Note, name: Name) -> bool:
    if any(start <= name.start < end for start, end in note.allergy_rows):
        return True
    first, last = note.document.sentence_span(name.start)
    before = note.text[max(first, name.start - 70) : name.start]
    if _ALLERGY_BEFORE.search(before):
        return "allergic to" in before.lower() or not _TREATED_BEFORE.search(before)
    return _ALLERGY_BEHIND.match(note.text, name.end, last) is not None


def is_denied(note: Note, name: Name, *, event: bool = False) -> bool:
    """Whether somebody else takes it, or a form's answer or box says that the patient does not.

    Args:
        note: The note.
        name: The drug.
        event: Whether something is said to be done with it: then "no" answers that, and not whether it is taken.
    """
    meant = note.context.of(name.start, name.end)
    if meant.answered and meant.negated and not event:
        return True
    if meant.person is Person.PATIENT:
        return False
    first, _ = note.document.sentence_span(name.start)
    before = note.text[max(first, name.start - 60) : name.start]
    return not (_GIVEN_BY.search(before) or _BORROWED.search(before))


def is_wanted(name: Name, status: MedicationStatus, reality: Reality, *, event: bool) -> bool:
    """Kinds of medications count only where something is done with them; contrast and vaccines are procedures."""
    if name.term.kind == "class":
        if reality is not Reality.ACTUAL:
            return event or reality in {Reality.DECLINED, Reality.REQUESTED}
        return status not in {MedicationStatus.MENTIONED, MedicationStatus.CHANGED}
    known = drugs().get(name.term.name)
    if known is not None and known.ingredient.endswith("vaccine"):
        return False
    return not (_CONTRAST.search(name.term.name) or _VACCINE.search(name.term.name))
