"""Fills the lexicon from its data files."""

from functools import cache
from typing import NamedTuple

from clinical.lexicon.phrases import Phrases, Term
from clinical.lexicon.resources import entries

# How vital signs are called. Single letters are looked for where several vital signs stand together.
VITALS = {
    "blood_pressure": ("bp", "b/p", "blood pressure", "blood pressures", "blood pressure reading", "nibp", "sbp/dbp"),
    "heart_rate": ("hr", "heart rate", "pulse", "pulse rate", "heart rates", "h.r", "pr", "apical pulse", "hr/pulse"),
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
    "body_temperature": ("temp", "temperature", "temps", "body temperature", "tmax", "t max", "tympanic temp", "tc"),
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
    "weight": ("weight", "wt", "weighs", "weighed", "weighing", "body weight", "current weight", "weigh"),
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
        spellings = [spelling.strip() for spelling in line.split("|")]
        for spelling in spellings:
            phrases.add(spelling, Term("symptom", spellings[0]), exact=_capital(spelling))
    for name in drugs():
        phrases.add(name, Term("drug", name, flag=name in _things()), exact=_abbreviated(name), plural=False)
    for spelling, name in _classes():
        phrases.add(spelling, Term("class", name), exact=_abbreviated(spelling))
    for line in entries("labs.txt"):
        name, _, _, spellings_ = (part.strip() for part in line.split("|"))
        for spelling in spellings_.split(","):
            phrases.add(spelling.strip(), Term("lab", name), exact=_capital(spelling.strip()))
    for name, names in VITALS.items():
        for spelling in names:
            phrases.add(spelling, Term("vital", name))


def _load_conditions(phrases: Phrases[Term]) -> None:
    for line in entries("conditions.txt"):
        spellings = [spelling.strip() for spelling in line.split("|")]
        stays = spellings[0].endswith("*")
        spellings[0] = spellings[0].removesuffix("*")
        for spelling in spellings:
            phrases.add(spelling, Term("condition", spellings[0], stays), exact=_capital(spelling), plural=True)


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
def _things() -> frozenset[str]:
    return frozenset(
        item.split("=", 1)[0].strip()[1:]
        for line in entries("medications.txt")
        if not line.startswith("!")
        for item in line.split(";")
        if item.strip().startswith("~")
    )


@cache
def drugs() -> dict[str, Drug]:
    """Medications by spelling."""
    found: dict[str, Drug] = {}
    for line in entries("medications.txt"):
        if line.startswith("!"):
            continue
        for item in line.split(";"):
            ingredient, _, brands = item.partition("=")
            name = ingredient.strip().lstrip("~")
            alternatives = [brand.strip() for brand in brands.split(",") if brand.strip()]
            if name[:1].isupper() and len(alternatives) == 1 and not _abbreviated(name):
                found[name] = Drug(alternatives[0], brand=True)
                continue
            found[name] = Drug(name, brand=False)
            for brand in alternatives:
                found.setdefault(brand, Drug(name, brand=True))
    return found


def _classes() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in entries("medications.txt"):
        if line.startswith("!class "):
            spellings = [spelling.strip() for spelling in line.removeprefix("!class ").split("|")]
            found.extend((spelling, spellings[0]) for spelling in spellings)
    return found


def class_names() -> list[str]:
    """The spellings of kinds of medications."""
    return [spelling.lower() for spelling, _ in _classes()]


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
