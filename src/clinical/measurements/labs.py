"""Results of the laboratory: a named value that was measured, not its normal range, not a goal, not an order."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from clinical.lexicon.phrases import Match, Term, terms
from clinical.lexicon.resources import wordset
from clinical.lexicon.vocabulary import Lab
from clinical.lexicon.vocabulary import labs as known_labs
from clinical.note import Fact, Note

# What may stand between a name and its value: "LDL cholesterol elevated at 165", "triglycerides at upper limits (145".
_FILLER = (
    r"(?:[ \t]*(?:[:=(\[,|↑↓~]|[-–—](?=[ \t])|\b(?:is|was|of|at|are|were|today|currently|"
    r"now|level|levels|result|results|count|came|"
    r"back|as|measured|elevated|high|low|lower|upper|normal|limits?|within|reference|borderline|"
    r"slightly|mildly|moderately|"
    r"markedly|significantly|severely|reduced|decreased|increased|raised|stable|improved|"
    r"improving|has|have|been|to|up|down|"
    r"from today|the|test|value|reading|noted|to be|found|remains|remained|returned|showed|"
    r"shows|this morning|on admission|"
    r"today's|current|recent|most recent|latest|last|repeat|repeated|initial|initially|"
    r"about|approximately|around|on|rapid|"
    r"demonstrated|demonstrates|performed|in|office|clinic|pcr|antigen|serum|fasting|random|"
    r"h|l|collected|checked|yesterday|"
    r"still|just|only|very|good|well|stably|total|titer|screen|swab|for|were|acceptable|"
    r"at goal|end|reviewed|reported|upper end|checked|on last check)\b\.?|[)\]])){0,9}[ \t]*"
)
_UNIT = (
    r"(?:mg/d[lL]|mmol/mol|mmol/L|[μµu]mol/L|mEq/L|meq/l|g/d[lL]|g/L|mg/L|ng/m[lL]|ng/d[lL]|"
    r"ng/L|pg/m[lL]|pmol/L|nmol/L|[μµm]?c?g/d[lL]|"
    r"[μµ]g/L|mcg/L|mIU/m?L|[μµ]?u?IU/mL|IU/L|U/L|units/L|k/u[lL]|K/[μµ]L|/[μµ]L|x ?10\^?[0-9]+(?:/L|"
    r"/[μµu]L)?|10\^[0-9]+/L|cells/m?[μµ]?[lL]|"
    r"mL/min(?:/1\.73 ?m(?:2|²|\^2)?)?|mm/hr?|fL|kPa|mmHg|seconds|secs?|mOsm/kg|mg/g|mg/mmol|"
    r"%|percent|g%|mg%|mmol|mg per deciliter|thousand|k\b)"
)
_NUMBER = re.compile(
    _FILLER
    + (
        r"(?P<value>[<>≤≥]?[ ]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[<>≤≥]?[ ]?\d+(?:\.\d+)?)(?![\d/]\d|"
        r"[\d:]|[.,]\d|s\b|[A-Za-z]*-[A-Za-z]|\s?(?:-|–|to)\s?\d|-)"
    )
    + (
        rf"(?:\s?(?P<unit>{_UNIT})(?![\w]))?(?P<flag>\s?[(\[]?\b[HL]\b[)\]]?|\s?[(\[](?:high|"
        rf"low|normal|elevated)[)\]]|\s?[↑↓])?"
    ),
    re.IGNORECASE,
)
# The value right behind a name, and no count of something else: "WBC 11.2 K 3 days ago".
_VALUE_BEHIND = re.compile(
    r"[ \t]*+(?:[:=][ \t]*+)?(?P<value>\d{1,6}(?:\.\d+)?)"
    r"(?![\d/]|[ \t]?(?:days?|weeks?|months?|years?|hours?|hrs?|times?|x)\b)",
    re.IGNORECASE,
)
_WORD = re.compile(
    _FILLER
    + (
        r"(?P<value>negative|positive|neg\b|pos\b|not detected|undetectable|detected|non-?reactive|"
        r"reactive|-ve|\+ve|no growth|trace)"
    ),
    re.IGNORECASE,
)
_WORDS = {"neg": "negative", "pos": "positive", "-ve": "negative", "+ve": "positive", "nonreactive": "non-reactive"}
_TESTED = wordset(
    """
    troponin covid_test strep_test flu_test urine_culture blood_culture hiv_test ana rheumatoid_factor monospot
    urine_leukocyte_esterase urine_nitrite urinalysis stool_occult_blood h_pylori hcg d_dimer
    """
)
_NOT_A_UNIT = re.compile(
    r"\s?(?:mg\b(?!/)|mcg\b(?!/)|iu\b(?!/)|units?\b(?!/)|meq\b(?!/)|g\b(?!/)|tab|cap|ml\b|"
    r"puffs?|times?\b|x\b|days?\b|weeks?\b|months?\b|years?\b|"
    r"hours?\b|daily|packs?|pounds?|lbs?\b|kg\b|cm\b|mm\b(?!ol)|sessions?|visits?|minutes?|"
    r"points?|out of|of \d|bpm|drops?|doses?|a\.?m\b|p\.?m\b|o'clock|in number)",
    re.IGNORECASE,
)
_NOT_A_RESULT = re.compile(
    r"\b(?:goals?|targets?|aim|desirable|desired|normal range|reference range|should be|"
    r"less than|greater than|more than|above|below|under|over|"
    r"if|until|unless|keep|maintain|between|at least|exceeds?|threshold|increase\w* by|"
    r"decrease\w* by|dropp?ed by|fluctuat\w+|ranges?|ranging|low)\s*$"
    r"|\b(?:goals?|targets?|desirable|desired)\b[^,;.]{0,15}$|\bif\b[^,;]{0,40}$",
    re.IGNORECASE,
)
_HIGH = re.compile(r"\b(?:elevated|high|raised|increased|hyper\w+)\b|↑", re.IGNORECASE)
_LOW = re.compile(r"\b(?:low|reduced|decreased)\b|↓", re.IGNORECASE)
_NORMAL = re.compile(r"\b(?:normal|within normal limits|wnl|unremarkable)\b", re.IGNORECASE)
_UNSURE = re.compile(r"\b(?:borderline|upper|lower|improved)\b", re.IGNORECASE)
# "PT 2 times", "K cal", "Ca in 2019": these names are words of other fields too, and need a value right behind them.
_SHORT = 3


def labs(note: Note) -> list[Fact]:
    """The laboratory values of a note in the order of the text; the same value of the same day once."""
    facts: list[Fact] = []
    places: dict[tuple[str, object], int] = {}
    for fact in _results(note):
        key = (fact["name"], fact["value"])
        if key in places:
            earlier = facts[places[key]]
            if earlier["at"] is None or fact["at"] is None or earlier["at"] == fact["at"]:
                if earlier["at"] is None and fact["at"] is not None:
                    facts[places[key]] = fact
                continue
        places[key] = len(facts)
        facts.append(fact)
    return sorted(facts, key=lambda fact: (fact["start"], fact["end"]))


def without_results(text: str, results: Sequence[Fact]) -> str:
    """A text with blanks in place of its results, so that nobody takes one for a dose."""
    parts, at = [], 0
    for fact in results:
        start, end = max(fact["start"], at), max(fact["end"], at)
        parts += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


def _results(note: Note) -> Iterator[Fact]:
    for match in note.document.matches:
        named = _named(note, match)
        if named is None:
            continue
        name, start, end = named
        if note.kind_at(start) == "family" or _set_aside(note, start):
            continue
        fact = _number(note, name, start, end) or _tested(note, name, start, end)
        if fact is not None:
            yield fact


def _named(note: Note, match: Match[Term]) -> tuple[str, int, int] | None:
    """The laboratory value that a match names, and where; "reduced HDL" is a condition that ends with one."""
    document = note.document
    for term in match.found:
        if term.kind == "lab":
            return term.name, *document.span(match)
    if match.found[0].kind == "condition" and match.after - match.first > 1:
        for tail in terms().find(note.text, document.tokens, match.first + 1, match.after):
            names = [term.name for term in tail.found if term.kind == "lab"]
            if names and tail.after == match.after:
                return names[0], *document.span(tail)
    return None


def _set_aside(note: Note, start: int) -> bool:
    first, _ = note.document.sentence_span(start)
    before = note.text[max(first, start - 50) : start]
    meant = note.context.of(start, start + 1)
    return bool(_NOT_A_RESULT.search(before)) or meant.family or (meant.hypothetical and _conditional(note, start))


def _conditional(note: Note, start: int) -> bool:
    scope = note.context.nearest(start, "hypothetical")
    return scope is not None and note.document.tokens[scope.trigger].word in {"if", "should", "unless", "until"}


def _number(note: Note, name: str, start: int, end: int) -> Fact | None:
    text = note.text
    known = known_labs()[name]
    _, last = note.document.sentence_span(start)
    found = _NUMBER.match(text, end, min(last, end + 120))
    if found is None or known.highest == 0:
        return None
    # "Na 135 K 4.1 Mg 0.8": what follows the value is the next one's name, and no unit.
    another = _begins_another(note, found.end("value"))
    unit = None if another or _is_no_count(known, found["unit"]) else found["unit"]
    if unit is None and not another and _NOT_A_UNIT.match(text, found.end("value")):
        return None
    between = text[end : found.start("value")]
    if _NOT_A_RESULT.search(between) or (end - start < _SHORT and len(between.strip()) > 1 and not unit):
        return None
    raw = found["value"].replace(",", "").replace(" ", "")
    value: float | str = raw if raw[0] in "<>≤≥" else float(raw)
    number = float(raw.lstrip("<>≤≥"))
    if not known.lowest <= number <= known.highest or _is_year(number, between, unit):
        return None
    if isinstance(value, str) and name not in {
        "troponin",
        "d_dimer",
        "crp",
        "hcg",
        "tsh",
        "psa",
        "bnp",
        "nt_probnp",
        "egfr",
    }:
        return None  # "LDL < 100" is what it should be
    first, _ = note.document.sentence_span(start)
    end_of_fact = found.end("unit") if unit else found.end("value")
    around = text[max(first, start - 25) : start].rpartition(",")[2] + text[start : found.end()]
    at = note.day_of(start)
    return note.fact(start, end_of_fact, name=name, value=value, unit=unit, flag=_flag(around, found["flag"]), at=at)


def _is_no_count(known: Lab, unit: str | None) -> bool:
    """Whether a bare "K", a thousand, stands behind what is not counted in thousands."""
    return unit in {"k", "K"} and not (known.unit or "").startswith("10^")


def _begins_another(note: Note, at: int) -> bool:
    """Whether the name of another result stands behind a value, with a value of its own."""
    document = note.document
    first, _ = document.tokens_in(at, at + 1)
    place = bisect_left(document.matches, first, key=lambda match: match.first)
    if place == len(document.matches) or document.matches[place].first != first:
        return False
    match = document.matches[place]
    start, end = document.span(match)
    name = next((term.name for term in match.found if term.kind == "lab"), None)
    value = _VALUE_BEHIND.match(note.text, end) if name else None
    if name is None or value is None or note.text[at:start].strip():
        return False
    return known_labs()[name].lowest <= float(value["value"]) <= known_labs()[name].highest


def _is_year(number: float, between: str, unit: str | None) -> bool:
    """Whether a number is a year: "A1c in 2019"."""
    return (
        unit is None
        and 1950 <= number <= 2100
        and number.is_integer()
        and bool(re.search(r"\b(?:in|on|from)\b", between))
    )


def _tested(note: Note, name: str, start: int, end: int) -> Fact | None:
    if name not in _TESTED:
        return None
    text = note.text
    _, last = note.document.sentence_span(start)
    found = _WORD.match(text, end, min(last, end + 100))
    if found is None:
        return None
    word = found["value"].lower()
    value = _WORDS.get(word, word)
    at = note.day_of(start)
    return note.fact(start, found.end(), name=name, value=value, unit=None, flag=None, at=at)


def _flag(around: str, marked: str | None) -> str | None:
    if marked:
        letter = marked.strip(" ([").lower()[:1]
        return "high" if letter in {"h", "↑", "e"} else "low" if letter in {"l", "↓"} else "normal"
    if _UNSURE.search(around):
        return None
    for flag, pattern in (("high", _HIGH), ("low", _LOW), ("normal", _NORMAL)):
        # "low density lipoprotein" and "high density" are names
        if pattern.search(re.sub(r"(?i)\b(?:low|high)[- ]density|total|high[- ]sensitivity", "", around)):
            return flag
    return None
