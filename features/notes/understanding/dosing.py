"""How much of a medication, by which way and how often: from sig codes and plain words to plain words."""

import re
from collections.abc import Callable
from typing import NamedTuple

_COUNT = r"(?:\d+(?:\.\d+)?|one and a half|one|two|three|four|five|half a|half|½|1½|\d½|a|an)"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_UNITS = (
    r"mg|milligrams?|mcg|µg|μg|ug|micrograms?|mcgs|mgs|g|gm|grams?|international units?|iu|units?|meq|mmol|ml|mls|milliliters?|millilitres?|cc|%|percent|u(?=\b)"
)
STRENGTH = re.compile(
    rf"(?<![\w.,/$-])(?P<n>{_NUMBER})(?P<range>\s?(?:-|–|to)\s?(?:{_NUMBER}))?(?P<pair>(?:\s?/\s?|-)\d+(?:\.\d+)?)?[\s-]?(?P<u>{_UNITS})(?![\w²])"
    r"(?P<per>\s?/\s?(?:\d+(?:\.\d+)?\s?)?(?:ml|spray|puff|actuation|act|hr?|hour|dose|kg(?:/day|/h(?:r|our)?|/min)?|day|tab|inhalation|g|l|min|m2|patch|drop)\b|\s(?:per|an) (?:ml|spray|puff|actuation|hour|dose|kg|day|minute)\b)?",
    re.IGNORECASE,
)
_FORMS = (
    r"tablets?|tabs?|caps?|capsules?|caplets?|pills?|puffs?|sprays?|squirts?|drops?|gtts?|patch(?:es)?|teaspoons?|tsps?|tablespoons?|tbsps?|inhalations?|lozenges?|"
    r"suppositor(?:y|ies)|applications?|sachets?|vials?|ampoules?|scoops?|pens?|packets?|nebs?|nebuli[sz]ers?|doses?|gummies|capfuls?|strips?|injections?|pumps?|actuations?|softgels?|chewables?"
)
COUNTED = re.compile(
    rf"(?<![\w.,/#$-])(?P<n>{_COUNT}(?:\s?(?:-|–|to|or)\s?{_COUNT})?)(?:\s\((?:\d+|one|two|three)\))?\s(?:x\s)?(?P<f>(?:nasal |oral |eye )?(?:{_FORMS}))\b(?!\s(?:dispensed|left|remaining|of (?:normal|saline)))",
    re.IGNORECASE,
)
_SPELLED = {"milligram": "mg", "microgram": "mcg", "µg": "mcg", "μg": "mcg", "ug": "mcg", "gram": "g", "gm": "g", "iu": "IU", "international unit": "IU"}
_SPELLED |= {"unit": "units", "u": "units", "meq": "mEq", "ml": "mL", "milliliter": "mL", "millilitre": "mL", "cc": "mL", "percent": "%", "mg": "mg", "mcg": "mcg"}
_NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "eight": "8", "twelve": "12", "half": "0.5", "half a": "0.5", "½": "0.5", "a": "1", "an": "1"}
_SHORT_FORMS = {"tab": "tablet", "cap": "capsule", "gtt": "drop", "tsp": "teaspoon", "tbsp": "tablespoon", "pill": "pill", "neb": "nebule", "squirt": "spray", "actuation": "actuation"}
# Forms that say what is given, rather than how much of a strength.
_AMOUNTS = ("puff", "spray", "drop", "patch", "inhalation", "teaspoon", "tablespoon", "application", "actuation", "scoop", "capful", "pump")


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
    number = "-".join(_NUMBERS.get(part, part) for part in re.split(r"\s?(?:-|–|to|or)\s?", number))
    form = match["f"].lower().removeprefix("nasal ").removeprefix("oral ").removeprefix("eye ")
    single = form[:-2] if form.endswith("ches") else form[:-1] if form.endswith("s") else form
    single = _SHORT_FORMS.get(single, single)
    single = "suppository" if single.startswith("suppositor") else single
    if number in {"1", "0.5"}:
        return f"{number} {single}"
    return f"{number} {'suppositories' if single == 'suppository' else 'patches' if single == 'patch' else single + 's'}"


def is_amount(counted: str) -> bool:
    """Whether a count is a dose by itself, as puffs are and tablets are not."""
    return any(form in counted for form in _AMOUNTS)


_ROUTES: tuple[tuple[str, str], ...] = (
    ("sublingual", r"sublingual(?:ly)?|(?-i:SL)\b|s/l|under the tongue"),
    ("intravenous", r"(?<!stage )(?<!grade )(?<!type )(?<!class )IV\b|I\.V\.|intravenous(?:ly)?|ivpb|by drip|iv (?:push|drip|infusion|piggyback)"),
    ("intramuscular", r"(?-i:IM)\b|I\.M\.|intramuscular(?:ly)?"),
    ("subcutaneous", r"(?:SC|SQ|SubQ|subq|sub-q|subcut|subcutaneous(?:ly)?|s\.c\.|s/c|sub q)\b"),
    ("intra-articular", r"intra-?articular(?:ly)?"),
    ("epidural", r"epidural(?:ly)?"),
    ("intrathecal", r"intrathecal(?:ly)?"),
    ("intradermal", r"intradermal(?:ly)?"),
    ("nasal", r"nasal(?:ly)?|intranasal(?:ly)?|each nostril|per nostril|nostrils?|each nare|nares|in the nose|per nare|(?-i:EN)\b"),
    ("inhaled", r"inhal(?:ed|er|ation|ations|ers)|inh\b|MDI|HFA|puffs?|neb(?:s|uli[sz]er|uli[sz]ed|uli[sz]ation)?\b|via spacer|diskus|accuhaler"),
    ("ophthalmic", r"ophthalmic|eye[- ]?drops?|(?:in|to) (?:each|both|the|right|left|affected) eyes?|each eye|both eyes|ophth\b"),
    ("otic", r"otic|ear[- ]?drops?|(?:in|to) (?:each|both|the|right|left|affected) ears?|each ear"),
    ("vaginal", r"vaginal(?:ly)?|per vagina|(?-i:PV)\b"),
    ("rectal", r"rectal(?:ly)?|suppositor(?:y|ies)|per rectum|(?-i:PR)\b(?! interval)|enema"),
    ("transdermal", r"transdermal(?:ly)?|patch(?:es)?|(?-i:TD)\b"),
    ("topical", r"topical(?:ly)?|cream|ointment|gel\b|lotion|shampoo|apply to|to (?:the )?(?:affected )?(?:skin|area)|foam|(?-i:TOP)\b"),
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


class _Frequency(NamedTuple):
    pattern: re.Pattern[str]
    words: Callable[[re.Match[str]], str]


_HOURS = {"hourly": "hour", "h": "hour", "hr": "hour", "hrs": "hour", "hour": "hour", "hours": "hour", "o": "hour"}
_PERIODS = {"d": "day", "day": "day", "days": "day", "wk": "week", "wks": "week", "week": "week", "weeks": "week", "mo": "month", "month": "month", "months": "month"}
_PERIODS |= _HOURS | {"minutes": "minute", "min": "minute", "mins": "minute"}
_TIMES = {"once": "once", "one": "once", "1": "once", "twice": "twice", "two": "twice", "2": "twice", "three": "three times", "3": "three times", "thrice": "three times", "four": "four times", "4": "four times", "five": "five times", "5": "five times", "six": "six times", "6": "six times"}


def _every(match: re.Match[str]) -> str:
    number = match["n"]
    number = "-".join(_NUMBERS.get(part.lower(), part) for part in re.split(r"\s?(?:-|–|to)\s?", number)) if number else "1"
    period = _PERIODS[match["p"].lower()]
    return f"every {period}" if number == "1" else f"every {number} {period}s"


def _times(match: re.Match[str]) -> str:
    times = _TIMES[match["n"].lower()]
    period = match["p"].lower()
    name = {"day": "daily", "daily": "daily", "d": "daily", "week": "weekly", "wk": "weekly", "weekly": "weekly", "month": "monthly", "monthly": "monthly", "year": "yearly", "yearly": "yearly", "nightly": "nightly"}[period]
    return f"{times} {name}"


def _said(words: str) -> Callable[[re.Match[str]], str]:
    return lambda _: words


def _frequency(pattern: str, words: str | Callable[[re.Match[str]], str], flags: int = re.IGNORECASE) -> _Frequency:
    return _Frequency(re.compile(rf"(?<![\w/]){pattern}(?!\w)", flags), _said(words) if isinstance(words, str) else words)


_N = r"(?P<n>\d{1,2}(?:\s?(?:-|–|to)\s?\d{1,2})?|one|two|three|four|six|eight|twelve)"
_BASE = (
    _frequency(r"(?:every other day|QOD|q\.o\.d\.?|EOD|alternate days|on alternate days|every second day)", "every other day"),
    _frequency(r"(?:every other week|every second week|fortnightly|biweekly|every fortnight)", "every 2 weeks"),
    _frequency(rf"(?:every|each|q)\s?{_N}\s?-?(?P<p>hours?|hrs?|hourly|h|days?|d|weeks?|wks?|wk|months?|mo|minutes|mins?)", _every),
    _frequency(rf"{_N}\s?-?\s?(?P<p>hourly)", _every),
    _frequency(r"(?P<n>once|twice|thrice|(?:one|two|three|four|five|six|[1-6])(?=\s?(?:times?|x|a\s|per\s|/)))\s?(?:times?|x)?\s?(?:a|per|/|each|every|an|in a)?\s?(?P<p>day|daily|week|weekly|wk|month|monthly|year|yearly|d|nightly)", _times),
    _frequency(r"(?P<n>[1-6])\s?x\s?/?\s?(?P<p>day|daily|week|wk|d)", _times),
    _frequency(r"(?:B\.?I\.?D\.?|BD|twice-daily|b\.d\.)", "twice daily"),
    _frequency(r"(?:T\.?I\.?D\.?|TDS|t\.d\.s\.?)", "three times daily"),
    _frequency(r"(?:Q\.?I\.?D\.?|QDS|q\.d\.s\.?)", "four times daily"),
    _frequency(r"(?:Q\.?D\.?|q\.d\.|QDAY|q day|q\.day|once-daily|daily|every day|each day|per day|a day|/day|everyday|q24h|q 24h|o\.d\.)", "once daily"),
    _frequency(r"(?:OD|od|Od)", "once daily", 0),
    _frequency(r"(?:weekly|every week|each week|per week|q\.?week|qwk|once-weekly|q week)", "once weekly"),
    _frequency(r"(?:monthly|every month|per month|qmonth|q month|once-monthly)", "once monthly"),
    _frequency(r"(?:hourly|every hour|q1h)", "every hour"),
    _frequency(r"(?:every few hours)", "every few hours"),
    _frequency(r"(?:yearly|annually|every year)", "once yearly"),
    _frequency(r"(?:single dose|one dose|once only|one[- ]time dose|STAT|x\s?1|once now|stat dose)", "once"),
)
_WHEN = (
    _frequency(r"(?:q\.?h\.?s\.?|HS|h\.s\.|at bedtime|before bed|nightly|bedtime|every bedtime|at bed time|before bedtime|q\.? ?hs|when going to bed)", "at bedtime"),
    _frequency(r"(?:nocte|every night|at night|each night|ON(?=[\s.,;)]*$)|qpm at night|night time|nighttime|qnight)", "at night"),
    _frequency(r"(?:q\.?a\.?m\.?|every morning|each morning|in the mornings?|mane|OM(?=[\s.,;)]*$)|in the am|q am)", "every morning"),
    _frequency(r"(?:q\.?p\.?m\.?|every evening|each evening|in the evenings?|q pm|in the pm)", "every evening"),
    _frequency(r"(?:with meals|with food|with each meal|with breakfast|with dinner|with supper|with lunch|with every meal)", "with meals"),
    _frequency(r"(?:before meals|a\.?c\.?|qac|before breakfast|before food|before each meal)", "before meals"),
    _frequency(r"(?:after meals|p\.c\.|after food|after each meal)", "after meals"),
)
_NEEDED = re.compile(r"(?<!\w)(?:p\.?r\.?n\b\.?|as needed|as required|when needed|if needed|when required|if required|as necessary|on an as-needed basis|as-needed)(?!\w)", re.IGNORECASE)
_TIMES_OF_DAY = {"at bedtime": "at bedtime", "at night": "at night", "every morning": "in the morning", "every evening": "in the evening"}
_SPELLING = re.compile(r"\s+")


def frequency_in(text: str, start: int, end: int) -> str | None:
    """How often, in plain words: "once daily at bedtime", "every 6 hours as needed"; None if it is not said."""
    part = text[start:end]
    base = _first(_BASE, part)
    when = _first(_WHEN, part)
    if base == "twice daily" and when == "every morning" or base is None and when == "every morning" and _both_ends(part):
        when = None if base else "every morning and evening"
    words = [base] if base else []
    if when:
        words.append(_TIMES_OF_DAY.get(when, when) if base else when)
    if _NEEDED.search(part):
        words.append("as needed")
    return " ".join(words) or None


def _both_ends(part: str) -> bool:
    return bool(re.search(r"(?i)morning and (?:(?:in the |every )?evening|night)", part))


def _first(frequencies: tuple[_Frequency, ...], part: str) -> str | None:
    best: tuple[int, int, str] | None = None
    for frequency in frequencies:
        found = frequency.pattern.search(part)
        # of two that begin at the same place, "daily" is part of the longer "twice daily"
        if found and (best is None or (found.start(), -len(found.group())) < best[:2]):
            best = (found.start(), -len(found.group()), frequency.words(found))
    return best[2] if best else None
