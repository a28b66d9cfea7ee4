"""How much of a medication and by which way: from what is written to plain words."""

import re

_COUNT = r"(?:\d+(?:\.\d+)?|one and a half|one|two|three|four|five|half a|half|½|1½|\d½|a|an)"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_UNITS = (
    r"mg|milligrams?|mcg|µg|μg|ug|micrograms?|mcgs|mgs|g|gm|grams?|international units?|"
    r"iu|units?|meq|mmol|ml|mls|milliliters?|millilitres?|cc|%|percent|u(?=\b)"
)
STRENGTH = re.compile(
    rf"(?<![\w.,/$-])(?P<n>{_NUMBER})(?P<range>\s?(?:-|–|to)\s?(?:{_NUMBER}))?(?P<pair>(?:\s?/\s?|"
    rf"-)\d+(?:\.\d+)?)?[\s-]?(?P<u>{_UNITS})(?![\w²])"
    r"(?P<per>\s?/\s?(?:\d+(?:\.\d+)?\s?)?(?:ml|spray|puff|actuation|act|hr?|hour|dose|"
    r"kg(?:/day|/h(?:r|our)?|/min)?|day|tab|inhalation|g|l|min|m2|patch|drop)\b|\s(?:per|"
    r"an) (?:ml|spray|puff|actuation|hour|dose|kg|day|minute)\b)?",
    re.IGNORECASE,
)
_FORMS = (
    r"tablets?|tabs?|caps?|capsules?|caplets?|pills?|puffs?|sprays?|squirts?|drops?|gtts?|"
    r"patch(?:es)?|teaspoons?|tsps?|tablespoons?|tbsps?|inhalations?|lozenges?|"
    r"suppositor(?:y|ies)|applications?|sachets?|vials?|ampoules?|scoops?|pens?|packets?|"
    r"nebs?|nebuli[sz]ers?|doses?|gummies|capfuls?|strips?|injections?|pumps?|actuations?|"
    r"softgels?|chewables?"
)
COUNTED = re.compile(
    (
        rf"(?<![\w.,/#$-])(?P<n>{_COUNT}(?:\s?(?:-|–|to|or)\s?{_COUNT})?)(?:\s\((?:\d+|one|"
        rf"two|three)\))?\s(?:x\s)?(?P<f>(?:nasal |oral |eye )?(?:{_FORMS}))\b(?!\s(?:dispensed|"
        rf"left|remaining|of (?:normal|saline)))"
    ),
    re.IGNORECASE,
)
_SPELLED = {
    "milligram": "mg",
    "microgram": "mcg",
    "µg": "mcg",
    "μg": "mcg",
    "ug": "mcg",
    "gram": "g",
    "gm": "g",
    "iu": "IU",
    "international unit": "IU",
}
_SPELLED |= {
    "unit": "units",
    "u": "units",
    "meq": "mEq",
    "ml": "mL",
    "milliliter": "mL",
    "millilitre": "mL",
    "cc": "mL",
    "percent": "%",
    "mg": "mg",
    "mcg": "mcg",
}
NUMBERS = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "eight": "8",
    "twelve": "12",
    "half": "0.5",
    "half a": "0.5",
    "½": "0.5",
    "a": "1",
    "an": "1",
}
_SHORT_FORMS = {
    "tab": "tablet",
    "cap": "capsule",
    "gtt": "drop",
    "tsp": "teaspoon",
    "tbsp": "tablespoon",
    "pill": "pill",
    "neb": "nebule",
    "squirt": "spray",
    "actuation": "actuation",
}
# Forms that say what is given, rather than how much of a strength.
_AMOUNTS = (
    "puff",
    "spray",
    "drop",
    "patch",
    "inhalation",
    "teaspoon",
    "tablespoon",
    "application",
    "actuation",
    "scoop",
    "capful",
    "pump",
)


def unit_of(written: str) -> str:
    """A unit as it is printed."""
    unit = written.lower().strip()
    single = unit[:-1] if unit.endswith("s") and unit[:-1] in {*_SPELLED, "mg", "mcg", "ml"} else unit
    return _SPELLED.get(single, single)


def strength_of(match: re.Match[str]) -> str:
    """A strength as it is printed: "20 mg", "50 mcg/spray", "800-160 mg"."""
    number = match["n"].replace(",", "")
    number += re.sub(r"\s?(?:–|to|-)\s?", "-", match["range"].replace(",", "")) if match["range"] else ""
    number += re.sub(r"\s", "", match["pair"]) if match["pair"] else ""
    unit = unit_of(match["u"])
    per = re.sub(r"\s?(?:/|per|an)\s?", "/", match["per"], count=1).strip() if match["per"] else ""
    per = "" if per.lower() == "/day" else per  # that is how often
    return f"{number}{unit}" if unit == "%" else f"{number} {unit}{per}"


def counted_of(match: re.Match[str]) -> str:
    """A number of something: "2 sprays"."""
    number = match["n"].lower()
    number = "-".join(NUMBERS.get(part, part) for part in re.split(r"\s?(?:-|–|to|or)\s?", number))
    form = match["f"].lower().removeprefix("nasal ").removeprefix("oral ").removeprefix("eye ")
    single = form[:-2] if form.endswith("ches") else form.removesuffix("s")
    single = _SHORT_FORMS.get(single, single)
    single = "suppository" if single.startswith("suppositor") else single
    if number in {"1", "0.5"}:
        return f"{number} {single}"
    return (
        f"{number} {'suppositories' if single == 'suppository' else 'patches' if single == 'patch' else single + 's'}"
    )


def is_amount(counted: str) -> bool:
    """Whether a count is a dose by itself, as puffs are and tablets are not."""
    return any(form in counted for form in _AMOUNTS)


_ROUTES: tuple[tuple[str, str], ...] = (
    ("sublingual", r"sublingual(?:ly)?|(?-i:SL)\b|s/l|under the tongue"),
    (
        "intravenous",
        (
            r"(?<!stage )(?<!grade )(?<!type )(?<!class )IV\b|I\.V\.|intravenous(?:ly)?|ivpb|by drip|"
            r"iv (?:push|drip|infusion|piggyback)"
        ),
    ),
    ("intramuscular", r"(?-i:IM)\b|I\.M\.|intramuscular(?:ly)?"),
    ("subcutaneous", r"(?:SC|SQ|SubQ|subq|sub-q|subcut|subcutaneous(?:ly)?|s\.c\.|s/c|sub q)\b"),
    ("intra-articular", r"intra-?articular(?:ly)?"),
    ("epidural", r"epidural(?:ly)?"),
    ("intrathecal", r"intrathecal(?:ly)?"),
    ("intradermal", r"intradermal(?:ly)?"),
    (
        "nasal",
        (
            r"nasal(?:ly)?|intranasal(?:ly)?|each nostril|per nostril|nostrils?|each nare|nares|"
            r"in the nose|per nare|(?-i:EN)\b"
        ),
    ),
    (
        "inhaled",
        (
            r"inhal(?:ed|er|ation|ations|ers)|inh\b|MDI|HFA|puffs?|neb(?:s|uli[sz]er|uli[sz]ed|"
            r"uli[sz]ation)?\b|via spacer|diskus|accuhaler"
        ),
    ),
    (
        "ophthalmic",
        r"ophthalmic|eye[- ]?drops?|(?:in|to) (?:each|both|the|right|left|affected) eyes?|each eye|both eyes|ophth\b",
    ),
    ("otic", r"otic|ear[- ]?drops?|(?:in|to) (?:each|both|the|right|left|affected) ears?|each ear"),
    ("vaginal", r"vaginal(?:ly)?|per vagina|(?-i:PV)\b"),
    ("rectal", r"rectal(?:ly)?|suppositor(?:y|ies)|per rectum|(?-i:PR)\b(?! interval)|enema"),
    ("transdermal", r"transdermal(?:ly)?|patch(?:es)?|(?-i:TD)\b"),
    (
        "topical",
        (
            r"topical(?:ly)?|cream|ointment|gel\b|lotion|shampoo|apply to|to (?:the )?(?:affected )?(?:skin|"
            r"area)|foam|(?-i:TOP)\b"
        ),
    ),
    ("buccal", r"buccal(?:ly)?"),
    ("enteral", r"via (?:NG|PEG|G-?tube|feeding tube)\b|per (?:NG|PEG|G-?tube)\b|(?-i:NG)\b"),
    ("oral", r"P\.?O\b\.?|p\.o\.|po\b|by mouth|oral(?:ly)?|per os|swallow(?:ed)?|Po\b"),
)
_ROUTE = tuple((name, re.compile(rf"(?<![\w/-])(?:{pattern})(?![\w-])", re.IGNORECASE)) for name, pattern in _ROUTES)


def route_in(text: str, start: int, end: int) -> str | None:
    """The route that is named first in `text[start:end]`."""
    best: tuple[int, str] | None = None
    for name, pattern in _ROUTE:
        found = pattern.search(text, start, end)
        if found and (best is None or found.start() < best[0]):
            best = (found.start(), name)
    return best[1] if best else None
