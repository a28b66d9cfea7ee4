"""Values as people write them, made comparable: doses, frequencies, durations, names, numbers.

Written for the measurement and sharing nothing with the program that it measures.
"""

import re
from itertools import pairwise

_SPELLINGS = (
    (r"[µμ]g|micrograms?|mcgs?|\bug\b", "mcg"),
    (r"milligrams?|mgs\b", "mg"),
    (r"\bgrams?\b|\bgm?s?\b", "g"),
    (r"millilit(?:er|re)s?|mls\b|\bcc\b", "ml"),
    (r"international units?|\bi\.?[ue]\.?\b|\bunits?\b|\bu\b", "unit"),
    (r"milliequivalents?", "meq"),
    (r"tablets?|tabs?\b|capsules?|caps?\b", "tablet"),
    (r"puffs?|inhalations?|\binh\b", "puff"),
    (r"sprays?", "spray"),
    (r"drops?|gtts?", "drop"),
    (r"sachets?", "sachet"),
    (r"\bhours?\b|\bhrs?\b", "h"),
    (r"\bminutes?\b|\bmins?\b", "min"),
)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MASS = {"mg": 1000.0, "mcg": 1.0, "g": 1_000_000.0, "kg": 1e9}
_FILLERS = frozenset({"a", "an", "the", "of", "with", "his", "her", "their", "my"})
_MEASURE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:-\s*(\d+(?:\.\d+)?)\s*)?(%|[a-z]+)?")

Measure = tuple[float, str]


def tokens(words: str | None) -> frozenset[str]:
    """The words that carry meaning, singular."""
    found = re.findall(r"[a-z0-9]+", (words or "").casefold().replace("’", "").replace("'", ""))
    return frozenset(_singular(word) for word in found if word not in _FILLERS)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def spelled(words: str | None) -> str:
    """Lower case, decimal points, one name a unit, one kind of dash."""
    text = re.sub(r"(?<=\d)[ ,](?=\d{3}\b)(?<!\b0,)", "", (words or "").casefold())
    text = re.sub(r"(?<=\d),(?=\d)", ".", text).replace("–", "-").replace("—", "-")
    text = re.sub(r"(?<=\d) ?to ?(?=\d)", "-", text)
    for number, word in enumerate(_NUMBERS, 1):
        text = re.sub(rf"\b{word}\b", str(number), text)
    text = re.sub(r"(?<=\d)(?=[a-zµμ])", " ", text)
    for spelling, name in _SPELLINGS:
        text = re.sub(spelling, name, text)
    return text


def measures(words: str | None) -> frozenset[Measure]:
    """The amounts in a dose, masses in micrograms; a range gives both ends."""
    found: set[Measure] = set()
    for low, high, unit in _MEASURE.findall(spelled(words)):
        for number in (low, high):
            if number:
                factor = _MASS.get(unit)
                found.add((round(float(number) * (factor or 1), 6), "mcg" if factor else unit))
    return frozenset(found)


def same_dose(said: str | None, wanted: str | None) -> bool:
    """Whether a dose is the one wanted, or a part of it that is written out in full ("2 puffs" of "100 mcg 2 puffs").

    A strength with a number of units may also come multiplied: "500 mg, 2" as "1000 mg".
    """
    if not said or not wanted:
        return not said and not wanted
    mine, theirs = measures(said), measures(wanted)
    if not mine or not theirs:
        return tokens(spelled(said)) <= tokens(spelled(wanted)) or tokens(spelled(wanted)) <= tokens(spelled(said))
    if mine <= theirs or theirs <= mine:
        return True
    if not any(unit for _, unit in mine) or not any(unit for _, unit in theirs):
        alone, others = _alone(mine), _alone(theirs)
        return alone <= others or others <= alone
    return mine <= _products(theirs)


def _alone(amounts: frozenset[Measure]) -> set[float]:
    """The numbers without their units, as they may be left out; masses as they are likeliest written."""
    return {
        round(number / factor, 6) for number, unit in amounts for factor in ((1000.0, 1.0) if unit == "mcg" else (1.0,))
    }


def _products(amounts: frozenset[Measure]) -> frozenset[Measure]:
    counts = [number for number, unit in amounts if unit in {"", "tablet", "puff", "ml"}]
    return frozenset((number * count, unit) for number, unit in amounts if unit == "mcg" for count in counts)


_FREQUENCIES = (
    (
        r"every other (?:day|night)|every 2(?:nd)? (?:day|night)s?|alt(?:ernate)?\.? (?:day|night)s?|\beod\b|\bqod\b",
        "every 2 days",
    ),
    (r"every (\d+)(?:-(\d+))? ?h|q ?(\d+)(?:-(\d+))? ?h|(\d+) ?-? ?h(?:ou)?rly", "every {} hours"),
    (r"every (\d+) w(?:ee)?ks?|(\d+) ?-? ?w(?:ee)?kly", "every {} weeks"),
    (r"every fortnight|fortnightly", "every 2 weeks"),
    (r"every (\d+) months?|(\d+) ?-? ?m(?:on)?thly", "every {} months"),
    (r"5 ?(?:times|x)(?: ?(?:/|a|per|each) ?day| daily)?", "5 a day"),
    (r"(?:3 times|3 ?x|x ?3) ?(?:/|a |per |each )? ?w(?:ee)?k(?:ly)?", "3 a week"),
    (r"\bqds\b|\bqid\b|(?:4 times|4 ?x)(?: ?(?:/|a|per|each)? ?day| daily)?", "4 a day"),
    (r"\btds\b|\btid\b|(?:3 times|thrice|3 ?x)(?: ?(?:/|a|per|each)? ?day| daily)?", "3 a day"),
    (r"\bbds?\b|\bbid\b|(?:twice|2 times|2x)(?: (?:a|per|each) day| daily)?\b(?!.{0,9}week)|every 12 h", "2 a day"),
    (r"(?:twice|2 times) (?:a |per |each )?week", "2 a week"),
    (r"thrice (?:a |per |each )?week", "3 a week"),
    (r"weekly|every week|(?:a|per|each) week|1 time per week|once a week", "1 a week"),
    (r"monthly|every month|a month", "1 a month"),
    (r"\bnocte\b|\bon\b$|bedtime|\bhs\b|\bqhs\b|\bnight(?:s|ly)?\b|evening|\bpm\b|supper|\bqpm\b|dinner", "late"),
    (r"\bmane\b|\bom\b|morning|\bam\b|breakfast|\bqam\b", "early"),
    (r"midday|noon|lunch", "noon"),
    (r"\bstat\b|x ?1\b|single dose|once only|^once$", "once"),
    (
        r"as needed|as required|\bprn\b|when needed|when required|if needed|occasional|\bocc\b|now and|^(?:if|when) ",
        "as needed",
    ),
    (r"before meals|\bac\b|with (?:meals|food)|per meal", "with meals"),
    (r"continuous(?:ly)?|over 24 h", "continuously"),
    (r"\bod\b|\bqd\b|daily|(?:a|per|each|every) day|once a day|1 daily|in 24 h", "1 a day"),
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def frequency_of(words: str | None) -> frozenset[str]:
    """How often and when in the day, without the spelling."""
    text = re.sub(r"\bonce (?:a )?week", "a week", spelled(words))
    found: set[str] = set()
    for pattern, name in _FREQUENCIES:
        if match := re.search(pattern, text):
            hours = "-".join(part for part in match.groups() if part) if "{}" in name else ""
            found.add(name.format(hours))
            text = text[: match.start()] + " ; " + text[match.end() :]
    found |= {day for day in _DAYS if re.search(rf"\b{day}", text)}
    return frozenset(found)


def same_frequency(said: str | None, wanted: str | None) -> bool:
    """Whether both say as often; one of them may tell more (a reason, the hour of the day)."""
    if not said or not wanted:
        return not said and not wanted
    mine, theirs = frequency_of(said), frequency_of(wanted)
    if not mine or not theirs:
        return tokens(said) <= tokens(wanted) or tokens(wanted) <= tokens(said)
    hours = {"late", "early", "noon", "1 a day"}
    if mine <= hours and theirs <= hours:
        return bool(mine & theirs) or "1 a day" in mine | theirs
    return mine <= theirs or theirs <= mine


_PERIODS = (("/7", " day"), ("/52", " week"), ("/12", " month"), (" h", " h"))


def same_duration(said: str | None, wanted: str | None) -> bool:
    """Whether both tell the same length of time, by containment of their words."""
    if not said or not wanted:
        return not said and not wanted
    texts = []
    for words in (said, wanted):
        text = spelled(words)
        for spelling, name in _PERIODS:
            text = text.replace(spelling, name)
        texts.append(tokens(re.sub(r"\b(?:for|until|more|further|course)\b", " ", text)))
    return texts[0] <= texts[1] or texts[1] <= texts[0]


def numbers(words: str | float | None) -> list[float]:
    """The numbers in what was written, decimal commas read as such."""
    if isinstance(words, int | float):
        return [float(words)]
    text = re.sub(r"(?<=\d),(?=\d{3}\b)(?<!\b0,)", "", words or "")
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d)", ".", text))]


def readings(words: str | float | None, name: str) -> list[float]:
    """Every value that the words of a measurement may mean in the unit in which it is stored."""
    found = numbers(words)
    meant = list(found)
    for number in found:
        if name == "body_temperature":
            meant.append((number - 32) / 1.8)
        elif name == "weight":
            meant += [number * 0.45359237, number / 1000, number * 6.35029318]
        elif name == "height":
            meant += [number * 2.54, number * 100, number * 30.48]
    for large, small in pairwise(found):
        if name == "weight":
            meant += [(large * 14 + small) * 0.45359237, (large + small / 16) * 0.45359237]
        elif name == "height":
            meant.append((large * 12 + small) * 2.54)
    return meant


def same_value(said: str | float | None, wanted: str | float | None, name: str) -> bool:
    """Whether a value is the one written, converted or not; words by containment."""
    mine = numbers(said)
    if not mine or not numbers(wanted):
        return bool(tokens(str(said)) & tokens(str(wanted))) or str(said).strip() == str(wanted).strip()
    return any(abs(mine[0] - meant) <= 0.051 + abs(meant) * 0.002 for meant in readings(wanted, name))
