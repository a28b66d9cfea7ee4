"""Fills the lexicon from its data files."""

from functools import cache
from typing import NamedTuple

from clinical.lexicon.conditions import conditions
from clinical.lexicon.drugs import classes, spellings
from clinical.lexicon.phrases import Phrases, Term, plural_of
from clinical.lexicon.resources import entries

# How vital signs are called. Single letters are looked for where several vital signs stand together.
VITALS = {
    "blood_pressure": (
        "bp",
        "b.p",
        "b/p",
        "blood pressure",
        "ta",
        "blood pressures",
        "blood pressure reading",
        "nibp",
        "sbp/dbp",
    ),
    "systolic_blood_pressure": ("sbp", "systolic", "systolic bp", "systolic pressure", "systolic blood pressure"),
    "diastolic_blood_pressure": ("dbp", "diastolic", "diastolic bp", "diastolic pressure", "diastolic blood pressure"),
    "heart_rate": (
        "hr",
        "fc",
        "heart rate",
        "pulse",
        "pulse rate",
        "heart rates",
        "h.r",
        "pr",
        "apical pulse",
        "puls",
        "hr/pulse",
    ),
    "respiratory_rate": (
        "rr",
        "resp",
        "resps",
        "respiratory rate",
        "respirations",
        "resp rate",
        "respiration",
        "breathing rate",
        "respiration rate",
    ),
    "body_temperature": (
        "temp",
        "temperature",
        "temps",
        "body temperature",
        "tmax",
        "t max",
        "tm",
        "tympanic",
        "tympanic temp",
        "tc",
    ),
    "oxygen_saturation": (
        "spo2",
        "sp o2",
        "o2 sat",
        "o2 sats",
        "o2 saturation",
        "o2 saturations",
        "oxygen saturation",
        "oxygen saturations",
        "oxygen sat",
        "oxygen sats",
        "sat",
        "sats",
        "saturation",
        "saturations",
        "saturating",
        "satting",
        "sating",
        "pulse ox",
        "pulse oximetry",
        "pulse oximeter",
        "pulse oxygenation",
        "pulse oxygen",
        "sao2",
        "o2",
        "oximetry",
        "oxygenation",
        "spo₂",
        "spo 2",
    ),
    "weight": (
        "weight",
        "weights",
        "wt",
        "wts",
        "weighs",
        "weighed",
        "weighing",
        "body weight",
        "current weight",
        "weigh",
    ),
    "height": ("height", "ht", "stands", "body height", "length"),
    "bmi": ("bmi", "body mass index"),
    "pain_score": ("pain", "pain score", "pain level", "pain scale", "pain rating", "pain intensity", "vas", "nrs"),
}


class Drug(NamedTuple):
    """A medication by its spelling."""

    ingredient: str
    brand: bool


def load(phrases: Phrases[Term]) -> None:
    """Fill the lexicon."""
    _load_conditions(phrases)
    for line in entries("symptoms.txt"):
        names = [name.strip() for name in line.split("|")]
        for name in names:
            phrases.add(name, Term("symptom", names[0]), exact=_capital(name))
    for spelling in spellings():
        phrases.add(spelling.written, Term("drug", spelling.written, spelling.shy), exact=spelling.exact)
    for group in classes().values():
        for written in (group.name, plural_of(group.name), *group.others):
            phrases.add(written, Term("class", group.name), exact=_abbreviated(written))
    _load_labs(phrases)
    for vital, ways in VITALS.items():
        for way in ways:
            phrases.add(way, Term("vital", vital))


def _load_labs(phrases: Phrases[Term]) -> None:
    for line in entries("labs.txt"):
        lab, _, _, written_forms = (part.strip() for part in line.split("|"))
        for written in written_forms.split(","):
            for way in _levels(written.strip()):
                phrases.add(way, Term("lab", lab), exact=_capital(way))


def _levels(written: str) -> tuple[str, ...]:
    """A name, and for what measures a drug in the blood the other words for that: "tacrolimus level, troughs"."""
    drug, _, last = written.rpartition(" ")
    if last != "level" or not drug:
        return (written,)
    behind = tuple(
        f"{drug} {word}" for word in ("level", "levels", "trough", "troughs", "trough level", "concentration")
    )
    before = tuple(f"{word} {drug}" for word in ("trough", "pre-dose", "predose", "peak"))
    return (*behind, *before, *(f"{one} level" for one in before))


def _load_conditions(phrases: Phrases[Term]) -> None:
    for entry in conditions().values():
        term = Term("condition", entry.name, entry.lasting)
        for named in entry.names:
            phrases.add(named.written, term, exact=named.exact, plural=True)


# Abbreviations that are no words, and so are found in small letters too.
_PLAIN = frozenset(
    [
        "htn",
        "chf",
        "copd",
        "dm",
        "dm2",
        "t2dm",
        "t1dm",
        "t2d",
        "ckd",
        "gerd",
        "gord",
        "cad",
        "afib",
        "aflutter",
        "uti",
        "utis",
        "dvt",
        "esrd",
        "bph",
        "osa",
        "hld",
        "tia",
        "aki",
        "ibs",
        "ptsd",
        "adhd",
        "hiv",
        "pcos",
        "uri",
        "urti",
        "nstemi",
        "stemi",
        "hfref",
        "hfpef",
        "dka",
        "nafld",
        "pvd",
        "sob",
        "sle",
        "ocd",
        "tbi",
        "mvp",
        "rls",
        "doe",
        "nsclc",
        "crps",
    ]
)


def _capital(spelling: str) -> bool:
    if spelling.lower() in _PLAIN:
        return False
    return any(letter.isupper() for letter in spelling) and len(spelling.split(maxsplit=1)[0]) <= 6


def _abbreviated(spelling: str) -> bool:
    return spelling.isupper() and len(spelling) <= 5


@cache
def drugs() -> dict[str, Drug]:
    """Medications by spelling."""
    found: dict[str, Drug] = {}
    for spelling in spellings():
        found.setdefault(spelling.written, Drug(spelling.name, spelling.brand))
    return found


def class_names() -> list[str]:
    """The spellings of kinds of medications."""
    return [
        written.lower()
        for group in classes().values()
        for written in (group.name, plural_of(group.name), *group.others)
    ]


class Lab(NamedTuple):
    """A laboratory value: its usual unit and its bounds."""

    unit: str | None
    lowest: float
    highest: float


@cache
def labs() -> dict[str, Lab]:
    """Laboratory values by name."""
    found = {}
    for line in entries("labs.txt"):
        name, unit, bounds, _ = (part.strip() for part in line.split("|"))
        lowest, highest = (float(bound) for bound in bounds.split())
        found[name] = Lab(None if unit == "None" else unit, lowest, highest)
    return found
