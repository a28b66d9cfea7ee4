"""The class of a section from its text alone, in the twenty classes of MTS-Dialog.

A linear model over words, pairs of words and what the lexicon finds, fitted offline; its weights are a data file. Rules
add to it for the classes that its examples are too few of.
"""

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from clinical.lexicon.resources import entries
from clinical.text.document import Document

# So much of a text tells its class.
_LOOKED_AT = 4_000
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[:?/%]")
_MOST_WORDS = 400
_LENGTHS = (1, 2, 3, 5, 8, 12, 20, 35, 60, 100, 160)
_ENDINGS = ("ectomy", "plasty", "scopy", "otomy", "ostomy", "itis", "emia", "osis")
_STEM = re.compile(r"[a-z]{5,}")
_SHORT = 500


class _Rule(NamedTuple):
    name: str
    weight: float
    pattern: re.Pattern[str]


_RULES = tuple(
    _Rule(name, weight, re.compile(pattern, re.IGNORECASE))
    for name, weight, pattern in (
        (
            "GYNHX",
            2.5,
            (
                r"\b(?:gravida|para\b|menstrual|menarche|lmp|pap smears?|g\dp\d|periods?|menopaus|"
                r"gestation|obstetric|last pap|pregnan)"
            ),
        ),
        ("IMMUNIZATIONS", 3.0, r"\b(?:immuni[sz]ations?|vaccin|up[- ]to[- ]date|tetanus|flu shot)"),
        (
            "IMAGING",
            2.5,
            (
                r"\b(?:x-?rays?|ct scan|mri|ultrasound|radiograph|chest x-ray|echocardiogram|imaging)\b.{0,60}"
                r"\b(?:show|reveal|demonstrat|unremarkable|negative|normal|view|was|is)"
            ),
        ),
        (
            "LABS",
            2.0,
            (
                r"\b(?:wbc|hemoglobin|creatinine|bun|sodium|potassium|cbc|enzyme|platelet|urinalysis|glucose)\b.{0,60}"
                r"(?:\d|normal|negative|stable|within)"
            ),
        ),
        ("PASTSURGICAL", 1.0, r"(?:ectomy|plasty|otomy|bypass|surger|repair|hernia|c-section|cesarean|tubal)"),
        ("OTHER_HISTORY", 1.0, r"reviewed and unchanged|fhx"),
        ("MEDICATIONS", 0.7, r"(?:\d ?mg\b|\b(?:daily|bid|prn|inhaler)\b)"),
        ("EXAM", 0.7, r"(?:auscultation|no acute distress|normocephalic|nontender|code status)"),
        ("DISPOSITION", 1.5, r"(?:discharged? (?:home|to)|condition|^(?:stable|fair|good|improved))"),
        ("PLAN", 1.0, r"(?:\bdiet\b|as tolerated|follow ?up|return to)"),
        ("ALLERGY", 1.5, r"\b(?:allerg|nkda)"),
    )
)


class _Model(NamedTuple):
    classes: tuple[str, ...]
    weights: dict[str, tuple[tuple[int, int], ...]]


@cache
def _model() -> _Model:
    classes: tuple[str, ...] = ()
    weights = {}
    for line in entries("section_classes.txt"):
        feature, _, values = line.rpartition("|")
        if feature == "classes":
            classes = tuple(values.split())
            continue
        numbers = [int(value) for value in values.split()]
        weights[feature] = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    return _Model(classes, weights)


def section_class(text: str) -> str:
    """The class of a section: CC, GENHX, PASTMEDICALHX, PASTSURGICAL, FAM/SOCHX, ALLERGY, MEDICATIONS, ROS, …."""
    text = text[:_LOOKED_AT]
    model = _model()
    scores = [0] * len(model.classes)
    for feature in _features(text):
        for number, weight in model.weights.get(feature, ()):
            scores[number] += weight
    if len(text) < _SHORT:
        for rule in _RULES:
            if rule.pattern.search(text):
                scores[model.classes.index(rule.name)] += round(rule.weight * 100)
    return model.classes[max(range(len(scores)), key=scores.__getitem__)]


def _features(text: str) -> set[str]:
    lower = text.lower()
    words = ["0" if word.isdigit() else word for word in _WORD.findall(lower)][:_MOST_WORDS]
    found = {"bias", *words, *(f"{one} {other}" for one, other in pairwise(words))}
    found |= {f"<={length}" for length in _LENGTHS if len(words) <= length}
    if words:
        found |= {f"^{words[0]}", f"${words[-1]}"}
    if len(words) > 1:
        found.add(f"^{words[0]} {words[1]}")
    found |= {f"suf_{ending}" for ending in _ENDINGS if ending in lower}
    found |= {f"~{stem[:4]}" for stem in _STEM.findall(lower)}
    return found | _terms(text)


def _terms(text: str) -> set[str]:
    """What the lexicon finds, and how much of the text it is."""
    found = set()
    counts: Counter[str] = Counter()
    for match in Document(text).matches:
        counts.update(term.kind for term in match.found)
        found.add(f"@{match.found[0].kind}:{match.found[0].name}")
    length = max(1, len(text.split()))
    for kind, count in counts.items():
        found.add(f"n_{kind}")
        if count / length > 0.15:
            found.add(f"d_{kind}")
        if count > 2:
            found.add(f"m_{kind}")
    return found
