"""Faithful statements of readers, turned false by a program in one thing that matters.

Of every faithful statement some false ones are made, each by its kind: a denial added or taken away, a word for its
opposite, a figure, a side, a medicine of the same note, another person, a plan told as done, some as all, a degree, a
clause that no quote has. What may be true all the same is left out: nothing is denied beside "may" or "hopes".
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from zlib import crc32

from bench.grounding_cases import Case, named
from clinical.propositions.meanings import opposed_lines

_AUXILIARY = r"is|are|was|were|can|could|does|did"
_UNSURE = re.compile(
    r"\b(?:may|might|hop(?:es?|ed|ing)|likely|possibl[ey]|consider\w*|whether|if|unless|until|rather|only|just|barely|hardly"
    r"|some|most|both|all|every|each|usually|often|sometimes|nearly|almost|about|around)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|no|none|never|nor|neither|nobody|nothing|without|den(?:y|ies|ied|ying)|unable|cannot|\w+n['’]t|absent|free|negative"
    r"|declin\w+|refus\w+|stopped|avoid\w*|rul\w+ out|fail\w*)\b",
    re.IGNORECASE,
)
_BEING = re.compile(rf"\b({_AUXILIARY})\b(?! (?:to|not|no|never)\b)", re.IGNORECASE)
_HAVING = re.compile(
    r"\b(has|have|had) (?=been\b|[a-z]+ed\b|taken\b|given\b|had\b|gone\b|come\b|risen\b|fallen\b|lost\b)"
)
_OWNING = re.compile(r"\b(has|have|had) (?:an?|some) (?=[a-z])")
_DOING = re.compile(
    r"\b((?:[Ss]?[Hh]e|[Tt]hey|[Ii]t|patient|mother|father|wife|husband|Mr \w+|Mrs \w+|Ms \w+|Miss \w+)) "
    r"(takes|uses|sleeps|eats|drinks|smokes|walks|works|lives|feels|needs|wakes|goes|gets|keeps|plays|drives|wears"
    r"|reports?|[a-z]{3,}ed|took|ate|drank|slept|felt|fell|woke|went|got|kept|lost|wore|came|gave|broke|saw)\b"
)
_PLAIN = {
    "not ": "", "never ": "", "without ": "with ", "no ": "", "denies ": "has ", "denied ": "had ",
    "unable to ": "able to ", "cannot ": "can ", "negative for ": "positive for ", "free of ": "full of ",
}  # fmt: skip
_SHORT = re.compile(r"\b(is|are|was|were|has|have|had|does|do|did|could|should|would)n['’]t ", re.IGNORECASE)
_OPPOSITES = (
    ("stable", "unstable"), ("normal", "abnormal"), ("improved", "worsened"), ("better", "worse"), ("well", "poorly"),
    ("regular", "irregular"), ("increased", "decreased"), ("raised", "reduced"), ("high", "low"), ("with", "without"),
    ("able", "unable"), ("likely", "unlikely"), ("continue", "stop"), ("started", "stopped"), ("before", "after"),
    ("controlled", "uncontrolled"), ("healed", "infected"), ("agreed", "declined"), ("happy", "unhappy"),
    ("clear", "blocked"),
    ("intact", "damaged"), ("dry", "moist"), ("rose", "fell"), ("gained", "lost"), ("mild", "severe"),
    ("easily", "hardly"),
    ("works", "fails"), ("helped", "failed"), ("present", "absent"), ("tolerated", "rejected"), ("can", "cannot"),
    ("steady", "unsteady"), ("up", "down"), ("more", "less"), ("open", "closed"), ("fully", "partly"),
    ("early", "late"),
)  # fmt: skip
_SIDES = {"left": "right", "right": "left", "left-sided": "right-sided", "right-sided": "left-sided"}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_UNITS = {
    "days": "weeks", "weeks": "months", "months": "years", "years": "months", "hours": "days", "mg": "micrograms",
    "micrograms": "mg", "weekly": "daily", "daily": "weekly", "twice": "three times", "once": "twice",
    "monthly": "weekly",
    "morning": "evening", "night": "morning", "evening": "morning", "cm": "mm", "mm": "cm", "kg": "pounds",
}  # fmt: skip
_PERSONS = {
    "mother": "father", "father": "mother", "wife": "sister", "husband": "brother", "son": "daughter",
    "daughter": "son",
    "sister": "brother", "brother": "sister",
}  # fmt: skip
_DONE = (
    (re.compile(r"\b(?:will be|is to be|should be|is going to be|is due to be) (?=[a-z]+(?:ed|en|n|t)\b)"), "was "),
    (re.compile(r"\b(?:will have|is to have|is due to have|should have|needs to have|is going to have) "), "has had "),
    (re.compile(r"\b(?:is|are) (?:planned|booked|due|scheduled|recommended|advised|arranged)\b"), "has been done"),
    (re.compile(r"\b(?:will|is to|should|is going to|plans to) (?:start|begin) "), "has started "),
    (re.compile(r"\b(?:will|is to|should|is going to) (?:stop) "), "has stopped "),
)
_ALL = (
    (re.compile(r"\b(?:some|most|many|several|a few|half) of (?=the|her|his|their)"), "all of "),
    (re.compile(r"\b(?:some|most|many|several|a few) (?=[a-z]+s\b)"), "all "),
    (re.compile(r"\b(?:sometimes|occasionally|often|usually|mostly|at times)\b"), "always"),
    (re.compile(r"\b(?:partly|partially|mostly|almost|nearly)\b"), "completely"),
)
_DEGREES = (
    (re.compile(r"\b(?:mild|slight|small|minor|moderate)\b"), "severe"),
    (re.compile(r"\b(?:mildly|slightly|a little|somewhat|moderately)\b"), "severely"),
    (re.compile(r"\b(?:severe|marked|large)\b"), "mild"),
)
_SURE = (
    (
        re.compile(r"\b(?:may be|might be|is likely to be|is probably|is possibly|is thought to be|seems to be)\b"),
        "is definitely",
    ),
    (re.compile(r"\b(?:likely|probable|possible|suspected)\b"), "proven"),
    (re.compile(r"\b(?:may|might|could) (?=have\b)"), "must "),
)
CLAUSES = {
    "a cause added": (
        "because of stress at work", "caused by an infection", "due to a blood clot", "as she had skipped her tablets",
        "brought on by lifting", "after eating seafood", "from sitting too long", "because the dose was too high",
        "which the new tablets set off", "as a result of poor diet", "owing to a lack of sleep",
        "so a virus is to blame",
    ),
    "a time added": (
        "since last winter", "for the past three weeks", "every evening", "from next Monday", "over the last two years",
        "within a few hours", "since childhood", "until the spring", "on most mornings", "for the rest of the year",
    ),
    "a purpose added": (
        "to prevent a stroke", "to help with sleep", "so that the bleeding stops", "to bring the swelling down",
        "in order to rule out cancer", "to protect the kidneys", "so that the wound can close", "to ease the breathing",
    ),
    "a result added": (
        "and felt much better afterwards", "but it did not help", "and it made no difference", "with good effect",
        "which has kept getting worse", "and it has now cleared up", "and the results were normal",
        "and nothing was found",
        "and it went away by itself", "but was too dizzy to go on",
    ),
    "a person or place added": (
        "on the advice of the nurse", "as the daughter had asked", "at the hospital", "with help from the neighbour",
        "at home in bed", "while on holiday", "while walking the dog", "in the garden", "at school",
    ),
    "a finding added": (
        "and has a rash", "with a fever", "and feels sick", "and is short of breath", "and has swollen ankles",
        "along with night sweats", "and has lost weight", "together with a dry cough", "and is very tired",
        "with pins and needles in the fingers", "and cannot sleep", "and eats little", "and has trouble swallowing",
    ),
}  # fmt: skip
HARVESTED = "a clause of another statement"
_HARVEST = re.compile(
    r"\s(?:(?:and|but) "
    r"(?!(?:not|to|then|was|is|are|were|has|have|had)\b)|because |since |after |so that |in order to "
    r"|due to |owing to |which |while |when |until |before |with |without |for |from "
    r"|to (?!(?:the|a|her|his|\d)\b)|at |in |on |by )[^,;.]{8,60}\.?$"
)
_WORD_KINDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER = re.compile(r"(?<![\d./-])\d+(?:\.\d+)?(?![\d/-])")


def turned(case: Case, drugs: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The false statements that are made of a faithful one: of what kind, and the text.

    Args:
        case: A faithful statement.
        drugs: Medicines of the same notes.
    """
    text = case.statement.text
    draw = random.Random(crc32(text.encode()))  # noqa: S311 - the same draw on every run is the point
    makers: Sequence[tuple[str, Callable[[], Iterator[str]]]] = (
        ("a denial added", lambda: _denials(text)),
        ("a denial taken away", lambda: _affirmations(text)),
        ("a word for its opposite", lambda: _opposites(text)),
        ("another figure", lambda: _figures(text, draw)),
        ("another month", lambda: _exchanged(text, dict(zip(_MONTHS, _MONTHS[1:] + _MONTHS[:1], strict=True)))),
        ("another unit", lambda: _exchanged(text, _UNITS)),
        ("the other side", lambda: _exchanged(text, _SIDES)),
        ("another person", lambda: _exchanged(text, _PERSONS)),
        ("another medicine", lambda: _medicines(text, drugs)),
        ("a plan told as done", lambda: _replaced(text, _DONE)),
        ("some told as all", lambda: _replaced(text, _ALL)),
        ("another degree", lambda: _replaced(text, _DEGREES)),
        ("a doubt told as sure", lambda: _replaced(text, _SURE)),
        *((kind, lambda clauses=clauses: _added(text, draw.choice(clauses))) for kind, clauses in CLAUSES.items()),  # type: ignore[misc]
    )
    cited = " ".join(citation.quote for citation in case.statement.citations).lower()
    for kind, make in makers:
        made = list(dict.fromkeys(each for each in make() if each != text))
        for each in draw.sample(made, min(2, len(made))):
            if each.lower() not in cited:
                yield kind, each


def _put(text: str, found: re.Match[str], by: str) -> str:
    made = text[: found.start()] + by + text[found.end() :]
    return made[:1].upper() + made[1:]


def _denials(text: str) -> Iterator[str]:
    if _UNSURE.search(text) or _DENIED.search(text):
        return
    yield from (_put(text, found, f"{found[1]} not") for found in _BEING.finditer(text))
    yield from (_put(text, found, f"{found[1]} not ") for found in _HAVING.finditer(text))
    yield from (_put(text, found, f"{found[1]} no ") for found in _OWNING.finditer(text))
    yield from (_put(text, found, f"{found[1]} never {found[2]}") for found in _DOING.finditer(text))


def _affirmations(text: str) -> Iterator[str]:
    if _UNSURE.search(text):
        return
    for word, by in _PLAIN.items():
        for found in re.finditer(rf"\b{word}(?!longer\b|more\b|one\b)", text, re.IGNORECASE):
            yield _put(text, found, by)
    yield from (_put(text, found, f"{found[1]} ") for found in _SHORT.finditer(text))


def _opposites(text: str) -> Iterator[str]:
    pairs = [
        *_OPPOSITES,
        *((one.strip(), other.strip()) for one, _, other in (line.partition("|") for line in opposed_lines())),
    ]
    for one, other in chain(pairs, ((other, one) for one, other in pairs)):
        for found in re.finditer(rf"\b{one}\b(?! as\b)", text):
            yield _put(text, found, other)


def _figures(text: str, draw: random.Random) -> Iterator[str]:
    for found in _NUMBER.finditer(text):
        value = float(found.group())
        other = value * draw.choice((0.5, 2, 3)) if value > 1 else value + draw.choice((1, 2))
        yield _put(text, found, f"{round(other, 2):g}")
    for found in re.finditer(rf"\b(?:{'|'.join(_WORD_KINDS[1:])})\b", text):
        at = _WORD_KINDS.index(found.group())
        yield _put(text, found, _WORD_KINDS[(at + draw.choice((1, 2, 3))) % len(_WORD_KINDS)])


def _exchanged(text: str, pairs: dict[str, str]) -> Iterator[str]:
    for one, other in pairs.items():
        found = list(re.finditer(rf"\b{one}\b", text))
        if len(found) == 1 and not re.search(rf"\b{other}\b|\bboth\b", text):
            yield _put(text, found[0], other)


def _medicines(text: str, drugs: Sequence[str]) -> Iterator[str]:
    mine = [each for each in named(text) if each.kind == "drug"]
    own = {each.name for each in mine}
    for each in mine:
        for drug in drugs:
            if drug not in own:
                yield text[: each.start] + drug + text[each.end :]


def _replaced(text: str, rules: Sequence[tuple[re.Pattern[str], str]]) -> Iterator[str]:
    if _DENIED.search(text):
        return
    for pattern, by in rules:
        yield from (_put(text, found, by) for found in pattern.finditer(text))


def _added(text: str, clause: str) -> Iterator[str]:
    yield f"{text.rstrip('. ')} {clause}."


def clauses_of(cases: Sequence[Case]) -> list[str]:
    """The ends of statements: what is to be added to statements about other patients."""
    found = (_HARVEST.search(case.statement.text) for case in cases if case.faithful)
    return sorted({each.group().strip(" .") for each in found if each})


def extended(case: Case, clauses: Sequence[str], times: int = 3) -> Iterator[str]:
    """A faithful statement with clauses of others, which have no word of its notes."""
    text = case.statement.text
    draw = random.Random(crc32(text.encode()) + 1)  # noqa: S311 - the same draw on every run is the point
    known = " ".join(note.content for note in case.chart.values()).lower()
    made = 0
    for clause in draw.sample(clauses, min(len(clauses), 60)):
        words = [word for word in re.findall(r"[a-z]{4,}|\d+", clause.lower()) if word not in _COMMON]
        if made < times and len(words) > 0 and not any(word[:6] in known for word in words):
            made += 1
            yield f"{text.rstrip('. ')} {clause}."


_COMMON = frozenset(
    [
        "with",
        "from",
        "have",
        "been",
        "that",
        "this",
        "they",
        "which",
        "while",
        "because",
        "after",
        "before",
        "until",
        "when",
    ]
)
