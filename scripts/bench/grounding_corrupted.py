"""Statements that notes do not bear out: their sentences said wrong, or cited wrong, made by rules."""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from bench.grounding_cases import Case, cite, named, sentences_of
from features.summaries.shape import ChartNote, Statement

_DRUGS = (
    "warfarin",
    "Lantus",
    "digoxin",
    "amiodarone",
    "clozapine",
    "Humira",
    "ticagrelor",
    "methadone",
    "Xarelto",
    "Zyprexa",
)
_NEVER = (
    "hepatitis C",
    "lupus",
    "epilepsy",
    "schizophrenia",
    "pulmonary fibrosis",
    "a stroke",
    "HIV",
    "glaucoma",
    "psoriasis",
)
_SIDES = {"left": "right", "right": "left", "Left": "Right", "Right": "Left"}
_WAYS = {
    "increase": "decrease",
    "increased": "decreased",
    "decrease": "increase",
    "decreased": "increased",
    "elevated": "low",
    "high": "low",
    "low": "high",
    "higher": "lower",
    "lower": "upper",
    "upper": "lower",
    "acute": "chronic",
    "chronic": "acute",
    "improved": "worsened",
    "improving": "worsening",
    "worse": "better",
    "better": "worse",
    "normal": "abnormal",
    "mild": "severe",
    "severe": "mild",
    "Increase": "Decrease",
    "Decrease": "Increase",
    "stable": "unstable",
    "proximal": "distal",
    "anterior": "posterior",
    "medial": "lateral",
    "lateral": "medial",
    "before": "after",
    "after": "before",
    "Normal": "Abnormal",
    "Mild": "Severe",
    "Acute": "Chronic",
    "without": "with",
}
_UNITS = {
    "mg": "g",
    "mcg": "mg",
    "mg/dL": "mmol/L",
    "kg": "lb",
    "lbs": "kg",
    "pounds": "kilograms",
    "days": "weeks",
    "weeks": "months",
    "months": "years",
    "years": "months",
    "hours": "days",
    "cm": "inches",
    "milligrams": "micrograms",
    "mL": "L",
    "mm": "cm",
    "minutes": "hours",
    "day": "week",
    "week": "month",
    "month": "year",
    "°F": "°C",
    "bpm": "mmHg",
}
_STATUS = {
    "continue": "stop",
    "Continue": "Stop",
    "continues": "has stopped",
    "start": "stop",
    "Start": "Stop",
    "taking": "no longer taking",
    "stopped": "continued",
    "discontinued": "continued",
    "discontinue": "continue",
    "Discontinue": "Continue",
    "takes": "stopped",
    "started": "stopped",
    "Initiate": "Discontinue",
    "stop": "continue",
    "initiate": "discontinue",
    "hold": "continue",
}
_UNSAID = (
    r"\b(?:possible|possibly|probable|probably|likely|suspected|questionable|suspicious for|concerning for|concern for|"
    r"presumed|may have|might have|could be|may be) ?"
)
_RELATIVE = (
    r"\b(?:his|her|the|The|His|Her|a|Patient's|patient's)? ?"
    r"(?:mother|father|brother|sister|grandmother|grandfather|aunt|uncle|dad|mom)\b(?:'s)?"
)


def _subbed(pattern: str, other: str | Callable[[re.Match[str]], str], text: str, *, flags: int = 0) -> str | None:
    said = re.sub(pattern, other, text, count=1, flags=flags)
    return re.sub(r"\s{2,}", " ", said).strip() if said != text else None


def _word(table: Mapping[str, str], text: str, draw: random.Random) -> str | None:
    places = [match for match in re.finditer(r"(?<![\w/])[\w°/]+(?![\w/])", text) if match[0] in table]
    if not places:
        return None
    match = draw.choice(places)
    return text[: match.start()] + table[match[0]] + text[match.end() :]


def _positive(text: str) -> str | None:
    for pattern, other in (
        (r"^(.{0,25})\b[Dd]enies (?:any )?", r"\1reports "),
        (r"\bno (?:evidence|sign|signs|history) of ", "evidence of "),
        (r"^No ", "There is "),
        (r"\b(has|had|is|are|was|with|shows?) (?:no|not) ", r"\1 "),
        (r"\bwithout (?:any )?", "with "),
        (r"\bdoes not ", "does "),
        (r"\bdid not ", "did "),
    ):
        said = _subbed(pattern, other, text)
        if said:
            return said
    return None


def _negative(text: str) -> str | None:
    if re.search(
        r"(?i)\b(?:no|not|denies|without|negative|never|none|denied|neither|cannot|unremarkable|unable|non\w*)\b|n't|normal|clear",
        text,
    ):
        return None
    for pattern, other in (
        (r"\b(?:endorses|reports|Endorses|Reports) (?!that|he|she)", "denies "),
        (r"\b(has|had) (?!been|not|no|had)(?:a |an |some )?", r"\1 no "),
        (r"\b(is|are|was|were) (?!not|no\b)", r"\1 not "),
        (r"^(Positive|Tenderness|Pain|Edema|Swelling)\b", r"No \1"),
        (r"\bshows? ", "shows no "),
        (r"\bwith (?=\w+ (?:pain|fever|cough|edema))", "without "),
    ):
        said = _subbed(pattern, other, text)
        if said:
            return said
    return None


def _corrupted(sentence: str, draw: random.Random) -> Iterator[tuple[str, str]]:
    drugs = [one for one in named(sentence) if one.kind == "drug"]
    if drugs:
        one = draw.choice(drugs)
        yield "another drug", sentence[: one.start] + draw.choice(_DRUGS) + sentence[one.end :]
    yield "a drug more", f"{sentence.rstrip('.')} and takes {draw.choice(_DRUGS)}."
    yield "a condition more", f"{sentence.rstrip('.')} and has {draw.choice(_NEVER)}."
    others = [
        *_miscounted(sentence, draw),
        ("side swapped", _word(_SIDES, sentence, draw)),
        ("opposite", _word(_WAYS, sentence, draw)),
        ("status", _word(_STATUS, sentence, draw) if drugs else None),
        ("negation dropped", _positive(sentence)),
        ("negation added", _negative(sentence)),
        ("doubt dropped", _certain(sentence)),
        *(("family as patient", said) for said in _own(sentence)),
    ]
    for kind, said in others:
        if said:
            yield kind, said


def _miscounted(sentence: str, draw: random.Random) -> Iterator[tuple[str, str | None]]:
    dose = r"\b(\d+(?:\.\d+)?)(?= ?(?:mg|mcg|units|mL|g|milligrams)\b)"
    yield "dose doubled", _subbed(dose, lambda match: f"{float(match[1]) * 2:g}", sentence)
    number = r"(?<![\w./-])(\d+)(?![\w/]|\.\d)"
    yield "another number", _subbed(number, lambda match: str(int(match[1]) + draw.choice((1, 3, 7, 10))), sentence)
    unit = rf"(?<=\d) ?({'|'.join(sorted(set(_UNITS) - {'day', 'week', 'month', 'mL'}, key=len, reverse=True))})\b"
    yield "another unit", _subbed(unit, lambda match: " " + _UNITS[match[1]], sentence)


def _certain(sentence: str) -> str | None:
    if len(re.findall(_UNSAID, sentence)) != 1 or re.search(
        r"(?i)most likely|unlikely|less likely|likely to|\?", sentence
    ):
        return None
    return _subbed(_UNSAID, "", sentence)


def _own(sentence: str) -> Iterator[str]:
    """A relative's illness as the patient's."""
    said = _subbed(_RELATIVE, " the patient", sentence)
    ill = any(one.kind == "condition" for one in named(sentence))
    if said and ill and not re.search(_RELATIVE + "|aternal", said) and "family" not in said.lower():
        yield said
    family = r"(?i)\bfamily (?:medical )?(?:history|hx)(?: of| is significant for| significant for)?"
    said = _subbed(family, "history of", sentence)
    if said and not re.search(_RELATIVE + "|family", said):
        yield said


def _altered(sentence: str, draw: random.Random) -> str:
    words = sentence.split()
    at = draw.choice([at for at, word in enumerate(words) if word.isalpha()] or [0])
    words[at] = draw.choice(["severe", "never", "daily", "mild", "left", "recent"])
    return " ".join(words)


def corrupted(notes: Sequence[ChartNote], seed: int = 1) -> Iterator[Case]:
    """Statements that say what the notes do not."""
    draw = random.Random(seed)  # noqa: S311 - the same draw on every run is the point
    for number, note in enumerate(notes):
        chart = {note.id: note}
        found = sentences_of(note)
        for at, sentence in enumerate(found):
            for kind, said in _corrupted(sentence, draw):
                yield Case(kind, cite(said, (note, sentence)), chart, faithful=False)
            elsewhere = found[(at + 5) % len(found)]
            for kind, statement in _miscited(note, notes[(number + 1) % len(notes)], sentence, elsewhere, at, draw):
                yield Case(kind, statement, chart, faithful=False)


def _miscited(
    note: ChartNote, other: ChartNote, sentence: str, elsewhere: str, at: int, draw: random.Random
) -> Iterator[tuple[str, Statement]]:
    whole = " ".join(note.content.split())
    strange = sentences_of(other)
    if at % 4 == 0:
        yield "no such note", cite(sentence, (other, sentence))
        changed = _altered(sentence, draw)
        if changed not in whole:
            yield "quote altered", cite(sentence, (note, changed))
    if at % 4 == 1 and strange:
        line = draw.choice(strange)
        yield "other patient's note", cite(line, (other, line))
        if " ".join(line.split()) not in whole:
            yield "other patient's words", cite(line, (note, line))
    if at % 4 == 2 and not _alike(sentence, elsewhere):
        yield "unrelated quote", cite(sentence, (note, elsewhere))
    cut = re.match(r"(?i).*\b(?:denies|no|without) (?:any )?([a-z][a-z ]{6,40})[,.]", sentence)
    if cut and any(one.kind in {"symptom", "condition"} for one in named(cut[1])):
        yield "denial cut off", cite(f"The patient has {cut[1]}.", (note, cut[1]))


def _alike(one: str, other: str) -> bool:
    names = {item.name for item in named(one)}
    return bool(names & {item.name for item in named(other)}) or set(one.lower().split()) <= set(other.lower().split())
