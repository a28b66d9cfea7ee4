"""Statements that notes bear out: their sentences in other words, made by rules."""

import re
from collections.abc import Iterator, Mapping, Sequence

from bench.grounding_cases import Case, cite, sentences_of
from features.summaries.shape import ChartNote


def _lower(text: str) -> str:
    return (
        text[0].lower() + text[1:]
        if text[1:2].islower() and not re.match(r"(?:Mr|Ms|Mrs|Dr|[A-Z]\w+ [A-Z])", text)
        else text
    )


_LONG = {
    "BP": "blood pressure",
    "HR": "heart rate",
    "RR": "respiratory rate",
    "Temp": "temperature",
    "SOB": "shortness of breath",
    "HTN": "hypertension",
    "CTA": "clear to auscultation",
    "bilat": "bilaterally",
    "pt": "patient",
    "hx": "history",
    "f/u": "follow-up",
    "w": "with",
    "PRN": "as needed",
    "QD": "once daily",
    "PO": "by mouth",
    "EXT": "Extremities",
    "ABD": "Abdomen",
    "Pt": "The patient",
    "c/o": "complains of",
    "labs": "laboratory tests",
    "exam": "examination",
    "x3": "for 3",
    "CT": "CT scan",
    "Ht": "height",
    "Wt": "weight",
    "mg": "milligrams",
    "meds": "medications",
}
_SHORT = {
    "hypertension": "HTN",
    "shortness of breath": "SOB",
    "high blood pressure": "hypertension",
    "blood pressure": "BP",
    "heart rate": "HR",
    "history": "hx",
    "once daily": "daily",
    "twice daily": "BID",
    "twice a day": "twice daily",
    "as needed": "PRN",
    "milligrams": "mg",
    "by mouth": "PO",
    "three times a day": "TID",
    "follow up": "follow-up",
    "type 2 diabetes": "T2DM",
    "congestive heart failure": "CHF",
    "kidney stones": "nephrolithiasis",
    "edema": "swelling",
    "coronary artery disease": "CAD",
    "right upper extremity": "right arm",
    "right lower extremity": "right leg",
    "left lower extremity": "left leg",
    "once a day": "daily",
    "a day": "daily",
    "four times a day": "QID",
    "erythema": "redness",
    "hyperlipidemia": "high cholesterol",
    "hypertensive": "with high blood pressure",
    "gastroesophageal reflux disease": "GERD",
    "Lasix": "furosemide",
    "Tylenol": "acetaminophen",
    "ibuprofen": "Motrin",
    "metformin": "Glucophage",
    "omeprazole": "Prilosec",
    "Lipitor": "atorvastatin",
    "lisinopril": "Zestril",
    "Advil": "ibuprofen",
    "Flonase": "fluticasone",
    "Synthroid": "levothyroxine",
    "Norvasc": "amlodipine",
    "dyspnea": "shortness of breath",
    "afebrile": "no fever",
    "abdominal": "belly",
    "renal": "kidney",
}


def _swap(sentence: str, table: Mapping[str, str]) -> str | None:
    pattern = re.compile(
        r"(?<![\w/])(" + "|".join(sorted(map(re.escape, table), key=len, reverse=True)) + r")(?![\w/])"
    )
    said = pattern.sub(lambda match: table[match[0]], sentence)
    return said if said != sentence else None


_VERBS = (
    (
        r"^(?:He|She|Patient|Pt) (denies|reports|states|has|had|is|was|takes|notes|endorses|continues|presents)\b",
        r"The patient \1",
    ),
    (
        r"^(?:The patient|He|She|Pt) (?:reports|states|notes|says) (?:that )?(?:he|she) (has|had|is|was|takes)\b",
        r"The patient \1",
    ),
    (r"^(?:The patient|He|She|Pt) denies (?:any )?", "No "),
    (r"^(?:Denies|denies) (?:any )?", "The patient does not report "),
    (r"^(?:Endorses|Reports) ", "The patient has "),
    (r"^(?:No) (?!known)", "There is no "),
    (r"^(?:Continue|We will continue|I will continue) (?:with )?(?:the |his |her |on )?", "The patient will continue "),
    (r"^(?:Start|Initiate|Begin) (?:on )?", "The patient is to start "),
    (r"^(?:The patient|He|She|Ms\.? \w+|Mr\.? \w+) (?:is|was) taking ", "The patient takes "),
    (r"^(?:The patient|He|She) (?:has a|has) history of ", "There is a history of "),
    (r"^(?:The patient|He|She) has been ", "They have been "),
    (r"\bwill follow[- ]up\b", "is to return"),
    (r"^(?:The patient|He|She) (presents|returns) (?:today )?(?:with|for) ", r"The patient came for "),
    (r"^We will (?:also )?(order|obtain|refer|repeat|get|check) ", r"Plan: \1 "),
    (r"^I (?:have )?(?:also )?(recommended|advised|ordered|prescribed|discussed) ", r"The clinician \1 "),
    (r"^(?:There (?:is|was)) (?:a )?", "Examination shows "),
)


def _without_heading(sentence: str) -> str:
    return re.sub(r"^[A-Z][\w /&]{1,30}: ", "", sentence)


_ITEM = r"((?:[\w-]+ ?){1,3})"
_LISTED = re.compile(
    r"^((?:[\w ]{0,30}: )?(?:(?:The patient|He|She) )?(?:[Dd]enies(?: any)?|[Nn]o|[Hh]as(?! had)|(?:has a )?history of|"
    rf"[Nn]egative for|[Ee]ndorses)) {_ITEM}, {_ITEM},? (and|or) {_ITEM}(\.?)$"
)


def _faithful(sentence: str) -> Iterator[tuple[str, str]]:
    yield "same words", _without_heading(sentence)
    yield "The patient", f"According to the notes, {_lower(_without_heading(sentence))}"
    yield "plain start", f"The patient's record notes: {_without_heading(sentence)}"
    for kind, table in (("in full", _LONG), ("in short", _SHORT)):
        said = _swap(sentence, table)
        if said:
            yield kind, _without_heading(said)
    for pattern, other in _VERBS:
        said = re.sub(pattern, other, _without_heading(sentence), count=1)
        if said != _without_heading(sentence):
            yield "other verb", said
            break
    listed = _LISTED.match(sentence)
    if listed:
        head, one, two, joint, three, end = listed.groups()
        yield "other order", f"{head} {three}, {one} {joint} {two}{end}"
        yield "a part", f"{head} {one} {joint} {three}{end}"
    if re.match(r"^[A-Z][a-z]+ [^.;:]*\.$", sentence) and ", but " in sentence:
        yield "a part", sentence.split(", but ", maxsplit=1)[0] + "."
    said = re.sub(r"\b(\d+(?:\.\d+)?) (mg|mcg)\b", lambda m: f"{m[1]}{m[2]}", sentence)
    if said != sentence:
        yield "other spacing", said
    said = re.sub(r"\b(\d+)000 mg\b", r"\1 g", sentence)
    if said != sentence:
        yield "other unit, same amount", said
    if "bilaterally" in sentence:
        yield "bilateral", sentence.replace("bilaterally", "on both sides")


def faithful(notes: Sequence[ChartNote]) -> Iterator[Case]:
    """Statements that the notes bear out."""
    for note in notes:
        chart = {note.id: note}
        found = sentences_of(note)
        for at, sentence in enumerate(found):
            for kind, said in _faithful(sentence):
                yield Case(kind, cite(said, (note, sentence)), chart, faithful=True)
            other = found[(at + 3) % len(found)]
            if other != sentence and at % 3 == 0:
                both = f"{sentence.rstrip('.')}; {_lower(other)}"
                yield Case("two facts", cite(both, (note, sentence), (note, other)), chart, faithful=True)
